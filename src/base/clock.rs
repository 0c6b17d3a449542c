//! The current time, as a parameter.
//!
//! Code asks a [`Clock`] instead of the operating system, so a test can run at any date and never waits.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// A point in time in whole microseconds since 1970-01-01 UTC, so that it is stored, compared and sorted alike on
/// every database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// The number of microseconds is outside the range of [`Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} microseconds since 1970 lie outside the calendar")]
pub struct OutsideCalendar(pub i64);

impl Instant {
    /// The instant `micros` microseconds after 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// When the number is outside the range of [`Timestamp`].
    pub fn from_micros(micros: i64) -> Result<Self, OutsideCalendar> {
        if (Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond()).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(OutsideCalendar(micros))
        }
    }

    /// The instant of a timestamp, truncated to microseconds.
    #[must_use]
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }

    /// Microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn as_micros(self) -> i64 {
        self.0
    }

    #[must_use]
    pub fn to_timestamp(self) -> Timestamp {
        // Every constructor keeps an instant within the range, so the fallback is never used.
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX)
    }

    /// The instant `span` later, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros_of(span)).min(Timestamp::MAX.as_microsecond()))
    }

    /// The instant `span` earlier, at least [`Timestamp::MIN`].
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros_of(span)).max(Timestamp::MIN.as_microsecond()))
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self::from_timestamp(timestamp)
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        instant.to_timestamp()
    }
}

/// Whole microseconds; the longest there are for a span that has more.
pub fn micros_of(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// The time as it is stored.
    fn instant(&self) -> Instant {
        Instant::from_timestamp(self.now())
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that does not move until it is set.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_microsecond()))
    }

    /// Sets the clock, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_microsecond(), Ordering::SeqCst);
    }

    /// Moves the clock forward.
    pub fn advance(&self, span: Duration) {
        self.set(self.instant().plus(span).to_timestamp());
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Instant(self.0.load(Ordering::SeqCst)).to_timestamp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_the_timestamp_cut_to_microseconds() {
        let timestamp: Timestamp = "2026-11-20T12:00:00.123456789Z".parse().unwrap();
        let instant = Instant::from(timestamp);
        assert_eq!(Timestamp::from(instant).to_string(), "2026-11-20T12:00:00.123456Z");
        assert_eq!(Instant::from_micros(instant.as_micros()), Ok(instant));
    }

    #[test]
    fn an_instant_stays_in_the_calendar() {
        assert_eq!(Instant::from_micros(i64::MAX), Err(OutsideCalendar(i64::MAX)));
        assert_eq!(Instant::from_micros(i64::MIN), Err(OutsideCalendar(i64::MIN)));
        let last = Instant::from(Timestamp::MAX);
        assert_eq!(last.plus(Duration::MAX), last);
        assert_eq!(Instant::from_micros(last.plus(Duration::MAX).as_micros()), Ok(last));
        let first = Instant::from(Timestamp::MIN);
        assert_eq!(first.minus(Duration::MAX), first);
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = FixedClock::new("2026-11-20T12:00:00Z".parse().unwrap());
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now().to_string(), "2026-11-20T12:01:30Z");
        clock.set("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(clock.instant().to_timestamp().to_string(), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn the_machines_clock_goes_forward() {
        let before = SystemClock.instant();
        assert!(SystemClock.instant() >= before);
    }
}
