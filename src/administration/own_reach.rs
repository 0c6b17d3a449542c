//! Nobody lets cases come to oneself alone. Whoever handles a case reads its texts and may open the giver's contact details, so
//! a change of rules, absences, agreements, people or grants by which its maker would become a handler is refused, unless the
//! maker has a role there that reads texts: a second person has confirmed that one. Naming others stays immediate: every role in
//! which somebody may handle takes a second person, and so does every token that reads cases. Pure.

use std::collections::HashSet;

use jiff::civil::Date;
use uuid::Uuid;

use crate::agreement::{Agreement, Side, State};
use crate::base::{Kind, Problem};
use crate::organisation::roles::{HANDLING_ROLES, reach};
use crate::organisation::{Absence, DataClass, Node, Place, Reach, Role, Tree};
use crate::routing::handler::{choose, may_handle};
use crate::routing::{Rule, RuleResults, Snapshot};

/// Checks that no case comes to `maker` by a change from `before` to `after`.
///
/// # Errors
/// `second-person`.
pub(super) fn check(before: &Snapshot, after: &Snapshot, maker: Uuid, today: Date) -> Result<(), Problem> {
    if names(before, after, maker) || moves_up_to(before, after, maker, today) {
        let detail = "By this change cases would come to you, with what givers wrote and how to reach them. Let somebody else \
                      make it, or ask for the role handler there first, which a second person confirms.";
        return Err(Problem::new(Kind::SecondPerson, detail));
    }
    Ok(())
}

/// Whether a new version of a rule, an absence or an agreement names `maker`, by name or by a role.
fn names(before: &Snapshot, after: &Snapshot, maker: Uuid) -> bool {
    let tree = &after.tree;
    let is_maker = |slug: &String| tree.principal_by_slug(slug).is_some_and(|named| named.id == maker);
    let enabled = |rule: &&Rule| rule.enabled;
    let rules = [before, after].map(|settings| settings.rules.iter().filter(enabled));
    let by_rule = added(rules, |rule| rule.id).any(|rule| {
        let then = &rule.text.then;
        let by_role = then.handler_role.is_some_and(|role| {
            places(tree, |place| place.is_under(rule.node))
                .any(|place| place.reached_by(tree.grants_of(maker)).any(|grant| grant.role == role))
        });
        (then.handler.as_ref().is_some_and(is_maker) || by_role)
            && !reads(tree, maker, |place| place.is_under(rule.node))
    });
    let by_absence = added_absences(before, after).any(|absence| {
        absence.substitute_id == Some(maker)
            && !reads(tree, maker, |place| may_handle(tree, absence.principal_id, place, None).is_some())
    });
    // What two sides have signed has its second person.
    let on_paper = |held: &&Agreement| held.state == State::Accepted && held.proposed_side == Side::Paper;
    let agreements = [before, after].map(|settings| settings.agreements.iter().filter(on_paper));
    let by_agreement = added(agreements, |agreement| agreement.id).any(|agreement| {
        let node = agreement.coverage.unit_id.map_or_else(|| Node::producer(agreement.producer_id), Node::unit);
        [agreement.handler_id, agreement.substitute_id].contains(&Some(maker))
            && !reads(tree, maker, |place| place.is_under(node))
    });
    by_rule || by_absence || by_agreement
}

/// Whether cases whose next handler was another now climb to `maker`, since those who come before are gone or away. In roles
/// that read the texts of the place that needs nobody's word.
fn moves_up_to(before: &Snapshot, after: &Snapshot, maker: Uuid, today: Date) -> bool {
    if !after.tree.grants_of(maker).any(|grant| HANDLING_ROLES.contains(&grant.role) && !reads_texts(grant.role)) {
        return false;
    }
    let begin = added_absences(before, after).map(|absence| absence.first_day);
    let days: HashSet<Date> = begin.filter(|day| today < *day).chain([today]).collect();
    let next =
        |settings: &Snapshot, place: &Place, day| choose(settings, &RuleResults::default(), None, place, None, day);
    before.tree.placements.keys().filter_map(|id| Some((before.tree.place_of(*id)?, after.tree.place_of(*id)?))).any(
        |(was, is)| {
            days.iter().any(|day| {
                let [was, is] = [next(before, &was, *day), next(after, &is, *day)];
                let from_another = was.is_some_and(|(id, _)| id != maker);
                from_another && is.is_some_and(|(id, role)| id == maker && !reads_texts(role))
            })
        },
    )
}

/// Whether `maker` has a role that reads texts wherever `maker` may handle what comes from the places that are `wanted`; not so
/// where that is nowhere, since a role may come later.
fn reads(tree: &Tree, maker: Uuid, wanted: impl Fn(&Place) -> bool) -> bool {
    let has =
        |place: &Place, role: fn(Role) -> bool| place.reached_by(tree.grants_of(maker)).any(|grant| role(grant.role));
    let mut handles = places(tree, wanted).filter(|place| has(place, |role| HANDLING_ROLES.contains(&role))).peekable();
    handles.peek().is_some() && handles.all(|place| has(&place, reads_texts))
}

/// Whether a role reads texts as they were given, be it only those of one's own cases.
fn reads_texts(role: Role) -> bool {
    reach(role, DataClass::OriginalText) != Reach::Nothing
}

/// What stands in the second list and not in the first.
fn added<'s, T: 's>(
    [before, after]: [impl Iterator<Item = &'s T>; 2],
    id: impl Fn(&T) -> Uuid,
) -> impl Iterator<Item = &'s T> {
    let held: HashSet<Uuid> = before.map(&id).collect();
    after.filter(move |one| !held.contains(&id(one)))
}

fn added_absences<'s>(before: &'s Snapshot, after: &'s Snapshot) -> impl Iterator<Item = &'s Absence> {
    added([before, after].map(|settings| settings.absences.iter()), |absence| absence.id)
}

fn places(tree: &Tree, wanted: impl Fn(&Place) -> bool) -> impl Iterator<Item = Place> {
    tree.placements.keys().filter_map(|id| tree.place_of(*id)).filter(move |place| wanted(place))
}
