//! Who handles: never the person it is about. Asked in order, at last the organiser.

use uuid::Uuid;

use super::Results;
use crate::agreement::Agreement;
use crate::organisation::{NodeKind, Place, Role, Tree};

/// The first who may handle: the rule's person, the agreement's handler and substitute, then role-holders from the unit upward.
pub fn choose(
    tree: &Tree,
    then: &Results,
    agreement: Option<&Agreement>,
    place: &Place,
    about: Option<Uuid>,
) -> Option<(Uuid, Role)> {
    candidates(tree, then, agreement, place).into_iter().find(|(id, _)| Some(*id) != about)
}

/// Whether `principal_id` may take over a case at `place` that is about `about`: somebody who could be chosen there.
pub fn may_handle(tree: &Tree, principal_id: Uuid, place: &Place, about: Option<Uuid>) -> Option<Role> {
    if about == Some(principal_id) || tree.principals.get(&principal_id)?.disabled {
        return None;
    }
    let roles = [Role::Handler, Role::ResponsiblePerson, Role::ProducerContact, Role::Organiser];
    roles.into_iter().find(|role| {
        tree.grants
            .iter()
            .any(|grant| grant.principal_id == principal_id && grant.role == *role && place.is_under(grant.node))
    })
}

fn candidates(tree: &Tree, then: &Results, agreement: Option<&Agreement>, place: &Place) -> Vec<(Uuid, Role)> {
    let named = then.handler.as_deref().and_then(|slug| tree.principal_by_slug(slug)).map(|principal| principal.id);
    let agreed = agreement.map_or([None, None], |agreement| [agreement.handler_id, agreement.substitute_id]);
    let mut found: Vec<(Uuid, Role)> = [named, agreed[0], agreed[1]]
        .into_iter()
        .flatten()
        .filter(|id| tree.principals.get(id).is_some_and(|principal| !principal.disabled))
        .map(|id| (id, Role::Handler))
        .collect();
    for node in place.upward() {
        let roles: &[Role] = match node.kind {
            NodeKind::Unit => &[Role::Handler, Role::ResponsiblePerson],
            NodeKind::Producer => &[Role::Handler, Role::ResponsiblePerson, Role::ProducerContact],
            NodeKind::Organiser => &[Role::Handler, Role::Organiser],
        };
        let first = then.handler_role.iter();
        for role in first.chain(roles) {
            found.extend(tree.holders(*role, node).into_iter().map(|principal| (principal.id, *role)));
        }
    }
    found
}
