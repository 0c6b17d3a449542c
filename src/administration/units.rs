//! Units: where feedback is given. A unit moves by a new placement and closes by a day; it is never deleted.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::fields::{Checks, name_fault, period_fault, slug_fault};
use super::{taken, unknown};
use crate::base::{Kind, Problem};
use crate::organisation::{Placement, Unit};
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::organisation as store;

/// A unit to be added, with its first producer.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    /// Its short name, unique in the installation and never used again.
    #[schema(example = "koivuranta", min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$")]
    pub slug: String,
    /// Its name.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Koivurannan aikuissosiaalityö"
    )]
    pub name: String,
    /// Which service it gives, by short name within the organiser.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "aikuissosiaalityo")]
    pub service: String,
    /// Whose it is, by short name; the organiser follows from it.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "pajapiha-ry")]
    pub producer: String,
    /// Since when the unit is the producer's.
    #[schema(value_type = String, format = Date)]
    pub placed_from: Date,
    /// Whether its first screen names emergency help and has a button to leave quickly.
    #[serde(default)]
    pub sensitive: bool,
}

/// What may change of a unit; all of it is replaced.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitChange {
    /// Its name.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Koivurannan aikuissosiaalityö"
    )]
    pub name: String,
    /// Which service it gives, by short name within the organiser.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "aikuissosiaalityo")]
    pub service: String,
    /// Whether its first screen names emergency help and has a button to leave quickly.
    pub sensitive: bool,
}

/// Adds a unit and its first placement; returns the unit's id.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value, `exists` for a short name that was ever used, `unknown-reference`.
pub async fn add_unit(service: &Service, by: ChangedBy, new: &NewUnit) -> Result<Uuid, Problem> {
    let mut checks = Checks::default();
    checks.note("/slug", slug_fault(&new.slug));
    checks.note("/name", name_fault(&new.name));
    checks.finish()?;
    let mut change = Change::begin(service, by).await?;
    let tree = &change.before.tree;
    if tree.unit_by_slug(&new.slug).is_some() {
        return Err(taken("/slug", &new.slug));
    }
    let producer =
        tree.producer_by_slug(&new.producer).ok_or_else(|| unknown("/producer", "producer", &new.producer))?;
    let unit = Unit {
        id: service.new_id()?,
        organiser_id: producer.organiser_id,
        service_id: service_id(&change.before, producer.organiser_id, &new.service)?,
        slug: new.slug.clone(),
        name: new.name.clone(),
        sensitive: new.sensitive,
        closed_on: None,
    };
    let placement = Placement {
        id: service.new_id()?,
        unit_id: unit.id,
        producer_id: producer.id,
        valid_from: new.placed_from,
        valid_to: None,
    };
    store::insert_unit(&mut change.db, &unit).await?;
    store::insert_placement(&mut change.db, &placement).await?;
    change.finish().await?;
    Ok(unit.id)
}

fn service_id(settings: &Snapshot, organiser_id: Uuid, slug: &str) -> Result<Uuid, Problem> {
    let mut services = settings.tree.services.values();
    services
        .find(|given| given.organiser_id == organiser_id && given.slug == slug)
        .map(|given| given.id)
        .ok_or_else(|| unknown("/service", "service", slug))
}

/// Changes name, service and sensitivity of a unit.
///
/// # Errors
/// See [`add_unit`].
pub async fn update_unit(service: &Service, by: ChangedBy, id: Uuid, wanted: &UnitChange) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.note("/name", name_fault(&wanted.name));
    checks.finish()?;
    let mut change = Change::begin(service, by).await?;
    let unit = change.before.tree.units.get(&id).ok_or_else(Problem::not_found)?;
    let unit = Unit {
        name: wanted.name.clone(),
        service_id: service_id(&change.before, unit.organiser_id, &wanted.service)?,
        sensitive: wanted.sensitive,
        ..unit.clone()
    };
    store::update_unit(&mut change.db, &unit).await?;
    change.finish().await?;
    Ok(())
}

/// Places a unit with a producer from a day on; returns the placement's id. An earlier placement without an end ends on
/// the day before: this is how a unit moves. A unit moves today at the earliest, since feedback belongs to the producer
/// of the day on which it was given.
///
/// # Errors
/// See [`add_unit`]; `settings-broken` when placements would overlap.
pub async fn place_unit(
    service: &Service,
    by: ChangedBy,
    unit_id: Uuid,
    producer_slug: &str,
    from: Date,
    to: Option<Date>,
) -> Result<Uuid, Problem> {
    let mut checks = Checks::default();
    checks.note("/valid_to", period_fault(from, to));
    checks.finish()?;
    let mut change = Change::begin(service, by).await?;
    let tree = &change.before.tree;
    let unit = tree.units.get(&unit_id).ok_or_else(Problem::not_found)?;
    let producer = tree
        .producer_by_slug(producer_slug)
        .filter(|producer| producer.organiser_id == unit.organiser_id)
        .ok_or_else(|| unknown("/producer", "producer", producer_slug))?;
    let placement =
        Placement { id: service.new_id()?, unit_id, producer_id: producer.id, valid_from: from, valid_to: to };
    let open = tree
        .placements
        .values()
        .find(|held| held.unit_id == unit_id && held.valid_to.is_none() && held.valid_from < from)
        .map(|held| held.id);
    if let Some(open) = open {
        if from < service.today() {
            return Err(Problem::at(
                "/valid_from",
                Kind::Invalid,
                "A unit moves today at the earliest: feedback given before belongs to the producer of its day.",
            ));
        }
        let last = from.checked_sub(1.day()).map_err(Problem::internal)?;
        store::end_placement(&mut change.db, open, Some(last)).await?;
    }
    store::insert_placement(&mut change.db, &placement).await?;
    change.finish().await?;
    Ok(placement.id)
}

/// Closes a unit: from `on` it takes no feedback. Another call changes the day; `None` opens the unit again.
///
/// # Errors
/// See [`add_unit`].
pub async fn close_unit(service: &Service, by: ChangedBy, id: Uuid, on: Option<Date>) -> Result<(), Problem> {
    let mut change = Change::begin(service, by).await?;
    let unit = change.before.tree.units.get(&id).ok_or_else(Problem::not_found)?;
    let unit = Unit { closed_on: on, ..unit.clone() };
    store::update_unit(&mut change.db, &unit).await?;
    change.finish().await?;
    Ok(())
}
