//! Feedback rows.

use std::collections::HashSet;
use std::sync::LazyLock;

use uuid::Uuid;

use super::many::{Inserts, Table};
use super::sql::{ColumnValues, row, statements};
use super::{Connected, Day, Store, StoreResult, Writer, receipts};
use crate::base::words::word_enum;
use crate::base::{Channel, GivenBy, Language, ReceiptHash, redacted_debug};

word_enum! {
    /// Why a feedback is taken back.
    pub enum VoidReason: "reason to take a feedback back" {
        /// It is no feedback.
        Spam = "spam",
        /// It was typed in wrongly.
        TypingFault = "typing_fault",
        /// Its giver does not want it kept: its texts are erased at once.
        ConsentWithdrawn = "consent_withdrawn",
    }
}

row! {
    /// One giver's answers as stored.
    #[derive(Clone)]
    pub struct FeedbackRow {
        pub id: Uuid,
        /// The keyed hash of the receipt code; `None` in a new row to which neither a code nor a repeated request leads.
        pub receipt_hash: Option<ReceiptHash>,
        /// The key of that hash; `None` where nobody ever had a code.
        pub receipt_key: Option<String>,
        /// HMAC of the body, for a repeated idempotency key; erased with the keys' retention.
        pub body_mac: Option<Vec<u8>>,
        /// When that is erased.
        pub forget_mac_on: Option<Day>,
        /// Unit and producer on the day.
        pub placement_id: Uuid,
        pub instrument: String,
        pub instrument_version: i64,
        pub channel: Channel,
        /// The form's language.
        pub language: Language,
        pub given_by: GivenBy,
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
        pub void_reason: Option<VoidReason>,
        /// When it was taken back.
        pub voided_on: Option<Day>,
    }
}

redacted_debug!(FeedbackRow {
    id,
    receipt_key,
    placement_id,
    instrument,
    instrument_version,
    channel,
    void_reason,
    voided_on
});

const COLUMNS: &str = "id, receipt_hash, receipt_key, body_mac, forget_mac_on, placement_id, instrument, instrument_version, channel, language, \
                       given_by, received_on, month, coded, texts, colour_id, author_id, void_reason, voided_on";

/// What a new feedback has for itself.
type Own = (Uuid, Option<ReceiptHash>, Option<Vec<u8>>, String, Option<String>);

/// What it may have in common with others of its unit on the same day. It is never void.
type Shared = (
    Option<String>,
    Option<Day>,
    Uuid,
    String,
    i64,
    Channel,
    Language,
    GivenBy,
    Day,
    String,
    Option<Uuid>,
    Option<Uuid>,
);

static INSERTS: LazyLock<Inserts<Own, Shared, (Uuid,)>> = LazyLock::new(|| {
    Inserts::new(Table {
        module: module_path!(),
        name: "feedback",
        own: &["id", "receipt_hash", "body_mac", "coded", "texts"],
        shared: &[
            "receipt_key",
            "forget_mac_on",
            "placement_id",
            "instrument",
            "instrument_version",
            "channel",
            "language",
            "given_by",
            "received_on",
            "month",
            "colour_id",
            "author_id",
        ],
        postgres_end: "ON CONFLICT (receipt_hash) DO NOTHING RETURNING id",
    })
});

