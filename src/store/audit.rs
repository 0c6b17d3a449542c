//! Who of the staff read which text or contact: committed before it is shown. Ids, never content.

use uuid::Uuid;

use super::sql::statements;
use super::{Connected, StoreResult, Writer};
use crate::base::Instant;

/// Stands for whoever wrote a feedback down, in entries of before the link to them was cut.
pub const ITS_AUTHOR: Uuid = Uuid::nil();

statements! {
    RECORD(i64, Uuid, String, Uuid) =
        "INSERT INTO audit_log (at, principal_id, action, subject_id) VALUES ($1, $2, $3, $4)";
    OF_SUBJECT(Uuid) -> (Uuid, String) =
        "SELECT principal_id, action FROM audit_log WHERE subject_id = $1 ORDER BY seq";
}

/// Keeps that `principal_id` did `action` to `subject_id`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn record(
    tx: &mut Writer,
    at: Instant,
    principal_id: Uuid,
    action: &str,
    subject_id: Uuid,
) -> StoreResult<()> {
    RECORD.execute(tx, (at.as_micros(), principal_id, action, subject_id)).await?;
    Ok(())
}

/// Who did what to `subject_id`, oldest first: (principal or [`ITS_AUTHOR`], action).
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_subject(db: &mut impl Connected, subject_id: Uuid) -> StoreResult<Vec<(Uuid, String)>> {
    OF_SUBJECT.fetch_all(db, (subject_id,)).await
}
