//! The queue: jobs are retried with growing waits and parked after the last try; parked jobs are listed and requeued by
//! API and command; any number of workers do each job once.

use std::sync::Arc;
use std::time::Duration;

use kaiku::base::clock::{FixedClock, SystemClock};
use kaiku::base::{Clock as _, Instant};
use kaiku::jobs::worker;
use kaiku::service::heartbeat::CoreTask;
use kaiku::store::job::{Job, JobKind};
use kaiku::store::jobs::{self, JobRow, Kinds, Lanes, NewJob, PARKED};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::program::{Installation, number, rows, until};
use crate::support::{FRIDAY, Kind, PANIC_WORDS, Panics, TestApp};

/// The lease of a repeating task.
const LEASE: Duration = Duration::from_secs(60);
/// Settings of an application without a worker of its own: the tests run the jobs.
const IDLE: [(&str, &str); 1] = [("KAIKU_JOBS__RUN", "false")];

/// Runs `test` on both databases, without a worker.
async fn on_both_idle<F>(test: F)
where
    F: AsyncFn(TestApp),
{
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        test(TestApp::start_with(kind, &IDLE).await).await;
    }
}

/// Creates a case whose row cannot be read, so that every job about it fails. The queue is empty afterwards.
async fn unreadable_case(app: &TestApp) -> Uuid {
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q12": 3, "free": "Ovi oli kiinni."}});
    app.post_public("/api/v1/feedback", &form).await.expect(201);
    rows::<(Uuid,)>(&app.database_url, "DELETE FROM jobs RETURNING id").await;
    rows::<(Uuid,)>(&app.database_url, "UPDATE cases SET terms_from = 'hopeless' RETURNING id").await[0].0
}

/// Queues the notice of an urgent case. When the case cannot be read, it fails whenever it is tried.
async fn urgent_notice(app: &TestApp, case_id: Uuid) -> NewJob {
    let job = NewJob {
        id: app.service.random_id().expect("chance"),
        job: Job::UrgentCaseNotice { case_id },
        dedupe: None,
        run_at: app.service.now(),
        lane: None,
    };
    let mut tx = app.service.store.write().await.expect("a transaction");
    jobs::enqueue(&mut tx, &job).await.expect("a job");
    tx.commit().await.expect("a commit");
    job
}

async fn all(app: &TestApp) -> Vec<JobRow> {
    let mut db = app.service.store.read().await.expect("a reader");
    jobs::list(&mut db, 100).await.expect("the queue")
}

