//! Notices for staff: daily about waiting cases, at once about urgent ones, one for each deadline. A notice is stored,
//! and mailed if its receiver wants mails: never at night or on a day off, except for an urgent case.

use jiff::civil::Date;
use uuid::Uuid;

use super::mail_queue::{self, Letter, Receiver};
use crate::base::{Instant, Problem};
use crate::calendar::Calendar;
use crate::calendar::{local_date, local_instant};
use crate::case::deadlines::Deadline;
use crate::organisation::MailWish;
use crate::routing::handler::acting;
use crate::routing::{Snapshot, Urgency};
use crate::service::Service;
use crate::store::cases::{self, CaseRow};
use crate::store::job::Job;
use crate::store::jobs::NewJob;
use crate::store::notices::{self, NoticeRow};
use crate::store::organisation::About;
use crate::store::{Day, Writer, feedback, organisation};

pub use crate::store::notices::NoticeKind;

/// Digests are sent this many minutes after the hour of notices, so that all notices of the morning are in them.
const DIGEST_MINUTES: u64 = 30;

/// The case that a notice is about.
#[derive(Debug, Clone, Copy)]
pub struct AboutCase {
    pub case_id: Uuid,
    /// Which deadline and its day, for notices about a deadline.
    pub deadline: Option<(Deadline, Date)>,
}

/// The job that notifies the handler of a new case.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the calendar has no working day left.
pub fn of_new_case(service: &Service, snapshot: &Snapshot, case: &CaseRow) -> Result<NewJob, Problem> {
    if case.urgency == Urgency::Urgent {
        let job = Job::UrgentCaseNotice { case_id: case.id };
        let dedupe = Some(format!("{}:{}", job.kind().as_str(), job.subject()));
        return Ok(NewJob { id: service.random_id()?, job, dedupe, run_at: service.now(), lane: None });
    }
    daily(service, snapshot, case.organiser_id, case.handler_id)
}

/// The job that notifies `principal_id` on the next working morning that something waits.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the calendar has no working day left.
pub fn daily(
    service: &Service,
    snapshot: &Snapshot,
    organiser_id: Uuid,
    principal_id: Uuid,
) -> Result<NewJob, Problem> {
    // A random id: an id sorted by time would show when the feedback came.
    let id = service.random_id()?;
    let job = Job::NewCasesNotice { principal_id };
    let run_at = next_morning(service, calendar_of(snapshot, organiser_id)?, 0)?;
    let dedupe = Some(format!("{}:{}:{}", job.kind().as_str(), job.subject(), day_of(run_at)));
    Ok(NewJob { id, job, dedupe, run_at, lane: None })
}

/// When something that is not urgent may be sent: now, if it is a working day between the hour of notices and the hour
/// of deadlines; else on the next working morning.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the calendar has no working day left.
pub fn next_sendable(service: &Service, calendar: &Calendar) -> Result<Instant, Problem> {
    if calendar.is_working_day(service.today()) && is_daytime(service)? {
        return Ok(service.now());
    }
    next_morning(service, calendar, 0)
}

/// The next hour of notices on a working day.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the calendar has no working day left.
pub fn next_notice_hour(service: &Service, snapshot: &Snapshot, organiser_id: Uuid) -> Result<Instant, Problem> {
    next_morning(service, calendar_of(snapshot, organiser_id)?, 0)
}

/// Whether it is between the hour of notices and the hour of deadlines; if that hour is not later, after the hour of
/// notices.
///
/// # Errors
/// [`crate::base::Kind::Internal`] for a day that the calendar cannot represent.
pub fn is_daytime(service: &Service) -> Result<bool, Problem> {
    let (now, today) = (service.now(), service.today());
    let at = |hour| local_instant(today, hour).map(Instant::from_timestamp).map_err(Problem::internal);
    let (morning, evening) = (service.config.jobs.notice_hour, service.config.terms.deadline_hour);
    Ok(at(morning)? <= now && (evening <= morning || now < at(evening)?))
}

/// The next time that is `minutes` after the hour of notices on a working day.
fn next_morning(service: &Service, calendar: &Calendar, minutes: u64) -> Result<Instant, Problem> {
    let (now, today) = (service.now(), service.today());
    let morning = |day: Date| -> Result<Instant, Problem> {
        let at = local_instant(day, service.config.jobs.notice_hour).map_err(Problem::internal)?;
        Ok(Instant::from_timestamp(at).plus(std::time::Duration::from_secs(60 * minutes)))
    };
    let first = morning(calendar.add_working_days(today, 0).map_err(Problem::internal)?)?;
    if first > now {
        return Ok(first);
    }
    morning(calendar.add_working_days(today, 1).map_err(Problem::internal)?)
}

fn calendar_of(snapshot: &Snapshot, organiser_id: Uuid) -> Result<&Calendar, Problem> {
    snapshot.calendar_of(organiser_id).ok_or_else(|| Problem::internal("the organiser has no calendar"))
}

fn day_of(at: Instant) -> Date {
    local_date(at.to_timestamp())
}

