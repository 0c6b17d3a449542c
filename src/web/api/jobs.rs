//! The job queue, for the admins of the installation; a parked job can be made ready again.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, ServiceConfig, get, post};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem_answers::ReadProblems;
use crate::base::Problem;
use crate::organisation::Action;
use crate::service::Service;
use crate::store::jobs;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;

/// The maximum number of jobs shown.
const JOBS_MOST: i64 = 200;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/jobs", get().to(list)).route("/jobs/{id}/requeue", post().to(requeue));
}

/// Waiting, leased and parked jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jobs {
    /// The jobs, parked ones first.
    pub items: Vec<JobDocument>,
}

/// One job; it contains ids, never content.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobDocument {
    /// Its id.
    pub id: Uuid,
    /// Which kind.
    pub kind: String,
    /// `ready`, `leased` or `parked`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// It does not run before this instant (RFC 3339).
    pub run_at: String,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// The queue: parked jobs first.
#[utoipa::path(get, path = "/api/v1/jobs", operation_id = "list_jobs", tag = "jobs",
    security(("token" = ["jobs:write"])),
    responses(
        (status = 200, body = Jobs, description = "The queue"),
        ReadProblems))]
pub async fn list(service: Data<Service>, caller: Allowed<scope::JobsWrite>) -> Result<HttpResponse, ApiProblem> {
    caller.authority.check_anywhere(Action::KeepJobs)?;
    let mut db = service.store.read().await?;
    let items = jobs::list(&mut db, JOBS_MOST)
        .await?
        .into_iter()
        .map(|job| JobDocument {
            id: job.id,
            kind: job.kind,
            state: job.state,
            attempts: job.attempts,
            run_at: jiff::Timestamp::from_microsecond(job.run_at).map(|at| at.to_string()).unwrap_or_default(),
            last_error: job.last_error,
        })
        .collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Jobs { items }))
}

/// Makes a parked job ready again, with all its tries left.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/requeue", operation_id = "requeue_job", tag = "jobs",
    params(("id" = Uuid, Path, description = "The job's id")),
    security(("token" = ["jobs:write"])),
    responses(
        (status = 204, description = "It is ready again"),
        ReadProblems))]
pub async fn requeue(
    service: Data<Service>,
    caller: Allowed<scope::JobsWrite>,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiProblem> {
    caller.authority.check_anywhere(Action::KeepJobs)?;
    let mut tx = service.store.write().await?;
    if !jobs::requeue(&mut tx, *id, service.now()).await? {
        return Err(Problem::not_found().into());
    }
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
