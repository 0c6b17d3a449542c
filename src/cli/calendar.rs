//! `kaiku calendar import`: the closures of an iCalendar file.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::said;
use crate::administration::{self, ChangedBy, closure_file};
use crate::app::StartFault;
use crate::organisation::NodeKind;
use crate::service::Service;

/// What to do with calendars.
#[derive(Subcommand)]
pub enum CalendarCommand {
    /// Closes a place on the days of an iCalendar file. They replace the days of the file imported before; entered days
    /// stay. Imports all days, or none and lists every fault.
    Import(ImportArguments),
}

/// Which file, for which place.
#[derive(Args)]
pub struct ImportArguments {
    /// The iCalendar file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What kind of place: organiser, producer or unit.
    #[arg(long, value_parser = kind)]
    node_kind: NodeKind,
    /// Its short name.
    #[arg(long, value_name = "SLUG")]
    node: String,
}

fn kind(word: &str) -> Result<NodeKind, String> {
    NodeKind::parse(word).ok_or_else(|| "write organiser, producer or unit".to_owned())
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with every fault of the file on a line of its own: `FILE: line N: reason`.
pub async fn run(service: &Service, command: CalendarCommand) -> Result<(), StartFault> {
    let CalendarCommand::Import(arguments) = command;
    let name = arguments.file.display();
    let size = std::fs::metadata(&arguments.file).map_err(|why| said(format!("{name}: {why}")))?.len();
    if usize::try_from(size).is_ok_and(|bytes| bytes > closure_file::BYTES_MAX) {
        return Err(said(format!("{name}: the file is longer than {} bytes", closure_file::BYTES_MAX)));
    }
    let content = std::fs::read(&arguments.file).map_err(|why| said(format!("{name}: {why}")))?;
    let node = service
        .snapshot()
        .tree
        .node(arguments.node_kind, &arguments.node)
        .ok_or_else(|| said(format!("there is no {} {}", arguments.node_kind.as_str(), arguments.node)))?;
    let report =
        administration::import_calendar(service, ChangedBy::CommandLine, node, &content).await.map_err(|problem| {
            if problem.faults.is_empty() {
                return problem.into();
            }
            let lines: Vec<String> = problem.faults.iter().map(|fault| format!("{name}: {}", fault.detail)).collect();
            said(format!("nothing was imported, since the file has faults:\n{}", lines.join("\n")))
        })?;
    println!("{}: closed on {} days by the file, {} left out.", arguments.node, report.days, report.left_out);
    for skipped in &report.skipped {
        println!("{name}: line {}: {}", skipped.line, skipped.why);
    }
    Ok(())
}
