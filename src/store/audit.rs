//! Who read which text or contact, committed before it is shown; and who changed what of the settings. Of readings ids, never
//! content; of settings the changed part before and after.

use std::sync::LazyLock;

use uuid::Uuid;

use super::many::{Inserts, Table};
use super::sql::{row, statements};
use super::{Connected, StoreResult, Writer};
use crate::base::Instant;

/// Stands for the author of a feedback in entries from before the link to the author was removed.
pub const ITS_AUTHOR: Uuid = Uuid::nil();

/// Stands for the command line where a principal would stand.
pub const COMMAND_LINE: Uuid = Uuid::max();

row! {
    /// A row of `audit_log`.
    pub struct AuditRow {
        /// Counted upwards.
        pub seq: i64,
        /// When, in microseconds since 1970.
        pub at: i64,
        /// Who; [`COMMAND_LINE`] for the command line, [`ITS_AUTHOR`] for whoever wrote a feedback down.
        pub principal_id: Uuid,
        pub action: String,
        /// To what: a case, a principal, a rule …
        pub subject_id: Uuid,
        /// The changed part of the settings as it was, as JSON.
        pub was: Option<String>,
        /// As it became.
        pub became: Option<String>,
    }
}

/// A change of settings to be kept.
#[derive(Clone)]
pub struct NewChange {
    pub action: String,
    pub subject_id: Uuid,
    /// In whose area.
    pub organiser_id: Option<Uuid>,
    /// The part as it was, as JSON; none for what is new.
    pub was: Option<String>,
    /// As it became; none for what is gone.
    pub became: Option<String>,
}

/// The columns of a change.
type Row = (i64, Uuid, String, Uuid, Option<Uuid>, Option<String>, Option<String>);

static INSERTS: LazyLock<Inserts<Row>> = LazyLock::new(|| {
    Inserts::new(Table {
        module: module_path!(),
        name: "audit_log",
        own: &["at", "principal_id", "action", "subject_id", "organiser_id", "was", "became"],
        shared: &[],
        postgres_end: "",
    })
});

statements! {
    ..INSERTS;
    RECORD(i64, Uuid, String, Uuid) =
        "INSERT INTO audit_log (at, principal_id, action, subject_id, organiser_id) \
         VALUES ($1, $2, $3, $4, (SELECT organiser_id FROM principals WHERE id = $2))";
    OF_SUBJECT(Uuid) -> (Uuid, String) =
        "SELECT principal_id, action FROM audit_log WHERE subject_id = $1 ORDER BY seq";
    OF_ORGANISER(Uuid, bool, i64, i64) -> AuditRow =
        "SELECT seq, at, principal_id, action, subject_id, was, became FROM audit_log \
         WHERE organiser_id = $1 AND ($2 OR was IS NOT NULL OR became IS NOT NULL) AND seq < $3 \
         ORDER BY seq DESC LIMIT $4";
    NEWEST(i64, i64) -> AuditRow =
        "SELECT seq, at, principal_id, action, subject_id, was, became FROM audit_log WHERE seq < $1 \
         ORDER BY seq DESC LIMIT $2";
}

/// Records that `principal_id` did `action` to `subject_id`.
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

/// Keeps what `principal_id` changed.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn record_changes(
    tx: &mut Writer,
    at: Instant,
    principal_id: Uuid,
    changes: &[NewChange],
) -> StoreResult<()> {
    INSERTS
        .execute(
            tx,
            changes,
            |change| {
                (
                    at.as_micros(),
                    principal_id,
                    change.action.as_str(),
                    change.subject_id,
                    change.organiser_id,
                    change.was.as_deref(),
                    change.became.as_deref(),
                )
            },
            |_| (),
        )
        .await
}

/// Who did what to `subject_id`, oldest first: (principal or [`ITS_AUTHOR`], action).
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_subject(db: &mut impl Connected, subject_id: Uuid) -> StoreResult<Vec<(Uuid, String)>> {
    OF_SUBJECT.fetch_all(db, (subject_id,)).await
}

/// What was done in an organiser's area before the row `before`, newest first: changes of settings, and readings where
/// `readings` says so.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_organiser(
    db: &mut impl Connected,
    organiser_id: Uuid,
    readings: bool,
    before: i64,
    limit: i64,
) -> StoreResult<Vec<AuditRow>> {
    OF_ORGANISER.fetch_all(db, (organiser_id, readings, before, limit)).await
}

/// What was done anywhere before the row `before`, newest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn newest(db: &mut impl Connected, before: i64, limit: i64) -> StoreResult<Vec<AuditRow>> {
    NEWEST.fetch_all(db, (before, limit)).await
}
