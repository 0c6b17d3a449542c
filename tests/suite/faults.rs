//! How the service behaves when something around it fails: a locked, lost or full database, an ill-behaved or slow
//! client, a stop during work, a broken file. It answers 503 with `Retry-After`, stores all or nothing, and recovers.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kaiku::base::clock::FixedClock;
use kaiku::config::Config;
use kaiku::reporting::recount;
use kaiku::store::{Conn, Connected as _, Connections, Store, counters};
use reqwest::Method;
use serde_json::{Value, json};
use socket2::SockRef;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

use crate::program::{Installation, PATIENCE, Program, new_key, number, rows, until};
use crate::support::{Answer, FRIDAY, Kind, PANIC_WORDS, Panics, TestApp, http};

const FEEDBACK: &str = "/api/v1/feedback";
const STORED: &str = "SELECT COUNT(*) FROM feedback";
/// How long the tests let the service wait for a database that is locked or does not answer, in milliseconds.
const DATABASE_WAIT_MS: &str = "300";

fn survey(free: &str) -> Value {
    json!({
        "unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "q12": 4, "free": free},
    })
}

async fn submit(app: &TestApp, key: Uuid) -> Answer {
    let key = key.to_string();
    app.call_with(Method::POST, FEEDBACK, None, Some(&survey("Kiitos.")), &[("Idempotency-Key", &key)]).await
}

/// A 503 that says when to retry.
#[track_caller]
fn assert_come_back(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(answer.headers.get("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok()));
    assert!(answer.text.contains("Idempotency-Key"), "{}", answer.text);
}

// ---- the database ----------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_sqlite_refuses_with_a_time_and_takes_in_again_when_it_is_free() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_DATABASE__BUSY_TIMEOUT_MS", DATABASE_WAIT_MS)]).await;
    let first = submit(&app, new_key()).await.expect(201);
    let mut other = SqliteConnection::connect(&app.database_url).await.expect("the database");
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.expect("the lock");

    let keys = [new_key(), new_key(), new_key()];
    let started = Instant::now();
    for answer in [submit(&app, keys[0]).await, submit(&app, keys[1]).await, submit(&app, keys[2]).await] {
        assert_come_back(&answer);
        assert_eq!(answer.body["type"], "/problems/unavailable");
    }
    assert!(started.elapsed() < Duration::from_secs(5), "refusals take {:?}", started.elapsed());
    // Readers are not affected.
    app.story(&first.text_at("/receipt")).await.expect(200);
    let stored: i64 = sqlx::query_scalar(STORED).fetch_one(&mut other).await.expect("a number");
    assert_eq!(stored, 1, "something was half stored");

    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("the end of the lock");
    for key in keys {
        submit(&app, key).await.expect(201);
    }
    assert_eq!(number(&app.database_url, STORED).await, 4);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_sees_a_writer_that_is_stuck_for_seconds() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        let patient = [("KAIKU_DATABASE__BUSY_TIMEOUT_MS", "30000"), ("KAIKU_DATABASE__PG_LOCK_TIMEOUT_MS", "30000")];
        let app = TestApp::start_with(kind, &patient).await;
        submit(&app, new_key()).await.expect(201);
        // Another process holds what the writer needs.
        let held = Held::hold(&app).await;
        let (key, readiness) = (new_key(), async || app.get_health("/readyz").await);
        let stuck = async {
            until("readiness sees it", async || readiness().await.status == 503).await;
            let seen = readiness().await.expect(503);
            assert_eq!((&seen.body["writer"], &seen.body["database"]), (&json!(false), &json!(true)), "{}", seen.text);
            held.release().await;
        };
        let (_, ()) = tokio::join!(submit(&app, key), stuck);
        until("it is ready again", async || readiness().await.status == 200).await;
        submit(&app, key).await.expect(201);
        assert_eq!(number(&app.database_url, STORED).await, 2);
        app.stop().await;
    }
}

/// What keeps the writer waiting.
enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Held {
    async fn hold(app: &TestApp) -> Self {
        match app.kind {
            Kind::Sqlite => {
                let mut other = SqliteConnection::connect(&app.database_url).await.expect("the database");
                sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("the lock");
                Self::Sqlite(other)
            }
            Kind::Postgres => {
                let mut other = PgConnection::connect(&app.database_url).await.expect("the database");
                sqlx::raw_sql("BEGIN; LOCK TABLE feedback IN EXCLUSIVE MODE")
                    .execute(&mut other)
                    .await
                    .expect("a lock");
                Self::Postgres(other)
            }
        }
    }

    async fn release(self) {
        match self {
            Self::Sqlite(mut other) => sqlx::raw_sql("ROLLBACK").execute(&mut other).await.map(|_| ()),
            Self::Postgres(mut other) => sqlx::raw_sql("ROLLBACK").execute(&mut other).await.map(|_| ()),
        }
        .expect("the end of the lock");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_the_writer_costs_one_request_and_no_other() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        let panics = Arc::new(Panics::default());
        let clock = Arc::new(FixedClock::new(FRIDAY.parse().expect("an instant")));
        let app = TestApp::start_on(kind, &[("KAIKU_JOBS__RUN", "false")], clock, panics.clone()).await;
        let key = new_key();
        panics.once_in("src/intake/batch.rs");
        let answer = submit(&app, key).await.expect(500);
        assert!(!answer.text.contains(PANIC_WORDS), "{}", answer.text);
        assert!(!panics.waits());
        assert_eq!(number(&app.database_url, STORED).await, 0);
        app.get_health("/readyz").await.expect(200);
        submit(&app, key).await.expect(201);
        assert_eq!(number(&app.database_url, STORED).await, 1);
        app.stop().await;
    }
}

