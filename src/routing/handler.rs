//! Chooses who handles a case: never the person it is about. Candidates are tried in order; the organiser comes last.

use jiff::civil::Date;
use uuid::Uuid;

use super::{RuleResults, Snapshot};
use crate::agreement::Agreement;
use crate::organisation::roles::HANDLING_ROLES;
use crate::organisation::{Node, Place, Role, Tree};

/// The first candidate who may handle and is present on `day`: the rule's person or role, the agreement's handler and
/// substitute, then holders of roles from the unit upward. For a candidate who is away, a substitute counts. If all are
/// away without a substitute, it is the first who may handle, so that no case is without a handler.
pub fn choose(
    snapshot: &Snapshot,
    then: &RuleResults,
    agreement: Option<&Agreement>,
    place: &Place,
    about: Option<Uuid>,
    day: Date,
) -> Option<(Uuid, Role)> {
    let tree = &snapshot.tree;
    let named = then.handler.as_deref().and_then(|slug| tree.principal_by_slug(slug)).map(|principal| principal.id);
    let of_role = then.handler_role.into_iter().flat_map(|role| place.upward().map(|node| (role, node)));
    let upward = place.upward().into_iter().flat_map(|node| HANDLING_ROLES.map(|role| (role, node)));
    let [agreed, substitute] = agreement.map_or([None, None], |agreed| [agreed.handler_id, agreed.substitute_id]);
    let mut asked: Vec<Asked> = named.into_iter().map(Asked::Person).collect();
    asked.extend(of_role.map(|(role, node)| Asked::Holders(role, node)));
    asked.extend(agreed.into_iter().chain(substitute).map(Asked::Person));
    asked.extend(upward.map(|(role, node)| Asked::Holders(role, node)));

    let holders = |role: Role, node: Node| {
        let held = tree.holders(role, node).into_iter().map(|principal| principal.id);
        held.filter(|id| Some(*id) != about).collect::<Vec<Uuid>>()
    };
    let present = asked.iter().find_map(|asked| match asked {
        Asked::Person(id) => acting(snapshot, *id, agreement, place, about, day),
        Asked::Holders(role, node) => {
            let held = holders(*role, *node);
            let there = held.iter().find(|id| !snapshot.is_away(**id, day)).map(|id| (*id, *role));
            there.or_else(|| held.into_iter().find_map(|id| acting(snapshot, id, agreement, place, about, day)))
        }
    });
    present.or_else(|| {
        asked.iter().find_map(|asked| match asked {
            Asked::Person(id) => Some((*id, may_handle(tree, *id, place, about)?)),
            Asked::Holders(role, node) => holders(*role, *node).first().map(|id| (*id, *role)),
        })
    })
}

/// A candidate, in the order in which they are tried.
enum Asked {
    Person(Uuid),
    /// The holders of a role at exactly this node.
    Holders(Role, Node),
}

/// Who acts for `principal_id` on `day`: the principal, or the substitute whom the absence or the agreement names, or that
/// one's substitute, and so on; `None` if none of them is present and may handle. Each is tried once, even in a cycle.
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
        // The last one pushed is tried first: the substitute of an absence comes before that of the agreement.
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
    let holds = |role: &Role| place.reached_by(tree.grants_of(principal_id)).any(|grant| grant.role == *role);
    HANDLING_ROLES.into_iter().find(holds)
}
