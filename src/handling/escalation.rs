//! Reminders of deadlines: a ladder that is climbed one rung a working morning, each rung once, each an event.
//!
//! Before the due day and on it the handler hears of it; once it is broken the handler, the substitute, the responsible
//! person, the producer's contact and the organiser, in this order. Whoever is away is stood in for. The person a feedback is
//! about is never a rung; only the author of an oral note, who is to tell its giver, is reminded of that.

use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use super::read::next_deadline;
use super::transition::{Actor, Transition, calendar};
use crate::agreement::Agreement;
use crate::base::{Kind, Problem};
use crate::calendar::Calendar;
use crate::calendar::CalendarError;
use crate::case::deadlines::Deadline;
use crate::case::rung::Rung;
use crate::case::steps::Step;
use crate::config::Reminders;
use crate::organisation::{Action, Node, NodeKind, Role};
use crate::outbox::notices::{self, AboutCase, NoticeKind};
use crate::routing::handler::{acting, choose};
use crate::routing::{RuleResults, Snapshot};
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::store::cases::{self, CaseRow};
use crate::store::organisation::About;
use crate::store::{Day, Writer, feedback, organisation};

/// Cases read at a time.
const PAGE: i64 = 200;

/// What the one who is reminded on a rung is told.
fn notice_of(rung: Rung) -> NoticeKind {
    match rung {
        Rung::BeforeDue => NoticeKind::BeforeDue,
        Rung::Due => NoticeKind::Due,
        Rung::Handler | Rung::Substitute => NoticeKind::Overdue,
        Rung::ResponsiblePerson | Rung::ProducerContact | Rung::Organiser => NoticeKind::Escalated,
    }
}

/// The rung whose morning is `today`, given the `last` one that was climbed: the earliest that is left, where what a later one
/// has made pointless is passed over.
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

/// Climbs every ladder whose next rung is today's, on working days; how many were climbed.
///
/// # Errors
/// The store's.
pub async fn remind(service: &Service) -> Result<usize, Problem> {
    let today = service.today();
    let due_up_to = last_due_day(service)?;
    let (mut after, mut climbed) = (Uuid::nil(), 0);
    loop {
        let mut db = service.store.read().await?;
        let page = cases::to_remind(&mut db, Day(due_up_to), Day(today), after, PAGE).await?;
        drop(db);
        let Some(last) = page.last() else { return Ok(climbed) };
        after = last.id;
        service.beat(CoreTask::Jobs);
        for case in &page {
            // Looked at without a transaction first: most have no rung today.
            if next_rung(service, case)?.is_some() {
                climbed += usize::from(climb(service, case.id).await?);
            }
        }
    }
}

/// The farthest due day that any calendar reminds of today.
fn last_due_day(service: &Service) -> Result<Date, Problem> {
    let snapshot = service.snapshot();
    let ahead = service.config.reminders.before_days.max(1);
    let days = snapshot.every_calendar().map(|calendar| calendar.add_working_days(service.today(), ahead));
    let mut farthest = service.today();
    for day in days {
        farthest = farthest.max(day.map_err(Problem::internal)?);
    }
    Ok(farthest)
}

/// The deadline a case is reminded of today, and the rung; none on a day off, and never two on a day.
fn next_rung(service: &Service, case: &CaseRow) -> Result<Option<(Deadline, Date, Rung)>, Problem> {
    let today = service.today();
    let snapshot = service.snapshot();
    let calendar = calendar(&snapshot, case)?;
    let Some((deadline, due)) = next_deadline(case) else { return Ok(None) };
    if !calendar.is_working_day(today) || case.reminded_on.is_some_and(|day| day.0 >= today) {
        return Ok(None);
    }
    let last = if case.watched == Some(deadline) { case.rung } else { None };
    let rung = rung_on(today, due, case.received_on.0, last, calendar, &service.config.reminders);
    Ok(rung.map_err(Problem::internal)?.map(|rung| (deadline, due, rung)))
}

