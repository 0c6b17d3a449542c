//! Mails: their words, their format and their transport. `jobs` decides who gets one and when.

mod file;
pub mod letters;
mod message;
mod smtp;

use lettre::Address;
use lettre::message::Mailbox;
use uuid::Uuid;

use crate::base::{Instant, redacted_debug};
use crate::config::{Mail, MailTransport};
use letters::Words;

/// A mail that is ready to be formatted and sent.
#[derive(Clone)]
pub struct Outgoing {
    /// Its id. With the domain of `mail.from` it makes the Message-ID, by which a mail sent twice is recognised.
    pub id: Uuid,
    pub to: Address,
    pub words: Words,
    pub written_at: Instant,
}

redacted_debug!(Outgoing { id, written_at });

/// The outcome of sending a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server accepted it.
    Taken,
    /// It was written to a file; nobody receives it.
    Written,
    /// The mail server refuses this receiver for good: its code, never its words, which may hold the address.
    Refused(String),
    /// The mail server refuses Kaiku or the mail, whoever is to receive it: its code.
    RefusesAll(String),
}

/// Why a mail could not be sent now; it is tried again. Never contains an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotNow(pub String);

/// Why mails cannot be sent at all with these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("[mail]: {0}")]
pub struct MailerFault(String);

/// Sends mails by the configured transport.
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

enum Way {
    File(file::Files),
    Smtp(Box<smtp::Relay>),
}

impl Mailer {
    /// Made from the configuration; opens no connection yet.
    ///
    /// # Errors
    /// [`MailerFault`] when the certificates of `mail.ca_file` cannot be read.
    pub fn new(config: &Mail) -> Result<Self, MailerFault> {
        let from = config.from.clone().ok_or_else(|| MailerFault("mail.from is missing".to_owned()))?;
        let way = match config.transport {
            MailTransport::File => Way::File(file::Files::new(config.directory.clone())),
            MailTransport::Smtp => Way::Smtp(Box::new(smtp::Relay::new(config)?)),
        };
        Ok(Self { from, way })
    }

    /// Sends a mail. If it is sent again, it has the same Message-ID.
    ///
    /// # Errors
    /// [`NotNow`] when the mail server cannot be reached, is too slow, or answers with a temporary error.
    pub async fn send(&self, mail: &Outgoing) -> Result<Delivery, NotNow> {
        let message =
            message::compose(&self.from, mail).map_err(|why| NotNow(format!("it cannot be written: {why}")))?;
        match &self.way {
            Way::File(files) => files.write(mail.id, &message).await,
            Way::Smtp(relay) => relay.send(&self.from.email, &mail.to, &message).await,
        }
    }
}