/// The cluster's own database, and the name of the application's.
async fn admin_of(app: &TestApp) -> (PgConnection, String) {
    let (base, name) = app.database_url.rsplit_once('/').expect("an address with a database");
    let admin = PgConnection::connect(&format!("{base}/postgres")).await.expect("the cluster");
    (admin, name.to_owned())
}

async fn end_all_backends(admin: &mut PgConnection, name: &str) {
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
        .bind(name)
        .execute(admin)
        .await
        .expect("the backends' end");
}

async fn allow_connections(admin: &mut PgConnection, name: &str, allowed: bool) {
    let sql = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await.expect("the setting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_postgres_refuses_with_a_time_and_takes_in_again_when_it_is_back() {
    let app = TestApp::start_with(Kind::Postgres, &[("KAIKU_DATABASE__ACQUIRE_TIMEOUT_MS", DATABASE_WAIT_MS)]).await;
    submit(&app, new_key()).await.expect(201);
    let (mut admin, name) = admin_of(&app).await;
    allow_connections(&mut admin, &name, false).await;
    end_all_backends(&mut admin, &name).await;

    let key = new_key();
    assert_come_back(&submit(&app, key).await);
    let ready = app.get_health("/readyz").await.expect(503);
    assert_eq!(ready.body["database"], false);
    app.call(Method::GET, "/healthz", None, None).await.expect(200);
    app.get_health("/metrics").await.expect(200);
    let lookup = app.story("0000-0000-0000-0000").await;
    assert_eq!(lookup.status, 503, "{}", lookup.text);
    let with_token = app.get("/api/v1/cases", "handler").await;
    assert_eq!(with_token.status, 503, "{}", with_token.text);

    allow_connections(&mut admin, &name, true).await;
    until("it is ready again", async || app.get_health("/readyz").await.status == 200).await;
    submit(&app, key).await.expect(201);
    assert_eq!(number(&app.database_url, STORED).await, 2);
    app.stop().await;
}

/// A way to PostgreSQL that can be cut so that neither side notices.
struct Link {
    cut: Arc<AtomicBool>,
}

impl Link {
    /// To the server of `url`; the address by this way.
    async fn to(url: &str) -> (Self, String) {
        let (before, after) = url.split_once("127.0.0.1:").expect("an address on loopback");
        let (port, rest) = after.split_once('/').expect("a database");
        let server: SocketAddr = format!("127.0.0.1:{port}").parse().expect("an address");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let cut = Arc::new(AtomicBool::new(false));
        let is_cut = Arc::clone(&cut);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = tokio::net::TcpStream::connect(server).await.expect("the server");
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, Arc::clone(&is_cut)));
                tokio::spawn(carry(far_in, near_out, Arc::clone(&is_cut)));
            }
        });
        (Self { cut }, format!("{before}127.0.0.1:{own}/{rest}"))
    }
}

