//! Named rate limits: per client and per target for public calls, per principal for calls with a token.
//!
//! A unit that suddenly gets much feedback raises an alarm, but nothing is refused. A receipt code that is tried again
//! and again is refused.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::base::{Kind, Problem, ReceiptHash};
use crate::config::{self, Rates};

/// Old entries are dropped after this many checks, so that memory stays proportional to the clients of the last
/// minutes.
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

    /// Counts one call; returns how long to wait if there were too many.
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

/// What limits are kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client {
    /// The address; of IPv6 its /64, since a client has a whole one to choose addresses from.
    pub address: IpAddr,
    /// The /48 around an IPv6 address: many homes and firms are given one as a whole.
    pub network: Option<IpAddr>,
}

/// How many clients' calls the /48 around an IPv6 client may make together: a home has one or a few devices, and whoever
/// takes address after address out of a /48 must not become 65536 clients.
const CLIENTS_OF_A_NETWORK: NonZeroU32 = NonZeroU32::MIN.saturating_add(15);

/// A limit for a client, and a wider one for the network around it.
pub struct ClientLimit {
    one: Limit<IpAddr>,
    network: Limit<IpAddr>,
}

impl ClientLimit {
    fn new(name: &'static str, per_minute: NonZeroU32, burst: NonZeroU32) -> Self {
        let limit = |times: NonZeroU32| {
            let quota = Quota::per_minute(per_minute.saturating_mul(times));
            Limit::new(name, quota.allow_burst(burst.saturating_mul(times)))
        };
        Self { one: limit(NonZeroU32::MIN), network: limit(CLIENTS_OF_A_NETWORK) }
    }

    /// Counts one call; how long its client or its network has to wait if there were too many.
    fn wait(&self, client: &Client) -> Option<(Waiting, Duration)> {
        let one = self.one.wait(&client.address).map(|wait| (Waiting::Client(client.address), wait));
        one.or_else(|| {
            let network = client.network?;
            Some((Waiting::Network(network), self.network.wait(&network)?))
        })
    }

    /// Counts one call.
    ///
    /// # Errors
    /// [`Kind::RateLimited`] with the seconds to wait.
    pub fn check(&self, client: &Client) -> Result<(), Problem> {
        self.wait(client).map_or(Ok(()), |(_, wait)| Err(self.one.refused(wait)))
    }
}

/// Who has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Waiting {
    Client(IpAddr),
    Network(IpAddr),
}

/// Wrong tries of one client: after too many it waits, whatever it tries next.
pub struct Failures {
    limit: ClientLimit,
    waiting: Mutex<HashMap<Waiting, Instant>>,
}

impl Failures {
    /// Whether `client` may try now.
    ///
    /// # Errors
    /// [`Kind::RateLimited`] with the seconds to wait.
    pub fn may_try(&self, client: &Client) -> Result<(), Problem> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let until = [Some(Waiting::Client(client.address)), client.network.map(Waiting::Network)]
            .into_iter()
            .flatten()
            .filter_map(|who| waiting.get(&who).copied())
            .max();
        match until.and_then(|until| until.checked_duration_since(Instant::now())) {
            Some(wait) => Err(self.limit.one.refused(wait)),
            None => Ok(()),
        }
    }

    /// Counts a wrong try.
    ///
    /// # Errors
    /// [`Kind::RateLimited`] with the seconds to wait.
    pub fn note(&self, client: &Client) -> Result<(), Problem> {
        let Some((who, wait)) = self.limit.wait(client) else { return Ok(()) };
        let now = Instant::now();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, until| *until > now);
        waiting.insert(who, now + wait);
        Err(self.limit.one.refused(wait))
    }
}

/// Forms of one client in a minute that are read although they are sent too often, so that they can be shown again with what
/// was typed. More are refused unread.
const KEPT_FORMS_PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Every limit.
pub struct RateLimits {
    /// Public calls of one client.
    pub public_calls: ClientLimit,
    /// Forms of one client that are sent too often and kept all the same.
    pub kept_forms: ClientLimit,
    /// Pages that one client looks at.
    pub page_views: ClientLimit,
    /// Receipt lookups of one client.
    pub receipt_lookups: ClientLimit,
    /// Codes that one client got wrong.
    pub receipt_failures: Failures,
    /// Calls about a receipt by the hash of its code, from all clients together.
    pub one_receipt: Limit<ReceiptHash>,
    /// Feedback by unit; it only raises an alarm.
    pub one_unit: Limit<String>,
    /// Alarms by unit.
    alarms: Limit<String>,
    /// Calls with a token by principal.
    pub token_calls: Limit<Uuid>,
    /// Bytes that bodies of running requests may still take.
    body_bytes: Arc<Semaphore>,
    /// Whether a proxy that is not trusted has named a client.
    untrusted_forwarding: AtomicBool,
}

