//! The only way to change a stored case: a step that its state allows, written together with its event. That words were read
//! is no step.
//!
//! A [`CaseChange`] comes from the step table alone, and nobody else reaches into it:
//!
//! ```
//! fn elsewhere(change: kaiku::store::case_change::CaseChange) { let _ = change.case(); }
//! ```
//!
//! ```compile_fail,E0616
//! fn elsewhere(change: kaiku::store::case_change::CaseChange) { let _ = change.case; }
//! ```

use uuid::Uuid;

use super::case_log::{self, EventRow, TextRow};
use super::cases::CaseRow;
use super::sql::statements;
use super::{Day, StoreResult, Writer};
use crate::agreement::Due;
use crate::case::decision::DecisionKind;
use crate::case::steps::{State, Step, next};
use crate::case::told::ToldHow;
use crate::case::words::{ActorKind, Verdict};
use crate::organisation::Role;
use crate::routing::Urgency;

/// A case as a step leaves it. State and version follow from the step; a method stands for each other thing that steps
/// change.
#[derive(Debug, Clone)]
pub struct CaseChange {
    case: CaseRow,
    from: State,
    step: Step,
}

impl CaseChange {
    /// Begins `step`; `None` where the step table does not allow it.
    pub fn begin(mut case: CaseRow, step: Step) -> Option<Self> {
        let from = case.state;
        case.state = next(from, step)?;
        case.version += 1;
        Some(Self { case, from, step })
    }

    /// The case as it will be.
    pub fn case(&self) -> &CaseRow {
        &self.case
    }

    pub fn into_case(self) -> CaseRow {
        self.case
    }

    /// The state before the step.
    pub fn from(&self) -> State {
        self.from
    }

    pub fn step(&self) -> Step {
        self.step
    }

    /// Somebody has taken it up; the first day stays.
    pub fn acknowledge(&mut self, day: Day) {
        self.case.acknowledged_on.get_or_insert(day);
    }

    /// The clock stands still since `day`.
    pub fn pause(&mut self, day: Day) {
        self.case.waiting_since = Some(day);
    }

    /// The clock goes on; since when it stood still.
    pub fn resume(&mut self) -> Option<Day> {
        self.case.waiting_since.take()
    }

    /// Moves deciding and telling to later days, after a pause of so many working days.
    pub fn shift(&mut self, due: Due, paused_wd: u16) {
        self.case.decide_by = Day(due.decide_by);
        self.case.tell_by = Day(due.tell_by);
        self.case.paused_wd += i64::from(paused_wd);
    }

    /// An answer is there to be read.
    pub fn make_available(&mut self, day: Day) {
        self.case.available_on = Some(day);
    }

    pub fn decide(&mut self, decision: DecisionKind) {
        self.case.decision = Some(decision);
    }

    /// The giver was told.
    pub fn tell(&mut self, day: Day) {
        self.case.told_on = Some(day);
    }

    pub fn tell_by_way_of(&mut self, how: ToldHow) {
        self.case.told_how = Some(how);
    }

    /// The giver was not told after all.
    pub fn take_back_telling(&mut self) {
        self.case.told_on = None;
        self.case.told_how = None;
    }

    pub fn close(&mut self, day: Day) {
        self.case.closed_on = Some(day);
    }

    /// What the giver says of the answer.
    pub fn judge(&mut self, verdict: Verdict) {
        self.case.verdict = Some(verdict);
    }

    /// It is taken up again by the giver's verdict, which is allowed a number of times.
    pub fn count_reopening(&mut self) {
        self.case.reopenings += 1;
    }

    /// Deciding and telling start anew on `day`; the answer, its telling and its verdict no longer hold.
    pub fn reopen(&mut self, day: Day, due: Due) {
        self.case.decide_by = Day(due.decide_by);
        self.case.tell_by = Day(due.tell_by);
        self.case.terms_from = day;
        self.case.paused_wd = 0;
        self.case.available_on = None;
        self.case.closed_on = None;
        self.case.decision = None;
        self.case.verdict = None;
        self.take_back_telling();
    }

    pub fn hand_over(&mut self, handler_id: Uuid, role: Role) {
        self.case.handler_id = handler_id;
        self.case.handler_role = role;
    }

    /// Who may act beside the handler from now on.
    pub fn stand_in(&mut self, principal_id: Option<Uuid>) {
        self.case.stand_in_id = principal_id;
    }

    /// Somebody was reminded of a deadline.
    pub fn remind(&mut self, day: Day) {
        self.case.reminded_on = Some(day);
    }

