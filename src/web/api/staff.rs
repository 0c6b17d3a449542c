//! The workers of a unit. Only its admin and its responsible person see them.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::listing::{Page, page};
use super::organisers::PageQuery;
use super::parameters::UnitPath;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy, NewWorker, View};
use crate::base::Problem;
use crate::organisation::{Node, Tree, Worker};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A worker at a unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WorkerDocument {
    /// Its id.
    pub id: Uuid,
    /// The person's short name.
    pub principal: String,
    /// The person's name.
    pub name: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or null.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

/// When somebody's work at a unit ends.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkerEnd {
    /// The last day; null removes it.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

fn document(tree: &Tree, worker: &Worker) -> WorkerDocument {
    let person = tree.principals.get(&worker.principal_id);
    WorkerDocument {
        id: worker.id,
        principal: person.map_or_else(String::new, |person| person.slug.clone()),
        name: person.map_or_else(String::new, |person| person.name.clone()),
        valid_from: worker.valid_from,
        valid_to: worker.valid_to,
    }
}

fn current(service: &Service, id: Uuid) -> Result<WorkerDocument, Problem> {
    let settings = service.snapshot();
    let worker = settings.tree.workers.get(&id).ok_or_else(Problem::not_found)?;
    Ok(document(&settings.tree, worker))
}

/// The people who work or worked at a unit.
#[utoipa::path(get, path = "/api/v1/units/{slug}/staff", tag = "organisation", operation_id = "list_staff",
    params(UnitPath, PageQuery),
    responses((status = 200, body = Page<WorkerDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_staff(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    slug: Path<String>,
    query: Query<PageQuery>,
) -> Result<Json<Page<WorkerDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let unit = view.unit(&slug)?;
    if !view.keeps_colours(unit.id) {
        return Err(Problem::not_found().into());
    }
    let rows = tree
        .workers
        .values()
        .filter(|worker| worker.unit_id == unit.id)
        .map(|worker| {
            let slug = tree.principals.get(&worker.principal_id).map_or("", |person| person.slug.as_str());
            (format!("{slug}/{}", worker.valid_from), worker)
        })
        .collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |worker| document(tree, worker))?))
}

/// Adds a person to a unit's staff. What they may see depends on their roles.
#[utoipa::path(post, path = "/api/v1/units/{slug}/staff", tag = "organisation", operation_id = "add_worker",
    params(UnitPath), request_body = NewWorker,
    responses((status = 201, body = WorkerDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_worker(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<NewWorker>,
) -> Result<(Json<WorkerDocument>, StatusCode), ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let unit = view.unit(&slug)?;
    view.must_administer(Node::unit(unit.id))?;
    let id = administration::add_worker(&service, ChangedBy::of(&allowed.authority), unit.id, &body.value).await?;
    Ok((Json(current(&service, id)?), StatusCode::CREATED))
}

/// Sets the last day of somebody's work at a unit.
#[utoipa::path(put, path = "/api/v1/units/{slug}/staff/{id}", tag = "organisation", operation_id = "put_worker",
    params(UnitPath, ("id" = Uuid, Path, description = "The worker's id at the unit")),
    request_body = WorkerEnd,
    responses((status = 200, body = WorkerDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_worker(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    path: Path<(String, String)>,
    body: StrictJson<WorkerEnd>,
) -> Result<Json<WorkerDocument>, ApiProblem> {
    let (slug, id) = path.into_inner();
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let unit = view.unit(&slug)?;
    view.must_administer(Node::unit(unit.id))?;
    administration::end_worker(&service, ChangedBy::of(&allowed.authority), unit.id, id, body.value.valid_to).await?;
    Ok(Json(current(&service, id)?))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/units/{slug}/staff", web::get().to(list_staff))
        .route("/units/{slug}/staff", web::post().to(add_worker))
        .route("/units/{slug}/staff/{id}", web::put().to(put_worker));
}
