//! Messages of givers' devices that could not be taken in: who keeps the installation sees and releases them.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, Query, ServiceConfig, delete, get, post};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::listing::{Page, Part};
use super::organisers::PageQuery;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::base::Problem;
use crate::intake::Intake;
use crate::intake::held::{self, Settled};
use crate::organisation::Action;
use crate::service::Service;
use crate::store::held_messages::{self, HeldSummary};
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;
use crate::web::limits::RateLimits;
use crate::web::pages::giver::submission::message::{Message, Place, Unreadable};

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/held-messages", get().to(list))
        .route("/held-messages/{id}", delete().to(discard))
        .route("/held-messages/{id}/release", post().to(release));
}

/// A message that is held. What the giver said stays sealed.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldMessage {
    /// The message's id.
    pub id: Uuid,
    /// The day on which it arrived.
    #[schema(value_type = String, format = Date)]
    pub held_on: Date,
    /// The short name of the unit that it was given at; there may be none of that name.
    #[schema(example = "koivuranta")]
    pub unit: String,
    /// The id of its instrument; null for the unit's own kiosk.
    #[schema(example = "pikapalaute")]
    pub instrument: Option<String>,
    /// Why it could not be taken in: a code of the error table.
    #[schema(example = "unit-closed")]
    pub why: String,
}

impl HeldMessage {
    fn of(row: HeldSummary) -> Self {
        let instrument = Place::of(&row.address).and_then(|place| place.instrument).map(str::to_owned);
        Self { id: row.id, held_on: row.held_on.0, unit: row.unit, instrument, why: row.why }
    }
}

/// How a message is released.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRequest {
    /// The short name of the unit that took over, where the message's own has closed; else the message goes to its own.
    #[serde(default)]
    #[schema(example = "koivuranta", min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$")]
    pub unit: Option<String>,
}

/// The feedback that a message became.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleasedMessage {
    /// The feedback's id.
    pub feedback_id: Option<Uuid>,
}

/// What givers' devices sent without a network before, and what could be read but not be taken in; the oldest first.
///
/// Who may release them gets a notice a working day for each unit of which some are held. They are erased after
/// `retention.held_months`.
#[utoipa::path(get, path = "/api/v1/held-messages", operation_id = "list_held_messages", tag = "jobs",
    params(PageQuery),
    security(("token" = ["jobs:write"])),
    responses(
        (status = 200, body = Page<HeldMessage>, description = "A page of them"),
        ReadProblems))]
pub async fn list(
    service: Data<Service>,
    caller: Allowed<scope::JobsWrite>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, ApiProblem> {
    caller.authority.check_anywhere(Action::KeepHeld)?;
    let part = Part::of(query.cursor.as_deref(), query.limit, &service.config.limits)?;
    let mut db = service.store.read().await?;
    let rows = held_messages::list(&mut db, part.after, part.rows).await?;
    let (rows, next_cursor) = part.page_of(rows, |row| (row.held_on, row.id));
    let items = rows.into_iter().map(HeldMessage::of).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Page { items, next_cursor }))
}

/// Takes a message in, once what it was refused for is mended. It becomes one feedback, however often it is released.
#[utoipa::path(post, path = "/api/v1/held-messages/{id}/release", operation_id = "release_held_message", tag = "jobs",
    request_body = ReleaseRequest,
    params(("id" = Uuid, Path, description = "The message's id")),
    security(("token" = ["jobs:write"])),
    responses(
        (status = 200, body = ReleasedMessage, description = "It is taken in"),
        WriteProblems))]
pub async fn release(
    service: Data<Service>,
    intake: Data<Intake>,
    limits: Data<RateLimits>,
    caller: Allowed<scope::JobsWrite>,
    id: Path<Uuid>,
    body: StrictJson<ReleaseRequest>,
) -> Result<HttpResponse, ApiProblem> {
    caller.authority.check_anywhere(Action::KeepHeld)?;
    let row = held_messages::find(&mut service.store.read().await?, *id).await?.ok_or_else(Problem::not_found)?;
    let message = Message::open(&service.keyring, &row.message, usize::MAX).map_err(|why| match why {
        Unreadable::UnknownKey => Problem::internal(format!("the keyring has no key {} any more", row.key_id)),
        Unreadable::ForGood(problem) => problem,
    })?;
    let outcome = message.take(&service, &intake, &limits, body.value.unit.as_deref()).await?;
    held::settle(&service, &caller.authority, *id, Settled::Released).await?;
    let released = ReleasedMessage { feedback_id: outcome.feedback_id() };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(released))
}

/// Discards a message for good: its giver is told nothing.
#[utoipa::path(delete, path = "/api/v1/held-messages/{id}", operation_id = "discard_held_message", tag = "jobs",
    params(("id" = Uuid, Path, description = "The message's id")),
    security(("token" = ["jobs:write"])),
    responses(
        (status = 204, description = "It is erased"),
        ReadProblems))]
pub async fn discard(
    service: Data<Service>,
    caller: Allowed<scope::JobsWrite>,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiProblem> {
    caller.authority.check_anywhere(Action::KeepHeld)?;
    held::settle(&service, &caller.authority, *id, Settled::Discarded).await?;
    Ok(HttpResponse::NoContent().finish())
}
