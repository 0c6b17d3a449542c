//! Sends one message to one target, outside of any transaction. If the process dies between sending and recording, the
//! message is sent once more with the same `webhook-id`.

use jiff::Timestamp;
use reqwest::Url;
use serde_json::json;
use uuid::Uuid;

use super::messenger::Forbidden;
use super::transports::JobWorker;
use crate::base::Problem;
use crate::keys::Purpose;
use crate::service::Service;
use crate::store::jobs::{self, JobRow};
use crate::store::webhooks::{self, DeliveryRow, DeliveryState, Outcome, SecretsRow};
use crate::store::{Day, settings};
use crate::webhook::{Data, Secret, Signer, Webhook};

/// The status of a target that wants no more messages.
const GONE: u16 = 410;
/// The reason with which a webhook is stopped after [`GONE`].
pub const STOPPED_GONE: &str = "gone";
/// How a try ended.
enum Sent {
    /// 2xx.
    Taken(u16),
    /// The target wants no more messages.
    Gone,
    /// Anything else, with the response's status if there was one, and the reason; it is tried again.
    Failed(Option<u16>, &'static str),
}

/// Sends the message of a job.
///
/// # Errors
/// The store's; [`crate::base::Kind::Unavailable`] with the target's answer when it is to be tried again.
pub async fn deliver(worker: &JobWorker, job: &JobRow, delivery_id: Uuid) -> Result<(), Problem> {
    let service = &worker.service;
    let mut db = service.store.read().await?;
    let ours = jobs::still_leased(&mut db, job).await?;
    drop(db);
    if !ours {
        // So much was before it that somebody else has taken it, or will: sending now could send it twice.
        return Ok(());
    }
    let today = Day(service.today());
    let Some((delivery, webhook, secrets)) = wanted(service, delivery_id).await? else {
        let mut tx = service.store.write().await?;
        if jobs::finish(&mut tx, job).await? {
            webhooks::drop_delivery(&mut tx, delivery_id, today).await?;
            tx.commit().await?;
        }
        return Ok(());
    };
    let sent = send(worker, &delivery, &webhook, &secrets).await?;
    let outcome = |state, status, error| Outcome { state, status, error, settled_on: Some(today) };
    let stopped = matches!(sent, Sent::Gone);
    let mut tx = service.store.write().await?;
    match sent {
        Sent::Taken(status) => {
            metrics::counter!("kaiku_webhooks_total", "outcome" => "delivered").increment(1);
            webhooks::tried(&mut tx, delivery.id, &outcome(DeliveryState::Delivered, Some(status), None)).await?;
        }
        Sent::Gone => {
            metrics::counter!("kaiku_webhooks_total", "outcome" => "gone").increment(1);
            tracing::warn!(webhook = %webhook.id, "the target is gone; its webhook was stopped");
            settings::raise(&mut tx).await?;
            webhooks::tried(&mut tx, delivery.id, &outcome(DeliveryState::Dropped, Some(GONE), None)).await?;
            webhooks::stop(&mut tx, webhook.id, STOPPED_GONE).await?;
        }
        Sent::Failed(status, error) => {
            metrics::counter!("kaiku_webhooks_total", "outcome" => "failed").increment(1);
            let last = job.attempts >= i64::from(service.config.jobs.max_attempts);
            let state = if last { DeliveryState::Failed } else { DeliveryState::Waiting };
            let settled_on = last.then_some(today);
            let outcome = Outcome { state, status, error: Some(error), settled_on };
            webhooks::tried(&mut tx, delivery.id, &outcome).await?;
            tx.commit().await?;
            return Err(Problem::internal(match status {
                Some(status) => format!("the target answered {status}"),
                None => error.to_owned(),
            }));
        }
    }
    // False if another worker has taken the job over; the recorded outcome is true all the same.
    jobs::finish(&mut tx, job).await?;
    tx.commit().await?;
    if stopped {
        service.refresh().await?;
    }
    Ok(())
}

/// The message of a job; none if its webhook was removed or stopped, or its feedback taken back.
async fn wanted(service: &Service, id: Uuid) -> Result<Option<(DeliveryRow, Webhook, SecretsRow)>, Problem> {
    let mut db = service.store.read().await?;
    let delivery = webhooks::find_delivery(&mut db, id).await?;
    // A failed message is sent again after its job was requeued by hand.
    let Some(delivery) = delivery.filter(|held| matches!(held.state, DeliveryState::Waiting | DeliveryState::Failed))
    else {
        return Ok(None);
    };
    let all = webhooks::all(&mut db).await?;
    let Some(webhook) = all.into_iter().find(|webhook| webhook.id == delivery.webhook_id && webhook.enabled) else {
        return Ok(None);
    };
    let secrets = webhooks::secrets(&mut db, webhook.id).await?;
    Ok(secrets.map(|secrets| (delivery, webhook, secrets)))
}

async fn send(
    worker: &JobWorker,
    delivery: &DeliveryRow,
    webhook: &Webhook,
    secrets: &SecretsRow,
) -> Result<Sent, Problem> {
    let service = &worker.service;
    let config = &service.config.webhooks;
    // The configuration may have become stricter since the target was added.
    let Some(url) = Url::parse(&webhook.url).ok().filter(|url| config.target_fault(url).is_none()) else {
        return Ok(Sent::Failed(None, "forbidden_target"));
    };
    let data: Data = serde_json::from_str(&delivery.data).map_err(Problem::unreadable)?;
    let at = Timestamp::from_microsecond(delivery.at).map_err(Problem::internal)?;
    let body = json!({"type": delivery.event, "timestamp": at.to_string(), "data": data}).to_string();
    let (id, timestamp) = (delivery.id.to_string(), service.clock.now().as_second());
    let signature = signer(service, webhook.id, secrets)?.signature(&id, timestamp, body.as_bytes());
    let request = worker
        .transports
        .messenger
        .client()?
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", signature)
        .body(body);
    // The body of the response is not read.
    Ok(match request.send().await.map(|answer| answer.status().as_u16()) {
        Ok(status @ 200..300) => Sent::Taken(status),
        Ok(GONE) => Sent::Gone,
        Ok(status @ 300..400) => Sent::Failed(Some(status), "redirected"),
        Ok(status) => Sent::Failed(Some(status), "refused"),
        Err(why) => Sent::Failed(None, reason(&why)),
    })
}

/// Why there was no response, as a fixed word: the error's own text would contain the address.
fn reason(why: &reqwest::Error) -> &'static str {
    let mut source = std::error::Error::source(why);
    while let Some(inner) = source {
        if inner.is::<Forbidden>() {
            return "forbidden_target";
        }
        source = inner.source();
    }
    if why.is_timeout() {
        "timed_out"
    } else if why.is_connect() {
        "not_connected"
    } else {
        "broken_off"
    }
}

fn signer(service: &Service, webhook_id: Uuid, row: &SecretsRow) -> Result<Signer, Problem> {
    let mut secrets = vec![opened(service, webhook_id, &row.key_id, &row.sealed)?];
    let in_time = row.previous_until.is_some_and(|until| service.now().as_micros() < until);
    if let (true, Some(key_id), Some(sealed)) = (in_time, &row.previous_key_id, &row.previous_sealed) {
        secrets.push(opened(service, webhook_id, key_id, sealed)?);
    }
    Ok(Signer(secrets))
}

fn opened(service: &Service, webhook_id: Uuid, key_id: &str, sealed: &[u8]) -> Result<Secret, Problem> {
    let key = service.keyring.by_id(key_id).filter(|key| key.purpose() == Purpose::Contact);
    let key = key.ok_or_else(|| Problem::internal(format!("the key {key_id} is not in the keyring")))?;
    let bytes = key.open(sealed, webhook_id).map_err(Problem::internal)?;
    Secret::of_bytes(&bytes).map_err(Problem::internal)
}
