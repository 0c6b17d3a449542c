//! What the tests share: the real application on either database, at any date, called over HTTP.
//!
//! `tests/with-postgres`, which `tests/run` uses, provides PostgreSQL; a test that does not find it fails.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::backtrace::Backtrace;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use kaiku::administration::ChangedBy;
use kaiku::administration::import::import;
use kaiku::administration::import_file::Import;
use kaiku::administration::keys::Opening;
use kaiku::administration::tokens::{NewToken, make_token};
use kaiku::app::{self, Parts, Running};
use kaiku::base::Entropy;
use kaiku::base::chance::{EntropyError, SystemEntropy};
use kaiku::base::clock::FixedClock;
use kaiku::config::Config;
use kaiku::jobs::transports::JobWorker;
use kaiku::organisation::Scope;
use kaiku::service::Service;
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::{Method, Response};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::rows;

/// Friday 2026-11-20, 10:00 in Helsinki.
pub const FRIDAY: &str = "2026-11-20T08:00:00Z";

/// The county of the tests.
pub const COUNTY: &str = include_str!("county.toml");

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file in a temporary folder.
    Sqlite,
    /// A separate database in the tests' cluster.
    Postgres,
}

/// Runs `test` on SQLite, then on PostgreSQL.
pub async fn on_both<F, Fut>(test: F)
where
    F: Fn(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        test(TestApp::start(kind).await).await;
    }
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The URL of a new, empty database.
pub async fn new_database(kind: Kind, folder: &Path) -> String {
    match kind {
        Kind::Sqlite => format!("sqlite:{}", folder.join("kaiku.db").display()),
        Kind::Postgres => {
            let cluster = std::env::var("KAIKU_TEST_POSTGRES")
                .expect("PostgreSQL is missing: run the tests with tests/run, or tests/with-postgres cargo test");
            let name = format!("t{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
            let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&cluster).await.expect("the cluster");
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
                .execute(&mut admin)
                .await
                .expect("a database");
            let (base, _) = cluster.rsplit_once('/').expect("an address with a database");
            format!("{base}/{name}")
        }
    }
}

/// A running application with a county, a fixed clock, and tokens by principal.
pub struct TestApp {
    pub kind: Kind,
    pub service: Arc<Service>,
    /// Runs jobs for a test, beside the worker that the application itself has unless `jobs.run` is false.
    pub worker: Arc<JobWorker>,
    pub clock: Arc<FixedClock>,
    pub base: String,
    /// Where readiness and metrics are answered.
    pub health: String,
    pub address: SocketAddr,
    pub database_url: String,
    pub folder: TempDir,
    pub client: reqwest::Client,
    pub tokens: BTreeMap<String, String>,
    running: Option<Running>,
}

