//! The loop figures of months that are closed: made once, and never counted again.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, StoreResult, Writer};
use crate::base::Channel;

row! {
    /// What was counted for a block.
    #[derive(Debug, Clone)]
    pub struct LoopBlockRow {
        pub unit_id: Uuid,
        pub producer_id: Uuid,
        /// As `2026-11`.
        pub month: String,
        pub channel: Channel,
        /// The counts as JSON.
        pub tally: String,
    }
}

statements! {
    NEWEST() -> (Option<String>,) =
        "SELECT MAX(month) FROM loop_months";
    CLOSE(String) =
        "INSERT INTO loop_months (month) VALUES ($1) ON CONFLICT (month) DO NOTHING";
    INSERT(Uuid, Uuid, String, Channel, String) =
        "INSERT INTO loop_blocks (unit_id, producer_id, month, channel, tally) VALUES ($1, $2, $3, $4, $5)";
    OF_UNIT(Uuid, String, String) -> LoopBlockRow =
        "SELECT unit_id, producer_id, month, channel, tally FROM loop_blocks \
         WHERE unit_id = $1 AND month >= $2 AND month <= $3 ORDER BY month, producer_id, channel";
}

/// The newest month that is closed; every month before it is, too.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn newest(db: &mut impl Connected) -> StoreResult<Option<String>> {
    Ok(NEWEST.fetch_one(db, ()).await?.0)
}

/// Closes a month; false if it is closed already.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn close(tx: &mut Writer, month: &str) -> StoreResult<bool> {
    Ok(CLOSE.execute(tx, (month,)).await? == 1)
}

/// Keeps a block of a month that [`close`] has just closed.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, row: &LoopBlockRow) -> StoreResult<()> {
    let LoopBlockRow { unit_id, producer_id, month, channel, tally } = row;
    INSERT.execute(tx, (*unit_id, *producer_id, month.as_str(), *channel, tally.as_str())).await?;
    Ok(())
}

/// The blocks of a unit from one month to another, both included.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn of_unit(db: &mut impl Connected, unit_id: Uuid, from: &str, to: &str) -> StoreResult<Vec<LoopBlockRow>> {
    OF_UNIT.fetch_all(db, (unit_id, from, to)).await
}
