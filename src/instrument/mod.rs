//! Instruments: questions, scales and translations, and the checking of answers.
//!
//! An instrument is one TOML file (`config/instruments/`, or an organiser's own folder) and never changes once
//! published: new wording is a new version. [`mod@file`] reads a file and lists every fault in it, [`catalogue`] holds
//! all instruments in all versions, [`answers`] checks what a giver answered.
//!
//! The model instruments carry the words of `004_c1086500c68c5cfa.txt` (Ideakirja, SOS II, 2015, pp. 5–7).

pub mod answers;
pub mod catalogue;
pub mod file;
#[cfg(test)]
pub(crate) mod model_forms;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

use crate::base::channel::Channel;

pub use answers::{AnswerFault, AnswerFaultKind, AnswerLimits, CANNOT_SAY, Checked, Coded, StoredAnswersFault};
pub use catalogue::Catalogue;
pub use file::InstrumentFault;

/// The languages every text must have. A file may name more in `languages`; its texts must then have those too.
pub const REQUIRED_LANGUAGES: [&str; 3] = ["fi", "sv", "en"];

/// A set of questions with scales and translations: one version of one file, checked.
///
/// It serialises to the public JSON of `GET /api/v1/instruments/{id}`, which mirrors the file. Only
/// [`Instrument::from_toml`] makes one, so every id in it refers to something, and every text exists in every
/// language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Instrument {
    /// Lower case letters, digits and dashes, at most [`file::MAX_ID_CHARS`].
    pub id: String,
    /// From 1 up.
    pub version: u32,
    /// Languages of all texts: [`REQUIRED_LANGUAGES`], then the additional ones of the file.
    pub languages: Vec<String>,
    /// The channels that answers may come by; never empty.
    pub channels: Vec<Channel>,
    /// Where the words are from: for those who keep the files, and shown to nobody else.
    #[serde(skip)]
    pub source: Option<String>,
    /// The month of the year, 1–12, in which a yearly survey is held, so that years compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survey_month: Option<u8>,
    /// The services whose units offer it, by short name; empty: those of all services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// The services whose units do not offer it, by short name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except_services: Vec<String>,
    /// Whether units offer it at all on their pages. One that is not offered has its own address.
    pub offered: bool,
    /// Whether the giver is asked, apart from the answers, about taking part in development.
    pub asks_volunteers: bool,
    /// What the instrument is called.
    pub title: Text,
    /// The text before the questions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<Text>,
    /// Scales by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub scales: BTreeMap<String, Scale>,
    /// Groups of questions, in order. Each has at least one question.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<QuestionGroup>,
    /// Questions, in the order asked. A question's index here is its index in [`Checked`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Steps of a group interview, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    #[serde(skip)]
    sha256: String,
    #[serde(skip)]
    content: String,
}

impl Instrument {
    /// The file's SHA-256, in lower-case hex. Two files with the same id and version but different hashes stop the start.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The file that it was read from.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Whether answers may come by this channel.
    pub fn comes_by(&self, channel: Channel) -> bool {
        self.channels.contains(&channel)
    }

    /// Whether a unit of a service, by short name, offers it to its givers on this channel. This decides what is shown for
    /// choice, not what is accepted.
    pub fn offered_to(&self, service: &str, channel: Channel) -> bool {
        let named = |services: &[String]| services.iter().any(|held| held == service);
        let for_service = self.services.is_empty() || named(&self.services);
        self.offered && self.comes_by(channel) && for_service && !named(&self.except_services)
    }

    /// A question and its index.
    pub fn question(&self, id: &str) -> Option<(usize, &Question)> {
        self.questions.iter().enumerate().find(|(_, question)| question.id == id)
    }

    /// The questions of a group with their indexes, in the order asked.
    pub fn questions_of<'a>(&'a self, group: &'a str) -> impl Iterator<Item = (usize, &'a Question)> + 'a {
        self.questions.iter().enumerate().filter(move |(_, question)| question.group.as_deref() == Some(group))
    }

    /// Whether anything in it can be read in easy language (selkokieli).
    pub fn is_easy_in(&self, language: &str) -> bool {
        let steps = self.scales.values().flat_map(|scale| scale.values.iter().map(|step| &step.text));
        let questions = self.questions.iter().map(|question| &question.text);
        let groups = self.groups.iter().map(|group| &group.title);
        steps.chain(questions).chain(groups).chain(&self.lead).any(|text| text.is_easy_in(language))
    }

    /// The scale that a question is answered on; `None` for numbers and texts.
    pub fn scale_of(&self, question: &Question) -> Option<&Scale> {
        match &question.kind {
            QuestionKind::Scale { scale, .. } | QuestionKind::Choice { scale, .. } => self.scales.get(scale),
            QuestionKind::Number { .. } | QuestionKind::Text => None,
        }
    }
}

/// Words by language code.
pub type Words = BTreeMap<String, String>;

/// A text in every language of the instrument, perhaps with other words on some channel or in easy language.
///
/// In JSON: `{"fi": "…", "sv": "…", "en": "…", "paper": {"fi": "…"}, "easy": {"fi": "…"}}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Text {
    #[serde(flatten)]
    words: Words,
    #[serde(flatten)]
    by_channel: BTreeMap<Channel, Words>,
    #[serde(skip_serializing_if = "Words::is_empty")]
    easy: Words,
}

