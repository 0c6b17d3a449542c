//! The giver's story: what was said, who handles it, by when, what was decided and done. For whoever has the code.

use jiff::ToSpan;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::plain_words;
use super::postings::with_words;
use super::results;
use crate::agreement::Due;
use crate::base::channel::ToldByStaff;
use crate::base::words::word_enum;
use crate::base::{Channel, Language, Problem};
use crate::case::decision::DecisionKind;
use crate::case::steps::{MAX_REOPENINGS, REOPEN_WITHIN_DAYS, State, Step, may_reopen, next};
use crate::case::told::ToldHow;
use crate::case::words::{CaseSubject, TextKind, Verdict};
use crate::handling::guidance::Guidance;
use crate::handling::read::texts_of;
use crate::handling::{escalation, left_out};
use crate::locales::Texts;
use crate::organisation::Role;
use crate::service::Service;
use crate::store::case_log::{self, EventRow, TextRow};
use crate::store::cases::CaseRow;
use crate::store::feedback::FeedbackRow;
use crate::store::{Connected, discussions, group_interviews, postings};

/// What came of a feedback.
#[derive(Clone, Serialize, ToSchema)]
pub struct Story {
    /// Where it stands as a whole.
    pub status: Status,
    /// The same in plain words in the giver's language; absent where the matters have it.
    pub status_text: Option<String>,
    /// The unit it was given to.
    pub unit: Option<StoryUnit>,
    /// The day it was given; for a card, the Monday of its week.
    #[schema(value_type = Option<String>, format = Date)]
    pub received_on: Option<jiff::civil::Date>,
    /// How it came.
    pub channel: Option<Channel>,
    /// The language it was given in.
    pub language: Option<Language>,
    /// The instrument it answers, whose questions `said` and `answers` name.
    pub instrument: Option<String>,
    /// The instrument's version.
    #[schema(minimum = 1)]
    pub instrument_version: Option<i64>,
    /// What the giver said, as it was kept.
    pub said: Vec<Said>,
    /// Whether what was said and written is erased, because the time for keeping texts is over.
    pub words_erased: bool,
    /// The coded answers as they were kept.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub answers: serde_json::Value,
    /// What is handled: one matter for a feedback with a case, one for each point of a group interview, none without a
    /// case.
    pub matters: Vec<Matter>,
    /// The feedback discussions of a group, with their memos.
    pub discussions: Vec<Discussion>,
    /// The published results and decisions that a feedback without a case is part of, newest first.
    pub results: Vec<PublishedResults>,
}

/// A feedback discussion that was held.
#[derive(Clone, Serialize, ToSchema)]
pub struct Discussion {
    /// When.
    #[schema(value_type = String, format = Date)]
    pub held_on: jiff::civil::Date,
    /// Whether clients and workers met together, or each apart.
    pub together: bool,
    /// What was told and said, in the words of staff.
    pub memo: String,
    /// In which language.
    pub language: Language,
}

/// Published results and decisions.
#[derive(Clone, Serialize, ToSchema)]
pub struct PublishedResults {
    /// What was found, and what was decided.
    pub words: String,
    /// In which language: the giver's if there are words in it.
    pub language: Language,
    /// When they were published.
    #[schema(value_type = String, format = Date)]
    pub on: jiff::civil::Date,
}

/// The board post that told the giver.
#[derive(Clone, Serialize, ToSchema)]
pub struct BoardAnswer {
    /// What givers said, in the words of staff.
    pub said: String,
    /// What was done.
    pub done: String,
    /// In which language: the giver's if there are words in it.
    pub language: Language,
    /// When it was posted.
    #[schema(value_type = String, format = Date)]
    pub on: jiff::civil::Date,
}

word_enum! {
    /// What a giver can do about a matter.
    pub enum GiverCan: "way for a giver to go on" {
        /// Answer the handler's question.
        Answer = "answer",
        /// Add something unasked.
        Add = "add",
        /// Say that the answer helped.
        Helped = "helped",
        /// Say that it did not help.
        DidNotHelp = "did_not_help",
    }
}

