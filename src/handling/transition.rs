//! One step of a case: checked against the step table, then written with its event and its text.

use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::agreement::Due;
use crate::base::{Kind, Language, Problem};
use crate::calendar::Calendar;
use crate::case::deadlines::{Deadline, by_deadline};
use crate::case::decision::DecisionKind;
use crate::case::rung::Rung;
use crate::case::steps::{MAX_REOPENINGS, REOPEN_WITHIN_DAYS, State, Step, may_reopen};
use crate::case::told::ToldHow;
use crate::case::words::{ActorKind, TextKind, Verdict};
use crate::intake::evaluate::{promise_of, terms_of};
use crate::organisation::Role;
use crate::outbox::mail_queue::{self, Letter, Receiver};
use crate::outbox::notices;
use crate::outbox::webhook_queue::{self, Happened, Leaves};
use crate::routing::Urgency;
use crate::service::Service;
use crate::store::case_change::{self, CaseChange, StepNote};
use crate::store::case_log::TextRow;
use crate::store::case_rungs;
use crate::store::cases::CaseRow;
use crate::store::jobs::{self, NewJob};
use crate::store::{Day, Writer, contacts, feedback};
use crate::text::redaction::Redacted;
use crate::webhook::Data;

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff. The event keeps the instant.
    Staff(Uuid),
    /// The giver. The event keeps only the day.
    Giver,
    /// The service itself. The event keeps only the day.
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

/// A step that is being taken. Only by saving one is a case changed.
pub struct Transition {
    change: CaseChange,
    actor: Actor,
    detail: Value,
    text: Option<TextRow>,
    today: Date,
    /// The deadlines before a pause that ends by this step, and its working days.
    paused: Option<(Due, u16)>,
}

impl Transition {
    /// Asks the step table whether `step` may be taken now.
    ///
    /// # Errors
    /// [`Kind::StepNotAllowed`].
    pub fn begin(service: &Service, case: CaseRow, step: Step, actor: Actor) -> Result<Self, Problem> {
        let from = case.state;
        let change = CaseChange::begin(case, step).ok_or_else(|| not_allowed(from, step))?;
        let today = service.today();
        let mut transition = Self { change, actor, detail: json!({}), text: None, today, paused: None };
        transition.apply(service)?;
        Ok(transition)
    }

    /// What the step changes in the case besides its state.
    fn apply(&mut self, service: &Service) -> Result<(), Problem> {
        let today = Day(self.today);
        if self.change.from() == State::WaitingForGiver && self.case().state != State::WaitingForGiver {
            self.resume_clock(service)?;
        }
        match self.change.step() {
            Step::Acknowledge => self.change.acknowledge(today),
            Step::Ask => {
                self.change.acknowledge(today);
                self.change.pause(today);
            }
            Step::Decide => {
                self.change.acknowledge(today);
                self.change.make_available(today);
            }
            Step::Tell => self.change.tell(today),
            Step::Close | Step::SilenceCloses => self.change.close(today),
            Step::HelpedVerdict => {
                self.change.judge(Verdict::Helped);
                self.change.close(today);
            }
            Step::DidNotHelpVerdict => {
                self.check_reopening()?;
                self.change.count_reopening();
                self.reopen(service)?;
                self.change.judge(Verdict::DidNotHelp);
            }
            Step::Reopen => self.reopen(service)?,
            Step::MailRefused => self.change.take_back_telling(),
            Step::Assign => self.change.stand_in(None),
            Step::GiverAnswers | Step::GiverAdds | Step::Remind | Step::MoveDeadlines | Step::StandIn => {}
        }
        Ok(())
    }

    /// The case as it will be.
    pub fn case(&self) -> &CaseRow {
        self.change.case()
    }

    /// Shifts the due days by the working days of the pause.
    fn resume_clock(&mut self, service: &Service) -> Result<(), Problem> {
        let Some(since) = self.change.resume() else { return Ok(()) };
        let snapshot = service.snapshot();
        let calendar = calendar(&snapshot, self.case())?;
        let paused = calendar.working_days_between(since.0, self.today).map_err(Problem::internal)?;
        // A pause without a working day moves nothing: a due day set by a meeting may be a day off and stays as it is.
        if paused > 0 {
            let before = promise_of(self.case());
            let shifted = before.shifted(paused, calendar).map_err(Problem::internal)?;
            self.change.shift(shifted, paused);
            self.paused = Some((before, paused));
        }
        self.detail["paused_working_days"] = json!(paused);
        Ok(())
    }

