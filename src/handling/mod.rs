//! The steps of a case as use cases, and who sees what of it.

pub mod act;
pub mod deadline_feed;
pub mod escalation;
pub mod guidance;
pub mod moved_deadlines;
pub mod read;
pub mod thanks;
pub mod transition;

use uuid::Uuid;

use crate::base::{Kind, Problem};
use crate::store::{Writer, savepoint};

/// The outcome for one item of a task that handles many. A failed item is reported and gives `None`, so that the task goes on
/// with the others. So does a case of which somebody took a step just now; that is no failure.
///
/// # Errors
/// What would fail for the next one as well: the database is unavailable.
pub fn left_out<T>(outcome: Result<T, Problem>, task: &'static str, id: Uuid) -> Result<Option<T>, Problem> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(problem) if problem.kind == Kind::VersionMismatch => Ok(None),
        Err(problem) if matches!(problem.kind, Kind::Unavailable | Kind::Overloaded | Kind::TimedOut) => Err(problem),
        Err(problem) => {
            let why = problem.cause.as_deref().unwrap_or(&problem.detail);
            tracing::error!(task, %id, why, "one is left out of a task that failed for it");
            metrics::counter!("kaiku_left_out_total", "task" => task).increment(1);
            Ok(None)
        }
    }
}

/// Takes one step of a task that handles many in a shared transaction, by itself: a failed one is undone, as in [`left_out`].
///
/// # Errors
/// As [`left_out`].
pub async fn apart<T>(
    tx: &mut Writer,
    task: &'static str,
    id: Uuid,
    step: impl AsyncFnOnce(&mut Writer) -> Result<T, Problem>,
) -> Result<Option<T>, Problem> {
    savepoint::begin(tx).await?;
    let outcome = left_out(step(tx).await, task, id)?;
    if outcome.is_none() {
        savepoint::roll_back(tx).await?;
    }
    savepoint::release(tx).await?;
    Ok(outcome)
}
