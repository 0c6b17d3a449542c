//! `[routing]`: the rules that a new installation starts with.

use std::collections::BTreeSet;

use super::fault::Origin;
use super::reader::{Places, Reader, not_blank, slug};
use super::terms::{WORKING_DAYS_MAX, WORKING_DAYS_MIN};
use crate::agreement::WorkingDays;
use crate::base::{Channel, GivenBy, Language};
use crate::organisation::roles::HANDLING_ROLES;
use crate::routing::rule::{
    AnswerCondition, CaseWanted, Conditions, GroupMeanCondition, RuleResults, RuleText, Urgency,
};
use crate::text::words::Danger;

#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// The rules in their order; the last one always matches.
    pub rules: Vec<RuleText>,
}

/// Most rules; each is tried for each feedback.
const RULES_MAX: usize = 200;

impl Routing {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let tables = reader.tables("rules");
        let last = tables.len().saturating_sub(1);
        if tables.is_empty() || tables.len() > RULES_MAX {
            reader.fault(
                "rules",
                format!(
                    "routing.rules holds {} rules; write from 1 to {RULES_MAX}, the last one without conditions",
                    tables.len()
                ),
            );
        }
        let mut names = BTreeSet::new();
        let mut rules = Vec::with_capacity(tables.len());
        for (index, (origin, table)) in tables.into_iter().enumerate() {
            let mut entry = reader.entry("routing.rules".to_owned(), origin, table);
            let position = i64::try_from(index + 1).unwrap_or(i64::MAX).saturating_mul(10);
            let rule = rule(&mut entry, position);
            if !rule.code.is_empty() && !names.insert(rule.code.clone()) {
                entry.fault("code", format!("two routing rules have the code \"{}\"; rename one", rule.code));
            }
            let catches_all = rule.when == Conditions::default();
            if index == last && !catches_all {
                entry.fault_here(
                    "the last routing rule has conditions, so that some feedback would match none; \
                     add one without [routing.rules.when] after it",
                );
            }
            if index != last && catches_all {
                entry.fault_here(
                    "this routing rule has no conditions, so that those after it are never reached; \
                     move it to the end",
                );
            }
            entry.finish();
            rules.push(rule);
        }
        Self { rules }
    }
}

fn rule(entry: &mut Reader<'_>, position: i64) -> RuleText {
    let mut places = Places::new();
    let when = entry.may_have("when").then(|| entry.table("when")).flatten().map(|mut table| {
        let when = conditions(&mut table, &mut places);
        table.finish();
        when
    });
    let then = entry.table("then").map(|mut table| {
        let then = results(&mut table);
        table.note_places("/then", &mut places);
        table.finish();
        then
    });
    let code = entry.text("code", word);
    let reason = entry.text("reason", not_blank);
    entry.note_places("", &mut places);
    // The reader has already reported these.
    let told = [
        ("/code", code.is_none()),
        ("/reason", reason.is_none()),
        ("/then/category", then.as_ref().is_none_or(|then| then.category.is_empty())),
    ];
    let rule = RuleText {
        code: code.unwrap_or_default(),
        position,
        reason: reason.unwrap_or_default(),
        when: when.unwrap_or_default(),
        then: then.unwrap_or(RuleResults {
            case: CaseWanted::Auto,
            category: String::new(),
            urgency: Urgency::Normal,
            handler: None,
            handler_role: None,
            acknowledge: None,
            decide: None,
            tell: None,
        }),
    };
    for fault in rule.faults() {
        if told.iter().all(|(pointer, was)| !was || *pointer != fault.pointer) {
            let name = format!("routing.rules{}", fault.pointer.replace('/', "."));
            entry.fault_at(nearest(&places, &fault.pointer), format!("{name}: {}", fault.detail));
        }
    }
    rule
}

/// Where the value at `pointer` was written, or else the nearest value around it.
fn nearest(places: &Places, pointer: &str) -> Option<Origin> {
    let mut pointer = pointer;
    loop {
        if let Some(place) = places.get(pointer) {
            return Some(place.clone());
        }
        pointer = pointer.rsplit_once('/')?.0;
    }
}

/// A list that may be left out, but not be empty.
fn list<T>(table: &mut Reader<'_>, key: &'static str, parse: fn(&str) -> Result<T, String>) -> Vec<T> {
    if !table.may_have(key) {
        return Vec::new();
    }
    let values = table.texts(key, parse);
    if values.is_empty() {
        table.fault(key, format!("{key} holds nothing that could match; fill it or remove it"));
    }
    values
}

