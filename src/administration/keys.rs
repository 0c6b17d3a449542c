//! The keyring at the start, and the exchange of keys. A new key stands in the keyring's file and is read by every instance
//! before anything is written with it, and the old ones stay, so that a crash at any moment leaves everything readable; what
//! was not sealed anew yet is found by [`reencrypt`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::base::{Entropy, Problem};
use crate::keys::{Key, Keyring, KeyringError, Purpose};
use crate::service::Service;
use crate::service::current::activate_known;
use crate::store::keyring::{self, InstanceRow, KnownKey};
use crate::store::keys::{self, SEALED, Sealed};
use crate::store::{Connected, Store, StoreError, StoreResult, Writer};

/// The maximum number of values sealed again in one transaction.
const ROUND: i64 = 200;
/// How often it is looked whether every instance reads the new keys.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What a start does about the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// A keyring is made if the database is empty and has none. Else as [`Opening::Existing`].
    New,
    /// The file must be there, with every key that the database needs.
    Existing,
    /// The file must be there. What it lacks is looked at.
    AsItIs,
}

/// Why a keyring is refused.
#[derive(Debug, thiserror::Error)]
pub enum KeyringRefused {
    /// The file itself cannot be used.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The database cannot be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no file, and the database has been written with keys.
    #[error(
        "there is no keyring at {}, and the database was written with one. Receipts and contact details cannot be read without \
         it, and no new one is made for a database that is not empty. Put the file back from its copy, or set keys.file",
        .0.display()
    )]
    Lost(PathBuf),
    /// There is no file, and the command makes none.
    #[error(
        "there is no keyring at {}. Go to the directory in which Kaiku is started, or set keys.file; `serve` and `import` \
         make one together with an empty database",
        .0.display()
    )]
    None(PathBuf),
    /// The file is another one than the database was written with.
    #[error(
        "the keyring {} does not belong to this database: it lacks the keys {ids} that the database was written with. Receipts \
         and contact details could not be read. Put the right file back from its copy, or set keys.file and database.url \
         to what belongs together", file.display()
    )]
    Foreign {
        file: PathBuf,
        /// The keys, divided by commas.
        ids: String,
    },
}

/// Opens the keyring of a database: makes one together with an empty database, and refuses one that lacks a key that the
/// database was written with.
///
/// # Errors
/// See [`KeyringRefused`].
pub async fn open(
    store: &Store,
    file: &Path,
    opening: Opening,
    entropy: &dyn Entropy,
) -> Result<Keyring, KeyringRefused> {
    let mut db = store.read().await?;
    let known = keyring::known(&mut db).await?;
    if file.exists() {
        let ring = Keyring::load(file)?;
        let all_known = ring.every().all(|key| known.iter().any(|known| known.id == key.id()));
        if opening == Opening::AsItIs || all_known {
            if opening != Opening::AsItIs {
                refuse_foreign(&ring, file, &known, &mut db).await?;
            }
            activate_known(&ring, &known);
            return Ok(ring);
        }
    } else if opening != Opening::New {
        let empty = known.is_empty() && keyring::is_empty(&mut db).await?;
        return Err(if empty { KeyringRefused::None } else { KeyringRefused::Lost }(file.to_owned()));
    }
    drop(db);
    let mut tx = store.write().await?;
    keyring::take_turns(&mut tx).await?;
    // Another instance may have been first.
    let known = keyring::known(&mut tx).await?;
    let ring = if file.exists() {
        Keyring::load(file)?
    } else if known.is_empty() && keyring::is_empty(&mut tx).await? {
        tracing::warn!(file = %file.display(), "a new keyring is made; keep a copy of it apart from the database's");
        Keyring::create(file, entropy)?
    } else {
        return Err(KeyringRefused::Lost(file.to_owned()));
    };
    refuse_foreign(&ring, file, &known, &mut tx).await?;
    let known = note(&mut tx, &ring).await?;
    tx.commit().await?;
    activate_known(&ring, &known);
    Ok(ring)
}

