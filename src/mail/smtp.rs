//! Mails by SMTP. Connections are kept and reused, and every wait has a timeout. What a refusal means depends on the
//! SMTP command that the server refused.
//!
//! lettre's own transport does not say whether the server refused the receiver or Kaiku itself; only the first may
//! settle a mail, so the conversation is led here. What is refused is told by the enhanced status code (RFC 3463), and
//! without one by the step and the code (RFC 5321, section 4.2.3).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Noop, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use tokio::sync::Semaphore;

use super::{Delivery, MailerFault, NotNow};
use crate::config::{Mail, MailTls};

/// How long an idle connection is kept; servers close them after some minutes themselves.
const IDLE_MOST: Duration = Duration::from_secs(60);

/// Replies to RCPT that are about the receiver where no enhanced code says otherwise: no such mailbox, moved away, full, not
/// a name, a domain that takes no mail (RFC 5321, RFC 7504). Anything else, such as 554, is about Kaiku, the mail, or the
/// server.
const ABOUT_RECEIVER: [u16; 5] = [550, 551, 552, 553, 556];

/// The mail server and the connections to it.
pub(super) struct Relay {
    host: String,
    port: u16,
    tls: MailTls,
    /// None for a connection without encryption.
    parameters: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    timeout: Duration,
    turns: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// How one SMTP dialogue ended.
enum Outcome {
    Taken,
    Refused(Refusal),
}

/// What a refusal for good is about, with its code.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Refusal {
    Receiver(String),
    /// Kaiku, the mail or the server: no receiver is to blame for it.
    All(String),
}

/// The step of the conversation at which the server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Sender,
    Receiver,
    Mail,
}

impl At {
    fn name(self) -> &'static str {
        match self {
            Self::Sender => "MAIL",
            Self::Receiver => "RCPT",
            Self::Mail => "the mail itself",
        }
    }
}

