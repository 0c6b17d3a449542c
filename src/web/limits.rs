//! Rate limits with names: per client and per target on public calls, per token on the others.
//!
//! A unit that suddenly gets much feedback raises an alarm and is never silenced; a receipt code that is asked for again
//! and again is.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use crate::base::{Kind, Problem};
use crate::config::Rates;

/// Old entries are dropped once in so many checks, so that memory follows the clients of the last minutes.
const CHECKS_BETWEEN_CLEANINGS: u32 = 4_096;

/// One named limit.
pub struct Limit<K: Hash + Eq + Clone> {
    name: &'static str,
    buckets: DefaultKeyedRateLimiter<K>,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(name: &'static str, quota: Quota) -> Self {
        Self { name, buckets: RateLimiter::keyed(quota), checks: AtomicU32::new(0) }
    }

    /// Counts one call; how long to wait if there were too many.
    pub fn wait(&self, key: &K) -> Option<Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECKS_BETWEEN_CLEANINGS) {
            self.buckets.retain_recent();
            self.buckets.shrink_to_fit();
        }
        self.buckets.check_key(key).err().map(|refused| refused.wait_time_from(DefaultClock::default().now()))
    }

    /// Counts one call.
    ///
    /// # Errors
    /// [`Kind::RateLimited`] with the seconds to wait.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        self.wait(key).map_or(Ok(()), |wait| Err(self.refused(wait)))
    }

    fn refused(&self, wait: Duration) -> Problem {
        metrics::counter!("kaiku_rate_limited_total", "limit" => self.name).increment(1);
        let seconds = wait.as_secs().saturating_add(1);
        Problem::new(
            Kind::RateLimited,
            format!("Too many requests one after another. Wait {seconds} s, then send the same request again."),
        )
        .retry_after(seconds)
    }
}

/// Wrong tries of one client: after too many it waits, whatever it tries next.
pub struct Failures {
    limit: Limit<IpAddr>,
    waiting: Mutex<HashMap<IpAddr, Instant>>,
}

impl Failures {
    /// Whether `client` may try now.
    ///
    /// # Errors
    /// [`Kind::RateLimited`] with the seconds to wait.
    pub fn may_try(&self, client: &IpAddr) -> Result<(), Problem> {
        let until = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).get(client).copied();
        match until.and_then(|until| until.checked_duration_since(Instant::now())) {
            Some(wait) => Err(self.limit.refused(wait)),
            None => Ok(()),
        }
    }

    /// Counts a wrong try.
    ///
    /// # Errors
    /// [`Kind::RateLimited`] with the seconds to wait.
    pub fn note(&self, client: &IpAddr) -> Result<(), Problem> {
        let Some(wait) = self.limit.wait(client) else { return Ok(()) };
        let now = Instant::now();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, until| *until > now);
        waiting.insert(*client, now + wait);
        Err(self.limit.refused(wait))
    }
}

/// Every limit.
pub struct RateLimits {
    /// Public calls of one client.
    pub public_calls: Limit<IpAddr>,
    /// Receipt lookups of one client.
    pub receipt_lookups: Limit<IpAddr>,
    /// Codes that one client got wrong.
    pub receipt_failures: Failures,
    /// Calls about one receipt, by its feedback's id: from whatever client.
    pub one_receipt: Limit<Uuid>,
    /// Feedback to one unit; only an alarm.
    pub one_unit: Limit<String>,
    /// Alarms about one unit.
    alarms: Limit<String>,
    /// Calls of one token's principal.
    pub token_calls: Limit<Uuid>,
}

impl RateLimits {
    /// The limits of `rates`.
    pub fn new(rates: &Rates) -> Self {
        let minute = |count: NonZeroU32| Quota::per_minute(count);
        Self {
            public_calls: Limit::new(
                "public_calls",
                minute(rates.public_per_client_per_minute).allow_burst(rates.public_burst),
            ),
            receipt_lookups: Limit::new("receipt_lookups", minute(rates.receipt_lookups_per_client_per_minute)),
            receipt_failures: Failures {
                limit: Limit::new("receipt_failures", minute(rates.receipt_failures_per_client_per_minute)),
                waiting: Mutex::default(),
            },
            one_receipt: Limit::new("one_receipt", minute(rates.receipt_lookups_per_client_per_minute)),
            one_unit: Limit::new("one_unit", minute(rates.public_per_unit_per_minute)),
            alarms: Limit::new("alarms", minute(NonZeroU32::MIN)),
            token_calls: Limit::new("token_calls", minute(rates.token_calls_per_minute)),
        }
    }

    /// Notes a feedback to a unit; raises the alarm if that is unusually much, and takes it in all the same.
    pub fn note_unit(&self, unit: &str) {
        let unit = unit.to_owned();
        if self.one_unit.wait(&unit).is_some() {
            metrics::counter!("kaiku_unit_surges_total").increment(1);
            // Once a minute: a line for each feedback would say when each was given.
            if self.alarms.wait(&unit).is_none() {
                tracing::warn!(unit, "a unit gets unusually much feedback; nothing is refused");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RateLimits;
    use crate::base::Kind;
    use crate::config::Config;

    #[test]
    fn a_client_is_refused_with_a_time_and_another_is_not() {
        let env = [
            ("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "2"),
            ("KAIKU_RATES__PUBLIC_BURST", "2"),
            ("KAIKU_RATES__PUBLIC_PER_UNIT_PER_MINUTE", "1"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let limits = RateLimits::new(&Config::load(None, env.into_iter()).unwrap().rates);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!(limits.public_calls.check(&one).is_ok());
        assert!(limits.public_calls.check(&one).is_ok());
        let refused = limits.public_calls.check(&one).unwrap_err();
        assert_eq!(refused.kind, Kind::RateLimited);
        assert!(refused.retry_after_seconds.is_some_and(|seconds| (1..=31).contains(&seconds)));
        assert!(limits.public_calls.check(&other).is_ok());
        for _ in 0..5 {
            limits.note_unit("koivuranta");
        }
    }
}
