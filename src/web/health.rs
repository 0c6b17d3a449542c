//! `/healthz`, `/readyz` and `/metrics`.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::{Data, ServiceConfig, get};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use utoipa::ToSchema;

use crate::intake::Intake;
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::store::{self, jobs};

/// What readiness depends on.
#[derive(Debug, Serialize, ToSchema)]
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
}

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/healthz", get().to(healthz)).route("/readyz", get().to(readyz)).route("/metrics", get().to(metrics));
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "text/plain", description = "It runs")))]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).content_type(ContentType::plaintext()).body("ok\n")
}

/// The service does its work: the database answers, every migration is applied, the writer writes, the worker works.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()),
    responses((status = 200, body = Readiness, description = "It can"),
        (status = 503, body = Readiness, description = "It cannot, and why")))]
pub async fn readyz(service: Data<Service>, intake: Data<Intake>) -> HttpResponse {
    let (migrations, writer) = tokio::join!(store::is_current(&service.store), intake.can_write());
    let silent = silent_after(&service);
    let ages = service.heartbeat_ages();
    let readiness = Readiness {
        database: migrations.is_ok(),
        migrations: migrations.unwrap_or(false),
        writer,
        worker: ages.iter().all(|(task, age)| !task.is_of_the_worker() || *age < silent),
        current: service.keys_are_complete()
            && ages.iter().all(|(task, age)| *task != CoreTask::Settings || *age < silent),
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
#[utoipa::path(get, path = "/metrics", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "text/plain", description = "The figures")))]
pub async fn metrics(service: Data<Service>, recorder: Data<PrometheusHandle>) -> HttpResponse {
    for state in ["ready", "leased", "parked"] {
        metrics::gauge!("kaiku_jobs", "state" => state).set(0.0);
    }
    if let Ok(mut db) = service.store.read().await
        && let Ok(counts) = jobs::count_by_state(&mut db).await
    {
        for (state, count) in counts {
            // Far below 2^53 jobs: exact as a float.
            metrics::gauge!("kaiku_jobs", "state" => state).set(count as f64);
        }
    }
    for (task, age) in service.heartbeat_ages() {
        metrics::gauge!("kaiku_heartbeat_age_seconds", "task" => task.as_str()).set(age.as_secs_f64());
    }
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(recorder.render())
}
