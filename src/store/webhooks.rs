//! Webhooks, and what was sent to them. Secrets are sealed; messages hold ids only.

use uuid::Uuid;

use super::contacts::SealedRow;
use super::sql::{row, statements};
use super::{Connected, Day, StoreError, StoreResult, Writer};
use crate::base::words::word_enum;
use crate::base::{Instant, redacted_debug};
use crate::organisation::{Node, NodeKind};
use crate::webhook::{EventType, Webhook};

word_enum! {
    /// The outcome of a message.
    pub enum DeliveryState: "state of a message" {
        /// It waits to be sent, or to be tried again.
        Waiting = "waiting",
        /// The target accepted it.
        Delivered = "delivered",
        /// Its last attempt failed; its job is parked.
        Failed = "failed",
        /// It will not be sent: its target was stopped, or its feedback was taken back.
        Dropped = "dropped",
    }
}

row! {
    /// A row of `webhooks` without its secrets.
    #[derive(Debug)]
    pub struct WebhookRow {
        pub id: Uuid,
        /// What kind of place.
        pub node_kind: NodeKind,
        /// Which place.
        pub node_id: Uuid,
        /// Where messages go.
        pub url: String,
        /// Events, with spaces between; empty for all.
        pub events: String,
        /// Whether messages are sent.
        pub enabled: bool,
        /// Why the service stopped it.
        pub stopped: Option<String>,
    }
}

impl WebhookRow {
    fn parse(self) -> StoreResult<Webhook> {
        let fault = |what: &str| StoreError::unreadable("webhook", what);
        let events = self.events.split_whitespace().map(EventType::parse).collect::<Option<Vec<_>>>();
        Ok(Webhook {
            id: self.id,
            node: Node { kind: self.node_kind, id: self.node_id },
            url: self.url,
            events: events.ok_or_else(|| fault("event"))?,
            enabled: self.enabled,
            stopped: self.stopped,
        })
    }
}

/// The beginning of the day of a message (UTC): the instant of an urgent feedback is kept until it is told, no longer.
const DAY_OF_AT: &str = "at - at % 86400000000";

/// Events as they are stored.
fn words(events: &[EventType]) -> String {
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" ")
}

statements! {
    ALL() -> WebhookRow =
        "SELECT id, node_kind, node_id, url, events, enabled, stopped FROM webhooks ORDER BY id";
    INSERT(Uuid, NodeKind, Uuid, String, String, bool, String, Vec<u8>, i64) =
        "INSERT INTO webhooks (id, node_kind, node_id, url, events, enabled, key_id, sealed, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE(Uuid, String, String, bool) =
        "UPDATE webhooks SET url = $2, events = $3, enabled = $4, stopped = NULL WHERE id = $1";
    STOP(Uuid, String) =
        "UPDATE webhooks SET enabled = FALSE, stopped = $2 WHERE id = $1 AND enabled = TRUE";
    DELETE_DELIVERIES(Uuid) =
        "DELETE FROM webhook_deliveries WHERE webhook_id = $1";
    DELETE(Uuid) =
        "DELETE FROM webhooks WHERE id = $1";
    SECRETS(Uuid) -> SecretsRow =
        "SELECT key_id, sealed, previous_key_id, previous_sealed, previous_until FROM webhooks WHERE id = $1";
    ROTATE(Uuid, String, Vec<u8>, i64) =
        "UPDATE webhooks SET previous_key_id = key_id, previous_sealed = sealed, previous_until = $4, key_id = $2, \
         sealed = $3 WHERE id = $1";
    INSERT_DELIVERY(Uuid, Uuid, EventType, Option<Uuid>, String, i64, DeliveryState, i64) =
        "INSERT INTO webhook_deliveries (id, webhook_id, event, feedback_id, data, at, state, attempts) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND_DELIVERY(Uuid) -> DeliveryRow =
        "SELECT {DELIVERY} FROM webhook_deliveries WHERE id = $1";
    DELIVERIES(Uuid, i64) -> DeliveryRow =
        "SELECT {DELIVERY} FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY at DESC, id LIMIT $2";
    TRIED(Uuid, DeliveryState, Option<i64>, Option<String>, Option<Day>) =
        "UPDATE webhook_deliveries SET state = $2, attempts = attempts + 1, last_status = $3, last_error = $4, \
         settled_on = $5, at = CASE WHEN $5 IS NULL THEN at ELSE {DAY_OF_AT} END WHERE id = $1";
    DROP_DELIVERY(Uuid, Day) =
        "UPDATE webhook_deliveries SET state = 'dropped', settled_on = $2, at = {DAY_OF_AT} WHERE id = $1 AND state <> 'delivered'";
    DROP_ABOUT(Uuid, Day) =
        "UPDATE webhook_deliveries SET state = 'dropped', settled_on = $2, at = {DAY_OF_AT} \
         WHERE feedback_id = $1 AND state IN ('waiting', 'failed')";
}

/// Every webhook, for the snapshot.
///
/// # Errors
/// See [`StoreError`].
pub async fn all(db: &mut impl Connected) -> StoreResult<Vec<Webhook>> {
    ALL.fetch_all(db, ()).await?.into_iter().map(WebhookRow::parse).collect()
}

/// Stores a new webhook.
///
/// # Errors
/// [`StoreError::Exists`] when the node has one of this address.
pub async fn insert(tx: &mut Writer, webhook: &Webhook, secret: &SealedRow, now: Instant) -> StoreResult<()> {
    INSERT
        .execute(
            tx,
            (
                webhook.id,
                webhook.node.kind,
                webhook.node.id,
                webhook.url.as_str(),
                words(&webhook.events),
                webhook.enabled,
                secret.key_id.as_str(),
                secret.sealed.as_slice(),
                now.as_micros(),
            ),
        )
        .await?;
    Ok(())
}

