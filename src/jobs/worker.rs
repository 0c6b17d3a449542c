//! Works on the queue and runs the repeating tasks. Any number of instances may run it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{board_due, mails, retention, silence, webhook};
use crate::base::Problem;
use crate::handling::escalation;
use crate::handling::moved_deadlines;
use crate::outbox::{mail_queue, notices, webhook_queue};
use crate::service::Service;
use crate::store::jobs::{self, JobRow, Kinds};
use crate::store::{StoreResult, counters};

/// Jobs that only write to the database, leased at a time.
const LEASED_AT_A_TIME: i64 = 20;
/// The kinds of jobs that wait for somebody outside. Each has a loop of its own, so that a slow mail server or target of
/// webhooks delays no other job.
const OUTSIDE: &[&str] = &[mail_queue::MAIL, webhook_queue::WEBHOOK];
/// Counter deltas folded in one transaction.
const FOLDED_AT_A_TIME: i64 = 2_000;
/// The longest wait between two tries of a job.
const BACKOFF_MOST: Duration = Duration::from_secs(6 * 3_600);
/// The lease of the repeating tasks: whoever holds it runs them until it lapses.
const TICK_LEASE: &str = "ticks";
/// How often deadlines are looked at, in rounds of the worker.
const ROUNDS_BETWEEN_WATCHES: u64 = 120;
/// How often the daily tasks are looked at, in rounds of the worker.
const ROUNDS_BETWEEN_DAILY_TASKS: u64 = 600;

/// Starts the worker; it stops soon after `stop` turns true. An instance that leaves jobs to others has none.
pub fn start(service: Arc<Service>, mut stop: watch::Receiver<bool>) -> Result<JoinHandle<()>, Problem> {
    if !service.config.jobs.run {
        tracing::warn!("this instance leaves reminders, mails and all other jobs to others (jobs.run = false)");
        return Ok(tokio::spawn(async {}));
    }
    let holder = service.new_id()?;
    let (stop_mails, stop_webhooks) = (stop.clone(), stop.clone());
    Ok(tokio::spawn(async move {
        let inside = async {
            let mut round: u64 = 0;
            while !is_over(&stop) {
                if let Err(problem) = work_once(&service, holder, round).await {
                    tracing::warn!(%problem, "a round of jobs failed and is tried again");
                }
                round += 1;
                pause(&service, &mut stop).await;
            }
        };
        let mails = keep_running(&service, Outside::Mails, stop_mails);
        let webhooks = keep_running(&service, Outside::Webhooks, stop_webhooks);
        tokio::join!(inside, mails, webhooks);
    }))
}

/// Runs the due jobs of one kind until `stop` turns true.
async fn keep_running(service: &Service, outside: Outside, mut stop: watch::Receiver<bool>) {
    while !is_over(&stop) {
        match run_outside(service, outside).await {
            Ok(0) => pause(service, &mut stop).await,
            Ok(_) => {}
            Err(problem) => {
                tracing::warn!(%problem, "a round of jobs failed and is tried again");
                pause(service, &mut stop).await;
            }
        }
    }
}

/// Whether what runs until `stop` turns true is over: told so, or left without anybody who could tell.
pub fn is_over(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Waits until it is time to look for jobs again, or to stop.
async fn pause(service: &Service, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.changed() => {}
        () = tokio::time::sleep(service.config.jobs.poll) => {}
    }
}

/// One round: settings that another instance changed, due jobs inside, and the ticks if this instance holds them.
///
/// # Errors
/// The store's.
pub async fn work_once(service: &Service, holder: Uuid, round: u64) -> Result<(), Problem> {
    service.refresh().await?;
    if let Err(error) = service.keyring.refresh() {
        tracing::error!(%error, "the keyring cannot be read again; the keys in force stay");
    }
    while run_inside(service).await? > 0 {}
    if hold_ticks(service, holder).await? {
        fold_counters(service).await?;
        if round.is_multiple_of(ROUNDS_BETWEEN_WATCHES) {
            watch(service).await?;
        }
        if round.is_multiple_of(ROUNDS_BETWEEN_DAILY_TASKS) {
            silence::close_silent(service).await?;
            retention::daily(service).await?;
        }
    }
    Ok(())
}

/// Looks after deadlines: substitutes for whoever is away, then the reminders of today, then boards that are due.
///
/// # Errors
/// The store's.
pub async fn watch(service: &Service) -> Result<(), Problem> {
    if !notices::is_daytime(service)? {
        return Ok(());
    }
    escalation::stand_in(service).await?;
    escalation::remind(service).await?;
    board_due::remind(service).await?;
    Ok(())
}

/// Whether this instance runs the repeating tasks. The lease is renewed when half of it is over, so that an idle service
/// does not write every second.
async fn hold_ticks(service: &Service, holder: Uuid) -> StoreResult<bool> {
    let (now, lease) = (service.now(), service.config.jobs.lease);
    let mut db = service.store.read().await?;
    let held = jobs::held_until(&mut db, TICK_LEASE, holder).await?;
    drop(db);
    if held.is_some_and(|until| until > now.plus(lease / 2).as_micros()) {
        return Ok(true);
    }
    let mut tx = service.store.write().await?;
    let holds = jobs::hold(&mut tx, TICK_LEASE, holder, now, now.plus(lease)).await?;
    tx.commit().await?;
    Ok(holds)
}

