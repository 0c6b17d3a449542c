//! `kaiku counters check`: recounts from the answers and compares with the counters.

use clap::Subcommand;

use super::print_lines;
use crate::app::StartFault;
use crate::reporting::recount;
use crate::service::Service;

/// What to do with the counters.
#[derive(Subcommand)]
pub enum CountersCommand {
    /// Recounts everything from the answers and names each block that differs.
    Check,
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] naming the blocks that differ.
pub async fn run(service: &Service, command: CountersCommand) -> Result<(), StartFault> {
    let CountersCommand::Check = command;
    let differences = recount::differences(service).await?;
    if differences.is_empty() {
        println!("The counters equal the recount.");
        return Ok(());
    }
    print_lines(differences.iter().map(|difference| {
        format!("{:?}\n  counters: {}\n  recount:  {}", difference.key, difference.counted, difference.recounted)
    }))?;
    Err(StartFault(format!("{} counter blocks differ from the recount", differences.len())))
}
