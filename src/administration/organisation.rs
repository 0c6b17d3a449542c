//! Organisers, services and producers. Organisers are added by an import, together with their people and rules.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::fields::{Checks, name_fault, slug_fault};
use super::taken;
use crate::base::Problem;
use crate::organisation::{CareService, Producer};
use crate::service::Service;
use crate::store::organisation as store;

/// A service or producer to be added.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NewNamed {
    /// Its short name, which never changes.
    pub slug: String,
    pub name: String,
}

impl NewNamed {
    fn check(&self) -> Result<(), Problem> {
        let mut checks = Checks::default();
        checks.note("/slug", slug_fault(&self.slug));
        checks.note("/name", name_fault(&self.name));
        checks.finish()
    }
}

fn check_name(name: &str) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.note("/name", name_fault(name));
    checks.finish()
}

/// Renames an organiser.
///
/// # Errors
/// [`Problem`] for a name that cannot be, and when there is no such organiser; as everywhere in this room, also
/// `settings-broken` when the settings would no longer hold together, and what the store says.
pub async fn rename_organiser(service: &Service, by: ChangedBy, id: Uuid, name: &str) -> Result<(), Problem> {
    check_name(name)?;
    let mut change = Change::begin(service, by).await?;
    if !change.before.tree.organisers.contains_key(&id) {
        return Err(Problem::not_found());
    }
    store::rename_organiser(&mut change.db, id, name).await?;
    change.finish().await?;
    Ok(())
}

/// Adds a service; returns its id.
///
/// # Errors
/// See [`rename_organiser`]; `exists` for a short name that is taken within the organiser.
pub async fn add_service(
    service: &Service,
    by: ChangedBy,
    organiser_id: Uuid,
    new: &NewNamed,
) -> Result<Uuid, Problem> {
    new.check()?;
    let mut change = Change::begin(service, by).await?;
    let mut services = change.before.tree.services.values();
    if services.any(|known| known.organiser_id == organiser_id && known.slug == new.slug) {
        return Err(taken("/slug", &new.slug));
    }
    let id = service.new_id()?;
    let row = CareService { id, organiser_id, slug: new.slug.clone(), name: new.name.clone() };
    store::insert_service(&mut change.db, &row).await?;
    change.finish().await?;
    Ok(id)
}

/// Renames a service.
///
/// # Errors
/// See [`rename_organiser`].
pub async fn rename_service(service: &Service, by: ChangedBy, id: Uuid, name: &str) -> Result<(), Problem> {
    check_name(name)?;
    let mut change = Change::begin(service, by).await?;
    if !change.before.tree.services.contains_key(&id) {
        return Err(Problem::not_found());
    }
    store::rename_service(&mut change.db, id, name).await?;
    change.finish().await?;
    Ok(())
}

/// Adds a producer; returns its id.
///
/// # Errors
/// See [`rename_organiser`]; `exists` for a short name that is taken.
pub async fn add_producer(
    service: &Service,
    by: ChangedBy,
    organiser_id: Uuid,
    new: &NewNamed,
) -> Result<Uuid, Problem> {
    new.check()?;
    let mut change = Change::begin(service, by).await?;
    if change.before.tree.producer_by_slug(&new.slug).is_some() {
        return Err(taken("/slug", &new.slug));
    }
    let id = service.new_id()?;
    let row = Producer { id, organiser_id, slug: new.slug.clone(), name: new.name.clone() };
    store::insert_producer(&mut change.db, &row).await?;
    change.finish().await?;
    Ok(id)
}

/// Renames a producer.
///
/// # Errors
/// See [`rename_organiser`].
pub async fn rename_producer(service: &Service, by: ChangedBy, id: Uuid, name: &str) -> Result<(), Problem> {
    check_name(name)?;
    let mut change = Change::begin(service, by).await?;
    if !change.before.tree.producers.contains_key(&id) {
        return Err(Problem::not_found());
    }
    store::rename_producer(&mut change.db, id, name).await?;
    change.finish().await?;
    Ok(())
}
