//! Routing rules. A change inserts a new version and marks the old one as replaced; it stays for the cases it routed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::fields::{Checks, IDENTITY_CODE, has_identity_code, period_fault};
use super::unknown_fault;
use crate::base::{Fault, Kind, Problem};
use crate::organisation::Node;
use crate::routing::rule::Known;
use crate::routing::{Rule, RuleText, Snapshot};
use crate::service::Service;
use crate::store::routing_rules as store;

/// A rule with the days on which it is in force.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// Whether it is switched on.
    #[serde(default = "on")]
    pub enabled: bool,
    /// First day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    /// Last day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    /// What it says.
    pub rule: RuleText,
}

fn on() -> bool {
    true
}

/// All faults of a rule and of its references, with pointers into [`RuleText`].
pub(super) fn faults(text: &RuleText, known: &Known<'_>) -> Vec<Fault> {
    let mut faults = text.faults();
    let words = text.when.words.iter().enumerate().map(|(index, word)| (format!("/when/words/{index}"), word));
    let named = [("/code", &text.code), ("/reason", &text.reason), ("/then/category", &text.then.category)];
    for (pointer, written) in named.into_iter().map(|(pointer, text)| (pointer.to_owned(), text)).chain(words) {
        if has_identity_code(written) {
            faults.push(Fault::new(pointer, Kind::Invalid, IDENTITY_CODE));
        }
    }
    let unknown = text.unknown(known);
    faults.extend(unknown.into_iter().map(|(pointer, what, word)| unknown_fault(&pointer, what, word)));
    faults
}

/// Checks a rule for `node`.
///
/// # Errors
/// A fault for each wrong value.
pub(super) fn check(settings: &Snapshot, node: Node, new: &NewRule) -> Result<(), Problem> {
    let tree = &settings.tree;
    let organiser_id = tree.organiser_of(node).ok_or_else(Problem::not_found)?;
    let known = Known {
        catalogue: &settings.catalogue,
        producer: &|slug| tree.producer_by_slug(slug).is_some_and(|held| held.organiser_id == organiser_id),
        service: &|slug| tree.services.values().any(|given| given.organiser_id == organiser_id && given.slug == slug),
        unit: &|slug| tree.unit_by_slug(slug).is_some_and(|held| held.organiser_id == organiser_id),
        principal: &|slug| {
            tree.principal_by_slug(slug).is_some_and(|held| held.organiser_id == organiser_id && !held.disabled)
        },
    };
    let mut checks = Checks::default();
    if let Some(from) = new.valid_from {
        checks.note("/valid_to", period_fault(from, new.valid_to));
    }
    for fault in faults(&new.rule, &known) {
        checks.push(fault.under("/rule"));
    }
    checks.finish()
}

/// Puts a rule in force at a node; returns the id of its version. A rule with the same code at that node is replaced.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value; `settings-broken` when the organiser would be left without a last
/// rule.
pub async fn put_rule(service: &Service, by: ChangedBy, node: Node, new: &NewRule) -> Result<Uuid, Problem> {
    let mut change = Change::begin(service, by).await?;
    check(&change.before, node, new)?;
    let id = write(&mut change, node, new).await?;
    change.finish().await?;
    Ok(id)
}

/// Replaces the version `id` of a rule; returns the id of the new version. Code and node stay.
///
/// # Errors
/// See [`put_rule`]; `not-found` when this version is not in force any more: somebody else replaced it.
pub async fn replace_rule(service: &Service, by: ChangedBy, id: Uuid, new: &NewRule) -> Result<Uuid, Problem> {
    let mut change = Change::begin(service, by).await?;
    let held = change.before.rules.iter().find(|rule| rule.id == id).ok_or_else(Problem::not_found)?;
    let node = held.node;
    if held.text.code != new.rule.code {
        return Err(Problem::at("/rule/code", Kind::Invalid, "A rule keeps its code. Add another rule instead."));
    }
    check(&change.before, node, new)?;
    let id = write(&mut change, node, new).await?;
    change.finish().await?;
    Ok(id)
}

/// Inserts the next version and marks the one in force as replaced.
pub(super) async fn write(change: &mut Change<'_>, node: Node, new: &NewRule) -> Result<Uuid, Problem> {
    let now = change.service.now();
    let held = change.before.rules.iter().find(|rule| rule.node == node && rule.text.code == new.rule.code);
    let rule = Rule {
        id: change.service.new_id()?,
        version: held.map_or(1, |held| held.version.saturating_add(1)),
        node,
        enabled: new.enabled,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        text: new.rule.clone(),
    };
    if let Some(held) = held {
        store::stamp_replaced(&mut change.db, held.id, now).await?;
    }
    store::insert(&mut change.db, &rule, now).await?;
    Ok(rule.id)
}
