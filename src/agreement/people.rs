//! Whether the people whom an agreement names can do there what it asks of them.

use uuid::Uuid;

use super::Agreement;
use crate::organisation::{Action, Node, Tree};

/// Why somebody whom an agreement names could not open its cases, with the field.
pub fn outsiders(tree: &Tree, agreement: &Agreement) -> Vec<(&'static str, String)> {
    let producer = tree.producers.get(&agreement.producer_id).map_or("", |producer| producer.slug.as_str());
    let named: [(&str, Option<Uuid>, Action, &str); 3] = [
        ("/handler", agreement.handler_id, Action::Handle, "handler"),
        ("/substitute", agreement.substitute_id, Action::Handle, "handler"),
        ("/breach", agreement.breach_id, Action::HearOfBreaches, "responsible_person"),
    ];
    named
        .into_iter()
        .filter_map(|(pointer, person, action, needed)| Some((pointer, person?, action, needed)))
        .filter(|(_, person, action, _)| !may_where_it_holds(tree, *person, *action, agreement))
        .map(|(pointer, person, _, needed)| {
            let person = tree.principals.get(&person).map_or("", |principal| principal.slug.as_str());
            let at = match agreement.coverage.unit_id.and_then(|id| tree.units.get(&id)) {
                Some(unit) => format!("at {}, at the producer or at the organiser", unit.slug),
                None => "at the producer, at one of its units or at the organiser".to_owned(),
            };
            let why = format!(
                "agreement of {producer}: {person} cannot open the cases there; grant {person} the role {needed} {at}"
            );
            (pointer, why)
        })
        .collect()
}

/// Whether a principal may do `action` by a role at the agreement's producer, above it, or at one of the units it holds for.
fn may_where_it_holds(tree: &Tree, principal_id: Uuid, action: Action, agreement: &Agreement) -> bool {
    let organiser = tree.producers.get(&agreement.producer_id).map(|producer| Node::organiser(producer.organiser_id));
    let producer = Node::producer(agreement.producer_id);
    let mut grants = tree.grants_of(principal_id).filter(|grant| grant.allows(action));
    grants.any(|grant| {
        Some(grant.node) == organiser
            || grant.node == producer
            || tree.placements.values().any(|placement| {
                let coverage = agreement.coverage;
                let service = tree.units.get(&placement.unit_id).map(|unit| unit.service_id);
                grant.node == Node::unit(placement.unit_id)
                    && placement.producer_id == agreement.producer_id
                    && coverage.unit_id.is_none_or(|unit| unit == placement.unit_id)
                    && coverage.service_id.is_none_or(|wanted| Some(wanted) == service)
            })
    })
}
