//! Mails by SMTP: connections are kept and used again, every wait has an end, and the step at which the server refused
//! decides what the refusal means.
//!
//! lettre's own transport does not say whether the server refused the receiver or Kaiku itself; only the first may
//! settle a mail, so the conversation is led here.

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

/// How long an unused connection is kept; servers end them after some minutes themselves.
const IDLE_MOST: Duration = Duration::from_secs(60);

/// Replies that are about Kaiku's own standing with the server (RFC 4954), at whatever step they come: signing in is
/// missing, too weak or wrong. No receiver is to blame for them.
const ABOUT_US: [u16; 4] = [530, 534, 535, 538];

/// The mail server and the connections to it.
pub(super) struct Relay {
    host: String,
    port: u16,
    tls: MailTls,
    /// None where the connection stays in the open.
    parameters: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    timeout: Duration,
    turns: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// How one mail ended.
enum Outcome {
    Taken,
    Refused(String),
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

    /// Sends one mail within the timeout, the waiting for a turn not counted.
    pub(super) async fn send(&self, from: &Address, to: &Address, message: &[u8]) -> Result<Delivery, NotNow> {
        let _turn = self.turns.acquire().await.map_err(|_| NotNow("the service stops".to_owned()))?;
        match tokio::time::timeout(self.timeout, self.converse(from, to, message)).await {
            Err(_) => Err(NotNow(format!("the mail server was not done within {} s", self.timeout.as_secs()))),
            Ok(Err(why)) => Err(why),
            Ok(Ok(Outcome::Taken)) => Ok(Delivery::Taken),
            Ok(Ok(Outcome::Refused(code))) => Ok(Delivery::Refused(code)),
        }
    }

    async fn converse(&self, from: &Address, to: &Address, message: &[u8]) -> Result<Outcome, NotNow> {
        let mut connection = self.connection().await?;
        let mut parameters = Vec::new();
        if !to.to_string().is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                self.keep(connection);
                return Ok(Outcome::Refused("the mail server takes no addresses beyond ASCII".to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        connection.command(MailFrom::new(Some(from.clone()), parameters)).await.map_err(|why| not_now("MAIL", &why))?;
        if let Err(why) = connection.command(Rcpt::new(to.clone(), Vec::new())).await {
            let code = refusal(&why).ok_or_else(|| not_now("RCPT", &why))?;
            if connection.command(Rset).await.is_ok() {
                self.keep(connection);
            }
            return Ok(Outcome::Refused(code));
        }
        connection.command(Data).await.map_err(|why| not_now("DATA", &why))?;
        match connection.message(message).await {
            Ok(_) => {
                self.keep(connection);
                Ok(Outcome::Taken)
            }
            Err(why) => {
                let code = refusal(&why).ok_or_else(|| not_now("the mail itself", &why))?;
                if connection.command(Rset).await.is_ok() {
                    self.keep(connection);
                }
                Ok(Outcome::Refused(code))
            }
        }
    }

    /// A connection that was kept and still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, NotNow> {
        while let Some((mut connection, since)) = self.kept() {
            if since.elapsed() < IDLE_MOST && connection.command(Noop).await.is_ok() {
                return Ok(connection);
            }
            // Best effort: the server may have gone.
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

    /// Keeps a connection for the next mail. There are never more than turns.
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

/// Begins a certificate in a PEM file.
const PEM_MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// The code of a refusal for good that is about the receiver or the mail.
fn refusal(why: &Error) -> Option<String> {
    let code = why.status().filter(|_| why.is_permanent())?;
    (!ABOUT_US.contains(&u16::from(code))).then(|| code.to_string())
}

/// A fault that may pass: the step and its code or kind, never the server's words, which may hold the address.
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
