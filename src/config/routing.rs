//! `[routing]`: the rules that a new installation starts with.

use std::collections::BTreeSet;

use super::reader::{Reader, not_blank, slug};
use super::terms::{WORKING_DAYS_MAX, WORKING_DAYS_MIN};
use crate::agreement::WorkingDays;
use crate::feedback::{Channel, GivenBy, Language};
use crate::routing::handler::HANDLING_ROLES;
use crate::routing::rule::{AnswerCondition, CaseWanted, Conditions, GroupMeanCondition, Results, RuleText, Urgency};

/// The rules that a new installation starts with.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// The rules in their order; the last one always matches.
    pub rules: Vec<RuleText>,
}

/// Rules at most; each is tried for each feedback.
const RULES_MAX: usize = 200;

/// The highest value of any scale.
const SCALE_MAX: i64 = 10;

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
    let when = entry.may_have("when").then(|| entry.table("when")).flatten().map(|mut table| {
        let when = conditions(&mut table);
        table.finish();
        when
    });
    let then = entry.table("then").map(|mut table| {
        let then = results(&mut table);
        table.finish();
        then
    });
    RuleText {
        code: entry.text("code", slug).unwrap_or_default(),
        position,
        reason: entry.text("reason", not_blank).unwrap_or_default(),
        when: when.unwrap_or_default(),
        then: then.unwrap_or(Results {
            case: CaseWanted::Auto,
            category: String::new(),
            urgency: Urgency::Normal,
            handler: None,
            handler_role: None,
            acknowledge: None,
            decide: None,
            tell: None,
        }),
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

fn conditions(table: &mut Reader<'_>) -> Conditions {
    Conditions {
        channels: list(table, "channels", channel),
        instruments: list(table, "instruments", slug),
        producers: list(table, "producers", slug),
        services: list(table, "services", slug),
        units: list(table, "units", slug),
        languages: list(table, "languages", language),
        given_by: list(table, "given_by", giver),
        words: list(table, "words", phrase),
        answer: table.may_have("answer").then(|| table.table("answer")).flatten().map(|mut table| {
            let answer = answer(&mut table);
            table.finish();
            answer
        }),
        group_mean: table.may_have("group_mean").then(|| table.table("group_mean")).flatten().map(|mut table| {
            let group_mean = GroupMeanCondition {
                group: table.text("group", word).unwrap_or_default(),
                below: table.decimal("below", 1.0..=10.0),
            };
            table.finish();
            group_mean
        }),
        reply_wanted: table.may_have("reply_wanted").then(|| table.boolean("reply_wanted")),
        has_text: table.may_have("has_text").then(|| table.boolean("has_text")),
    }
}

fn answer(table: &mut Reader<'_>) -> AnswerCondition {
    let answer = AnswerCondition {
        question: table.text("question", word).unwrap_or_default(),
        at_most: table.may_have("at_most").then(|| table.integer("at_most", 1..=SCALE_MAX)),
        at_least: table.may_have("at_least").then(|| table.integer("at_least", 1..=SCALE_MAX)),
    };
    match (answer.at_least, answer.at_most) {
        (None, None) => table.fault_here("the answer has no bound; write at_most, at_least or both"),
        (Some(lowest), Some(highest)) if lowest > highest => {
            table.fault("at_least", "at_least is above at_most, so that no answer matches; swap them");
        }
        _ => {}
    }
    answer
}

fn results(table: &mut Reader<'_>) -> Results {
    const CASES: [(&str, CaseWanted); 3] =
        [("auto", CaseWanted::Auto), ("always", CaseWanted::Always), ("never", CaseWanted::Never)];
    const URGENCIES: [(&str, Urgency); 2] = [("normal", Urgency::Normal), ("urgent", Urgency::Urgent)];

    let results = Results {
        case: table.may_have("case").then(|| table.choice("case", &CASES)).flatten().unwrap_or_default(),
        category: table.text("category", slug).unwrap_or_default(),
        urgency: table.may_have("urgency").then(|| table.choice("urgency", &URGENCIES)).flatten().unwrap_or_default(),
        handler: table.may_have("handler").then(|| table.text("handler", slug)).flatten(),
        handler_role: table
            .may_have("handler_role")
            .then(|| table.choice("handler_role", &HANDLING_ROLES.map(|role| (role.as_str(), role))))
            .flatten(),
        acknowledge: working_days(table, "acknowledge"),
        decide: working_days(table, "decide"),
        tell: working_days(table, "tell"),
    };
    if results.case == CaseWanted::Never && results.urgency == Urgency::Urgent {
        table.fault("case", "a rule that makes no case cannot be urgent; write case = \"always\" or remove urgency");
    }
    if results.handler.is_some() && results.handler_role.is_some() {
        table.fault("handler", "a case is handled by a person or by a role; remove handler or handler_role");
    }
    results
}

fn working_days(table: &mut Reader<'_>, key: &'static str) -> Option<WorkingDays> {
    // Out of bounds was told of by the reader, which is all that a term can be refused for.
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

fn phrase(text: &str) -> Result<String, String> {
    let lower_case_words = text
        .split(' ')
        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_alphabetic() && c.to_lowercase().eq([c])));
    if lower_case_words {
        Ok(text.to_owned())
    } else {
        Err("write one word, or a few with a space between, in lower case".to_owned())
    }
}