fn conditions(table: &mut Reader<'_>, places: &mut Places) -> Conditions {
    let when = Conditions {
        channels: list(table, "channels", channel),
        instruments: list(table, "instruments", slug),
        producers: list(table, "producers", slug),
        services: list(table, "services", slug),
        units: list(table, "units", slug),
        languages: list(table, "languages", language),
        given_by: list(table, "given_by", giver),
        words: list(table, "words", |text| Ok(text.to_owned())),
        danger: table
            .may_have("danger")
            .then(|| table.choice("danger", &Danger::ALL.map(|level| (level.as_str(), level))))
            .flatten(),
        complaint: table.may_have("complaint").then(|| table.boolean("complaint")),
        answer: table.may_have("answer").then(|| table.table("answer")).flatten().map(|mut table| {
            let answer = answer(&mut table);
            table.note_places("/when/answer", places);
            table.finish();
            answer
        }),
        group_mean: table.may_have("group_mean").then(|| table.table("group_mean")).flatten().map(|mut table| {
            let group_mean = GroupMeanCondition {
                group: table.text("group", word).unwrap_or_default(),
                below: table.decimal("below", f64::NEG_INFINITY..=f64::INFINITY),
            };
            table.note_places("/when/group_mean", places);
            table.finish();
            group_mean
        }),
        reply_wanted: table.may_have("reply_wanted").then(|| table.boolean("reply_wanted")),
        has_text: table.may_have("has_text").then(|| table.boolean("has_text")),
    };
    table.note_places("/when", places);
    when
}

fn answer(table: &mut Reader<'_>) -> AnswerCondition {
    let bound = |table: &mut Reader<'_>, key| {
        table.may_have(key).then(|| table.integer(key, i32::MIN.into()..=i32::MAX.into()))
    };
    AnswerCondition {
        question: table.text("question", word).unwrap_or_default(),
        at_most: bound(table, "at_most"),
        at_least: bound(table, "at_least"),
    }
}

fn results(table: &mut Reader<'_>) -> RuleResults {
    const CASES: [(&str, CaseWanted); 3] =
        [("auto", CaseWanted::Auto), ("always", CaseWanted::Always), ("never", CaseWanted::Never)];
    let urgencies = Urgency::ALL.map(|urgency| (urgency.as_str(), urgency));

    RuleResults {
        case: table.may_have("case").then(|| table.choice("case", &CASES)).flatten().unwrap_or_default(),
        category: table.text("category", word).unwrap_or_default(),
        urgency: table.may_have("urgency").then(|| table.choice("urgency", &urgencies)).flatten().unwrap_or_default(),
        handler: table.may_have("handler").then(|| table.text("handler", slug)).flatten(),
        handler_role: table
            .may_have("handler_role")
            .then(|| table.choice("handler_role", &HANDLING_ROLES.map(|role| (role.as_str(), role))))
            .flatten(),
        acknowledge: working_days(table, "acknowledge"),
        decide: working_days(table, "decide"),
        tell: working_days(table, "tell"),
    }
}

fn working_days(table: &mut Reader<'_>, key: &'static str) -> Option<WorkingDays> {
    // A term can only be out of bounds, and the reader has reported that.
    table.may_have(key).then(|| table.integer(key, WORKING_DAYS_MIN..=WORKING_DAYS_MAX)).map(WorkingDays::new)?.ok()
}

fn channel(text: &str) -> Result<Channel, String> {
    Channel::parse(text).ok_or_else(|| one_of(&Channel::ALL.map(Channel::as_str)))
}

fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| one_of(&Language::ALL.map(Language::as_str)))
}

fn giver(text: &str) -> Result<GivenBy, String> {
    GivenBy::parse(text).ok_or_else(|| one_of(&GivenBy::ALL.map(GivenBy::as_str)))
}

fn one_of(words: &[&str]) -> String {
    format!("write one of: {}", words.join(", "))
}

/// An id as instruments and givers have it.
fn word(text: &str) -> Result<String, String> {
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    if fits {
        Ok(text.to_owned())
    } else {
        Err("write lower-case letters, digits, dashes and underscores, at most 64".to_owned())
    }
}