impl RateLimits {
    /// The limits of `rates`, and of the bytes of all bodies together.
    pub fn new(rates: &Rates, limits: &config::Limits) -> Self {
        let minute = |count: NonZeroU32| Quota::per_minute(count);
        let of_client = |name, count| ClientLimit::new(name, count, count);
        Self {
            public_calls: ClientLimit::new("public_calls", rates.public_per_client_per_minute, rates.public_burst),
            kept_forms: of_client("kept_forms", KEPT_FORMS_PER_MINUTE),
            page_views: of_client("page_views", rates.page_views_per_client_per_minute),
            receipt_lookups: of_client("receipt_lookups", rates.receipt_lookups_per_client_per_minute),
            receipt_failures: Failures {
                limit: of_client("receipt_failures", rates.receipt_failures_per_client_per_minute),
                waiting: Mutex::default(),
            },
            one_receipt: Limit::new("one_receipt", minute(rates.receipt_lookups_per_client_per_minute)),
            one_unit: Limit::new("one_unit", minute(rates.public_per_unit_per_minute)),
            alarms: Limit::new("alarms", minute(NonZeroU32::MIN)),
            token_calls: Limit::new("token_calls", minute(rates.token_calls_per_minute)),
            body_bytes: Arc::new(Semaphore::new(limits.body_bytes_in_flight)),
            untrusted_forwarding: AtomicBool::new(false),
        }
    }

    /// Takes `bytes` of a body in, until what is returned is dropped.
    ///
    /// # Errors
    /// [`Kind::Overloaded`] when the bodies of running requests hold too much already.
    pub fn take_bytes(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let taken =
            u32::try_from(bytes).ok().and_then(|bytes| Arc::clone(&self.body_bytes).try_acquire_many_owned(bytes).ok());
        taken.ok_or_else(|| {
            metrics::counter!("kaiku_rate_limited_total", "limit" => "body_bytes_in_flight").increment(1);
            Problem::new(Kind::Overloaded, "Too much is being sent at once. Send the same request again in a moment.")
                .retry_after(1)
        })
    }

    /// Notes that somebody who is no trusted proxy has named a client in `X-Forwarded-For`; the first time it is logged.
    pub fn note_untrusted_forwarding(&self) {
        if !self.untrusted_forwarding.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request with X-Forwarded-For came from an address that is not in server.trusted_proxies. If that is your \
                 proxy, name it there: until then everybody behind it counts as one client"
            );
        }
    }

    /// Whether that has happened.
    pub fn saw_untrusted_forwarding(&self) -> bool {
        self.untrusted_forwarding.load(Ordering::Relaxed)
    }

    /// Notes a feedback to a unit; raises the alarm if that is unusually much, and takes it in all the same.
    pub fn note_unit(&self, unit: &str) {
        let unit = unit.to_owned();
        if self.one_unit.wait(&unit).is_some() {
            metrics::counter!("kaiku_unit_surges_total").increment(1);
            // At most once a minute: a line for each feedback would show when it was given.
            if self.alarms.wait(&unit).is_none() {
                tracing::warn!(unit, "a unit gets unusually much feedback; nothing is refused");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{CLIENTS_OF_A_NETWORK, Client, RateLimits};
    use crate::base::Kind;
    use crate::config::Config;

    fn limits(env: &[(&str, &str)]) -> RateLimits {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::load(None, env).unwrap();
        RateLimits::new(&config.rates, &config.limits)
    }

    fn client(address: &str, network: Option<&str>) -> Client {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        Client { address: ip(address), network: network.map(ip) }
    }

    #[test]
    fn a_network_waits_when_its_clients_together_were_too_many() {
        let limits = limits(&[("KAIKU_RATES__RECEIPT_FAILURES_PER_CLIENT_PER_MINUTE", "1")]);
        let of_network = |n: u32| client(&format!("2001:db8:1:{n:x}::"), Some("2001:db8:1::"));
        let failures = &limits.receipt_failures;
        for n in 0..CLIENTS_OF_A_NETWORK.get() {
            assert!(failures.may_try(&of_network(n)).is_ok() && failures.note(&of_network(n)).is_ok(), "{n}");
        }
        let next = of_network(CLIENTS_OF_A_NETWORK.get());
        assert!(failures.may_try(&next).is_ok());
        assert_eq!(failures.note(&next).unwrap_err().kind, Kind::RateLimited);
        let another = of_network(CLIENTS_OF_A_NETWORK.get() + 1);
        assert_eq!(failures.may_try(&another).unwrap_err().kind, Kind::RateLimited);
        assert!(failures.may_try(&client("2001:db8:2::", Some("2001:db8:2::"))).is_ok());
        assert!(failures.may_try(&client("192.0.2.1", None)).is_ok());
    }

    #[test]
    fn bytes_are_taken_until_they_are_dropped() {
        let limits = limits(&[("KAIKU_LIMITS__BODY_BYTES_IN_FLIGHT", "1048576")]);
        let held = limits.take_bytes(1_000_000).unwrap();
        assert_eq!(limits.take_bytes(50_000).unwrap_err().kind, Kind::Overloaded);
        drop(held);
        assert!(limits.take_bytes(50_000).is_ok());
    }

    #[test]
    fn a_client_is_refused_with_a_time_and_another_is_not() {
        let env = [
            ("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "2"),
            ("KAIKU_RATES__PUBLIC_BURST", "2"),
            ("KAIKU_RATES__PUBLIC_PER_UNIT_PER_MINUTE", "1"),
        ];
        let limits = limits(&env);
        let (one, other) = (client("192.0.2.1", None), client("192.0.2.2", None));
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
