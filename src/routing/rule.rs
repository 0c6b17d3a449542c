//! A routing rule: its node, its conditions and its results.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::agreement::WorkingDays;
use crate::base::words::word_enum;
use crate::base::{Channel, Fault, GivenBy, Kind, Language, shape};
use crate::instrument::{Catalogue, Question};
use crate::organisation::roles::HANDLING_ROLES;
use crate::organisation::tree::in_force;
use crate::organisation::{Node, Role};
use crate::text::words::Danger;

/// The conditions of a rule. Every given condition must hold; of a list one entry is enough. None at all match everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// How it came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub channels: Vec<Channel>,
    /// Instrument ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub instruments: Vec<String>,
    /// Producers by short name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub producers: Vec<String>,
    /// Services by short name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub services: Vec<String>,
    /// Units by short name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub units: Vec<String>,
    /// Languages of the form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub languages: Vec<Language>,
    /// Who gave it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub given_by: Vec<GivenBy>,
    /// Words in the text, compared by their Finnish and Swedish stems.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub words: Vec<String>,
    /// Words of danger of at least this level in the text: `read_today` also takes what is urgent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
    /// Whether the text reads like a formal complaint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint: Option<bool>,
    /// Whether an answer is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_wanted: Option<bool>,
    /// An answer's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerCondition>,
    /// The mean of a group's answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_mean: Option<GroupMeanCondition>,
    /// Whether there is any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_text: Option<bool>,
}

/// A coded answer within bounds (both included).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerCondition {
    /// Question id.
    #[schema(min_length = 1, max_length = 60, example = "q1")]
    pub question: String,
    /// Lowest value that matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9999)]
    pub at_least: Option<i32>,
    /// Highest value that matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9999)]
    pub at_most: Option<i32>,
}

/// The mean of the answered items of a group is below a bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupMeanCondition {
    /// Group id of the instrument.
    #[schema(min_length = 1, max_length = 60, example = "encounter")]
    pub group: String,
    /// The mean must be smaller than this.
    #[schema(minimum = 1.0, maximum = 10.0, example = 2.5)]
    pub below: f64,
}

/// Whether there is a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseWanted {
    /// If there is text or a reply is wanted.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

word_enum! {
    /// How fast somebody must look at it.
    #[derive(Default)]
    pub enum Urgency: "urgency" {
        /// Within the terms.
        #[default]
        Normal = "normal",
        /// The same day: first in the inbox and in the morning's notice.
        ReadToday = "read_today",
        /// At once: noticed outside the daily round too.
        Urgent = "urgent",
    }
}

/// The results of a rule that matches.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleResults {
    /// Whether there is a case.
    #[serde(default)]
    pub case: CaseWanted,
    /// A word that groups cases (`general`, `danger`, `complaint` …).
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "general")]
    pub category: String,
    /// How fast.
    #[serde(default)]
    pub urgency: Urgency,
    /// A person who handles, by short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "kalle-koivu")]
    pub handler: Option<String>,
    /// A role at the unit (or the next above it) that handles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler_role: Option<Role>,
    /// Shorter time to acknowledge; a longer one than agreed has no effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<WorkingDays>,
    /// Shorter time to decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide: Option<WorkingDays>,
    /// Shorter time to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell: Option<WorkingDays>,
}

/// The category of what reads like a formal complaint (muistutus), by law a procedure of its own: the giver is shown the
/// way to it.
pub const COMPLAINT: &str = "complaint";

/// In which order rules are tried, whatever their node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// First the rules with the urgency `urgent`.
    Urgent,
    /// Then what must be read the same day.
    ReadToday,
    /// Then what marks a formal complaint.
    Complaint,
    /// Then all others.
    Other,
}

impl RuleResults {
    /// When a rule with these results is tried.
    pub fn turn(&self) -> Turn {
        match self.urgency {
            Urgency::Urgent => Turn::Urgent,
            Urgency::ReadToday => Turn::ReadToday,
            Urgency::Normal if self.category == COMPLAINT => Turn::Complaint,
            Urgency::Normal => Turn::Other,
        }
    }
}