/// Carries bytes until the link is cut; then it keeps both ends open and carries nothing.
async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    cut: Arc<AtomicBool>,
) -> std::io::Result<()> {
    let mut bytes = [0; 4096];
    loop {
        let read = from.read(&mut bytes).await?;
        while cut.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        if read == 0 {
            return Ok(());
        }
        to.write_all(&bytes[..read]).await?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_is_lost_in_a_transaction_holds_up_the_others_for_seconds() {
    let bounds = [
        ("KAIKU_DATABASE__PG_IDLE_TRANSACTION_TIMEOUT_MS", "2000"),
        ("KAIKU_DATABASE__PG_LOCK_TIMEOUT_MS", "500"),
        ("KAIKU_JOBS__RUN", "false"),
    ];
    let app = TestApp::start_with(Kind::Postgres, &bounds).await;
    let (link, url) = Link::to(&app.database_url).await;
    let env = bounds.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::load(None, env.chain([("KAIKU_DATABASE__URL".to_owned(), url)])).expect("a configuration");
    let lost = Store::open(&config.database).await.expect("the database");
    let mut tx = lost.write().await.expect("a transaction");
    // What the writer of every instance writes to.
    let key = new_key();
    let Conn::Postgres(connection) = tx.conn() else { panic!("no PostgreSQL") };
    sqlx::raw_sql("LOCK TABLE feedback IN EXCLUSIVE MODE").execute(connection).await.expect("a lock");
    link.cut.store(true, Ordering::Relaxed);

    let begun = Instant::now();
    let first = submit(&app, key).await;
    assert_come_back(&first);
    assert!(begun.elapsed() < Duration::from_secs(2), "it waited for the lock for {:?}", begun.elapsed());
    until("the others go on", async || submit(&app, key).await.status == 201).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(number(&app.database_url, STORED).await, 1);
    drop(tx);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_session_holds_to_the_bounds_of_the_settings() {
    let app = TestApp::start_with(Kind::Postgres, &[("KAIKU_DATABASE__PG_STATEMENT_TIMEOUT_MS", "7000")]).await;
    let names = ["lock_timeout", "idle_in_transaction_session_timeout", "transaction_isolation", "synchronous_commit"];
    for (connections, statement) in
        [(Connections::Requests, "7s"), (Connections::Writer, "7s"), (Connections::Background, "140s")]
    {
        let store = app.service.store.by(connections);
        let mut db = store.read().await.expect("a connection");
        let Conn::Postgres(connection) = db.conn() else { panic!("no PostgreSQL") };
        let mut shown = Vec::new();
        for name in ["statement_timeout"].into_iter().chain(names) {
            let value: String = sqlx::query_scalar("SELECT current_setting($1)")
                .bind(name)
                .fetch_one(&mut *connection)
                .await
                .expect("a setting");
            shown.push(value);
        }
        assert_eq!(shown, [statement, "5s", "15s", "read committed", "on"], "{connections:?}");
    }
    // Readers that hold every connection for requests keep neither the writer nor the worker waiting.
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(app.service.store.read().await.expect("a connection"));
    }
    app.service.store.by(Connections::Writer).write().await.expect("the writer's");
    app.service.store.by(Connections::Background).write().await.expect("the worker's");
    assert_eq!(app.call(Method::GET, "/healthz", None, None).await.status, 200);
    drop(held);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_backends_lose_nothing_and_store_nothing_twice() {
    const CLIENTS: usize = 4;
    const ROUNDS: usize = 15;
    let app = Arc::new(TestApp::start(Kind::Postgres).await);
    let (mut admin, name) = admin_of(&app).await;
    let going_on = Arc::new(AtomicBool::new(true));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (app, going_on) = (Arc::clone(&app), Arc::clone(&going_on));
            tokio::spawn(async move {
                let (mut ids, mut refused) = (BTreeSet::new(), 0);
                while going_on.load(Ordering::Relaxed) {
                    let key = new_key();
                    loop {
                        let answer = submit(&app, key).await;
                        if answer.status == 201 {
                            assert!(ids.insert(answer.text_at("/id")));
                            break;
                        }
                        assert_come_back(&answer);
                        refused += 1;
                    }
                }
                (ids, refused)
            })
        })
        .collect();
    for _ in 0..ROUNDS {
        let before = number(&app.database_url, STORED).await;
        end_all_backends(&mut admin, &name).await;
        // The next round starts when the pool has reconnected and feedback is stored again.
        until("feedback is stored again", async || number(&app.database_url, STORED).await > before + 10).await;
    }
    going_on.store(false, Ordering::Relaxed);
    let (mut acknowledged, mut refused) = (BTreeSet::new(), 0);
    for client in clients {
        let (ids, times) = client.await.expect("a client");
        acknowledged.extend(ids);
        refused += times;
    }
    eprintln!("{} acknowledged, {refused} refused meanwhile", acknowledged.len());
    assert!(refused > 0, "the ended backends were not noticed");
    let stored = rows::<(Uuid,)>(&app.database_url, "SELECT id FROM feedback").await;
    assert_eq!(stored.into_iter().map(|row| row.0.to_string()).collect::<BTreeSet<_>>(), acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_with_a_time_and_takes_in_again_when_there_is_room() {
    let installation = Installation::with_county(Kind::Sqlite).await;
    let program = installation.serve_without_size_signal().await;
    let first = post(&program, new_key()).await.expect(201);
    // This lets no file grow, as a full disk does. The process keeps its hard limit, so that the limit can be lifted
    // again.
    limit_file_size(&program, "16384:");
    let (mut taken, mut refused) = (1, None);
    for _ in 0..2_000 {
        let key = new_key();
        let answer = post(&program, key).await;
        if answer.status != 201 {
            refused = Some((key, answer));
            break;
        }
        taken += 1;
    }
    let (key, answer) = refused.expect("the disk never filled");

    assert_come_back(&answer);
    let second = post(&program, new_key()).await;

    assert_come_back(&second);
    until("readiness sees it", async || {
        program.status("/readyz").await == Some(reqwest::StatusCode::SERVICE_UNAVAILABLE)
    })
    .await;
    let lookup = json!({"code": first.text_at("/receipt")});
    call(&program, "/api/v1/receipts/lookup", &lookup, None).await.expect(200);
    assert_eq!(program.status("/healthz").await, Some(reqwest::StatusCode::OK));

    limit_file_size(&program, "unlimited:");
    until("it is ready again", async || program.status("/readyz").await == Some(reqwest::StatusCode::OK)).await;
    post(&program, key).await.expect(201);
    assert_eq!(installation.number(STORED).await, taken + 1);
    program.stop().await;
    installation.run_well(&["counters", "check"]);
}

fn limit_file_size(program: &Program, limits: &str) {
    let arguments = [format!("--pid={}", program.id()), format!("--fsize={limits}")];
    assert!(Command::new("prlimit").args(arguments).status().expect("prlimit of util-linux").success());
}

async fn call(program: &Program, path: &str, body: &Value, key: Option<Uuid>) -> Answer {
    let mut request = crate::support::http().post(format!("{}{path}", program.base)).json(body);
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key.to_string());
    }
    Answer::of(request.send().await.expect("an answer")).await
}

async fn post(program: &Program, key: Uuid) -> Answer {
    call(program, FEEDBACK, &survey("Kiitos."), Some(key)).await
}

/// Does `work` while several clients submit feedback.
async fn meanwhile<T>(app: &Arc<TestApp>, work: impl Future<Output = T>) -> T {
    const CLIENTS: usize = 4;
    let going_on = Arc::new(AtomicBool::new(true));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (app, going_on) = (Arc::clone(app), Arc::clone(&going_on));
            tokio::spawn(async move {
                while going_on.load(Ordering::Relaxed) {
                    submit(&app, new_key()).await.expect(201);
                }
            })
        })
        .collect();
    let done = work.await;
    going_on.store(false, Ordering::Relaxed);
    for client in clients {
        client.await.expect("a client");
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recount_agrees_while_feedback_comes_in() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = Arc::new(TestApp::start(kind).await);
        meanwhile(&app, async {
            until("many are stored", async || {
                let differences = recount::differences(&app.service).await.expect("a recount");
                assert!(differences.is_empty(), "{kind:?}: {differences:?}");
                number(&app.database_url, STORED).await > 200
            })
            .await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_fold_at_the_same_time_lose_no_count() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        // The application's own worker is off, so that it does not fold.
        let app = Arc::new(TestApp::start_with(kind, &[("KAIKU_JOBS__RUN", "false")]).await);
        for _ in 0..60 {
            submit(&app, new_key()).await.expect(201);
        }
        let folders: Vec<_> = (0..4)
            .map(|_| {
                let service = Arc::clone(&app.service);
                tokio::spawn(async move {
                    let mut folded = 0;
                    loop {
                        let mut tx = service.store.write().await.expect("a transaction");
                        let taken = counters::fold(&mut tx, 2).await.expect("a folding");
                        tx.commit().await.expect("a commit");
                        folded += taken;
                        if taken == 0 {
                            return folded;
                        }
                    }
                })
            })
            .collect();
        let mut folded = 0;
        for folder in folders {
            folded += folder.await.expect("a folder");
        }
        assert!(folded > 0, "nothing waited to be folded");
        let differences = recount::differences(&app.service).await.expect("a recount");
        assert!(differences.is_empty(), "{kind:?}: {differences:?}");
    }
}

// ---- starting and stopping -------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_was_taken_in() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::with_county(kind).await;
        let mut program = installation.serve().await;
        let base = program.base.clone();
        let clients: Vec<_> = (0..8)
            .map(|_| {
                let http = crate::support::http();
                let url = format!("{base}{FEEDBACK}");
                tokio::spawn(async move {
                    let mut ids = BTreeSet::new();
                    // Until the program refuses or breaks the connection.
                    while let Ok(answer) = http.post(&url).json(&survey("Kiitos.")).send().await {
                        let answer = Answer::of(answer).await.expect(201);
                        ids.insert(answer.text_at("/id"));
                    }
                    ids
                })
            })
            .collect();
        until("some are stored", async || installation.number(STORED).await > 50).await;
        let asked = Instant::now();
        program.terminate();
        let status = program.ended().await;
        let took = asked.elapsed();
        eprintln!("{kind:?}: stopped in {took:?}");
        assert!(status.success(), "{status}: {}", program.log());
        assert!(took < Duration::from_secs(10), "it took {took:?}");
        let mut acknowledged = BTreeSet::new();
        for client in clients {
            acknowledged.extend(client.await.expect("a client"));
        }
        let stored = rows::<(Uuid,)>(&installation.database_url, "SELECT id FROM feedback").await;
        let stored: BTreeSet<String> = stored.into_iter().map(|row| row.0.to_string()).collect();
        assert!(acknowledged.is_subset(&stored), "acknowledged and not stored");
        installation.run_well(&["counters", "check"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_a_request_whose_writing_takes_long() {
    let installation = Installation::with_county(Kind::Sqlite).await;
    let mut program = installation.serve().await;
    let mut other = SqliteConnection::connect(&installation.database_url).await.expect("the database");
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("the lock");
    let url = format!("{}{FEEDBACK}", program.base);
    let waiting = tokio::spawn(async move {
        let answer = crate::support::http().post(url).json(&survey("Kiitos.")).send().await;
        Answer::of(answer.expect("an answer")).await
    });
    until("the writer waits", async || program.text("/metrics").await.contains("kaiku_intake_batch_items_count 1"))
        .await;
    program.terminate();
    until("it is stopping", async || program.log().contains("stopping")).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("the end of the lock");
    let answer = waiting.await.expect("a client").expect(201);
    assert!(program.ended().await.success(), "{}", program.log());
    let stored = rows::<(Uuid,)>(&installation.database_url, "SELECT id FROM feedback").await;
    assert_eq!(stored.iter().map(|row| row.0.to_string()).collect::<Vec<_>>(), [answer.text_at("/id")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_does_not_hold_up_a_stop() {
    let installation = Installation::with_county(Kind::Sqlite).await;
    let mut program = installation.serve().await;
    let address: SocketAddr = program.base.trim_start_matches("http://").parse().expect("an address");
    let mut idle = TcpStream::connect(address).expect("a connection");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: kaiku\r\n\r\n").expect("a request");
    let mut answer = [0; 15];
    idle.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    let asked = Instant::now();
    program.terminate();
    assert!(program.ended().await.success());
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_that_start_on_an_empty_database_do_not_clash() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for _ in 0..5 {
            // The keyring is missing too: both processes try to create it.
            let installation = Installation::empty(kind).await;
            let (mut one, mut other) = (installation.begin(), installation.begin());
            match kind {
                Kind::Postgres => {
                    let (one, other) = (one.ready().await, other.ready().await);
                    one.stop().await;
                    other.stop().await;
                }
                // SQLite is for one.
                Kind::Sqlite => {
                    until("one is refused", async || one.has_ended() || other.has_ended()).await;
                    let (refused, serves) = if one.has_ended() { (one, other) } else { (other, one) };
                    until("it says why", async || refused.log().contains("another process serves")).await;
                    serves.ready().await.stop().await;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_serve_on_one_sqlite_file_is_refused() {
    let installation = Installation::with_county(Kind::Sqlite).await;
    let program = installation.serve().await;
    let mut by_another_name = Installation::empty(Kind::Sqlite).await;
    let link = by_another_name.folder.path().join("link.db");
    let file = installation.database_url.strip_prefix("sqlite:").expect("a file");
    std::os::unix::fs::symlink(file, &link).expect("a link");
    by_another_name.set("KAIKU_DATABASE__URL", &format!("sqlite:{}", link.display()));
    by_another_name.set("KAIKU_KEYS__FILE", &installation.folder.path().join("keyring.toml").display().to_string());
    let hard_link = by_another_name.folder.path().join("hard.db");
    std::fs::hard_link(file, &hard_link).expect("a link");
    let refuses = |second: &Installation| {
        let said = second.run_badly(&["serve"]);
        assert!(said.contains("another process serves") && said.contains("PostgreSQL"), "{said}");
    };
    refuses(&installation);
    refuses(&by_another_name);
    by_another_name.set("KAIKU_DATABASE__URL", &format!("sqlite:{}", hard_link.display()));
    refuses(&by_another_name);
    // No file beside the database is the lock.
    for entry in std::fs::read_dir(installation.folder.path()).expect("the folder") {
        let beside = entry.expect("an entry").path().display().to_string();
        if beside.strip_prefix(file).is_some_and(|end| !["", "-wal", "-shm"].contains(&end)) {
            std::fs::remove_file(beside).expect("a file");
        }
    }
    refuses(&installation);
    installation.run_well(&["jobs", "list"]);
    post(&program, new_key()).await.expect(201);
    // However it ends, the next one may.
    program.kill();
    let next = installation.serve().await;
    next.stop().await;
    installation.serve().await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_at_too_many_pages_is_told_to_wait() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_RATES__PAGE_VIEWS_PER_CLIENT_PER_MINUTE", "3")]).await;
    let view = async || app.call(Method::GET, "/u/koivu", None, None).await;
    for _ in 0..3 {
        view().await.expect(200);
    }
    let refused = view().await.expect(429);
    assert!(refused.headers.get("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok()));
    // What is sent, and what the API is asked, is counted apart.
    submit(&app, new_key()).await.expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_is_let_go() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_SERVER__WRITE_TIMEOUT_SECONDS", "1")]).await;
    let address = app.address;
    let ended = tokio::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).expect("a connection");
        SockRef::from(&connection).set_recv_buffer_size(4096).expect("a small buffer");
        connection.set_nonblocking(true).expect("a setting");
        // More answers than any buffer on the way holds.
        let (mut sent, mut broken) = (0, None);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            match connection.write(b"GET /u/koivu HTTP/1.1\r\nhost: kaiku\r\n\r\n") {
                Ok(_) => sent += 1,
                Err(why) if why.kind() == ErrorKind::WouldBlock => std::thread::sleep(Duration::from_millis(20)),
                Err(why) => {
                    broken = Some(why.kind());
                    break;
                }
            }
        }
        (broken, sent)
    });
    let (broken, sent) = ended.await.expect("the client that reads nothing");
    assert!(matches!(broken, Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)), "{broken:?} after {sent}");
    submit(&app, new_key()).await.expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_asked_although_nobody_reads_its_log() {
    let mut installation = Installation::with_county(Kind::Sqlite).await;
    installation.set("KAIKU_LOG__FORMAT", "text");
    let (mut child, address) = installation.serve_unread();
    let http = crate::support::http();
    let answer = http.post(format!("http://{address}{FEEDBACK}")).json(&survey("Kiitos.")).send().await;
    Answer::of(answer.expect("an answer")).await.expect(201);
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill").success());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a process") {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("a process");
            panic!("it does not stop");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(status.success(), "{status}");
    assert_eq!(installation.number(STORED).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_instrument_that_changed_stops_the_start() {
    let mut installation = Installation::empty(Kind::Sqlite).await;
    let directory = installation.folder.path().join("instruments");
    std::fs::create_dir(&directory).expect("a folder");
    let file = directory.join("oma-kortti.toml");
    let card = include_str!("../../config/instruments/tapaaminen-kortti.toml");
    let card = card.replace("id = \"tapaaminen-kortti\"", "id = \"oma-kortti\"");
    std::fs::write(&file, &card).expect("a file");
    installation.set("KAIKU_INSTRUMENTS__DIRECTORY", &directory.display().to_string());
    installation.serve().await.stop().await;
    // With the same content it starts again.
    installation.serve().await.stop().await;

    std::fs::write(&file, card.replace("Mitä mieltä olit tapaamisesta?", "Mitä pidit tapaamisesta?")).expect("a file");
    let said = installation.run_badly(&["serve"]);
    assert!(said.contains("instrument oma-kortti version 1: its content is not what was published"), "{said}");

    // As a new version it is accepted.
    let newer = card.replace("Mitä mieltä olit", "Mitä pidit").replace("version = 1", "version = 2");
    std::fs::write(&file, newer).expect("a file");
    installation.serve().await.stop().await;

    std::fs::write(&file, "id = \"oma-kortti\"\nversion = \"first\"\n").expect("a file");
    let said = installation.run_badly(&["serve"]);
    assert!(said.contains("oma-kortti.toml:2: version"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_by_an_instrument_outlives_its_file() {
    let card = include_str!("../../config/instruments/asiakastyytyvaisyys.toml");
    let card = card.replace("id = \"asiakastyytyvaisyys\"", "id = \"oma-kysely\"");
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mut installation = Installation::with_county(kind).await;
        let directory = installation.folder.path().join("instruments");
        std::fs::create_dir(&directory).expect("a folder");
        let file = directory.join("oma-kysely.toml");
        std::fs::write(&file, &card).expect("a file");
        installation.set("KAIKU_INSTRUMENTS__DIRECTORY", &directory.display().to_string());
        let token = installation.token("handler", "cases:read");
        let client = http();
        let call = async |program: &Program, path: &str, body: Value| {
            let path = format!("{}/api/v1/{path}", program.base);
            let answer = client.post(path).json(&body).send().await.expect("an answer");
            (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
        };
        let form = json!({"unit": "koivu", "instrument": "oma-kysely", "channel": "web", "language": "fi",
            "answers": {"q1": 4, "birth_year": 1973, "free": "Puhelinaika on lyhyt."}});
        let program = installation.serve().await;
        let (status, given) = call(&program, "feedback", form.clone()).await;
        assert_eq!(status, 201, "{given}");
        program.stop().await;

        std::fs::remove_file(&file).expect("no file");
        let program = installation.serve().await;
        assert!(program.log().contains("the file of a published instrument is gone"), "{}", program.log());
        let (status, story) = call(&program, "receipts/lookup", json!({"code": given["receipt"]})).await;
        assert_eq!((status, story["matters"].as_array().map(Vec::len)), (200, Some(1)), "{story}");
        assert!(story.to_string().contains("Puhelinaika on lyhyt."), "{story}");
        let path = format!("{}/api/v1/cases/{}", program.base, given["id"].as_str().expect("an id"));
        let read = client.get(path).bearer_auth(&token).send().await.expect("an answer");
        assert_eq!(read.status().as_u16(), 200);
        assert!(read.text().await.expect("a body").contains("Puhelinaika on lyhyt."));
        assert!(!program.text("/api/v1/instruments").await.contains("oma-kysely"), "nobody is asked by it anew");
        assert_eq!(call(&program, "feedback", form).await.0, 422);
        program.stop().await;
        installation.run_well(&["retention", "run"]);
        installation.run_well(&["counters", "check"]);

        // A file that was published before files were kept.
        let forget = "UPDATE instruments SET content = NULL WHERE id = 'oma-kysely' RETURNING id";
        assert_eq!(rows::<(String,)>(&installation.database_url, forget).await.len(), 1);
        let program = installation.serve().await;
        let log = program.log();
        assert!(log.contains("A PUBLISHED INSTRUMENT IS MISSING") && log.contains("oma-kysely"), "{log}");
        program.stop().await;
        std::fs::write(&file, &card).expect("a file");
        installation.serve().await.stop().await;
        let kept = "SELECT COUNT(*) FROM instruments WHERE id = 'oma-kysely' AND content IS NOT NULL";
        assert_eq!(installation.number(kept).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_configuration_is_told_by_file_line_and_reason() {
    let installation = Installation::empty(Kind::Sqlite).await;
    let file = installation.folder.path().join("kaiku.toml");
    let name = file.display().to_string();
    let check = ["config", "check", "--config", name.as_str()];

    std::fs::write(&file, "[server]\nkeep_alive_seconds = 30\n\n[terms]\nacknowledge = 3\n").expect("a file");
    assert!(installation.run_well(&check).contains("The configuration is sound"));

    let broken = "[server]\nkeep_alive_seconds = 0\n\n[terms]\nacknowledge = 3\nacknowlege = 3\ndecide = \"ten\"\n";
    std::fs::write(&file, broken).expect("a file");
    let said = installation.run_badly(&check);
    let lines: Vec<&str> = said.lines().collect();
    for (line, word) in [(2, "keep_alive_seconds"), (6, "acknowlege"), (7, "decide")] {
        let place = format!("{name}, line {line}: ");
        assert!(lines.iter().any(|said| said.starts_with(&place) && said.contains(word)), "{line} {word}: {said}");
    }
    // Starting the service reports the same.
    assert_eq!(installation.run_badly(&["serve", "--config", &name]), said);

    std::fs::write(&file, "[server\n").expect("a file");
    assert!(installation.run_badly(&check).contains(&format!("{name}, line 1")));
    std::fs::remove_file(&file).expect("a file");
    assert!(installation.run_badly(&check).contains(&name));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_address_may_stand_in_a_file_and_is_never_told() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mut installation = Installation::empty(kind).await;
        let url = installation.environment.remove("KAIKU_DATABASE__URL").expect("an address");
        let file = installation.folder.path().join("database-url");
        std::fs::write(&file, format!("{url}\n")).expect("a file");
        installation.set("KAIKU_DATABASE__URL_FILE", &file.display().to_string());
        installation.run_well(&["migrate"]);
        assert_eq!(number(&url, "SELECT version FROM settings_version").await, 1);

        for faulty in ["postgres://kaiku:salaisuus@127.0.0.1:1/kaiku", "mysql://kaiku:salaisuus@127.0.0.1/kaiku"] {
            std::fs::write(&file, faulty).expect("a file");
            let said = installation.run_badly(&["migrate"]);
            assert!(!said.contains("salaisuus"), "{said}");
        }
    }
}

// ---- rude and slow clients -------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_hang_up_leave_no_transaction_behind() {
    const CONNECTIONS: usize = 150;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start(kind).await;
        let case = submit(&app, new_key()).await.expect(201).text_at("/id");
        let body = survey("Kiitos.").to_string();
        let address = app.address;
        let step = "{\"text\": \"Kysymys\"}".to_owned();
        let requests = [
            (FEEDBACK.to_owned(), body, String::new()),
            (format!("/api/v1/cases/{case}/ask"), step, format!("authorization: Bearer {}\r\n", app.tokens["handler"])),
            (
                format!("/api/v1/cases/{case}/acknowledge"),
                String::new(),
                format!("authorization: Bearer {}\r\n", app.tokens["handler"]),
            ),
        ];
        let rude = tokio::task::spawn_blocking(move || {
            for turn in 0..CONNECTIONS {
                let (path, body, more) = &requests[turn % requests.len()];
                let request = format!(
                    "POST {path} HTTP/1.1\r\nhost: kaiku\r\n{more}if-match: \"1\"\r\ncontent-type: application/json\r\n\
                     content-length: {}\r\n\r\n{body}",
                    body.len()
                );
                // Half the head, half the body or all of it is sent; the connection is dropped before each response.
                let sent = match turn / requests.len() % 3 {
                    0 => 40,
                    1 => request.len() - body.len() / 2 - 1,
                    _ => request.len(),
                };
                let mut connection = TcpStream::connect(address).expect("a connection");
                connection.write_all(&request.as_bytes()[..sent]).expect("a part of a request");
                if turn.is_multiple_of(2) {
                    connection.shutdown(Shutdown::Both).expect("a hang-up");
                }
            }
        });
        rude.await.expect("the rude clients");

        // If a transaction had been left open, this would wait for it and be answered 503.
        submit(&app, new_key()).await.expect(201);
        nothing_is_open(&app).await;
        app.stop().await;
    }
}

/// No transaction is open: another process can write, and PostgreSQL has no session that is idle in a transaction.
async fn nothing_is_open(app: &TestApp) {
    match app.kind {
        Kind::Sqlite => {
            let mut other = SqliteConnection::connect(&app.database_url).await.expect("the database");
            sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK").execute(&mut other).await.expect("a free database");
        }
        Kind::Postgres => {
            let (mut admin, name) = admin_of(app).await;
            // A session at work shows for a moment only; an abandoned one stays.
            until("no session is idle in a transaction", async || {
                let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = $1 AND state LIKE 'idle in trans%'";
                let open: i64 = sqlx::query_scalar(sql).bind(&name).fetch_one(&mut admin).await.expect("a number");
                open == 0
            })
            .await;
        }
    }
}

/// The statuses of public calls with these values of `X-Forwarded-For`.
async fn statuses(app: &TestApp, forwarded: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for address in forwarded {
        let headers = [("X-Forwarded-For", *address)];
        let answer = app.call_with(Method::POST, FEEDBACK, None, Some(&survey("Kiitos.")), &headers).await;
        if answer.status == 429 {
            assert!(answer.headers.contains_key("retry-after"));
        }
        statuses.push(answer.status);
    }
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_address_counts_only_behind_a_configured_proxy() {
    let rates = [("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "1"), ("KAIKU_RATES__PUBLIC_BURST", "2")];
    let app = TestApp::start_with(Kind::Sqlite, &rates).await;
    let invented = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
    assert_eq!(statuses(&app, &invented).await, [201, 201, 429], "a client chose its own address");
    app.stop().await;

    let behind_a_proxy = [rates.as_slice(), &[("KAIKU_SERVER__TRUSTED_PROXIES", "127.0.0.0/8,::1")]].concat();
    let app = TestApp::start_with(Kind::Sqlite, &behind_a_proxy).await;
    assert_eq!(statuses(&app, &invented).await, [201, 201, 201], "clients of a proxy were taken for one");
    // The address that the client wrote itself is to the left of the one that the proxy added.
    let prefixed = ["192.0.2.1, 203.0.113.7", "192.0.2.2, 203.0.113.7", "192.0.2.3, 203.0.113.7"];
    assert_eq!(statuses(&app, &prefixed).await, [201, 201, 429], "a client chose its own address behind a proxy");
    // Some proxies add a port.
    let with_port = ["192.0.2.1, 203.0.113.8:4711", "192.0.2.2, 203.0.113.8:4712", "192.0.2.3, 203.0.113.8:4713"];
    assert_eq!(statuses(&app, &with_port).await, [201, 201, 429], "a client chose its own address before a port");
    let unknown = ["192.0.2.1, unknown", "192.0.2.2, unknown", "192.0.2.3, unknown"];
    assert_eq!(statuses(&app, &unknown).await, [201, 201, 429], "a client chose its own address before a word");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_trickles_is_ended_by_the_request_timeout() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_SERVER__REQUEST_TIMEOUT_SECONDS", "1")]).await;
    let body = survey("Hitaasti.").to_string();
    let head = format!(
        "POST {FEEDBACK} HTTP/1.1\r\nhost: kaiku\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    // First only the body is sent slowly, then the whole request.
    for (at_once, slowly) in [(head.clone(), body.clone()), (String::new(), head + &body)] {
        let address = app.address;
        let trickle = move || {
            let mut connection = TcpStream::connect(address).expect("a connection");
            connection.write_all(at_once.as_bytes()).expect("a head");
            connection.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
            let started = Instant::now();
            let mut answer = Vec::new();
            for byte in slowly.bytes() {
                assert!(started.elapsed() < PATIENCE, "it goes on for ever");
                let broken = connection.write_all(&[byte]).is_err();
                let mut part = [0; 1024];
                match connection.read(&mut part) {
                    Ok(0) => break,
                    Ok(length) => answer.extend_from_slice(&part[..length]),
                    Err(_) if broken => break,
                    // No response yet: send the next byte.
                    Err(_) => {}
                }
            }
            (started.elapsed(), String::from_utf8_lossy(&answer).into_owned())
        };
        let (took, answer) = tokio::task::spawn_blocking(trickle).await.expect("the slow client");
        assert!(took < Duration::from_secs(6), "it took {took:?}");
        let first = answer.lines().next().unwrap_or("").to_owned();
        assert!(first.starts_with("HTTP/1.1 503") || first.starts_with("HTTP/1.1 408"), "{answer}");
        if first.starts_with("HTTP/1.1 503") {
            assert!(answer.contains("/problems/timed-out") && answer.contains("retry-after"), "{answer}");
        }
    }
    assert_eq!(number(&app.database_url, STORED).await, 0);
    submit(&app, new_key()).await.expect(201);
    app.stop().await;
}

// ---- what is written down --------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn neither_log_nor_metrics_hold_content() {
    for (kind, level) in [(Kind::Sqlite, "trace"), (Kind::Postgres, "trace"), (Kind::Sqlite, "debug")] {
        let mut installation = Installation::with_county(kind).await;
        let token = installation.token("handler", "cases:read,cases:write,contacts:read,feedback:write");
        installation.set("KAIKU_LOG__LEVEL", level);
        installation.set("KAIKU_SERVER__TRUSTED_PROXIES", "127.0.0.1");
        let program = installation.serve().await;
        let http = crate::support::http();
        let send = async |path: &str, body: &Value| {
            let request = http
                .post(format!("{}{path}", program.base))
                .header("X-Forwarded-For", "203.0.113.77")
                .header("User-Agent", "tuntomerkki-selain")
                .json(body);
            Answer::of(request.send().await.expect("an answer")).await
        };
        let mut form = survey("Merkkisana on hunajamelonikivi.");
        form["reply"] = json!({"wanted": true, "email": "merkki.osoite@example.fi", "phone": "+358401234567"});
        let taken = send(FEEDBACK, &form).await.expect(201);
        let code = taken.text_at("/receipt");
        send("/api/v1/receipts/lookup", &json!({"code": code})).await.expect(200);
        send("/api/v1/receipts/message", &json!({"code": code, "text": "Lisäsana on karpalopuuro."})).await.expect(200);
        let page = async |path: &str, fields: &[(&str, &str)]| {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = http.post(format!("{}{path}", program.base)).body(body);
            let request = request.header("Content-Type", "application/x-www-form-urlencoded");
            Answer::of(request.send().await.expect("an answer")).await
        };
        page("/r", &[("code", &code)]).await.expect(200);
        let said = [("code", code.as_str()), ("text", "Sivulla sanottu karpalopuuro.")];
        page("/r/message", &said).await.expect(200);
        page("/r/verdict", &[("code", &code), ("helped", "yes"), ("text", "karpalopuuro")]).await.expect(409);
        page("/r", &[("code", &code.to_lowercase()), ("lang", "hunajameloni")]).await.expect(200);
        // A code in the address leads to the form for it.
        assert_eq!(program.status(&format!("/r/{code}")).await.map(|status| status.as_u16()), Some(200));
        // What is refused is not written down either.
        page("/r", &[("code", &(code.replace('-', "").to_lowercase() + "x"))]).await.expect(422);
        form["answers"]["hunajamelonikysymys"] = 3.into();
        send(FEEDBACK, &form).await.expect(422);
        let mut wrong = survey("Toinen.");
        wrong["channel"] = "hunajamelonikanava".into();
        send(FEEDBACK, &wrong).await.expect(422);
        send("/api/v1/receipts/lookup", &json!({"code": code.replace('-', "").to_lowercase() + "x"})).await;
        let case = http.get(format!("{}/api/v1/cases/{}", program.base, taken.text_at("/id"))).bearer_auth(&token);
        let case = Answer::of(case.send().await.expect("an answer")).await.expect(200);
        assert!(case.text.contains("hunajamelonikivi"), "the test's words never came in: {}", case.text);

        let metrics = program.text("/metrics").await;
        assert!(metrics.contains("kaiku_http_request_seconds"), "{metrics}");
        until("the last request is logged", async || program.log().contains("\"/metrics\"")).await;
        let log = program.log();
        let bare = code.replace('-', "");
        let marks = [
            "hunajameloni",
            "karpalopuuro",
            "merkki.osoite",
            "401234567",
            "203.0.113.77",
            "tuntomerkki",
            code.as_str(),
            bare.as_str(),
            &bare.to_lowercase(),
            token.as_str(),
            token.trim_start_matches("kaiku_"),
        ];
        for mark in marks {
            assert!(!metrics.contains(mark), "{mark} in the metrics");
            let line = log.lines().find(|line| line.contains(mark));
            assert!(line.is_none(), "{mark} in the log of {kind:?} at {level}: {line:?}");
        }
        assert!(!metrics.contains("koivu"), "a unit in the metrics");
        assert!(!log.contains(&taken.text_at("/id")), "a feedback's id in the intake log");
        requests_are_logged_with_ids(&log);
        program.stop().await;
    }
}

fn requests_are_logged_with_ids(log: &str) {
    let mut with_id = 0;
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        if line["span"]["request_id"].as_str().is_some_and(|id| Uuid::parse_str(id).is_ok()) {
            with_id += 1;
        }
    }
    assert!(with_id >= 5, "{with_id} lines carry a request id:\n{log}");
}
