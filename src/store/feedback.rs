//! Feedback rows. Inserts are multi-row in fixed sizes, so that the prepared statements stay cached.

use std::collections::HashSet;
use std::sync::LazyLock;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::sql::{execute, fetch_all, fetch_optional, on, row};
use super::{Connected, Day, StoreError, StoreResult, Writer};

row! {
    /// One giver's answers as stored.
    #[derive(Debug, Clone)]
    pub struct FeedbackRow {
        /// The keyed hash of the receipt code.
        pub id: Uuid,
        /// The key of that hash; none where nobody ever had a code.
        pub receipt_key: Option<String>,
        /// HMAC of the body, for a repeated idempotency key; erased with the keys' retention.
        pub body_mac: Option<Vec<u8>>,
        /// When that is erased.
        pub forget_mac_on: Option<Day>,
        /// Unit and producer on the day.
        pub placement_id: Uuid,
        /// The instrument.
        pub instrument: String,
        /// Its version.
        pub instrument_version: i64,
        /// How it came.
        pub channel: String,
        /// The form's language.
        pub language: String,
        /// Who gave it.
        pub given_by: String,
        /// The day it was given; a card's is the Monday of its week.
        pub received_on: Day,
        /// The month it counts to.
        pub month: String,
        /// Coded answers as JSON.
        pub coded: String,
        /// Redacted texts as JSON by question, until retention erases them.
        pub texts: Option<String>,
        /// The colour assignment of a card.
        pub colour_id: Option<Uuid>,
        /// Who typed it in: the author of an oral note.
        pub author_id: Option<Uuid>,
        /// Why it was taken back.
        pub void_reason: Option<String>,
        /// When it was taken back.
        pub voided_on: Option<Day>,
    }
}

const COLUMNS: &str = "id, receipt_key, body_mac, forget_mac_on, placement_id, instrument, instrument_version, channel, language, \
                       given_by, received_on, month, coded, texts, colour_id, author_id, void_reason, voided_on";

/// Columns that an insert writes (a new row is never void).
const INSERT_COLUMNS: usize = 16;

/// How many rows one statement inserts: the largest that fits is used until all are in.
pub(super) const CHUNKS: [usize; 4] = [64, 16, 4, 1];

static INSERTS: LazyLock<Vec<(usize, String)>> = LazyLock::new(|| {
    CHUNKS
        .into_iter()
        .map(|rows| {
            let sql = format!(
                "INSERT INTO feedback (id, receipt_key, body_mac, forget_mac_on, placement_id, instrument, instrument_version, \
                 channel, language, given_by, received_on, month, coded, texts, colour_id, author_id) VALUES {} \
                 ON CONFLICT (id) DO NOTHING RETURNING id",
                placeholders(rows, INSERT_COLUMNS)
            );
            (rows, sql)
        })
        .collect()
});

/// `($1,$2),($3,$4)` for `rows` × `columns`.
pub(super) fn placeholders(rows: usize, columns: usize) -> String {
    let tuples: Vec<String> = (0..rows)
        .map(|row| {
            let values: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
            format!("({})", values.join(","))
        })
        .collect();
    tuples.join(",")
}

/// Splits `all` into the chunk sizes of `statements`.
pub(super) fn chunks<'r, 's, T>(all: &'r [T], statements: &'s [(usize, String)]) -> Vec<(&'s str, &'r [T])> {
    let mut rest = all;
    let mut found = Vec::new();
    for (size, sql) in statements {
        while rest.len() >= *size {
            let (chunk, after) = rest.split_at(*size);
            found.push((sql.as_str(), chunk));
            rest = after;
        }
    }
    found
}