    /// A verdict reopens a case at most [`MAX_REOPENINGS`] times, within [`REOPEN_WITHIN_DAYS`] days of the answer.
    fn check_reopening(&self) -> Result<(), Problem> {
        let case = self.case();
        let answered = case.told_on.or(case.available_on).map_or(self.today, |day| day.0);
        let days = self.today.since(answered).map_or(u32::MAX, |span| u32::try_from(span.get_days()).unwrap_or(0));
        let times = u32::try_from(case.reopenings).unwrap_or(u32::MAX);
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

    /// The terms to decide and to tell start again today; the giver is to be told again.
    fn reopen(&mut self, service: &Service) -> Result<(), Problem> {
        let snapshot = service.snapshot();
        let calendar = calendar(&snapshot, self.case())?;
        let terms = terms_of(self.case()).ok_or_else(|| Problem::internal("unreadable terms are stored"))?;
        let due = terms.due(self.today, calendar).map_err(Problem::internal)?;
        self.change.reopen(Day(self.today), due);
        Ok(())
    }

    /// Records in the case and in the event how the giver was told.
    #[must_use]
    pub fn told(mut self, how: ToldHow) -> Self {
        self.change.tell_by_way_of(how);
        self.detail("how", how.as_str())
    }

    /// Gives the case to another handler.
    #[must_use]
    pub fn to_handler(mut self, handler_id: Uuid, role: Role) -> Self {
        self.change.hand_over(handler_id, role);
        self.detail("handler", handler_id.to_string())
    }

    /// Says what was decided.
    #[must_use]
    pub fn decided(mut self, decision: DecisionKind) -> Self {
        self.change.decide(decision);
        self.detail("decision", decision.as_str())
    }

    /// Says who may act beside the handler.
    #[must_use]
    pub fn with_stand_in(mut self, principal_id: Option<Uuid>) -> Self {
        self.change.stand_in(principal_id);
        self
    }

    /// Says which reminder of which deadline this is.
    #[must_use]
    pub fn reminded(mut self, deadline: Deadline, rung: Rung) -> Self {
        self.change.remind(Day(self.today));
        self.detail("rung", rung.as_str()).detail("deadline", deadline.as_str())
    }

    /// Moves the deadlines.
    #[must_use]
    pub fn moved(mut self, due: Due) -> Self {
        let before = by_deadline(promise_of(self.case()));
        self.change.move_deadlines(due);
        for ((deadline, from), (_, to)) in before.into_iter().zip(by_deadline(due)) {
            if from != to {
                self = self.detail(deadline.as_str(), json!({"from": from.to_string(), "to": to.to_string()}));
            }
        }
        self
    }

    /// Adds an id or a word of the service to the event; never a text.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail[name] = value.into();
        self
    }

    /// Adds the text of the step.
    #[must_use]
    pub fn text(mut self, kind: TextKind, language: Language, text: Redacted) -> Self {
        self.text = Some(TextRow { n: self.case().version, kind, language, text: text.into_string() });
        self
    }

    /// Writes case, event and text. The author's reminder is erased once the giver was told.
    ///
    /// # Errors
    /// [`Kind::VersionMismatch`] when somebody else took a step meanwhile; the store's.
    pub async fn save(mut self, service: &Service, tx: &mut Writer) -> Result<CaseRow, Problem> {
        self.read_for_flags(service);
        self.note_unread();
        let step = self.change.step();
        if matches!(step, Step::Reopen | Step::DidNotHelpVerdict) {
            self.wait_for_meeting(tx).await?;
        }
        let (actor_id, at) = match self.actor {
            Actor::Staff(id) => (Some(id), Some(service.now().as_micros())),
            Actor::Giver | Actor::Service => (None, None),
        };
        let note = StepNote {
            actor: self.actor.kind(),
            actor_id,
            on_day: Day(self.today),
            at,
            detail: self.detail.to_string(),
        };
        if !case_change::write(tx, &self.change, &note, self.text.as_ref()).await? {
            return Err(version_mismatch());
        }
        self.shift_rungs(service, tx).await?;
        if step == Step::Tell {
            contacts::erase_reminder(tx, self.case().feedback_id).await?;
        }
        for job in self.notices(service, tx).await? {
            jobs::enqueue(tx, &job).await?;
        }
        webhook_queue::emit(service, &service.snapshot(), tx, &self.happened()).await?;
        self.write_to_giver(service, tx).await?;
        Ok(self.change.into_case())
    }

    /// What was climbed for a deadline before a pause stays climbed after it.
    async fn shift_rungs(&self, service: &Service, tx: &mut Writer) -> Result<(), Problem> {
        let Some((before, paused)) = self.paused else { return Ok(()) };
        let snapshot = service.snapshot();
        let calendar = calendar(&snapshot, self.case())?;
        for mut row in case_rungs::of(tx, vec![self.case().id]).await? {
            if row.deadline == Deadline::Acknowledge {
                continue;
            }
            if row.due.0 >= row.deadline.day_of(before) {
                row.due = Day(calendar.add_working_days(row.due.0, paused).map_err(Problem::internal)?);
                case_rungs::put(tx, &row).await?;
            }
        }
        Ok(())
    }

