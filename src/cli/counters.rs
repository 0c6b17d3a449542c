//! `kaiku counters check`: recounts from the answers and compares with the counters.

use clap::Subcommand;

use super::print_lines;
use crate::app::StartFault;
use crate::figures::counters::{CountedFor, FEEDBACKS};
use crate::organisation::Tree;
use crate::organisation::tree::{Node, NodeKind};
use crate::reporting::recount::{self, Difference};
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
    let settings = service.snapshot();
    print_lines(differences.iter().flat_map(|difference| lines(&settings.tree, difference)))?;
    Err(StartFault(format!("{} counter blocks differ from the recount", differences.len())))
}

/// Which block differs, and a line for each count of it that does.
pub fn lines(tree: &Tree, difference: &Difference) -> Vec<String> {
    let key = &difference.key;
    let unit = |id| {
        let unit_id = tree.place_of(id)?.unit_id;
        tree.node_slug(Node { kind: NodeKind::Unit, id: unit_id })
    };
    let whose = match key.counted_for {
        CountedFor::Placement(id) => unit(id).map_or_else(|| format!("placement {id}"), |slug| format!("unit {slug}")),
        CountedFor::Assignment(id) => format!("colour assignment {id}"),
    };
    let block = format!("{whose}, {} version {}, channel {}, {}:", key.instrument, key.version, key.channel, key.month);
    let counts = difference.counted.differing(&difference.recounted).into_iter().map(|(name, held, recounted)| {
        let name = if name == FEEDBACKS { "feedbacks" } else { name };
        format!("  {name}: {held} in the counters, {recounted} by the recount")
    });
    std::iter::once(block).chain(counts).collect()
}
