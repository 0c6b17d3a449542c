//! `[mail]`: how mails are sent.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;

use super::reader::{Reader, not_blank};
use super::secret::Secret;

#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// Whether they are sent, or written to files.
    pub transport: MailTransport,
    /// Where files are written.
    pub directory: PathBuf,
    /// The mail server.
    pub host: String,
    pub port: u16,
    /// How the connection to it is kept private.
    pub tls: MailTls,
    /// The user name at the mail server; empty: Kaiku does not sign in.
    pub username: String,
    pub password: Secret,
    /// Certificates that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// The sender.
    pub from: Option<Mailbox>,
    /// How long the sending of one mail may take.
    pub timeout: Duration,
    /// Most connections to the mail server.
    pub connections: usize,
}

/// Whether mails are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTransport {
    /// Written to files: nobody gets them.
    File,
    /// Sent by SMTP.
    Smtp,
}

/// How the connection to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// It begins unencrypted and must change to TLS before anything else is sent (port 587).
    StartTls,
    /// It is TLS from the first byte (port 465).
    Tls,
    /// It is not encrypted: for a mail server on the same machine.
    None,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let host = reader.text("host", host);
        let host_is_sound = host.is_some();
        let mail = Self {
            transport: reader
                .choice("transport", &[("file", MailTransport::File), ("smtp", MailTransport::Smtp)])
                .unwrap_or(MailTransport::File),
            directory: reader.text("directory", not_blank).map(PathBuf::from).unwrap_or_default(),
            host: host.unwrap_or_default(),
            port: reader.integer("port", 1..=65_535),
            tls: reader
                .choice("tls", &[("starttls", MailTls::StartTls), ("tls", MailTls::Tls), ("none", MailTls::None)])
                .unwrap_or(MailTls::StartTls),
            username: reader.text("username", |text| Ok(text.to_owned())).unwrap_or_default(),
            password: reader.secret("password", |_| Ok(())),
            ca_file: reader.optional_path("ca_file"),
            from: reader.text("from", from),
            timeout: reader.seconds("timeout_seconds", 1..=300),
            connections: reader.integer("connections", 1..=20),
        };
        if host_is_sound {
            mail.check(reader);
        }
        mail
    }

    /// Checks what depends on more than one key.
    fn check(&self, reader: &mut Reader<'_>) {
        if self.username.is_empty() != self.password.is_empty() {
            reader.fault("password", "mail.username and mail.password go together; set both or neither");
        }
        if self.transport == MailTransport::File {
            return;
        }
        if self.host.is_empty() {
            reader.fault("host", "mail.host is empty; write the name of the mail server");
        }
        if self.tls == MailTls::None && !self.is_on_this_machine() {
            reader.fault(
                "tls",
                "mail.tls is \"none\", and mail.host is another machine; write \"starttls\" or \"tls\", so that nobody on \
                 the way reads the mails and the password",
            );
        }
        let known = self.from.as_ref().is_none_or(|from| from.email.domain().contains('.'));
        if !known && !self.is_on_this_machine() {
            reader.fault(
                "from",
                "mail.from has no domain that others know; write an address at which the mail server lets Kaiku write, \
                 such as \"Kaiku <kaiku@example.fi>\"",
            );
        }
    }

    /// Whether the mail server is this machine.
    fn is_on_this_machine(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// A host's name or address, or nothing.
fn host(text: &str) -> Result<String, String> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c)) {
        Ok(text.to_owned())
    } else {
        Err("write the mail server's name or address alone, such as \"smtp.example.fi\"; its port is mail.port"
            .to_owned())
    }
}

/// The sender: a name and an address.
fn from(text: &str) -> Result<Mailbox, String> {
    let wanted = || "write a name and an address, such as \"Kaiku <kaiku@example.fi>\"".to_owned();
    let from: Mailbox = text.parse().map_err(|_| wanted())?;
    let plain = from.name.as_ref().is_none_or(|name| !name.chars().any(char::is_control));
    if plain && from.email.to_string().is_ascii() { Ok(from) } else { Err(wanted()) }
}
