//! Tasks that run once a day.

use std::time::Duration;

use crate::base::Problem;
use crate::service::Service;
use crate::store::jobs;

/// The minimum time between two runs.
const BETWEEN_RUNS: Duration = Duration::from_secs(20 * 3_600);

/// Runs a task unless it was done in the last [`BETWEEN_RUNS`] by any instance; `name` is what that is noted under.
///
/// # Errors
/// The task's, which is tried again the next time; the store's.
pub async fn once<T>(
    service: &Service,
    name: &str,
    task: impl AsyncFnOnce() -> Result<T, Problem>,
) -> Result<Option<T>, Problem> {
    let now = service.now();
    let mut db = service.store.read().await?;
    let done = jobs::not_before(&mut db, name).await?;
    drop(db);
    if done.is_some_and(|until| now.as_micros() < until) {
        return Ok(None);
    }
    let outcome = task().await?;
    let mut tx = service.store.write().await?;
    jobs::set_not_before(&mut tx, name, now.plus(BETWEEN_RUNS)).await?;
    tx.commit().await?;
    Ok(Some(outcome))
}
