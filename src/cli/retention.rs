//! `kaiku retention run`: erases what has been kept long enough, or lists what would be erased.

use clap::{Args, Subcommand};

use super::print_lines;
use crate::app::StartFault;
use crate::jobs::retention;
use crate::service::Service;

/// What to do with what has been kept long enough.
#[derive(Subcommand)]
pub enum RetentionCommand {
    /// Erases what the section [retention] of the configuration does not keep any longer; the service does so once a day.
    Run(RunArguments),
}

/// How to run it.
#[derive(Args)]
pub struct RunArguments {
    /// Erases nothing, and prints what would be erased.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, command: RetentionCommand) -> Result<(), StartFault> {
    let RetentionCommand::Run(RunArguments { dry_run }) = command;
    let gone = retention::run(service, dry_run).await?;
    let head = if dry_run { "kind,would_go" } else { "kind,gone" };
    print_lines(std::iter::once(head.to_owned()).chain(gone.into_iter().map(|(kind, rows)| format!("{kind},{rows}"))))
}
