//! The worker runs the jobs of the queue. Any number of instances may run one.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use uuid::Uuid;

use super::transports::JobWorker;
use super::{mails, ticks, webhook};
use crate::base::{Instant, Problem};
use crate::handling::moved_deadlines;
use crate::outbox::notices;
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::store::job::{Job, JobKind};
use crate::store::jobs::{self, JobRow, Kinds, Lanes};
use crate::store::{StoreResult, Writer};

/// The maximum number of jobs leased at a time.
const LEASED_AT_A_TIME: i64 = 20;
/// The kinds of jobs that wait for other servers. Each has its own loop, so that a slow mail server or webhook target
/// delays no other job.
const OUTSIDE: &[JobKind] = &[JobKind::Mail, JobKind::Webhook];
const MAILS: &[JobKind] = &[JobKind::Mail];
const WEBHOOKS: &[JobKind] = &[JobKind::Webhook];
/// Targets of webhooks that are called at the same time at most.
const LANES: usize = 100;
/// The longest wait between two tries of a job.
const BACKOFF_MOST: Duration = Duration::from_secs(6 * 3_600);
/// Why a job is parked whose worker did not come back from its last try.
const LOST: &str = "its worker died or hung at the last try; the log says more about earlier tries";
/// Why a job failed whose handler panicked. What the panic says may hold somebody's words; the log has its place.
const PANICKED: &str = "its handler panicked; the log of the service says where";

/// Starts the worker; it stops soon after `stop` is true.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the system has no random bytes.
pub fn start(worker: JobWorker, mut stop: watch::Receiver<bool>) -> Result<JoinHandle<()>, Problem> {
    let holder = worker.service.new_id()?;
    let worker = Arc::new(worker);
    let (stop_mails, stop_webhooks) = (stop.clone(), stop.clone());
    Ok(tokio::spawn(async move {
        let inside = async {
            let mut schedule = ticks::Schedule::default();
            while !is_over(&stop) {
                worker.service.beat(CoreTask::Jobs);
                if let Err(problem) = work_once(&worker, holder, &mut schedule).await {
                    tracing::warn!(%problem, "a round of jobs failed and is tried again");
                }
                pause(&worker.service, &mut stop).await;
            }
        };
        let mails = keep_sending(&worker, stop_mails);
        let webhooks = keep_calling(&worker, stop_webhooks);
        tokio::join!(inside, mails, webhooks);
    }))
}

/// Sends mails until `stop` turns true.
async fn keep_sending(worker: &JobWorker, mut stop: watch::Receiver<bool>) {
    while !is_over(&stop) {
        worker.service.beat(CoreTask::Mails);
        match send_mails(worker).await {
            Ok(0) => pause(&worker.service, &mut stop).await,
            Ok(_) => {}
            Err(problem) => {
                tracing::warn!(%problem, "a round of jobs failed and is tried again");
                pause(&worker.service, &mut stop).await;
            }
        }
    }
}

/// Calls the targets of webhooks until `stop` turns true. Each has a lane of its own: one that hangs delays no other.
async fn keep_calling(worker: &Arc<JobWorker>, mut stop: watch::Receiver<bool>) {
    let mut busy = HashSet::new();
    // Tasks, since one that is not polled would keep the connection to the database that it was given.
    let mut lanes = JoinSet::new();
    while !is_over(&stop) {
        worker.service.beat(CoreTask::Webhooks);
        match due_lanes(&worker.service).await {
            Ok(due) => {
                for lane in due {
                    if busy.len() < LANES && busy.insert(lane) {
                        lanes.spawn(serve_lane(Arc::clone(worker), lane));
                    }
                }
            }
            Err(problem) => tracing::warn!(%problem, "a round of jobs failed and is tried again"),
        }
        tokio::select! {
            Some(ended) = lanes.join_next() => {
                busy.remove(&lane_of(ended));
            }
            () = pause(&worker.service, &mut stop) => {}
        }
    }
    while let Some(ended) = lanes.join_next().await {
        lane_of(ended);
    }
}

