//! Webhooks, and what was sent to them. Secrets are sealed; messages hold ids only.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::contacts::SealedRow;
use super::sql::{execute, fetch_all, fetch_optional, row};
use super::{Connected, Day, StoreError, StoreResult, Writer};
use crate::base::words::word_enum;
use crate::base::{Instant, redacted_debug};
use crate::organisation::{Node, NodeKind};
use crate::webhook::{EventType, Webhook};

word_enum! {
    /// What became of a message.
    pub enum DeliveryState: "state of a message" {
        /// It waits to be sent, or to be tried again.
        Waiting = "waiting",
        /// The target took it.
        Delivered = "delivered",
        /// Its last try failed; its job is parked.
        Failed = "failed",
        /// It is not sent any more: its target was stopped, or its feedback was taken back.
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
        /// Whether messages leave.
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

/// Events as they are stored.
fn words(events: &[EventType]) -> String {
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" ")
}

/// Every webhook, for the snapshot.
///
/// # Errors
/// See [`StoreError`].
pub async fn all(db: &mut impl Connected) -> StoreResult<Vec<Webhook>> {
    let sql = "SELECT id, node_kind, node_id, url, events, enabled, stopped FROM webhooks ORDER BY id";
    fetch_all!(db, WebhookRow, sql)?.into_iter().map(WebhookRow::parse).collect()
}

/// Keeps a new webhook.
///
/// # Errors
/// [`StoreError::Exists`] when the node has one of this address.
pub async fn insert(tx: &mut Writer, webhook: &Webhook, secret: &SealedRow, now: Instant) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO webhooks (id, node_kind, node_id, url, events, enabled, key_id, sealed, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        webhook.id,
        webhook.node.kind,
        webhook.node.id,
        webhook.url.as_str(),
        words(&webhook.events),
        webhook.enabled,
        secret.key_id.as_str(),
        secret.sealed.as_slice(),
        now.as_micros()
    )?;
    Ok(())
}

/// Changes address, events and whether messages leave; what the service stopped is no longer stopped by it.
///
/// # Errors
/// [`StoreError::Exists`] when the node has another one of this address.
pub async fn update(tx: &mut Writer, id: Uuid, url: &str, events: &[EventType], enabled: bool) -> StoreResult<()> {
    execute!(
        tx,
        "UPDATE webhooks SET url = $2, events = $3, enabled = $4, stopped = NULL WHERE id = $1",
        id,
        url,
        words(events),
        enabled
    )?;
    Ok(())
}

/// Stops a webhook for `reason`; false if it was stopped already or is gone.
///
/// # Errors
/// See [`StoreError`].
pub async fn stop(tx: &mut Writer, id: Uuid, reason: &str) -> StoreResult<bool> {
    let sql = "UPDATE webhooks SET enabled = FALSE, stopped = $2 WHERE id = $1 AND enabled = TRUE";
    Ok(execute!(tx, sql, id, reason)? == 1)
}

/// Removes a webhook with what was sent to it.
///
/// # Errors
/// See [`StoreError`].
pub async fn delete(tx: &mut Writer, id: Uuid) -> StoreResult<()> {
    execute!(tx, "DELETE FROM webhook_deliveries WHERE webhook_id = $1", id)?;
    execute!(tx, "DELETE FROM webhooks WHERE id = $1", id)?;
    Ok(())
}

row! {
    /// The secrets of a webhook.
    pub struct SecretsRow {
        /// The key that seals the newest.
        pub key_id: String,
        /// The newest.
        pub sealed: Vec<u8>,
        /// The key that seals the one before.
        pub previous_key_id: Option<String>,
        /// The one before.
        pub previous_sealed: Option<Vec<u8>>,
        /// Until when that one signs too (µs).
        pub previous_until: Option<i64>,
    }
}

redacted_debug!(SecretsRow { key_id, previous_key_id });

