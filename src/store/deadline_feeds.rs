//! The secret addresses at which people's calendars read their deadlines. Only a secret's hash is kept.

use uuid::Uuid;

use super::sql::{execute, fetch_optional};
use super::{Connected, Day, StoreResult, Writer};

/// Gives a principal a secret; the one before opens nothing any more.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn put(tx: &mut Writer, principal_id: Uuid, hash: &[u8], day: Day) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO calendar_feeds (principal_id, secret_hash, made_on) VALUES ($1, $2, $3) \
         ON CONFLICT (principal_id) DO UPDATE SET secret_hash = excluded.secret_hash, made_on = excluded.made_on",
        principal_id,
        hash,
        day
    )?;
    Ok(())
}

/// Takes a principal's secret away; false if there was none.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn remove(tx: &mut Writer, principal_id: Uuid) -> StoreResult<bool> {
    Ok(execute!(tx, "DELETE FROM calendar_feeds WHERE principal_id = $1", principal_id)? == 1)
}

/// Whose secret has this hash.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, hash: &[u8]) -> StoreResult<Option<Uuid>> {
    let found = fetch_optional!(db, (Uuid,), "SELECT principal_id FROM calendar_feeds WHERE secret_hash = $1", hash)?;
    Ok(found.map(|(principal_id,)| principal_id))
}
