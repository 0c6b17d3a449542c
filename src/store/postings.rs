//! What staff publish for a unit: board posts and results, with their words and the cases that a post told.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::sql::{execute, fetch_all, fetch_one, fetch_optional, on, row};
use super::{Connected, Day, StoreError, StoreResult, Writer};
use crate::base::words::word_enum;
use crate::base::{Language, redacted_debug};
use crate::case::decision::DecisionKind;

word_enum! {
    /// What is published.
    pub enum PostingKind: "kind of posting" {
        /// A board post.
        Board = "board",
        /// Published results and decisions of a survey.
        Results = "results",
    }
}

row! {
    /// A posting as stored.
    #[derive(Debug, Clone)]
    pub struct PostingRow {
        pub id: Uuid,
        /// [`BOARD`] or [`RESULTS`].
        pub kind: PostingKind,
        pub unit_id: Uuid,
        /// Of which instrument, for results.
        pub instrument: Option<String>,
        /// The first month of the results.
        pub from_month: Option<String>,
        /// Their last month.
        pub to_month: Option<String>,
        /// What a board post tells was decided, as staff say it.
        pub decision: Option<DecisionKind>,
        pub posted_by: Uuid,
        pub posted_on: Day,
        /// When its words were last corrected.
        pub corrected_on: Option<Day>,
        /// Since when it is hidden.
        pub taken_down_on: Option<Day>,
    }
}

row! {
    /// Its words in one language.
    #[derive(Clone)]
    pub struct PostingText {
        pub posting_id: Uuid,
        /// The original is 0.
        pub n: i64,
        /// The language's tag.
        pub language: Language,
        /// What givers said, as staff put it; empty for results.
        pub said: String,
        /// What was done or decided.
        pub done: String,
    }
}

redacted_debug!(PostingText { posting_id, n, language });

const COLUMNS: &str =
    "id, kind, unit_id, instrument, from_month, to_month, decision, posted_by, posted_on, corrected_on, taken_down_on";

/// Keeps a posting.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert(tx: &mut Writer, row: &PostingRow) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO postings (id, kind, unit_id, instrument, from_month, to_month, decision, posted_by, posted_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id,
        row.kind,
        row.unit_id,
        row.instrument.as_deref(),
        row.from_month.as_deref(),
        row.to_month.as_deref(),
        row.decision,
        row.posted_by,
        row.posted_on
    )?;
    Ok(())
}

/// Puts the words of a posting in place of those it has.
///
/// # Errors
/// See [`StoreError`].
pub async fn put_texts(tx: &mut Writer, id: Uuid, texts: &[PostingText]) -> StoreResult<()> {
    execute!(tx, "DELETE FROM posting_texts WHERE posting_id = $1", id)?;
    for text in texts {
        execute!(
            tx,
            "INSERT INTO posting_texts (posting_id, n, language, said, done) VALUES ($1, $2, $3, $4, $5)",
            id,
            text.n,
            text.language,
            text.said.as_str(),
            text.done.as_str()
        )?;
    }
    Ok(())
}

/// Notes that the words were corrected, and what the posting now tells was decided; false if it was taken down.
///
/// # Errors
/// See [`StoreError`].
pub async fn correct(tx: &mut Writer, id: Uuid, decision: Option<DecisionKind>, day: Day) -> StoreResult<bool> {
    let touched = execute!(
        tx,
        "UPDATE postings SET corrected_on = $2, decision = $3 WHERE id = $1 AND taken_down_on IS NULL",
        id,
        day,
        decision
    )?;
    Ok(touched == 1)
}

/// Hides a posting.
///
/// # Errors
/// See [`StoreError`].
pub async fn take_down(tx: &mut Writer, id: Uuid, day: Day) -> StoreResult<()> {
    execute!(tx, "UPDATE postings SET taken_down_on = $2 WHERE id = $1 AND taken_down_on IS NULL", id, day)?;
    Ok(())
}

/// A posting, hidden or not.
///
/// # Errors
/// See [`StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<PostingRow>> {
    let sql = format!("SELECT {COLUMNS} FROM postings WHERE id = $1");
    fetch_optional!(db, PostingRow, AssertSqlSafe(sql.as_str()), id)
}

