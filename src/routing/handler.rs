//! Who handles: never the person it is about. Asked in order, at last the organiser.

use jiff::civil::Date;
use uuid::Uuid;

use super::{Results, Snapshot};
use crate::agreement::Agreement;
use crate::organisation::{Node, Place, Role, Tree};

/// The roles in which somebody may handle a case, from the nearest to the last.
pub const HANDLING_ROLES: [Role; 4] = [Role::Handler, Role::ResponsiblePerson, Role::ProducerContact, Role::Organiser];

/// The first who may handle: the rule's person or role, the agreement's handler and substitute, then role-holders from the
/// unit upward.
pub fn choose(
    tree: &Tree,
    then: &Results,
    agreement: Option<&Agreement>,
    place: &Place,
    about: Option<Uuid>,
) -> Option<(Uuid, Role)> {
    let person = |id: Option<Uuid>| id.and_then(|id| Some((id, may_handle(tree, id, place, about)?)));
    let holder = |role: Role, node: Node| {
        let holders = tree.holders(role, node);
        holders.into_iter().find(|principal| Some(principal.id) != about).map(|principal| (principal.id, role))
    };
    let named = then.handler.as_deref().and_then(|slug| tree.principal_by_slug(slug)).map(|principal| principal.id);
    let by_rule = || then.handler_role.and_then(|role| place.upward().into_iter().find_map(|node| holder(role, node)));
    let by_agreement =
        || agreement.and_then(|agreed| person(agreed.handler_id).or_else(|| person(agreed.substitute_id)));
    let upward =
        || place.upward().into_iter().find_map(|node| HANDLING_ROLES.iter().find_map(|role| holder(*role, node)));
    person(named).or_else(by_rule).or_else(by_agreement).or_else(upward)
}

/// Who acts for `principal_id` on `day`: they themselves, else whoever stands in for them by their absence or the agreement,
/// and so on; none when nobody of them is there and may handle it. A circle of substitutes ends where it began.
pub fn acting(
    snapshot: &Snapshot,
    principal_id: Uuid,
    agreement: Option<&Agreement>,
    place: &Place,
    about: Option<Uuid>,
    day: Date,
) -> Option<(Uuid, Role)> {
    let mut asked = Vec::new();
    let mut waiting = vec![principal_id];
    while let Some(id) = waiting.pop() {
        if asked.contains(&id) {
            continue;
        }
        asked.push(id);
        if !snapshot.is_away(id, day)
            && let Some(role) = may_handle(&snapshot.tree, id, place, about)
        {
            return Some((id, role));
        }
        // The last one pushed is asked first: an absence names its own substitute, the agreement one for always.
        waiting
            .extend(agreement.filter(|agreed| agreed.handler_id == Some(id)).and_then(|agreed| agreed.substitute_id));
        let absences = snapshot.absences.iter().filter(|absence| absence.principal_id == id && absence.covers(day));
        waiting.extend(absences.filter_map(|absence| absence.substitute_id));
    }
    None
}

/// In which role `principal_id` may handle a case at `place` that is about `about`, if in any.
pub fn may_handle(tree: &Tree, principal_id: Uuid, place: &Place, about: Option<Uuid>) -> Option<Role> {
    if about == Some(principal_id) || tree.principals.get(&principal_id)?.disabled {
        return None;
    }
    HANDLING_ROLES.into_iter().find(|role| {
        tree.grants
            .iter()
            .any(|grant| grant.principal_id == principal_id && grant.role == *role && place.is_under(grant.node))
    })
}
