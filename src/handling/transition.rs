//! One step of a case: asked of the step table, written with its event and its words.

use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::base::{Kind, Language, Problem};
use crate::calendar::Calendar;
use crate::case::steps::{MAX_REOPENINGS, REOPEN_WITHIN_DAYS, State, Step, may_reopen, next};
use crate::case::told::ToldHow;
use crate::case::words::{ActorKind, TextKind, Verdict};
use crate::intake::evaluate::{promise_of, terms_of};
use crate::outbox::mail_queue::{self, Letter, Receiver};
use crate::outbox::notices;
use crate::outbox::webhook_queue::{self, Happened, Leaves};
use crate::routing::Urgency;
use crate::service::Service;
use crate::store::case_log::{self, EventRow, TextRow};
use crate::store::cases::{self, CaseRow};
use crate::store::jobs::{self, NewJob};
use crate::store::{Day, Writer, contacts, feedback};
use crate::text::redaction::Redacted;
use crate::webhook::Data;

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff: the instant is kept.
    Staff(Uuid),
    /// The giver: only the day is kept.
    Giver,
    /// The service itself.
    Service,
}

impl Actor {
    fn kind(self) -> ActorKind {
        match self {
            Self::Staff(_) => ActorKind::Staff,
            Self::Giver => ActorKind::Giver,
            Self::Service => ActorKind::Service,
        }
    }
}

/// A step that is being taken.
pub struct Change {
    /// The case as it will be.
    pub case: CaseRow,
    event: EventRow,
    detail: Value,
    text: Option<TextRow>,
    today: Date,
    step: Step,
}

impl Change {
    /// Asks the step table whether `step` may be taken now.
    ///
    /// # Errors
    /// [`Kind::StepNotAllowed`].
    pub fn begin(service: &Service, case: CaseRow, step: Step, actor: Actor) -> Result<Self, Problem> {
        let from = case.state;
        let to = next(from, step).ok_or_else(|| not_allowed(from, step))?;
        let today = service.today();
        let mut case = case;
        case.state = to;
        case.version += 1;
        let (actor_id, at) = match actor {
            Actor::Staff(id) => (Some(id), Some(service.now().as_micros())),
            Actor::Giver | Actor::Service => (None, None),
        };
        let event = EventRow {
            n: case.version,
            step,
            from_state: from,
            to_state: to,
            actor: actor.kind(),
            actor_id,
            on_day: Day(today),
            at,
            detail: String::new(),
        };
        let mut change = Self { case, event, detail: json!({}), text: None, today, step };
        change.apply(service, from, step)?;
        Ok(change)
    }

    /// What the step changes in the case besides its state.
    fn apply(&mut self, service: &Service, from: State, step: Step) -> Result<(), Problem> {
        let today = Day(self.today);
        if from == State::WaitingForGiver && self.case.state != from {
            self.resume_clock(service)?;
        }
        match step {
            Step::Acknowledge => self.acknowledge(),
            Step::Ask => {
                self.acknowledge();
                self.case.waiting_since = Some(today);
            }
            Step::Decide => {
                self.acknowledge();
                self.case.available_on = Some(today);
            }
            Step::Tell => {
                self.case.told_on = Some(today);
            }
            Step::Close | Step::SilenceCloses => self.case.closed_on = Some(today),
            Step::HelpedVerdict => {
                self.case.verdict = Some(Verdict::Helped);
                self.case.closed_on = Some(today);
            }
            Step::DidNotHelpVerdict => {
                self.check_reopening()?;
                self.case.reopenings += 1;
                self.reopen(service)?;
                self.case.verdict = Some(Verdict::DidNotHelp);
            }
            Step::Reopen => self.reopen(service)?,
            Step::MailRefused => {
                self.case.told_on = None;
                self.case.told_how = None;
            }
            Step::Assign => self.case.stand_in_id = None,
            Step::GiverAnswers | Step::GiverAdds | Step::Remind | Step::MoveDeadlines | Step::StandIn => {}
        }
        Ok(())
    }

    fn acknowledge(&mut self) {
        self.case.acknowledged_on.get_or_insert(Day(self.today));
    }