impl TestApp {
    /// Starts with the tests' county on Friday 2026-11-20.
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, &[]).await
    }

    /// Starts with some settings, as if set by environment variables.
    pub async fn start_with(kind: Kind, settings: &[(&str, &str)]) -> Self {
        Self::start_at(kind, settings, Arc::new(FixedClock::new(FRIDAY.parse().expect("an instant")))).await
    }

    /// Starts with a clock made by the test.
    pub async fn start_at(kind: Kind, settings: &[(&str, &str)], clock: Arc<FixedClock>) -> Self {
        Self::start_on(kind, settings, clock, Arc::new(SystemEntropy)).await
    }

    /// Starts with clock and chance of the test's own.
    pub async fn start_on(
        kind: Kind,
        settings: &[(&str, &str)],
        clock: Arc<FixedClock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database_url = new_database(kind, folder.path()).await;
        let mails = folder.path().join("mail").display().to_string();
        let mut env: BTreeMap<String, String> = BTreeMap::from([
            ("KAIKU_MAIL__DIRECTORY".to_owned(), mails),
            ("KAIKU_KEYS__FILE".to_owned(), folder.path().join("keyring.toml").display().to_string()),
            ("KAIKU_DATABASE__URL".to_owned(), database_url.clone()),
            ("KAIKU_DATABASE__PG_CONNECTIONS".to_owned(), "5".to_owned()),
            // Few, so that tests find receipts in memory and in runs.
            ("KAIKU_DATABASE__RECEIPTS_IN_RUN".to_owned(), "3".to_owned()),
            ("KAIKU_SERVER__BIND".to_owned(), "127.0.0.1:0".to_owned()),
            ("KAIKU_SERVER__HEALTH_BIND".to_owned(), "127.0.0.1:0".to_owned()),
            ("KAIKU_SERVER__WORKERS".to_owned(), "1".to_owned()),
            ("KAIKU_SERVER__SHUTDOWN_TIMEOUT_SECONDS".to_owned(), "1".to_owned()),
            // Tests about rate limits set their own.
            ("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE".to_owned(), "1000000".to_owned()),
            ("KAIKU_RATES__PUBLIC_BURST".to_owned(), "1000000".to_owned()),
            ("KAIKU_RATES__PAGE_VIEWS_PER_CLIENT_PER_MINUTE".to_owned(), "1000000".to_owned()),
            ("KAIKU_RATES__RECEIPT_LOOKUPS_PER_CLIENT_PER_MINUTE".to_owned(), "1000000".to_owned()),
            ("KAIKU_RATES__RECEIPT_FAILURES_PER_CLIENT_PER_MINUTE".to_owned(), "1000000".to_owned()),
            ("KAIKU_RATES__TOKEN_CALLS_PER_MINUTE".to_owned(), "1000000".to_owned()),
        ]);
        env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let config = Config::load(None, env.into_iter()).expect("a sound configuration");
        let parts = Parts { clock: clock.clone(), entropy, keyring: Opening::New };
        let service = app::build(config, parts).await.expect("the service");
        let county = Import::from_toml(COUNTY, &service.catalogue).expect("a sound county");
        import(&service, &county).await.expect("the county");
        let mut tokens = BTreeMap::new();
        let snapshot = service.snapshot();
        for principal in snapshot.tree.principals.values() {
            tokens.insert(principal.slug.clone(), token_of(&service, &principal.slug, &Scope::ALL).await);
        }
        let recorder = PrometheusBuilder::new().build_recorder().handle();
        let running = app::start(service.clone(), recorder).expect("a running server");
        let worker = Arc::new(JobWorker::new(service.clone()).expect("a worker"));
        let address = running.address;
        Self {
            kind,
            service,
            worker,
            clock,
            base: format!("http://{address}"),
            health: format!("http://{}", running.health_address),
            address,
            database_url,
            folder,
            client: http(),
            tokens,
            running: Some(running),
        }
    }

    /// Moves the clock to an instant (RFC 3339).
    pub fn at(&self, instant: &str) {
        self.clock.set(instant.parse::<Timestamp>().expect("an instant"));
    }

    /// A call; `who` is the short name of a principal, or none.
    pub async fn call(&self, method: Method, path: &str, who: Option<&str>, body: Option<&Value>) -> Answer {
        self.call_with(method, path, who, body, &[]).await
    }

    /// A call with headers.
    pub async fn call_with(
        &self,
        method: Method,
        path: &str,
        who: Option<&str>,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(who) = who {
            let token = self.tokens.get(who).unwrap_or_else(|| panic!("no token of {who}"));
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// GET with a token.
    pub async fn get(&self, path: &str, who: &str) -> Answer {
        self.call(Method::GET, path, Some(who), None).await
    }

    /// GET from the listener for readiness and metrics.
    pub async fn get_health(&self, path: &str) -> Answer {
        Answer::of(self.client.get(format!("{}{path}", self.health)).send().await.expect("an answer")).await
    }

    /// POST with a token.
    pub async fn post(&self, path: &str, who: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(who), Some(body)).await
    }

    /// POST without a token.
    pub async fn post_public(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, None, Some(body)).await
    }

    /// Confirms everything that waits for a second person where `who` may.
    pub async fn confirm_all(&self, who: &str) {
        let waiting = self.get("/api/v1/confirmations", who).await.expect(200).body;
        for one in waiting["items"].as_array().expect("a list") {
            let path = format!("/api/v1/confirmations/{}", one["id"].as_str().expect("an id"));
            self.call(Method::POST, &path, Some(who), None).await.expect(204);
        }
    }

    /// Takes a step of a case at its present version.
    pub async fn step(&self, id: &str, step: &str, who: &str, body: Option<&Value>) -> Answer {
        let version = self.get(&format!("/api/v1/cases/{id}"), who).await;
        let etag = version.headers.get("etag").cloned().unwrap_or_else(|| "\"1\"".to_owned());
        let path = format!("/api/v1/cases/{id}/{step}");
        self.call_with(Method::POST, &path, Some(who), body, &[("If-Match", &etag)]).await
    }

    /// The story that a receipt code opens.
    pub async fn story(&self, code: &str) -> Answer {
        self.post_public("/api/v1/receipts/lookup", &serde_json::json!({"code": code})).await
    }

    /// Lets time pass for every lease until it is over. They run by the clock of the database.
    pub async fn end_leases(&self) {
        let jobs = "UPDATE jobs SET lease_until = 0 WHERE lease_until IS NOT NULL RETURNING lease_until";
        rows::<(i64,)>(&self.database_url, jobs).await;
        rows::<(i64,)>(&self.database_url, "UPDATE leases SET until = 0 WHERE name <> 'retention' RETURNING until")
            .await;
    }

    /// Waits until it has stopped by itself; why.
    pub async fn ended(mut self) -> String {
        let running = self.running.take().expect("a running server");
        let ended = tokio::time::timeout(Duration::from_secs(30), running.finished()).await.expect("an end");
        ended.expect_err("a fault").to_string()
    }

    /// Stops gracefully and waits until everything is written.
    pub async fn stop(mut self) -> (String, TempDir) {
        if let Some(running) = self.running.take() {
            running.stopper().stop().await;
            running.finished().await.expect("a clean stop");
        }
        (self.database_url.clone(), std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a folder")))
    }
}

