//! Messages of givers' devices that are held: who may release them gets a notice a working day for each unit that has some.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::daily;
use crate::base::Problem;
use crate::handling::left_out;
use crate::organisation::roles::who_may;
use crate::organisation::{Action, Node, NodeKind, Tree};
use crate::outbox::notices;
use crate::service::Service;
use crate::store::{Day, held_messages};

/// Under this name it is noted that it was done today.
const DONE: &str = "held_messages";

/// Leaves a notice once a day for everybody who may release messages that are held; returns how many were left. A message of
/// today waits for tomorrow, so that no notice tells when it came.
///
/// # Errors
/// The store's.
pub async fn remind(service: &Service) -> Result<usize, Problem> {
    let told = daily::once(service, DONE, async || tell_all(service).await).await?;
    Ok(told.unwrap_or_default())
}

async fn tell_all(service: &Service) -> Result<usize, Problem> {
    let today = service.today();
    let mut db = service.store.read().await?;
    let by_unit = held_messages::by_unit(&mut db, Day(today)).await?;
    drop(db);
    let snapshot = service.snapshot();
    let tree = &snapshot.tree;
    // Units that are not known count as one.
    let mut waiting: BTreeMap<(Uuid, &str), i64> = BTreeMap::new();
    for (unit, count) in &by_unit {
        let known = tree.unit_by_slug(unit);
        let organisers = tree.organisers.keys().filter(|id| known.is_none_or(|unit| unit.organiser_id == **id));
        let at_work =
            organisers.filter(|id| snapshot.calendar_of(**id).is_some_and(|calendar| calendar.is_working_day(today)));
        for principal in at_work.flat_map(|id| keepers(tree, *id)) {
            *waiting.entry((principal, known.map_or("", |unit| unit.slug.as_str()))).or_default() += count;
        }
    }
    let mut told = 0;
    for ((principal, unit), count) in waiting {
        let outcome = tell(service, principal, unit, count).await;
        told += usize::from(left_out(outcome, "held_messages", principal)?.is_some());
    }
    Ok(told)
}

async fn tell(service: &Service, principal: Uuid, unit: &str, count: i64) -> Result<(), Problem> {
    let mut tx = service.store.write().await?;
    notices::leave_about_held(service, &mut tx, principal, unit, count).await?;
    Ok(tx.commit().await?)
}

/// Who may release what is held in an organiser's area.
fn keepers(tree: &Tree, organiser_id: Uuid) -> Vec<Uuid> {
    let roles = who_may(Action::KeepHeld, NodeKind::Organiser).iter();
    let mut found: Vec<Uuid> = roles
        .flat_map(|role| tree.holders(*role, Node::organiser(organiser_id)))
        .map(|principal| principal.id)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
