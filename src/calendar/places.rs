//! The working calendars of the whole organisation: closures are entered at organisers, producers and units, and a place
//! is closed when it, its producer or its organiser is. Pure.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use uuid::Uuid;

use super::Calendar;
use crate::organisation::{Node, NodeKind, Place, Tree};

/// The calendars, joined once when the settings are read: intake asks for one with every submission.
#[derive(Debug, Default)]
pub struct Calendars {
    organisers: HashMap<Uuid, Calendar>,
    /// Only producers with closures of their own.
    producers: HashMap<Uuid, Calendar>,
    /// Only units with closures of their own, by unit and each producer they were ever placed with.
    units: HashMap<(Uuid, Uuid), Calendar>,
}

impl Calendars {
    /// The calendars of a tree with these days closed.
    #[must_use]
    pub fn new(tree: &Tree, closed: &HashMap<Node, BTreeSet<Date>>) -> Self {
        let own = |kind: NodeKind, id: Uuid| closed.get(&Node { kind, id });
        let joined = |nodes: &[(NodeKind, Uuid)]| {
            let days = nodes.iter().filter_map(|(kind, id)| own(*kind, *id)).flatten().copied();
            Calendar::new(days.collect())
        };
        let mut calendars = Self::default();
        for id in tree.organisers.keys() {
            calendars.organisers.insert(*id, joined(&[(NodeKind::Organiser, *id)]));
        }
        for producer in tree.producers.values().filter(|producer| own(NodeKind::Producer, producer.id).is_some()) {
            let nodes = [(NodeKind::Producer, producer.id), (NodeKind::Organiser, producer.organiser_id)];
            calendars.producers.insert(producer.id, joined(&nodes));
        }
        for placement in tree.placements.values() {
            let Some(unit) = tree.units.get(&placement.unit_id) else { continue };
            if own(NodeKind::Unit, unit.id).is_none() {
                continue;
            }
            let nodes = [
                (NodeKind::Unit, unit.id),
                (NodeKind::Producer, placement.producer_id),
                (NodeKind::Organiser, unit.organiser_id),
            ];
            calendars.units.insert((unit.id, placement.producer_id), joined(&nodes));
        }
        calendars
    }

    #[must_use]
    pub fn at(&self, place: &Place) -> Option<&Calendar> {
        self.units
            .get(&(place.unit_id, place.producer_id))
            .or_else(|| self.producers.get(&place.producer_id))
            .or_else(|| self.organisers.get(&place.organiser_id))
    }

    pub fn every(&self) -> impl Iterator<Item = &Calendar> {
        self.organisers.values().chain(self.producers.values()).chain(self.units.values())
    }

    /// The calendar of an organiser, for what belongs to no one unit.
    #[must_use]
    pub fn of(&self, organiser_id: Uuid) -> Option<&Calendar> {
        self.organisers.get(&organiser_id)
    }
}
