//! Routing rules: a change inserts a new version and stamps the old one, which stays for the cases it made.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::Change;
use super::fields::{Checks, period_fault, sentence_fault, slug_fault};
use super::unknown_fault;
use crate::feedback::{Fault, Kind, Problem};
use crate::instrument::{Catalogue, Question};
use crate::organisation::Node;
use crate::routing::handler::HANDLING_ROLES;
use crate::routing::{CaseWanted, Rule, RuleText, Snapshot, Urgency};
use crate::service::Service;
use crate::store::routing_rules as store;

/// A rule's place in the order at most.
pub const POSITION_MAX: i64 = 1_000_000;
/// Entries of one condition's list at most.
pub const LIST_MAX: usize = 200;
/// Characters of a word or phrase that a rule asks for at most.
pub const PHRASE_CHARS_MAX: usize = 60;

/// A rule with when it holds.
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

/// What a rule may refer to.
pub(super) struct Known<'a> {
    /// The instruments.
    pub catalogue: &'a Catalogue,
    /// Whether the organiser has a service of this short name.
    pub service: &'a dyn Fn(&str) -> bool,
    /// Whether the organiser has a principal of this short name who may act.
    pub principal: &'a dyn Fn(&str) -> bool,
}

/// Everything that is wrong with a rule, with pointers into [`RuleText`].
pub(super) fn faults(text: &RuleText, known: &Known<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut note = |pointer: &str, what: Option<String>| {
        if let Some(what) = what {
            faults.push(Fault::new(pointer, Kind::Invalid, what));
        }
    };
    note("/code", slug_fault(&text.code).map(str::to_owned));
    note("/reason", sentence_fault(&text.reason).map(str::to_owned));
    note("/then/category", slug_fault(&text.then.category).map(str::to_owned));
    let placed = (0..=POSITION_MAX).contains(&text.position);
    note("/position", (!placed).then(|| format!("a position is a number from 0 to {POSITION_MAX}")));
    let when = &text.when;
    let longest = [
        when.channels.len(),
        when.instruments.len(),
        when.services.len(),
        when.languages.len(),
        when.given_by.len(),
        when.words.len(),
    ];
    let long = longest.iter().any(|entries| *entries > LIST_MAX);
    note("/when", long.then(|| format!("a list has {LIST_MAX} entries at most")));
    for (index, phrase) in when.words.iter().enumerate() {
        let fits = phrase.chars().count() <= PHRASE_CHARS_MAX && phrase.chars().any(char::is_alphanumeric);
        let why = format!("write a word or a few, {PHRASE_CHARS_MAX} characters at most");
        note(&format!("/when/words/{index}"), (!fits).then_some(why));
    }
    if let Some(answer) = &when.answer {
        let bounded = match (answer.at_least, answer.at_most) {
            (None, None) => false,
            (Some(least), Some(most)) => least <= most,
            _ => true,
        };
        note("/when/answer", (!bounded).then(|| "give at_least, at_most or both in their order".to_owned()));
    }
    if let Some(mean) = &when.group_mean {
        let fits = mean.below.is_finite() && mean.below > 0.0;
        note("/when/group_mean/below", (!fits).then(|| "write a number above 0".to_owned()));
    }
    let handles = text.then.handler_role.is_none_or(|role| HANDLING_ROLES.contains(&role));
    let roles = HANDLING_ROLES.map(|role| role.as_str()).join(", ");
    note("/then/handler_role", (!handles).then(|| format!("a case is handled in one of these roles: {roles}")));
    let idle = text.then.case == CaseWanted::Never && text.then.urgency == Urgency::Urgent;
    note("/then/case", idle.then(|| "a rule that makes no case cannot be urgent".to_owned()));
    let both = text.then.handler.is_some() && text.then.handler_role.is_some();
    note("/then/handler", both.then(|| "name a person or a role, not both".to_owned()));
    references(text, known, &mut faults);
    faults
}

fn references(text: &RuleText, known: &Known<'_>, faults: &mut Vec<Fault>) {
    let when = &text.when;
    for (index, id) in when.instruments.iter().enumerate() {
        if known.catalogue.get(id, None).is_none() {
            faults.push(unknown_fault(&format!("/when/instruments/{index}"), "instrument", id));
        }
    }
    for (index, slug) in when.services.iter().enumerate() {
        if !(known.service)(slug) {
            faults.push(unknown_fault(&format!("/when/services/{index}"), "service", slug));
        }
    }
    // A question or group must be in one of the named instruments, or in any where none is named.
    let asks = |test: &dyn Fn(&Question) -> bool| {
        known
            .catalogue
            .all()
            .filter(|instrument| when.instruments.is_empty() || when.instruments.contains(&instrument.id))
            .any(|instrument| instrument.questions.iter().any(test))
    };
    if let Some(answer) = &when.answer
        && !asks(&|question| question.id == answer.question)
    {
        faults.push(unknown_fault("/when/answer/question", "question", &answer.question));
    }
    if let Some(mean) = &when.group_mean
        && !asks(&|question| question.group.as_deref() == Some(mean.group.as_str()))
    {
        faults.push(unknown_fault("/when/group_mean/group", "group of questions", &mean.group));
    }
    if let Some(slug) = &text.then.handler
        && !(known.principal)(slug)
    {
        faults.push(unknown_fault("/then/handler", "principal who may act", slug));
    }
}

fn check(settings: &Snapshot, node: Node, new: &NewRule) -> Result<(), Problem> {
    let tree = &settings.tree;
    let organiser_id = tree.organiser_of(node).ok_or_else(Problem::not_found)?;
    let known = Known {
        catalogue: &settings.catalogue,
        service: &|slug| tree.services.values().any(|given| given.organiser_id == organiser_id && given.slug == slug),
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

/// Puts a rule in force at a node; the id of its version. A rule of the same code there is replaced.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value; `settings-broken` when the organiser would be left without a last
/// rule.
pub async fn put_rule(service: &Service, node: Node, new: &NewRule) -> Result<Uuid, Problem> {
    let mut change = Change::begin(service).await?;
    check(&change.before, node, new)?;
    let id = write(&mut change, node, new).await?;
    change.finish().await?;
    Ok(id)
}

/// Replaces the version `id` of a rule; the id of the new version. Code and node stay.
///
/// # Errors
/// See [`put_rule`]; `not-found` when this version is not in force any more: somebody else replaced it.
pub async fn replace_rule(service: &Service, id: Uuid, new: &NewRule) -> Result<Uuid, Problem> {
    let mut change = Change::begin(service).await?;
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

/// Inserts the next version and stamps the one in force.
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