/// Changes address, events and whether messages are sent; a stop by the service is ended.
///
/// # Errors
/// [`StoreError::Exists`] when the node has another one of this address.
pub async fn update(tx: &mut Writer, id: Uuid, url: &str, events: &[EventType], enabled: bool) -> StoreResult<()> {
    UPDATE.execute(tx, (id, url, words(events), enabled)).await?;
    Ok(())
}

/// Stops a webhook for `reason`; false if it was stopped already or is gone.
///
/// # Errors
/// See [`StoreError`].
pub async fn stop(tx: &mut Writer, id: Uuid, reason: &str) -> StoreResult<bool> {
    Ok(STOP.execute(tx, (id, reason)).await? == 1)
}

/// Removes a webhook with its messages.
///
/// # Errors
/// See [`StoreError`].
pub async fn delete(tx: &mut Writer, id: Uuid) -> StoreResult<()> {
    DELETE_DELIVERIES.execute(tx, (id,)).await?;
    DELETE.execute(tx, (id,)).await?;
    Ok(())
}

row! {
    /// The secrets of a webhook.
    pub struct SecretsRow {
        /// The key that seals the newest.
        pub key_id: String,
        /// The newest.
        pub sealed: Vec<u8>,
        /// The key that seals the previous secret.
        pub previous_key_id: Option<String>,
        /// The previous secret.
        pub previous_sealed: Option<Vec<u8>>,
        /// Until when the previous secret also signs (µs).
        pub previous_until: Option<i64>,
    }
}

redacted_debug!(SecretsRow { key_id, previous_key_id });

/// The secrets of a webhook.
///
/// # Errors
/// See [`StoreError`].
pub async fn secrets(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<SecretsRow>> {
    SECRETS.fetch_optional(db, (id,)).await
}

/// Puts a new secret into force; the previous one also signs until `until`.
///
/// # Errors
/// See [`StoreError`].
pub async fn rotate(tx: &mut Writer, id: Uuid, secret: &SealedRow, until: Instant) -> StoreResult<()> {
    ROTATE.execute(tx, (id, secret.key_id.as_str(), secret.sealed.as_slice(), until.as_micros())).await?;
    Ok(())
}

row! {
    /// One message to one target.
    #[derive(Debug, Clone)]
    pub struct DeliveryRow {
        /// Its id: the `webhook-id`, the same at every attempt.
        pub id: Uuid,
        pub webhook_id: Uuid,
        /// What happened.
        pub event: EventType,
        /// The feedback it is about.
        pub feedback_id: Option<Uuid>,
        /// Its content: [`crate::webhook::Data`] as JSON.
        pub data: String,
        /// The time it says (µs): for what a giver did the hour at which such messages leave, for what is urgent the
        /// instant. Once it is settled its day alone is kept, at midnight UTC.
        pub at: i64,
        /// Its outcome.
        pub state: DeliveryState,
        /// How often it was tried.
        pub attempts: i64,
        /// The target's last HTTP status.
        pub last_status: Option<i64>,
        /// Why the last attempt failed, in a word.
        pub last_error: Option<String>,
        /// When it was delivered, given up or dropped.
        pub settled_on: Option<Day>,
    }
}

const DELIVERY: &str =
    "id, webhook_id, event, feedback_id, data, at, state, attempts, last_status, last_error, settled_on";

/// Stores a message that is to be sent.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert_delivery(tx: &mut Writer, delivery: &DeliveryRow) -> StoreResult<()> {
    INSERT_DELIVERY
        .execute(
            tx,
            (
                delivery.id,
                delivery.webhook_id,
                delivery.event,
                delivery.feedback_id,
                delivery.data.as_str(),
                delivery.at,
                delivery.state,
                delivery.attempts,
            ),
        )
        .await?;
    Ok(())
}

/// A message.
///
/// # Errors
/// See [`StoreError`].
pub async fn find_delivery(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<DeliveryRow>> {
    FIND_DELIVERY.fetch_optional(db, (id,)).await
}

/// The newest messages to a target, at most `limit`.
///
/// # Errors
/// See [`StoreError`].
pub async fn deliveries(db: &mut impl Connected, webhook_id: Uuid, limit: i64) -> StoreResult<Vec<DeliveryRow>> {
    DELIVERIES.fetch_all(db, (webhook_id, limit)).await
}

/// The outcome of an attempt.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// [`DeliveryState::Waiting`] for another attempt, or how it ended.
    pub state: DeliveryState,
    /// The target's HTTP status, if it answered.
    pub status: Option<u16>,
    /// Why the attempt failed, in a word.
    pub error: Option<&'a str>,
    /// Today, if it has ended.
    pub settled_on: Option<Day>,
}

/// Stores the outcome of an attempt.
///
/// # Errors
/// See [`StoreError`].
pub async fn tried(tx: &mut Writer, id: Uuid, outcome: &Outcome<'_>) -> StoreResult<()> {
    TRIED.execute(tx, (id, outcome.state, outcome.status.map(i64::from), outcome.error, outcome.settled_on)).await?;
    Ok(())
}

/// Drops a message that was not delivered.
///
/// # Errors
/// See [`StoreError`].
pub async fn drop_delivery(tx: &mut Writer, id: Uuid, day: Day) -> StoreResult<()> {
    DROP_DELIVERY.execute(tx, (id, day)).await?;
    Ok(())
}

/// Drops the messages about a feedback and its cases that were not delivered.
///
/// # Errors
/// See [`StoreError`].
pub async fn drop_about(tx: &mut Writer, feedback_id: Uuid, day: Day) -> StoreResult<()> {
    DROP_ABOUT.execute(tx, (feedback_id, day)).await?;
    Ok(())
}
