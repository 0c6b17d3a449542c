//! Units: where feedback is given; their placements with producers, and their closing.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::listing::{Page, page};
use super::parameters::UnitPath;
use super::problem_answers::{ReadProblems, WriteProblems};
use super::services::organiser_slug;
use crate::administration::{self, ChangedBy, NewUnit, UnitChange, View};
use crate::base::Problem;
use crate::organisation::{Node, Placement, Tree, Unit};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UnitDocument {
    /// Its short name.
    #[schema(example = "koivuranta")]
    pub slug: String,
    /// The organiser's short name.
    pub organiser: String,
    /// The service's short name within the organiser.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Whether its first screen names emergency help and has a button to leave quickly.
    pub sensitive: bool,
    /// From this day on it takes no feedback.
    #[schema(value_type = Option<String>, format = Date)]
    pub closed_on: Option<Date>,
    /// Its producers over time.
    pub placements: Vec<PlacementDocument>,
}

/// A period in which a unit belongs to a producer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PlacementDocument {
    /// Its id.
    pub id: Uuid,
    /// The producer's short name.
    pub producer: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or null.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

/// A placement to add. An earlier placement without an end ends on the day before.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlacement {
    /// The producer's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "pajapiha-ry")]
    pub producer: String,
    /// First day; for a move, today at the earliest.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

/// When a unit closes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// From this day on it takes no feedback; null opens the unit again.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
}

/// Which units.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnitsQuery {
    /// Only those that belong to this producer today.
    #[param(example = "pajapiha-ry")]
    pub producer: Option<String>,
    /// Only those that give this service.
    #[param(example = "aikuissosiaalityo")]
    pub service: Option<String>,
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// The maximum number of items on the page.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

fn document(tree: &Tree, unit: &Unit) -> UnitDocument {
    let mut placements: Vec<&Placement> =
        tree.placements.values().filter(|placement| placement.unit_id == unit.id).collect();
    placements.sort_by_key(|placement| placement.valid_from);
    UnitDocument {
        slug: unit.slug.clone(),
        organiser: organiser_slug(tree, unit.organiser_id),
        service: service_slug(tree, unit).to_owned(),
        name: unit.name.clone(),
        sensitive: unit.sensitive,
        closed_on: unit.closed_on,
        placements: placements
            .into_iter()
            .map(|placement| PlacementDocument {
                id: placement.id,
                producer: producer_slug(tree, placement.producer_id).to_owned(),
                valid_from: placement.valid_from,
                valid_to: placement.valid_to,
            })
            .collect(),
    }
}

fn service_slug<'t>(tree: &'t Tree, unit: &Unit) -> &'t str {
    tree.services.get(&unit.service_id).map_or("", |given| given.slug.as_str())
}

fn producer_slug(tree: &Tree, id: Uuid) -> &str {
    tree.producers.get(&id).map_or("", |producer| producer.slug.as_str())
}

/// The unit as it is now.
fn current(service: &Service, id: Uuid) -> Result<UnitDocument, Problem> {
    let settings = service.snapshot();
    let unit = settings.tree.units.get(&id).ok_or_else(Problem::not_found)?;
    Ok(document(&settings.tree, unit))
}

/// The units you may see.
#[utoipa::path(get, path = "/api/v1/units", tag = "organisation", operation_id = "list_units",
    params(UnitsQuery),
    responses((status = 200, body = Page<UnitDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_units(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<UnitsQuery>,
) -> Result<Json<Page<UnitDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let (tree, today) = (&settings.tree, service.today());
    let view = View::new(tree, &allowed.authority, today);
    let rows = tree
        .units
        .values()
        .filter(|unit| view.sees(Node::unit(unit.id)))
        .filter(|unit| query.service.as_ref().is_none_or(|wanted| wanted == service_slug(tree, unit)))
        .filter(|unit| {
            query.producer.as_ref().is_none_or(|wanted| {
                tree.place(unit, today).is_some_and(|place| wanted == producer_slug(tree, place.producer_id))
            })
        })
        .map(|unit| (unit.slug.clone(), unit))
        .collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |unit| document(tree, unit))?))
}

