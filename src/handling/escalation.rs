//! Reminders of deadlines: a ladder for each, climbed one rung a working morning, each rung once, each an event.
//!
//! Before the due day and on it the handler hears of it; once it is broken the handler, the substitute, the responsible
//! person, the producer's contact and the organiser, in this order. A decision that is late has a new day, which the giver is
//! told; when that passes too, the ladder of the broken deadline is climbed again. Whoever is away is stood in for. The
//! person a feedback is about is never a rung; only the author of an oral note, who is to tell its giver, is reminded of that.
//!
//! A case that cannot be looked at, for a calendar that has no working day, say, is left out and reported: it keeps no other
//! from its reminders.

use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use super::left_out;
use super::read::open_deadlines;
use super::transition::{Actor, Transition, calendar};
use crate::agreement::Agreement;
use crate::base::Problem;
use crate::calendar::Calendar;
use crate::calendar::CalendarError;
use crate::case::deadlines::{Deadline, Late};
use crate::case::rung::Rung;
use crate::case::steps::{State, Step};
use crate::config::Reminders;
use crate::intake::evaluate::promise_of;
use crate::organisation::{Action, Node, NodeKind, Role};
use crate::outbox::notices::{self, AboutCase, NoticeKind};
use crate::routing::handler::{acting, choose};
use crate::routing::{RuleResults, Snapshot};
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::store::case_rungs::{self, RungRow};
use crate::store::cases::{self, CaseRow};
use crate::store::organisation::About;
use crate::store::{Day, Writer, feedback, organisation};

/// Cases read at a time.
const PAGE: i64 = 200;

/// The kind of notice for a rung.
fn notice_of(rung: Rung) -> NoticeKind {
    match rung {
        Rung::BeforeDue => NoticeKind::BeforeDue,
        Rung::Due => NoticeKind::Due,
        Rung::Handler | Rung::Substitute => NoticeKind::Overdue,
        Rung::ResponsiblePerson | Rung::ProducerContact | Rung::Organiser => NoticeKind::Escalated,
    }
}

/// The rung to take on `today`, where `last` is the last one taken. Rungs before the due day or on it are skipped once
/// that day is past.
///
/// # Errors
/// [`CalendarError`] for days too far apart.
pub fn rung_on(
    today: Date,
    due: Date,
    received_on: Date,
    last: Option<Rung>,
    calendar: &Calendar,
    reminders: &Reminders,
) -> Result<Option<Rung>, CalendarError> {
    if today < due {
        let soon = calendar.working_days_between(today, due)? <= reminders.before_days;
        let first = last.is_none() && reminders.before_days > 0;
        return Ok((soon && first && received_on < today).then_some(Rung::BeforeDue));
    }
    if today == due {
        return Ok((last < Some(Rung::Due)).then_some(Rung::Due));
    }
    let late = i64::from(calendar.working_days_between(due, today)?);
    let rung = Rung::ALL.into_iter().find(|rung| *rung >= Rung::Handler && Some(*rung) > last);
    let step = i64::from(reminders.step_days);
    Ok(rung.filter(|rung| late > rung.above_handler() * step))
}

/// What is promised of the decision of a case that is late. While the giver is waited for the clock stands still, and what
/// is decided is not late any more.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the days cannot be counted.
pub fn late(service: &Service, snapshot: &Snapshot, case: &CaseRow) -> Result<Option<Late>, Problem> {
    if !matches!(case.state, State::Received | State::Acknowledged | State::InHandling) {
        return Ok(None);
    }
    late_decision(service, calendar(snapshot, case)?, case.decide_by.0)
}

/// A new day leaves the time in which the ladder reaches its top.
fn late_decision(service: &Service, calendar: &Calendar, promised: Date) -> Result<Option<Late>, Problem> {
    let every = service.config.reminders.step_days.saturating_mul(Rung::OF_A_BROKEN_DEADLINE);
    Late::of(promised, service.today(), every, calendar).map_err(Problem::internal)
}

/// Climbs every ladder whose next rung is today's, on working days; how many cases were reminded of.
///
/// # Errors
/// The store's.
pub async fn remind(service: &Service) -> Result<usize, Problem> {
    let today = service.today();
    let due_up_to = last_due_day(service);
    let (mut after, mut reminded) = (Uuid::nil(), 0);
    loop {
        let mut db = service.store.read().await?;
        let page = cases::to_remind(&mut db, Day(due_up_to), Day(today), after, PAGE).await?;
        let climbed = case_rungs::of(&mut db, page.iter().map(|case| case.id).collect()).await?;
        drop(db);
        let Some(last) = page.last() else { return Ok(reminded) };
        after = last.id;
        service.beat(CoreTask::Jobs);
        for case in &page {
            // Looked at without a transaction first: most have no rung today.
            let outcome = match rungs_of_today(service, case, &climbed) {
                Ok(rungs) if rungs.is_empty() => continue,
                Ok(_) => climb(service, case.id).await,
                Err(problem) => Err(problem),
            };
            reminded += usize::from(left_out(outcome, "remind", case.id)?.unwrap_or_default());
        }
    }
}

