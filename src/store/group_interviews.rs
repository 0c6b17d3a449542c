//! Group interviews with their SWOT points and agreed actions.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, StoreResult, Writer};
use crate::base::redacted_debug;
use crate::case::words::SwotField;

row! {
    /// One point of the summary.
    #[derive(Clone)]
    pub struct PointRow {
        /// Its id, which is also its case's id.
        pub id: Uuid,
        /// Its interview.
        pub feedback_id: Uuid,
        /// Its position in the interview, from 0.
        pub n: i64,
        /// What it is.
        pub field: SwotField,
        /// Redacted.
        pub text: String,
    }
}

redacted_debug!(PointRow { id, feedback_id, n, field });

row! {
    /// One thing that was agreed to be done.
    #[derive(Clone)]
    pub struct ActionRow {
        /// Its position in the list, from 0.
        pub n: i64,
        pub what: String,
        pub who: String,
        pub due: String,
    }
}

redacted_debug!(ActionRow { n });

statements! {
    INSERT(Uuid, String) =
        "INSERT INTO group_interviews (feedback_id, detail) VALUES ($1, $2)";
    INSERT_POINT(Uuid, Uuid, i64, SwotField, String) =
        "INSERT INTO swot_points (id, feedback_id, n, field, text) VALUES ($1, $2, $3, $4, $5)";
    INSERT_ACTION(Uuid, i64, String, String, String) =
        "INSERT INTO agreed_actions (feedback_id, n, what, who, due) VALUES ($1, $2, $3, $4, $5)";
    DETAIL(Uuid) -> (String,) =
        "SELECT detail FROM group_interviews WHERE feedback_id = $1";
    POINTS(Uuid) -> PointRow =
        "SELECT id, feedback_id, n, field, text FROM swot_points WHERE feedback_id = $1 ORDER BY n";
    POINT(Uuid) -> PointRow =
        "SELECT id, feedback_id, n, field, text FROM swot_points WHERE id = $1";
    ACTIONS(Uuid) -> ActionRow =
        "SELECT n, what, who, due FROM agreed_actions WHERE feedback_id = $1 ORDER BY n";
    ERASE_DETAIL(Uuid) =
        "UPDATE group_interviews SET detail = '{{}}' WHERE feedback_id = $1";
    ERASE_POINTS(Uuid) =
        "UPDATE swot_points SET text = '' WHERE feedback_id = $1";
    DELETE_ACTIONS(Uuid) =
        "DELETE FROM agreed_actions WHERE feedback_id = $1";
    ERASE_MEMOS(Uuid) =
        "UPDATE discussions SET memo = '' WHERE feedback_id = $1";
}

/// Stores an interview: `detail` is its arrangements as JSON, redacted.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(
    tx: &mut Writer,
    feedback_id: Uuid,
    detail: &str,
    points: &[PointRow],
    actions: &[ActionRow],
) -> StoreResult<()> {
    INSERT.execute(tx, (feedback_id, detail)).await?;
    for point in points {
        INSERT_POINT.execute(tx, (point.id, feedback_id, point.n, point.field, point.text.as_str())).await?;
    }
    for action in actions {
        INSERT_ACTION
            .execute(tx, (feedback_id, action.n, action.what.as_str(), action.who.as_str(), action.due.as_str()))
            .await?;
    }
    Ok(())
}

/// The arrangements of an interview as JSON.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn detail(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Option<String>> {
    let row = DETAIL.fetch_optional(db, (feedback_id,)).await?;
    Ok(row.map(|(detail,)| detail))
}

/// The points of an interview in their order.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn points(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Vec<PointRow>> {
    POINTS.fetch_all(db, (feedback_id,)).await
}

/// One point.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn point(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<PointRow>> {
    POINT.fetch_optional(db, (id,)).await
}

/// The agreed actions of an interview in their order.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn actions(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Vec<ActionRow>> {
    ACTIONS.fetch_all(db, (feedback_id,)).await
}

/// Erases every text of an interview, when consent was withdrawn.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase_texts(tx: &mut Writer, feedback_id: Uuid) -> StoreResult<()> {
    ERASE_DETAIL.execute(tx, (feedback_id,)).await?;
    ERASE_POINTS.execute(tx, (feedback_id,)).await?;
    DELETE_ACTIONS.execute(tx, (feedback_id,)).await?;
    ERASE_MEMOS.execute(tx, (feedback_id,)).await?;
    Ok(())
}
