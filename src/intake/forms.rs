//! What a submission says, as it comes over the API.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::feedback::{Channel, GivenBy, Language};

/// One feedback.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeedback {
    /// The unit's short name.
    #[schema(example = "koivuranta")]
    pub unit: String,
    /// The instrument's id.
    #[schema(example = "asiakastyytyvaisyys")]
    pub instrument: String,
    /// Its version; without it the newest.
    #[serde(default)]
    pub instrument_version: Option<u32>,
    /// How it came.
    pub channel: Channel,
    /// The language it was given in.
    pub language: Language,
    /// Who gave it.
    #[serde(default)]
    pub given_by: GivenBy,
    /// Answers by question id: a number on the question's scale, `"cannot_say"`, a text, or `null` for a skip.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
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
    pub receipt: Option<String>,
    /// A card's colour.
    #[serde(default)]
    #[schema(example = "keltainen")]
    pub colour: Option<String>,
    /// The serial printed on a card with a stub.
    #[serde(default)]
    pub serial: Option<String>,
    /// The author's own reminder for the next meeting (oral notes only).
    #[serde(default)]
    pub reminder: Option<Reminder>,
}

/// Whether an answer is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Whether an answer is wanted.
    pub wanted: bool,
    /// Where to say that an answer waits. Without it the answer waits on the receipt page.
    #[serde(default)]
    pub email: Option<String>,
    /// A phone number, if the giver prefers to be called.
    #[serde(default)]
    pub phone: Option<String>,
    /// A name, if the giver wants to give one.
    #[serde(default)]
    pub name: Option<String>,
}

/// Somebody who wants to join developing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Volunteer {
    /// A name.
    pub name: String,
    /// An e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// A phone number.
    #[serde(default)]
    pub phone: Option<String>,
}

/// An author's own reminder of whom an oral note was from: encrypted, erased when the giver was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// Up to 40 characters, for the author's eyes.
    pub text: String,
    /// The day of the next meeting.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub next_meeting: Option<Date>,
}

/// A box of cards.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// The cards.
    pub items: Vec<NewFeedback>,
}

/// A group interview, by its seven steps (004_c1086500c68c5cfa.txt, RYHMÄHAASTATTELU).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroupInterview {
    /// The unit's short name.
    pub unit: String,
    /// The language the group spoke.
    pub language: Language,
    /// Who gave it.
    #[serde(default)]
    pub given_by: GivenBy,
    /// The day of the interview: not in the future, at most a year ago.
    #[schema(value_type = String, format = Date)]
    pub held_on: Date,
    /// 1. Haastattelun tavoite: why the interview was made.
    pub goal: String,
    /// 2. Haastattelun toteutuksesta sopiminen: who, where, how recorded.
    pub arrangements: Arrangements,
    /// 3. Ryhmän kokoaminen.
    pub group: Group,
    /// 4. Haastattelu: the themes that were asked about.
    #[serde(default)]
    pub themes: Vec<String>,
    /// 5. Yhteenveto: the summary as SWOT.
    pub summary: Swot,
    /// 6. Palautekeskustelu: when it was or will be held, and with whom.
    #[serde(default)]
    pub feedback_discussion: Option<FeedbackDiscussion>,
    /// 7. Esiin nousseiden asioiden käytäntöön vieminen: what, who, when.
    #[serde(default)]
    pub actions: Vec<AgreedAction>,
}

/// Who interviews, where, and how it is recorded.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrangements {
    /// Where the group met.
    #[serde(default)]
    pub place: Option<String>,
    /// Whether the interviewer came from outside the unit.
    #[serde(default)]
    pub outside_interviewer: bool,
    /// How it was recorded.
    pub recording: Recording,
}

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
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
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
    pub name: Option<String>,
}

/// The summary as SWOT: good points, and points to be developed.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Swot {
    /// vahvuudet
    pub strengths: Vec<String>,
    /// heikkoudet
    pub weaknesses: Vec<String>,
    /// mahdollisuudet
    pub opportunities: Vec<String>,
    /// uhat
    pub threats: Vec<String>,
}

/// The discussion in which the group hears what came of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
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
    pub notes: Option<String>,
}

/// What was agreed to be done.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedAction {
    /// What.
    pub what: String,
    /// Who.
    pub who: String,
    /// When, in words or as a date.
    pub when: String,
}
