//! The bodies of submissions.

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::base::{Channel, Fault, GivenBy, Language, redacted_debug, unique_keys};

/// A form that was read as far as possible.
pub struct ReadForm<T> {
    /// What could be read, with stand-ins for what could not; none if it is no form at all.
    pub form: Option<T>,
    /// What could not be read, by its JSON pointer within the form.
    pub faults: Vec<Fault>,
}

/// A form that is checked although parts of it cannot be read.
pub trait StandIns: DeserializeOwned {
    /// A form with every required field, also those of its optional parts. What stands in for a field says nothing: no fault
    /// that is found in it is told.
    fn stand_ins() -> Value;
}

/// One feedback.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "unit": "koivuranta", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
    "answers": {"q1": 4, "q2": 2, "q12": 4, "free": "Puhelinaika on silloin, kun olen työtoiminnassa."},
    "reply": {"wanted": true, "email": "antaja@example.fi"},
}))]
pub struct NewFeedback {
    /// The unit's short name.
    #[schema(example = "koivuranta", min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$")]
    pub unit: String,
    /// The instrument's id.
    #[schema(example = "asiakastyytyvaisyys", min_length = 1, max_length = 60, pattern = "^[a-z0-9-]+$")]
    pub instrument: String,
    /// Its version; without it the newest.
    #[serde(default)]
    #[schema(minimum = 1)]
    pub instrument_version: Option<u32>,
    pub channel: Channel,
    /// The language it was given in.
    pub language: Language,
    #[serde(default)]
    pub given_by: GivenBy,
    /// Answers by question id: a number on the question's scale, `"cannot_say"`, a text, or `null` for a skip.
    #[serde(deserialize_with = "unique_keys")]
    #[schema(value_type = std::collections::HashMap<String, Answer>,
        example = json!({"q1": 4, "q2": "cannot_say", "free": "Puhelimeen ei vastata."}))]
    pub answers: Map<String, Value>,
    /// The day it was given, if not today; for a card, any day of its week. Not in the future, at most a year ago.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub given_on: Option<Date>,
    /// Whether an answer is wanted, and where to.
    #[serde(default)]
    pub reply: Option<Reply>,
    /// Contact details of somebody who wants to join developing; kept apart from the answers.
    #[serde(default)]
    pub volunteer: Option<Volunteer>,
    /// A receipt code made on the giver's own device (web and kiosk only).
    #[serde(default)]
    #[schema(min_length = 16, pattern = "^[ -]*([0-9A-Za-z][ -]*){16}$")]
    pub receipt: Option<String>,
    /// A card's colour.
    #[serde(default)]
    #[schema(example = "keltainen", min_length = 1, max_length = 30)]
    pub colour: Option<String>,
    /// The serial printed on a card with a stub.
    #[serde(default)]
    #[schema(min_length = 7, pattern = "^[ -]*([0-9A-Za-z][ -]*){7}$")]
    pub serial: Option<String>,
    /// The author's own reminder for the next meeting (oral notes only).
    #[serde(default)]
    pub reminder: Option<Reminder>,
}

redacted_debug!(NewFeedback { unit, instrument, instrument_version, channel, language, given_by });

impl StandIns for NewFeedback {
    fn stand_ins() -> Value {
        json!({"unit": "", "instrument": "", "channel": Channel::Card, "language": Language::Fi, "answers": {},
            "reply": {"wanted": false}, "volunteer": {"name": ""}, "reminder": {"text": ""}})
    }
}

/// An answer, for the OpenAPI document; the instrument decides which values are valid.
pub struct Answer;

impl PartialSchema for Answer {
    fn schema() -> RefOr<Schema> {
        let kinds = [Type::Integer, Type::String, Type::Null];
        let answer = ObjectBuilder::new().schema_type(SchemaType::from_iter(kinds)).description(Some(
            "A step of a scale, an option or a number; a text, or `cannot_say`; `null` for a skipped question.",
        ));
        RefOr::T(Schema::Object(answer.build()))
    }
}

impl ToSchema for Answer {}

/// Whether an answer is wanted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Whether an answer is wanted.
    pub wanted: bool,
    /// Where to say that an answer waits. Without it the answer waits on the receipt page.
    #[serde(default)]
    #[schema(max_length = 254, pattern = "^[^@\\s]+@[^@\\s]+$", example = "antaja@example.fi")]
    pub email: Option<String>,
    /// A phone number, if the giver prefers to be called.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 254, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = "040 123 4567")]
    pub phone: Option<String>,
    /// A name, if the giver wants to give one.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 254, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$")]
    pub name: Option<String>,
}

redacted_debug!(Reply { wanted });

/// Somebody who wants to join developing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Volunteer {
    /// A name.
    #[schema(min_length = 1, max_length = 254, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = "Aino Esimerkki")]
    pub name: String,
    /// An e-mail address.
    #[serde(default)]
    #[schema(max_length = 254, pattern = "^[^@\\s]+@[^@\\s]+$", example = "antaja@example.fi")]
    pub email: Option<String>,
    /// A phone number.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 254, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = "040 123 4567")]
    pub phone: Option<String>,
}

