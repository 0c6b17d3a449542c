//! Exchanging keys. A new key stands in the keyring's file before anything is written with it, and the old ones stay, so
//! that a crash at any moment leaves everything readable; what was not sealed anew yet is found by [`reencrypt`].

use std::path::Path;

use uuid::Uuid;

use crate::base::Problem;
use crate::keys::{Keyring, Purpose};
use crate::service::Service;
use crate::store::StoreResult;
use crate::store::keys::{self, SEALED, Sealed};

/// Values sealed anew in one transaction at most.
const ROUND: i64 = 200;

/// What became of the values of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reencrypted {
    pub kind: &'static str,
    /// How many the newest key has sealed now.
    pub done: u64,
    /// How many could not be opened: their key is missing, or they were changed. They stay as they are.
    pub unreadable: u64,
}

/// Adds a key of each of `purposes` to the keyring's file and takes them up; their ids.
///
/// # Errors
/// [`Problem`] when the file cannot be read or replaced; it stays as it was then.
pub fn add(service: &Service, file: &Path, purposes: &[Purpose]) -> Result<Vec<String>, Problem> {
    let ids = Keyring::rotate(file, purposes, service.entropy.as_ref()).map_err(Problem::internal)?;
    service.keyring.refresh().map_err(Problem::internal)?;
    Ok(ids)
}

/// Seals everything with the newest key that an older one sealed.
///
/// # Errors
/// The store's. What was sealed anew before stays so, and the same call goes on with the rest.
pub async fn reencrypt(service: &Service) -> Result<Vec<Reencrypted>, Problem> {
    let mut all = Vec::with_capacity(SEALED.len());
    for sealed in SEALED.iter() {
        all.push(reencrypt_kind(service, sealed).await?);
    }
    if all.iter().any(|kind| kind.done > 0) {
        // What the old key sealed must not stay in SQLite's log.
        service.store.forget_erased().await?;
    }
    Ok(all)
}

async fn reencrypt_kind(service: &Service, sealed: &'static Sealed) -> Result<Reencrypted, Problem> {
    let (mut kind, mut after) = (Reencrypted { kind: sealed.kind, done: 0, unreadable: 0 }, Uuid::nil());
    loop {
        let newest = service.keyring.newest(Purpose::Contact);
        let mut tx = service.store.write().await?;
        let page = sealed.under_older(&mut tx, newest.id(), after, ROUND).await?;
        let Some(last) = page.last() else { return Ok(kind) };
        after = last.id;
        for old in &page {
            let key = service.keyring.by_id(&old.key_id).filter(|key| key.purpose() == Purpose::Contact);
            let Some(plain) = key.and_then(|key| key.open(&old.sealed, old.id).ok()) else {
                tracing::error!(kind = sealed.kind, record = %old.id, key = old.key_id, "what is sealed does not open");
                kind.unreadable += 1;
                continue;
            };
            let new = newest.seal(&plain, old.id, service.entropy.as_ref()).map_err(Problem::internal)?;
            kind.done += u64::from(sealed.exchange(&mut tx, old, newest.id(), &new).await?);
        }
        tx.commit().await?;
    }
}

/// How many values of which kind each key has written: (kind, key, values).
///
/// # Errors
/// What the store says.
pub async fn usage(service: &Service) -> StoreResult<Vec<(&'static str, String, i64)>> {
    let mut db = service.store.read().await?;
    keys::usage(&mut db).await
}
