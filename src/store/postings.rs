//! What staff publish for a unit: board posts and results, with their words and the cases whose givers a post told.

use uuid::Uuid;

use super::sql::{row, statements};
use super::types::Many;
use super::{Connected, Day, StoreResult, Writer};
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
        pub kind: PostingKind,
        pub unit_id: Uuid,
        /// The instrument, for results.
        pub instrument: Option<String>,
        /// The first month of the results.
        pub from_month: Option<String>,
        /// Their last month.
        pub to_month: Option<String>,
        /// The decision that a board post reports, as staff say it.
        pub decision: Option<DecisionKind>,
        pub posted_by: Uuid,
        pub posted_on: Day,
        /// When its words were last corrected.
        pub corrected_on: Option<Day>,
        /// The day since which it is hidden.
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

statements! {
    INSERT(Uuid, PostingKind, Uuid, Option<String>, Option<String>, Option<String>, Option<DecisionKind>, Uuid, Day) =
        "INSERT INTO postings (id, kind, unit_id, instrument, from_month, to_month, decision, posted_by, posted_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    DELETE_TEXTS(Uuid) =
        "DELETE FROM posting_texts WHERE posting_id = $1";
    INSERT_TEXT(Uuid, i64, Language, String, String) =
        "INSERT INTO posting_texts (posting_id, n, language, said, done) VALUES ($1, $2, $3, $4, $5)";
    CORRECT(Uuid, Day, Option<DecisionKind>) =
        "UPDATE postings SET corrected_on = $2, decision = $3 WHERE id = $1 AND taken_down_on IS NULL";
    TAKE_DOWN(Uuid, Day) =
        "UPDATE postings SET taken_down_on = $2 WHERE id = $1 AND taken_down_on IS NULL";
    FIND(Uuid) -> PostingRow =
        "SELECT {COLUMNS} FROM postings WHERE id = $1";
    FIRST_PAGE(Uuid, PostingKind, i64) -> PostingRow =
        "SELECT {COLUMNS} FROM postings WHERE unit_id = $1 AND kind = $2 AND taken_down_on IS NULL \
         ORDER BY posted_on DESC, id DESC LIMIT $3";
    NEXT_PAGE(Uuid, PostingKind, Day, Uuid, i64) -> PostingRow =
        "SELECT {COLUMNS} FROM postings WHERE unit_id = $1 AND kind = $2 AND taken_down_on IS NULL \
         AND (posted_on, id) < ($3, $4) ORDER BY posted_on DESC, id DESC LIMIT $5";
    TEXTS(Many<Uuid>) -> PostingText = [
        "SELECT posting_id, n, language, said, done FROM posting_texts \
         WHERE posting_id IN (SELECT unhex(value, '-') FROM json_each($1)) ORDER BY posting_id, n",
        "SELECT posting_id, n, language, said, done FROM posting_texts WHERE posting_id = ANY($1) ORDER BY posting_id, n",
    ];
    DECISIONS_SINCE(Uuid, Day, PostingKind) -> (DecisionKind, i64) =
        "SELECT decision, COUNT(*) FROM postings WHERE unit_id = $1 AND kind = $3 AND posted_on >= $2 \
         AND decision IS NOT NULL AND taken_down_on IS NULL GROUP BY decision ORDER BY decision";
    COVER(Uuid, Uuid) =
        "INSERT INTO posting_cases (posting_id, case_id) VALUES ($1, $2)";
    COVERED(Uuid) -> (i64,) =
        "SELECT COUNT(*) FROM posting_cases WHERE posting_id = $1";
    OF_CASE(Uuid) -> PostingRow =
        "SELECT {COLUMNS} FROM postings WHERE taken_down_on IS NULL AND id = (SELECT p.id FROM postings p \
         JOIN posting_cases c ON c.posting_id = p.id WHERE c.case_id = $1 ORDER BY p.posted_on DESC, p.id DESC LIMIT 1)";
    RESULTS_OF(Uuid, String, String, PostingKind) -> PostingRow =
        "SELECT {COLUMNS} FROM postings WHERE unit_id = $1 AND kind = $4 AND instrument = $2 \
         AND from_month <= $3 AND to_month >= $3 AND taken_down_on IS NULL ORDER BY posted_on DESC, id DESC";
}

