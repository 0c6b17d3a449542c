//! The secret addresses at which people's calendars read their deadlines. Only a secret's hash is kept.

use uuid::Uuid;

use super::sql::statements;
use super::{Connected, Day, StoreResult, Writer};

statements! {
    PUT(Uuid, Vec<u8>, Day) =
        "INSERT INTO calendar_feeds (principal_id, secret_hash, made_on) VALUES ($1, $2, $3) \
         ON CONFLICT (principal_id) DO UPDATE SET secret_hash = excluded.secret_hash, made_on = excluded.made_on";
    REMOVE(Uuid) =
        "DELETE FROM calendar_feeds WHERE principal_id = $1";
    FIND(Vec<u8>) -> (Uuid,) =
        "SELECT principal_id FROM calendar_feeds WHERE secret_hash = $1";
}

/// Gives a principal a secret, which replaces the one before.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn put(tx: &mut Writer, principal_id: Uuid, hash: &[u8], day: Day) -> StoreResult<()> {
    PUT.execute(tx, (principal_id, hash, day)).await?;
    Ok(())
}

/// Removes a principal's secret; false if there was none.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn remove(tx: &mut Writer, principal_id: Uuid) -> StoreResult<bool> {
    Ok(REMOVE.execute(tx, (principal_id,)).await? == 1)
}

/// Whose secret has this hash.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, hash: &[u8]) -> StoreResult<Option<Uuid>> {
    let found = FIND.fetch_optional(db, (hash,)).await?;
    Ok(found.map(|(principal_id,)| principal_id))
}