/// The postings of a kind at a unit that are not hidden, newest first, after the day and id of `after`.
///
/// # Errors
/// See [`StoreError`].
pub async fn page(
    db: &mut impl Connected,
    unit_id: Uuid,
    kind: PostingKind,
    after: Option<(Day, Uuid)>,
    limit: i64,
) -> StoreResult<Vec<PostingRow>> {
    let begin = format!("SELECT {COLUMNS} FROM postings WHERE unit_id = $1 AND kind = $2 AND taken_down_on IS NULL");
    match after {
        None => {
            let sql = format!("{begin} ORDER BY posted_on DESC, id DESC LIMIT $3");
            fetch_all!(db, PostingRow, AssertSqlSafe(sql.as_str()), unit_id, kind, limit)
        }
        Some((day, id)) => {
            let sql = format!("{begin} AND (posted_on, id) < ($3, $4) ORDER BY posted_on DESC, id DESC LIMIT $5");
            fetch_all!(db, PostingRow, AssertSqlSafe(sql.as_str()), unit_id, kind, day, id, limit)
        }
    }
}

/// How many posts that are not hidden tell of each decision on the board of a unit since a day.
///
/// # Errors
/// See [`StoreError`].
pub async fn decisions_since(
    db: &mut impl Connected,
    unit_id: Uuid,
    day: Day,
) -> StoreResult<Vec<(DecisionKind, i64)>> {
    fetch_all!(
        db,
        (DecisionKind, i64),
        "SELECT decision, COUNT(*) FROM postings WHERE unit_id = $1 AND kind = $3 AND posted_on >= $2 \
         AND decision IS NOT NULL AND taken_down_on IS NULL GROUP BY decision ORDER BY decision",
        unit_id,
        day,
        PostingKind::Board
    )
}

/// The words of these postings, the original of each first.
///
/// # Errors
/// See [`StoreError`].
pub async fn texts(db: &mut impl Connected, ids: &[Uuid]) -> StoreResult<Vec<PostingText>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT posting_id, n, language, said, done FROM posting_texts WHERE posting_id IN ({}) ORDER BY posting_id, n",
        names.join(",")
    );
    on!(db, c => {
        let mut query = sqlx::query_as::<_, PostingText>(AssertSqlSafe(sql.as_str()));
        for id in ids {
            query = query.bind(*id);
        }
        query.fetch_all(&mut *c).await
    })
    .map_err(StoreError::from)
}

/// Keeps that a board post told the giver of a case.
///
/// # Errors
/// See [`StoreError`].
pub async fn cover(tx: &mut Writer, id: Uuid, case_id: Uuid) -> StoreResult<()> {
    execute!(tx, "INSERT INTO posting_cases (posting_id, case_id) VALUES ($1, $2)", id, case_id)?;
    Ok(())
}

/// How many cases a board post told.
///
/// # Errors
/// See [`StoreError`].
pub async fn covered(db: &mut impl Connected, id: Uuid) -> StoreResult<i64> {
    let (count,) = fetch_one!(db, (i64,), "SELECT COUNT(*) FROM posting_cases WHERE posting_id = $1", id)?;
    Ok(count)
}

/// The newest board post that told the giver of a case, unless it is hidden.
///
/// # Errors
/// See [`StoreError`].
pub async fn of_case(db: &mut impl Connected, case_id: Uuid) -> StoreResult<Option<PostingRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM postings WHERE taken_down_on IS NULL AND id = (SELECT p.id FROM postings p \
         JOIN posting_cases c ON c.posting_id = p.id WHERE c.case_id = $1 ORDER BY p.posted_on DESC, p.id DESC LIMIT 1)"
    );
    fetch_optional!(db, PostingRow, AssertSqlSafe(sql.as_str()), case_id)
}

/// The published results of an instrument at a unit whose months hold `month`, newest first.
///
/// # Errors
/// See [`StoreError`].
pub async fn results_of(
    db: &mut impl Connected,
    unit_id: Uuid,
    instrument: &str,
    month: &str,
) -> StoreResult<Vec<PostingRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM postings WHERE unit_id = $1 AND kind = $4 AND instrument = $2 \
         AND from_month <= $3 AND to_month >= $3 AND taken_down_on IS NULL ORDER BY posted_on DESC, id DESC"
    );
    fetch_all!(db, PostingRow, AssertSqlSafe(sql.as_str()), unit_id, instrument, month, PostingKind::Results)
}
