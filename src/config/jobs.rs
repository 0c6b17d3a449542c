//! `[jobs]`: how background jobs are taken and retried.

use std::time::Duration;

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jobs {
    /// Whether this instance runs jobs, or leaves them to other instances on the same database.
    pub run: bool,
    /// How long an idle worker waits before it looks for jobs again.
    pub poll: Duration,
    /// How long a worker may hold a job before another may take it.
    pub lease: Duration,
    /// Tries before a job is parked.
    pub max_attempts: u16,
    /// The wait after the first attempt; it doubles after each further one.
    pub backoff_base: Duration,
    /// The hour, in Helsinki, at which the day's notices to staff are delivered.
    pub notice_hour: u8,
}

impl Jobs {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            run: reader.boolean("run"),
            poll: reader.milliseconds("poll_ms", 10..=60_000),
            lease: reader.seconds("lease_seconds", 10..=3600),
            max_attempts: reader.integer("max_attempts", 1..=100),
            backoff_base: reader.seconds("backoff_base_seconds", 1..=3600),
            notice_hour: reader.integer("notice_hour", 0..=23),
        }
    }
}
