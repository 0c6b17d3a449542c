//! `[jobs]`: how the work that waits is taken and tried again.

use std::time::Duration;

use super::reader::Reader;

/// How the work that waits is taken and tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jobs {
    /// Whether this instance does the work that waits, or leaves it to others on the same database.
    pub run: bool,
    /// How long an idle worker waits before it looks for jobs again.
    pub poll: Duration,
    /// How long a worker may hold a job before another may take it.
    pub lease: Duration,
    /// Tries before a job is parked.
    pub max_attempts: u16,
    /// The wait after the first try; it doubles with each.
    pub backoff_base: Duration,
    /// The hour, in Helsinki, at which the day's notices to staff leave.
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