    pub fn move_deadlines(&mut self, due: Due) {
        self.case.acknowledge_by = Day(due.acknowledge_by);
        self.case.decide_by = Day(due.decide_by);
        self.case.tell_by = Day(due.tell_by);
    }

    /// Telling is due on `day` at the earliest.
    pub fn tell_no_earlier_than(&mut self, day: Day) {
        self.case.tell_by = self.case.tell_by.max(day);
    }

    /// Never lowers it.
    pub fn raise_urgency(&mut self, urgency: Urgency) {
        self.case.urgency = self.case.urgency.max(urgency);
    }

    /// Words of the giver wait to be read since `day`, or longer.
    pub fn note_unread(&mut self, day: Day) {
        self.case.unread_since.get_or_insert(day);
    }

    /// All words of the giver were read.
    pub fn note_read(&mut self) {
        self.case.unread_since = None;
    }

    /// It reads like a formal complaint.
    pub fn flag_complaint(&mut self) {
        self.case.complaint = true;
    }
}

/// Who took a step and when, and what is noted of it.
#[derive(Debug, Clone)]
pub struct StepNote {
    pub actor: ActorKind,
    /// Which principal, for staff.
    pub actor_id: Option<Uuid>,
    /// The Helsinki day.
    pub on_day: Day,
    /// The instant (µs); none for what a giver did.
    pub at: Option<i64>,
    /// Ids and words of the service as JSON, never a giver's text.
    pub detail: String,
}

statements! {
    UPDATE(
        Uuid, State, Uuid, Role, Day, Day, Day, Option<Day>, Option<Day>, Option<Day>, Option<Day>, Option<ToldHow>,
        Option<Day>, Option<DecisionKind>, Option<Verdict>, i64, Urgency, Day, i64, Option<Day>, Option<Uuid>, i64, bool,
        Option<Day>,
    ) =
        "UPDATE cases SET state = $2, handler_id = $3, handler_role = $4, acknowledge_by = $5, decide_by = $6, \
         tell_by = $7, waiting_since = $8, acknowledged_on = $9, available_on = $10, told_on = $11, told_how = $12, \
         closed_on = $13, decision = $14, verdict = $15, reopenings = $16, urgency = $17, terms_from = $18, paused_wd = $19, \
         reminded_on = $20, stand_in_id = $21, version = $22, complaint = $23, \
         unread_since = $24 WHERE id = $1 AND version = $22 - 1 AND voided_on IS NULL";
    MARK_READ(Uuid, i64) =
        "UPDATE cases SET unread_since = NULL WHERE id = $1 AND version = $2";
}

/// Whoever handles the case has read the giver's words of `version`; later ones stay unread.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn mark_read(tx: &mut Writer, id: Uuid, version: i64) -> StoreResult<()> {
    MARK_READ.execute(tx, (id, version)).await?;
    Ok(())
}

/// Writes a step: the case, its event and its words; false, and nothing written, if somebody else was faster.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn write(tx: &mut Writer, change: &CaseChange, note: &StepNote, text: Option<&TextRow>) -> StoreResult<bool> {
    if !update(tx, change).await? {
        return Ok(false);
    }
    let case = &change.case;
    let event = EventRow {
        n: case.version,
        step: change.step,
        from_state: change.from,
        to_state: case.state,
        actor: note.actor,
        actor_id: note.actor_id,
        on_day: note.on_day,
        at: note.at,
        detail: note.detail.clone(),
    };
    case_log::append(tx, case.id, &event).await?;
    if let Some(text) = text {
        case_log::append_text(tx, case.id, text).await?;
    }
    Ok(true)
}

/// Writes every column that steps change, if the version is still the one that the step began with.
async fn update(tx: &mut Writer, change: &CaseChange) -> StoreResult<bool> {
    let row = &change.case;
    let touched = UPDATE
        .execute(
            tx,
            (
                row.id,
                row.state,
                row.handler_id,
                row.handler_role,
                row.acknowledge_by,
                row.decide_by,
                row.tell_by,
                row.waiting_since,
                row.acknowledged_on,
                row.available_on,
                row.told_on,
                row.told_how,
                row.closed_on,
                row.decision,
                row.verdict,
                row.reopenings,
                row.urgency,
                row.terms_from,
                row.paused_wd,
                row.reminded_on,
                row.stand_in_id,
                row.version,
                row.complaint,
                row.unread_since,
            ),
        )
        .await?;
    Ok(touched == 1)
}
