//! How far the reminders of a case's deadlines have climbed: one row a deadline.

use uuid::Uuid;

use super::sql::{row, statements};
use super::types::Many;
use super::{Connected, Day, StoreResult, Writer};
use crate::case::deadlines::Deadline;
use crate::case::rung::Rung;

row! {
    /// The last rung of one deadline.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RungRow {
        pub case_id: Uuid,
        pub deadline: Deadline,
        /// The day it was climbed for: once the deadline falls on another day, the ladder starts anew.
        pub due: Day,
        pub rung: Rung,
    }
}

statements! {
    OF(Many<Uuid>) -> RungRow = [
        "SELECT case_id, deadline, due, rung FROM case_rungs \
         WHERE case_id IN (SELECT unhex(value, '-') FROM json_each($1)) ORDER BY case_id, deadline",
        "SELECT case_id, deadline, due, rung FROM case_rungs WHERE case_id = ANY($1) ORDER BY case_id, deadline",
    ];
    PUT(Uuid, Deadline, Day, Rung) =
        "INSERT INTO case_rungs (case_id, deadline, due, rung) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (case_id, deadline) DO UPDATE SET due = excluded.due, rung = excluded.rung";
}

/// The rungs of some cases, those of one case side by side.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of(db: &mut impl Connected, case_ids: Vec<Uuid>) -> StoreResult<Vec<RungRow>> {
    OF.fetch_all(db, (Many(case_ids),)).await
}

/// Keeps the rung that a deadline has climbed now.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn put(tx: &mut Writer, row: &RungRow) -> StoreResult<()> {
    PUT.execute(tx, (row.case_id, row.deadline, row.due, row.rung)).await?;
    Ok(())
}