/// A rule as config and calls write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// A short name, unique at its node; a change keeps it.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "opening-hours")]
    pub code: String,
    /// Its place in the order at its node: small first.
    #[schema(minimum = 0, maximum = 1000000, example = 100)]
    pub position: i64,
    /// Why the rule exists, in words for staff; kept with each case it made.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Aukioloajoista vastaa vastuuhenkilö."
    )]
    pub reason: String,
    /// Its conditions.
    #[serde(default)]
    pub when: Conditions,
    /// Its results.
    pub then: RuleResults,
}

/// Highest position of a rule in the order.
pub const POSITION_MAX: i64 = 1_000_000;
/// Most entries of one condition's list.
pub const LIST_MAX: usize = 200;
/// Most characters of a word or phrase that a rule asks for.
pub const PHRASE_CHARS_MAX: usize = 60;
/// The highest value that a rule may ask of an answer; scales go to 10, numbers such as years further.
pub const ANSWER_MAX: i32 = 9_999;
/// The means that a rule may ask for.
pub const MEANS: std::ops::RangeInclusive<f64> = 1.0..=10.0;

/// Whether there is something of a short name.
type Exists<'a> = dyn Fn(&str) -> bool + 'a;

/// What a rule may refer to, at one organiser.
pub struct Known<'a> {
    /// The instruments.
    pub catalogue: &'a Catalogue,
    /// Whether there is a producer of this short name.
    pub producer: &'a dyn Fn(&str) -> bool,
    /// Whether there is a service of this short name.
    pub service: &'a dyn Fn(&str) -> bool,
    /// Whether there is a unit of this short name.
    pub unit: &'a dyn Fn(&str) -> bool,
    /// Whether there is a principal of this short name who may act.
    pub principal: &'a dyn Fn(&str) -> bool,
}

