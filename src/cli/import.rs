//! `kaiku import FILE`: reads a whole organisation.

use std::path::PathBuf;

use clap::Args;

use super::said;
use crate::administration::{self, Import, import_file};
use crate::app::StartFault;
use crate::service::Service;

/// Which file to import.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// A TOML file with the organisation: all of it is written, or nothing. Importing it again updates what has the
    /// same short name and adds what is new; nothing is deleted.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with every fault of the file on a line of its own: `FILE: line N: reason`.
pub async fn run(service: &Service, arguments: &ImportArguments) -> Result<(), StartFault> {
    let name = arguments.file.display();
    let size = std::fs::metadata(&arguments.file).map_err(|why| said(format!("{name}: {why}")))?.len();
    if usize::try_from(size).is_ok_and(|bytes| bytes > import_file::FILE_BYTES_MAX) {
        return Err(said(format!("{name}: the file is longer than {} bytes", import_file::FILE_BYTES_MAX)));
    }
    let content = std::fs::read_to_string(&arguments.file).map_err(|why| said(format!("{name}: {why}")))?;
    let import = Import::from_toml(&content, &service.catalogue).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("{name}: {fault}")).collect();
        said(format!("nothing was imported, since the file has faults:\n{}", lines.join("\n")))
    })?;
    let report = administration::import(service, &import).await.map_err(|problem| {
        let places = problem.faults.iter().map(|fault| match fault.pointer.as_str() {
            "" => format!("{name}: {}", fault.detail),
            place => format!("{name}: {place}: {}", fault.detail),
        });
        let lines: Vec<String> = places.collect();
        let first = if lines.is_empty() { problem.detail.as_str() } else { "" };
        let cause = problem.cause.as_deref().unwrap_or("");
        said(format!("nothing was imported: {first} {cause}\n{}", lines.join("\n")))
    })?;
    println!("{}: {} rows added, {} changed.", import.organiser.slug, report.added, report.updated);
    Ok(())
}
