//! The real program as its own process: tests start it, kill it, ask it to stop, and read its output.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::ToSpan;
use kaiku::base::chance::{SystemEntropy, random_id};
use kaiku::base::clock::SystemClock;
use kaiku::base::{Clock, Entropy};
use reqwest::StatusCode;
use serde_json::Value;
use sqlx::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{COUNTY, Kind, new_database};

/// How long a start, a stop or a condition may take before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The program's path.
const KAIKU: &str = env!("CARGO_BIN_EXE_kaiku");
/// The log message when the server listens.
const LISTENING: &str = "Kaiku is listening";

/// An installation: a folder with a keyring, a database, and the environment in which the program is started.
pub struct Installation {
    pub kind: Kind,
    pub folder: TempDir,
    pub database_url: String,
    pub environment: BTreeMap<String, String>,
}

impl Installation {
    /// An installation with an empty database and without a keyring.
    pub async fn empty(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database_url = new_database(kind, folder.path()).await;
        let keyring = folder.path().join("keyring.toml").display().to_string();
        let environment = [
            ("KAIKU_DATABASE__URL", database_url.as_str()),
            ("KAIKU_DATABASE__PG_CONNECTIONS", "5"),
            // Few, so that receipts are made runs while programs are killed.
            ("KAIKU_DATABASE__RECEIPTS_IN_RUN", "40"),
            ("KAIKU_KEYS__FILE", keyring.as_str()),
            ("KAIKU_SERVER__BIND", "127.0.0.1:0"),
            ("KAIKU_SERVER__HEALTH_BIND", "127.0.0.1:0"),
            ("KAIKU_SERVER__WORKERS", "1"),
            ("KAIKU_SERVER__SHUTDOWN_TIMEOUT_SECONDS", "10"),
            ("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "1000000"),
            ("KAIKU_RATES__PUBLIC_BURST", "1000000"),
            ("KAIKU_RATES__PAGE_VIEWS_PER_CLIENT_PER_MINUTE", "1000000"),
            ("KAIKU_RATES__PUBLIC_PER_UNIT_PER_MINUTE", "1000000"),
            ("KAIKU_RATES__RECEIPT_LOOKUPS_PER_CLIENT_PER_MINUTE", "1000000"),
            ("KAIKU_RATES__TOKEN_CALLS_PER_MINUTE", "1000000"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { kind, folder, database_url, environment }
    }

    /// An installation with the tests' county.
    pub async fn with_county(kind: Kind) -> Self {
        let installation = Self::empty(kind).await;
        let county = installation.folder.path().join("county.toml");
        std::fs::write(&county, COUNTY).expect("a file");
        installation.run_well(&["import", &county.display().to_string()]);
        installation
    }

    /// Sets a variable of the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// A command with this environment and no other.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.folder.path()).envs(&self.environment).stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs a command that ends by itself, and waits for it within [`PATIENCE`].
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut child = self
            .command(KAIKU)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let (stdout, stderr) = (child.stdout.take().expect("stdout"), child.stderr.take().expect("stderr"));
        let out = std::thread::spawn(move || read_all(stdout));
        let err = std::thread::spawn(move || read_all(stderr));
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = child.try_wait().expect("a process") {
                break status;
            }
            if Instant::now() > deadline {
                child.kill().expect("a process");
                child.wait().expect("a process");
                panic!("kaiku {arguments:?} did not end: {}", String::from_utf8_lossy(&err.join().expect("a thread")));
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        Output { status, stdout: out.join().expect("a thread"), stderr: err.join().expect("a thread") }
    }

    /// Runs a command that must succeed; returns its output.
    pub fn run_well(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kaiku {arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs a command that must fail; returns what it wrote to standard error.
    pub fn run_badly(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "kaiku {arguments:?} succeeded: {said}");
        said
    }

    /// A token of a principal, made by the command line.
    pub fn token(&self, principal: &str, scopes: &str) -> String {
        let expires = kaiku::calendar::local_date(SystemClock.now()).saturating_add(1.year()).to_string();
        let name = "of the test";
        let arguments = ["--principal", principal, "--name", name, "--scopes", scopes, "--expires", &expires];
        self.run_well(&[&["token", "add"], arguments.as_slice()].concat()).trim().to_owned()
    }

    /// Starts `kaiku serve` and waits until it is ready.
    pub async fn serve(&self) -> Program {
        let program = self.start(self.command(KAIKU).arg("serve"));
        program.ready().await
    }

    /// Like [`Installation::serve`], under a shell that ignores SIGXFSZ, the signal for a file that grows too large.
    pub async fn serve_without_size_signal(&self) -> Program {
        let mut command = self.command("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" serve", KAIKU]);
        self.start(&mut command).ready().await
    }

    /// Starts `kaiku serve` without waiting.
    pub fn begin(&self) -> Program {
        self.start(self.command(KAIKU).arg("serve"))
    }

    /// Starts `kaiku serve` under a reader of its log that leaves when it listens; the process, and where it listens.
    pub fn serve_unread(&self) -> (Child, String) {
        let mut command = self.command(KAIKU);
        let mut child = command.arg("serve").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines();
        let line = lines.by_ref().map_while(Result::ok).find(|line| line.contains(LISTENING)).expect("it listens");
        let (_, address) = line.split_once("address=").expect("an address in a line of text");
        (child, address.split_whitespace().next().expect("an address").to_owned())
    }

    fn start(&self, command: &mut Command) -> Program {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        let log = Arc::new(Mutex::new(Vec::new()));
        for stream in [
            Box::new(child.stdout.take().expect("stdout")) as Box<dyn Read + Send>,
            Box::new(child.stderr.take().expect("stderr")),
        ] {
            let log = Arc::clone(&log);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    log.lock().expect("the log").push(line);
                }
            });
        }
        Program { child, base: String::new(), health: String::new(), log, client: crate::support::http() }
    }

    /// The single number that a query returns.
    pub async fn number(&self, sql: &'static str) -> i64 {
        number(&self.database_url, sql).await
    }
}

fn read_all(mut stream: impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("output");
    all
}

/// The single number that a query returns.
pub async fn number(url: &str, sql: &'static str) -> i64 {
    rows::<(i64,)>(url, sql).await.first().expect("a row").0
}

/// Changes a database by a connection of its own.
pub async fn execute(url: &str, sql: &'static str) {
    if url.starts_with("sqlite:") {
        let mut db = sqlx::SqliteConnection::connect(url).await.expect("the database");
        sqlx::raw_sql(sql).execute(&mut db).await.expect("a change");
        db.close().await.expect("a clean end");
    } else {
        let mut db = sqlx::PgConnection::connect(url).await.expect("the database");
        sqlx::raw_sql(sql).execute(&mut db).await.expect("a change");
        db.close().await.expect("a clean end");
    }
}

/// All rows that a database answers, read by a connection of its own.
pub async fn rows<T>(url: &str, sql: &'static str) -> Vec<T>
where
    T: Send + Unpin,
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    if url.starts_with("sqlite:") {
        let mut db = sqlx::SqliteConnection::connect(url).await.expect("the database");
        let rows = sqlx::query_as(sql).fetch_all(&mut db).await.expect("rows");
        db.close().await.expect("a clean end");
        rows
    } else {
        let mut db = sqlx::PgConnection::connect(url).await.expect("the database");
        let rows = sqlx::query_as(sql).fetch_all(&mut db).await.expect("rows");
        db.close().await.expect("a clean end");
        rows
    }
}

/// A running `kaiku serve`; it is killed when dropped.
pub struct Program {
    child: Child,
    pub base: String,
    /// Where readiness and metrics are answered.
    health: String,
    log: Arc<Mutex<Vec<String>>>,
    client: reqwest::Client,
}

impl Program {
    /// Waits until it listens and `/readyz` answers 200.
    pub async fn ready(mut self) -> Self {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a process") {
                panic!("the program ended with {status}:\n{}", self.log());
            }
            assert!(Instant::now() < deadline, "the program is not ready:\n{}", self.log());
            if self.base.is_empty() {
                let [base, health] = ["address", "health"]
                    .map(|of| self.address(of).map(|address| format!("http://{address}")).unwrap_or_default());
                (self.base, self.health) = (base, health);
            } else if self.status("/readyz").await == Some(StatusCode::OK) {
                return self;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Where it listens, as its log says.
    fn address(&self, of: &str) -> Option<String> {
        let log = self.log.lock().expect("the log");
        let line = log.iter().find(|line| line.contains(LISTENING))?;
        let line: Value = serde_json::from_str(line).expect("a log line in JSON");
        Some(line[of].as_str().expect("an address").to_owned())
    }

    /// The address of a page, call or figure.
    fn url(&self, path: &str) -> String {
        let base = if ["/readyz", "/metrics"].contains(&path) { &self.health } else { &self.base };
        format!("{base}{path}")
    }

    /// The status of a GET, if there is a response.
    pub async fn status(&self, path: &str) -> Option<StatusCode> {
        self.client.get(self.url(path)).send().await.ok().map(|answer| answer.status())
    }

    /// The text of a GET.
    pub async fn text(&self, path: &str) -> String {
        let answer = self.client.get(self.url(path)).send().await.expect("an answer");
        answer.text().await.expect("a body")
    }

    /// What it has written to its log and its output so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("the log").join("\n")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once, as a crash of the machine would.
    pub fn kill(mut self) {
        self.child.kill().expect("a process");
        self.child.wait().expect("a process");
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().expect("kill");
        assert!(asked.success());
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a process").is_some()
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a process") {
                return status;
            }
            assert!(Instant::now() < deadline, "the program does not end:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Asks it to stop and waits for a clean end.
    pub async fn stop(mut self) {
        self.terminate();
        let status = self.ended().await;
        assert!(status.success(), "{status}:\n{}", self.log());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits within [`PATIENCE`] until `condition` holds.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A new idempotency key.
pub fn new_key() -> Uuid {
    random_id(&SystemEntropy).expect("chance")
}

/// A random number in `0..below`.
pub fn chance(below: u64) -> u64 {
    let mut bytes = [0; 8];
    SystemEntropy.fill(&mut bytes).expect("chance");
    u64::from_be_bytes(bytes) % below
}