impl RuleText {
    /// Everything that is wrong with the rule by itself, with pointers into it: the same for calls, import files and the
    /// configuration. [`RuleText::unknown`] checks what it refers to.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut note = |pointer: &str, wrong: bool, why: &str| {
            if wrong {
                faults.push(Fault::new(pointer, Kind::Invalid, why));
            }
        };
        let (when, then) = (&self.when, &self.then);
        note("/code", !shape::is_short_name(&self.code), shape::SHORT_NAME);
        note("/reason", !shape::is_sentence(&self.reason), shape::SENTENCE);
        note("/then/category", !shape::is_short_name(&then.category), shape::SHORT_NAME);
        let placed = (0..=POSITION_MAX).contains(&self.position);
        note("/position", !placed, &format!("a position is a number from 0 to {POSITION_MAX}"));
        for (pointer, entries) in [
            ("/when/channels", when.channels.len()),
            ("/when/instruments", when.instruments.len()),
            ("/when/producers", when.producers.len()),
            ("/when/services", when.services.len()),
            ("/when/units", when.units.len()),
            ("/when/languages", when.languages.len()),
            ("/when/given_by", when.given_by.len()),
            ("/when/words", when.words.len()),
        ] {
            note(pointer, entries > LIST_MAX, &format!("a list has {LIST_MAX} entries at most"));
        }
        let phrases = format!(
            "write one word, or a few with a space between, in lower case, {PHRASE_CHARS_MAX} characters at most"
        );
        for (index, phrase) in when.words.iter().enumerate() {
            note(&format!("/when/words/{index}"), !is_phrase(phrase), &phrases);
        }
        if let Some(answer) = &when.answer {
            let bounds = [("/when/answer/at_least", answer.at_least), ("/when/answer/at_most", answer.at_most)];
            for (pointer, bound) in bounds {
                let off = bound.is_some_and(|bound| !(0..=ANSWER_MAX).contains(&bound));
                note(pointer, off, &format!("write a whole number from 0 to {ANSWER_MAX}"));
            }
            let open = answer.at_least.is_none() && answer.at_most.is_none();
            note("/when/answer", open, "the answer has no bound; write at_most, at_least or both");
            let crossed = answer.at_least.zip(answer.at_most).is_some_and(|(least, most)| least > most);
            let why = "at_least is above at_most, so that no answer matches; swap them";
            note("/when/answer/at_least", crossed, why);
        }
        if let Some(mean) = &when.group_mean {
            let why = format!("write a number from {} to {}", MEANS.start(), MEANS.end());
            note("/when/group_mean/below", !MEANS.contains(&mean.below), &why);
        }
        let handles = then.handler_role.is_none_or(|role| HANDLING_ROLES.contains(&role));
        let roles = HANDLING_ROLES.map(Role::as_str).join(", ");
        note("/then/handler_role", !handles, &format!("a case is handled in one of these roles: {roles}"));
        let idle = then.case == CaseWanted::Never && then.urgency != Urgency::Normal;
        let why = "a rule that makes no case cannot be urgent or read today; write case = \"always\" or remove urgency";
        note("/then/case", idle, why);
        let both = then.handler.is_some() && then.handler_role.is_some();
        note("/then/handler", both, "a case is handled by a person or by a role; remove handler or handler_role");
        faults
    }

    /// What the rule refers to that does not exist: pointer, kind of thing and its word.
    ///
    /// A question or group must exist in some instrument. If it exists in none that the rule names, there is a warning only.
    pub fn unknown(&self, known: &Known<'_>) -> Vec<(String, &'static str, &str)> {
        let when = &self.when;
        let instrument = |id: &str| known.catalogue.get(id, None).is_some();
        let lists: [(&str, &'static str, &[String], &Exists<'_>); 4] = [
            ("instruments", "instrument", &when.instruments, &instrument),
            ("producers", "producer", &when.producers, known.producer),
            ("services", "service", &when.services, known.service),
            ("units", "unit", &when.units, known.unit),
        ];
        let mut unknown = Vec::new();
        for (key, what, words, exists) in lists {
            for (index, word) in words.iter().enumerate().filter(|(_, word)| !exists(word)) {
                unknown.push((format!("/when/{key}/{index}"), what, word.as_str()));
            }
        }
        let asks = |test: &dyn Fn(&Question) -> bool| known.catalogue.all().any(|held| held.questions.iter().any(test));
        if let Some(answer) = &when.answer
            && !asks(&|question| question.id == answer.question)
        {
            unknown.push(("/when/answer/question".to_owned(), "question", answer.question.as_str()));
        }
        if let Some(mean) = &when.group_mean
            && !asks(&|question| question.group.as_deref() == Some(mean.group.as_str()))
        {
            unknown.push(("/when/group_mean/group".to_owned(), "group of questions", mean.group.as_str()));
        }
        if let Some(slug) = self.then.handler.as_deref().filter(|slug| !(known.principal)(slug)) {
            unknown.push(("/then/handler".to_owned(), "principal who may act", slug));
        }
        unknown
    }
}

/// One word, or a few with a space between, in lower case.
fn is_phrase(text: &str) -> bool {
    let word = |word: &str| {
        word.chars().any(char::is_alphanumeric)
            && word
                .chars()
                .all(|symbol| symbol == '-' || (symbol.is_alphanumeric() && symbol.to_lowercase().eq([symbol])))
    };
    text.chars().count() <= PHRASE_CHARS_MAX && text.split(' ').all(word)
}

/// A rule in force at a node.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Id of this version.
    pub id: Uuid,
    /// Counted from 1 within its code.
    pub version: i64,
    pub node: Node,
    /// Whether it is switched on.
    pub enabled: bool,
    /// First day, or none.
    pub valid_from: Option<Date>,
    /// Last day, or none.
    pub valid_to: Option<Date>,
    pub text: RuleText,
}

impl Rule {
    /// Whether it is switched on and in force on `day`.
    pub fn is_on(&self, day: Date) -> bool {
        self.enabled && in_force(day, self.valid_from.unwrap_or(Date::MIN), self.valid_to)
    }
}
