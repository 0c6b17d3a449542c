//! Organisers: read, rename, close for days. A new organiser comes from an import, with its people and rules.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use serde::{Deserialize, Serialize};

use super::listing::{Page, page};
use super::parameters::OrganiserPath;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy, NewClosure, View};
use crate::base::Problem;
use crate::organisation::{Node, Organiser};
use crate::service::Service;
use crate::store::closures as store;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// An organiser.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OrganiserDocument {
    /// Its short name.
    #[schema(example = "itajarvi")]
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// What may change of an organiser, a service or a producer.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameChange {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$")]
    pub name: String,
}

/// Days on which an organiser is closed besides the public holidays.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closures {
    /// The days, each once; at most 400 in one request.
    pub closures: Vec<NewClosure>,
}

/// Which page of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// The maximum number of items on the page.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

fn document(organiser: &Organiser) -> OrganiserDocument {
    OrganiserDocument { slug: organiser.slug.clone(), name: organiser.name.clone() }
}

/// The organisers you belong to.
#[utoipa::path(get, path = "/api/v1/organisers", tag = "organisation", operation_id = "list_organisers",
    params(PageQuery),
    responses((status = 200, body = Page<OrganiserDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_organisers(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<Json<Page<OrganiserDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let seen = settings.tree.organisers.values().filter(|known| view.sees(Node::organiser(known.id)));
    let rows = seen.map(|known| (known.slug.clone(), known)).collect();
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, &service.config.limits, document)?))
}

/// One organiser.
#[utoipa::path(get, path = "/api/v1/organisers/{slug}", tag = "organisation", operation_id = "get_organiser",
    params(OrganiserPath),
    responses((status = 200, body = OrganiserDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_organiser(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    slug: Path<String>,
) -> Result<Json<OrganiserDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    Ok(Json(document(view.organiser(&slug)?)))
}

/// Renames an organiser.
#[utoipa::path(put, path = "/api/v1/organisers/{slug}", tag = "organisation", operation_id = "put_organiser",
    params(OrganiserPath), request_body = NameChange,
    responses((status = 200, body = OrganiserDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_organiser(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<NameChange>,
) -> Result<Json<OrganiserDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let organiser = view.organiser(&slug)?;
    view.must_administer(Node::organiser(organiser.id))?;
    administration::rename_organiser(&service, ChangedBy::of(&allowed.authority), organiser.id, &body.value.name)
        .await?;
    let settings = service.snapshot();
    Ok(Json(document(settings.tree.organisers.get(&organiser.id).ok_or_else(Problem::not_found)?)))
}

/// The days on which an organiser is closed besides the public holidays.
#[utoipa::path(get, path = "/api/v1/organisers/{slug}/closures", tag = "organisation",
    operation_id = "list_closures", params(OrganiserPath),
    responses((status = 200, body = Closures, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_closures(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    slug: Path<String>,
) -> Result<Json<Closures>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let organiser = view.organiser(&slug)?;
    Ok(Json(closures(&service, organiser).await?))
}

/// Closes an organiser on some days: they are not working days, and open deadlines move.
#[utoipa::path(post, path = "/api/v1/organisers/{slug}/closures", tag = "organisation",
    operation_id = "add_closures", params(OrganiserPath),
    request_body = Closures, responses((status = 200, body = Closures, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_closures(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<Closures>,
) -> Result<Json<Closures>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let organiser = view.organiser(&slug)?;
    view.must_administer(Node::organiser(organiser.id))?;
    administration::add_closures(
        &service,
        ChangedBy::of(&allowed.authority),
        Node::organiser(organiser.id),
        &body.value.closures,
    )
    .await?;
    Ok(Json(closures(&service, organiser).await?))
}

async fn closures(service: &Service, organiser: &Organiser) -> Result<Closures, ApiProblem> {
    let mut db = service.store.read().await?;
    // A day that was entered and is also in a file is listed once, with the entered reason.
    let mut rows = store::of(&mut db, Node::organiser(organiser.id)).await?;
    rows.dedup_by_key(|row| row.day);
    Ok(Closures { closures: rows.into_iter().map(|row| NewClosure { day: row.day.0, reason: row.reason }).collect() })
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/organisers", web::get().to(list_organisers))
        .route("/organisers/{slug}", web::get().to(get_organiser))
        .route("/organisers/{slug}", web::put().to(put_organiser))
        .route("/organisers/{slug}/closures", web::get().to(list_closures))
        .route("/organisers/{slug}/closures", web::post().to(add_closures));
}
