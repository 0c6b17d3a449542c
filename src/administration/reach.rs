//! Which settings a caller may see and change. What lies outside does not exist for the caller.

use std::collections::HashMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::confirmations::{Asked, Waiting};
use crate::agreement::Side;
use crate::base::Problem;
use crate::organisation::roles::{reach, who_may};
use crate::organisation::tree::in_force;
use crate::organisation::{
    Action, CareService, DataClass, Node, NodeKind, Organiser, Principal, PrincipalKind, Producer, Reach, Role, Tree,
    Unit,
};
use crate::service::Authority;

/// The settings as one caller sees them on one day.
pub struct View<'a> {
    tree: &'a Tree,
    authority: &'a Authority,
    /// The producers of each unit that are not past, and whether the placement is in force today.
    producers: HashMap<Uuid, Vec<(Uuid, bool)>>,
}

impl<'a> View<'a> {
    /// The view of `authority` on `today`.
    pub fn new(tree: &'a Tree, authority: &'a Authority, today: Date) -> Self {
        let mut producers: HashMap<Uuid, Vec<(Uuid, bool)>> = HashMap::new();
        for placement in tree.placements.values().filter(|placement| placement.valid_to.is_none_or(|to| today <= to)) {
            let now = in_force(today, placement.valid_from, placement.valid_to);
            producers.entry(placement.unit_id).or_default().push((placement.producer_id, now));
        }
        Self { tree, authority, producers }
    }

    /// The node and the nodes above it; with `planned` also the producers to which a unit will move.
    fn upward(&self, node: Node, planned: bool) -> Vec<Node> {
        let mut nodes = vec![node];
        if node.kind == NodeKind::Unit {
            let above = self.producers.get(&node.id).into_iter().flatten();
            nodes.extend(above.filter(|(_, now)| *now || planned).map(|(id, _)| Node::producer(*id)));
        }
        if node.kind != NodeKind::Organiser {
            nodes.extend(self.tree.organiser_of(node).map(Node::organiser));
        }
        nodes
    }

    /// Whether one of the caller's roles at `node` or above it today satisfies `wanted`.
    fn holds(&self, wanted: impl Fn(Role) -> bool, node: Node) -> bool {
        let upward = self.upward(node, false);
        self.authority.grants().iter().any(|grant| wanted(grant.role) && upward.contains(&grant.node))
    }

    /// Whether the caller may do `action` at `node` today.
    pub fn may(&self, action: Action, node: Node) -> bool {
        self.holds(|role| who_may(action, node.kind).contains(&role), node)
    }

    /// Whether the caller's roles reach everything of a class at `node` today.
    pub fn reaches(&self, class: DataClass, node: Node) -> bool {
        self.holds(|role| reach(role, class) == Reach::Node, node)
    }

    /// Whether the caller's roles reach every text at `node` today, with phone numbers and addresses hidden or not.
    pub fn reads_texts(&self, node: Node) -> bool {
        let reads = |role| matches!(reach(role, DataClass::OriginalText), Reach::Node | Reach::NodeMasked);
        self.holds(reads, node)
    }

    /// Whether any of the caller's roles sees cases, be it only the caller's own.
    pub fn reads_cases(&self) -> bool {
        self.authority.grants().iter().any(|grant| reach(grant.role, DataClass::CaseState) != Reach::Nothing)
    }

    /// Whether `node` is at, above or below a node the caller holds any role at.
    pub fn sees(&self, node: Node) -> bool {
        let upward = self.upward(node, true);
        self.authority
            .grants()
            .iter()
            .any(|grant| upward.contains(&grant.node) || self.upward(grant.node, true).contains(&node))
    }

    /// Whether the caller sees a service: whoever sees its organiser does.
    pub fn sees_service(&self, service: &CareService) -> bool {
        self.sees(Node::organiser(service.organiser_id))
    }

    /// Whether the caller administers the settings at `node`.
    pub fn administers(&self, node: Node) -> bool {
        self.may(Action::KeepSettings, node)
    }

    /// Whether the caller administers a principal: an admin of every node at which the principal has a role. Otherwise
    /// an admin of one unit could make a token for somebody with a wider reach.
    pub fn administers_principal(&self, principal: &Principal) -> bool {
        let mut grants = self.tree.grants_of(principal.id).peekable();
        // A principal without a role may have had one anywhere, so only an admin of the organiser administers it.
        let nowhere = grants.peek().is_none();
        let organiser = Node::organiser(principal.organiser_id);
        self.administers_in(principal.organiser_id)
            && grants.all(|grant| self.administers(grant.node))
            && (!nowhere || self.administers(organiser))
    }

    /// Whether the caller may confirm what another person asked for: a person with such a role wherever the grant holds or the
    /// token's principal has a role.
    pub fn may_confirm(&self, waiting: &Waiting) -> bool {
        let caller = self.tree.principals.get(&self.authority.principal_id());
        let Some(principal) = self.tree.principals.get(&waiting.principal_id()) else { return false };
        let nodes: Vec<Node> = match &waiting.asked {
            Asked::Grant(grant) => vec![grant.node],
            Asked::Token(_) => self.tree.grants_of(principal.id).map(|grant| grant.node).collect(),
        };
        let organiser = Node::organiser(principal.organiser_id);
        let nodes = if nodes.is_empty() { vec![organiser] } else { nodes };
        caller.is_some_and(|caller| caller.kind == PrincipalKind::Person)
            && nodes.into_iter().all(|node| self.may(Action::Confirm, node))
    }

