//! Finds the worker's assignment of a card's colour. Feedback and figures hold the assignment's id only; the store resolves
//! it to the worker where somebody asks whose work a case is about.

use jiff::civil::Date;
use uuid::Uuid;

use super::{Tree, Unit};
use crate::base::Channel;
use crate::base::channel::About;

/// The assignment of a colour at a unit in the week of `monday`, if the colour belongs to somebody then.
pub fn assignment(tree: &Tree, unit: &Unit, monday: Date, colour: &str) -> Option<Uuid> {
    let wanted = colour.trim().to_lowercase();
    tree.colour_id(unit.id, monday, &wanted)
}

/// Whose work a feedback is about, if that is known: an oral note is about its author's own meeting, a card about the
/// worker behind its colour.
pub fn about(tree: &Tree, channel: Channel, author: Option<Uuid>, assignment: Option<Uuid>) -> Option<Uuid> {
    match channel.properties().about {
        About::Author => author,
        About::Colour => assignment.and_then(|id| principal_behind(tree, id)),
        About::Nobody => None,
    }
}

/// The principal whose work a card of this assignment is about: never its handler.
fn principal_behind(tree: &Tree, assignment: Uuid) -> Option<Uuid> {
    let worker = tree.colours.get(&assignment)?.worker_id;
    Some(tree.workers.get(&worker)?.principal_id)
}