/// Notes the keys of a keyring in the database; what it knows then. The first keys of a purpose write from now on.
async fn note(tx: &mut Writer, ring: &Keyring) -> StoreResult<Vec<KnownKey>> {
    for key in ring.every() {
        keyring::add(tx, key.id(), key.purpose(), &key.fingerprint()).await?;
    }
    let known = keyring::known(tx).await?;
    for purpose in Purpose::ALL {
        if !known.iter().any(|key| key.purpose == purpose && key.activation.is_some()) {
            keyring::activate(tx, ring.active(purpose).id()).await?;
        }
    }
    keyring::known(tx).await
}

/// Refuses a keyring that lacks a key that the database needs.
async fn refuse_foreign(
    ring: &Keyring,
    file: &Path,
    known: &[KnownKey],
    db: &mut impl Connected,
) -> Result<(), KeyringRefused> {
    let lacks = lacks(ring, known, db).await?;
    if lacks.is_empty() {
        return Ok(());
    }
    Err(KeyringRefused::Foreign { file: file.to_owned(), ids: lacks.join(", ") })
}

/// The keys that a keyring lacks: one that writes, one that rows name, one that what names no key may have been written with.
async fn lacks(ring: &Keyring, known: &[KnownKey], db: &mut impl Connected) -> StoreResult<Vec<String>> {
    let held = |id: &str| ring.every().find(|key| key.id() == id);
    let same = |known: &&KnownKey| held(&known.id).is_some_and(|key| key.fingerprint().as_slice() == known.fingerprint);
    let lost: Vec<&KnownKey> = known.iter().filter(|known| !same(known)).collect();
    if lost.is_empty() && !known.is_empty() {
        return Ok(Vec::new());
    }
    let used: BTreeSet<String> = keys::usage(db).await?.into_iter().map(|(_, id, _)| id).collect();
    // Hashes of requests and what devices keep do not name their key. Any other that nothing was written with any more may
    // be taken off the ring.
    let needed = |key: &KnownKey| {
        let active = known.iter().find(|other| other.purpose == key.purpose);
        matches!(key.purpose, Purpose::Request | Purpose::Device)
            || active.is_some_and(|active| active.id == key.id)
            || used.contains(&key.id)
    };
    let mut lacks: BTreeSet<String> = lost.into_iter().filter(|key| needed(key)).map(|key| key.id.clone()).collect();
    lacks.extend(used.into_iter().filter(|id| held(id).is_none()));
    Ok(lacks.into_iter().collect())
}

/// The ids of the keys that the database needs and the keyring lacks.
///
/// # Errors
/// The store's.
pub async fn missing(service: &Service) -> StoreResult<Vec<String>> {
    let mut db = service.store.read().await?;
    let known = keyring::known(&mut db).await?;
    lacks(&service.keyring, &known, &mut db).await
}

/// Adds a key of each of `purposes` to the keyring's file and takes them up; their ids. They only read until
/// [`let_newest_write`].
///
/// # Errors
/// [`Problem`] when the file cannot be read or replaced; it stays as it was then.
pub async fn add(service: &Service, file: &Path, purposes: &[Purpose]) -> Result<Vec<String>, Problem> {
    let ids = Keyring::rotate(file, purposes, service.entropy.as_ref()).map_err(Problem::internal)?;
    service.keyring.refresh().map_err(Problem::internal)?;
    let mut tx = service.store.write().await?;
    note(&mut tx, &service.keyring).await?;
    tx.commit().await?;
    Ok(ids)
}

