//! Counter blocks, and the deltas that are waiting to be added to them.
//!
//! Intake only appends, so any number of instances can count at once without waiting for each other's rows. One leased
//! task folds the deltas into blocks; a reader adds blocks and deltas in one statement.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, StoreError, StoreResult, Writer};
use crate::base::{Channel, Month};
use crate::figures::counters::{Block, BlockKey, CountedFor, Deltas};

row! {
    /// A block or a delta as stored.
    #[derive(Debug)]
    pub struct BlockRow {
        /// Placement or assignment.
        pub subject_kind: String,
        pub subject_id: Uuid,
        pub instrument: String,
        pub instrument_version: i64,
        pub channel: Channel,
        pub month: String,
        /// The counts as JSON.
        pub block: String,
    }
}

const COLUMNS: &str = "subject_kind, subject_id, instrument, instrument_version, channel, month, block";

impl BlockRow {
    fn parse(&self) -> StoreResult<(BlockKey, Block)> {
        let fault = |what: &str| StoreError::unreadable("counter block", what);
        let key = BlockKey {
            counted_for: CountedFor::of(&self.subject_kind, self.subject_id).ok_or_else(|| fault("subject"))?,
            instrument: self.instrument.clone(),
            version: self.instrument_version,
            channel: self.channel,
            month: Month::parse(&self.month).ok_or_else(|| fault("month"))?,
        };
        Ok((key, Block::from_json(&self.block).map_err(|why| fault(&why.to_string()))?))
    }
}

statements! {
    ALL() -> BlockRow =
        "SELECT {COLUMNS} FROM counter_blocks UNION ALL SELECT {COLUMNS} FROM counter_deltas";
    APPEND(String, Uuid, String, i64, Channel, String, String) =
        "INSERT INTO counter_deltas (subject_kind, subject_id, instrument, instrument_version, channel, month, \
             block) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ANY_WAITING() -> (i64,) =
        "SELECT seq FROM counter_deltas LIMIT 1";
    LOCK_BLOCKS() =
        [_, "LOCK TABLE counter_blocks IN SHARE ROW EXCLUSIVE MODE"];
    TAKE_DELTAS(i64) -> BlockRow =
        "DELETE FROM counter_deltas WHERE seq IN (SELECT seq FROM counter_deltas ORDER BY seq LIMIT $1) \
         RETURNING {COLUMNS}";
    FIND(String, Uuid, String, i64, Channel, String) -> BlockRow =
        "SELECT {COLUMNS} FROM counter_blocks WHERE subject_kind = $1 AND subject_id = $2 AND instrument = $3 \
         AND instrument_version = $4 AND channel = $5 AND month = $6";
    WRITE(String, Uuid, String, i64, Channel, String, String) =
        "INSERT INTO counter_blocks (subject_kind, subject_id, instrument, instrument_version, channel, month, block) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (subject_kind, subject_id, instrument, instrument_version, channel, month) \
         DO UPDATE SET block = excluded.block";
}

/// The columns of a block or a delta.
fn row<'k>(key: &'k BlockKey, block: &Block) -> (&'static str, Uuid, &'k str, i64, Channel, String, String) {
    (
        key.counted_for.kind(),
        key.counted_for.id(),
        key.instrument.as_str(),
        key.version,
        key.channel,
        key.month.to_string(),
        block.to_json(),
    )
}

/// Appends what one batch counted.
///
/// # Errors
/// See [`StoreError`].
pub async fn append(tx: &mut Writer, deltas: &Deltas) -> StoreResult<()> {
    for (key, block) in deltas.iter().filter(|(_, block)| !block.is_empty()) {
        APPEND.execute(tx, row(key, block)).await?;
    }
    Ok(())
}

/// Whether deltas are waiting to be folded.
///
/// # Errors
/// See [`StoreError`].
pub async fn any_waiting(db: &mut impl Connected) -> StoreResult<bool> {
    let found = ANY_WAITING.fetch_all(db, ()).await?;
    Ok(!found.is_empty())
}

/// Folds up to `limit` waiting deltas into their blocks; returns how many there were.
///
/// # Errors
/// See [`StoreError`].
pub async fn fold(tx: &mut Writer, limit: i64) -> StoreResult<usize> {
    // A block is read, changed and written back, so a second fold must wait, or one of the two sums would be lost. SQLite has
    // one writer; on PostgreSQL an expired lease may leave two instances folding. Reading and appending never wait for this.
    LOCK_BLOCKS.execute(tx, ()).await?;
    let rows = TAKE_DELTAS.fetch_all(tx, (limit,)).await?;
    let taken = rows.len();
    let mut sums = Deltas::new();
    for row in &rows {
        let (key, block) = row.parse()?;
        sums.entry(key).or_default().merge(&block);
    }
    for (key, mut block) in sums {
        if let Some(held) = find(tx, &key).await? {
            block.merge(&held);
        }
        write(tx, &key, &block).await?;
    }
    Ok(taken)
}

async fn find(tx: &mut Writer, key: &BlockKey) -> StoreResult<Option<Block>> {
    let rows = FIND
        .fetch_all(
            tx,
            (
                key.counted_for.kind(),
                key.counted_for.id(),
                key.instrument.as_str(),
                key.version,
                key.channel,
                key.month.to_string(),
            ),
        )
        .await?;
    rows.first().map(|row| row.parse().map(|(_, block)| block)).transpose()
}

async fn write(tx: &mut Writer, key: &BlockKey, block: &Block) -> StoreResult<()> {
    WRITE.execute(tx, row(key, block)).await?;
    Ok(())
}

/// Everything counted: blocks and waiting deltas together, read in one statement so that a fold between them cannot be seen.
///
/// # Errors
/// See [`StoreError`].
pub async fn all(db: &mut impl Connected) -> StoreResult<Deltas> {
    let rows = ALL.fetch_all(db, ()).await?;
    let mut sums = Deltas::new();
    for row in &rows {
        let (key, block) = row.parse()?;
        sums.entry(key).or_default().merge(&block);
    }
    sums.retain(|_, block| !block.is_empty());
    Ok(sums)
}