/// One unit.
#[utoipa::path(get, path = "/api/v1/units/{slug}", tag = "organisation", operation_id = "get_unit",
    params(UnitPath),
    responses((status = 200, body = UnitDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_unit(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    slug: Path<String>,
) -> Result<Json<UnitDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    Ok(Json(document(&settings.tree, view.unit(&slug)?)))
}

/// Adds a unit with its first producer.
#[utoipa::path(post, path = "/api/v1/units", tag = "organisation", operation_id = "add_unit",
    request_body = NewUnit, responses((status = 201, body = UnitDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_unit(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<NewUnit>,
) -> Result<(Json<UnitDocument>, StatusCode), ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    kept_producer(&view, &body.value.producer)?;
    let id = administration::add_unit(&service, ChangedBy::of(&allowed.authority), &body.value).await?;
    Ok((Json(current(&service, id)?), StatusCode::CREATED))
}

/// Checks that the caller administers the producer that a body names.
fn kept_producer(view: &View<'_>, slug: &str) -> Result<(), Problem> {
    let kept = view.producer(slug).is_ok_and(|producer| view.administers(Node::producer(producer.id)));
    if kept { Ok(()) } else { Err(administration::unknown("/producer", "producer", slug)) }
}

/// Changes a unit's name, service and sensitivity.
#[utoipa::path(put, path = "/api/v1/units/{slug}", tag = "organisation", operation_id = "put_unit",
    params(UnitPath), request_body = UnitChange,
    responses((status = 200, body = UnitDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_unit(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<UnitChange>,
) -> Result<Json<UnitDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let unit = view.unit(&slug)?;
    view.must_administer(Node::unit(unit.id))?;
    administration::update_unit(&service, ChangedBy::of(&allowed.authority), unit.id, &body.value).await?;
    Ok(Json(current(&service, unit.id)?))
}

/// Places a unit with a producer. This is how a unit moves.
#[utoipa::path(post, path = "/api/v1/units/{slug}/placements", tag = "organisation", operation_id = "place_unit",
    params(UnitPath), request_body = NewPlacement,
    responses((status = 201, body = UnitDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn place_unit(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<NewPlacement>,
) -> Result<(Json<UnitDocument>, StatusCode), ApiProblem> {
    let new = body.value;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let unit = view.unit(&slug)?;
    view.must_administer(Node::unit(unit.id))?;
    kept_producer(&view, &new.producer)?;
    administration::place_unit(
        &service,
        ChangedBy::of(&allowed.authority),
        unit.id,
        &new.producer,
        new.valid_from,
        new.valid_to,
    )
    .await?;
    Ok((Json(current(&service, unit.id)?), StatusCode::CREATED))
}

/// Closes a unit from a day on, or opens it again. Its short name is never reused.
#[utoipa::path(post, path = "/api/v1/units/{slug}/close", tag = "organisation", operation_id = "close_unit",
    params(UnitPath), request_body = Closing,
    responses((status = 200, body = UnitDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn close_unit(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<Closing>,
) -> Result<Json<UnitDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let unit = view.unit(&slug)?;
    view.must_administer(Node::unit(unit.id))?;
    administration::close_unit(&service, ChangedBy::of(&allowed.authority), unit.id, body.value.on).await?;
    Ok(Json(current(&service, unit.id)?))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/units", web::get().to(list_units))
        .route("/units", web::post().to(add_unit))
        .route("/units/{slug}", web::get().to(get_unit))
        .route("/units/{slug}", web::put().to(put_unit))
        .route("/units/{slug}/placements", web::post().to(place_unit))
        .route("/units/{slug}/close", web::post().to(close_unit));
}
