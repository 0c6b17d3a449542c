//! Works on the queue and runs the repeating tasks. Any number of instances may run it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{notices, silence};
use crate::feedback::Problem;
use crate::service::Service;
use crate::store::jobs::{self, JobRow};
use crate::store::{StoreResult, counters, idempotency};

/// Jobs leased at a time.
const LEASED_AT_A_TIME: i64 = 20;
/// Counter deltas folded in one transaction.
const FOLDED_AT_A_TIME: i64 = 2_000;
/// The longest wait between two tries of a job.
const BACKOFF_MOST: Duration = Duration::from_secs(6 * 3_600);
/// The lease of the repeating tasks: whoever holds it runs them until it lapses.
const TICK_LEASE: &str = "ticks";
/// How often the daily tasks are looked at, in rounds of the worker.
const ROUNDS_BETWEEN_DAILY_TASKS: u64 = 600;

/// Starts the worker; it stops soon after `stop` turns true.
pub fn start(service: Arc<Service>, mut stop: watch::Receiver<bool>) -> Result<JoinHandle<()>, Problem> {
    let holder = service.new_id()?;
    Ok(tokio::spawn(async move {
        let mut round: u64 = 0;
        while !*stop.borrow() {
            if let Err(problem) = work_once(&service, holder, round).await {
                tracing::warn!(%problem, "a round of jobs failed and is tried again");
            }
            round += 1;
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(service.config.jobs.poll) => {}
            }
        }
    }))
}

/// One round: settings that another instance changed, due jobs, and the ticks if this instance holds them.
///
/// # Errors
/// The store's.
pub async fn work_once(service: &Service, holder: Uuid, round: u64) -> Result<(), Problem> {
    service.refresh().await?;
    while run_due(service).await? > 0 {}
    let mut tx = service.store.write().await?;
    let until = service.now().plus(service.config.jobs.lease);
    let holds = jobs::hold(&mut tx, TICK_LEASE, holder, service.now(), until).await?;
    tx.commit().await?;
    if holds {
        fold_counters(service).await?;
        if round.is_multiple_of(ROUNDS_BETWEEN_DAILY_TASKS) {
            silence::close_silent(service).await?;
            forget_old_keys(service).await?;
        }
    }
    Ok(())
}

/// Runs the jobs that are due; how many.
///
/// # Errors
/// The store's.
pub async fn run_due(service: &Service) -> StoreResult<usize> {
    let now = service.now();
    let mut tx = service.store.write().await?;
    let leased = jobs::lease(&mut tx, now, now.plus(service.config.jobs.lease), LEASED_AT_A_TIME).await?;
    tx.commit().await?;
    for job in &leased {
        if let Err(error) = run(service, job).await {
            let run_at = next_try(service, job);
            tracing::warn!(job = %job.id, kind = job.kind, %error, parked = run_at.is_none(), "a job failed");
            let mut tx = service.store.write().await?;
            jobs::give_back(&mut tx, job, run_at, &error.to_string()).await?;
            tx.commit().await?;
        }
    }
    Ok(leased.len())
}

/// A job's effect and its removal commit together: done exactly once.
async fn run(service: &Service, job: &JobRow) -> StoreResult<()> {
    let mut tx = service.store.write().await?;
    if !jobs::finish(&mut tx, job).await? {
        return Ok(());
    }
    match job.kind.as_str() {
        notices::DAILY | notices::URGENT => notices::run(service, &mut tx, job).await?,
        other => return Err(crate::store::StoreError::Broken(format!("there is no job of the kind {other}"))),
    }
    tx.commit().await
}

/// When a failed job is tried again: doubling from the configured base; none after the last try.
fn next_try(service: &Service, job: &JobRow) -> Option<crate::feedback::Instant> {
    let config = &service.config.jobs;
    let tried = u32::try_from(job.attempts).unwrap_or(u32::MAX);
    if tried >= u32::from(config.max_attempts) {
        return None;
    }
    let wait = config.backoff_base.saturating_mul(2u32.saturating_pow(tried.saturating_sub(1))).min(BACKOFF_MOST);
    Some(service.now().plus(wait))
}

/// Folds every waiting counter delta into its block.
///
/// # Errors
/// The store's.
pub async fn fold_counters(service: &Service) -> StoreResult<()> {
    loop {
        let mut tx = service.store.write().await?;
        let folded = counters::fold(&mut tx, FOLDED_AT_A_TIME).await?;
        tx.commit().await?;
        if i64::try_from(folded).is_ok_and(|folded| folded < FOLDED_AT_A_TIME) {
            return Ok(());
        }
    }
}

async fn forget_old_keys(service: &Service) -> StoreResult<()> {
    let kept = jiff::Span::new().days(i64::from(service.config.retention.idempotency_days));
    let oldest = service.today().saturating_sub(kept);
    let mut tx = service.store.write().await?;
    idempotency::forget_before(&mut tx, oldest.into()).await?;
    tx.commit().await
}
