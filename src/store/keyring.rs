//! What the database knows of the keyring: its keys by their fingerprints, which of them write, and which of them every
//! instance reads.

use std::time::Duration;

use uuid::Uuid;

use super::sql::{NOW_POSTGRES, NOW_SQLITE, row, statements};
use super::{Connected, StoreResult, Writer};
use crate::base::clock::micros_of;
use crate::keys::Purpose;

/// An instance that has not announced itself for this long no longer serves.
const GONE_AFTER: Duration = Duration::from_secs(90);

row! {
    /// A key that an instance had on its keyring.
    #[derive(Debug, Clone)]
    pub struct KnownKey {
        pub id: String,
        pub purpose: Purpose,
        /// See [`crate::keys::Key::fingerprint`].
        pub fingerprint: Vec<u8>,
        /// Of a purpose the key with the highest writes; none for a key that only reads.
        pub activation: Option<i64>,
    }
}

row! {
    /// An instance that serves.
    #[derive(Debug, Clone)]
    pub struct InstanceRow {
        pub id: Uuid,
        /// Its machine and process.
        pub host: String,
        /// The ids of the keys that it reads, divided by spaces.
        pub keys: String,
    }
}

statements! {
    KNOWN() -> KnownKey =
        "SELECT id, purpose, fingerprint, activation FROM keyring_keys ORDER BY COALESCE(activation, 0) DESC, id";
    ADD(String, Purpose, Vec<u8>) =
        "INSERT INTO keyring_keys (id, purpose, fingerprint) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    ACTIVATE(String) =
        "UPDATE keyring_keys SET activation = (SELECT COALESCE(MAX(activation), 0) + 1 FROM keyring_keys) WHERE id = $1";
    // SQLite's transactions take turns by themselves.
    TAKE_TURNS() =
        [_, "UPDATE settings_version SET version = version WHERE id = 1"];
    // Everything else refers to settings, and the first of them raises their version.
    ANY_SETTINGS() -> (i64,) =
        "SELECT version FROM settings_version WHERE version > 1";
    ANNOUNCE(Uuid, String, String) = [
        "INSERT INTO instances (id, host, keys, seen) VALUES ($1, $2, $3, {NOW_SQLITE}) \
         ON CONFLICT (id) DO UPDATE SET keys = excluded.keys, seen = excluded.seen",
        "INSERT INTO instances (id, host, keys, seen) VALUES ($1, $2, $3, {NOW_POSTGRES}) \
         ON CONFLICT (id) DO UPDATE SET keys = excluded.keys, seen = excluded.seen",
    ];
    LEAVE(Uuid) =
        "DELETE FROM instances WHERE id = $1";
    FORGET_GONE(i64) = [
        "DELETE FROM instances WHERE seen < {NOW_SQLITE} - $1",
        "DELETE FROM instances WHERE seen < {NOW_POSTGRES} - $1",
    ];
    SERVING(i64) -> InstanceRow = [
        "SELECT id, host, keys FROM instances WHERE seen >= {NOW_SQLITE} - $1 ORDER BY host, id",
        "SELECT id, host, keys FROM instances WHERE seen >= {NOW_POSTGRES} - $1 ORDER BY host, id",
    ];
}

/// Every key that was on a keyring, the one that was activated last first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn known(db: &mut impl Connected) -> StoreResult<Vec<KnownKey>> {
    KNOWN.fetch_all(db, ()).await
}

/// Makes every other change of the known keys wait until this transaction ends.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn take_turns(tx: &mut Writer) -> StoreResult<()> {
    TAKE_TURNS.execute(tx, ()).await?;
    Ok(())
}

/// Whether nothing was ever set up in this database.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn is_empty(db: &mut impl Connected) -> StoreResult<bool> {
    Ok(ANY_SETTINGS.fetch_optional(db, ()).await?.is_none())
}

/// Notes a key, unless it is known.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn add(tx: &mut Writer, id: &str, purpose: Purpose, fingerprint: &[u8]) -> StoreResult<()> {
    ADD.execute(tx, (id, purpose, fingerprint)).await?;
    Ok(())
}

/// Lets a known key write for its purpose.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn activate(tx: &mut Writer, id: &str) -> StoreResult<()> {
    ACTIVATE.execute(tx, (id,)).await?;
    Ok(())
}

/// Notes that an instance serves and which keys it reads.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn announce(tx: &mut Writer, id: Uuid, host: &str, keys: &str) -> StoreResult<()> {
    FORGET_GONE.execute(tx, (micros_of(GONE_AFTER),)).await?;
    ANNOUNCE.execute(tx, (id, host, keys)).await?;
    Ok(())
}

/// Notes that an instance serves no more.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn leave(tx: &mut Writer, id: Uuid) -> StoreResult<()> {
    LEAVE.execute(tx, (id,)).await?;
    Ok(())
}

/// The instances that serve.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn serving(db: &mut impl Connected) -> StoreResult<Vec<InstanceRow>> {
    SERVING.fetch_all(db, (micros_of(GONE_AFTER),)).await
}