    /// A pause shifts the terms by its working days.
    fn resume_clock(&mut self, service: &Service) -> Result<(), Problem> {
        let Some(since) = self.case.waiting_since.take() else { return Ok(()) };
        let snapshot = service.snapshot();
        let calendar = calendar(&snapshot, &self.case)?;
        let paused = calendar.working_days_between(since.0, self.today).map_err(Problem::internal)?;
        // A pause without a working day moves nothing, not even a day off that a meeting stands on.
        if paused > 0 {
            let shifted = promise_of(&self.case).shifted(paused, calendar).map_err(Problem::internal)?;
            self.case.decide_by = Day(shifted.decide_by);
            self.case.tell_by = Day(shifted.tell_by);
            self.case.paused_wd += i64::from(paused);
        }
        self.detail["paused_working_days"] = json!(paused);
        Ok(())
    }

    /// A verdict reopens at most so often, and only within so many days of the answer.
    fn check_reopening(&self) -> Result<(), Problem> {
        let answered = self.case.told_on.or(self.case.available_on).map_or(self.today, |day| day.0);
        let days = self.today.since(answered).map_or(u32::MAX, |span| u32::try_from(span.get_days()).unwrap_or(0));
        let times = u32::try_from(self.case.reopenings).unwrap_or(u32::MAX);
        if may_reopen(times, days) {
            return Ok(());
        }
        Err(Problem::new(
            Kind::StepNotAllowed,
            format!(
                "An answer can be returned {MAX_REOPENINGS} times, within {REOPEN_WITHIN_DAYS} days. Please give new \
                 feedback: it gets a new answer."
            ),
        ))
    }

    /// Decide and tell start anew from today; the giver is to be told again.
    fn reopen(&mut self, service: &Service) -> Result<(), Problem> {
        let snapshot = service.snapshot();
        let calendar = calendar(&snapshot, &self.case)?;
        let terms = terms_of(&self.case).ok_or_else(|| Problem::internal("unreadable terms are stored"))?;
        let due = terms.due(self.today, calendar).map_err(Problem::internal)?;
        self.case.decide_by = Day(due.decide_by);
        self.case.tell_by = Day(due.tell_by);
        self.case.terms_from = Day(self.today);
        self.case.paused_wd = 0;
        self.case.watched = None;
        self.case.rung = None;
        self.case.available_on = None;
        self.case.told_on = None;
        self.case.told_how = None;
        self.case.closed_on = None;
        self.case.decision = None;
        self.case.verdict = None;
        Ok(())
    }

    /// Says how the giver was told, in the case and in the event.
    #[must_use]
    pub fn told(mut self, how: ToldHow) -> Self {
        self.case.told_how = Some(how);
        self.detail("how", how.as_str())
    }

