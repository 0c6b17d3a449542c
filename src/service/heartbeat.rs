//! Signs of life of the tasks that must run as long as the process: readiness and metrics show when one has stopped.

use std::sync::{Mutex, PoisonError};
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
pub struct Heartbeats([Mutex<Option<Instant>>; CoreTask::ALL.len()]);

impl Heartbeats {
    pub(super) fn beat(&self, task: CoreTask, now: Instant) {
        let heartbeats = CoreTask::ALL.into_iter().zip(&self.0);
        for (_, last) in heartbeats.filter(|(of, _)| *of == task) {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
    }

    pub(super) fn ages(&self, now: Instant) -> Vec<(CoreTask, Duration)> {
        let last = |of: &Mutex<Option<Instant>>| *of.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes no age.
        let age = |last: Instant| {
            Duration::from_micros(u64::try_from(now.as_micros().saturating_sub(last.as_micros())).unwrap_or(0))
        };
        CoreTask::ALL.into_iter().zip(&self.0).filter_map(|(task, of)| Some((task, age(last(of)?)))).collect()
    }
}