impl utoipa::PartialSchema for Text {
    fn schema() -> RefOr<Schema> {
        let words = || ObjectBuilder::new().schema_type(Type::String);
        let by_language = ObjectBuilder::new().additional_properties(Some(words()));
        let text = ObjectBuilder::new()
            .description(Some(
                "Words by language code. A channel's name (`paper`, `card` …) holds the words that differ there, \
                 `easy` those in easy language.",
            ))
            .property("fi", words())
            .required("fi")
            .property("sv", words())
            .property("en", words())
            .property("easy", by_language)
            .examples([serde_json::json!({"fi": "Kiitos", "sv": "Tack", "en": "Thank you"})]);
        RefOr::T(Schema::Object(text.build()))
    }
}

impl utoipa::ToSchema for Text {}

impl Text {
    /// The words in a language (`fi`, `sv` …) on a channel. For a language that the instrument lacks: the Finnish words.
    pub fn say(&self, language: &str, channel: Option<Channel>) -> &str {
        channel
            .and_then(|channel| self.by_channel.get(&channel))
            .and_then(|words| words.get(language))
            .or_else(|| self.words.get(language))
            .or_else(|| self.words.get("fi"))
            .map_or("", String::as_str)
    }

    /// Whether it has words of its own in easy language (selkokieli).
    pub fn is_easy_in(&self, language: &str) -> bool {
        self.easy.contains_key(language)
    }

    /// The words in easy language (selkokieli) where there are any, otherwise as [`Text::say`].
    pub fn say_easily(&self, language: &str, channel: Option<Channel>) -> &str {
        self.easy.get(language).map_or_else(|| self.say(language, channel), String::as_str)
    }
}

/// Words for the values 1, 2, 3 … of a scale, 1 the worst, or for the options of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Scale {
    /// At least two, in order from 1, without gaps.
    pub values: Vec<ScaleValue>,
    /// All values in the order in which they are shown and printed.
    pub printed_order: Vec<i32>,
    /// The words for `cannot_say`.
    pub cannot_say: Text,
}

impl Scale {
    /// The step with this value.
    pub fn value(&self, value: i32) -> Option<&ScaleValue> {
        self.values.iter().find(|step| step.value == value)
    }

    /// The steps in the order in which they are shown and printed.
    pub fn as_printed(&self) -> impl Iterator<Item = &ScaleValue> {
        self.printed_order.iter().filter_map(|value| self.value(*value))
    }
}

/// One step of a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ScaleValue {
    /// From 1 up; it is the step's place on the scale.
    pub value: i32,
    /// The face drawn for it, 1 (saddest) to 5 (happiest).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub face: Option<u8>,
    /// Its words.
    #[serde(flatten)]
    pub text: Text,
}

/// A heading over some questions; its mean can be reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct QuestionGroup {
    /// Unique among groups.
    pub id: String,
    /// The heading.
    pub title: Text,
}

/// One question. Every question may be skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Question {
    /// Unique among questions: a lower-case letter, then letters, digits and underscores.
    pub id: String,
    /// How it is answered.
    #[serde(flatten)]
    pub kind: QuestionKind,
    /// The group it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What is asked.
    pub text: Text,
}

impl Question {
    /// Whether its answers are counted by value: steps and options are, numbers and texts are not.
    pub const fn is_counted(&self) -> bool {
        self.kind.has_scale()
    }

    /// Whether a mean of its answers means something: only steps from worst to best have one.
    pub const fn has_mean(&self) -> bool {
        matches!(self.kind, QuestionKind::Scale { .. })
    }
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// A step of a scale from worst to best: it has a mean.
    Scale {
        /// The scale's id.
        scale: String,
        /// The worst step, always 1.
        min: i32,
        /// The best step.
        max: i32,
    },
    /// One of some options without an order: it has shares, but no mean.
    Choice {
        /// The id of the scale that holds the options.
        scale: String,
        /// The first option, always 1.
        min: i32,
        /// The last option.
        max: i32,
    },
    /// A whole number.
    Number {
        /// What is counted.
        #[serde(skip_serializing_if = "Option::is_none")]
        unit: Option<NumberUnit>,
        /// The least number taken.
        min: i32,
        /// The greatest number taken; a year must also not be later than the year of receipt.
        max: i32,
    },
    /// The giver's own words.
    Text,
}

impl QuestionKind {
    /// Whether the answer is a step or an option, so that "cannot say" may be answered and answers are counted.
    pub const fn has_scale(&self) -> bool {
        matches!(self, Self::Scale { .. } | Self::Choice { .. })
    }
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberUnit {
    /// A calendar year.
    Year,
    /// A duration in whole months; forms ask for years and months.
    Months,
}

/// One step of a group interview, with what is written down in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Step {
    /// Unique among steps.
    pub id: String,
    /// What the step is called.
    pub title: Text,
    /// What the facilitator should know and do.
    pub guidance: Text,
    /// Whether the fields are filled in many times, as a list.
    pub repeats: bool,
    /// What is written down; may be empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// One thing that is written down in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Field {
    /// Unique within its step.
    pub id: String,
    /// What may be written in it.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// Its label.
    pub text: Text,
}

/// What may be written in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// Words.
    Text,
    /// A whole number that is best between these bounds.
    Number {
        /// The least that is advised.
        min: i32,
        /// The most that is advised.
        max: i32,
    },
    /// A day.
    Date,
    /// One of some options.
    Choice {
        /// At least two.
        options: Vec<FieldOption>,
    },
}

/// One option of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldOption {
    /// Unique within its field.
    pub id: String,
    /// Its words.
    #[serde(flatten)]
    pub text: Text,
}