/// The system's chance, which panics when a function or a file that is named is asking: a fault of the program at that place.
#[derive(Debug, Default)]
pub struct Panics(Mutex<Option<&'static str>>);

/// What it says then: words that may be logged and stored nowhere.
pub const PANIC_WORDS: &str = "Ovi oli kiinni.";

impl Panics {
    /// The next time that what has `place` in its backtrace asks for bytes, it panics.
    pub fn once_in(&self, place: &'static str) {
        *self.0.lock().expect("not poisoned") = Some(place);
    }

    /// Whether it is still to happen.
    pub fn waits(&self) -> bool {
        self.0.lock().expect("not poisoned").is_some()
    }
}

impl Entropy for Panics {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let hit = {
            let mut armed = self.0.lock().expect("not poisoned");
            let hit = armed.is_some_and(|place| Backtrace::force_capture().to_string().contains(place));
            if hit {
                *armed = None;
            }
            hit
        };
        assert!(!hit, "{PANIC_WORDS}");
        SystemEntropy.fill(bytes)
    }
}

/// A client that speaks HTTP.
pub fn http() -> reqwest::Client {
    http_builder().build().expect("a client")
}

/// A builder for an HTTP client.
pub fn http_builder() -> reqwest::ClientBuilder {
    app::use_ring();
    reqwest::Client::builder()
}

/// A new token of a principal with these scopes, good until the end of 2027.
pub async fn token_of(service: &Service, principal: &str, scopes: &[Scope]) -> String {
    let new = NewToken {
        principal: principal.to_owned(),
        name: "test".to_owned(),
        scopes: scopes.to_vec(),
        expires_on: "2027-12-31".parse().expect("a day"),
    };
    make_token(service, ChangedBy::CommandLine, &new).await.expect("a token").secret.to_string()
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    pub text: String,
}

impl Answer {
    /// Reads a response.
    pub async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, body, text }
    }

    /// The response, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The response, which must be a problem with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.headers.get("content-type").map(String::as_str), Some("application/problem+json"));
        assert_eq!(self.body["type"], format!("/problems/{code}"), "{}", self.text);
        self
    }

    /// A string in the body, by JSON pointer.
    #[track_caller]
    pub fn text_at(&self, pointer: &str) -> String {
        match self.body.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            other => panic!("{pointer} is {other:?} in {}", self.text),
        }
    }
}
