//! The organisation: a tree with dated placements, held in memory and rebuilt when settings change.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use uuid::Uuid;

use super::Role;
use crate::base::redacted_debug;
use crate::base::words::word_enum;

/// A county or another body that organises services (palvelunjärjestäjä).
#[derive(Debug, Clone)]
pub struct Organiser {
    pub id: Uuid,
    /// Its short name in addresses.
    pub slug: String,
    pub name: String,
}

/// A service such as adult social work.
#[derive(Debug, Clone)]
pub struct CareService {
    pub id: Uuid,
    pub organiser_id: Uuid,
    /// Unique within the organiser.
    pub slug: String,
    pub name: String,
}

/// Who produces services (palveluntuottaja).
#[derive(Debug, Clone)]
pub struct Producer {
    pub id: Uuid,
    /// For whom it produces.
    pub organiser_id: Uuid,
    /// Unique in the installation.
    pub slug: String,
    pub name: String,
}

/// A unit that gives a service (toimintayksikkö).
#[derive(Debug, Clone)]
pub struct Unit {
    pub id: Uuid,
    /// In whose area.
    pub organiser_id: Uuid,
    pub service_id: Uuid,
    /// Unique in the installation and never used again.
    pub slug: String,
    pub name: String,
    /// Whether its first screen names emergency help and offers a button to leave the page quickly.
    pub sensitive: bool,
    /// From this day on it takes no feedback.
    pub closed_on: Option<Date>,
}

/// Which producer a unit belongs to, and when.
#[derive(Debug, Clone)]
pub struct Placement {
    /// Its id; feedback and counters hold it.
    pub id: Uuid,
    pub unit_id: Uuid,
    pub producer_id: Uuid,
    pub valid_from: Date,
    /// Last day, or none.
    pub valid_to: Option<Date>,
}

word_enum! {
    /// What kind of actor a principal is.
    pub enum PrincipalKind: "kind of principal" {
        /// A human being.
        Person = "person",
        /// Another system.
        Client = "client",
        /// A tablet in a lobby.
        Kiosk = "kiosk",
        /// The service itself.
        Job = "job",
    }
}

/// Somebody or something that acts.
#[derive(Clone)]
pub struct Principal {
    pub id: Uuid,
    /// The organiser in whose area it acts.
    pub organiser_id: Uuid,
    /// Unique in the installation.
    pub slug: String,
    /// What kind of actor.
    pub kind: PrincipalKind,
    /// The name staff see; never shown to a giver.
    pub name: String,
    /// Where notices can be sent.
    pub email: Option<String>,
    /// `fi`, `sv` or `en`: the language of notices.
    pub language: String,
    /// How notices are mailed.
    pub mail: MailWish,
    /// Whether it may no longer act.
    pub disabled: bool,
}

redacted_debug!(Principal { id, slug });

/// A time in which somebody is away.
#[derive(Debug, Clone)]
pub struct Absence {
    pub id: Uuid,
    /// Who is away.
    pub principal_id: Uuid,
    /// The substitute, in addition to those of agreements.
    pub substitute_id: Option<Uuid>,
    pub first_day: Date,
    pub last_day: Date,
}

impl Absence {
    /// Whether `day` lies within it.
    pub fn covers(&self, day: Date) -> bool {
        in_force(day, self.first_day, Some(self.last_day))
    }
}

word_enum! {
    /// How somebody wants notices by mail. What is urgent is mailed at once whatever is chosen.
    #[derive(Default)]
    pub enum MailWish: "way of getting mail" {
        /// A mail for each notice.
        Each = "each",
        /// One mail a working morning with everything.
        #[default]
        Digest = "digest",
        /// No mail: notices are read in the service.
        None = "none",
    }
}

/// A principal at work in a unit.
#[derive(Debug, Clone)]
pub struct Worker {
    pub id: Uuid,
    pub unit_id: Uuid,
    pub principal_id: Uuid,
    pub valid_from: Date,
    /// Last day, or none.
    pub valid_to: Option<Date>,
}

/// Whose work cards of a colour are about in one week.
#[derive(Debug, Clone)]
pub struct CardColour {
    /// Its id; feedback holds it instead of the worker.
    pub id: Uuid,
    pub unit_id: Uuid,
    /// The Monday of the week; an assignment runs to Sunday.
    pub week: Date,
    /// The colour's word, lower case (`keltainen`, `sininen` …).
    pub colour: String,
    /// The worker whose work it is.
    pub worker_id: Uuid,
}

