//! Webhooks: which systems get messages about which events below which node. A secret is shown once, when it is made.

use reqwest::Url;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::change::{Change, ChangedBy};
use super::fields::Checks;
use super::{NodeName, unknown};
use crate::base::{Kind, Problem};
use crate::keys::Purpose;
use crate::outbox::webhook_queue;
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::audit::NewChange;
use crate::store::contacts::SealedRow;
use crate::store::webhooks::{self as store, DeliveryRow};
use crate::store::{StoreError, StoreResult};
use crate::webhook::{EventType, Secret, Webhook};

/// The maximum length of a target's address in characters.
const URL_CHARS_MAX: usize = 2_000;
/// The maximum number of webhooks below one organiser: each adds a message and a job to what a feedback writes.
const WEBHOOKS_MAX: usize = 20;
/// The maximum number of messages listed.
const DELIVERIES_MOST: i64 = 200;

/// A webhook to be added.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// The place whose feedback, cases and boards it reports, with everything below it.
    pub node: NodeName,
    /// Where messages go: https, a public address, port 443 or one from 1024 up, without name and password.
    #[schema(min_length = 8, max_length = 2000, example = "https://asiat.example.fi/kaiku")]
    pub url: String,
    /// Which events; none means all, also those that come with a later version.
    #[serde(default)]
    #[schema(max_items = 16)]
    pub events: Vec<EventType>,
}

/// What of a webhook can be changed.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    /// Where messages go: https, a public address, port 443 or one from 1024 up, without name and password.
    #[schema(min_length = 8, max_length = 2000, example = "https://asiat.example.fi/kaiku")]
    pub url: String,
    /// Which events; none means all.
    #[serde(default)]
    #[schema(max_items = 16)]
    pub events: Vec<EventType>,
    /// Whether messages leave. What was to leave meanwhile is dropped.
    pub enabled: bool,
}

/// A secret, at the only moment when it can be read.
pub type ShownSecret = Zeroizing<String>;

fn checked_url(service: &Service, text: &str, checks: &mut Checks) -> String {
    if text.chars().count() > URL_CHARS_MAX {
        checks.note("/url", Some("an address has 2000 characters at most"));
        return String::new();
    }
    match Url::parse(text) {
        Ok(url) => {
            checks.note("/url", service.config.webhooks.target_fault(&url));
            url.into()
        }
        Err(_) => {
            checks.note("/url", Some("write an address such as https://asiat.example.fi/kaiku"));
            String::new()
        }
    }
}

fn check_events(events: &[EventType], checks: &mut Checks) {
    let repeated = events.iter().enumerate().any(|(index, event)| events[..index].contains(event));
    checks.note("/events", repeated.then_some("name each event once"));
}

/// Adds a webhook; returns its id and its secret.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value, `unknown-reference` for a node that does not exist, `exists` where the
/// node has one of this address.
pub async fn add_webhook(service: &Service, by: ChangedBy, new: &NewWebhook) -> Result<(Uuid, ShownSecret), Problem> {
    let mut checks = Checks::default();
    let url = checked_url(service, &new.url, &mut checks);
    check_events(&new.events, &mut checks);
    checks.finish()?;
    let mut change = Change::begin(service, by).await?;
    let tree = &change.before.tree;
    let node = new.node.resolve(tree).ok_or_else(|| unknown("/node", "place", &new.node.slug))?;
    let organiser = tree.organiser_of(node);
    let held = change.before.webhooks.iter().filter(|webhook| tree.organiser_of(webhook.node) == organiser).count();
    if held >= WEBHOOKS_MAX {
        let detail =
            format!("An organiser has {WEBHOOKS_MAX} webhooks at most. Remove one that is not needed any more.");
        return Err(Problem::at("/node", Kind::Invalid, detail));
    }
    let id = service.new_id()?;
    let webhook = Webhook { id, node, url, events: new.events.clone(), enabled: true, stopped: None };
    let (secret, sealed) = new_secret(service, id)?;
    store::insert(&mut change.db, &webhook, &sealed, service.now()).await.map_err(taken)?;
    change.finish().await?;
    Ok((id, secret))
}

