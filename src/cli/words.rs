//! `kaiku words check`: measures the words of danger and of complaint on texts with known results.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{print_lines, said};
use crate::app::StartFault;
use crate::text::words::Vocabulary;
use crate::text::words::corpus::{self, Count, Report};

/// What to do with the words of danger and of complaint.
#[derive(Subcommand)]
pub enum WordsCommand {
    /// Classifies texts whose right result is known. Prints how many were recognised, by language and kind, and which
    /// were classified wrongly and why.
    Check(CheckArguments),
}

/// Which texts to classify.
#[derive(Args)]
pub struct CheckArguments {
    /// Files with one JSON object a line: id, lang, kind, text, and expected with "urgent" or "complaint", true or false.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] for a file that cannot be read.
pub fn run(vocabulary: &Vocabulary, command: WordsCommand) -> Result<(), StartFault> {
    let WordsCommand::Check(CheckArguments { files }) = command;
    for file in files {
        let fault = |why: String| said(format!("{}: {why}", file.display()));
        let content = std::fs::read_to_string(&file).map_err(|why| fault(why.to_string()))?;
        let samples = corpus::parse(&content).map_err(fault)?;
        print_lines(lines(&file, &corpus::measure(vocabulary, &samples)).into_iter())?;
    }
    Ok(())
}

fn lines(file: &Path, report: &Report) -> Vec<String> {
    let mut lines = vec![format!("{}", file.display()), row("all", report.all)];
    lines.extend(report.by_language.iter().map(|(language, count)| row(language, *count)));
    lines.extend(report.by_kind.iter().map(|(kind, count)| row(kind, *count)));
    for wrong in &report.wrong {
        lines.push(format!("  {} was read as {}", wrong.id, wrong.read_as));
        lines.extend(wrong.because.iter().map(|phrase| format!("    {phrase}")));
    }
    lines
}

fn row(name: &str, count: Count) -> String {
    let part = |part: u32| format!("{part:3}/{} ({:.0} %)", count.texts, count.percent(part));
    format!(
        "  {name:<16} urgent {:<16} either level {:<16} complaint {}",
        part(count.urgent),
        part(count.either()),
        part(count.complaints)
    )
}