impl Relay {
    pub(super) fn new(config: &Mail) -> Result<Self, MailerFault> {
        let parameters = match config.tls {
            MailTls::None => None,
            MailTls::StartTls | MailTls::Tls => Some(parameters(config)?),
        };
        let credentials = (!config.username.is_empty())
            .then(|| Credentials::new(config.username.clone(), config.password.expose().to_owned()));
        Ok(Self {
            host: config.host.clone(),
            port: config.port,
            tls: config.tls,
            parameters,
            credentials,
            hello: ClientId::default(),
            timeout: config.timeout,
            turns: Semaphore::new(config.connections),
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Sends one mail within the timeout, not counting the wait for a free connection.
    pub(super) async fn send(&self, from: &Address, to: &Address, message: &[u8]) -> Result<Delivery, NotNow> {
        let _turn = self.turns.acquire().await.map_err(|_| NotNow("the service stops".to_owned()))?;
        match tokio::time::timeout(self.timeout, self.converse(from, to, message)).await {
            Err(_) => Err(NotNow(format!("the mail server was not done within {} s", self.timeout.as_secs()))),
            Ok(Err(why)) => Err(why),
            Ok(Ok(Outcome::Taken)) => Ok(Delivery::Taken),
            Ok(Ok(Outcome::Refused(Refusal::Receiver(code)))) => Ok(Delivery::Refused(code)),
            Ok(Ok(Outcome::Refused(Refusal::All(code)))) => Ok(Delivery::RefusesAll(code)),
        }
    }

    async fn converse(&self, from: &Address, to: &Address, message: &[u8]) -> Result<Outcome, NotNow> {
        let mut connection = self.connection().await?;
        let mut parameters = Vec::new();
        if !to.to_string().is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                self.keep(connection);
                let why = "the mail server takes no addresses beyond ASCII".to_owned();
                return Ok(Outcome::Refused(Refusal::Receiver(why)));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if let Err(why) = connection.command(MailFrom::new(Some(from.clone()), parameters)).await {
            return self.refused(connection, At::Sender, &why).await;
        }
        if let Err(why) = connection.command(Rcpt::new(to.clone(), Vec::new())).await {
            return self.refused(connection, At::Receiver, &why).await;
        }
        if let Err(why) = connection.command(Data).await {
            return self.refused(connection, At::Mail, &why).await;
        }
        match connection.message(message).await {
            Ok(_) => {
                self.keep(connection);
                Ok(Outcome::Taken)
            }
            Err(why) => self.refused(connection, At::Mail, &why).await,
        }
    }

    /// What a refusal means; the connection is kept if the server goes on.
    async fn refused(&self, mut connection: AsyncSmtpConnection, at: At, why: &Error) -> Result<Outcome, NotNow> {
        let refusal = refusal(why, at).ok_or_else(|| not_now(at.name(), why))?;
        if connection.command(Rset).await.is_ok() {
            self.keep(connection);
        }
        Ok(Outcome::Refused(refusal))
    }

    /// A connection that was kept and still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, NotNow> {
        while let Some((mut connection, since)) = self.kept() {
            if since.elapsed() < IDLE_MOST && connection.command(Noop).await.is_ok() {
                return Ok(connection);
            }
            // Best effort: the server may have closed it.
            let _ = connection.command(Quit).await;
        }
        let wrapped = if self.tls == MailTls::Tls { self.parameters.clone() } else { None };
        let server = (self.host.trim_start_matches('[').trim_end_matches(']'), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &self.hello, wrapped, None)
                .await
                .map_err(|why| not_now("connecting", &why))?;
        if let (MailTls::StartTls, Some(parameters)) = (self.tls, &self.parameters) {
            connection.starttls(parameters.clone(), &self.hello).await.map_err(|why| not_now("STARTTLS", &why))?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|why| not_now("signing in", &why))?;
        }
        Ok(connection)
    }

    fn kept(&self) -> Option<(AsyncSmtpConnection, Instant)> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps a connection for the next mail. There are never more than the semaphore has permits.
    fn keep(&self, connection: AsyncSmtpConnection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
    }
}

fn parameters(config: &Mail) -> Result<TlsParameters, MailerFault> {
    let mut parameters = TlsParameters::builder(config.host.trim_start_matches('[').trim_end_matches(']').to_owned());
    if let Some(file) = &config.ca_file {
        let fault = |why: &dyn std::fmt::Display| MailerFault(format!("mail.ca_file {}: {why}", file.display()));
        let pem = std::fs::read(file).map_err(|why| fault(&why))?;
        let certificate = Certificate::from_pem(&pem).map_err(|why| fault(&why))?;
        if !pem.windows(PEM_MARK.len()).any(|window| window == PEM_MARK) {
            return Err(fault(&"there is no certificate in it; write a PEM file"));
        }
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build().map_err(|why| MailerFault(why.to_string()))
}

/// Starts a certificate in a PEM file.
const PEM_MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// What a refusal for good is about; none for what may pass.
fn refusal(why: &Error, at: At) -> Option<Refusal> {
    let code = why.status().filter(|_| why.is_permanent())?;
    let words = std::error::Error::source(why).map(ToString::to_string).unwrap_or_default();
    Some(about(u16::from(code), enhanced(&words), at))
}

fn about(code: u16, enhanced: Option<(u16, u16)>, at: At) -> Refusal {
    let receiver = match enhanced {
        // 5.1.x is about addresses, and 5.1.7 and 5.1.8 about that of the sender; 5.2.x is about the receiver's mailbox.
        Some((1, detail)) => at != At::Sender && !matches!(detail, 7 | 8),
        Some((2, _)) => true,
        Some(_) => false,
        None => at == At::Receiver && ABOUT_RECEIVER.contains(&code),
    };
    match enhanced {
        _ if receiver => Refusal::Receiver(code.to_string()),
        Some((subject, detail)) => Refusal::All(format!("{code} 5.{subject}.{detail}")),
        None => Refusal::All(code.to_string()),
    }
}

/// Subject and detail of the enhanced status code with which the server's words begin.
fn enhanced(words: &str) -> Option<(u16, u16)> {
    let mut parts = words.split_whitespace().next()?.split('.');
    let (class, subject, detail) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (class == "5" && parts.next().is_none()).then_some((subject, detail))
}

/// A temporary fault: the command and its code or kind, never the server's words, which may contain the address.
fn not_now(step: &str, why: &Error) -> NotNow {
    let what = match why.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if why.is_tls() => "TLS failed".to_owned(),
        None if why.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if why.is_client() => "the mail server lacks what the settings ask for".to_owned(),
        None if why.is_response() => "the mail server's answer cannot be read".to_owned(),
        None => "the mail server cannot be reached, or left".to_owned(),
    };
    NotNow(format!("{what} ({step})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_of_the_receiver_is_about_the_receiver() {
        for (code, words, at) in [
            (550, "5.1.1 No such mailbox", At::Receiver),
            (550, "5.2.1 Disabled", At::Receiver),
            (554, "5.1.10 The domain takes no mail", At::Receiver),
            (552, "5.2.2 The mailbox is full", At::Mail),
            (550, "No such user here", At::Receiver),
            (553, "", At::Receiver),
        ] {
            assert!(matches!(about(code, enhanced(words), at), Refusal::Receiver(_)), "{code} {words}");
        }
        for (code, words, at) in [
            (550, "5.7.1 Relaying denied", At::Receiver),
            (550, "5.7.1 Relaying denied", At::Sender),
            (554, "Transaction failed", At::Receiver),
            (554, "5.7.1 This looks like spam", At::Mail),
            (550, "Blocked by our policy", At::Mail),
            (550, "5.1.8 The domain of the sender does not exist", At::Receiver),
            (550, "5.1.0 Address refused", At::Sender),
            (530, "5.7.0 Authentication required", At::Receiver),
            (535, "", At::Sender),
            (503, "5.5.1 Bad sequence", At::Receiver),
        ] {
            assert!(matches!(about(code, enhanced(words), at), Refusal::All(_)), "{code} {words}");
        }
        assert_eq!(about(554, Some((7, 1)), At::Mail), Refusal::All("554 5.7.1".to_owned()));
        for words in ["", "4.7.1 later", "5.7", "5.7.1.2 odd", "5.x.1 odd", "No such user"] {
            assert_eq!(enhanced(words), None, "{words}");
        }
    }
}
