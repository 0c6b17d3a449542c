//! The mail server of the tests: `tests/smtp_server.py`, a real server with TLS and authentication, in its own process.
//!
//! `tests/run` installs its Python with aiosmtpd; a test that does not find it fails.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use tempfile::TempDir;

/// How a server encrypts its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// From the STARTTLS command on.
    Upgraded,
    /// From the first byte.
    AtOnce,
}

impl Tls {
    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Upgraded => "starttls",
            Self::AtOnce => "tls",
        }
    }
}

/// The user name that Kaiku signs in with.
pub const USER: &str = "kaiku";
/// The password that Kaiku signs in with.
pub const PASSWORD: &str = "salaisuus ääkkösin";
/// The sender.
pub const FROM: &str = "Kaiku <kaiku@example.fi>";

/// A mail as the server received it, parsed with Python's mail parser.
#[derive(Debug, Clone, Deserialize)]
pub struct Received {
    pub tls: bool,
    pub user: Option<String>,
    pub from: String,
    pub to: Vec<String>,
    pub raw: String,
    pub headers: Vec<(String, String)>,
    pub kind: String,
    pub parts: std::collections::BTreeMap<String, String>,
    pub defects: Vec<String>,
}

impl Received {
    /// A header that occurs exactly once.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let found: Vec<&str> =
            self.headers.iter().filter(|(held, _)| held == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(found.len(), 1, "{name} in {:?}", self.headers);
        found[0]
    }

    /// The plain text part.
    pub fn text(&self) -> &str {
        &self.parts["text/plain"]
    }

    /// The HTML part.
    pub fn html(&self) -> &str {
        &self.parts["text/html"]
    }

    /// Everything of the mail that can be read.
    pub fn everything(&self) -> String {
        format!("{:?}\n{}\n{}\n{}", self.headers, self.text(), self.html(), self.raw)
    }
}

/// A running server; it is killed when dropped.
pub struct SmtpServer {
    child: Option<Child>,
    tls: Tls,
    signed_in: bool,
    pub port: u16,
    pub folder: TempDir,
}

impl SmtpServer {
    /// Starts a server; `signed_in` says whether it requires authentication.
    pub fn start(tls: Tls, signed_in: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        certify(folder.path());
        let mut server = Self { child: None, tls, signed_in, port: 0, folder };
        server.up();
        server
    }

    /// Answers every receiver like this, or as before.
    pub fn refuse_everybody(&self, reply: Option<&str>) {
        let file = self.folder.path().join("refuse-everybody");
        match reply {
            Some(reply) => std::fs::write(file, reply),
            None => std::fs::remove_file(file),
        }
        .expect("a file");
    }

    /// Starts it again where it was.
    pub fn up(&mut self) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(root.join("target/test-tools/bin/python"));
        command.arg(root.join("tests/smtp_server.py")).arg("--folder").arg(self.folder.path());
        command.args(["--tls", self.tls.word(), "--port", &self.port.to_string()]);
        if self.signed_in {
            command.args(["--user", USER, "--password", PASSWORD]);
        }
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the test tools are missing: run the tests with tests/run, or let it install them once");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
        self.port = line.trim().parse().expect("the mail server did not start: are the tools of tests/run complete?");
        self.child = Some(child);
    }

    /// Kills it, as a crash of the machine would.
    pub fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a process");
            child.wait().expect("a process");
        }
    }

    /// The settings with which Kaiku uses it.
    pub fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![
            ("TRANSPORT", "smtp".to_owned()),
            ("HOST", "localhost".to_owned()),
            ("PORT", self.port.to_string()),
            ("TLS", self.tls.word().to_owned()),
            ("FROM", FROM.to_owned()),
        ];
        if self.tls != Tls::None {
            settings.push(("CA_FILE", self.folder.path().join("cert.pem").display().to_string()));
        }
        if self.signed_in {
            settings.push(("USERNAME", USER.to_owned()));
            settings.push(("PASSWORD", PASSWORD.to_owned()));
        }
        settings.into_iter().map(|(key, value)| (format!("KAIKU_MAIL__{key}"), value)).collect()
    }

    /// The mails it has accepted, in order.
    pub fn mails(&self) -> Vec<Received> {
        let text = std::fs::read_to_string(self.folder.path().join("mails.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a mail")).collect()
    }

    /// How many connections it has had.
    pub fn connections(&self) -> usize {
        let text = std::fs::read_to_string(self.folder.path().join("connections.jsonl")).unwrap_or_default();
        text.lines().count()
    }

    /// Waits until it has accepted this many mails.
    pub async fn has_taken(&self, mails: usize) {
        for _ in 0..1_000 {
            if self.mails().len() >= mails {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited in vain for {mails} mails: {:?}", self.mails());
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A throwaway certificate of `localhost`.
fn certify(folder: &Path) {
    let config = "[req]\ndistinguished_name = name\nx509_extensions = leaf\nprompt = no\n[name]\nCN = localhost\n[leaf]\n\
                  basicConstraints = critical,CA:FALSE\nsubjectAltName = DNS:localhost,IP:127.0.0.1\n";
    std::fs::write(folder.join("openssl.cnf"), config).expect("a file");
    let made = Command::new("openssl")
        .current_dir(folder)
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-config", "openssl.cnf", "-keyout", "key.pem", "-out", "cert.pem"])
        .stderr(Stdio::null())
        .status()
        .expect("openssl is missing: tests/run installs it");
    assert!(made.success());
}
