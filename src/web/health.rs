//! `/healthz` for everybody; `/readyz` and `/metrics` on a listener of their own (`server.health_bind`).

use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::{Data, ServiceConfig, get};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::intake::Intake;
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::store::{self, jobs};
use crate::web::limits::RateLimits;

/// For how long what was seen of the database answers every call, so that calls cannot use up its connections.
const SEEN_IS_FRESH: Duration = Duration::from_secs(1);

/// What readiness depends on.
#[derive(Debug, Serialize)]
pub struct Readiness {
    /// The database answers.
    pub database: bool,
    /// Every migration is applied.
    pub migrations: bool,
    /// The writer writes. False when it has been stuck for seconds, or its disk is full.
    pub writer: bool,
    /// Notices, mails, messages and deadlines go on. True too where they are left to other instances (`jobs.run`).
    pub worker: bool,
    /// Settings and keys that others change are taken up, and every key that writes is on the keyring of this instance.
    pub current: bool,
    /// A request with `X-Forwarded-For` came from an address that is not in `server.trusted_proxies`. If that is the proxy in
    /// front, everybody behind it counts as one client. Whoever likes can send such a request: it makes nothing unready.
    pub forwarded_by_untrusted: bool,
}

/// What was seen of the database by the last call that looked, shared by the calls of the next moment.
#[derive(Default)]
pub struct Seen {
    ready: Shared<Ready>,
    jobs: Shared<Vec<(String, i64)>>,
}

/// What readiness asks the database.
#[derive(Debug, Clone, Copy, Default)]
struct Ready {
    database: bool,
    migrations: bool,
    writer: bool,
}

/// A value that one caller at a time finds out, and the others take over.
#[derive(Default)]
struct Shared<T>(Mutex<Option<(Instant, T)>>);

impl<T: Clone> Shared<T> {
    async fn get(&self, look: impl Future<Output = T>) -> T {
        let mut held = self.0.lock().await;
        if let Some((at, value)) = held.as_ref()
            && at.elapsed() < SEEN_IS_FRESH
        {
            return value.clone();
        }
        let value = look.await;
        *held = Some((Instant::now(), value.clone()));
        value
    }
}

/// Adds what everybody may ask.
pub fn configure_public(routes: &mut ServiceConfig) {
    routes.route("/healthz", get().to(healthz));
}

/// Adds the routes of the listener for those who keep the service running.
pub fn configure(routes: &mut ServiceConfig) {
    routes.configure(configure_public).route("/readyz", get().to(readyz)).route("/metrics", get().to(metrics));
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "text/plain", description = "It runs")))]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).content_type(ContentType::plaintext()).body("ok\n")
}

/// The service does its work: the database answers, every migration is applied, the writer writes, the worker works. 503
/// where it does not, with what it is that fails.
async fn readyz(
    service: Data<Service>,
    intake: Data<Intake>,
    limits: Data<RateLimits>,
    seen: Data<Seen>,
) -> HttpResponse {
    let look = async {
        let (migrations, writer) = tokio::join!(store::is_current(&service.store), intake.can_write());
        Ready { database: migrations.is_ok(), migrations: migrations.unwrap_or(false), writer }
    };
    let Ready { database, migrations, writer } = seen.ready.get(look).await;
    let silent = silent_after(&service);
    let ages = service.heartbeat_ages();
    let readiness = Readiness {
        database,
        migrations,
        writer,
        worker: ages.iter().all(|(task, age)| !task.is_of_the_worker() || *age < silent),
        current: service.keys_are_complete()
            && ages.iter().all(|(task, age)| *task != CoreTask::Settings || *age < silent),
        forwarded_by_untrusted: limits.saw_untrusted_forwarding(),
    };
    let ready = readiness.database && readiness.migrations && readiness.writer && readiness.worker && readiness.current;
    let mut answer = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.insert_header((CACHE_CONTROL, "no-store")).json(readiness)
}

/// After how long without a sign of life a task of the worker counts as hung: nothing that it waits for lasts as long as
/// the lease of a job.
fn silent_after(service: &Service) -> Duration {
    service.config.jobs.lease * 3 + service.config.jobs.poll
}

/// Figures in Prometheus' text format; none of them names a unit.
async fn metrics(service: Data<Service>, recorder: Data<PrometheusHandle>, seen: Data<Seen>) -> HttpResponse {
    let look = async {
        match service.store.read().await {
            Ok(mut db) => jobs::count_by_state(&mut db).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    };
    for state in ["ready", "leased", "parked"] {
        metrics::gauge!("kaiku_jobs", "state" => state).set(0.0);
    }
    for (state, count) in seen.jobs.get(look).await {
        // Far below 2^53 jobs: exact as a float.
        metrics::gauge!("kaiku_jobs", "state" => state).set(count as f64);
    }
    for (task, age) in service.heartbeat_ages() {
        metrics::gauge!("kaiku_heartbeat_age_seconds", "task" => task.as_str()).set(age.as_secs_f64());
    }
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(recorder.render())
}