    /// Adds an id or a word of the service to the event; never a text.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail[name] = value.into();
        self
    }

    /// Adds the words of the step.
    #[must_use]
    pub fn text(mut self, kind: TextKind, language: Language, text: Redacted) -> Self {
        self.text = Some(TextRow { n: self.event.n, kind, language, text: text.into_string() });
        self
    }

    /// Writes case, event and words. An author's reminder goes once the giver was told.
    ///
    /// # Errors
    /// [`Kind::VersionMismatch`] when somebody else took a step meanwhile; the store's.
    pub async fn save(mut self, service: &Service, tx: &mut Writer) -> Result<CaseRow, Problem> {
        self.read_for_flags(service);
        if matches!(self.step, Step::Reopen | Step::DidNotHelpVerdict) {
            self.wait_for_meeting(tx).await?;
        }
        if !cases::update(tx, &self.case).await? {
            return Err(version_mismatch());
        }
        self.event.detail = self.detail.to_string();
        case_log::append(tx, self.case.id, &self.event).await?;
        if let Some(text) = &self.text {
            case_log::append_text(tx, self.case.id, text).await?;
        }
        if self.step == Step::Tell {
            contacts::erase_reminder(tx, self.case.feedback_id).await?;
        }
        for job in self.notices(service, tx).await? {
            jobs::enqueue(tx, &job).await?;
        }
        webhook_queue::emit(service, &service.snapshot(), tx, &self.happened()).await?;
        self.write_to_giver(service, tx).await?;
        Ok(self.case)
    }

    /// The giver of an oral note is told anew no earlier than at the next meeting.
    async fn wait_for_meeting(&mut self, tx: &mut Writer) -> Result<(), Problem> {
        if let Some(meeting) = contacts::next_meeting(tx, &self.case).await? {
            self.case.tell_by = Day(self.case.tell_by.0.max(meeting));
        }
        Ok(())
    }

    /// A giver who left an address is written to when an answer or a question waits: by day, or at once when it is urgent.
    async fn write_to_giver(&self, service: &Service, tx: &mut Writer) -> Result<(), Problem> {
        let letter = match self.step {
            Step::Decide => Letter::AnswerWaits,
            Step::Ask => Letter::QuestionWaits,
            _ => return Ok(()),
        };
        let by_mail = self.case.channel.properties().takes_contacts;
        if !by_mail || !self.case.reply_email {
            return Ok(());
        }
        let snapshot = service.snapshot();
        let at = if self.case.urgency == Urgency::Urgent {
            service.now()
        } else {
            notices::next_sendable(service, calendar(&snapshot, &self.case)?)?
        };
        let subject = format!("{}:{}", self.case.id, self.case.version);
        mail_queue::queue(service, tx, letter, subject, Receiver::Giver(self.case.id), at).await
    }

    /// Words of danger make a case urgent whenever the giver writes them, and those of a formal complaint flag it.
    fn read_for_flags(&mut self, service: &Service) {
        let Some(text) = self.text.as_ref().filter(|_| self.event.actor == ActorKind::Giver) else { return };
        let (snapshot, place) = (service.snapshot(), self.case.place());
        if snapshot.is_urgent(&place, &text.text, self.today) {
            self.case.urgency = Urgency::Urgent;
        }
        self.case.complaint |= snapshot.is_complaint(&place, &text.text, self.today);
    }

    /// What other systems are told: of the giver's own steps no sooner than the next morning, unless it is urgent.
    fn happened(&self) -> Happened {
        let by_giver = self.event.actor == ActorKind::Giver;
        let urgent = self.case.urgency == Urgency::Urgent;
        let data = Data {
            feedback_id: Some(self.case.feedback_id),
            case_id: Some(self.case.id),
            state: Some(self.case.state.to_string()),
            ..Data::default()
        };
        let leaves = if by_giver && !urgent { Leaves::OnceADay } else { Leaves::AtOnce };
        Happened { event: self.step.event(), place: self.case.place(), leaves, data }
    }

    /// Who is to hear of the step: the handler of what came from the giver or was handed over, the author of an oral note
    /// or a group of what is now to be told.
    async fn notices(&self, service: &Service, tx: &mut Writer) -> Result<Vec<NewJob>, Problem> {
        let snapshot = service.snapshot();
        Ok(match self.step {
            Step::GiverAnswers | Step::GiverAdds | Step::DidNotHelpVerdict | Step::Assign => {
                vec![notices::of_new_case(service, &snapshot, &self.case)?]
            }
            Step::Decide if self.case.channel.properties().told_by_staff.is_some() => {
                let author = feedback::find(tx, self.case.feedback_id).await?.and_then(|row| row.author_id);
                let organiser = self.case.organiser_id;
                author
                    .map(|author| notices::daily(service, &snapshot, organiser, author))
                    .transpose()?
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        })
    }
}

/// The working calendar at the case's unit.
///
/// # Errors
/// [`Kind::Internal`] when the settings were read wrongly.
pub fn calendar<'s>(snapshot: &'s crate::routing::Snapshot, case: &CaseRow) -> Result<&'s Calendar, Problem> {
    snapshot.calendar_at(&case.place()).ok_or_else(|| Problem::internal("the organiser has no calendar"))
}

fn not_allowed(from: State, step: Step) -> Problem {
    let possible: Vec<&str> = crate::case::steps::allowed(from).map(Step::as_str).collect();
    Problem::new(
        Kind::StepNotAllowed,
        format!(
            "The case is {}; the step {} cannot be taken now. Possible are: {}.",
            from.as_str(),
            step.as_str(),
            possible.join(", ")
        ),
    )
}

/// Somebody else changed the case meanwhile.
pub fn version_mismatch() -> Problem {
    Problem::new(
        Kind::VersionMismatch,
        "Somebody else took a step of this case meanwhile. Read it again and decide anew; If-Match takes its new ETag.",
    )
}