/// The lane that is done. A panic outside of a job is the worker's own.
fn lane_of(ended: Result<Option<Uuid>, JoinError>) -> Option<Uuid> {
    ended.unwrap_or_else(|why| match why.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => None,
    })
}

/// One round of a lane; the lane.
async fn serve_lane(worker: Arc<JobWorker>, lane: Option<Uuid>) -> Option<Uuid> {
    if let Err(problem) = run_lane(&worker, lane).await {
        tracing::warn!(%problem, "a round of jobs failed and is tried again");
        tokio::time::sleep(worker.service.config.jobs.poll).await;
    }
    lane
}

/// Whether what runs until `stop` turns true is over: told so, or left without anybody who could tell.
pub fn is_over(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Waits until the next poll for jobs, or until stopped.
async fn pause(service: &Service, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.changed() => {}
        () = tokio::time::sleep(service.config.jobs.poll) => {}
    }
}

/// One round: due jobs inside, and the ticks if this instance holds them. Both use the settings as `app` keeps them current.
///
/// # Errors
/// The store's.
pub async fn work_once(worker: &JobWorker, holder: Uuid, schedule: &mut ticks::Schedule) -> Result<(), Problem> {
    while run_inside(worker).await? > 0 {}
    ticks::run_due(&worker.service, holder, schedule).await
}

/// Runs some of the due jobs of every kind; returns how many.
///
/// # Errors
/// The store's.
pub async fn run_due(worker: &JobWorker) -> StoreResult<usize> {
    let inside = run_inside(worker).await?;
    let mails = send_mails(worker).await?;
    let due = due_lanes(&worker.service).await?;
    let webhooks = join_all(due.into_iter().map(|lane| run_lane(worker, lane))).await;
    Ok(inside + mails + webhooks.into_iter().sum::<StoreResult<usize>>()?)
}

/// Runs some of the due jobs that only write to the database; how many.
async fn run_inside(worker: &JobWorker) -> StoreResult<usize> {
    let leased = lease(&worker.service, Kinds::AllBut(OUTSIDE), Lanes::All, LEASED_AT_A_TIME).await?;
    for job in &leased {
        worker.service.beat(CoreTask::Jobs);
        run(worker, job).await?;
    }
    Ok(leased.len())
}

/// Sends some of the mails that are due; how many.
async fn send_mails(worker: &JobWorker) -> StoreResult<usize> {
    let most = i64::try_from(worker.service.config.mail.connections).unwrap_or(1);
    run_at_once(worker, lease(&worker.service, Kinds::Only(MAILS), Lanes::All, most).await?).await
}

/// The targets of webhooks for which messages are due.
async fn due_lanes(service: &Service) -> StoreResult<Vec<Option<Uuid>>> {
    let mut db = service.store.read().await?;
    jobs::due_lanes(&mut db, WEBHOOKS, service.now()).await
}

/// Sends some of the messages that are due to one target; how many.
async fn run_lane(worker: &JobWorker, lane: Option<Uuid>) -> StoreResult<usize> {
    run_at_once(worker, lease(&worker.service, Kinds::Only(WEBHOOKS), Lanes::One(lane), LEASED_AT_A_TIME).await?).await
}

/// Runs jobs all at once: none of them waits for another while its lease runs. How many.
async fn run_at_once(worker: &JobWorker, leased: Vec<JobRow>) -> StoreResult<usize> {
    let outcomes = join_all(leased.iter().map(|job| run(worker, job))).await;
    outcomes.into_iter().collect::<StoreResult<()>>()?;
    Ok(leased.len())
}

