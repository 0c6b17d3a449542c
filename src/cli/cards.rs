//! `kaiku cards stubs|sheet`: serials and codes for printed cards, and pages to print.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{print_lines, said};
use crate::app::StartFault;
use crate::base::Language;
use crate::loop_back::card_sheets::{self, NewCardSheets};
use crate::loop_back::card_stubs;
use crate::service::Service;

/// What to make for printed cards.
#[derive(Subcommand)]
pub enum CardsCommand {
    /// Prints serials and receipt codes as CSV for a unit's printed cards. Give the file to the printer only: it must reach
    /// no worker who types cards in.
    Stubs(StubsArguments),
    /// Writes a page of cards with stubs to print on A4. Its codes are stored nowhere else: print it, then delete it. It
    /// must reach no worker who types cards in.
    Sheet(SheetArguments),
}

/// For which unit, and how many.
#[derive(Args)]
pub struct StubsArguments {
    /// The unit's short name.
    #[arg(long)]
    unit: String,
    /// How many cards (1 to 2000).
    #[arg(long)]
    count: usize,
}

/// Which cards, and the file to write.
#[derive(Args)]
pub struct SheetArguments {
    /// The unit's short name.
    #[arg(long)]
    unit: String,
    /// The cards' colour, as the unit calls it.
    #[arg(long)]
    colour: Option<String>,
    /// How many cards (1 to 300); three fill a sheet.
    #[arg(long)]
    count: usize,
    /// The language of the cards.
    #[arg(long, default_value = "fi", value_parser = language)]
    language: Language,
    /// The file to write: an HTML page that only you may read. It must not exist yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

fn language(word: &str) -> Result<Language, String> {
    Language::parse(word).ok_or_else(|| "write fi, sv or en".to_owned())
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, command: CardsCommand) -> Result<(), StartFault> {
    match command {
        CardsCommand::Stubs(arguments) => {
            let stubs = card_stubs::make(service, &arguments.unit, arguments.count).await?;
            let rows = stubs.into_iter().map(|stub| format!("{},{}", stub.serial.reveal(), stub.code.reveal()));
            print_lines(std::iter::once("serial,code".to_owned()).chain(rows))
        }
        CardsCommand::Sheet(arguments) => sheet(service, arguments).await,
    }
}

async fn sheet(service: &Service, arguments: SheetArguments) -> Result<(), StartFault> {
    let name = arguments.out.display();
    let mut options = std::fs::OpenOptions::new();
    // The file is created before the cards are made: without a page the cards would be lost.
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&arguments.out)
        .map_err(|why| said(format!("{name}: {why}")))?;
    let wanted = NewCardSheets { colour: arguments.colour, count: arguments.count, language: arguments.language };
    let made = match card_sheets::make(service, &arguments.unit, &wanted).await {
        Ok(made) => made,
        Err(problem) => {
            // Best effort: an empty file does no harm.
            let _ = std::fs::remove_file(&arguments.out);
            return Err(problem.into());
        }
    };
    file.write_all(made.html.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|why| said(format!("{name}: {why}")))?;
    println!("{name}: {} cards. Print it on A4 at 100 %, then delete it: its codes stand nowhere else.", wanted.count);
    Ok(())
}
