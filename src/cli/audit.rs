//! `kaiku audit`: who changed which settings, and who read which text or contact.

use clap::Args;

use super::{instant, print_lines, said};
use crate::app::StartFault;
use crate::organisation::Tree;
use crate::service::Service;
use crate::store::audit::{self, AuditRow, COMMAND_LINE};

/// How much is shown.
#[derive(Debug, Args)]
pub struct AuditArguments {
    /// So many of the newest entries, from 1 to 100000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
}

/// Prints the newest entries, newest first: instant, who, what, to what, before, after, with tabs between.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, arguments: &AuditArguments) -> Result<(), StartFault> {
    let settings = service.snapshot();
    let mut db = service.store.read().await.map_err(said)?;
    let rows = audit::newest(&mut db, i64::MAX, arguments.limit).await.map_err(said)?;
    drop(db);
    print_lines(rows.iter().map(|row| line(&settings.tree, row)))
}

fn line(tree: &Tree, row: &AuditRow) -> String {
    let at = instant(row.at);
    let who = match tree.principals.get(&row.principal_id) {
        Some(principal) => principal.slug.clone(),
        None if row.principal_id == COMMAND_LINE => "(command line)".to_owned(),
        None => row.principal_id.to_string(),
    };
    let [was, became] = [&row.was, &row.became].map(|value| value.as_deref().unwrap_or("-"));
    format!("{at}\t{who}\t{}\t{}\t{was}\t{became}", row.action, row.subject_id)
}