/// The secrets of a webhook.
///
/// # Errors
/// See [`StoreError`].
pub async fn secrets(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<SecretsRow>> {
    fetch_optional!(
        db,
        SecretsRow,
        "SELECT key_id, sealed, previous_key_id, previous_sealed, previous_until FROM webhooks WHERE id = $1",
        id
    )
}

/// Puts a new secret in force; the one before signs too until `until`.
///
/// # Errors
/// See [`StoreError`].
pub async fn rotate(tx: &mut Writer, id: Uuid, secret: &SealedRow, until: Instant) -> StoreResult<()> {
    execute!(
        tx,
        "UPDATE webhooks SET previous_key_id = key_id, previous_sealed = sealed, previous_until = $4, key_id = $2, \
         sealed = $3 WHERE id = $1",
        id,
        secret.key_id.as_str(),
        secret.sealed.as_slice(),
        until.as_micros()
    )?;
    Ok(())
}

row! {
    /// One message to one target.
    #[derive(Debug, Clone)]
    pub struct DeliveryRow {
        /// Its id: the `webhook-id`, the same at every try.
        pub id: Uuid,
        pub webhook_id: Uuid,
        /// What happened.
        pub event: EventType,
        /// The feedback it is about.
        pub feedback_id: Option<Uuid>,
        /// What it says: [`crate::webhook::Data`] as JSON.
        pub data: String,
        /// The time it says (µs): for what a giver did the hour at which such messages leave.
        pub at: i64,
        /// What became of it.
        pub state: DeliveryState,
        /// How often it was sent.
        pub attempts: i64,
        /// What the target answered last.
        pub last_status: Option<i64>,
        /// Why the last try failed, in a word.
        pub last_error: Option<String>,
        /// When it was delivered, given up or dropped.
        pub settled_on: Option<Day>,
    }
}

const DELIVERY: &str =
    "id, webhook_id, event, feedback_id, data, at, state, attempts, last_status, last_error, settled_on";

/// Keeps a message that is to be sent.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert_delivery(tx: &mut Writer, delivery: &DeliveryRow) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO webhook_deliveries (id, webhook_id, event, feedback_id, data, at, state, attempts) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        delivery.id,
        delivery.webhook_id,
        delivery.event,
        delivery.feedback_id,
        delivery.data.as_str(),
        delivery.at,
        delivery.state,
        delivery.attempts
    )?;
    Ok(())
}

/// A message.
///
/// # Errors
/// See [`StoreError`].
pub async fn find_delivery(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<DeliveryRow>> {
    let sql = format!("SELECT {DELIVERY} FROM webhook_deliveries WHERE id = $1");
    fetch_optional!(db, DeliveryRow, AssertSqlSafe(sql.as_str()), id)
}

/// The newest messages to a target, at most `limit`.
///
/// # Errors
/// See [`StoreError`].
pub async fn deliveries(db: &mut impl Connected, webhook_id: Uuid, limit: i64) -> StoreResult<Vec<DeliveryRow>> {
    let sql = format!("SELECT {DELIVERY} FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY at DESC, id LIMIT $2");
    fetch_all!(db, DeliveryRow, AssertSqlSafe(sql.as_str()), webhook_id, limit)
}

/// What a try came to.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// [`DeliveryState::Waiting`] for another try, or how it ended.
    pub state: DeliveryState,
    /// What the target answered, if it did.
    pub status: Option<u16>,
    /// Why the try failed, in a word.
    pub error: Option<&'a str>,
    /// Today, for what has ended.
    pub settled_on: Option<Day>,
}

/// Keeps what a try came to.
///
/// # Errors
/// See [`StoreError`].
pub async fn tried(tx: &mut Writer, id: Uuid, outcome: &Outcome<'_>) -> StoreResult<()> {
    execute!(
        tx,
        "UPDATE webhook_deliveries SET state = $2, attempts = attempts + 1, last_status = $3, last_error = $4, \
         settled_on = $5 WHERE id = $1",
        id,
        outcome.state,
        outcome.status.map(i64::from),
        outcome.error,
        outcome.settled_on
    )?;
    Ok(())
}

/// Gives up a message that has not left.
///
/// # Errors
/// See [`StoreError`].
pub async fn drop_delivery(tx: &mut Writer, id: Uuid, day: Day) -> StoreResult<()> {
    let sql = "UPDATE webhook_deliveries SET state = 'dropped', settled_on = $2 WHERE id = $1 AND state <> 'delivered'";
    execute!(tx, sql, id, day)?;
    Ok(())
}

/// Gives up what has not left about a feedback and its cases.
///
/// # Errors
/// See [`StoreError`].
pub async fn drop_about(tx: &mut Writer, feedback_id: Uuid, day: Day) -> StoreResult<()> {
    execute!(
        tx,
        "UPDATE webhook_deliveries SET state = 'dropped', settled_on = $2 \
         WHERE feedback_id = $1 AND state IN ('waiting', 'failed')",
        feedback_id,
        day
    )?;
    Ok(())
}
