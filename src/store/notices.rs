//! Notices: what a member of staff is told in the service itself.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::words::word_enum;
use crate::case::deadlines::Deadline;

word_enum! {
    /// What a notice says.
    pub enum NoticeKind: "kind of notice" {
        /// A number of cases wait.
        NewCases = "new_cases",
        /// So many cases wait, and some of them must be read today.
        ReadToday = "read_today",
        /// Something urgent has come.
        UrgentCase = "urgent_case",
        /// A deadline comes soon.
        BeforeDue = "before_due",
        /// A deadline is today.
        Due = "due",
        /// A deadline of one's own was broken.
        Overdue = "overdue",
        /// A deadline was broken, and nobody on the rungs before has acted.
        Escalated = "escalated",
        /// A deadline was broken: for whom the agreement names.
        Breach = "breach",
        /// The receiver may now act for a handler who is away.
        StandIn = "stand_in",
        /// The other side proposes an agreement.
        AgreementProposed = "agreement_proposed",
        /// A proposed agreement was accepted or declined.
        AgreementAnswered = "agreement_answered",
        /// Answers that only the board tells have waited longer than agreed.
        BoardDue = "board_due",
        /// Messages of devices could not be taken in and are held.
        HeldMessages = "held_messages",
    }
}

row! {
    /// A notice as stored.
    #[derive(Debug, Clone)]
    pub struct NoticeRow {
        pub id: Uuid,
        pub principal_id: Uuid,
        /// What it says.
        pub kind: NoticeKind,
        pub day: Day,
        /// What it is about: there is one notice a day for each subject. Empty for a notice about many cases; of messages
        /// that are held the short name of their unit, or empty where there is no such unit.
        pub subject: String,
        /// The case it is about.
        pub case_id: Option<Uuid>,
        /// The deadline of that case.
        pub deadline: Option<Deadline>,
        /// The day of that deadline.
        pub due: Option<Day>,
        /// How many cases waited then; 1 for a notice about one case. How many messages were held.
        pub cases: i64,
    }
}

/// What cannot wait stands first, also in the morning's digest: broken deadlines, then what tells of danger.
const ORDER: &str = "CASE WHEN due < day THEN 0 WHEN kind = 'urgent_case' THEN 1 WHEN kind = 'read_today' THEN 2 ELSE 3 END, \
                     subject, kind";
const COLUMNS: &str = "id, principal_id, kind, day, subject, case_id, deadline, due, cases";

statements! {
    LEAVE(Uuid, Uuid, NoticeKind, Day, String, Option<Uuid>, Option<Deadline>, Option<Day>, i64) =
        "INSERT INTO notices (id, principal_id, kind, day, subject, case_id, deadline, due, cases) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (principal_id, kind, day, subject) DO UPDATE SET cases = excluded.cases";
    FIND_LEFT(Uuid, NoticeKind, Day, String) -> (Uuid,) =
        "SELECT id FROM notices WHERE principal_id = $1 AND kind = $2 AND day = $3 AND subject = $4";
    FIND(Uuid) -> NoticeRow =
        "SELECT {COLUMNS} FROM notices WHERE id = $1";
    NEWEST(Uuid, i64) -> NoticeRow =
        "SELECT {COLUMNS} FROM notices WHERE principal_id = $1 ORDER BY day DESC, {ORDER} LIMIT $2";
    OF_DAY(Uuid, Day, i64) -> NoticeRow =
        "SELECT {COLUMNS} FROM notices WHERE principal_id = $1 AND day = $2 ORDER BY {ORDER} LIMIT $3";
}

/// Stores a notice. If there is one of the same day about the same, its number of cases is replaced. Returns the stored id.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn leave(tx: &mut Writer, notice: &NoticeRow) -> StoreResult<Uuid> {
    LEAVE
        .execute(
            tx,
            (
                notice.id,
                notice.principal_id,
                notice.kind,
                notice.day,
                notice.subject.as_str(),
                notice.case_id,
                notice.deadline,
                notice.due,
                notice.cases,
            ),
        )
        .await?;
    let (id,) =
        FIND_LEFT.fetch_one(tx, (notice.principal_id, notice.kind, notice.day, notice.subject.as_str())).await?;
    Ok(id)
}

/// A notice.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<NoticeRow>> {
    FIND.fetch_optional(db, (id,)).await
}

/// The newest notices of a principal, at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn newest(db: &mut impl Connected, principal_id: Uuid, limit: i64) -> StoreResult<Vec<NoticeRow>> {
    NEWEST.fetch_all(db, (principal_id, limit)).await
}

/// The notices of a principal on a day, at most `limit`: what a digest holds.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_day(db: &mut impl Connected, principal_id: Uuid, day: Day, limit: i64) -> StoreResult<Vec<NoticeRow>> {
    OF_DAY.fetch_all(db, (principal_id, day, limit)).await
}