/// Stores a posting.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, row: &PostingRow) -> StoreResult<()> {
    INSERT
        .execute(
            tx,
            (
                row.id,
                row.kind,
                row.unit_id,
                row.instrument.as_deref(),
                row.from_month.as_deref(),
                row.to_month.as_deref(),
                row.decision,
                row.posted_by,
                row.posted_on,
            ),
        )
        .await?;
    Ok(())
}

/// Replaces the words of a posting.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn put_texts(tx: &mut Writer, id: Uuid, texts: &[PostingText]) -> StoreResult<()> {
    DELETE_TEXTS.execute(tx, (id,)).await?;
    for text in texts {
        INSERT_TEXT.execute(tx, (id, text.n, text.language, text.said.as_str(), text.done.as_str())).await?;
    }
    Ok(())
}

/// Records that the words were corrected, and the decision that the posting reports now; false if it was taken down.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn correct(tx: &mut Writer, id: Uuid, decision: Option<DecisionKind>, day: Day) -> StoreResult<bool> {
    let touched = CORRECT.execute(tx, (id, day, decision)).await?;
    Ok(touched == 1)
}

/// Hides a posting.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn take_down(tx: &mut Writer, id: Uuid, day: Day) -> StoreResult<()> {
    TAKE_DOWN.execute(tx, (id, day)).await?;
    Ok(())
}

/// A posting, hidden or not.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<PostingRow>> {
    FIND.fetch_optional(db, (id,)).await
}

/// The postings of a kind at a unit that are not hidden, newest first, after the day and id of `after`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn page(
    db: &mut impl Connected,
    unit_id: Uuid,
    kind: PostingKind,
    after: Option<(Day, Uuid)>,
    limit: i64,
) -> StoreResult<Vec<PostingRow>> {
    match after {
        None => FIRST_PAGE.fetch_all(db, (unit_id, kind, limit)).await,
        Some((day, id)) => NEXT_PAGE.fetch_all(db, (unit_id, kind, day, id, limit)).await,
    }
}

/// For each decision, how many posts on the board of a unit report it since a day; hidden posts are not counted.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn decisions_since(
    db: &mut impl Connected,
    unit_id: Uuid,
    day: Day,
) -> StoreResult<Vec<(DecisionKind, i64)>> {
    DECISIONS_SINCE.fetch_all(db, (unit_id, day, PostingKind::Board)).await
}

/// The words of these postings, the original of each first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn texts(db: &mut impl Connected, ids: &[Uuid]) -> StoreResult<Vec<PostingText>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    TEXTS.fetch_all(db, (Many(ids.to_vec()),)).await
}

/// Records that a board post told the giver of a case.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn cover(tx: &mut Writer, id: Uuid, case_id: Uuid) -> StoreResult<()> {
    COVER.execute(tx, (id, case_id)).await?;
    Ok(())
}

/// How many cases a board post covers.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn covered(db: &mut impl Connected, id: Uuid) -> StoreResult<i64> {
    let (count,) = COVERED.fetch_one(db, (id,)).await?;
    Ok(count)
}

/// The newest board post that told the giver of a case, unless it is hidden.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_case(db: &mut impl Connected, case_id: Uuid) -> StoreResult<Option<PostingRow>> {
    OF_CASE.fetch_optional(db, (case_id,)).await
}

/// The published results of an instrument at a unit whose months include `month`, newest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn results_of(
    db: &mut impl Connected,
    unit_id: Uuid,
    instrument: &str,
    month: &str,
) -> StoreResult<Vec<PostingRow>> {
    RESULTS_OF.fetch_all(db, (unit_id, instrument, month, PostingKind::Results)).await
}
