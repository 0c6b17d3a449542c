//! What happened to a case: its events, and the words that belong to them.

use uuid::Uuid;

use super::sql::{execute, fetch_all, row};
use super::{Connected, Day, StoreResult, Writer};

row! {
    /// One step.
    #[derive(Debug, Clone)]
    pub struct EventRow {
        /// The case's version after it.
        pub n: i64,
        /// See [`crate::handling::steps::Step`].
        pub step: String,
        /// State before.
        pub from_state: String,
        /// State after.
        pub to_state: String,
        /// `staff`, `giver` or `service`.
        pub actor: String,
        /// Which principal, for staff.
        pub actor_id: Option<Uuid>,
        /// The Helsinki day.
        pub on_day: Day,
        /// The instant (µs); none for what a giver did.
        pub at: Option<i64>,
        /// Ids and words of the service as JSON, never a giver's text.
        pub detail: String,
    }
}

row! {
    /// The words of a step.
    #[derive(Debug, Clone)]
    pub struct TextRow {
        /// The event's number.
        pub n: i64,
        /// `question`, `answer`, `addition`, `decision` or `verdict`.
        pub kind: String,
        /// Its language.
        pub language: String,
        /// Redacted.
        pub text: String,
    }
}

/// Keeps a step.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn append(tx: &mut Writer, case_id: Uuid, event: &EventRow) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO case_events (case_id, n, step, from_state, to_state, actor, actor_id, on_day, at, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        case_id,
        event.n,
        event.step.as_str(),
        event.from_state.as_str(),
        event.to_state.as_str(),
        event.actor.as_str(),
        event.actor_id,
        event.on_day,
        event.at,
        event.detail.as_str()
    )?;
    Ok(())
}

/// Keeps the words of a step.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn append_text(tx: &mut Writer, case_id: Uuid, text: &TextRow) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO case_texts (case_id, n, kind, language, text) VALUES ($1, $2, $3, $4, $5)",
        case_id,
        text.n,
        text.kind.as_str(),
        text.language.as_str(),
        text.text.as_str()
    )?;
    Ok(())
}

/// The steps of a case, oldest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn events(db: &mut impl Connected, case_id: Uuid) -> StoreResult<Vec<EventRow>> {
    fetch_all!(
        db,
        EventRow,
        "SELECT n, step, from_state, to_state, actor, actor_id, on_day, at, detail FROM case_events \
         WHERE case_id = $1 ORDER BY n",
        case_id
    )
}

/// The words of a case's steps, oldest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn texts(db: &mut impl Connected, case_id: Uuid) -> StoreResult<Vec<TextRow>> {
    fetch_all!(db, TextRow, "SELECT n, kind, language, text FROM case_texts WHERE case_id = $1 ORDER BY n", case_id)
}

/// Erases the words of a case's steps.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase_texts(tx: &mut Writer, case_id: Uuid) -> StoreResult<()> {
    execute!(tx, "DELETE FROM case_texts WHERE case_id = $1", case_id)?;
    Ok(())
}
