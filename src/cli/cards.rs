//! `kaiku cards stubs`: serials and codes for printed cards.

use clap::{Args, Subcommand};

use super::{print_lines, said};
use crate::app::StartFault;
use crate::loop_back::card_stubs;
use crate::service::Service;

/// What is printed on cards.
#[derive(Subcommand)]
pub enum CardsCommand {
    /// Prints serials and receipt codes as CSV for a unit's printed cards. Give the file to the printer only: it must reach
    /// no worker who types cards in.
    Stubs(StubsArguments),
}

/// For which cards.
#[derive(Args)]
pub struct StubsArguments {
    /// The unit's short name.
    #[arg(long)]
    unit: String,
    /// How many cards (1 to 2000).
    #[arg(long)]
    count: usize,
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, command: CardsCommand) -> Result<(), StartFault> {
    let CardsCommand::Stubs(arguments) = command;
    let stubs = card_stubs::make(service, &arguments.unit, arguments.count).await.map_err(said)?;
    let rows = stubs.into_iter().map(|stub| format!("{},{}", stub.serial, stub.code));
    print_lines(std::iter::once("serial,code".to_owned()).chain(rows))
}
