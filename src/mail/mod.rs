//! Mails: their words, their form, and the way they leave the house. Whom they go to and when is decided in `jobs`.

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

/// A mail that is ready to leave but for its form.
#[derive(Clone)]
pub struct Outgoing {
    /// Its id: with the domain of `mail.from` its Message-ID, so that a mail sent twice is known as one.
    pub id: Uuid,
    pub to: Address,
    pub words: Words,
    pub written_at: Instant,
}

redacted_debug!(Outgoing { id, written_at });

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server took it.
    Taken,
    /// It was written to a file: nobody gets it.
    Written,
    /// The mail server refuses this receiver for good: its code, never its words, which may hold the address.
    Refused(String),
    /// The mail server refuses Kaiku or the mail, whoever is to receive it: its code.
    RefusesAll(String),
}

/// Why a mail could not be sent now; it is tried again. Never an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotNow(pub String);

/// Why mails cannot be sent at all with these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("[mail]: {0}")]
pub struct MailerFault(String);

/// The way mails leave the house.
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

enum Way {
    File(file::Files),
    Smtp(Box<smtp::Relay>),
}

impl Mailer {
    /// Made from the settings; no connection is opened yet.
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

    /// Sends a mail. Sent again it has the same Message-ID.
    ///
    /// # Errors
    /// [`NotNow`] when the mail server cannot be reached, is too slow, or asks to come back later.
    pub async fn send(&self, mail: &Outgoing) -> Result<Delivery, NotNow> {
        let message =
            message::compose(&self.from, mail).map_err(|why| NotNow(format!("it cannot be written: {why}")))?;
        match &self.way {
            Way::File(files) => files.write(mail.id, &message).await,
            Way::Smtp(relay) => relay.send(&self.from.email, &mail.to, &message).await,
        }
    }
}