/// The farthest due day that any calendar reminds of today; a calendar without working days reminds of none.
fn last_due_day(service: &Service) -> Date {
    let snapshot = service.snapshot();
    let ahead = service.config.reminders.before_days.max(1);
    let days = snapshot.every_calendar().filter_map(|calendar| calendar.add_working_days(service.today(), ahead).ok());
    days.chain([service.today()]).max().unwrap_or(service.today())
}

/// A rung that is climbed today.
#[derive(Debug, Clone, Copy)]
struct NextRung {
    deadline: Deadline,
    /// The day that counts: the promised one, or for a late decision the new one that has passed as well.
    due: Date,
    /// Whether it is the promised day.
    is_promised: bool,
    rung: Rung,
}

/// The rungs that a case's deadlines climb today, given those that were `climbed`; none on a day off, and none on a day on
/// which the case was reminded of before.
fn rungs_of_today(service: &Service, case: &CaseRow, climbed: &[RungRow]) -> Result<Vec<NextRung>, Problem> {
    let today = service.today();
    let snapshot = service.snapshot();
    let calendar = calendar(&snapshot, case)?;
    let mut rungs = Vec::new();
    if !calendar.is_working_day(today) || case.reminded_on.is_some_and(|day| day.0 >= today) {
        return Ok(rungs);
    }
    for (deadline, promised) in open_deadlines(case) {
        let late = if deadline == Deadline::Decide { late_decision(service, calendar, promised)? } else { None };
        let due = late.map_or(promised, |late| late.broken);
        let of_this = |row: &&RungRow| row.case_id == case.id && row.deadline == deadline && row.due.0 == due;
        let last = climbed.iter().find(of_this).map(|row| row.rung);
        let next = rung_on(today, due, case.received_on.0, last, calendar, &service.config.reminders);
        if let Some(rung) = next.map_err(Problem::internal)? {
            rungs.push(NextRung { deadline, due, is_promised: due == promised, rung });
        }
    }
    Ok(rungs)
}

