//! A told case closes after its giver has been silent for the time of the step table. One that cannot be closed is left out
//! and reported, so that it keeps no other open.

use jiff::ToSpan;
use uuid::Uuid;

use crate::base::Problem;
use crate::case::steps::{SILENCE_CLOSES_AFTER_DAYS, Step};
use crate::handling::apart;
use crate::handling::transition::{Actor, Transition};
use crate::service::Service;
use crate::store::cases::{self, CaseRow};
use crate::store::{Day, Writer};

/// Cases closed in one transaction at most.
const ROUND: i64 = 500;

/// Closes the cases that were told long enough ago; returns how many.
///
/// # Errors
/// The store's.
pub async fn close_silent(service: &Service) -> Result<usize, Problem> {
    let last = service.today().saturating_sub(i64::from(SILENCE_CLOSES_AFTER_DAYS).days());
    let (mut after, mut closed) = (Uuid::nil(), 0);
    loop {
        let mut tx = service.store.write().await?;
        let silent = cases::silent_since(&mut tx, Day(last), after, ROUND).await?;
        let Some(last_read) = silent.last() else { return Ok(closed) };
        after = last_read.id;
        for case in silent {
            let id = case.id;
            let outcome = apart(&mut tx, "close_silent", id, async |tx| close(service, tx, case).await).await?;
            closed += usize::from(outcome.is_some());
        }
        tx.commit().await?;
    }
}

async fn close(service: &Service, tx: &mut Writer, case: CaseRow) -> Result<(), Problem> {
    Transition::begin(service, case, Step::SilenceCloses, Actor::Service)?.save(service, tx).await.map(|_| ())
}