fn move_to(app: &TestApp, micros: i64) {
    app.clock
        .set(Instant::from_timestamp(jiff::Timestamp::from_microsecond(micros).expect("an instant")).to_timestamp());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_waits_longer_each_time_is_parked_and_made_ready_again() {
    on_both_idle(async |app| {
        let case = unreadable_case(&app).await;
        let job = urgent_notice(&app, case).await;
        let config = &app.service.config.jobs;
        let mut last_wait = Duration::ZERO;
        for attempt in 1..=i64::from(config.max_attempts) {
            assert_eq!(worker::run_due(&app.worker).await.expect("a round"), 1, "try {attempt}");
            let held = all(&app).await.remove(0);
            assert_eq!(held.attempts, attempt);
            assert!(held.last_error.as_deref().unwrap_or_default().contains("terms_from"), "{held:?}");
            if attempt == i64::from(config.max_attempts) {
                assert_eq!(held.state, PARKED);
                break;
            }
            let wait =
                Duration::from_micros(u64::try_from(held.run_at - app.service.now().as_micros()).expect("later"));
            let least = config.backoff_base.saturating_mul(1 << (attempt - 1)).min(Duration::from_secs(6 * 3600));
            assert!(
                wait >= least && wait <= least.mul_f64(1.5),
                "try {attempt}: {wait:?}, not {least:?} and up to half more"
            );
            assert!(wait >= last_wait.mul_f64(2.0 / 3.0), "try {attempt}");
            last_wait = wait;
            assert_eq!(worker::run_due(&app.worker).await.expect("a round"), 0, "not before its time");
            move_to(&app, held.run_at);
        }
        app.clock.set(app.clock.now() + jiff::SignedDuration::from_hours(10_000));
        assert_eq!(worker::run_due(&app.worker).await.expect("a round"), 0, "a parked job rests");
        let listed = app.get("/api/v1/jobs", "admin").await;
        // The token has expired meanwhile, so the clock is set back for the call.
        assert_eq!(listed.status, 401);
        app.at("2026-11-21T08:00:00Z");
        let listed = app.get("/api/v1/jobs", "admin").await.expect(200).body;
        assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["state"]), (&json!(job.id), &json!(PARKED)));
        let requeue = format!("/api/v1/jobs/{}/requeue", job.id);
        app.call(Method::POST, &requeue, Some("organiser"), None).await.problem(404, "not-found");
        app.call(Method::POST, &requeue, Some("admin"), None).await.expect(204);
        app.call(Method::POST, &requeue, Some("admin"), None).await.problem(404, "not-found");
        let held = all(&app).await.remove(0);
        assert_eq!((held.state.as_str(), held.attempts), ("ready", 0));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_this_version_does_not_know_is_parked_at_once_with_the_reason() {
    on_both_idle(async |app| {
        let queue = "INSERT INTO jobs (id, kind, subject, state, run_at, attempts) \
                     SELECT id, 'of_tomorrow', 'nothing', 'ready', 0, 0 FROM services UNION ALL \
                     SELECT id, 'mail', 'nothing', 'ready', 0, 0 FROM producers RETURNING id";
        let queued = rows::<(Uuid,)>(&app.database_url, queue).await.len();
        while worker::run_due(&app.worker).await.expect("a round") > 0 {}
        let held = all(&app).await;
        assert_eq!(held.len(), queued);
        for job in &held {
            assert_eq!((job.state.as_str(), job.attempts), (PARKED, 1), "{job:?}");
            let why = job.last_error.as_deref().unwrap_or_default();
            assert!(why.contains(&job.kind) && !why.contains("Something is wrong"), "{why}");
        }
        assert!(["mail", "of_tomorrow"].iter().all(|kind| held.iter().any(|job| job.kind == *kind)), "{held:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_workers_job_is_taken_over_when_its_lease_is_over() {
    on_both_idle(async |app| {
        let case = unreadable_case(&app).await;
        urgent_notice(&app, case).await;
        let now = app.service.now();
        let lease = app.service.config.jobs.lease;
        let mut tx = app.service.store.write().await.expect("a transaction");
        let taken =
            jobs::lease(&mut tx, Kinds::AllBut(&[JobKind::Mail]), Lanes::All, now, lease, 10).await.expect("leased");
        tx.commit().await.expect("a commit");
        assert_eq!(taken.len(), 1);
        assert_eq!(worker::run_due(&app.worker).await.expect("a round"), 0, "it belongs to another");
        app.end_leases().await;
        assert_eq!(worker::run_due(&app.worker).await.expect("a round"), 1);
        // The first worker finishes after all and finds that it has lost its lease.
        let mut tx = app.service.store.write().await.expect("a transaction");
        assert!(!jobs::finish(&mut tx, &taken[0]).await.expect("an answer"));
        drop(tx);
        app.stop().await;
    })
    .await;
}

/// The application with chance that panics when told to.
async fn start_to_panic(kind: Kind, settings: &[(&str, &str)]) -> (TestApp, Arc<Panics>) {
    eprintln!("on {kind:?}");
    let panics = Arc::new(Panics::default());
    let clock = Arc::new(FixedClock::new(FRIDAY.parse().expect("an instant")));
    (TestApp::start_on(kind, settings, clock, panics.clone()).await, panics)
}

/// Gives feedback that becomes a case; the case's id. Nothing waits in the queue.
async fn sound_case(app: &TestApp) -> Uuid {
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q12": 3, "free": "Ovi oli kiinni."}});
    app.post_public("/api/v1/feedback", &form).await.expect(201);
    rows::<(Uuid,)>(&app.database_url, "DELETE FROM jobs RETURNING id").await;
    rows::<(Uuid,)>(&app.database_url, "SELECT id FROM cases").await[0].0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_panics_is_given_back_and_the_others_go_on() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (app, panics) = start_to_panic(kind, &IDLE).await;
        let case = sound_case(&app).await;
        for _ in 0..3 {
            urgent_notice(&app, case).await;
        }
        panics.once_in("src/outbox/notices.rs");
        worker::run_due(&app.worker).await.expect("a round");
        assert!(!panics.waits(), "nothing panicked");
        let notices = async || {
            let held = all(&app).await;
            held.into_iter().filter(|job| job.kind == JobKind::UrgentCaseNotice.as_str()).collect::<Vec<_>>()
        };
        let held = notices().await;
        assert_eq!(held.len(), 1, "the others are done: {held:?}");
        let why = held[0].last_error.clone().unwrap_or_default();
        assert_eq!((held[0].state.as_str(), held[0].attempts), ("ready", 1));
        assert!(why.contains("panicked") && !why.contains(PANIC_WORDS), "{why}");
        move_to(&app, held[0].run_at);
        while worker::run_due(&app.worker).await.expect("a round") > 0 {}
        assert!(notices().await.is_empty(), "it is done at its next try");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_worker_is_parked_when_its_tries_are_used_up() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        let app = TestApp::start_with(kind, &[IDLE[0], ("KAIKU_JOBS__MAX_ATTEMPTS", "3")]).await;
        let case = sound_case(&app).await;
        let job = urgent_notice(&app, case).await;
        // What was taken together with it is not its fault.
        app.clock.set(app.clock.now() + jiff::SignedDuration::from_secs(1));
        let others = [urgent_notice(&app, case).await, urgent_notice(&app, case).await];
        let lease = app.service.config.jobs.lease;
        for attempt in 1..=3 {
            let now = app.service.now();
            let mut tx = app.service.store.write().await.expect("a transaction");
            let taken = jobs::lease(&mut tx, Kinds::AllBut(&[JobKind::Mail]), Lanes::All, now, lease, 10)
                .await
                .expect("leased");
            tx.commit().await.expect("a commit");
            assert_eq!(taken.len(), if attempt == 1 { 3 } else { 1 });
            let first = taken.iter().find(|taken| taken.id == job.id).expect("the earliest");
            assert_eq!(first.attempts, attempt, "its worker takes it and dies");
            app.end_leases().await;
        }
        while worker::run_due(&app.worker).await.expect("a round") > 0 {}
        let held = all(&app).await;
        assert!(others.iter().all(|other| held.iter().all(|job| job.id != other.id)), "the others are done: {held:?}");
        let parked = held.iter().find(|held| held.id == job.id).expect("the job");
        assert_eq!((parked.state.as_str(), parked.attempts), (PARKED, 3), "it was not tried a fourth time");
        assert!(parked.last_error.as_deref().unwrap_or_default().contains("died"), "{held:?}");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_ends_ends_the_service() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (app, panics) = start_to_panic(kind, &[("KAIKU_JOBS__POLL_MS", "50")]).await;
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q12": 3, "free": "Ovi oli kiinni."}});
        app.post_public("/api/v1/feedback", &form).await.expect(201);
        rows::<(Uuid,)>(&app.database_url, "UPDATE cases SET terms_from = 'hopeless' RETURNING id").await;
        let case = rows::<(Uuid,)>(&app.database_url, "SELECT id FROM cases").await[0].0;
        // The job fails, and then the worker itself where it says when the job is tried again.
        panics.once_in("next_try");
        urgent_notice(&app, case).await;
        let why = app.ended().await;
        assert!(why.contains("the worker panicked") && !why.contains(PANIC_WORDS), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_sees_a_worker_that_hangs() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        // The worker shows itself once, and then not for a minute.
        let app = TestApp::start_with(kind, &[("KAIKU_JOBS__POLL_MS", "60000")]).await;
        until("the worker runs", async || app.service.heartbeat_ages().len() == CoreTask::ALL.len()).await;
        let ready = app.get_health("/readyz").await.expect(200);
        assert_eq!(ready.body["worker"], true);
        let lease = jiff::SignedDuration::try_from(app.service.config.jobs.lease).expect("a lease");
        app.clock.set(app.clock.now() + lease * 3 + jiff::SignedDuration::from_secs(61));
        let ready = app.get_health("/readyz").await.expect(503);
        assert_eq!((&ready.body["worker"], &ready.body["writer"]), (&json!(false), &json!(true)));
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_at_the_same_time_share_the_queue() {
    on_both_idle(async |app| {
        let case = unreadable_case(&app).await;
        for _ in 0..60 {
            urgent_notice(&app, case).await;
        }
        let rounds = tokio::join!(
            worker::run_due(&app.worker),
            worker::run_due(&app.worker),
            worker::run_due(&app.worker),
            worker::run_due(&app.worker)
        );
        let done: usize =
            [rounds.0, rounds.1, rounds.2, rounds.3].into_iter().map(|round| round.expect("a round")).sum();
        while worker::run_due(&app.worker).await.expect("a round") > 0 {}
        assert!(done >= 20);
        assert!(all(&app).await.iter().all(|job| job.attempts == 1), "a job was taken twice");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ticks_belong_to_one_instance_until_its_lease_is_over() {
    on_both_idle(async |app| {
        let [one, two] = [1, 2].map(Uuid::from_u128);
        let hold = async |holder| {
            let mut tx = app.service.store.write().await.expect("a transaction");
            let holds = jobs::hold(&mut tx, "a test's", holder, LEASE).await.expect("an answer");
            tx.commit().await.expect("a commit");
            holds
        };
        let is_held = async |holder, at_least| {
            let mut db = app.service.store.read().await.expect("a reader");
            jobs::is_held(&mut db, "a test's", holder, at_least).await.expect("an answer")
        };
        assert!(hold(one).await);
        assert!(!hold(two).await);
        assert!(hold(one).await, "renewed");
        assert!(is_held(one, LEASE / 2).await && !is_held(two, LEASE / 2).await && !is_held(one, LEASE).await);
        app.end_leases().await;
        assert!(!is_held(one, Duration::ZERO).await);
        assert!(hold(two).await, "it lapsed");
        assert!(!hold(one).await);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_makes_no_lease_longer() {
    on_both_idle(async |app| {
        let case = sound_case(&app).await;
        // This instance is two hours ahead, and dies.
        app.clock.advance(Duration::from_secs(2 * 3_600));
        urgent_notice(&app, case).await;
        let lease = app.service.config.jobs.lease;
        let mut tx = app.service.store.write().await.expect("a transaction");
        let now = app.service.now();
        jobs::lease(&mut tx, Kinds::AllBut(&[JobKind::Mail]), Lanes::All, now, lease, 10).await.expect("leased");
        assert!(jobs::hold(&mut tx, "a test's", Uuid::from_u128(1), lease).await.expect("an answer"));
        tx.commit().await.expect("a commit");
        let until = "SELECT MAX(until) FROM (SELECT until FROM leases UNION ALL SELECT lease_until FROM jobs) AS held";
        let until = number(&app.database_url, until).await;
        let real = Instant::from(SystemClock.now());
        assert!((real.as_micros()..=real.plus(lease).as_micros()).contains(&until), "{until} at {real:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_shows_parked_jobs_and_makes_them_ready_again() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::with_county(kind).await;
        assert_eq!(installation.run_well(&["jobs", "list"]).trim(), "The queue is empty.");
        let id = Uuid::from_u128(7);
        let sql = "INSERT INTO jobs (id, kind, subject, state, run_at, attempts, last_error) \
                   VALUES ($1, 'hopeless', 'nothing', 'parked', 0, 10, 'no such kind')";
        match kind {
            Kind::Sqlite => {
                let mut db =
                    <sqlx::SqliteConnection as sqlx::Connection>::connect(&installation.database_url).await.unwrap();
                sqlx::query(sql).bind(id).execute(&mut db).await.expect("a job");
            }
            Kind::Postgres => {
                let mut db =
                    <sqlx::PgConnection as sqlx::Connection>::connect(&installation.database_url).await.unwrap();
                sqlx::query(sql).bind(id).execute(&mut db).await.expect("a job");
            }
        }
        let listed = installation.run_well(&["jobs", "list"]);
        assert!(
            listed.contains(&id.to_string()) && listed.contains("parked") && listed.contains("no such kind"),
            "{listed}"
        );
        assert!(
            installation.run_badly(&["jobs", "requeue", &Uuid::from_u128(8).to_string()]).contains("no parked job")
        );
        assert!(installation.run_badly(&["jobs", "requeue"]).contains("<ID>"));
        let program = installation.serve().await;
        let metrics = program.text("/metrics").await;
        assert!(metrics.contains("kaiku_jobs{state=\"parked\"} 1"), "{metrics}");
        for task in CoreTask::ALL {
            let line = format!("kaiku_heartbeat_age_seconds{{task=\"{task}\"}}");
            assert!(metrics.contains(&line), "{metrics}");
        }
        program.stop().await;
        assert_eq!(installation.run_well(&["jobs", "requeue", "--all"]).trim(), "1 jobs are ready again.");
        assert_eq!(installation.number("SELECT COUNT(*) FROM jobs WHERE state = 'ready' AND attempts = 0").await, 1);
    }
}
