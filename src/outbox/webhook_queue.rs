//! Queues the messages for other systems, in the transaction of the event.
//!
//! Messages about steps of staff and of the service leave at once. Messages about what a giver did leave once a day, on
//! the next working morning at the hour of notices and in random order, so that nobody outside learns when somebody
//! gave feedback; urgent ones leave at once. If no webhook wants an event, nothing is read or written.

use std::fmt::Display;
use std::time::Duration;

use uuid::Uuid;

use super::notices::next_notice_hour;
use crate::base::{Instant, Problem};
use crate::organisation::Place;
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::job::Job;
use crate::store::jobs::{self, NewJob};
use crate::store::webhooks::{self, DeliveryRow, DeliveryState};
use crate::store::{StoreResult, Writer};
use crate::webhook::{Data, EventType};

/// Daily messages are spread at random over this time: their order carries no information, and no target gets all at
/// once.
const SPREAD: Duration = Duration::from_secs(600);

/// When a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// Now: steps of staff and of the service, and what is urgent.
    AtOnce,
    /// On the next working morning: what a giver did.
    OnceADay,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Happened {
    pub event: EventType,
    pub place: Place,
    pub leaves: Leaves,
    /// The ids for the message; the unit's short name is added here.
    pub data: Data,
}

/// Queues what happened for every target that wants it. A message that cannot be made is reported and left out: what it
/// tells of must not fail for it.
///
/// # Errors
/// The store's.
pub async fn emit(service: &Service, snapshot: &Snapshot, tx: &mut Writer, happened: &Happened) -> StoreResult<()> {
    for webhook in snapshot.webhooks.iter().filter(|webhook| webhook.wants(happened.event, &happened.place)) {
        match message(service, snapshot, webhook.id, happened) {
            Ok(message) => keep(tx, &message).await?,
            Err(problem) => report_lost(happened.event, &problem),
        }
    }
    Ok(())
}

/// Reports that other systems are not told of something.
pub fn report_lost(event: EventType, why: &dyn Display) {
    tracing::error!(event = event.as_str(), %why, "a webhook message could not be queued and is lost");
    metrics::counter!("kaiku_webhook_messages_lost_total").increment(1);
}

/// A message to one target, with the job that sends it.
struct Message {
    delivery: DeliveryRow,
    job: NewJob,
}

/// The message that tells one target of what happened.
fn message(service: &Service, snapshot: &Snapshot, webhook_id: Uuid, happened: &Happened) -> Result<Message, Problem> {
    let (at, run_at) = match happened.leaves {
        Leaves::AtOnce => (service.now(), service.now()),
        Leaves::OnceADay => {
            let at = next_notice_hour(service, snapshot, happened.place.organiser_id)?;
            (at, at.plus(by_chance(service)?))
        }
    };
    let unit = snapshot.tree.units.get(&happened.place.unit_id).map(|unit| unit.slug.clone());
    message_of(service, webhook_id, happened.event, &Data { unit, ..happened.data.clone() }, at, run_at)
}

fn message_of(
    service: &Service,
    webhook_id: Uuid,
    event: EventType,
    data: &Data,
    at: Instant,
    run_at: Instant,
) -> Result<Message, Problem> {
    // A random id: one that is sorted by time would say when a giver came.
    let delivery = DeliveryRow {
        id: service.random_id()?,
        webhook_id,
        event,
        feedback_id: data.feedback_id,
        data: serde_json::to_string(data).map_err(Problem::internal)?,
        at: at.as_micros(),
        state: DeliveryState::Waiting,
        attempts: 0,
        last_status: None,
        last_error: None,
        settled_on: None,
    };
    let job = Job::Webhook { delivery_id: delivery.id };
    Ok(Message {
        delivery,
        job: NewJob { id: service.random_id()?, job, dedupe: None, run_at, lane: Some(webhook_id) },
    })
}

async fn keep(tx: &mut Writer, message: &Message) -> StoreResult<()> {
    webhooks::insert_delivery(tx, &message.delivery).await?;
    jobs::enqueue(tx, &message.job).await?;
    Ok(())
}

/// Queues a message to try a target with; its id.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when the system has no random bytes.
pub async fn queue_test(service: &Service, tx: &mut Writer, webhook_id: Uuid) -> Result<Uuid, Problem> {
    let now = service.now();
    let message = message_of(service, webhook_id, EventType::WebhookTest, &Data::default(), now, now)?;
    keep(tx, &message).await?;
    Ok(message.delivery.id)
}

/// Queues the messages about a board post. Its words are by staff, so they leave at once.
///
/// # Errors
/// See [`emit`].
pub async fn board_posted(
    service: &Service,
    snapshot: &Snapshot,
    tx: &mut Writer,
    place: Place,
    post_id: Uuid,
) -> StoreResult<()> {
    let data = Data { post_id: Some(post_id), ..Data::default() };
    emit(service, snapshot, tx, &Happened { event: EventType::BoardPosted, place, leaves: Leaves::AtOnce, data }).await
}

/// A random part of [`SPREAD`].
fn by_chance(service: &Service) -> Result<Duration, Problem> {
    let mut bytes = [0; 4];
    service.entropy.fill(&mut bytes).map_err(Problem::internal)?;
    Ok(SPREAD.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)))
}