/// Climbs the next rung of a case, if it is still today's: event, notices and their mails in one transaction.
async fn climb(service: &Service, case_id: Uuid) -> Result<bool, Problem> {
    let mut tx = service.store.write().await?;
    let Some(case) = cases::find(&mut tx, case_id).await? else { return Ok(false) };
    let Some((deadline, due, first)) = next_rung(service, &case)? else { return Ok(false) };
    let snapshot = service.snapshot();
    let ladder = Ladder::of(service, &snapshot, &mut tx, &case, deadline).await?;
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
    if rung == Rung::Substitute && deadline != Deadline::Tell {
        step = step.with_stand_in(receivers.first().copied());
    }
    // The author of an oral note is whose work it is about: the event says that they were reminded by the rung alone.
    let named: Vec<String> =
        receivers.iter().filter(|id| Some(**id) != ladder.author).map(ToString::to_string).collect();
    let step = step.detail("due", due.to_string()).detail("to", json!(named));
    match step.save(service, &mut tx).await {
        Ok(_) => {}
        // Somebody took a step just now: the ladder is looked at again.
        Err(problem) if problem.kind == Kind::VersionMismatch => return Ok(false),
        Err(problem) => return Err(problem),
    }
    let about = AboutCase { case_id, deadline: Some((deadline, due)) };
    for receiver in receivers {
        notices::leave(service, &mut tx, receiver, notice_of(rung), Some(about), 1).await?;
    }
    if first <= Rung::Handler
        && rung >= Rung::Handler
        && let Some(listener) = ladder.breach_listener()
    {
        notices::leave(service, &mut tx, listener, NoticeKind::Breach, Some(about), 1).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Who stands on the rungs of one case today.
struct Ladder<'s> {
    snapshot: &'s Snapshot,
    case: CaseRow,
    agreement: Option<&'s Agreement>,
    deadline: Deadline,
    about: Option<Uuid>,
    /// Who wrote it down, where the author tells the giver.
    author: Option<Uuid>,
    today: Date,
}

impl<'s> Ladder<'s> {
    async fn of(
        service: &Service,
        snapshot: &'s Snapshot,
        tx: &mut Writer,
        case: &CaseRow,
        deadline: Deadline,
    ) -> Result<Self, Problem> {
        let row = feedback::find(tx, case.feedback_id).await?.ok_or_else(Problem::not_found)?;
        let about: About = organisation::about(tx, row.channel, row.author_id, row.colour_id).await?;
        Ok(Self {
            snapshot,
            case: case.clone(),
            agreement: snapshot.agreements.iter().find(|agreed| Some(agreed.id) == case.agreement_id),
            deadline,
            about: about.principal(),
            author: row.author_id.filter(|_| deadline == Deadline::Tell),
            today: service.today(),
        })
    }

    /// Who is reminded on a rung; nobody where it has no one, or only those of the rungs below.
    fn on(&self, rung: Rung) -> Vec<Uuid> {
        match rung {
            Rung::BeforeDue | Rung::Due | Rung::Handler => self.first(),
            Rung::Substitute => self.substitute().into_iter().filter(|id| !self.first().contains(id)).collect(),
            Rung::ResponsiblePerson => self.holders(Role::ResponsiblePerson, NodeKind::Unit, self.case.unit_id),
            Rung::ProducerContact => self.holders(Role::ProducerContact, NodeKind::Producer, self.case.producer_id),
            Rung::Organiser => self.holders(Role::Organiser, NodeKind::Organiser, self.case.organiser_id),
        }
    }

    /// Whose task it is: the handler's; the author's, where the giver is to be told by them.
    fn first(&self) -> Vec<Uuid> {
        let author = self.author.filter(|id| self.may_act(*id));
        author.or_else(|| self.acting(self.case.handler_id)).or(Some(self.case.handler_id)).into_iter().collect()
    }

    /// Who could take it over: for an answer the agreement's substitute, for telling the handler.
    fn substitute(&self) -> Option<Uuid> {
        if self.deadline == Deadline::Tell {
            return self.acting(self.case.handler_id);
        }
        let named = self.agreement.and_then(|agreed| agreed.substitute_id).or(self.case.stand_in_id);
        named.and_then(|id| self.acting(id)).filter(|id| *id != self.case.handler_id)
    }

    /// Those who hold a role and are there; if all are away, all of them.
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

    /// Whom the agreement names to hear of a breach, unless the case is about them.
    fn breach_listener(&self) -> Option<Uuid> {
        self.agreement.and_then(|agreed| agreed.breach_id).filter(|id| Some(*id) != self.about)
    }
}

/// Lets substitutes act where a handler is away today or may no longer handle anything, and takes that back when the handler
/// is here again; how many cases changed.
///
/// # Errors
/// The store's.
pub async fn stand_in(service: &Service) -> Result<usize, Problem> {
    let today = service.today();
    let snapshot = service.snapshot();
    let mut changed = 0;
    let mut away: Vec<Uuid> =
        snapshot.absences.iter().filter(|absence| absence.covers(today)).map(|absence| absence.principal_id).collect();
    // Whoever was disabled or has lost every handling role comes back no more.
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
                changed += usize::from(stand_in_for(service, case.id).await?);
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
            changed += usize::from(stand_in_for(service, case.id).await?);
        }
    }
}

fn handles_anything(snapshot: &Snapshot, principal_id: Uuid) -> bool {
    let tree = &snapshot.tree;
    tree.principals.get(&principal_id).is_some_and(|principal| !principal.disabled)
        && tree.grants_of(principal_id).any(|grant| grant.allows(Action::Handle))
}

/// Whom the case would go to if it came today and no rule named anybody.
async fn next_handler(service: &Service, tx: &mut Writer, case: &CaseRow) -> Result<Option<Uuid>, Problem> {
    let snapshot = service.snapshot();
    let ladder = Ladder::of(service, &snapshot, tx, case, Deadline::Decide).await?;
    let chosen =
        choose(&snapshot, &RuleResults::default(), ladder.agreement, &case.place(), ladder.about, service.today());
    Ok(chosen.map(|(id, _)| id))
}

/// Sets who stands in for the handler of one case today, if that changes.
async fn stand_in_for(service: &Service, case_id: Uuid) -> Result<bool, Problem> {
    let mut tx = service.store.write().await?;
    let Some(case) = cases::find(&mut tx, case_id).await? else { return Ok(false) };
    let snapshot = service.snapshot();
    let escalated = case.rung >= Some(Rung::Substitute);
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
    match step.detail("stand_in", json!(who)).save(service, &mut tx).await {
        Ok(_) => {}
        Err(problem) if problem.kind == Kind::VersionMismatch => return Ok(false),
        Err(problem) => return Err(problem),
    }
    if let Some(id) = wanted {
        let about = AboutCase { case_id, deadline: None };
        notices::leave(service, &mut tx, id, NoticeKind::StandIn, Some(about), 1).await?;
    }
    tx.commit().await?;
    Ok(true)
}
