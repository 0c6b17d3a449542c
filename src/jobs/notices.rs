//! Telling staff that feedback waits: once a working day, and at once for what is urgent.

use jiff::civil::Date;
use uuid::Uuid;

use crate::agreement::calendar::local_instant;
use crate::feedback::{Instant, Problem};
use crate::routing::{Snapshot, Urgency};
use crate::service::Service;
use crate::store::cases::CaseRow;
use crate::store::jobs::{self, JobRow, NewJob};
use crate::store::{Day, StoreResult, Writer, cases};

/// The kind of the daily notice; its subject is the handler's id.
pub const DAILY: &str = "notice_new_cases";
/// The kind of the notice of something urgent; its subject is the handler's id.
pub const URGENT: &str = "notice_urgent_case";

/// The job that tells the handler of a new case.
///
/// # Errors
/// [`crate::feedback::Kind::Internal`] when the calendar has no working day left.
pub fn of_new_case(service: &Service, snapshot: &Snapshot, case: &CaseRow) -> Result<NewJob, Problem> {
    if case.urgency == Urgency::Urgent.as_str() {
        return Ok(NewJob {
            id: service.random_id()?,
            kind: URGENT,
            subject: case.handler_id.to_string(),
            dedupe: Some(format!("{URGENT}:{}", case.id)),
            run_at: service.now(),
        });
    }
    daily(service, snapshot, case.organiser_id, case.handler_id)
}

/// The job that tells `principal_id` on the next working morning that something waits.
///
/// # Errors
/// [`crate::feedback::Kind::Internal`] when the calendar has no working day left.
pub fn daily(
    service: &Service,
    snapshot: &Snapshot,
    organiser_id: Uuid,
    principal_id: Uuid,
) -> Result<NewJob, Problem> {
    let now = service.now();
    // A random id: one that is sorted by time would say when the feedback came.
    let id = service.random_id()?;
    let subject = principal_id.to_string();
    let (day, run_at) = next_round(service, snapshot, organiser_id, now)?;
    let dedupe = Some(format!("{DAILY}:{subject}:{day}"));
    Ok(NewJob { id, kind: DAILY, subject, dedupe, run_at })
}

/// The next working morning at the configured hour.
fn next_round(
    service: &Service,
    snapshot: &Snapshot,
    organiser_id: Uuid,
    now: Instant,
) -> Result<(Date, Instant), Problem> {
    let hour = service.config.jobs.notice_hour;
    let calendar = snapshot.calendar(organiser_id).ok_or_else(|| Problem::internal("the organiser has no calendar"))?;
    let today = service.today();
    let mut day = calendar.add_working_days(today, 0).map_err(Problem::internal)?;
    let mut at = Instant::from_timestamp(local_instant(day, hour).map_err(Problem::internal)?);
    if at <= now {
        day = calendar.add_working_days(today, 1).map_err(Problem::internal)?;
        at = Instant::from_timestamp(local_instant(day, hour).map_err(Problem::internal)?);
    }
    Ok((day, at))
}

/// Does the job: leaves a notice for the handler, if cases still wait.
///
/// # Errors
/// The store's.
pub async fn run(service: &Service, tx: &mut Writer, job: &JobRow) -> StoreResult<()> {
    let Ok(handler) = Uuid::parse_str(&job.subject) else { return Ok(()) };
    let waiting = cases::count_waiting(tx, handler).await?;
    if waiting == 0 {
        return Ok(());
    }
    let kind = if job.kind == URGENT { "urgent_case" } else { "new_cases" };
    // The job's own id serves the notice: running the job twice leaves one notice.
    jobs::notice(tx, job.id, handler, kind, Day(service.today()), waiting).await
}
