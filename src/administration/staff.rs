//! The workers of units, with their periods.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::fields::{Checks, period_fault};
use super::unknown;
use crate::base::{Kind, Problem};
use crate::organisation::{PrincipalKind, Worker};
use crate::service::Service;
use crate::store::organisation as store;

/// A person who begins to work at a unit.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorker {
    /// Who: a person's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "anna-koivu")]
    pub principal: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

/// Adds a worker to a unit; returns the worker's id. It grants no role.
///
/// # Errors
/// [`Problem`]: `unknown-reference`, `exists` when the person works there in that time already.
pub async fn add_worker(service: &Service, by: ChangedBy, unit_id: Uuid, new: &NewWorker) -> Result<Uuid, Problem> {
    let mut checks = Checks::default();
    checks.note("/valid_to", period_fault(new.valid_from, new.valid_to));
    checks.finish()?;
    let mut change = Change::begin(service, by).await?;
    let tree = &change.before.tree;
    let unit = tree.units.get(&unit_id).ok_or_else(Problem::not_found)?;
    let principal = tree
        .principal_by_slug(&new.principal)
        .filter(|known| known.organiser_id == unit.organiser_id && known.kind == PrincipalKind::Person)
        .ok_or_else(|| unknown("/principal", "person", &new.principal))?;
    let worker = Worker {
        id: service.new_id()?,
        unit_id,
        principal_id: principal.id,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
    };
    let overlaps = tree.workers.values().any(|held| {
        held.unit_id == unit_id
            && held.principal_id == principal.id
            && held.valid_to.is_none_or(|last| worker.valid_from <= last)
            && worker.valid_to.is_none_or(|last| held.valid_from <= last)
    });
    if overlaps {
        return Err(Problem::at(
            "/valid_from",
            Kind::Exists,
            "This person works at the unit in that time already. End that time first, or choose another.",
        ));
    }
    store::insert_worker(&mut change.db, &worker).await?;
    change.finish().await?;
    Ok(worker.id)
}

/// Sets or removes the last day of a worker at a unit.
///
/// # Errors
/// [`Problem`]: `not-found`, or a last day before the first one.
pub async fn end_worker(
    service: &Service,
    by: ChangedBy,
    unit_id: Uuid,
    id: Uuid,
    last: Option<Date>,
) -> Result<(), Problem> {
    let mut change = Change::begin(service, by).await?;
    let worker = change
        .before
        .tree
        .workers
        .get(&id)
        .filter(|worker| worker.unit_id == unit_id)
        .ok_or_else(Problem::not_found)?;
    let mut checks = Checks::default();
    checks.note("/valid_to", period_fault(worker.valid_from, last));
    checks.finish()?;
    store::end_worker(&mut change.db, id, last).await?;
    change.finish().await?;
    Ok(())
}