/// Where a feedback stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has been received.
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
#[derive(Clone, Serialize, ToSchema)]
pub struct Said {
    /// The question's id, or the field of a SWOT point.
    pub question: String,
    /// What was said, without personal identity codes.
    pub text: String,
}

/// One matter that is handled.
#[derive(Clone, Serialize, ToSchema)]
pub struct Matter {
    /// Its id, for the verdict and messages where there are several matters.
    pub id: Uuid,
    /// What was said, for a point of a group interview.
    pub said: Option<Said>,
    /// Its state.
    pub state: State,
    /// The same in plain words in the giver's language: who handles it and by when, what is waited for, how it was answered.
    pub status_text: String,
    /// Who handles it: a role, not a name.
    pub handled_by: Role,
    /// By when.
    pub promise: Due,
    /// Where the decision is late: the day that holds now instead of `promise.decide_by`. When it passes too there is another.
    #[schema(value_type = Option<String>, format = Date)]
    pub new_decide_by: Option<jiff::civil::Date>,
    /// When it was taken up.
    #[schema(value_type = Option<String>, format = Date)]
    pub acknowledged_on: Option<jiff::civil::Date>,
    /// What happened, in order: each step that concerns the giver.
    pub happened: Vec<Happened>,
    /// Questions, answers, additions and decisions, in order.
    pub messages: Vec<Message>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// The board post that told the giver, while it is on the board.
    pub board: Option<BoardAnswer>,
    /// When the giver was told.
    #[schema(value_type = Option<String>, format = Date)]
    pub told_on: Option<jiff::civil::Date>,
    /// How.
    pub told_how: Option<ToldHow>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = Date)]
    pub closed_on: Option<jiff::civil::Date>,
    /// What the giver said of the answer.
    pub verdict: Option<Verdict>,
    /// Guidance on formal complaints, in the giver's language, where the matter reads like one.
    pub guidance: Option<Guidance>,
    /// What the giver can do now.
    pub can: Vec<GiverCan>,
    /// Until when and how often "it did not help" still opens the matter again.
    pub reopens: Option<Reopens>,
}

/// How long and how often an answer can be returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reopens {
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub until: jiff::civil::Date,
    /// How many times it can still be returned.
    #[schema(minimum = 1)]
    pub times_left: u32,
}

/// One step of a matter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Happened {
    /// Which step; never one that concerns only staff or the service.
    pub step: Step,
    /// When.
    #[schema(value_type = String, format = Date)]
    pub on: jiff::civil::Date,
    /// How the giver was told, for `tell`.
    pub how: Option<ToldHow>,
    /// What was decided, for `decide`.
    pub decision: Option<DecisionKind>,
    /// The number of the step, which leads to its texts.
    #[serde(skip)]
    #[schema(ignore)]
    pub n: i64,
}

/// What was decided.
#[derive(Clone, Serialize, ToSchema)]
pub struct Decision {
    /// What.
    pub kind: DecisionKind,
    /// The answer, in the giver's language.
    pub text: Option<String>,
    /// Its language.
    pub language: Option<Language>,
    /// When.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<jiff::civil::Date>,
}

/// A message between handler and giver.
#[derive(Clone, Serialize, ToSchema)]
pub struct Message {
    /// Who says what: a question, an answer, an addition, a decision or a verdict.
    pub kind: TextKind,
    /// When.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<jiff::civil::Date>,
    /// What.
    pub text: String,
    /// In which language.
    pub language: Language,
    /// The number of the step it belongs to.
    #[serde(skip)]
    #[schema(ignore)]
    pub n: i64,
}

impl Story {
    /// The same story for staff who hold a code: its status, without the giver's words, answers, messages and
    /// discussions.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        self.said.clear();
        self.discussions.clear();
        self.answers = serde_json::json!({});
        for matter in &mut self.matters {
            matter.said = None;
            matter.messages.clear();
        }
        self
    }

    /// The story of a printed card that has not been typed in.
    pub fn on_its_way(unit: Option<StoryUnit>, texts: Texts) -> Self {
        Self {
            status: Status::OnItsWay,
            status_text: Some(plain_words::on_its_way(texts)),
            unit,
            received_on: None,
            channel: None,
            language: None,
            instrument: None,
            instrument_version: None,
            said: Vec::new(),
            words_erased: false,
            answers: serde_json::json!({}),
            matters: Vec::new(),
            discussions: Vec::new(),
            results: Vec::new(),
        }
    }
}