/// Lets the newest key of each purpose write as soon as every instance that serves reads it, and waits for them at most `wait`.
/// Returns the instances that do not read the keys yet; if there are any, nothing has changed.
///
/// # Errors
/// The store's.
pub async fn let_newest_write(service: &Service, wait: Duration) -> Result<Vec<InstanceRow>, Problem> {
    let newest: Vec<&Key> = Purpose::ALL.into_iter().map(|purpose| service.keyring.newest(purpose)).collect();
    let begun = Instant::now();
    loop {
        // A reader looks first: the instances that are waited for have to write, and so does intake.
        let mut behind = those_behind(&mut service.store.read().await?, &newest).await?;
        if behind.is_empty() {
            let mut tx = service.store.write().await?;
            keyring::take_turns(&mut tx).await?;
            behind = those_behind(&mut tx, &newest).await?;
            if !behind.is_empty() {
                continue;
            }
            let known = note(&mut tx, &service.keyring).await?;
            for key in &newest {
                let active = known.iter().find(|known| known.purpose == key.purpose());
                if active.is_none_or(|active| active.id != key.id()) {
                    keyring::activate(&mut tx, key.id()).await?;
                }
            }
            let known = keyring::known(&mut tx).await?;
            tx.commit().await?;
            activate_known(&service.keyring, &known);
            return Ok(behind);
        }
        if begun.elapsed() >= wait {
            return Ok(behind);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// The serving instances that do not read all of these keys.
async fn those_behind(db: &mut impl Connected, newest: &[&Key]) -> StoreResult<Vec<InstanceRow>> {
    let mut serving = keyring::serving(db).await?;
    serving.retain(|instance| {
        let reads: Vec<&str> = instance.keys.split(' ').collect();
        newest.iter().any(|key| !reads.contains(&key.id()))
    });
    Ok(serving)
}

/// The result for the values of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reencrypted {
    pub kind: &'static str,
    /// How many the active key has sealed now.
    pub done: u64,
    /// How many could not be decrypted, because their key is missing or they were changed. They stay as they are.
    pub unreadable: u64,
}

/// Seals everything with the active key that another one sealed.
///
/// # Errors
/// The store's. Values sealed before the error stay so; calling it again continues with the rest.
pub async fn reencrypt(service: &Service) -> Result<Vec<Reencrypted>, Problem> {
    let mut all = Vec::with_capacity(SEALED.len());
    for sealed in SEALED.iter() {
        all.push(reencrypt_kind(service, sealed).await?);
    }
    if all.iter().any(|kind| kind.done > 0) {
        // Values sealed with the old key must not stay in SQLite's log.
        service.store.forget_erased().await?;
    }
    Ok(all)
}

async fn reencrypt_kind(service: &Service, sealed: &'static Sealed) -> Result<Reencrypted, Problem> {
    let (mut kind, mut after) = (Reencrypted { kind: sealed.kind, done: 0, unreadable: 0 }, Uuid::nil());
    loop {
        let active = service.keyring.active(Purpose::Contact);
        let mut tx = service.store.write().await?;
        let page = sealed.under_older(&mut tx, active.id(), after, ROUND).await?;
        let Some(last) = page.last() else { return Ok(kind) };
        after = last.id;
        for old in &page {
            let key = service.keyring.by_id(&old.key_id).filter(|key| key.purpose() == Purpose::Contact);
            let Some(plain) = key.and_then(|key| key.open(&old.sealed, old.id).ok()) else {
                tracing::error!(kind = sealed.kind, record = %old.id, key = old.key_id, "what is sealed does not open");
                kind.unreadable += 1;
                continue;
            };
            let new = active.seal(&plain, old.id, service.entropy.as_ref()).map_err(Problem::internal)?;
            kind.done += u64::from(sealed.exchange(&mut tx, old, active.id(), &new).await?);
        }
        tx.commit().await?;
    }
}

/// How many values of which kind each key has sealed: (kind, key, values).
///
/// # Errors
/// The store's.
pub async fn usage(service: &Service) -> StoreResult<Vec<(&'static str, String, i64)>> {
    let mut db = service.store.read().await?;
    keys::usage(&mut db).await
}
