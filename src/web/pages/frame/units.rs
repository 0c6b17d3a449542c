//! Units and their instruments for pages: the unit of an address, whether it takes feedback, and what it offers.

use std::sync::Arc;

use jiff::civil::Date;

use crate::base::{Channel, Problem};
use crate::instrument::Instrument;
use crate::organisation::{Tree, Unit};
use crate::routing::Snapshot;

/// The unit with a short name.
///
/// # Errors
/// [`crate::base::Kind::NotFound`].
pub fn unit_of<'t>(tree: &'t Tree, slug: &str) -> Result<&'t Unit, Problem> {
    tree.unit_by_slug(slug).ok_or_else(Problem::not_found)
}

/// Whether a unit takes feedback on the web today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Yes,
    /// It is closed permanently.
    Closed,
    /// It has no producer today.
    Unplaced,
}

impl Takes {
    /// Whether `unit` takes feedback on `today`, by the same rules as intake.
    pub fn of(tree: &Tree, unit: &Unit, today: Date) -> Self {
        match unit.closed_on {
            Some(closed) if closed <= today => Self::Closed,
            _ if tree.place(unit, today).is_none() => Self::Unplaced,
            _ => Self::Yes,
        }
    }
}

/// The instruments that a unit offers on a channel.
pub fn offered<'s>(snapshot: &'s Snapshot, unit: &Unit, channel: Channel) -> impl Iterator<Item = &'s Instrument> {
    let service = snapshot.tree.services.get(&unit.service_id).map_or("", |service| &service.slug).to_owned();
    let newest = snapshot.catalogue.newest().map(std::convert::AsRef::as_ref);
    newest.filter(move |instrument: &&Instrument| instrument.offered_to(&service, channel))
}

/// The instrument of a form in a version, or in its newest version.
pub fn web_instrument(snapshot: &Snapshot, id: &str, version: Option<u32>) -> Option<Arc<Instrument>> {
    snapshot.catalogue.get(id, version).filter(|instrument| instrument.comes_by(Channel::Web)).cloned()
}