/// Inserts `rows`; the ids that were new. Rows with an id that exists already are left out.
///
/// Give the rows sorted by id: two instances that insert the same ids then wait for each other, but never in a circle.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert(tx: &mut Writer, rows: &[&FeedbackRow]) -> StoreResult<HashSet<Uuid>> {
    let mut inserted = HashSet::with_capacity(rows.len());
    for (sql, chunk) in chunks(rows, &INSERTS) {
        let ids = on!(tx, c => {
            let mut query = sqlx::query_as::<_, (Uuid,)>(AssertSqlSafe(sql));
            for row in chunk {
                query = query
                    .bind(row.id)
                    .bind(row.receipt_key.as_deref())
                    .bind(row.body_mac.as_deref())
                    .bind(row.forget_mac_on)
                    .bind(row.placement_id)
                    .bind(row.instrument.as_str())
                    .bind(row.instrument_version)
                    .bind(row.channel.as_str())
                    .bind(row.language.as_str())
                    .bind(row.given_by.as_str())
                    .bind(row.received_on)
                    .bind(row.month.as_str())
                    .bind(row.coded.as_str())
                    .bind(row.texts.as_deref())
                    .bind(row.colour_id)
                    .bind(row.author_id);
            }
            query.fetch_all(&mut *c).await
        })
        .map_err(StoreError::from)?;
        inserted.extend(ids.into_iter().map(|(id,)| id));
    }
    Ok(inserted)
}

/// The feedback of this id, void or not.
///
/// # Errors
/// See [`StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<FeedbackRow>> {
    let sql = format!("SELECT {COLUMNS} FROM feedback WHERE id = $1");
    fetch_optional!(db, FeedbackRow, AssertSqlSafe(sql.as_str()), id)
}

/// Marks a feedback as taken back; false if it was already.
///
/// # Errors
/// See [`StoreError`].
pub async fn void(tx: &mut Writer, id: Uuid, reason: &str, day: Day) -> StoreResult<bool> {
    let touched = execute!(
        tx,
        "UPDATE feedback SET void_reason = $2, voided_on = $3 WHERE id = $1 AND void_reason IS NULL",
        id,
        reason,
        day
    )?;
    Ok(touched == 1)
}

/// Erases the texts of a feedback.
///
/// # Errors
/// See [`StoreError`].
pub async fn erase_texts(tx: &mut Writer, id: Uuid) -> StoreResult<()> {
    execute!(tx, "UPDATE feedback SET texts = NULL, body_mac = NULL, forget_mac_on = NULL WHERE id = $1", id)?;
    Ok(())
}

/// Up to `limit` feedbacks that are not void, after `seq`, for the recount; with their own `seq`.
///
/// # Errors
/// See [`StoreError`].
pub async fn page_for_recount(db: &mut impl Connected, after: i64, limit: i64) -> StoreResult<Vec<RecountRow>> {
    fetch_all!(
        db,
        RecountRow,
        "SELECT seq, placement_id, instrument, instrument_version, channel, month, coded, colour_id FROM feedback \
         WHERE seq > $1 AND void_reason IS NULL ORDER BY seq LIMIT $2",
        after,
        limit
    )
}

row! {
    /// What a recount reads of a feedback.
    #[derive(Debug)]
    pub struct RecountRow {
        /// Its place in the table.
        pub seq: i64,
        /// Unit and producer on the day.
        pub placement_id: Uuid,
        /// The instrument.
        pub instrument: String,
        /// Its version.
        pub instrument_version: i64,
        /// How it came.
        pub channel: String,
        /// The month it counts to.
        pub month: String,
        /// Coded answers as JSON.
        pub coded: String,
        /// The colour assignment of a card.
        pub colour_id: Option<Uuid>,
    }
}

#[cfg(test)]
mod tests {
    use super::{chunks, placeholders};

    #[test]
    fn rows_are_split_into_the_largest_chunks() {
        assert_eq!(placeholders(2, 2), "($1,$2),($3,$4)");
        let statements: Vec<(usize, String)> = [64, 16, 4, 1].map(|size| (size, size.to_string())).into();
        let rows = [0u8; 86];
        let sizes: Vec<usize> = chunks(&rows, &statements).iter().map(|(_, chunk)| chunk.len()).collect();
        assert_eq!(sizes, [64, 16, 4, 1, 1]);
    }
}
