//! The outgoing transports: the mail server, and the targets of webhooks. Only the worker has them. A request gets a
//! [`Service`](crate::service::Service) without them, so that it can only queue a mail or a message in its transaction.
//! `tests/suite/layers.rs` refuses every use of this layer by the layers of requests:
//!
//! ```
//! fn in_a_request(service: &kaiku::service::Service) { let _ = &service.config; }
//! ```
//!
//! ```compile_fail,E0609
//! fn in_a_request(service: &kaiku::service::Service) { let _ = &service.mailer; }
//! ```
//!
//! They cannot be taken from the worker either:
//!
//! ```
//! fn elsewhere(transports: kaiku::jobs::transports::Transports) { let _ = transports; }
//! ```
//!
//! ```compile_fail,E0616
//! fn elsewhere(transports: kaiku::jobs::transports::Transports) { let _ = transports.mailer; }
//! ```

use std::sync::Arc;

use super::messenger::Messenger;
use super::relay::Relay;
use crate::config::Config;
use crate::mail::{Mailer, MailerFault};
use crate::service::Service;

/// The outgoing transports.
pub struct Transports {
    pub(super) mailer: Mailer,
    pub(super) relay: Relay,
    pub(super) messenger: Messenger,
}

impl Transports {
    /// Made from the configuration; opens no connection yet.
    ///
    /// # Errors
    /// [`MailerFault`] when the certificates of `mail.ca_file` cannot be read.
    pub fn new(config: &Config) -> Result<Self, MailerFault> {
        Ok(Self {
            mailer: Mailer::new(&config.mail)?,
            relay: Relay::default(),
            messenger: Messenger::new(&config.webhooks),
        })
    }
}

/// The worker: the service together with the outgoing transports.
pub struct JobWorker {
    /// What every use case is given.
    pub service: Arc<Service>,
    pub(super) transports: Transports,
}

impl JobWorker {
    /// A worker of this service.
    ///
    /// # Errors
    /// See [`Transports::new`].
    pub fn new(service: Arc<Service>) -> Result<Self, MailerFault> {
        let transports = Transports::new(&service.config)?;
        Ok(Self { service, transports })
    }
}
