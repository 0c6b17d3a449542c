//! Whether the mail server takes mails at all. One that refuses several different receivers one after another refuses Kaiku,
//! whatever code it gives: then every mail waits, and somebody is told.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::Address;

use crate::base::Instant;

/// So many different receivers that are refused one after another are no accident.
const DIFFERENT: usize = 3;
/// How long mails wait before the mail server is tried again.
const WAIT: Duration = Duration::from_secs(600);

/// What the mail server has done lately, as this process saw it.
#[derive(Default)]
pub(super) struct Relay(Mutex<Lately>);

#[derive(Default)]
struct Lately {
    /// Whom it has refused since it last took a mail; never more than are needed.
    refused: HashSet<Address>,
    /// Every mail waits until then.
    wait_until: Option<Instant>,
}

impl Relay {
    /// Until when mails wait, if they do.
    pub(super) fn waits_until(&self, now: Instant) -> Option<Instant> {
        self.lately().wait_until.filter(|until| now.as_micros() < until.as_micros())
    }

    /// It took a mail.
    pub(super) fn took(&self) {
        let mut lately = self.lately();
        if lately.wait_until.is_some() {
            tracing::info!("the mail server takes mails again");
        }
        *lately = Lately::default();
        metrics::gauge!("kaiku_mails_held_back").set(0.0);
    }

    /// It refused a receiver, or a mail to this receiver. Until when mails wait, if they do now.
    pub(super) fn refused(&self, to: &Address, code: &str, now: Instant) -> Option<Instant> {
        if !to.to_string().is_ascii() {
            // Servers that take no such addresses take all others.
            return None;
        }
        let mut lately = self.lately();
        if lately.refused.len() < DIFFERENT {
            lately.refused.insert(to.clone());
        }
        if lately.refused.len() < DIFFERENT {
            return None;
        }
        let until = now.plus(WAIT);
        lately.wait_until = Some(until);
        tracing::error!(
            code,
            minutes = WAIT.as_secs() / 60,
            "THE MAIL SERVER REFUSES MAIL TO EVERYBODY, and all mails wait: look at [mail] and at the mail server's log"
        );
        metrics::gauge!("kaiku_mails_held_back").set(1.0);
        Some(until)
    }

    fn lately(&self) -> std::sync::MutexGuard<'_, Lately> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_wait_after_several_different_receivers_and_go_on_when_one_is_taken() {
        let relay = Relay::default();
        let now = Instant::from_micros(1_000_000).unwrap();
        let refuse = |name: &str| relay.refused(&Address::new(name, "example.fi").unwrap(), "550", now);
        for name in ["a", "a", "b", "a", "b"] {
            assert_eq!(refuse(name), None, "two people");
        }
        assert_eq!(refuse("c"), Some(now.plus(WAIT)));
        assert_eq!((relay.waits_until(now), relay.waits_until(now.plus(WAIT))), (Some(now.plus(WAIT)), None));
        assert_eq!(refuse("a"), Some(now.plus(WAIT)), "tried again");
        relay.took();
        assert_eq!(relay.waits_until(now), None);
        assert_eq!(refuse("c"), None);
    }
}
