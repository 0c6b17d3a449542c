//! What is encrypted: contact details, volunteers' details, authors' reminders.

use jiff::civil::Date;
use uuid::Uuid;

use super::cases::CaseRow;
use super::sql::{execute, fetch_optional, row};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::redacted_debug;

row! {
    /// A sealed value and the key that opens it.
    #[derive(Clone)]
    pub struct SealedRow {
        /// The key's id in the keyring.
        pub key_id: String,
        /// Nonce and ciphertext.
        pub sealed: Vec<u8>,
    }
}

redacted_debug!(SealedRow { key_id });

/// Keeps a giver's contact details.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, feedback_id: Uuid, contact: &SealedRow) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO contacts (feedback_id, key_id, sealed) VALUES ($1, $2, $3)",
        feedback_id,
        contact.key_id.as_str(),
        contact.sealed.as_slice()
    )?;
    Ok(())
}

/// A giver's contact details.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Option<SealedRow>> {
    fetch_optional!(db, SealedRow, "SELECT key_id, sealed FROM contacts WHERE feedback_id = $1", feedback_id)
}

/// Erases a giver's contact details and an author's reminder.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase(tx: &mut Writer, feedback_id: Uuid) -> StoreResult<()> {
    execute!(tx, "DELETE FROM contacts WHERE feedback_id = $1", feedback_id)?;
    erase_reminder(tx, feedback_id).await
}

/// Keeps who wants to join developing, without a link to any answers.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_volunteer(
    tx: &mut Writer,
    id: Uuid,
    unit_id: Uuid,
    erase_on: Day,
    details: &SealedRow,
) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO volunteers (id, unit_id, erase_on, key_id, sealed) VALUES ($1, $2, $3, $4, $5)",
        id,
        unit_id,
        erase_on,
        details.key_id.as_str(),
        details.sealed.as_slice()
    )?;
    Ok(())
}

row! {
    /// An author's reminder of whom an oral note was from.
    #[derive(Clone)]
    pub struct ReminderRow {
        /// Who wrote it, and alone may read it.
        pub author_id: Uuid,
        pub next_meeting: Option<Day>,
        /// The key's id in the keyring.
        pub key_id: String,
        /// Nonce and ciphertext.
        pub sealed: Vec<u8>,
    }
}

redacted_debug!(ReminderRow { author_id, key_id });

/// Keeps an author's reminder.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_reminder(tx: &mut Writer, feedback_id: Uuid, reminder: &ReminderRow) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO reminders (feedback_id, author_id, next_meeting, key_id, sealed) VALUES ($1, $2, $3, $4, $5)",
        feedback_id,
        reminder.author_id,
        reminder.next_meeting,
        reminder.key_id.as_str(),
        reminder.sealed.as_slice()
    )?;
    Ok(())
}

/// An author's reminder.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find_reminder(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Option<ReminderRow>> {
    fetch_optional!(
        db,
        ReminderRow,
        "SELECT author_id, next_meeting, key_id, sealed FROM reminders WHERE feedback_id = $1",
        feedback_id
    )
}

/// When the giver of an oral note is met next, if its author wrote that down: the giver is told no earlier.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn next_meeting(db: &mut impl Connected, case: &CaseRow) -> StoreResult<Option<Date>> {
    if !case.channel.properties().takes_reminder {
        return Ok(None);
    }
    let sql = "SELECT next_meeting FROM reminders WHERE feedback_id = $1";
    let found = fetch_optional!(db, (Option<Day>,), sql, case.feedback_id)?;
    Ok(found.and_then(|(day,)| day).map(|day| day.0))
}

/// Erases an author's reminder, once the giver was told.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase_reminder(tx: &mut Writer, feedback_id: Uuid) -> StoreResult<()> {
    execute!(tx, "DELETE FROM reminders WHERE feedback_id = $1", feedback_id)?;
    Ok(())
}