word_enum! {
    /// What kind of place in the tree.
    pub enum NodeKind: "kind of node" {
        /// The whole area of an organiser.
        Organiser = "organiser",
        /// One producer's units.
        Producer = "producer",
        /// One unit.
        Unit = "unit",
    }
}

/// A place in the tree at which a role or a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    pub kind: NodeKind,
    pub id: Uuid,
}

impl Node {
    pub const fn organiser(id: Uuid) -> Self {
        Self { kind: NodeKind::Organiser, id }
    }

    pub const fn producer(id: Uuid) -> Self {
        Self { kind: NodeKind::Producer, id }
    }

    pub const fn unit(id: Uuid) -> Self {
        Self { kind: NodeKind::Unit, id }
    }
}

/// (principal, role, node).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    pub principal_id: Uuid,
    pub role: Role,
    pub node: Node,
}

/// Where a feedback belongs on the day it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub organiser_id: Uuid,
    /// The producer by the placement in force.
    pub producer_id: Uuid,
    pub unit_id: Uuid,
    /// The unit's service.
    pub service_id: Uuid,
    /// The placement in force.
    pub placement_id: Uuid,
}

impl Place {
    /// The nodes from the unit upward.
    pub fn upward(&self) -> [Node; 3] {
        [Node::unit(self.unit_id), Node::producer(self.producer_id), Node::organiser(self.organiser_id)]
    }

    /// Whether `node` is this unit, its producer or its organiser.
    pub fn is_under(&self, node: Node) -> bool {
        self.upward().contains(&node)
    }

    /// Those of `grants` that reach this place: held at the unit, its producer or its organiser.
    pub fn reached_by<'g>(&self, grants: impl IntoIterator<Item = &'g Grant>) -> impl Iterator<Item = &'g Grant> {
        grants.into_iter().filter(|grant| self.is_under(grant.node))
    }
}

/// The whole organisation, indexed for the look-ups of intake and routing. The public maps have the id as their key.
#[derive(Debug, Default)]
pub struct Tree {
    pub organisers: HashMap<Uuid, Organiser>,
    pub services: HashMap<Uuid, CareService>,
    pub producers: HashMap<Uuid, Producer>,
    pub units: HashMap<Uuid, Unit>,
    pub placements: HashMap<Uuid, Placement>,
    pub principals: HashMap<Uuid, Principal>,
    pub workers: HashMap<Uuid, Worker>,
    pub colours: HashMap<Uuid, CardColour>,
    pub grants: Vec<Grant>,
    units_by_slug: HashMap<String, Uuid>,
    placements_by_unit: HashMap<Uuid, Vec<Uuid>>,
    colours_by_card: HashMap<(Uuid, Date, String), Uuid>,
    grants_by_node: HashMap<Node, Vec<usize>>,
    grants_by_principal: HashMap<Uuid, Vec<usize>>,
}

/// Whether `day` is between `from` and `to`, both included.
pub fn in_force(day: Date, from: Date, to: Option<Date>) -> bool {
    from <= day && to.is_none_or(|last| day <= last)
}

