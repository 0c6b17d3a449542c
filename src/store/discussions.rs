//! The feedback discussions of groups: held and recorded, with a memo that staff wrote.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::{Language, redacted_debug};

row! {
    /// A discussion as stored.
    #[derive(Clone)]
    pub struct DiscussionRow {
        pub id: Uuid,
        /// The interview that was discussed.
        pub feedback_id: Uuid,
        pub held_on: Day,
        /// Whether with the clients and workers together.
        pub together: bool,
        /// How many took part.
        pub participants: i64,
        /// The memo's language.
        pub language: Language,
        /// The memo, redacted; empty once consent was withdrawn.
        pub memo: String,
        pub recorded_by: Uuid,
        pub recorded_on: Day,
    }
}

redacted_debug!(DiscussionRow { id, feedback_id });

const COLUMNS: &str = "id, feedback_id, held_on, together, participants, language, memo, recorded_by, recorded_on";

statements! {
    INSERT(Uuid, Uuid, Day, bool, i64, Language, String, Uuid, Day) =
        "INSERT INTO discussions (id, feedback_id, held_on, together, participants, language, memo, recorded_by, \
         recorded_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND(Uuid) -> DiscussionRow =
        "SELECT {COLUMNS} FROM discussions WHERE id = $1";
    OF_INTERVIEW(Uuid) -> DiscussionRow =
        "SELECT {COLUMNS} FROM discussions WHERE feedback_id = $1 ORDER BY held_on, id";
}

/// Stores a discussion.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, row: &DiscussionRow) -> StoreResult<()> {
    INSERT
        .execute(
            tx,
            (
                row.id,
                row.feedback_id,
                row.held_on,
                row.together,
                row.participants,
                row.language,
                row.memo.as_str(),
                row.recorded_by,
                row.recorded_on,
            ),
        )
        .await?;
    Ok(())
}

/// A discussion.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<DiscussionRow>> {
    FIND.fetch_optional(db, (id,)).await
}

/// The discussions of an interview, oldest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_interview(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Vec<DiscussionRow>> {
    OF_INTERVIEW.fetch_all(db, (feedback_id,)).await
}
