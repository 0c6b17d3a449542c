//! Producers: the organisations that provide services for an organiser.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use serde::{Deserialize, Serialize};

use super::listing::{Page, page};
use super::organisers::NameChange;
use super::parameters::ProducerPath;
use super::problem_answers::{ReadProblems, WriteProblems};
use super::services::organiser_slug;
use crate::administration::{self, ChangedBy, NewNamed, View};
use crate::base::Problem;
use crate::organisation::{Node, Producer, Tree};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A producer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProducerDocument {
    /// Its short name.
    #[schema(example = "pajapiha-ry")]
    pub slug: String,
    /// The organiser's short name.
    pub organiser: String,
    /// Its name.
    pub name: String,
}

/// A producer to be added.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProducer {
    /// The organiser's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "itajarvi")]
    pub organiser: String,
    /// Its short name, which never changes; unique in the installation.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "esimerkkikoti")]
    pub slug: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = "Esimerkkikoti oy")]
    pub name: String,
}

/// Which producers.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProducersQuery {
    /// Only of this organiser.
    #[param(example = "itajarvi")]
    pub organiser: Option<String>,
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// The maximum number of items on the page.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

fn document(tree: &Tree, producer: &Producer) -> ProducerDocument {
    ProducerDocument {
        slug: producer.slug.clone(),
        organiser: organiser_slug(tree, producer.organiser_id),
        name: producer.name.clone(),
    }
}

/// The producers you may see.
#[utoipa::path(get, path = "/api/v1/producers", tag = "organisation", operation_id = "list_producers",
    params(ProducersQuery),
    responses((status = 200, body = Page<ProducerDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_producers(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<ProducersQuery>,
) -> Result<Json<Page<ProducerDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let rows = tree
        .producers
        .values()
        .filter(|known| view.sees(Node::producer(known.id)))
        .filter(|known| {
            query.organiser.as_ref().is_none_or(|wanted| *wanted == organiser_slug(tree, known.organiser_id))
        })
        .map(|known| (known.slug.clone(), known))
        .collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |known| document(tree, known))?))
}

/// One producer.
#[utoipa::path(get, path = "/api/v1/producers/{slug}", tag = "organisation", operation_id = "get_producer",
    params(ProducerPath),
    responses((status = 200, body = ProducerDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_producer(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    slug: Path<String>,
) -> Result<Json<ProducerDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    Ok(Json(document(&settings.tree, view.producer(&slug)?)))
}

/// Adds a producer.
#[utoipa::path(post, path = "/api/v1/producers", tag = "organisation", operation_id = "add_producer",
    request_body = NewProducer,
    responses((status = 201, body = ProducerDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_producer(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<NewProducer>,
) -> Result<(Json<ProducerDocument>, StatusCode), ApiProblem> {
    let new = body.value;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let organiser = view
        .organiser(&new.organiser)
        .ok()
        .filter(|organiser| view.administers(Node::organiser(organiser.id)))
        .ok_or_else(|| administration::unknown("/organiser", "organiser", &new.organiser))?;
    let named = NewNamed { slug: new.slug, name: new.name };
    let id = administration::add_producer(&service, ChangedBy::of(&allowed.authority), organiser.id, &named).await?;
    let settings = service.snapshot();
    let producer = settings.tree.producers.get(&id).ok_or_else(Problem::not_found)?;
    Ok((Json(document(&settings.tree, producer)), StatusCode::CREATED))
}

/// Renames a producer.
#[utoipa::path(put, path = "/api/v1/producers/{slug}", tag = "organisation", operation_id = "put_producer",
    params(ProducerPath), request_body = NameChange,
    responses((status = 200, body = ProducerDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_producer(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<NameChange>,
) -> Result<Json<ProducerDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let producer = view.producer(&slug)?;
    view.must_administer(Node::producer(producer.id))?;
    administration::rename_producer(&service, ChangedBy::of(&allowed.authority), producer.id, &body.value.name).await?;
    let settings = service.snapshot();
    let producer = settings.tree.producers.get(&producer.id).ok_or_else(Problem::not_found)?;
    Ok(Json(document(&settings.tree, producer)))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/producers", web::get().to(list_producers))
        .route("/producers", web::post().to(add_producer))
        .route("/producers/{slug}", web::get().to(get_producer))
        .route("/producers/{slug}", web::put().to(put_producer));
}
