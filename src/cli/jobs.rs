//! `kaiku jobs`: lists the queue, and makes parked jobs ready again.

use clap::Subcommand;
use uuid::Uuid;

use super::{instant, print_lines, said};
use crate::app::StartFault;
use crate::service::Service;
use crate::store::jobs::{self, JobRow};

/// The most jobs that are listed or made ready again.
const JOBS_MOST: i64 = 10_000;

/// What to do with the queue.
#[derive(Subcommand)]
pub enum JobsCommand {
    /// Lists waiting, leased and parked jobs, parked ones first. Jobs carry ids, never content.
    List,
    /// Makes a parked job ready again with all its tries: one by its id, or all of them.
    Requeue {
        /// The job's id.
        #[arg(required_unless_present = "all")]
        id: Option<Uuid>,
        /// Every parked job.
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, command: JobsCommand) -> Result<(), StartFault> {
    let mut db = service.store.read().await.map_err(said)?;
    let found = jobs::list(&mut db, JOBS_MOST).await.map_err(said)?;
    drop(db);
    match command {
        JobsCommand::List if found.is_empty() => print_lines(std::iter::once("The queue is empty.".to_owned())),
        JobsCommand::List => print_lines(found.iter().map(line)),
        JobsCommand::Requeue { id, .. } => {
            let wanted: Vec<Uuid> = match id {
                Some(id) => vec![id],
                None => found.iter().filter(|job| job.state == jobs::PARKED).map(|job| job.id).collect(),
            };
            let mut tx = service.store.write().await.map_err(said)?;
            for id in &wanted {
                if !jobs::requeue(&mut tx, *id, service.now()).await.map_err(said)? {
                    return Err(StartFault(format!(
                        "there is no parked job {id}; `kaiku jobs list` shows those there are"
                    )));
                }
            }
            tx.commit().await.map_err(said)?;
            println!("{} jobs are ready again.", wanted.len());
            Ok(())
        }
    }
}

fn line(job: &JobRow) -> String {
    let at = instant(job.run_at);
    let why = job.last_error.as_deref().unwrap_or_default().replace(['\n', '\r'], " ");
    format!("{}  {:<7} {:<22} tries {:<3} {at}  {why}", job.id, job.state, job.kind, job.attempts)
}