/// Runs some of the jobs that are due, of every kind; how many.
///
/// # Errors
/// The store's.
pub async fn run_due(service: &Service) -> StoreResult<usize> {
    let inside = run_inside(service).await?;
    Ok(inside + run_outside(service, Outside::Mails).await? + run_outside(service, Outside::Webhooks).await?)
}

/// Runs some of the due jobs that only write to the database; how many.
async fn run_inside(service: &Service) -> StoreResult<usize> {
    let leased = lease(service, Kinds::AllBut(OUTSIDE), LEASED_AT_A_TIME).await?;
    for job in &leased {
        if let Err(problem) = run(service, job).await {
            give_back(service, job, problem).await?;
        }
    }
    Ok(leased.len())
}

/// Who is waited for.
#[derive(Clone, Copy)]
enum Outside {
    Mails,
    Webhooks,
}

/// Runs some of the due jobs that wait for somebody outside, all at once: none of them waits for another while its lease
/// runs, and one that hangs holds nobody up but its own kind. How many.
async fn run_outside(service: &Service, outside: Outside) -> StoreResult<usize> {
    let (kinds, most): (&[&str], i64) = match outside {
        Outside::Mails => (&[mail_queue::MAIL], i64::try_from(service.config.mail.connections).unwrap_or(1)),
        Outside::Webhooks => (&[webhook_queue::WEBHOOK], LEASED_AT_A_TIME),
    };
    let leased = lease(service, Kinds::Only(kinds), most).await?;
    let outcomes = join_all(leased.iter().map(|job| call(service, outside, job))).await;
    outcomes.into_iter().collect::<StoreResult<()>>()?;
    Ok(leased.len())
}

async fn call(service: &Service, outside: Outside, job: &JobRow) -> StoreResult<()> {
    let outcome = match outside {
        Outside::Mails => mails::run(service, job).await,
        Outside::Webhooks => webhook::run(service, job).await,
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(problem) => give_back(service, job, problem).await,
    }
}

async fn lease(service: &Service, kinds: Kinds, most: i64) -> StoreResult<Vec<JobRow>> {
    let now = service.now();
    let mut db = service.store.read().await?;
    let any = jobs::any_due(&mut db, kinds, now).await?;
    drop(db);
    if !any {
        return Ok(Vec::new());
    }
    let mut tx = service.store.write().await?;
    let leased = jobs::lease(&mut tx, kinds, now, now.plus(service.config.jobs.lease), most).await?;
    tx.commit().await?;
    Ok(leased)
}

/// A job that failed waits for its next try, or is parked.
async fn give_back(service: &Service, job: &JobRow, problem: Problem) -> StoreResult<()> {
    let run_at = next_try(service, job);
    let why = problem.cause.unwrap_or(problem.detail);
    tracing::warn!(job = %job.id, kind = job.kind, why, parked = run_at.is_none(), "a job failed");
    let mut tx = service.store.write().await?;
    jobs::give_back(&mut tx, job, run_at, &why).await?;
    tx.commit().await
}

/// A job's effect and its removal commit together: done exactly once.
async fn run(service: &Service, job: &JobRow) -> Result<(), Problem> {
    let mut tx = service.store.write().await?;
    if !jobs::finish(&mut tx, job).await? {
        return Ok(());
    }
    match job.kind.as_str() {
        notices::DAILY | notices::URGENT => notices::run(service, &mut tx, job).await?,
        moved_deadlines::MOVE => moved_deadlines::run(service, &mut tx, job).await?,
        other => return Err(Problem::internal(format!("there is no job of the kind {other}"))),
    }
    Ok(tx.commit().await?)
}

/// When a failed job is tried again: doubling from the configured base; none after the last try.
fn next_try(service: &Service, job: &JobRow) -> Option<crate::base::Instant> {
    let config = &service.config.jobs;
    let tried = u32::try_from(job.attempts).unwrap_or(u32::MAX);
    if tried >= u32::from(config.max_attempts) {
        return None;
    }
    let wait = config.backoff_base.saturating_mul(2u32.saturating_pow(tried.saturating_sub(1))).min(BACKOFF_MOST);
    Some(service.now().plus(wait + jitter(service, wait)))
}

/// Up to half of the wait once more, by chance: what failed together is not tried again together. Without random bytes none.
fn jitter(service: &Service, wait: Duration) -> Duration {
    let mut bytes = [0; 2];
    match service.entropy.fill(&mut bytes) {
        Ok(()) => wait.mul_f64(f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX) / 2.0),
        Err(_) => Duration::ZERO,
    }
}

/// Folds every waiting counter delta into its block.
///
/// # Errors
/// The store's.
pub async fn fold_counters(service: &Service) -> StoreResult<()> {
    let mut db = service.store.read().await?;
    if !counters::any_waiting(&mut db).await? {
        return Ok(());
    }
    drop(db);
    loop {
        let mut tx = service.store.write().await?;
        let folded = counters::fold(&mut tx, FOLDED_AT_A_TIME).await?;
        tx.commit().await?;
        if i64::try_from(folded).is_ok_and(|folded| folded < FOLDED_AT_A_TIME) {
            return Ok(());
        }
    }
}