/// Builds the story of a feedback with its cases, in the language `asked` for, or in the feedback's own.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when something stored cannot be read.
pub async fn tell(
    service: &Service,
    db: &mut impl Connected,
    row: &FeedbackRow,
    cases: &[CaseRow],
    asked: Option<Texts>,
) -> Result<Story, Problem> {
    let snapshot = service.snapshot();
    let words = asked.unwrap_or_else(|| Texts::of(row.language.as_str()));
    let language = asked.map_or(row.language.as_str(), |asked| asked.language());
    let place = snapshot.tree.place_of(row.placement_id);
    let unit = place
        .and_then(|place| snapshot.tree.units.get(&place.unit_id))
        .map(|unit| StoryUnit { slug: unit.slug.clone(), name: unit.name.clone() });
    let said = texts_of(service, row)?.into_iter().map(|(question, text)| Said { question, text }).collect();
    let mut matters = Vec::new();
    for case in cases {
        matters.push(matter(service, db, case, words, language).await?);
    }
    let mut results = Vec::new();
    let taken_back = row.void_reason.is_some();
    if let (Some(place), true, false) = (place, cases.is_empty(), taken_back) {
        for posting in results::of_feedback(db, place.unit_id, &row.instrument, &row.month).await? {
            let on = posting.row.posted_on.0;
            let found = posting.words_in(language);
            results.extend(found.map(|text| PublishedResults {
                words: text.done.clone(),
                language: text.language,
                on,
            }));
        }
    }
    let status_text = match (taken_back, matters.is_empty()) {
        (true, _) => Some(plain_words::taken_back(words)),
        (false, true) => Some(plain_words::counted(words, results.first().map(|published| published.on))),
        (false, false) => None,
    };
    let in_discussion = row.channel.properties().told_by_staff == Some(ToldByStaff::FeedbackDiscussion);
    let held = if in_discussion && !taken_back { discussions::of_interview(db, row.id).await? } else { Vec::new() };
    let discussions = held.into_iter().map(|held| Discussion {
        held_on: held.held_on.0,
        together: held.together,
        memo: held.memo,
        language: held.language,
    });
    // Computed as in retention.
    let erased_to = service.today().saturating_sub(i64::from(service.config.retention.text_months).months());
    Ok(Story {
        status: if taken_back { Status::TakenBack } else { Status::Received },
        status_text,
        discussions: discussions.collect(),
        results,
        unit,
        received_on: Some(row.received_on.0),
        channel: Some(row.channel),
        language: Some(row.language),
        instrument: Some(row.instrument.clone()),
        instrument_version: Some(row.instrument_version),
        said,
        words_erased: row.texts.is_none() && row.received_on.0 <= erased_to,
        answers: serde_json::from_str(&row.coded).map_err(Problem::unreadable)?,
        matters,
    })
}

