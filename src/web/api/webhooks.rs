//! Webhooks: other systems that get messages about events. Only admins of the whole organiser see and change them.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

use super::listing::{Page, page};
use super::organisers::PageQuery;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::webhooks::{self, NewWebhook, WebhookChange};
use crate::administration::{self, ChangedBy, NodeName, View};
use crate::base::Problem;
use crate::organisation::{Node, Tree};
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::webhooks::{DeliveryRow, DeliveryState};
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;
use crate::webhook::{EventType, Webhook};

/// A webhook without its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WebhookDocument {
    /// Its id.
    pub id: Uuid,
    /// The place whose feedback, cases and boards it gets messages about, with everything below.
    pub node: NodeName,
    /// The address to which messages are sent.
    pub url: String,
    /// Which events; none means all.
    pub events: Vec<EventType>,
    /// Whether messages are sent.
    pub enabled: bool,
    /// `gone` if it was disabled because its target answered 410.
    pub stopped: Option<String>,
}

/// A webhook that was added.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AddedWebhook {
    /// Its id.
    pub id: Uuid,
    /// The secret with which its messages are signed. It is shown only once.
    #[schema(example = "whsec_…")]
    pub secret: String,
}

/// A new secret.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RotatedSecret {
    /// The secret with which messages are signed from now on, in addition to the previous one. It is shown only once.
    #[schema(example = "whsec_…")]
    pub secret: String,
    /// Until when messages are also signed with the previous secret.
    #[schema(value_type = String, format = DateTime)]
    pub previous_until: Timestamp,
}

/// A queued message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct QueuedMessage {
    /// Its id, which is the `webhook-id` header.
    pub id: Uuid,
}

/// Messages, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Deliveries {
    /// 200 at most.
    pub items: Vec<DeliveryDocument>,
}

/// One message and its outcome.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryDocument {
    /// Its id, which is the `webhook-id` header; the same at every try.
    pub id: Uuid,
    /// What happened.
    #[serde(rename = "type")]
    pub event: EventType,
    /// The feedback that it is about.
    pub feedback_id: Option<Uuid>,
    /// The time it says: for what a giver did, the hour at which such messages leave. Once settled, the beginning of its
    /// day (UTC).
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Option<Timestamp>,
    /// Its outcome.
    pub state: DeliveryState,
    /// How often sending was tried.
    pub attempts: i64,
    /// The last status with which the target answered.
    pub last_status: Option<i64>,
    /// Why the last try failed: `refused`, `redirected`, `timed_out`, `not_connected`, `broken_off` or `forbidden_target`.
    pub last_error: Option<String>,
    /// The day on which it was delivered, given up or dropped.
    #[schema(value_type = Option<String>, format = Date)]
    pub settled_on: Option<Date>,
}

fn document(tree: &Tree, webhook: &Webhook) -> Option<WebhookDocument> {
    Some(WebhookDocument {
        id: webhook.id,
        node: NodeName::of(tree, webhook.node)?,
        url: webhook.url.clone(),
        events: webhook.events.clone(),
        enabled: webhook.enabled,
        stopped: webhook.stopped.clone(),
    })
}

fn delivery(row: DeliveryRow) -> DeliveryDocument {
    DeliveryDocument {
        id: row.id,
        event: row.event,
        feedback_id: row.feedback_id,
        timestamp: Timestamp::from_microsecond(row.at).ok(),
        state: row.state,
        attempts: row.attempts,
        last_status: row.last_status,
        last_error: row.last_error,
        settled_on: row.settled_on.map(|day| day.0),
    }
}

/// Whether the caller administers the webhooks of a node: only an admin of its organiser, because messages leave the
/// installation.
fn keeps(tree: &Tree, view: &View<'_>, node: Node) -> bool {
    tree.organiser_of(node).is_some_and(|id| view.administers(Node::organiser(id)))
}

/// The webhook with this id, if the caller administers it.
fn kept<'s>(
    settings: &'s Snapshot,
    allowed: &Allowed<scope::WebhooksWrite>,
    service: &Service,
    id: &str,
) -> Result<&'s Webhook, Problem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let found = settings.webhooks.iter().find(|webhook| webhook.id == id);
    found.filter(|webhook| keeps(&settings.tree, &view, webhook.node)).ok_or_else(Problem::not_found)
}

