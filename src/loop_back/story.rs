//! The giver's story: what was said, who handles it, by when, what was decided and done. For whoever has the code.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::agreement::Due;
use crate::feedback::Problem;
use crate::handling::guidance::Guidance;
use crate::handling::read::texts_of;
use crate::handling::steps::{MAX_REOPENINGS, REOPEN_WITHIN_DAYS, State, Step, may_reopen, next};
use crate::service::Service;
use crate::store::case_log::{self, TextRow};
use crate::store::cases::CaseRow;
use crate::store::feedback::FeedbackRow;
use crate::store::{Connected, group_interviews};

/// What came of a feedback.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Story {
    /// Where it stands as a whole.
    pub status: Status,
    /// The unit it was given to.
    pub unit: Option<StoryUnit>,
    /// The day it was given; for a card, the Monday of its week.
    #[schema(value_type = Option<String>, format = Date)]
    pub received_on: Option<jiff::civil::Date>,
    /// How it came.
    pub channel: Option<String>,
    /// The language it was given in.
    pub language: Option<String>,
    /// What the giver said, as it was kept.
    pub said: Vec<Said>,
    /// The coded answers as they were kept.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub answers: serde_json::Value,
    /// What is handled: one matter for a feedback with a case, one a point for a group, none without a case.
    pub matters: Vec<Matter>,
}

/// Where a feedback stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is here.
    Received,
    /// The card has been printed, and has not been typed in yet: "your card is on its way".
    OnItsWay,
    /// It was taken back.
    TakenBack,
}

/// The unit a feedback was given to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StoryUnit {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Something the giver said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Said {
    /// The question's id, or the field of a SWOT point.
    pub question: String,
    /// What was said, without personal identity codes.
    pub text: String,
}

/// One matter that is handled.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Matter {
    /// Its id, for the verdict and messages where there are several.
    pub id: Uuid,
    /// What was said, for a group's point.
    pub said: Option<Said>,
    /// Its state.
    pub state: String,
    /// Who handles it: a role, not a name.
    pub handled_by: String,
    /// By when.
    pub promise: Due,
    /// When it was taken up.
    #[schema(value_type = Option<String>, format = Date)]
    pub acknowledged_on: Option<jiff::civil::Date>,
    /// Questions, answers, additions and decisions in their order.
    pub messages: Vec<Message>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// When the giver was told.
    #[schema(value_type = Option<String>, format = Date)]
    pub told_on: Option<jiff::civil::Date>,
    /// How.
    pub told_how: Option<String>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = Date)]
    pub closed_on: Option<jiff::civil::Date>,
    /// What the giver said of the answer.
    pub verdict: Option<String>,
    /// Where the matter reads like a formal complaint: the way to that procedure, in the giver's language.
    pub guidance: Option<Guidance>,
    /// What the giver can do now: `answer`, `add`, `helped`, `did_not_help`.
    pub can: Vec<String>,
}

/// What was decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Decision {
    /// `change_made`, `change_planned`, `no_change`, `passed_on` or `thanks`.
    pub kind: String,
    /// The answer, in the giver's language.
    pub text: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<jiff::civil::Date>,
}

/// A message between handler and giver.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Message {
    /// `question`, `answer`, `addition`, `decision` or `verdict`.
    pub kind: String,
    /// When.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<jiff::civil::Date>,
    /// What.
    pub text: String,
    /// In which language.
    pub language: String,
}

impl Story {
    /// The same story for staff who hold a code: where it stands, and none of the giver's words.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        self.said.clear();
        self.answers = serde_json::json!({});
        for matter in &mut self.matters {
            matter.said = None;
            matter.messages.clear();
        }
        self
    }

    /// The story of a printed card that has not been typed in.
    pub fn on_its_way(unit: Option<StoryUnit>) -> Self {
        Self {
            status: Status::OnItsWay,
            unit,
            received_on: None,
            channel: None,
            language: None,
            said: Vec::new(),
            answers: serde_json::json!({}),
            matters: Vec::new(),
        }
    }
}