impl Tree {
    /// Fills the indexes from the public tables.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        self.units_by_slug = self.units.values().map(|unit| (unit.slug.clone(), unit.id)).collect();
        self.placements_by_unit.clear();
        for placement in self.placements.values() {
            self.placements_by_unit.entry(placement.unit_id).or_default().push(placement.id);
        }
        self.colours_by_card =
            self.colours.values().map(|card| ((card.unit_id, card.week, card.colour.clone()), card.id)).collect();
        self.grants_by_node.clear();
        self.grants_by_principal.clear();
        for (index, grant) in self.grants.iter().enumerate() {
            self.grants_by_node.entry(grant.node).or_default().push(index);
            self.grants_by_principal.entry(grant.principal_id).or_default().push(index);
        }
        self
    }

    /// The unit of this short name.
    pub fn unit_by_slug(&self, slug: &str) -> Option<&Unit> {
        self.units.get(self.units_by_slug.get(slug)?)
    }

    /// The producer of this short name.
    pub fn producer_by_slug(&self, slug: &str) -> Option<&Producer> {
        self.producers.values().find(|producer| producer.slug == slug)
    }

    /// The principal of this short name.
    pub fn principal_by_slug(&self, slug: &str) -> Option<&Principal> {
        self.principals.values().find(|principal| principal.slug == slug)
    }

    /// Where `unit` belongs on `day`, if it is placed with a producer then.
    pub fn place(&self, unit: &Unit, day: Date) -> Option<Place> {
        self.placements_by_unit
            .get(&unit.id)?
            .iter()
            .filter_map(|id| self.placements.get(id))
            .find(|placement| in_force(day, placement.valid_from, placement.valid_to))
            .and_then(|placement| self.place_of(placement.id))
    }

    /// The place of a placement in the tree.
    pub fn place_of(&self, placement_id: Uuid) -> Option<Place> {
        let placement = self.placements.get(&placement_id)?;
        let unit = self.units.get(&placement.unit_id)?;
        Some(Place {
            organiser_id: unit.organiser_id,
            producer_id: placement.producer_id,
            unit_id: unit.id,
            service_id: unit.service_id,
            placement_id,
        })
    }

    /// The assignment of a colour (lower case) at a unit in the week of `monday`.
    pub(super) fn colour_id(&self, unit_id: Uuid, monday: Date, colour: &str) -> Option<Uuid> {
        self.colours_by_card.get(&(unit_id, monday, colour.to_owned())).copied()
    }

    /// The node of a short name, for calls and files that name a place.
    pub fn node(&self, kind: NodeKind, slug: &str) -> Option<Node> {
        let id = match kind {
            NodeKind::Organiser => self.organisers.values().find(|organiser| organiser.slug == slug)?.id,
            NodeKind::Producer => self.producer_by_slug(slug)?.id,
            NodeKind::Unit => self.unit_by_slug(slug)?.id,
        };
        Some(Node { kind, id })
    }

    /// The short name of a node.
    pub fn node_slug(&self, node: Node) -> Option<&str> {
        match node.kind {
            NodeKind::Organiser => self.organisers.get(&node.id).map(|organiser| organiser.slug.as_str()),
            NodeKind::Producer => self.producers.get(&node.id).map(|producer| producer.slug.as_str()),
            NodeKind::Unit => self.units.get(&node.id).map(|unit| unit.slug.as_str()),
        }
    }

    /// The organiser above a node.
    pub fn organiser_of(&self, node: Node) -> Option<Uuid> {
        match node.kind {
            NodeKind::Organiser => self.organisers.get(&node.id).map(|organiser| organiser.id),
            NodeKind::Producer => self.producers.get(&node.id).map(|producer| producer.organiser_id),
            NodeKind::Unit => self.units.get(&node.id).map(|unit| unit.organiser_id),
        }
    }

    /// The roles of a principal.
    pub fn grants_of(&self, principal_id: Uuid) -> impl Iterator<Item = &Grant> {
        self.grants_by_principal.get(&principal_id).into_iter().flatten().filter_map(|index| self.grants.get(*index))
    }

    /// Who holds `role` at the unit, its producer and its organiser and may act: a list for each of the three, from the
    /// unit upward.
    pub fn holders_upward(&self, role: Role, place: &Place) -> impl Iterator<Item = Vec<&Principal>> {
        place.upward().into_iter().map(move |node| self.holders(role, node))
    }

    /// The ids of the units that are, were or will be below a node, each once.
    pub fn units_below(&self, node: Node) -> BTreeSet<Uuid> {
        match node.kind {
            NodeKind::Unit => BTreeSet::from([node.id]),
            NodeKind::Producer => {
                let placed = self.placements.values().filter(|placement| placement.producer_id == node.id);
                placed.map(|placement| placement.unit_id).collect()
            }
            NodeKind::Organiser => {
                self.units.values().filter(|unit| unit.organiser_id == node.id).map(|unit| unit.id).collect()
            }
        }
    }

    /// Who holds `role` right at `node` and may act, in the order of their ids so that every instance picks the same one.
    pub fn holders(&self, role: Role, node: Node) -> Vec<&Principal> {
        let mut found: Vec<&Principal> = self
            .grants_by_node
            .get(&node)
            .into_iter()
            .flatten()
            .filter_map(|index| self.grants.get(*index))
            .filter(|grant| grant.role == role)
            .filter_map(|grant| self.principals.get(&grant.principal_id))
            .filter(|principal| !principal.disabled)
            .collect();
        found.sort_by_key(|principal| principal.id);
        found
    }
}