/// Notifies a member of staff how many cases wait, if any.
///
/// # Errors
/// The store's.
pub async fn new_cases(service: &Service, tx: &mut Writer, principal_id: Uuid) -> Result<(), Problem> {
    let waiting = cases::count_waiting(tx, principal_id).await?;
    if waiting.cases == 0 {
        return Ok(());
    }
    let kind = if waiting.to_read_today > 0 { NoticeKind::ReadToday } else { NoticeKind::NewCases };
    leave(service, tx, principal_id, kind, None, waiting.cases).await
}

/// Notifies the handler of an urgent case, and whoever stands in for an absent handler.
///
/// # Errors
/// The store's.
pub async fn urgent_case(service: &Service, tx: &mut Writer, case_id: Uuid) -> Result<(), Problem> {
    let Some(case) = cases::find(tx, case_id).await? else { return Ok(()) };
    let about = AboutCase { case_id, deadline: None };
    leave(service, tx, case.handler_id, NoticeKind::UrgentCase, Some(about), 1).await?;
    let present = present_handler(service, tx, &case).await?;
    if let Some(other) = present.filter(|other| *other != case.handler_id) {
        leave(service, tx, other, NoticeKind::UrgentCase, Some(about), 1).await?;
    }
    Ok(())
}

/// Who acts for the handler of a case today: the handler, or whoever stands in.
///
/// # Errors
/// The store's.
pub async fn present_handler(service: &Service, tx: &mut Writer, case: &CaseRow) -> Result<Option<Uuid>, Problem> {
    let Some(row) = feedback::find(tx, case.feedback_id).await? else { return Ok(None) };
    let about: About = organisation::about(tx, row.channel, row.author_id, row.colour_id).await?;
    let snapshot = service.snapshot();
    let agreement = snapshot.agreements.iter().find(|agreed| Some(agreed.id) == case.agreement_id);
    let place = case.place();
    Ok(acting(&snapshot, case.handler_id, agreement, &place, about.principal(), service.today()).map(|(id, _)| id))
}

/// Stores a notice, and queues its mail as the receiver wishes.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when the calendar has no working day left.
pub async fn leave(
    service: &Service,
    tx: &mut Writer,
    principal_id: Uuid,
    kind: NoticeKind,
    about: Option<AboutCase>,
    cases: i64,
) -> Result<(), Problem> {
    // One notice a day for each deadline.
    let subject = match about {
        Some(AboutCase { case_id, deadline: Some((deadline, _)) }) => format!("{case_id}:{deadline}"),
        Some(AboutCase { case_id, deadline: None }) => case_id.to_string(),
        None => String::new(),
    };
    leave_about(service, tx, principal_id, kind, subject, about, cases).await
}

/// Stores a notice about an agreement; its subject is the agreement's id.
///
/// # Errors
/// See [`leave`].
pub async fn leave_about_agreement(
    service: &Service,
    tx: &mut Writer,
    principal_id: Uuid,
    kind: NoticeKind,
    agreement_id: Uuid,
) -> Result<(), Problem> {
    leave_about(service, tx, principal_id, kind, agreement_id.to_string(), None, 0).await
}

/// Stores a notice about the messages of a unit's devices that are held; its subject is the unit's short name, or empty.
///
/// # Errors
/// See [`leave`].
pub async fn leave_about_held(
    service: &Service,
    tx: &mut Writer,
    principal_id: Uuid,
    unit: &str,
    messages: i64,
) -> Result<(), Problem> {
    leave_about(service, tx, principal_id, NoticeKind::HeldMessages, unit.to_owned(), None, messages).await
}

async fn leave_about(
    service: &Service,
    tx: &mut Writer,
    principal_id: Uuid,
    kind: NoticeKind,
    subject: String,
    about: Option<AboutCase>,
    cases: i64,
) -> Result<(), Problem> {
    let snapshot = service.snapshot();
    let Some(principal) = snapshot.tree.principals.get(&principal_id) else { return Ok(()) };
    let calendar = calendar_of(&snapshot, principal.organiser_id)?;
    let urgent = kind == NoticeKind::UrgentCase;
    let by_mail = principal.email.is_some() && !principal.disabled && (principal.mail != MailWish::None || urgent);
    let digest = by_mail && principal.mail == MailWish::Digest && !urgent;
    let at = match (urgent, digest) {
        (true, _) => service.now(),
        (false, true) => next_morning(service, calendar, DIGEST_MINUTES)?,
        (false, false) => next_sendable(service, calendar)?,
    };
    let deadline = about.and_then(|about| about.deadline);
    let notice = NoticeRow {
        id: service.random_id()?,
        principal_id,
        kind,
        day: Day(day_of(at)),
        subject,
        case_id: about.map(|about| about.case_id),
        deadline: deadline.map(|(deadline, _)| deadline),
        due: deadline.map(|(_, day)| Day(day)),
        cases,
    };
    let id = notices::leave(tx, &notice).await?;
    if !by_mail {
        return Ok(());
    }
    let receiver = Receiver::Principal(principal_id);
    if digest {
        let subject = format!("{principal_id}:{}", notice.day.0);
        return mail_queue::queue(service, tx, Letter::Digest, subject, receiver, at).await;
    }
    mail_queue::queue(service, tx, Letter::Notice, id.to_string(), receiver, at).await
}
