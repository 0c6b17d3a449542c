//! Queuing what other systems are told, in the transaction of what happened.
//!
//! Staff's and the service's own steps leave at once. What a giver did leaves once a day, on the next working morning at
//! the hour of notices and in random order, so that nobody outside learns when somebody gave feedback; what is urgent
//! leaves at once. Where no target wants an event nothing is written and nothing asked.

use std::time::Duration;

use uuid::Uuid;

use super::notices::next_notice_hour;
use crate::base::{Instant, Problem};
use crate::organisation::Place;
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::Writer;
use crate::store::job::Job;
use crate::store::jobs::{self, NewJob};
use crate::store::webhooks::{self, DeliveryRow, DeliveryState};
use crate::webhook::{Data, EventType};

/// What leaves once a day is spread by chance over this time: its order says nothing, and no target gets all at once.
const SPREAD: Duration = Duration::from_secs(600);

/// When a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// Now: what staff and the service itself did, and what is urgent.
    AtOnce,
    /// On the next working morning: what a giver did.
    OnceADay,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Happened {
    pub event: EventType,
    pub place: Place,
    /// When it is told.
    pub leaves: Leaves,
    /// Its ids; the unit's short name is added here.
    pub data: Data,
}

/// Queues what happened for every target that wants it.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when the calendar has no working day left or there is no randomness.
pub async fn emit(service: &Service, snapshot: &Snapshot, tx: &mut Writer, happened: &Happened) -> Result<(), Problem> {
    let wanting: Vec<Uuid> = snapshot
        .webhooks
        .iter()
        .filter(|webhook| webhook.wants(happened.event, &happened.place))
        .map(|webhook| webhook.id)
        .collect();
    for webhook_id in wanting {
        let at = match happened.leaves {
            Leaves::AtOnce => service.now(),
            Leaves::OnceADay => next_notice_hour(service, snapshot, happened.place.organiser_id)?,
        };
        let run_at = match happened.leaves {
            Leaves::AtOnce => at,
            Leaves::OnceADay => at.plus(by_chance(service)?),
        };
        let unit = snapshot.tree.units.get(&happened.place.unit_id).map(|unit| unit.slug.clone());
        let data = Data { unit, ..happened.data.clone() };
        queue(service, tx, webhook_id, happened.event, &data, at, run_at).await?;
    }
    Ok(())
}

/// Queues one message to one target; its id.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when the system has no random bytes.
pub async fn queue(
    service: &Service,
    tx: &mut Writer,
    webhook_id: Uuid,
    event: EventType,
    data: &Data,
    at: Instant,
    run_at: Instant,
) -> Result<Uuid, Problem> {
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
    webhooks::insert_delivery(tx, &delivery).await?;
    let job = Job::Webhook { delivery_id: delivery.id };
    jobs::enqueue(tx, &NewJob { id: service.random_id()?, job, dedupe: None, run_at }).await?;
    Ok(delivery.id)
}

/// Something was posted on a unit's board: staff's words, told at once.
///
/// # Errors
/// See [`emit`].
pub async fn board_posted(
    service: &Service,
    snapshot: &Snapshot,
    tx: &mut Writer,
    place: Place,
    post_id: Uuid,
) -> Result<(), Problem> {
    let data = Data { post_id: Some(post_id), ..Data::default() };
    emit(service, snapshot, tx, &Happened { event: EventType::BoardPosted, place, leaves: Leaves::AtOnce, data }).await
}

/// A part of [`SPREAD`].
fn by_chance(service: &Service) -> Result<Duration, Problem> {
    let mut bytes = [0; 4];
    service.entropy.fill(&mut bytes).map_err(Problem::internal)?;
    Ok(SPREAD.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)))
}