/// Climbs the next rungs of a case, if they are still today's: events, notices and their mails in one transaction.
async fn climb(service: &Service, case_id: Uuid) -> Result<bool, Problem> {
    let mut tx = service.store.write().await?;
    let Some(mut case) = cases::find(&mut tx, case_id).await? else { return Ok(false) };
    let climbed = case_rungs::of(&mut tx, vec![case_id]).await?;
    let rungs = rungs_of_today(service, &case, &climbed)?;
    if rungs.is_empty() {
        return Ok(false);
    }
    for next in rungs {
        case = climb_rung(service, &mut tx, case, next).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Climbs one rung; the case as it is afterwards.
async fn climb_rung(service: &Service, tx: &mut Writer, case: CaseRow, next: NextRung) -> Result<CaseRow, Problem> {
    let NextRung { deadline, due, rung: first, is_promised } = next;
    let (case_id, state, snapshot) = (case.id, case.state, service.snapshot());
    let ladder = Ladder::of(service, &snapshot, tx, &case).await?;
    // A rung on which nobody stands is passed over to the next.
    let mut found = (first, Vec::new());
    for rung in Rung::ALL.into_iter().filter(|rung| *rung >= first) {
        found = (rung, ladder.on(rung));
        if !found.1.is_empty() || rung < Rung::Handler {
            break;
        }
    }
    let (rung, receivers) = found;
    let mut step = Transition::begin(service, case, Step::Remind, Actor::Service)?.reminded(deadline, rung);
    if rung == Rung::Substitute && state != State::Decided {
        step = step.with_stand_in(receivers.first().copied());
    }
    // The feedback is about the work of the author of an oral note: the event does not name them among the receivers.
    let named: Vec<String> =
        receivers.iter().filter(|id| Some(**id) != ladder.author).map(ToString::to_string).collect();
    let step = step.detail("due", due.to_string()).detail("to", json!(named));
    let case = step.save(service, tx).await?;
    case_rungs::put(tx, &RungRow { case_id, deadline, due: Day(due), rung }).await?;
    let about = AboutCase { case_id, deadline: Some((deadline, due)) };
    for receiver in receivers {
        notices::leave(service, tx, receiver, notice_of(rung), Some(about), 1).await?;
    }
    if is_promised
        && first <= Rung::Handler
        && rung >= Rung::Handler
        && let Some(listener) = ladder.breach_listener()
    {
        notices::leave(service, tx, listener, NoticeKind::Breach, Some(about), 1).await?;
    }
    Ok(case)
}

/// The receivers for each rung of one case today.
struct Ladder<'s> {
    snapshot: &'s Snapshot,
    case: CaseRow,
    agreement: Option<&'s Agreement>,
    about: Option<Uuid>,
    /// Whoever wrote the feedback down, where that author tells the giver.
    author: Option<Uuid>,
    today: Date,
}

impl<'s> Ladder<'s> {
    async fn of(service: &Service, snapshot: &'s Snapshot, tx: &mut Writer, case: &CaseRow) -> Result<Self, Problem> {
        let row = feedback::find(tx, case.feedback_id).await?.ok_or_else(Problem::not_found)?;
        let about: About = organisation::about(tx, row.channel, row.author_id, row.colour_id).await?;
        Ok(Self {
            snapshot,
            case: case.clone(),
            agreement: snapshot.agreements.iter().find(|agreed| Some(agreed.id) == case.agreement_id),
            about: about.principal(),
            author: row.author_id.filter(|_| case.state == State::Decided),
            today: service.today(),
        })
    }

    /// The receivers of a rung; none if the rung has nobody, or only people who are on lower rungs.
    fn on(&self, rung: Rung) -> Vec<Uuid> {
        match rung {
            Rung::BeforeDue | Rung::Due | Rung::Handler => self.first(),
            Rung::Substitute => self.substitute().into_iter().filter(|id| !self.first().contains(id)).collect(),
            Rung::ResponsiblePerson => self.holders(Role::ResponsiblePerson, NodeKind::Unit, self.case.unit_id),
            Rung::ProducerContact => self.holders(Role::ProducerContact, NodeKind::Producer, self.case.producer_id),
            Rung::Organiser => self.holders(Role::Organiser, NodeKind::Organiser, self.case.organiser_id),
        }
    }

    /// Whose task it is: the handler's; the author's, where an answer is there and the giver is to be told by them.
    fn first(&self) -> Vec<Uuid> {
        let author = self.author.filter(|id| self.may_act(*id));
        author.or_else(|| self.acting(self.case.handler_id)).or(Some(self.case.handler_id)).into_iter().collect()
    }

    /// Who could take over: the agreement's substitute for an answer, the handler for telling.
    fn substitute(&self) -> Option<Uuid> {
        if self.case.state == State::Decided {
            return self.acting(self.case.handler_id);
        }
        let named = self.agreement.and_then(|agreed| agreed.substitute_id).or(self.case.stand_in_id);
        named.and_then(|id| self.acting(id)).filter(|id| *id != self.case.handler_id)
    }

    /// The holders of a role who are present; if all are away, all of them. Without the receivers of lower rungs.
    fn holders(&self, role: Role, kind: NodeKind, id: Uuid) -> Vec<Uuid> {
        let holders = self.snapshot.tree.holders(role, Node { kind, id });
        let may: Vec<Uuid> =
            holders.into_iter().map(|principal| principal.id).filter(|id| Some(*id) != self.about).collect();
        let present: Vec<Uuid> = may.iter().copied().filter(|id| !self.snapshot.is_away(*id, self.today)).collect();
        let found = if present.is_empty() { may } else { present };
        let below: Vec<Uuid> = self.first().into_iter().chain(self.substitute()).collect();
        found.into_iter().filter(|id| !below.contains(id)).collect()
    }

    fn acting(&self, id: Uuid) -> Option<Uuid> {
        let place = self.case.place();
        acting(self.snapshot, id, self.agreement, &place, self.about, self.today).map(|(id, _)| id)
    }

    fn may_act(&self, id: Uuid) -> bool {
        let tree = &self.snapshot.tree;
        let place = self.case.place();
        !self.snapshot.is_away(id, self.today)
            && tree.principals.get(&id).is_some_and(|principal| !principal.disabled)
            && place.reached_by(tree.grants_of(id)).next().is_some()
    }

    /// The person whom the agreement names to be notified of a breach, unless the case is about them.
    fn breach_listener(&self) -> Option<Uuid> {
        self.agreement.and_then(|agreed| agreed.breach_id).filter(|id| Some(*id) != self.about)
    }
}

/// Sets a substitute where a handler is away today or can no longer handle anything, and removes the substitute when
/// the handler is back; returns how many cases changed.
///
/// # Errors
/// The store's.
pub async fn stand_in(service: &Service) -> Result<usize, Problem> {
    let today = service.today();
    let snapshot = service.snapshot();
    let mut changed = 0;
    let mut away: Vec<Uuid> =
        snapshot.absences.iter().filter(|absence| absence.covers(today)).map(|absence| absence.principal_id).collect();
    // Disabled principals and those without a handling role count as away; they do not come back.
    away.extend(snapshot.tree.principals.keys().filter(|id| !handles_anything(&snapshot, **id)));
    away.sort_unstable();
    away.dedup();
    for handler in away {
        let mut after = Uuid::nil();
        loop {
            let mut db = service.store.read().await?;
            let page = cases::open_of(&mut db, handler, after, PAGE).await?;
            drop(db);
            let Some(last) = page.last() else { break };
            after = last.id;
            for case in page {
                let outcome = stand_in_for(service, case.id).await;
                changed += usize::from(left_out(outcome, "stand_in", case.id)?.unwrap_or_default());
            }
        }
    }
    let mut after = Uuid::nil();
    loop {
        let mut db = service.store.read().await?;
        let page = cases::with_stand_in(&mut db, after, PAGE).await?;
        drop(db);
        let Some(last) = page.last() else { return Ok(changed) };
        after = last.id;
        for case in page.iter().filter(|case| !snapshot.is_away(case.handler_id, today)) {
            let outcome = stand_in_for(service, case.id).await;
            changed += usize::from(left_out(outcome, "stand_in", case.id)?.unwrap_or_default());
        }
    }
}

fn handles_anything(snapshot: &Snapshot, principal_id: Uuid) -> bool {
    let tree = &snapshot.tree;
    tree.principals.get(&principal_id).is_some_and(|principal| !principal.disabled)
        && tree.grants_of(principal_id).any(|grant| grant.allows(Action::Handle))
}

/// The handler that the case would get if it came in today and no rule named one.
async fn next_handler(service: &Service, tx: &mut Writer, case: &CaseRow) -> Result<Option<Uuid>, Problem> {
    let snapshot = service.snapshot();
    let ladder = Ladder::of(service, &snapshot, tx, case).await?;
    let chosen =
        choose(&snapshot, &RuleResults::default(), ladder.agreement, &case.place(), ladder.about, service.today());
    Ok(chosen.map(|(id, _)| id))
}

/// Whether a broken deadline of the case has climbed to the substitute, for its promised day or for one of the new days.
fn is_escalated(case: &CaseRow, climbed: &[RungRow]) -> bool {
    climbed.iter().any(|row| {
        // A case that was taken up again was acknowledged before.
        if row.deadline == Deadline::Acknowledge && case.terms_from > case.received_on {
            return false;
        }
        let promised = Day(row.deadline.day_of(promise_of(case)));
        (row.due == promised && row.rung >= Rung::Substitute) || (row.due > promised && row.rung >= Rung::Handler)
    })
}

/// Sets who stands in for the handler of one case today, if that changes.
async fn stand_in_for(service: &Service, case_id: Uuid) -> Result<bool, Problem> {
    let mut tx = service.store.write().await?;
    let Some(case) = cases::find(&mut tx, case_id).await? else { return Ok(false) };
    let snapshot = service.snapshot();
    let escalated = is_escalated(&case, &case_rungs::of(&mut tx, vec![case_id]).await?);
    let has_left = !handles_anything(&snapshot, case.handler_id);
    let wanted = if has_left || snapshot.is_away(case.handler_id, service.today()) {
        let named = notices::present_handler(service, &mut tx, &case).await?;
        let found = if has_left && named.is_none() { next_handler(service, &mut tx, &case).await? } else { named };
        found.filter(|id| *id != case.handler_id)
    } else if escalated {
        case.stand_in_id
    } else {
        None
    };
    if wanted == case.stand_in_id {
        return Ok(false);
    }
    let step = Transition::begin(service, case, Step::StandIn, Actor::Service)?.with_stand_in(wanted);
    let who = wanted.map(|id| id.to_string());
    step.detail("stand_in", json!(who)).save(service, &mut tx).await?;
    if let Some(id) = wanted {
        let about = AboutCase { case_id, deadline: None };
        notices::leave(service, &mut tx, id, NoticeKind::StandIn, Some(about), 1).await?;
    }
    tx.commit().await?;
    Ok(true)
}