async fn matter(
    service: &Service,
    db: &mut impl Connected,
    case: &CaseRow,
    words: Texts,
    language: &str,
) -> Result<Matter, Problem> {
    let state = case.state;
    let events = case_log::events(db, case.id).await?;
    let texts = case_log::texts(db, case.id).await?;
    let day = |n: i64| events.iter().find(|event| event.n == n).map(|event| event.on_day.0);
    let said = if case.subject == CaseSubject::SwotPoint {
        // Retention leaves an empty text.
        let point = group_interviews::point(db, case.id).await?.filter(|point| !point.text.is_empty());
        point.map(|point| Said { question: point.field.to_string(), text: point.text })
    } else {
        None
    };
    let answered = matches!(state, State::Decided | State::Told | State::Closed);
    let last_decision = events.iter().rev().find(|event| event.step == Step::Decide).map(|event| event.n);
    let decided: Option<&TextRow> =
        texts.iter().find(|text| text.kind == TextKind::Decision && Some(text.n) == last_decision);
    let mut board = None;
    if case.told_how == Some(ToldHow::Board) {
        let posts = postings::of_case(db, case.id).await?.into_iter().collect();
        let post = with_words(db, posts).await?.pop();
        board = post.and_then(|post| {
            let text = post.words_in(language)?.clone();
            Some(BoardAnswer { said: text.said, done: text.done, language: text.language, on: post.row.posted_on.0 })
        });
    }
    let message = |text: &TextRow| Message {
        kind: text.kind,
        on: day(text.n),
        text: text.text.clone(),
        language: text.language,
        n: text.n,
    };
    let late = left_out(escalation::late(service, &service.snapshot(), case), "story", case.id)?.flatten();
    let new_decide_by = late.map(|late| late.new_day);
    Ok(Matter {
        id: case.id,
        said,
        state,
        status_text: plain_words::of_matter(words, case, state, service.today(), new_decide_by),
        board,
        handled_by: case.handler_role,
        promise: crate::intake::evaluate::promise_of(case),
        new_decide_by,
        acknowledged_on: case.acknowledged_on.map(Into::into),
        happened: events.iter().filter_map(happened).collect(),
        // A reason for reopening is for staff.
        messages: texts.iter().filter(|text| text.kind != TextKind::Reason).map(message).collect(),
        decision: case.decision.filter(|_| answered).map(|kind| Decision {
            kind,
            text: decided.map(|text| text.text.clone()),
            language: decided.map(|text| text.language),
            on: case.available_on.map(Into::into),
        }),
        told_on: case.told_on.map(Into::into),
        told_how: case.told_how,
        closed_on: case.closed_on.map(Into::into),
        verdict: case.verdict,
        guidance: case.complaint.then(|| Guidance::to_formal_complaint(language)),
        can: can(service, case, state),
        reopens: reopens(service, case, state),
    })
}

/// A step as the giver sees it; none for a step that concerns only staff or the service.
fn happened(event: &EventRow) -> Option<Happened> {
    let told = match event.step {
        Step::Assign | Step::Remind | Step::MoveDeadlines | Step::StandIn => false,
        Step::Acknowledge
        | Step::Ask
        | Step::GiverAnswers
        | Step::GiverAdds
        | Step::Decide
        | Step::Tell
        | Step::Close
        | Step::HelpedVerdict
        | Step::DidNotHelpVerdict
        | Step::Reopen
        | Step::MailRefused
        | Step::SilenceCloses => true,
    };
    let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap_or_default();
    let word = |name: &str| detail.get(name).and_then(serde_json::Value::as_str);
    told.then(|| Happened {
        step: event.step,
        on: event.on_day.0,
        how: word("how").and_then(ToldHow::parse),
        decision: word("decision").and_then(DecisionKind::parse),
        n: event.n,
    })
}

/// What the giver can do now, according to the step table.
fn can(service: &Service, case: &CaseRow, state: State) -> Vec<GiverCan> {
    let steps = [
        (Step::GiverAnswers, GiverCan::Answer),
        (Step::GiverAdds, GiverCan::Add),
        (Step::HelpedVerdict, GiverCan::Helped),
        (Step::DidNotHelpVerdict, GiverCan::DidNotHelp),
    ];
    let reopens = reopens(service, case, state).is_some();
    steps
        .into_iter()
        .filter(|(step, _)| next(state, *step).is_some())
        .filter(|(step, _)| *step != Step::DidNotHelpVerdict || reopens)
        .map(|(_, what)| what)
        .collect()
}

/// Until when and how often "it did not help" still opens the case again (see [`may_reopen`]); none if it no longer
/// does.
fn reopens(service: &Service, case: &CaseRow, state: State) -> Option<Reopens> {
    next(state, Step::DidNotHelpVerdict)?;
    let today = service.today();
    let answered = case.told_on.or(case.available_on).map_or(today, |day| day.0);
    let days = today.since(answered).map_or(0, |span| span.get_days());
    let used = u32::try_from(case.reopenings).unwrap_or(MAX_REOPENINGS);
    may_reopen(used, u32::try_from(days).unwrap_or(REOPEN_WITHIN_DAYS)).then(|| Reopens {
        until: answered.saturating_add(i64::from(REOPEN_WITHIN_DAYS).days()),
        times_left: MAX_REOPENINGS.saturating_sub(used),
    })
}