/// The webhooks you administer.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "list_webhooks",
    params(PageQuery),
    responses((status = 200, body = Page<WebhookDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn list_webhooks(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<Json<Page<WebhookDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let held = settings.webhooks.iter().filter(|webhook| keeps(tree, &view, webhook.node));
    let rows = held.filter_map(|webhook| Some((webhook.id.to_string(), document(tree, webhook)?))).collect();
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, &service.config.limits, |shown| shown)?))
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks", operation_id = "get_webhook",
    params(("id" = Uuid, Path, description = "The webhook's id")),
    responses((status = 200, body = WebhookDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn get_webhook(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<Json<WebhookDocument>, ApiProblem> {
    let settings = service.snapshot();
    let webhook = kept(&settings, &allowed, &service, &id)?;
    Ok(Json(document(&settings.tree, webhook).ok_or_else(Problem::not_found)?))
}

/// Adds a webhook.
///
/// Messages follow Standard Webhooks: the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, and a body
/// of `type`, `timestamp` and `data` with ids, short names and states, never a text. A 2xx response accepts a message;
/// 410 disables the webhook; after anything else the message is sent again later, with the same `webhook-id`. Messages
/// may come twice and in any order. Messages about what givers did are sent once a day.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "add_webhook",
    request_body = NewWebhook,
    responses((status = 201, body = AddedWebhook, description = "It was added"), WriteProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn add_webhook(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    body: StrictJson<NewWebhook>,
) -> Result<impl Responder, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let named = &body.value.node;
    if !named.resolve(&settings.tree).is_some_and(|node| keeps(&settings.tree, &view, node)) {
        return Err(administration::unknown("/node", "place", &named.slug).into());
    }
    let (id, secret) = webhooks::add_webhook(&service, ChangedBy::of(&allowed.authority), &body.value).await?;
    let shown = AddedWebhook { id, secret: secret.to_string() };
    Ok((Json(shown), StatusCode::CREATED).customize().insert_header(("Cache-Control", "no-store")))
}

/// Changes a webhook. After it is enabled again, it gets messages about events from then on.
#[utoipa::path(put, path = "/api/v1/webhooks/{id}", tag = "webhooks", operation_id = "put_webhook",
    params(("id" = Uuid, Path, description = "The webhook's id")),
    request_body = WebhookChange,
    responses((status = 200, body = WebhookDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn put_webhook(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    id: Path<String>,
    body: StrictJson<WebhookChange>,
) -> Result<Json<WebhookDocument>, ApiProblem> {
    let id = kept(&service.snapshot(), &allowed, &service, &id)?.id;
    webhooks::update_webhook(&service, ChangedBy::of(&allowed.authority), id, &body.value).await?;
    let settings = service.snapshot();
    let webhook = kept(&settings, &allowed, &service, &id.to_string())?;
    Ok(Json(document(&settings.tree, webhook).ok_or_else(Problem::not_found)?))
}

/// Removes a webhook and its messages; waiting messages are not sent.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", operation_id = "remove_webhook",
    params(("id" = Uuid, Path, description = "The webhook's id")),
    responses((status = 204, description = "It is gone"), WriteProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn remove_webhook(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<impl Responder, ApiProblem> {
    let id = kept(&service.snapshot(), &allowed, &service, &id)?.id;
    webhooks::remove_webhook(&service, ChangedBy::of(&allowed.authority), id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a new secret. For a while messages are also signed with the previous one, so that the receiver can change
/// over.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks", operation_id = "rotate_webhook",
    params(("id" = Uuid, Path, description = "The webhook's id")),
    responses((status = 200, body = RotatedSecret, description = "It is in force"), WriteProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn rotate_webhook(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<impl Responder, ApiProblem> {
    let id = kept(&service.snapshot(), &allowed, &service, &id)?.id;
    let secret = webhooks::rotate_webhook(&service, ChangedBy::of(&allowed.authority), id).await?;
    let previous_until = service.now().plus(service.config.webhooks.rotation).to_timestamp();
    let shown = RotatedSecret { secret: secret.to_string(), previous_until };
    Ok(Json(shown).customize().insert_header(("Cache-Control", "no-store")))
}

/// Queues a test message to the target, whatever events the webhook wants. Its outcome is in the list of deliveries.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks", operation_id = "test_webhook",
    params(("id" = Uuid, Path, description = "The webhook's id")),
    responses((status = 202, body = QueuedMessage, description = "It is queued"), WriteProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn test_webhook(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<(Json<QueuedMessage>, StatusCode), ApiProblem> {
    let id = kept(&service.snapshot(), &allowed, &service, &id)?.id;
    Ok((Json(QueuedMessage { id: webhooks::test_webhook(&service, id).await? }), StatusCode::ACCEPTED))
}

/// The newest messages to a webhook, with their outcomes.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks", operation_id = "list_webhook_deliveries",
    params(("id" = Uuid, Path, description = "The webhook's id")),
    responses((status = 200, body = Deliveries, description = "Newest first"), ReadProblems),
    security(("token" = ["webhooks:write"])))]
pub async fn list_deliveries(
    allowed: Allowed<scope::WebhooksWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<Json<Deliveries>, ApiProblem> {
    let id = kept(&service.snapshot(), &allowed, &service, &id)?.id;
    let items = webhooks::deliveries(&service, id).await?.into_iter().map(delivery).collect();
    Ok(Json(Deliveries { items }))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/webhooks", web::get().to(list_webhooks))
        .route("/webhooks", web::post().to(add_webhook))
        .route("/webhooks/{id}", web::get().to(get_webhook))
        .route("/webhooks/{id}", web::put().to(put_webhook))
        .route("/webhooks/{id}", web::delete().to(remove_webhook))
        .route("/webhooks/{id}/rotate", web::post().to(rotate_webhook))
        .route("/webhooks/{id}/test", web::post().to(test_webhook))
        .route("/webhooks/{id}/deliveries", web::get().to(list_deliveries));
}
