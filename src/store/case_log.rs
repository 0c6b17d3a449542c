//! What happened to a case: its events, and the words that belong to them.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::{Language, redacted_debug};
use crate::case::steps::{State, Step};
use crate::case::words::{ActorKind, TextKind};

row! {
    /// One step.
    #[derive(Debug, Clone)]
    pub struct EventRow {
        /// The case's version after it.
        pub n: i64,
        pub step: Step,
        /// State before.
        pub from_state: State,
        /// State after.
        pub to_state: State,
        /// Who took it.
        pub actor: ActorKind,
        /// The principal, for a step of staff.
        pub actor_id: Option<Uuid>,
        /// The Helsinki day.
        pub on_day: Day,
        /// The instant (µs); `None` for what a giver did.
        pub at: Option<i64>,
        /// Ids and words of the service as JSON, never a giver's text.
        pub detail: String,
    }
}

row! {
    /// The words of a step.
    #[derive(Clone)]
    pub struct TextRow {
        /// The event's number.
        pub n: i64,
        /// Their role in the step.
        pub kind: TextKind,
        pub language: Language,
        /// Redacted.
        pub text: String,
    }
}

redacted_debug!(TextRow { n, kind, language });

statements! {
    APPEND(Uuid, i64, Step, State, State, ActorKind, Option<Uuid>, Day, Option<i64>, String) =
        "INSERT INTO case_events (case_id, n, step, from_state, to_state, actor, actor_id, on_day, at, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LAST_OF(Uuid, Step) -> (i64,) =
        "SELECT n FROM case_events WHERE case_id = $1 AND step = $2 ORDER BY n DESC LIMIT 1";
    APPEND_TEXT(Uuid, i64, TextKind, Language, String) =
        "INSERT INTO case_texts (case_id, n, kind, language, text) VALUES ($1, $2, $3, $4, $5)";
    EVENTS(Uuid) -> EventRow =
        "SELECT n, step, from_state, to_state, actor, actor_id, on_day, at, detail FROM case_events \
         WHERE case_id = $1 ORDER BY n";
    TEXTS(Uuid) -> TextRow =
        "SELECT n, kind, language, text FROM case_texts WHERE case_id = $1 ORDER BY n";
    ERASE_TEXTS(Uuid) =
        "DELETE FROM case_texts WHERE case_id = $1";
    STEPS_FOR_FIGURES(Uuid, Day, Uuid, Day, Uuid) -> StepRow =
        "SELECT e.case_id AS case_id, e.step AS step, e.on_day AS on_day, e.at AS at FROM cases c \
         JOIN case_events e ON e.case_id = c.id WHERE c.unit_id = $1 AND (c.received_on, c.id) > ($2, $3) \
         AND (c.received_on, c.id) <= ($4, $5) AND e.step IN ('acknowledge', 'ask', 'decide', 'tell') \
         ORDER BY e.case_id, e.n";
}

/// Keeps a step; [`super::case_change::write`] does with the case it changes.
///
/// # Errors
/// See [`super::StoreError`].
pub(super) async fn append(tx: &mut Writer, case_id: Uuid, event: &EventRow) -> StoreResult<()> {
    APPEND
        .execute(
            tx,
            (
                case_id,
                event.n,
                event.step,
                event.from_state,
                event.to_state,
                event.actor,
                event.actor_id,
                event.on_day,
                event.at,
                event.detail.as_str(),
            ),
        )
        .await?;
    Ok(())
}

/// The number of a case's last event of this step.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn last_of(db: &mut impl Connected, case_id: Uuid, step: Step) -> StoreResult<Option<i64>> {
    let found = LAST_OF.fetch_all(db, (case_id, step)).await?;
    Ok(found.first().map(|(n,)| *n))
}

/// Stores the words of a step.
///
/// # Errors
/// See [`super::StoreError`].
pub(super) async fn append_text(tx: &mut Writer, case_id: Uuid, text: &TextRow) -> StoreResult<()> {
    APPEND_TEXT.execute(tx, (case_id, text.n, text.kind, text.language, text.text.as_str())).await?;
    Ok(())
}

/// The steps of a case, oldest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn events(db: &mut impl Connected, case_id: Uuid) -> StoreResult<Vec<EventRow>> {
    EVENTS.fetch_all(db, (case_id,)).await
}

/// The words of a case's steps, oldest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn texts(db: &mut impl Connected, case_id: Uuid) -> StoreResult<Vec<TextRow>> {
    TEXTS.fetch_all(db, (case_id,)).await
}

/// Erases the words of a case's steps.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase_texts(tx: &mut Writer, case_id: Uuid) -> StoreResult<()> {
    ERASE_TEXTS.execute(tx, (case_id,)).await?;
    Ok(())
}

row! {
    /// When a step that figures look at was taken.
    #[derive(Debug, Clone)]
    pub struct StepRow {
        pub case_id: Uuid,
        /// Which step.
        pub step: Step,
        /// The Helsinki day.
        pub on_day: Day,
        /// The instant (µs), for what staff did.
        pub at: Option<i64>,
    }
}

/// The steps that acknowledge, ask, decide or tell, of the cases of a unit received between two places of the order by day
/// and id (the first excluded, the last included); the oldest of each case first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn steps_for_figures(
    db: &mut impl Connected,
    unit_id: Uuid,
    after: (Day, Uuid),
    to: (Day, Uuid),
) -> StoreResult<Vec<StepRow>> {
    STEPS_FOR_FIGURES.fetch_all(db, (unit_id, after.0, after.1, to.0, to.1)).await
}
