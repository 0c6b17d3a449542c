//! A told case closes after its giver has been silent for the time of the step table.

use jiff::ToSpan;

use crate::base::Problem;
use crate::case::steps::{SILENCE_CLOSES_AFTER_DAYS, Step};
use crate::handling::transition::{Actor, Transition};
use crate::service::Service;
use crate::store::{Day, cases};

/// Cases closed in one round at most.
const ROUND: i64 = 500;

/// Closes what has been told long enough; how many.
///
/// # Errors
/// The store's.
pub async fn close_silent(service: &Service) -> Result<usize, Problem> {
    let last = service.today().saturating_sub(i64::from(SILENCE_CLOSES_AFTER_DAYS).days());
    let mut tx = service.store.write().await?;
    let silent = cases::silent_since(&mut tx, Day(last), ROUND).await?;
    let closed = silent.len();
    for case in silent {
        Transition::begin(service, case, Step::SilenceCloses, Actor::Service)?.save(service, &mut tx).await?;
    }
    tx.commit().await?;
    Ok(closed)
}
