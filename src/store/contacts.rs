//! Encrypted details: givers' contacts, volunteers, authors' reminders.

use jiff::civil::Date;
use uuid::Uuid;

use super::cases::CaseRow;
use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::redacted_debug;

row! {
    /// A sealed value and the id of its key.
    #[derive(Clone)]
    pub struct SealedRow {
        /// The key's id in the keyring.
        pub key_id: String,
        /// Nonce and ciphertext.
        pub sealed: Vec<u8>,
    }
}

redacted_debug!(SealedRow { key_id });

statements! {
    INSERT(Uuid, String, Vec<u8>) =
        "INSERT INTO contacts (feedback_id, key_id, sealed) VALUES ($1, $2, $3)";
    FIND(Uuid) -> SealedRow =
        "SELECT key_id, sealed FROM contacts WHERE feedback_id = $1";
    ERASE(Uuid) =
        "DELETE FROM contacts WHERE feedback_id = $1";
    INSERT_VOLUNTEER(Uuid, Uuid, Day, String, Vec<u8>) =
        "INSERT INTO volunteers (id, unit_id, erase_on, key_id, sealed) VALUES ($1, $2, $3, $4, $5)";
    INSERT_REMINDER(Uuid, Uuid, Option<Day>, String, Vec<u8>) =
        "INSERT INTO reminders (feedback_id, author_id, next_meeting, key_id, sealed) VALUES ($1, $2, $3, $4, $5)";
    FIND_REMINDER(Uuid) -> ReminderRow =
        "SELECT author_id, next_meeting, key_id, sealed FROM reminders WHERE feedback_id = $1";
    NEXT_MEETING(Uuid) -> (Option<Day>,) =
        "SELECT next_meeting FROM reminders WHERE feedback_id = $1";
    ERASE_REMINDER(Uuid) =
        "DELETE FROM reminders WHERE feedback_id = $1";
}

/// Stores a giver's contact details.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, feedback_id: Uuid, contact: &SealedRow) -> StoreResult<()> {
    INSERT.execute(tx, (feedback_id, contact.key_id.as_str(), contact.sealed.as_slice())).await?;
    Ok(())
}

/// A giver's contact details.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Option<SealedRow>> {
    FIND.fetch_optional(db, (feedback_id,)).await
}

/// Erases a giver's contact details and an author's reminder.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase(tx: &mut Writer, feedback_id: Uuid) -> StoreResult<()> {
    ERASE.execute(tx, (feedback_id,)).await?;
    erase_reminder(tx, feedback_id).await
}

/// Stores the details of a volunteer, without a link to any answers.
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
    INSERT_VOLUNTEER.execute(tx, (id, unit_id, erase_on, details.key_id.as_str(), details.sealed.as_slice())).await?;
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

/// Stores an author's reminder.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_reminder(tx: &mut Writer, feedback_id: Uuid, reminder: &ReminderRow) -> StoreResult<()> {
    INSERT_REMINDER
        .execute(
            tx,
            (
                feedback_id,
                reminder.author_id,
                reminder.next_meeting,
                reminder.key_id.as_str(),
                reminder.sealed.as_slice(),
            ),
        )
        .await?;
    Ok(())
}

/// An author's reminder.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find_reminder(db: &mut impl Connected, feedback_id: Uuid) -> StoreResult<Option<ReminderRow>> {
    FIND_REMINDER.fetch_optional(db, (feedback_id,)).await
}

/// When the giver of an oral note is met next, if its author wrote that down: the giver is told on that day at the earliest.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn next_meeting(db: &mut impl Connected, case: &CaseRow) -> StoreResult<Option<Date>> {
    if !case.channel.properties().takes_reminder {
        return Ok(None);
    }
    let found = NEXT_MEETING.fetch_optional(db, (case.feedback_id,)).await?;
    Ok(found.and_then(|(day,)| day).map(|day| day.0))
}

/// Erases an author's reminder, once the giver was told.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase_reminder(tx: &mut Writer, feedback_id: Uuid) -> StoreResult<()> {
    ERASE_REMINDER.execute(tx, (feedback_id,)).await?;
    Ok(())
}
