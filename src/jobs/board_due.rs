//! Boards that an agreement wants posted regularly: when answers that only the board can tell have waited longer than
//! agreed, the responsible persons of the unit get a notice, at most once a working day.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::base::Problem;
use crate::handling::left_out;
use crate::organisation::{Place, Role};
use crate::outbox::notices::{self, NoticeKind};
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::{Day, cases};

/// The maximum number of notices of one person and day that are searched.
const NOTICES_MOST: i64 = 200;

/// Leaves a notice for everybody whose board is due today; returns how many got one.
///
/// # Errors
/// The store's.
pub async fn remind(service: &Service) -> Result<usize, Problem> {
    let today = service.today();
    let snapshot = service.snapshot();
    let mut waiting: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut db = service.store.read().await?;
    for agreement in snapshot.agreements.iter().filter(|agreement| agreement.board_every.is_some()) {
        let every = agreement.board_every.map_or(u16::MAX, |days| days.get());
        // A case keeps the agreement under which it came in, wherever its unit is now.
        let placements = snapshot.tree.placements.values().filter(|held| held.producer_id == agreement.producer_id);
        let places: BTreeMap<Uuid, Place> =
            placements.filter_map(|held| Some((held.unit_id, snapshot.tree.place_of(held.id)?))).collect();
        for (unit_id, place) in places {
            let (oldest, count) = cases::waiting_for_board(&mut db, unit_id, agreement.id).await?;
            let Some((oldest, calendar)) = oldest.zip(snapshot.calendar_at(&place)) else { continue };
            let waits = calendar.working_days_between(oldest.0, today).map_err(Problem::internal);
            let Some(waits) = left_out(waits, "board_due", unit_id)? else { continue };
            if calendar.is_working_day(today) && waits > every {
                for principal in responsible(&snapshot, &place) {
                    *waiting.entry(principal).or_default() += count;
                }
            }
        }
    }
    drop(db);
    let mut told = 0;
    for (principal, count) in waiting {
        let outcome = tell(service, principal, Day(today), count).await;
        told += usize::from(left_out(outcome, "board_due", principal)?.unwrap_or_default());
    }
    Ok(told)
}

/// Tells one person, once a day.
async fn tell(service: &Service, principal: Uuid, today: Day, count: i64) -> Result<bool, Problem> {
    let mut tx = service.store.write().await?;
    let given = crate::store::notices::of_day(&mut tx, principal, today, NOTICES_MOST).await?;
    if given.iter().any(|notice| notice.kind == NoticeKind::BoardDue) {
        return Ok(false);
    }
    notices::leave(service, &mut tx, principal, NoticeKind::BoardDue, None, count).await?;
    tx.commit().await?;
    Ok(true)
}

/// Who posts: the responsible persons at the unit, else those above it.
fn responsible(snapshot: &Snapshot, place: &Place) -> Vec<Uuid> {
    let nearest = snapshot.tree.holders_upward(Role::ResponsiblePerson, place).find(|holders| !holders.is_empty());
    nearest.into_iter().flatten().map(|principal| principal.id).collect()
}
