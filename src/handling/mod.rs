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

/// What came of one case, or of another thing with an id, in a task that goes through many: none for one that failed, which
/// is reported, so that it keeps no other from being looked at.
///
/// # Errors
/// What would fail for the next one as well: the database is unavailable.
pub fn left_out<T>(outcome: Result<T, Problem>, task: &'static str, id: Uuid) -> Result<Option<T>, Problem> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(problem) if matches!(problem.kind, Kind::Unavailable | Kind::Overloaded | Kind::TimedOut) => Err(problem),
        Err(problem) => {
            let why = problem.cause.as_deref().unwrap_or(&problem.detail);
            tracing::error!(task, %id, why, "one is left out of a task and is tried again with its next run");
            metrics::counter!("kaiku_left_out_total", "task" => task).increment(1);
            Ok(None)
        }
    }
}
