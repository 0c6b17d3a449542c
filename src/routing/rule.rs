//! A routing rule: where it stands, what it asks of a feedback, what follows.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::agreement::WorkingDays;
use crate::feedback::{Channel, GivenBy, Language};
use crate::organisation::tree::in_force;
use crate::organisation::{Node, Role};

/// What a rule asks. Every named condition must hold; within a list one is enough. No condition matches everything.
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
    pub at_least: Option<i32>,
    /// Highest value that matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i32>,
}

/// The mean of the answered items of a group lies below a bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupMeanCondition {
    /// Group id of the instrument.
    #[schema(min_length = 1, max_length = 60, example = "encounter")]
    pub group: String,
    /// The mean must be smaller than this.
    #[schema(exclusive_minimum = 0.0, example = 2.5)]
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

/// How fast somebody must look at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Within the terms.
    #[default]
    Normal,
    /// At once: noticed outside the daily round too.
    Urgent,
}

impl Urgency {
    /// The word in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Urgent => "urgent",
        }
    }
}

/// What follows when a rule matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
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

/// When a rule is asked, whatever its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// First what makes urgent.
    Urgent,
    /// Then what marks a formal complaint.
    Complaint,
    /// Then all else.
    Other,
}

impl Results {
    /// When a rule with these results is asked.
    pub fn turn(&self) -> Turn {
        match self.urgency {
            Urgency::Urgent => Turn::Urgent,
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
    /// What it asks.
    #[serde(default)]
    pub when: Conditions,
    /// What follows.
    pub then: Results,
}

/// A rule in force at a node.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Id of this version.
    pub id: Uuid,
    /// Counted from 1 within its code.
    pub version: i64,
    /// Where it holds.
    pub node: Node,
    /// Whether it is switched on.
    pub enabled: bool,
    /// First day, or none.
    pub valid_from: Option<Date>,
    /// Last day, or none.
    pub valid_to: Option<Date>,
    /// What it says.
    pub text: RuleText,
}

impl Rule {
    /// Whether it is switched on and `day` lies in its time.
    pub fn is_on(&self, day: Date) -> bool {
        self.enabled && in_force(day, self.valid_from.unwrap_or(Date::MIN), self.valid_to)
    }
}
