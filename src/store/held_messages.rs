//! What devices sent that could be read but not be taken in: sealed as it came.

use uuid::Uuid;

use super::sql::{row, statements};
use super::types::BEFORE_EVERY_DAY;
use super::{Connected, Day, StoreResult, Writer};
use crate::base::redacted_debug;

row! {
    /// A message that is held.
    pub struct HeldRow {
        /// Made of the message's bytes: what is sent again is the same.
        pub id: Uuid,
        /// The key it is sealed to.
        pub key_id: String,
        pub message: Vec<u8>,
        /// The path that its form was sent to.
        pub address: String,
        /// The short name of the unit in that path; empty where it names none.
        pub unit: String,
        /// The code of the error table.
        pub why: String,
        pub held_on: Day,
    }
}

redacted_debug!(HeldRow { id, key_id, why, held_on });

row! {
    /// What a list shows of a message.
    #[derive(Debug, Clone)]
    pub struct HeldSummary {
        pub id: Uuid,
        /// The path that its form was sent to.
        pub address: String,
        pub unit: String,
        /// The code of the error table.
        pub why: String,
        pub held_on: Day,
    }
}

statements! {
    INSERT(Uuid, String, Vec<u8>, String, String, String, Day) =
        "INSERT INTO held_messages (id, key_id, message, address, unit, why, held_on) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (id) DO NOTHING";
    FIND(Uuid) -> HeldRow =
        "SELECT id, key_id, message, address, unit, why, held_on FROM held_messages WHERE id = $1";
    LIST(Day, Uuid, i64) -> HeldSummary =
        "SELECT id, address, unit, why, held_on FROM held_messages WHERE (held_on, id) > ($1, $2) \
         ORDER BY held_on, id LIMIT $3";
    BY_UNIT(Day) -> (String, i64) =
        "SELECT unit, COUNT(*) FROM held_messages WHERE held_on < $1 GROUP BY unit ORDER BY unit";
    COUNT() -> (i64,) =
        "SELECT COUNT(*) FROM held_messages";
    REMOVE(Uuid) =
        "DELETE FROM held_messages WHERE id = $1";
}

/// Holds a message; one that is held already stays as it is.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, row: &HeldRow) -> StoreResult<()> {
    let HeldRow { id, key_id, message, address, unit, why, held_on } = row;
    let values = (*id, key_id.as_str(), message.as_slice(), address.as_str(), unit.as_str(), why.as_str(), *held_on);
    INSERT.execute(tx, values).await?;
    Ok(())
}

/// The message of this id.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<HeldRow>> {
    FIND.fetch_optional(db, (id,)).await
}

/// Up to `limit` messages, the oldest first, after the one with the day and id of `after`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn list(db: &mut impl Connected, after: Option<(Day, Uuid)>, limit: i64) -> StoreResult<Vec<HeldSummary>> {
    let (day, id) = after.unwrap_or((BEFORE_EVERY_DAY, Uuid::nil()));
    LIST.fetch_all(db, (day, id, limit)).await
}

/// How many of each unit, by short name, are held since before a day.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn by_unit(db: &mut impl Connected, before: Day) -> StoreResult<Vec<(String, i64)>> {
    BY_UNIT.fetch_all(db, (before,)).await
}

/// How many are held.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn count(db: &mut impl Connected) -> StoreResult<i64> {
    Ok(COUNT.fetch_one(db, ()).await?.0)
}

/// Removes a message; false if it is not held any more.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn remove(tx: &mut Writer, id: Uuid) -> StoreResult<bool> {
    Ok(REMOVE.execute(tx, (id,)).await? == 1)
}
