//! When a place is closed: entered, or from an iCalendar file.

use actix_web::web::{Data, Json, Path, Payload, Query, ServiceConfig, delete, get, post};
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::listing::{Page, page};
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::closures::CLOSURES_AT_A_TIME;
use crate::administration::{self, CalendarImport, ChangedBy, NewClosure, View, closure_file};
use crate::base::{Kind, Problem};
use crate::organisation::{Node, NodeKind};
use crate::service::{Authority, Service};
use crate::store::closures as store;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::{StrictJson, read_body_of};

/// Which place.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NodeQuery {
    /// What kind of place.
    #[param(inline)]
    pub node_kind: NodeKind,
    /// Its short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    pub node: String,
}

/// Which page of the closures of which place.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClosuresQuery {
    /// What kind of place.
    #[param(inline)]
    pub node_kind: NodeKind,
    /// Its short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    pub node: String,
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// The maximum number of items on the page.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

/// Which day.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "read by the derive macro alone")]
pub struct DayPath {
    /// The day.
    #[param(format = Date, example = "2026-12-23")]
    day: String,
}

/// A day on which a place is closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosureDocument {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// Why.
    pub reason: String,
    /// `entered`, or `file` for a day of the newest calendar file.
    #[schema(example = "entered")]
    pub source: String,
}

/// Days on which a place is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClosures {
    /// The days; a day that was entered before gets the new reason.
    #[schema(min_items = 1, max_items = 400)]
    pub closures: Vec<NewClosure>,
}

/// A place that the caller sees.
fn seen(service: &Service, authority: &Authority, kind: NodeKind, slug: &str) -> Result<Node, Problem> {
    let settings = service.snapshot();
    let node = settings.tree.node(kind, slug).ok_or_else(Problem::not_found)?;
    let view = View::new(&settings.tree, authority, service.today());
    if view.sees(node) { Ok(node) } else { Err(Problem::not_found()) }
}

/// A place whose closures the caller may change.
fn kept(service: &Service, authority: &Authority, query: &NodeQuery) -> Result<Node, Problem> {
    let settings = service.snapshot();
    let node = settings.tree.node(query.node_kind, &query.node).ok_or_else(Problem::not_found)?;
    let view = View::new(&settings.tree, authority, service.today());
    if view.keeps_closures(node) { Ok(node) } else { Err(Problem::not_found()) }
}

/// The days on which a place is closed by its own calendar. The closures of the places above it count as well.
#[utoipa::path(get, path = "/api/v1/calendar/closures", tag = "calendar", operation_id = "list_node_closures",
    params(ClosuresQuery),
    responses((status = 200, body = Page<ClosureDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_closures(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<ClosuresQuery>,
) -> Result<Json<Page<ClosureDocument>>, ApiProblem> {
    let node = seen(&service, &allowed.authority, query.node_kind, &query.node)?;
    let mut db = service.store.read().await?;
    let rows = store::of(&mut db, node).await?;
    let rows = rows.into_iter().map(|row| (format!("{}/{}", row.day.0, row.source), row)).collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |row| ClosureDocument {
        day: row.day.0,
        reason: row.reason,
        source: row.source,
    })?))
}

/// Closes a place on some days, and moves the open deadlines there.
#[utoipa::path(post, path = "/api/v1/calendar/closures", tag = "calendar", operation_id = "add_node_closures",
    params(NodeQuery), request_body = NewClosures,
    responses((status = 204, description = "They are closed; the deadlines move in a moment"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_closures(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    query: Query<NodeQuery>,
    body: StrictJson<NewClosures>,
) -> Result<HttpResponse, ApiProblem> {
    let node = kept(&service, &allowed.authority, &query)?;
    if body.value.closures.is_empty() {
        let detail = format!("Send 1 to {CLOSURES_AT_A_TIME} closures at a time.");
        return Err(Problem::at("/closures", Kind::BatchSize, detail).into());
    }
    administration::add_closures(&service, ChangedBy::of(&allowed.authority), node, &body.value.closures).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Removes a closure of a place, and moves the open deadlines there.
#[utoipa::path(delete, path = "/api/v1/calendar/closures/{day}", tag = "calendar",
    operation_id = "remove_node_closure", params(DayPath, NodeQuery),
    responses((status = 204, description = "It is open; the deadlines move in a moment"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn remove_closure(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    day: Path<String>,
    query: Query<NodeQuery>,
) -> Result<HttpResponse, ApiProblem> {
    let node = kept(&service, &allowed.authority, &query)?;
    let day: Date = day.parse().map_err(|_| Problem::not_found())?;
    administration::remove_closure(&service, ChangedBy::of(&allowed.authority), node, day).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Closes a place on the days of an iCalendar file, which replace those of the previous file; entered days stay.
///
/// Events of whole days close; yearly repetitions on the same date are read for ten years; events with times of day are
/// listed and close nothing. A file with a fault is refused as a whole, and each fault is listed with its line.
#[utoipa::path(post, path = "/api/v1/calendar/import", tag = "calendar", operation_id = "import_calendar",
    params(NodeQuery),
    request_body(content = String, content_type = "text/calendar", description = "An iCalendar file: 262144 bytes and \
        2000 days at most"),
    responses((status = 200, body = CalendarImport, description = "What it brought; the deadlines move in a moment"),
        WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn import(
    request: HttpRequest,
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    query: Query<NodeQuery>,
    payload: Payload,
) -> Result<Json<CalendarImport>, ApiProblem> {
    let node = kept(&service, &allowed.authority, &query)?;
    let body = read_body_of(&request, payload.into_inner(), "text/calendar", closure_file::BYTES_MAX).await?;
    Ok(Json(administration::import_calendar(&service, ChangedBy::of(&allowed.authority), node, &body).await?))
}

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/calendar/closures", get().to(list_closures))
        .route("/calendar/closures", post().to(add_closures))
        .route("/calendar/closures/{day}", delete().to(remove_closure))
        .route("/calendar/import", post().to(import));
}