redacted_debug!(Volunteer {});

/// An author's own reminder of whom an oral note was from: encrypted, erased when the giver was told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// Up to 40 characters, for the author's eyes.
    #[schema(max_length = 40, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]*$", example = "sininen takki, ti 14")]
    pub text: String,
    /// The day of the next meeting.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub next_meeting: Option<Date>,
}

redacted_debug!(Reminder {});

/// A box of cards.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [
    {"unit": "koivuranta", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
        "answers": {"q1": 3, "q2": 2, "q3": "Sain puhua rauhassa."}, "colour": "keltainen"},
    {"unit": "koivuranta", "instrument": "tapaaminen-kortti", "channel": "card", "language": "sv",
        "answers": {"q1": 1, "q3": "Jag fick vänta länge."}},
]}))]
pub struct NewBatch {
    /// The cards.
    #[schema(min_items = 1, max_items = 500)]
    pub items: Vec<NewFeedback>,
}

/// A group interview, by its seven steps (004_c1086500c68c5cfa.txt, RYHMÄHAASTATTELU).
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "unit": "koivuranta", "language": "fi", "held_on": "2026-11-16",
    "goal": "Miten toiminta on sujunut ja miten sitä kehitetään",
    "arrangements": {"place": "Ryhmähuone", "outside_interviewer": true, "recording": "notes"},
    "group": {"participants": 7, "interviewers": 2},
    "themes": ["Miten kehittäisit toimintaa?"],
    "summary": {"strengths": ["Työntekijät kuuntelevat."], "weaknesses": ["Aulassa ei ole istuimia."]},
    "actions": [{"what": "Hankitaan aulaan tuolit", "who": "vastuuhenkilö", "when": "joulukuussa"}],
}))]
pub struct NewGroupInterview {
    /// The unit's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    pub unit: String,
    /// The language the group spoke.
    pub language: Language,
    #[serde(default)]
    pub given_by: GivenBy,
    /// The day of the interview: not in the future, at most a year ago.
    #[schema(value_type = String, format = Date)]
    pub held_on: Date,
    /// 1. Haastattelun tavoite: why the interview was made.
    #[schema(min_length = 1, max_length = 10000)]
    pub goal: String,
    /// 2. Haastattelun toteutuksesta sopiminen: who, where, how recorded.
    pub arrangements: Arrangements,
    /// 3. Ryhmän kokoaminen.
    pub group: Group,
    /// 4. Haastattelu: the themes that were asked about.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub themes: Vec<String>,
    /// 5. Yhteenveto: the summary as SWOT.
    pub summary: Swot,
    /// 6. Palautekeskustelu: when it was or will be held, and with whom.
    #[serde(default)]
    pub feedback_discussion: Option<FeedbackDiscussion>,
    /// 7. Esiin nousseiden asioiden käytäntöön vieminen: what, who, when.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub actions: Vec<AgreedAction>,
}

redacted_debug!(NewGroupInterview { unit, language, given_by, held_on });

/// Who interviews, where, and how it is recorded.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrangements {
    /// Where the group met.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    pub place: Option<String>,
    /// Whether the interviewer came from outside the unit.
    #[serde(default)]
    pub outside_interviewer: bool,
    /// How it was recorded.
    pub recording: Recording,
}

redacted_debug!(Arrangements { recording });

/// How an interview is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recording {
    /// muistiinpanoja
    Notes,
    /// äänittämällä
    Audio,
    /// videoimalla
    Video,
}

/// Who came.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// How many were interviewed; the source advises 5–10, a smaller or larger group is taken too.
    #[schema(minimum = 1, maximum = 50)]
    pub participants: u16,
    /// How many interviewed; the source advises 1–3.
    #[schema(minimum = 1, maximum = 10)]
    pub interviewers: u16,
    /// The group's name, if it has one.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    pub name: Option<String>,
}

redacted_debug!(Group { participants, interviewers });

/// The summary as SWOT: good points, and points to be developed.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Swot {
    /// vahvuudet
    #[schema(max_items = 100)]
    pub strengths: Vec<String>,
    /// heikkoudet
    #[schema(max_items = 100)]
    pub weaknesses: Vec<String>,
    /// mahdollisuudet
    #[schema(max_items = 100)]
    pub opportunities: Vec<String>,
    /// uhat
    #[schema(max_items = 100)]
    pub threats: Vec<String>,
}

redacted_debug!(Swot {});

/// The discussion in which the group hears what came of it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackDiscussion {
    /// When.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub held_on: Option<Date>,
    /// Whether clients, workers and managers meet together; else apart.
    pub together: bool,
    /// What was said there.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000)]
    pub notes: Option<String>,
}

redacted_debug!(FeedbackDiscussion { held_on, together });

/// What was agreed to be done.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedAction {
    /// What.
    #[schema(min_length = 1, max_length = 1000)]
    pub what: String,
    /// Who.
    #[schema(min_length = 1, max_length = 1000)]
    pub who: String,
    /// When, in words or as a date.
    #[schema(min_length = 1, max_length = 1000)]
    pub when: String,
}

redacted_debug!(AgreedAction {});