statements! {
    ..INSERTS;
    FIND_BY_RECEIPT(ReceiptHash) -> FeedbackRow =
        ["SELECT {COLUMNS} FROM feedback WHERE receipt_hash = $1 AND seq IN \
          (SELECT seq FROM receipts WHERE hash = $1 AND run IN (SELECT run FROM receipt_runs))",
         "SELECT {COLUMNS} FROM feedback WHERE receipt_hash = $1"];
    AT(i64, ReceiptHash) -> FeedbackRow =
        ["SELECT {COLUMNS} FROM feedback WHERE seq = $1 AND receipt_hash = $2", _];
    FIND(Uuid) -> FeedbackRow =
        "SELECT {COLUMNS} FROM feedback WHERE id = $1";
    VOID(Uuid, VoidReason, Day) =
        "UPDATE feedback SET void_reason = $2, voided_on = $3 WHERE id = $1 AND void_reason IS NULL";
    ERASE_TEXTS(Uuid) =
        "UPDATE feedback SET texts = NULL, body_mac = NULL, forget_mac_on = NULL WHERE id = $1";
    PAGE_FOR_RECOUNT(i64, i64) -> RecountRow =
        "SELECT seq, placement_id, instrument, instrument_version, channel, month, coded, colour_id FROM feedback \
         WHERE seq > $1 AND void_reason IS NULL ORDER BY seq LIMIT $2";
    NEWEST_SEQ() -> (Option<i64>,) =
        "SELECT MAX(seq) FROM feedback";
    PAGE_FOR_DRY_RUN(i64, i64, Day, Day) -> DryRunRow =
        "SELECT f.id, f.placement_id, f.instrument, f.instrument_version, f.channel, f.language, f.given_by, f.coded, \
         f.texts, f.colour_id, f.author_id, c.reply_email FROM feedback f LEFT JOIN cases c ON c.id = f.id \
         WHERE f.seq > $1 AND f.seq <= $2 AND f.void_reason IS NULL AND f.received_on >= $3 AND f.received_on <= $4 \
         ORDER BY f.seq DESC";
}

/// The values of a row in the order of [`Own`].
fn own<'r>(row: &'r &FeedbackRow) -> impl ColumnValues<'r, Own> + use<'r> {
    (row.id, row.receipt_hash, row.body_mac.as_deref(), row.coded.as_str(), row.texts.as_deref())
}

/// The values of a row in the order of [`Shared`].
fn shared<'r>(row: &'r &FeedbackRow) -> impl ColumnValues<'r, Shared> + use<'r> {
    (
        row.receipt_key.as_deref(),
        row.forget_mac_on,
        row.placement_id,
        row.instrument.as_str(),
        row.instrument_version,
        row.channel,
        row.language,
        row.given_by,
        row.received_on,
        row.month.as_str(),
        row.colour_id,
        row.author_id,
    )
}

/// Inserts `rows` and returns the ids that were new. Rows whose receipt exists already are left out.
///
/// Give the rows sorted by receipt: two instances that insert the same ones then wait for each other without a deadlock.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(store: &Store, tx: &mut Writer, rows: &[&FeedbackRow]) -> StoreResult<HashSet<Uuid>> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    if let Writer::Postgres(c) = tx {
        let found = INSERTS.returning_in_postgres(rows, own, shared)?.fetch_all(&mut **c).await?;
        return Ok(found.into_iter().map(|(id,)| id).collect());
    }
    let known = known(store, tx, rows).await?;
    let is_new = |row: &&FeedbackRow| row.receipt_hash.is_none_or(|hash| !known.contains(&hash));
    let rows: Vec<&FeedbackRow> = rows.iter().copied().filter(is_new).collect();
    insert_sqlite(store, tx, &rows).await?;
    Ok(rows.iter().map(|row| row.id).collect())
}

async fn insert_sqlite(store: &Store, tx: &mut Writer, rows: &[&FeedbackRow]) -> StoreResult<()> {
    let (Writer::Sqlite(c), Store::Sqlite { newest, .. }) = (tx, store) else { return Ok(()) };
    for (query, chunk) in INSERTS.in_sqlite(rows, own, shared)? {
        let last = query.execute(&mut **c).await?.last_insert_rowid();
        // There is one writer, so the rows of a statement follow each other.
        newest.add((0..).zip(chunk.iter().rev()).filter_map(|(back, row)| Some((row.receipt_hash?, last - back))));
    }
    Ok(())
}

/// Which receipts of `rows` exist already on SQLite. Only what can be a repetition is looked up: what has the MAC of its body, and
/// group interviews, whose repetitions are compared by the stored answer. A new code by chance has 75 random bits.
async fn known(store: &Store, tx: &mut Writer, rows: &[&FeedbackRow]) -> StoreResult<HashSet<ReceiptHash>> {
    let hashes = rows
        .iter()
        .filter(|row| row.body_mac.is_some() || row.channel.properties().has_points)
        .filter_map(|row| row.receipt_hash);
    let (mut known, mut older) = (HashSet::new(), Vec::new());
    for hash in hashes {
        if find_among_newest(store, tx, hash).await?.is_some() {
            known.insert(hash);
        } else {
            older.push(hash);
        }
    }
    if !older.is_empty() {
        known.extend(receipts::in_runs(tx, older).await?);
    }
    Ok(known)
}

