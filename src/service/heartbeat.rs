//! Signs of life of the tasks that must run as long as the process: readiness and metrics show when one has stopped.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::base::Instant;
use crate::base::words::word_enum;

word_enum! {
    /// A task that must run as long as the process.
    pub enum CoreTask: "core task" {
        /// Commits what is taken in.
        Writer = "writer",
        /// Takes up settings and keys that others have changed.
        Settings = "settings",
        /// Jobs that only write to the database, and the repeating tasks.
        Jobs = "jobs",
        /// Sends mails.
        Mails = "mails",
        /// Calls the targets of webhooks.
        Webhooks = "webhooks",
    }
}

impl CoreTask {
    /// Whether the worker does it, which runs where `jobs.run` says so.
    pub fn is_of_the_worker(self) -> bool {
        matches!(self, Self::Jobs | Self::Mails | Self::Webhooks)
    }
}

/// When each task last gave a sign of life.
#[derive(Debug, Default)]
pub struct Heartbeats(Mutex<BTreeMap<CoreTask, Instant>>);

impl Heartbeats {
    pub(super) fn beat(&self, task: CoreTask, now: Instant) {
        self.last().insert(task, now);
    }

    pub(super) fn ages(&self, now: Instant) -> Vec<(CoreTask, Duration)> {
        // If the clock was set back, the age is 0.
        let age = |last: &Instant| {
            Duration::from_micros(u64::try_from(now.as_micros().saturating_sub(last.as_micros())).unwrap_or(0))
        };
        self.last().iter().map(|(task, last)| (*task, age(last))).collect()
    }

    fn last(&self) -> MutexGuard<'_, BTreeMap<CoreTask, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