/// Changes a webhook.
///
/// # Errors
/// See [`add_webhook`]; `not-found`.
pub async fn update_webhook(service: &Service, by: ChangedBy, id: Uuid, new: &WebhookChange) -> Result<(), Problem> {
    let mut checks = Checks::default();
    let url = checked_url(service, &new.url, &mut checks);
    check_events(&new.events, &mut checks);
    checks.finish()?;
    let mut change = Change::begin(service, by).await?;
    held(&change.before, id)?;
    store::update(&mut change.db, id, &url, &new.events, new.enabled).await.map_err(taken)?;
    change.finish().await?;
    Ok(())
}

/// Removes a webhook and its messages; waiting messages are not sent.
///
/// # Errors
/// `not-found`; the store's.
pub async fn remove_webhook(service: &Service, by: ChangedBy, id: Uuid) -> Result<(), Problem> {
    let mut change = Change::begin(service, by).await?;
    held(&change.before, id)?;
    store::delete(&mut change.db, id).await?;
    change.finish().await?;
    Ok(())
}

/// Puts a new secret in force. Messages are also signed with the previous one for the configured time; older ones end
/// at once.
///
/// # Errors
/// `not-found`; the store's.
pub async fn rotate_webhook(service: &Service, by: ChangedBy, id: Uuid) -> Result<ShownSecret, Problem> {
    let (secret, sealed) = new_secret(service, id)?;
    let mut change = Change::begin(service, by).await?;
    let webhook = held(&change.before, id)?;
    let until = service.now().plus(service.config.webhooks.rotation);
    store::rotate(&mut change.db, id, &sealed, until).await?;
    let organiser_id = change.before.tree.organiser_of(webhook.node);
    change.note(NewChange {
        action: "webhook.secret_changed".to_owned(),
        subject_id: id,
        organiser_id,
        was: None,
        became: Some("{}".to_owned()),
    });
    change.finish().await?;
    Ok(secret)
}

/// Queues a test message to the target, whatever events the webhook wants; returns the message's id.
///
/// # Errors
/// `not-found`; `step-not-allowed` while the webhook is disabled; the store's.
pub async fn test_webhook(service: &Service, id: Uuid) -> Result<Uuid, Problem> {
    let webhook = held(&service.snapshot(), id)?;
    if !webhook.enabled {
        let detail = "The webhook is switched off. Switch it on, then try it.";
        return Err(Problem::new(Kind::StepNotAllowed, detail));
    }
    let mut tx = service.store.write().await?;
    let delivery = webhook_queue::queue_test(service, &mut tx, id).await?;
    tx.commit().await?;
    Ok(delivery)
}

/// The messages of a webhook, newest first.
///
/// # Errors
/// The store's.
pub async fn deliveries(service: &Service, id: Uuid) -> StoreResult<Vec<DeliveryRow>> {
    let mut db = service.store.read().await?;
    store::deliveries(&mut db, id, DELIVERIES_MOST).await
}

fn held(settings: &Snapshot, id: Uuid) -> Result<Webhook, Problem> {
    settings.webhooks.iter().find(|webhook| webhook.id == id).cloned().ok_or_else(Problem::not_found)
}

fn new_secret(service: &Service, id: Uuid) -> Result<(ShownSecret, SealedRow), Problem> {
    let secret = Secret::new(service.entropy.as_ref()).map_err(Problem::internal)?;
    let key = service.keyring.active(Purpose::Contact);
    let sealed = key.seal(secret.bytes(), id, service.entropy.as_ref()).map_err(Problem::internal)?;
    Ok((secret.shown(), SealedRow { key_id: key.id().to_owned(), sealed }))
}

fn taken(error: StoreError) -> Problem {
    match error {
        StoreError::Exists(_) => {
            Problem::at("/url", Kind::Exists, "This place has a webhook of this address already. Change that one.")
        }
        other => other.into(),
    }
}