async fn find_among_newest(
    store: &Store,
    db: &mut impl Connected,
    hash: ReceiptHash,
) -> StoreResult<Option<FeedbackRow>> {
    let Store::Sqlite { newest, .. } = store else { return Ok(None) };
    match newest.find(db, hash).await? {
        Some(seq) => AT.fetch_optional(db, (seq, hash)).await,
        None => Ok(None),
    }
}

/// The feedback with this hash of its receipt code, void or not.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find_by_receipt(
    store: &Store,
    db: &mut impl Connected,
    hash: ReceiptHash,
) -> StoreResult<Option<FeedbackRow>> {
    match find_among_newest(store, db, hash).await? {
        Some(row) => Ok(Some(row)),
        None => FIND_BY_RECEIPT.fetch_optional(db, (hash,)).await,
    }
}

/// The feedback of this id, void or not.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<FeedbackRow>> {
    FIND.fetch_optional(db, (id,)).await
}

/// Marks a feedback as taken back; false if it was already.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn void(tx: &mut Writer, id: Uuid, reason: VoidReason, day: Day) -> StoreResult<bool> {
    let touched = VOID.execute(tx, (id, reason, day)).await?;
    Ok(touched == 1)
}

/// Erases the texts of a feedback.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn erase_texts(tx: &mut Writer, id: Uuid) -> StoreResult<()> {
    ERASE_TEXTS.execute(tx, (id,)).await?;
    Ok(())
}

/// Up to `limit` feedbacks that are not void, after `seq`, for the recount; with their own `seq`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn page_for_recount(db: &mut impl Connected, after: i64, limit: i64) -> StoreResult<Vec<RecountRow>> {
    PAGE_FOR_RECOUNT.fetch_all(db, (after, limit)).await
}

row! {
    /// What a recount reads of a feedback.
    pub struct RecountRow {
        /// Its place in the table.
        pub seq: i64,
        /// Unit and producer on the day.
        pub placement_id: Uuid,
        pub instrument: String,
        pub instrument_version: i64,
        pub channel: Channel,
        /// The month it counts to.
        pub month: String,
        /// Coded answers as JSON.
        pub coded: String,
        /// The colour assignment of a card.
        pub colour_id: Option<Uuid>,
    }
}

redacted_debug!(RecountRow { instrument, channel, month });

row! {
    /// What a dry run of routing rules reads of a feedback.
    pub struct DryRunRow {
        pub id: Uuid,
        /// Unit and producer on the day.
        pub placement_id: Uuid,
        pub instrument: String,
        pub instrument_version: i64,
        pub channel: Channel,
        /// The form's language.
        pub language: Language,
        pub given_by: GivenBy,
        /// Coded answers as JSON.
        pub coded: String,
        /// Redacted texts as JSON by question, unless they were erased.
        pub texts: Option<String>,
        /// The colour assignment of a card.
        pub colour_id: Option<Uuid>,
        /// Who typed it in.
        pub author_id: Option<Uuid>,
        /// Whether an answer by e-mail was asked for; `None` without a case.
        pub reply_email: Option<bool>,
    }
}

redacted_debug!(DryRunRow { instrument, channel });

/// The `seq` of the newest feedback; 0 without any.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn newest_seq(db: &mut impl Connected) -> StoreResult<i64> {
    let (seq,) = NEWEST_SEQ.fetch_one(db, ()).await?;
    Ok(seq.unwrap_or(0))
}

/// Feedback that was given from `from` to `to` and is not void, with a `seq` after `after` up to `until`; newest first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn page_for_dry_run(
    db: &mut impl Connected,
    (from, to): (Day, Day),
    after: i64,
    until: i64,
) -> StoreResult<Vec<DryRunRow>> {
    PAGE_FOR_DRY_RUN.fetch_all(db, (after, until, from, to)).await
}