    /// Whether the caller is an admin anywhere in an organiser's area, and so may add people there.
    pub fn administers_in(&self, organiser_id: Uuid) -> bool {
        self.authority
            .grants()
            .iter()
            .filter(|grant| grant.allows(Action::KeepSettings))
            .any(|grant| self.tree.organiser_of(grant.node) == Some(organiser_id))
    }

    /// Whether the caller sees who works at a unit and may assign card colours there.
    pub fn keeps_colours(&self, unit_id: Uuid) -> bool {
        self.may(Action::KeepColours, Node::unit(unit_id))
    }

    /// Whether the caller may enter when `node` is closed: an admin, the unit's responsible person, or the producer's
    /// contact.
    pub fn keeps_closures(&self, node: Node) -> bool {
        self.may(Action::KeepClosures, node)
    }

    /// Whether the caller may print cards for a unit: its admin, unless the same person also types in cards that come
    /// back. Such a person must never see a code.
    pub fn prints_cards(&self, unit_id: Uuid) -> bool {
        let unit = Node::unit(unit_id);
        self.may(Action::PrintCards, unit) && !self.may(Action::RecordFeedback, unit)
    }

    /// Whether the caller may read the agreements with a producer: by a role that works with them, at the producer,
    /// above it or at one of its units.
    pub fn reads_agreements(&self, producer_id: Uuid) -> bool {
        let producer = Node::producer(producer_id);
        self.may(Action::ReadAgreements, producer)
            || self
                .authority
                .grants()
                .iter()
                .filter(|grant| grant.allows(Action::ReadAgreements))
                .any(|grant| self.upward(grant.node, false).contains(&producer))
    }

    /// The side for which the caller acts in agreements with a producer: the producer's contact for the producer, an
    /// organiser of the whole area for the organiser. An admin of the whole area enters what was signed `on_paper`, and
    /// signs nothing. A token of another system signs nothing either.
    pub fn agreement_side(&self, producer_id: Uuid, on_paper: bool) -> Option<Side> {
        let producer = Node::producer(producer_id);
        let organiser = self.tree.organiser_of(producer).map(Node::organiser)?;
        let enters = self.may(Action::EnterAgreement, organiser);
        let caller = self.tree.principals.get(&self.authority.principal_id())?;
        let signs = |action, node| caller.kind == PrincipalKind::Person && self.may(action, node);
        match () {
            () if enters && on_paper => Some(Side::Paper),
            () if signs(Action::SignForOrganiser, organiser) => Some(Side::Organiser),
            () if signs(Action::SignForProducer, producer) => Some(Side::Producer),
            () if enters => Some(Side::Paper),
            () => None,
        }
    }

    /// Whether the caller may enter somebody's absences: their own always; those of others as an admin of, or as a
    /// person responsible for, a node at which they have a role.
    pub fn keeps_absences(&self, principal: &Principal) -> bool {
        let mut grants = self.tree.grants_of(principal.id);
        principal.id == self.authority.principal_id() || grants.any(|grant| self.may(Action::KeepAbsences, grant.node))
    }

    /// Whether the caller reads and writes the routing rules of a node.
    pub fn keeps_rules(&self, node: Node) -> bool {
        self.may(Action::KeepRules, node)
    }

    /// The organiser with this short name, if the caller sees it.
    ///
    /// # Errors
    /// `not-found`, as for everything below: what lies outside does not exist.
    pub fn organiser(&self, slug: &str) -> Result<&'a Organiser, Problem> {
        let mut organisers = self.tree.organisers.values();
        organisers
            .find(|known| known.slug == slug && self.sees(Node::organiser(known.id)))
            .ok_or_else(Problem::not_found)
    }

    /// The producer with this short name, if the caller sees it.
    ///
    /// # Errors
    /// `not-found`.
    pub fn producer(&self, slug: &str) -> Result<&'a Producer, Problem> {
        let found = self.tree.producer_by_slug(slug);
        found.filter(|known| self.sees(Node::producer(known.id))).ok_or_else(Problem::not_found)
    }

    /// The unit with this short name, if the caller sees it.
    ///
    /// # Errors
    /// `not-found`.
    pub fn unit(&self, slug: &str) -> Result<&'a Unit, Problem> {
        let found = self.tree.unit_by_slug(slug);
        found.filter(|known| self.sees(Node::unit(known.id))).ok_or_else(Problem::not_found)
    }

    /// The principal with this short name, if the caller administers it.
    ///
    /// # Errors
    /// `not-found`.
    pub fn kept_principal(&self, slug: &str) -> Result<&'a Principal, Problem> {
        let found = self.tree.principal_by_slug(slug);
        found.filter(|known| self.administers_principal(known)).ok_or_else(Problem::not_found)
    }

    /// All principals that the caller administers. Goes through the grants once, however many principals there are.
    pub fn kept_principals(&self) -> Vec<&'a Principal> {
        let mut kept: HashMap<Uuid, &Principal> = self
            .tree
            .principals
            .values()
            .filter(|principal| self.administers_in(principal.organiser_id))
            .map(|principal| (principal.id, principal))
            .collect();
        for grant in &self.tree.grants {
            if kept.contains_key(&grant.principal_id) && !self.administers(grant.node) {
                kept.remove(&grant.principal_id);
            }
        }
        kept.into_values().collect()
    }

    /// Checks that the caller administers the settings at `node`.
    ///
    /// # Errors
    /// `not-found`.
    pub fn must_administer(&self, node: Node) -> Result<(), Problem> {
        if self.administers(node) { Ok(()) } else { Err(Problem::not_found()) }
    }
}
