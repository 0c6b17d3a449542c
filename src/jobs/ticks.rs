//! The repeating tasks. One instance runs them, as long as it holds their lease.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::{board_due, held_messages, retention, silence};
use crate::base::Problem;
use crate::base::words::word_enum;
use crate::handling::escalation;
use crate::outbox::notices;
use crate::reporting::loop_report;
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::store::{StoreResult, counters, jobs};

/// The name of the lease.
const LEASE: &str = "ticks";
/// The maximum number of counter deltas folded in one transaction.
const FOLDED_AT_A_TIME: i64 = 2_000;

word_enum! {
    /// A repeating task, in the order in which they run; the word is its name in the log and the metrics.
    pub enum Tick: "repeating task" {
        /// Folds counter deltas into their blocks.
        FoldCounters = "fold_counters",
        /// Reminds of deadlines; lets substitutes act.
        Watch = "watch",
        /// Closes told cases whose givers are silent.
        CloseSilent = "close_silent",
        /// Makes the loop figures of months that have become closed.
        CloseMonths = "close_months",
        /// Erases what has been kept long enough, once a day.
        Retention = "retention",
    }
}

impl Tick {
    /// The time between two runs at least.
    pub fn every(self) -> Duration {
        match self {
            Self::FoldCounters => Duration::ZERO,
            Self::Watch => Duration::from_secs(120),
            Self::CloseSilent | Self::CloseMonths | Self::Retention => Duration::from_secs(600),
        }
    }

    async fn run(self, service: &Service) -> Result<(), Problem> {
        match self {
            Self::FoldCounters => Ok(fold_counters(service).await?),
            Self::Watch => watch(service).await,
            Self::CloseSilent => silence::close_silent(service).await.map(|_| ()),
            Self::CloseMonths => loop_report::close_months(service).await,
            Self::Retention => retention::daily(service).await,
        }
    }
}

/// When this instance last ran each task.
#[derive(Debug, Default)]
pub struct Schedule([Option<Instant>; Tick::ALL.len()]);

impl Schedule {
    /// The tasks that are due. They count as run from now on, whatever the outcome: a task that fails is tried again
    /// when it is due the next time.
    fn take_due(&mut self, now: Instant) -> Vec<Tick> {
        let mut due = Vec::new();
        for (tick, last) in Tick::ALL.into_iter().zip(&mut self.0) {
            if last.is_none_or(|last| now.duration_since(last) >= tick.every()) {
                *last = Some(now);
                due.push(tick);
            }
        }
        due
    }
}

/// Runs the tasks whose time has come, if this instance holds their lease. A task that fails or panics keeps no other from running.
///
/// # Errors
/// The store's, when the lease cannot be read or written.
pub async fn run_due(service: &Service, holder: Uuid, schedule: &mut Schedule) -> Result<(), Problem> {
    if !hold_lease(service, holder).await? {
        return Ok(());
    }
    for tick in schedule.take_due(Instant::now()) {
        service.beat(CoreTask::Jobs);
        let why = match AssertUnwindSafe(tick.run(service)).catch_unwind().await {
            Ok(Ok(())) => continue,
            Ok(Err(problem)) => problem.to_string(),
            Err(_) => "it panicked".to_owned(),
        };
        tracing::error!(tick = tick.as_str(), why, "a repeating task failed and is tried again");
        metrics::counter!("kaiku_tick_failures_total", "tick" => tick.as_str()).increment(1);
    }
    Ok(())
}

/// Whether this instance holds the lease, which it tries to take or renew. It is renewed when half of it is over, so
/// that an idle service does not write every second.
async fn hold_lease(service: &Service, holder: Uuid) -> StoreResult<bool> {
    let lease = service.config.jobs.lease;
    let mut db = service.store.read().await?;
    let held = jobs::is_held(&mut db, LEASE, holder, lease / 2).await?;
    drop(db);
    if held {
        return Ok(true);
    }
    let mut tx = service.store.write().await?;
    let holds = jobs::hold(&mut tx, LEASE, holder, lease).await?;
    tx.commit().await?;
    Ok(holds)
}

/// Handles deadlines: substitutes for absent handlers, then the reminders of today, then boards that are due and messages
/// of devices that are held.
///
/// # Errors
/// The store's.
pub async fn watch(service: &Service) -> Result<(), Problem> {
    if !notices::is_daytime(service)? {
        return Ok(());
    }
    // One that fails keeps none of the others from running.
    let outcomes = [
        escalation::stand_in(service).await,
        escalation::remind(service).await,
        board_due::remind(service).await,
        held_messages::remind(service).await,
    ];
    outcomes.into_iter().try_for_each(|outcome| outcome.map(|_| ()))
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
        service.beat(CoreTask::Jobs);
        let mut tx = service.store.write().await?;
        let folded = counters::fold(&mut tx, FOLDED_AT_A_TIME).await?;
        tx.commit().await?;
        if i64::try_from(folded).is_ok_and(|folded| folded < FOLDED_AT_A_TIME) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_task_runs_at_its_own_rhythm() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        assert_eq!(schedule.take_due(start), Tick::ALL);
        assert_eq!(schedule.take_due(start), [Tick::FoldCounters]);
        let watched = start + Tick::Watch.every();
        assert_eq!(schedule.take_due(watched), [Tick::FoldCounters, Tick::Watch]);
        let daily = start + Tick::Retention.every();
        assert_eq!(schedule.take_due(daily), Tick::ALL);
    }
}