async fn lease(service: &Service, kinds: Kinds, lanes: Lanes, most: i64) -> StoreResult<Vec<JobRow>> {
    let now = service.now();
    let mut db = service.store.read().await?;
    let any = jobs::any_due(&mut db, kinds, now).await?;
    drop(db);
    if !any {
        return Ok(Vec::new());
    }
    let mut tx = service.store.write().await?;
    let max_attempts = i64::from(service.config.jobs.max_attempts);
    for (job, kind) in jobs::park_lost(&mut tx, max_attempts, LOST).await? {
        tracing::error!(%job, kind, "a job is parked: its worker did not come back from its last try");
    }
    let leased = jobs::lease(&mut tx, kinds, lanes, now, service.config.jobs.lease, most).await?;
    tx.commit().await?;
    Ok(leased)
}

/// Runs a leased job. One that fails or panics waits for its next try, or is parked; one that this version does not know is parked.
async fn run(worker: &JobWorker, row: &JobRow) -> StoreResult<()> {
    let job = match row.job() {
        Ok(job) => job,
        Err(unknown) => return give_back(&worker.service, row, None, &unknown.to_string()).await,
    };
    // A panic leaves nothing half done: dropping the job's transaction rolls it back.
    let why = match AssertUnwindSafe(handle(worker, row, job)).catch_unwind().await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(problem)) => problem.cause.clone().unwrap_or_else(|| problem.to_string()),
        Err(_) => PANICKED.to_owned(),
    };
    give_back(&worker.service, row, next_try(&worker.service, row), &why).await
}

/// The handlers of all jobs. What a job writes and its removal commit together: done exactly once.
async fn handle(worker: &JobWorker, row: &JobRow, job: Job) -> Result<(), Problem> {
    let service = &worker.service;
    match job {
        Job::NewCasesNotice { principal_id } => {
            let Some(mut tx) = begin(service, row).await? else { return Ok(()) };
            notices::new_cases(service, &mut tx, principal_id).await?;
            Ok(tx.commit().await?)
        }
        Job::UrgentCaseNotice { case_id } => {
            let Some(mut tx) = begin(service, row).await? else { return Ok(()) };
            notices::urgent_case(service, &mut tx, case_id).await?;
            Ok(tx.commit().await?)
        }
        Job::MoveDeadlines { node, after } => {
            let Some(mut tx) = begin(service, row).await? else { return Ok(()) };
            moved_deadlines::move_page(service, &mut tx, node, after).await?;
            Ok(tx.commit().await?)
        }
        Job::Mail { mail_id } => mails::send(worker, row, mail_id).await,
        Job::Webhook { delivery_id } => webhook::deliver(worker, row, delivery_id).await,
    }
}

/// A transaction that removes the job; none if another worker has taken it over.
async fn begin(service: &Service, row: &JobRow) -> StoreResult<Option<Writer>> {
    let mut tx = service.store.write().await?;
    Ok(jobs::finish(&mut tx, row).await?.then_some(tx))
}

/// Gives a job back for its next try, or parks it.
async fn give_back(service: &Service, row: &JobRow, run_at: Option<Instant>, why: &str) -> StoreResult<()> {
    tracing::warn!(job = %row.id, kind = row.kind, why, parked = run_at.is_none(), "a job failed");
    let mut tx = service.store.write().await?;
    jobs::give_back(&mut tx, row, run_at, why).await?;
    tx.commit().await
}

/// When a failed job is tried again: the wait doubles from the configured base; none after the last try.
fn next_try(service: &Service, row: &JobRow) -> Option<Instant> {
    let config = &service.config.jobs;
    let tried = u32::try_from(row.attempts).unwrap_or(u32::MAX);
    if tried >= u32::from(config.max_attempts) {
        return None;
    }
    let wait = config.backoff_base.saturating_mul(2u32.saturating_pow(tried.saturating_sub(1))).min(BACKOFF_MOST);
    Some(service.now().plus(wait + jitter(service, wait)))
}

/// Up to half of the wait, at random: jobs that failed together are not tried again together. Zero without random
/// bytes.
fn jitter(service: &Service, wait: Duration) -> Duration {
    let mut bytes = [0; 2];
    match service.entropy.fill(&mut bytes) {
        Ok(()) => wait.mul_f64(f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX) / 2.0),
        Err(_) => Duration::ZERO,
    }
}
