//! Mails: what is to be written to whom, and what became of it. Never the words, never an address.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::words::word_enum;

/// The reason of a mail that was accepted and came back later.
pub const CAME_BACK: &str = "came_back";
/// The reason of a mail that was dropped since there was nobody to write to.
pub const NO_ADDRESS: &str = "no_address";

word_enum! {
    /// The outcome of a mail.
    pub enum MailState: "state of a mail" {
        /// It waits to be sent.
        Queued = "queued",
        /// The receiving server accepted it.
        Taken = "taken",
        /// The receiving server refused it for good.
        Refused = "refused",
        /// It was written to a file: no mail server is set up, and nobody gets it.
        Written = "written",
        /// It was not sent, since there was no address any more or nothing left to say.
        Dropped = "dropped",
    }
}

word_enum! {
    /// What a mail says.
    pub enum Letter: "letter" {
        /// One notice to staff; the subject is the notice's id.
        Notice = "notice",
        /// All notices of a day to one of the staff; the subject is `principal:day`.
        Digest = "digest",
        /// An answer waits for the giver; the subject is `case:version`.
        AnswerWaits = "answer_waits",
        /// A question waits for the giver; the subject is `case:version`.
        QuestionWaits = "question_waits",
    }
}

impl Letter {
    /// Whether it goes to staff, and not to a giver.
    pub fn is_to_staff(self) -> bool {
        matches!(self, Self::Notice | Self::Digest)
    }
}

row! {
    /// A mail as stored.
    #[derive(Debug, Clone)]
    pub struct MailRow {
        /// Its id: the Message-ID.
        pub id: Uuid,
        /// What it says.
        pub letter: Letter,
        /// The receiver, for a mail to staff.
        pub principal_id: Option<Uuid>,
        /// The case, for a mail to its giver.
        pub case_id: Option<Uuid>,
        /// What it is about: unique for its letter.
        pub subject: String,
        /// Its outcome.
        pub state: MailState,
        pub queued_on: Day,
        /// When it was no longer queued.
        pub settled_on: Option<Day>,
        /// Why it was refused (the server's code, never an address) or dropped (a word).
        pub reason: Option<String>,
    }
}

impl MailRow {
    /// Whether it is certain that nobody got it: the giver is then told in the next way.
    pub fn reached_nobody(&self) -> bool {
        reached_nobody(self.state, self.reason.as_deref())
    }
}

/// Whether it is certain of a mail that was settled so that nobody got it.
pub fn reached_nobody(state: MailState, reason: Option<&str>) -> bool {
    matches!(state, MailState::Refused | MailState::Written) || reason == Some(NO_ADDRESS)
}

statements! {
    INSERT(Uuid, Letter, Option<Uuid>, Option<Uuid>, String, MailState, Day) =
        "INSERT INTO mails (id, letter, principal_id, case_id, subject, state, queued_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (letter, subject) DO NOTHING";
    FIND(Uuid) -> MailRow =
        "SELECT id, letter, principal_id, case_id, subject, state, queued_on, settled_on, reason FROM mails WHERE id = $1";
    OF_CASE(Uuid) -> MailRow =
        "SELECT id, letter, principal_id, case_id, subject, state, queued_on, settled_on, reason FROM mails \
         WHERE case_id = $1 ORDER BY queued_on, subject";
    SETTLE(Uuid, MailState, Day, Option<String>) =
        "UPDATE mails SET state = $2, settled_on = $3, reason = $4 WHERE id = $1";
    RETURN(Uuid, Letter, MailState, MailState, Day, String) =
        "UPDATE mails SET state = $4, settled_on = $5, reason = $6 WHERE case_id = $1 AND letter = $2 AND state = $3";
    TO_PRINCIPAL(Uuid, i64) -> MailRow =
        "SELECT id, letter, principal_id, case_id, subject, state, queued_on, settled_on, reason FROM mails \
         WHERE principal_id = $1 ORDER BY queued_on DESC, id LIMIT $2";
}

/// Stores a mail that is to be sent; false if this letter was queued about this subject before.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, mail: &MailRow) -> StoreResult<bool> {
    let inserted = INSERT
        .execute(
            tx,
            (mail.id, mail.letter, mail.principal_id, mail.case_id, mail.subject.as_str(), mail.state, mail.queued_on),
        )
        .await?;
    Ok(inserted == 1)
}

/// A mail.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<MailRow>> {
    FIND.fetch_optional(db, (id,)).await
}

/// The mails to the giver of a case, oldest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_case(db: &mut impl Connected, case_id: Uuid) -> StoreResult<Vec<MailRow>> {
    OF_CASE.fetch_all(db, (case_id,)).await
}

/// Stores the outcome of a mail.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn settle(tx: &mut Writer, id: Uuid, state: MailState, day: Day, reason: Option<&str>) -> StoreResult<()> {
    SETTLE.execute(tx, (id, state, day, reason)).await?;
    Ok(())
}

/// Marks the mails of this letter that servers accepted for a case as refused after all: they came back.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn came_back(tx: &mut Writer, case_id: Uuid, letter: Letter, day: Day) -> StoreResult<()> {
    RETURN.execute(tx, (case_id, letter, MailState::Taken, MailState::Refused, day, CAME_BACK)).await?;
    Ok(())
}

/// The newest mails to one of the staff, at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn to_principal(db: &mut impl Connected, principal_id: Uuid, limit: i64) -> StoreResult<Vec<MailRow>> {
    TO_PRINCIPAL.fetch_all(db, (principal_id, limit)).await
}
