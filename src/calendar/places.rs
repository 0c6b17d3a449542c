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
    unusable: Vec<Node>,
}

impl Calendars {
    /// The calendars of a tree with these days closed. Closures of a node that leave too few working days to count a term
    /// do not count: else nothing there could be promised, taken in or reminded of.
    #[must_use]
    pub fn new(tree: &Tree, closed: &HashMap<Node, BTreeSet<Date>>) -> Self {
        let mut calendars = Self::default();
        for id in tree.organisers.keys() {
            let node = Node { kind: NodeKind::Organiser, id: *id };
            let calendar = calendars.joined(&Calendar::default(), node, closed).unwrap_or_default();
            calendars.organisers.insert(*id, calendar);
        }
        let has_own = |kind: NodeKind, id: Uuid| closed.contains_key(&Node { kind, id });
        for producer in tree.producers.values().filter(|producer| has_own(NodeKind::Producer, producer.id)) {
            let above = calendars.organisers.get(&producer.organiser_id).cloned().unwrap_or_default();
            let node = Node { kind: NodeKind::Producer, id: producer.id };
            if let Some(calendar) = calendars.joined(&above, node, closed) {
                calendars.producers.insert(producer.id, calendar);
            }
        }
        for placement in tree.placements.values() {
            let Some(unit) = tree.units.get(&placement.unit_id).filter(|unit| has_own(NodeKind::Unit, unit.id)) else {
                continue;
            };
            let of_organiser = || calendars.organisers.get(&unit.organiser_id);
            let above = calendars.producers.get(&placement.producer_id).or_else(of_organiser).cloned();
            let node = Node { kind: NodeKind::Unit, id: unit.id };
            if let Some(calendar) = calendars.joined(&above.unwrap_or_default(), node, closed) {
                calendars.units.insert((unit.id, placement.producer_id), calendar);
            }
        }
        calendars.unusable.sort_unstable_by_key(|node| (node.kind.as_str(), node.id));
        calendars.unusable.dedup();
        calendars
    }

    /// The calendar above a node with the node's own closures; none where it has none, or where they do not count.
    fn joined(&mut self, above: &Calendar, node: Node, closed: &HashMap<Node, BTreeSet<Date>>) -> Option<Calendar> {
        let own = closed.get(&node)?;
        let calendar = Calendar::new(above.closures().union(own).copied().collect());
        if calendar.leaves_enough_working_days() {
            return Some(calendar);
        }
        self.unusable.push(node);
        None
    }

    /// The nodes whose closures do not count, since with those above they leave too few working days.
    #[must_use]
    pub fn unusable(&self) -> &[Node] {
        &self.unusable
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