    /// The giver of an oral note is told anew no earlier than at the next meeting.
    async fn wait_for_meeting(&mut self, tx: &mut Writer) -> Result<(), Problem> {
        if let Some(meeting) = contacts::next_meeting(tx, self.case()).await? {
            self.change.tell_no_earlier_than(Day(meeting));
        }
        Ok(())
    }

    /// Queues a mail to a giver who left an address when an answer or a question waits: for daytime, or at once when
    /// urgent.
    async fn write_to_giver(&self, service: &Service, tx: &mut Writer) -> Result<(), Problem> {
        let letter = match self.change.step() {
            Step::Decide => Letter::AnswerWaits,
            Step::Ask => Letter::QuestionWaits,
            _ => return Ok(()),
        };
        let case = self.case();
        let by_mail = case.channel.properties().takes_contacts;
        if !by_mail || !case.reply_email {
            return Ok(());
        }
        let snapshot = service.snapshot();
        let at = if case.urgency == Urgency::Urgent {
            service.now()
        } else {
            notices::next_sendable(service, calendar(&snapshot, case)?)?
        };
        let subject = format!("{}:{}", case.id, case.version);
        mail_queue::queue(service, tx, letter, subject, Receiver::Giver(case.id), at).await
    }

    /// Words of danger raise a case's urgency whenever the giver writes them, and those of a formal complaint flag it.
    fn read_for_flags(&mut self, service: &Service) {
        let Some(text) = self.text.as_ref().filter(|_| self.actor == Actor::Giver) else { return };
        let (snapshot, place) = (service.snapshot(), self.case().place());
        let (urgency, is_complaint) = snapshot.flags_of(&place, &text.text, text.language, self.today);
        self.change.raise_urgency(urgency);
        if is_complaint {
            self.change.flag_complaint();
        }
    }

    /// What the giver writes waits to be read, also once the case is decided, told or closed. A step of whoever handles it,
    /// taken on the version with these words, shows that they were read.
    fn note_unread(&mut self) {
        match (self.actor, self.change.step()) {
            (Actor::Giver, _) if self.text.is_some() => self.change.note_unread(Day(self.today)),
            (Actor::Staff(_), Step::Acknowledge | Step::Ask | Step::Decide | Step::Close | Step::Reopen) => {
                self.change.note_read();
            }
            _ => {}
        }
    }

    /// What other systems are told: of the giver's own steps no sooner than the next morning, unless it is urgent.
    fn happened(&self) -> Happened {
        let case = self.case();
        let urgent = case.urgency == Urgency::Urgent;
        let data = Data {
            feedback_id: Some(case.feedback_id),
            case_id: Some(case.id),
            state: Some(case.state.to_string()),
            ..Data::default()
        };
        let leaves = if self.actor == Actor::Giver && !urgent { Leaves::OnceADay } else { Leaves::AtOnce };
        Happened { event: self.change.step().event(), place: case.place(), leaves, data }
    }

    /// The notices for staff: to the handler when the giver wrote or the case was assigned; to the author of an oral
    /// note or a group interview when there is an answer to tell.
    async fn notices(&self, service: &Service, tx: &mut Writer) -> Result<Vec<NewJob>, Problem> {
        let snapshot = service.snapshot();
        let case = self.case();
        Ok(match self.change.step() {
            Step::HelpedVerdict if self.text.is_none() => Vec::new(),
            Step::GiverAnswers | Step::GiverAdds | Step::DidNotHelpVerdict | Step::HelpedVerdict | Step::Assign => {
                vec![notices::of_new_case(service, &snapshot, case)?]
            }
            Step::Decide if case.channel.properties().told_by_staff.is_some() => {
                let author = feedback::find(tx, case.feedback_id).await?.and_then(|row| row.author_id);
                let organiser = case.organiser_id;
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

/// The working calendar of the case's unit.
///
/// # Errors
/// [`Kind::Internal`] when the settings contain no calendar for it.
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

/// Tries a step up to `tries` times when other steps of the same case come first.
///
/// # Errors
/// The step's.
pub async fn in_turn<T>(tries: u32, step: impl AsyncFn() -> Result<T, Problem>) -> Result<T, Problem> {
    for _ in 1..tries {
        match step().await {
            Err(problem) if problem.kind == Kind::VersionMismatch => {}
            outcome => return outcome,
        }
    }
    step().await
}

/// The problem: somebody else changed the case in between.
pub fn version_mismatch() -> Problem {
    Problem::new(
        Kind::VersionMismatch,
        "Somebody else took a step of this case meanwhile. Read it again and decide anew; If-Match takes its new ETag.",
    )
}
