//! What a change of settings changed, for the audit log: each part before and after. Pure.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::organisation::{Grant, Node, Tree};
use crate::routing::Snapshot;
use crate::store::audit::NewChange;
use crate::store::principals::Token;

/// A part of the settings that is compared.
struct Part {
    subject_id: Uuid,
    organiser_id: Option<Uuid>,
    value: Value,
}

/// Parts by their kind and what tells them apart within it.
type Parts = BTreeMap<(&'static str, String), Part>;

/// What differs. Absences, card colours and closures are left out: the first two would join a person to days and to
/// feedback for as long as the log is kept, and the third are many and say nothing of anybody.
pub(super) fn differences(before: &Snapshot, after: &Snapshot) -> Vec<NewChange> {
    let (mut was, became) = (parts(before), parts(after));
    let mut changes = Vec::new();
    for ((kind, name), part) in became {
        let held = was.remove(&(kind, name));
        let action = match &held {
            None => "added",
            Some(held) if held.value != part.value => "changed",
            Some(_) => continue,
        };
        changes.push(NewChange {
            action: format!("{kind}.{action}"),
            subject_id: part.subject_id,
            organiser_id: part.organiser_id,
            was: held.map(|held| held.value.to_string()),
            became: Some(part.value.to_string()),
        });
    }
    changes.extend(was.into_iter().map(|((kind, _), part)| NewChange {
        action: format!("{kind}.removed"),
        subject_id: part.subject_id,
        organiser_id: part.organiser_id,
        was: Some(part.value.to_string()),
        became: None,
    }));
    changes
}

/// A place as the audit log names it.
fn place(tree: &Tree, node: Node) -> Value {
    json!({"kind": node.kind, "slug": tree.node_slug(node)})
}

fn slug(tree: &Tree, principal_id: Uuid) -> Option<&str> {
    tree.principals.get(&principal_id).map(|principal| principal.slug.as_str())
}

fn grant_value(tree: &Tree, grant: &Grant) -> Value {
    json!({"principal": slug(tree, grant.principal_id), "role": grant.role, "node": place(tree, grant.node)})
}

/// What happened to a grant that is not in force.
pub(super) fn grant_change(tree: &Tree, grant: &Grant, action: &str) -> NewChange {
    NewChange {
        action: action.to_owned(),
        subject_id: grant.principal_id,
        organiser_id: tree.organiser_of(grant.node),
        was: None,
        became: Some(grant_value(tree, grant).to_string()),
    }
}

/// What happened to a token, which is no part of the settings.
pub(super) fn token_change(tree: &Tree, token: &Token, action: &str) -> NewChange {
    let value = json!({"principal": slug(tree, token.principal_id), "name": token.name, "scopes": token.scopes,
        "expires_on": token.expires_on});
    NewChange {
        action: action.to_owned(),
        subject_id: token.id,
        organiser_id: tree.principals.get(&token.principal_id).map(|principal| principal.organiser_id),
        was: None,
        became: Some(value.to_string()),
    }
}

fn parts(settings: &Snapshot) -> Parts {
    let tree = &settings.tree;
    let mut parts = Parts::new();
    let mut add = |kind, name: String, subject_id, organiser_id, value| {
        parts.insert((kind, name), Part { subject_id, organiser_id, value });
    };
    let person = |id: &Uuid| slug(tree, *id);
    let producer = |id: &Uuid| tree.producers.get(id).map(|producer| producer.slug.as_str());
    let unit = |id: &Uuid| tree.units.get(id).map(|unit| unit.slug.as_str());
    let area = |node| tree.organiser_of(node);
    for held in tree.organisers.values() {
        add("organiser", held.id.to_string(), held.id, Some(held.id), json!({"slug": held.slug, "name": held.name}));
    }
    for held in tree.services.values() {
        let value = json!({"slug": held.slug, "name": held.name});
        add("service", held.id.to_string(), held.id, Some(held.organiser_id), value);
    }
    for held in tree.producers.values() {
        let value = json!({"slug": held.slug, "name": held.name});
        add("producer", held.id.to_string(), held.id, Some(held.organiser_id), value);
    }
    for held in tree.units.values() {
        let value = json!({"slug": held.slug, "name": held.name,
            "service": tree.services.get(&held.service_id).map(|service| service.slug.as_str()),
            "sensitive": held.sensitive, "closed_on": held.closed_on});
        add("unit", held.id.to_string(), held.id, Some(held.organiser_id), value);
    }
    for held in tree.placements.values() {
        let value = json!({"unit": unit(&held.unit_id), "producer": producer(&held.producer_id),
            "valid_from": held.valid_from, "valid_to": held.valid_to});
        add("placement", held.id.to_string(), held.unit_id, area(Node::unit(held.unit_id)), value);
    }
    for held in tree.principals.values() {
        let value = json!({"slug": held.slug, "kind": held.kind, "name": held.name, "email": held.email,
            "language": held.language, "mail": held.mail, "disabled": held.disabled});
        add("principal", held.id.to_string(), held.id, Some(held.organiser_id), value);
    }
    for held in &tree.grants {
        let name = format!("{} {} {} {}", held.principal_id, held.role, held.node.kind, held.node.id);
        add("grant", name, held.principal_id, area(held.node), grant_value(tree, held));
    }
    for held in tree.workers.values() {
        let value = json!({"unit": unit(&held.unit_id), "principal": person(&held.principal_id),
            "valid_from": held.valid_from, "valid_to": held.valid_to});
        add("worker", held.id.to_string(), held.principal_id, area(Node::unit(held.unit_id)), value);
    }
    for held in &settings.rules {
        // A change of a rule is a new version with an id of its own.
        let name = format!("{} {}", held.node.id, held.text.code);
        let value = json!({"node": place(tree, held.node), "version": held.version, "enabled": held.enabled,
            "valid_from": held.valid_from, "valid_to": held.valid_to, "rule": held.text});
        add("rule", name, held.id, area(held.node), value);
    }
    for held in &settings.agreements {
        let terms = [held.terms.acknowledge(), held.terms.decide(), held.terms.tell()].map(|days| days.get());
        let value = json!({"producer": producer(&held.producer_id), "version": held.version, "state": held.state,
            "handler": held.handler_id.as_ref().and_then(person),
            "substitute": held.substitute_id.as_ref().and_then(person),
            "breach": held.breach_id.as_ref().and_then(person),
            "acknowledge": terms[0], "decide": terms[1], "tell": terms[2], "told_how": held.told_how,
            "board_every": held.board_every.map(|days| days.get()), "signed_by": held.signed_by,
            "valid_from": held.valid_from, "valid_to": held.valid_to});
        add("agreement", held.id.to_string(), held.id, area(Node::producer(held.producer_id)), value);
    }
    for held in &settings.webhooks {
        let value = json!({"node": place(tree, held.node), "url": held.url, "events": held.events,
            "enabled": held.enabled, "stopped": held.stopped});
        add("webhook", held.id.to_string(), held.id, area(held.node), value);
    }
    parts
}
