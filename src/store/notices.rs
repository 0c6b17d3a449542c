//! Notices: what a member of staff is told in the service itself.

use uuid::Uuid;

use super::sql::{execute, fetch_all, fetch_optional, row};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::words::word_enum;
use crate::case::deadlines::Deadline;

word_enum! {
    /// What a notice says.
    pub enum NoticeKind: "kind of notice" {
        /// So many cases wait.
        NewCases = "new_cases",
        /// Something urgent has come.
        UrgentCase = "urgent_case",
        /// A deadline comes soon.
        BeforeDue = "before_due",
        /// A deadline is today.
        Due = "due",
        /// A deadline of one's own was broken.
        Overdue = "overdue",
        /// A deadline was broken, and those before have not mended it.
        Escalated = "escalated",
        /// A deadline was broken: for whom the agreement names.
        Breach = "breach",
        /// One acts now for a handler who is away.
        StandIn = "stand_in",
        /// The other side proposes an agreement.
        AgreementProposed = "agreement_proposed",
        /// A proposed agreement was accepted or declined.
        AgreementAnswered = "agreement_answered",
        /// Answers that the board alone tells have waited longer than agreed.
        BoardDue = "board_due",
    }
}

row! {
    /// A notice as stored.
    #[derive(Debug, Clone)]
    pub struct NoticeRow {
        pub id: Uuid,
        pub principal_id: Uuid,
        /// What it tells of.
        pub kind: NoticeKind,
        pub day: Day,
        /// What it is about, so that it is given once a day; empty for what is about many cases.
        pub subject: String,
        /// The case it is about.
        pub case_id: Option<Uuid>,
        /// Which of its deadlines.
        pub deadline: Option<Deadline>,
        /// The day of that deadline.
        pub due: Option<Day>,
        /// How many cases waited then; 1 for one about a case.
        pub cases: i64,
    }
}

const COLUMNS: &str = "id, principal_id, kind, day, subject, case_id, deadline, due, cases";

/// Keeps a notice; a second one of the day about the same replaces the number. The id of the one that stands.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn leave(tx: &mut Writer, notice: &NoticeRow) -> StoreResult<Uuid> {
    execute!(
        tx,
        "INSERT INTO notices (id, principal_id, kind, day, subject, case_id, deadline, due, cases) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (principal_id, kind, day, subject) DO UPDATE SET cases = excluded.cases",
        notice.id,
        notice.principal_id,
        notice.kind,
        notice.day,
        notice.subject.as_str(),
        notice.case_id,
        notice.deadline,
        notice.due,
        notice.cases
    )?;
    let (id,) = super::sql::fetch_one!(
        tx,
        (Uuid,),
        "SELECT id FROM notices WHERE principal_id = $1 AND kind = $2 AND day = $3 AND subject = $4",
        notice.principal_id,
        notice.kind,
        notice.day,
        notice.subject.as_str()
    )?;
    Ok(id)
}

/// A notice.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<NoticeRow>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM notices WHERE id = $1"));
    fetch_optional!(db, NoticeRow, sql, id)
}

/// The newest notices of a principal, at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn newest(db: &mut impl Connected, principal_id: Uuid, limit: i64) -> StoreResult<Vec<NoticeRow>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM notices WHERE principal_id = $1 ORDER BY day DESC, kind, subject LIMIT $2"
    ));
    fetch_all!(db, NoticeRow, sql, principal_id, limit)
}

/// The notices of a principal on a day, at most `limit`: what a digest holds.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_day(db: &mut impl Connected, principal_id: Uuid, day: Day, limit: i64) -> StoreResult<Vec<NoticeRow>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM notices WHERE principal_id = $1 AND day = $2 ORDER BY kind, subject LIMIT $3"
    ));
    fetch_all!(db, NoticeRow, sql, principal_id, day, limit)
}