/// Tells the story of a feedback with its cases.
///
/// # Errors
/// The store's; [`crate::feedback::Kind::Internal`] when something stored cannot be read.
pub async fn tell(
    service: &Service,
    db: &mut impl Connected,
    row: &FeedbackRow,
    cases: &[CaseRow],
) -> Result<Story, Problem> {
    let snapshot = service.snapshot();
    let unit = snapshot
        .tree
        .place_of(row.placement_id)
        .and_then(|place| snapshot.tree.units.get(&place.unit_id))
        .map(|unit| StoryUnit { slug: unit.slug.clone(), name: unit.name.clone() });
    let said = texts_of(service, row)?.into_iter().map(|(question, text)| Said { question, text }).collect();
    let mut matters = Vec::new();
    for case in cases {
        matters.push(matter(service, db, row, case).await?);
    }
    Ok(Story {
        status: if row.void_reason.is_some() { Status::TakenBack } else { Status::Received },
        unit,
        received_on: Some(row.received_on.0),
        channel: Some(row.channel.clone()),
        language: Some(row.language.clone()),
        said,
        answers: serde_json::from_str(&row.coded).map_err(Problem::internal)?,
        matters,
    })
}

async fn matter(
    service: &Service,
    db: &mut impl Connected,
    row: &FeedbackRow,
    case: &CaseRow,
) -> Result<Matter, Problem> {
    let state = State::parse(&case.state).map_err(|_| Problem::internal("an unknown state is stored"))?;
    let events = case_log::events(db, case.id).await?;
    let texts = case_log::texts(db, case.id).await?;
    let day = |n: i64| events.iter().find(|event| event.n == n).map(|event| event.on_day.0);
    let said = if case.subject == "swot_point" {
        group_interviews::point(db, case.id).await?.map(|point| Said { question: point.field, text: point.text })
    } else {
        None
    };
    let answered = matches!(state, State::Decided | State::Told | State::Closed);
    let last_decision = events.iter().rev().find(|event| event.step == Step::Decide.as_str()).map(|event| event.n);
    let decided: Option<&TextRow> = texts.iter().find(|text| text.kind == "decision" && Some(text.n) == last_decision);
    let message = |text: &TextRow| Message {
        kind: text.kind.clone(),
        on: day(text.n),
        text: text.text.clone(),
        language: text.language.clone(),
    };
    Ok(Matter {
        id: case.id,
        said,
        state: case.state.clone(),
        handled_by: case.handler_role.clone(),
        promise: crate::intake::evaluate::promise_of(case),
        acknowledged_on: case.acknowledged_on.map(Into::into),
        // A reason for reopening is a word among staff.
        messages: texts.iter().filter(|text| text.kind != "reason").map(message).collect(),
        decision: case.decision.as_ref().filter(|_| answered).map(|kind| Decision {
            kind: kind.clone(),
            text: decided.map(|text| text.text.clone()),
            language: decided.map(|text| text.language.clone()),
            on: case.available_on.map(Into::into),
        }),
        told_on: case.told_on.map(Into::into),
        told_how: case.told_how.clone(),
        closed_on: case.closed_on.map(Into::into),
        verdict: case.verdict.clone(),
        guidance: case.complaint.then(|| Guidance::to_formal_complaint(&row.language)),
        can: can(service, case, state),
    })
}

/// What the giver can do now, by the step table.
fn can(service: &Service, case: &CaseRow, state: State) -> Vec<String> {
    let steps = [
        (Step::GiverAnswers, "answer"),
        (Step::GiverAdds, "add"),
        (Step::HelpedVerdict, "helped"),
        (Step::DidNotHelpVerdict, "did_not_help"),
    ];
    let answered = case.told_on.or(case.available_on);
    let days = answered.and_then(|day| service.today().since(day.0).ok()).map_or(0, |span| span.get_days());
    let reopens = may_reopen(
        u32::try_from(case.reopenings).unwrap_or(MAX_REOPENINGS),
        u32::try_from(days).unwrap_or(REOPEN_WITHIN_DAYS),
    );
    steps
        .into_iter()
        .filter(|(step, _)| next(state, *step).is_some())
        .filter(|(step, _)| *step != Step::DidNotHelpVerdict || reopens)
        .map(|(_, word)| word.to_owned())
        .collect()
}
