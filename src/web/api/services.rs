//! Services of an organiser, such as adult social work.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::listing::{Page, page};
use super::organisers::NameChange;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy, NewNamed, View};
use crate::base::Problem;
use crate::organisation::{CareService, Node, Tree};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A service.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ServiceDocument {
    /// Its id; its short name is unique within the organiser only.
    pub id: Uuid,
    /// The organiser's short name.
    pub organiser: String,
    /// Its short name.
    #[schema(example = "aikuissosiaalityo")]
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A service to be added.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// The organiser's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "itajarvi")]
    pub organiser: String,
    /// Its short name, which never changes; unique within the organiser.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "perhetyo")]
    pub slug: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = "Perhetyö")]
    pub name: String,
}

/// Which services.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ServicesQuery {
    /// Only of this organiser.
    #[param(example = "itajarvi")]
    pub organiser: Option<String>,
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// The maximum number of items on the page.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

fn document(tree: &Tree, given: &CareService) -> ServiceDocument {
    ServiceDocument {
        id: given.id,
        organiser: organiser_slug(tree, given.organiser_id),
        slug: given.slug.clone(),
        name: given.name.clone(),
    }
}

/// The short name of an organiser.
pub(super) fn organiser_slug(tree: &Tree, id: Uuid) -> String {
    tree.organisers.get(&id).map_or_else(String::new, |organiser| organiser.slug.clone())
}

/// The services you may see.
#[utoipa::path(get, path = "/api/v1/services", tag = "organisation", operation_id = "list_services",
    params(ServicesQuery),
    responses((status = 200, body = Page<ServiceDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_services(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<ServicesQuery>,
) -> Result<Json<Page<ServiceDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let rows = tree
        .services
        .values()
        .filter(|given| view.sees_service(given))
        .map(|given| (organiser_slug(tree, given.organiser_id), given))
        .filter(|(organiser, _)| query.organiser.as_ref().is_none_or(|wanted| wanted == organiser))
        .map(|(organiser, given)| (format!("{organiser}/{}", given.slug), given))
        .collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |given| document(tree, given))?))
}

fn seen<'t>(tree: &'t Tree, view: &View<'_>, id: &str) -> Result<&'t CareService, Problem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    tree.services.get(&id).filter(|given| view.sees_service(given)).ok_or_else(Problem::not_found)
}

/// One service.
#[utoipa::path(get, path = "/api/v1/services/{id}", tag = "organisation", operation_id = "get_service",
    params(("id" = Uuid, Path, description = "The service's id")),
    responses((status = 200, body = ServiceDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_service(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<Json<ServiceDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    Ok(Json(document(&settings.tree, seen(&settings.tree, &view, &id)?)))
}

/// Adds a service.
#[utoipa::path(post, path = "/api/v1/services", tag = "organisation", operation_id = "add_service",
    request_body = NewService,
    responses((status = 201, body = ServiceDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_service(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<NewService>,
) -> Result<(Json<ServiceDocument>, StatusCode), ApiProblem> {
    let new = body.value;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let organiser = view
        .organiser(&new.organiser)
        .ok()
        .filter(|organiser| view.administers(Node::organiser(organiser.id)))
        .ok_or_else(|| administration::unknown("/organiser", "organiser", &new.organiser))?;
    let named = NewNamed { slug: new.slug, name: new.name };
    let id = administration::add_service(&service, ChangedBy::of(&allowed.authority), organiser.id, &named).await?;
    let settings = service.snapshot();
    let given = settings.tree.services.get(&id).ok_or_else(Problem::not_found)?;
    Ok((Json(document(&settings.tree, given)), StatusCode::CREATED))
}

/// Renames a service.
#[utoipa::path(put, path = "/api/v1/services/{id}", tag = "organisation", operation_id = "put_service",
    params(("id" = Uuid, Path, description = "The service's id")), request_body = NameChange,
    responses((status = 200, body = ServiceDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_service(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    id: Path<String>,
    body: StrictJson<NameChange>,
) -> Result<Json<ServiceDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let given = seen(&settings.tree, &view, &id)?;
    view.must_administer(Node::organiser(given.organiser_id))?;
    administration::rename_service(&service, ChangedBy::of(&allowed.authority), given.id, &body.value.name).await?;
    let settings = service.snapshot();
    let given = settings.tree.services.get(&given.id).ok_or_else(Problem::not_found)?;
    Ok(Json(document(&settings.tree, given)))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/services", web::get().to(list_services))
        .route("/services", web::post().to(add_service))
        .route("/services/{id}", web::get().to(get_service))
        .route("/services/{id}", web::put().to(put_service));
}
