//! One change of settings: a transaction that takes turns with every other change, and ends only if the settings still
//! hold together.

use std::collections::HashSet;
use std::sync::Arc;

use crate::feedback::{Fault, Kind, Problem};
use crate::organisation::{Node, NodeKind};
use crate::routing::Snapshot;
use crate::routing::handler::HANDLING_ROLES;
use crate::service::Service;
use crate::store::{StoreResult, Writer, settings};

/// An open change. Dropping it without [`Change::finish`] takes everything back.
pub(super) struct Change<'s> {
    /// Whose settings.
    pub service: &'s Service,
    /// The transaction.
    pub db: Writer,
    /// The settings as they stood when the change's turn came.
    pub before: Snapshot,
}

impl<'s> Change<'s> {
    /// Waits for the turn and reads the settings as they stand.
    pub async fn begin(service: &'s Service) -> Result<Self, Problem> {
        let mut db = service.store.write().await?;
        settings::raise(&mut db).await?;
        let before = load(service, &mut db).await?;
        Ok(Self { service, db, before })
    }

    /// Commits, and puts the new settings in force at this instance; others see the version.
    ///
    /// Refused is what the change itself breaks: a fault that stood before must not keep its own repair from being made
    /// in several steps.
    pub async fn finish(mut self) -> Result<Arc<Snapshot>, Problem> {
        let after = load(self.service, &mut self.db).await?;
        let standing: HashSet<String> = faults(&self.before).into_iter().collect();
        let broken: Vec<Fault> = faults(&after)
            .into_iter()
            .filter(|fault| !standing.contains(fault))
            .map(|fault| Fault::new("", Kind::SettingsBroken, fault))
            .collect();
        if !broken.is_empty() {
            return Err(Problem::of_faults(broken));
        }
        self.db.commit().await?;
        let after = Arc::new(after);
        self.service.publish(Arc::clone(&after));
        Ok(after)
    }
}

async fn load(service: &Service, db: &mut Writer) -> StoreResult<Snapshot> {
    settings::load(db, Arc::clone(&service.catalogue), service.default_terms()).await
}

/// What is wrong with the settings as a whole, and with the handlers that agreements name.
fn faults(settings: &Snapshot) -> Vec<String> {
    let mut faults = settings.faults();
    let newest = settings.agreements.iter().filter(|agreement| {
        settings
            .agreements
            .iter()
            .all(|other| other.producer_id != agreement.producer_id || other.version <= agreement.version)
    });
    for agreement in newest {
        for principal in [agreement.handler_id, agreement.substitute_id].into_iter().flatten() {
            if !may_see_cases(settings, principal, agreement.producer_id) {
                let tree = &settings.tree;
                let producer = tree.producers.get(&agreement.producer_id).map_or("", |producer| producer.slug.as_str());
                let person = tree.principals.get(&principal).map_or("", |principal| principal.slug.as_str());
                faults.push(format!(
                    "agreement of {producer}: {person} cannot open the cases there; grant {person} the role handler at \
                     the producer, at one of its units or at the organiser"
                ));
            }
        }
    }
    faults
}

/// Whether a principal holds a handling role at the producer, above it or at one of its units.
fn may_see_cases(settings: &Snapshot, principal_id: uuid::Uuid, producer_id: uuid::Uuid) -> bool {
    let tree = &settings.tree;
    let organiser_id = tree.producers.get(&producer_id).map(|producer| producer.organiser_id);
    tree.grants.iter().filter(|grant| grant.principal_id == principal_id && HANDLING_ROLES.contains(&grant.role)).any(
        |grant| {
            let Node { kind, id } = grant.node;
            match kind {
                NodeKind::Organiser => Some(id) == organiser_id,
                NodeKind::Producer => id == producer_id,
                NodeKind::Unit => {
                    tree.placements.values().any(|place| place.unit_id == id && place.producer_id == producer_id)
                }
            }
        },
    )
}
