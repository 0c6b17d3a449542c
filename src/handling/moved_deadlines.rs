//! Moves open deadlines after closures have changed. One transaction handles one page of cases and queues the next page
//! as a job, so that thousands of cases block nothing. Idempotent.

use std::time::Duration;

use uuid::Uuid;

use crate::base::Problem;
use crate::case::deadlines::Counted;
use crate::case::steps::Step;
use crate::handling::apart;
use crate::handling::transition::{Actor, Transition};
use crate::intake::evaluate::promise_of;
use crate::organisation::Node;
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::cases::{self, CaseRow};
use crate::store::job::Job;
use crate::store::jobs::{self, NewJob};
use crate::store::{Writer, contacts};

/// Cases in one transaction.
const CASES_A_PAGE: i64 = 200;
/// When the cases are checked a second time: another instance may have taken a step at the same moment, with the
/// closures it had read before.
const AGAIN_AFTER: Duration = Duration::from_secs(300);

/// Queues the move for the cases at `node`, in the transaction that changes its closures.
///
/// No dedupe name: a running job has read the old closures, so it cannot replace this one.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when the system has no random bytes.
pub async fn queue(service: &Service, tx: &mut Writer, node: Node) -> Result<(), Problem> {
    for wait in [Duration::ZERO, AGAIN_AFTER] {
        let job = NewJob {
            id: service.new_id()?,
            job: Job::MoveDeadlines { node, after: None },
            dedupe: None,
            run_at: service.now().plus(wait),
            lane: None,
        };
        jobs::enqueue(tx, &job).await?;
    }
    Ok(())
}

/// Moves the deadlines of the page of cases behind `after`, and queues the next page.
///
/// # Errors
/// The store's. A case whose days cannot be counted is left out.
pub async fn move_page(service: &Service, tx: &mut Writer, node: Node, after: Option<Uuid>) -> Result<(), Problem> {
    // Changes that another instance has just committed must count.
    let snapshot = service.settings_in(tx).await?;
    let page = cases::open_at(tx, node, after.unwrap_or(Uuid::nil()), CASES_A_PAGE).await?;
    let last = page.last().map(|case| case.id);
    let is_full = i64::try_from(page.len()).is_ok_and(|cases| cases == CASES_A_PAGE);
    for case in page {
        let id = case.id;
        apart(tx, "move_deadlines", id, async |tx| move_case(service, tx, &snapshot, case).await).await?;
    }
    if let (true, Some(last)) = (is_full, last) {
        let next = NewJob {
            id: service.new_id()?,
            job: Job::MoveDeadlines { node, after: Some(last) },
            dedupe: None,
            run_at: service.now(),
            lane: None,
        };
        jobs::enqueue(tx, &next).await?;
    }
    Ok(())
}

/// Moves the deadlines of one case, if they change, with an event that has the old and the new days.
async fn move_case(service: &Service, tx: &mut Writer, snapshot: &Snapshot, case: CaseRow) -> Result<(), Problem> {
    let calendar =
        snapshot.calendar_at(&case.place()).ok_or_else(|| Problem::internal("the organiser has no calendar"))?;
    let old = promise_of(&case);
    let days = |number: i64| u16::try_from(number).map_err(Problem::internal);
    let counted = Counted {
        state: case.state,
        received_on: case.received_on.0,
        terms_from: case.terms_from.0,
        terms: [days(case.acknowledge_wd)?, days(case.decide_wd)?, days(case.tell_wd)?],
        paused: days(case.paused_wd)?,
        next_meeting: contacts::next_meeting(tx, &case).await?,
        due: old,
    };
    let new = counted.anew(calendar, service.today()).map_err(Problem::internal)?;
    if old == new {
        return Ok(());
    }
    let step = Transition::begin(service, case, Step::MoveDeadlines, Actor::Service)?.moved(new);
    // Where somebody took a step at this moment, the later look finds the case again.
    step.save(service, tx).await.map(|_| ())
}
