//! The keyring: the keys, which are kept outside the database.
//!
//! A file with one `[[key]]` after another, each with an id, a purpose and 32 bytes in hexadecimal. All of them read, and
//! one of each purpose writes, the active one. The database says which: a key is activated when every instance reads it.
//! What was written names its key's id, so that keys can be exchanged without losing anything.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use toml::de::{DeTable, DeValue};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::base::chance::{Entropy, EntropyError};
use crate::base::toml_document::{self, Lines};
use crate::base::words::word_enum;

const KEY_BYTES: usize = 32;

/// Bytes of a block of SHA-256.
const HASH_BLOCK_BYTES: usize = 64;

/// Bytes of the nonce at the beginning of each sealed value: long enough to be random each time.
const NONCE_BYTES: usize = 24;

/// Random bytes in the id of a key that is made here.
const ID_BYTES: usize = 4;

/// The purpose of the MAC that derives a device key from a receipt key.
const DEVICE_OF_RECEIPT: &[u8] = b"device key of a keyring without one";

/// Most characters of a key's id; ids are stored with what the key wrote.
const ID_CHARS_MAX: usize = 64;

/// Most bytes of a keyring's file: thousands of keys.
const FILE_BYTES_MAX: u64 = 1_048_576;

/// What a MAC is made for, when a key is recognised again.
const FINGERPRINT: &[u8] = b"fingerprint of a key";

/// Bytes of the file that [`Keyring::create`] writes, at most.
const NEW_FILE_BYTES_MAX: usize = 1024;

const NEW_FILE_BEGINS: &str = "\
# Kaiku's keys. Whoever has this file can read contact details: keep it apart from the database's backups.
# All of them read; `kaiku keys rotate` adds new ones and lets them write. Never remove a key that something was written with.
";

/// Permission bits of a file that give anybody but its owner access.
#[cfg(unix)]
const OPEN_TO_OTHERS: u32 = 0o077;

word_enum! {
    /// What a key is for. A key is never used for another purpose.
    pub enum Purpose: "purpose of a key" {
        /// Hashes of receipt codes, and codes that are derived.
        Receipt = "receipt",
        /// Contact details, reminders and secrets of webhooks, sealed.
        Contact = "contact",
        /// Bodies of requests that may be repeated.
        Request = "request",
        /// Key pairs to whose public half givers' devices seal what waits for a network; see [`super::device_seal`].
        Device = "device",
    }
}

/// One key. Its bytes are wiped from memory when it is dropped, and nothing prints them.
pub struct Key {
    id: String,
    purpose: Purpose,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// Something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There was no randomness for the nonce.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The text is too long to be sealed.
    #[error("the text is too long to be sealed")]
    TooLong,
    /// Sealed with another key or for another record, or changed since.
    #[error("what was sealed does not open with key {key}: another key or record, or it was changed")]
    DoesNotOpen {
        /// The id of the key that was tried.
        key: String,
    },
}

impl Key {
    /// The key's id, which is stored with what the key wrote.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// HMAC-SHA-256 of the parts. Each part goes in after its length, so that `["ab", "c"]` and `["a", "bc"]` differ.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a short key with zeros to the hash's block; when it is padded here, the length cannot be wrong.
        let mut block = Zeroizing::new([0; HASH_BLOCK_BYTES]);
        for (to, from) in block.iter_mut().zip(self.bytes.iter()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        for part in parts {
            // usize is 64 bits at most on every machine that Rust knows.
            let length = part.len() as u64;
            mac.update(&length.to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What the database keeps of the key, to recognise it again. Nobody can work the key out from it.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.mac(&[FINGERPRINT])
    }

    /// Seals a text for one record: it opens for no other.
    ///
    /// # Errors
    ///
    /// When there is no randomness, or the text is longer than the cipher can take.
    pub fn seal(&self, plaintext: &[u8], record: Uuid, entropy: &dyn Entropy) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        entropy.fill(&mut nonce)?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: record.as_bytes() })
            .map_err(|_| SealError::TooLong)?;
        let mut bytes = Vec::with_capacity(NONCE_BYTES + sealed.len());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    /// Opens what was sealed for this record.
    ///
    /// # Errors
    ///
    /// When it was sealed with another key or for another record, or was changed since.
    pub fn open(&self, sealed: &[u8], record: Uuid) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let closed = || SealError::DoesNotOpen { key: self.id.clone() };
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(closed)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: record.as_bytes() })
            .map(Zeroizing::new)
            .map_err(|_| closed())
    }

    /// The bytes, for the one other module that computes with them.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// A device key derived from this key. A keyring from before there were device keys has this one: every copy of the file
    /// and every instance derives the same key, nothing is written to the file, and this key cannot be computed from it.
    fn as_device_key(&self) -> Self {
        let (id, bytes) = (format!("device-of-{}", self.id), Zeroizing::new(self.mac(&[DEVICE_OF_RECEIPT])));
        Self { id, purpose: Purpose::Device, bytes }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

/// The keyring cannot be used; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The file cannot be read.
    #[error("the keyring {} cannot be read ({source}); check keys.file and the file's permissions", path.display())]
    Unreadable {
        /// The keyring's file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file cannot be made.
    #[error("the keyring {} cannot be made ({source}); check keys.file, and that no such file is there yet", path.display())]
    NotCreated {
        /// The keyring's file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others than the owner have access to the file.
    #[error(
        "the keyring {} may be used by others than its owner (mode {mode:03o}); run chmod 600 on it, \
         and exchange its keys if others had access",
        path.display()
    )]
    OpenToOthers {
        /// The keyring's file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file's content is wrong.
    #[error("the keyring {}, line {line}: {reason}", path.display())]
    Faulty {
        /// The keyring's file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// There was no randomness for new keys.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// The keys of one purpose; there is always one for writing.
#[derive(Debug)]
struct Ring {
    oldest: Key,
    /// From old to new.
    newer: Vec<Key>,
    /// The place of the key that writes, from the oldest at 0.
    active: AtomicUsize,
}

impl Ring {
    fn newest(&self) -> &Key {
        self.newer.last().unwrap_or(&self.oldest)
    }

    fn active(&self) -> &Key {
        let place = self.active.load(Ordering::Relaxed);
        place.checked_sub(1).and_then(|place| self.newer.get(place)).unwrap_or(&self.oldest)
    }

    /// From new to old.
    fn all(&self) -> impl Iterator<Item = &Key> {
        self.newer.iter().rev().chain(std::iter::once(&self.oldest))
    }

    fn activate(&self, id: &str) -> bool {
        let place = self.all().position(|key| key.id == id).map(|from_new| self.newer.len() - from_new);
        if let Some(place) = place {
            self.active.store(place, Ordering::Relaxed);
        }
        place.is_some()
    }
}

/// All keys of an installation, at least one for each purpose. A keyring from before there were device keys has one that is
/// derived from its first receipt key; it stays the oldest device key when others are added.
///
/// When the file changes, [`Keyring::refresh`] puts its new keys into force behind the same value: keys that were borrowed
/// before stay valid, and a running service takes up new keys without a restart.
#[derive(Debug)]
pub struct Keyring {
    receipt: Ring,
    contact: Ring,
    request: Ring,
    device: Ring,
    /// The file it was read from, as it was then.
    file: Option<(PathBuf, Stamp)>,
    /// The keyring that replaced this one.
    next: OnceLock<Box<Keyring>>,
}

/// Tells whether a file's content has changed: a file is replaced as a whole, so that it has another inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<std::time::SystemTime>,
    length: u64,
    inode: u64,
}

impl Stamp {
    fn of(file: &std::fs::Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(file);
        #[cfg(not(unix))]
        let inode = 0;
        Self { modified: file.modified().ok(), length: file.len(), inode }
    }
}

impl Keyring {
    /// Reads the keyring. The last key of each purpose is active until another is activated.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, others than its owner have access to it, a key is faulty, or a purpose has none.
    pub fn load(path: &Path) -> Result<Self, KeyringError> {
        let unreadable = |source| KeyringError::Unreadable { path: path.to_path_buf(), source };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Asked of the open file, so that it cannot be replaced in between.
            let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
            if mode & OPEN_TO_OTHERS != 0 {
                return Err(KeyringError::OpenToOthers { path: path.to_path_buf(), mode });
            }
        }
        let stamp = Stamp::of(&file.metadata().map_err(unreadable)?);
        // Allocated in its full length at once: growing would leave copies behind that nobody wipes.
        let length = stamp.length.min(FILE_BYTES_MAX);
        let mut text = Zeroizing::new(String::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
        let read = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(unreadable)?;
        let faulty = |(line, reason)| KeyringError::Faulty { path: path.to_path_buf(), line, reason };
        if u64::try_from(read).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
            return Err(faulty((1, format!("the file is larger than {FILE_BYTES_MAX} bytes; check keys.file"))));
        }
        let keyring = parse(&text).and_then(Self::of_keys).map_err(faulty)?;
        Ok(Self { file: Some((path.to_path_buf(), stamp)), ..keyring })
    }

    /// Takes up the file's keys if it was changed since it was read, and returns whether it was. Borrowed keys stay valid as
    /// long as this value lives.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is faulty; the keys in force stay.
    pub fn refresh(&self) -> Result<bool, KeyringError> {
        let latest = self.latest();
        let Some((path, stamp)) = &latest.file else { return Ok(false) };
        let unreadable = |source| KeyringError::Unreadable { path: path.clone(), source };
        if Stamp::of(&std::fs::metadata(path).map_err(unreadable)?) == *stamp {
            return Ok(false);
        }
        let new = Self::load(path)?;
        for purpose in Purpose::ALL {
            // What the file has new only reads, until it is activated.
            new.activate(purpose, latest.active(purpose).id());
        }
        // Another thread was first: it read the same.
        Ok(latest.next.set(Box::new(new)).is_ok())
    }

    /// Adds a new key of each of `purposes` to the file; their ids. The file is replaced as a whole, on disk before anything
    /// can be written with the keys, and keeps its mode and owner.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or replaced, or there is no randomness; the file then stays as it was.
    pub fn rotate(path: &Path, purposes: &[Purpose], entropy: &dyn Entropy) -> Result<Vec<String>, KeyringError> {
        let failed = |source| KeyringError::NotCreated { path: path.to_path_buf(), source };
        // The lock makes rotations run one after another. The file may be replaced during the wait, and is opened again then.
        let (_turn, old) = loop {
            let held = std::fs::File::open(path).map_err(failed)?;
            held.lock().map_err(failed)?;
            let (own, there) = (held.metadata().map_err(failed)?, std::fs::metadata(path).map_err(failed)?);
            if Stamp::of(&own) == Stamp::of(&there) {
                break (held, own);
            }
        };
        // The present file must be valid: nothing is added to a file that cannot be used.
        Self::load(path)?;
        let before = Zeroizing::new(std::fs::read(path).map_err(failed)?);
        let mut text = Zeroizing::new(Vec::with_capacity(before.len() + NEW_FILE_BYTES_MAX));
        text.extend_from_slice(&before);
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        let mut ids = Vec::new();
        for purpose in purposes {
            let (id, lines) = new_key(*purpose, entropy)?;
            text.extend_from_slice(lines.as_bytes());
            ids.push(id);
        }
        let mut mark = [0; ID_BYTES];
        entropy.fill(&mut mark)?;
        replace(path, &hexadecimal(&mark), &text, &old).map_err(failed)?;
        Ok(ids)
    }

    /// Makes a keyring with one key for each purpose, readable by its owner only, and its directory. An existing file is never
    /// changed.
    ///
    /// # Errors
    ///
    /// When the file exists already or cannot be written, or there is no randomness.
    pub fn create(path: &Path, entropy: &dyn Entropy) -> Result<Self, KeyringError> {
        // Allocated longer than the content, for the same reason as in `load`.
        let mut text = Zeroizing::new(String::with_capacity(NEW_FILE_BYTES_MAX));
        text.push_str(NEW_FILE_BEGINS);
        for purpose in Purpose::ALL {
            text.push_str(&new_key(purpose, entropy)?.1);
        }
        let mut mark = [0; ID_BYTES];
        entropy.fill(&mut mark)?;
        write_new(path, &hexadecimal(&mark), text.as_bytes())
            .map_err(|source| KeyringError::NotCreated { path: path.to_path_buf(), source })?;
        Self::load(path)
    }

    /// The key that is used for writing for this purpose.
    #[must_use]
    pub fn active(&self, purpose: Purpose) -> &Key {
        self.ring(purpose).active()
    }

    /// The last key of this purpose in the file; it only reads until it is activated.
    #[must_use]
    pub fn newest(&self, purpose: Purpose) -> &Key {
        self.ring(purpose).newest()
    }

    /// Lets the key of this id write for its purpose; false if it is not on the ring.
    pub fn activate(&self, purpose: Purpose, id: &str) -> bool {
        self.ring(purpose).activate(id)
    }

    /// All keys of this purpose, the newest first.
    pub fn all(&self, purpose: Purpose) -> impl Iterator<Item = &Key> {
        self.ring(purpose).all()
    }

    /// The other keys of the same purpose, the newest first.
    pub fn others(&self, key: &Key) -> impl Iterator<Item = &Key> {
        self.all(key.purpose).filter(move |other| other.id != key.id)
    }

    /// The keys of a purpose: the active one, then the others from new to old.
    pub fn active_first(&self, purpose: Purpose) -> impl Iterator<Item = &Key> {
        let active = self.active(purpose);
        std::iter::once(active).chain(self.others(active))
    }

    /// Every key.
    pub fn every(&self) -> impl Iterator<Item = &Key> {
        Purpose::ALL.into_iter().flat_map(|purpose| self.all(purpose))
    }

    /// The key with this id, if the keyring has it.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Key> {
        let find = || self.every().find(|key| key.id == id);
        find().or_else(|| match self.refresh() {
            // Another process has just written with a new key.
            Ok(true) => find(),
            Ok(false) => None,
            Err(error) => {
                tracing::error!(%error, "the keyring cannot be read again; the keys in force stay");
                None
            }
        })
    }

    /// The keyring in force: the last one that replaced another.
    fn latest(&self) -> &Self {
        let mut latest = self;
        while let Some(next) = latest.next.get() {
            latest = next;
        }
        latest
    }

    fn ring(&self, purpose: Purpose) -> &Ring {
        let latest = self.latest();
        match purpose {
            Purpose::Receipt => &latest.receipt,
            Purpose::Contact => &latest.contact,
            Purpose::Request => &latest.request,
            Purpose::Device => &latest.device,
        }
    }

    fn of_keys(keys: Vec<Key>) -> Result<Self, Fault> {
        let (mut receipt, mut contact, mut request) = (Vec::new(), Vec::new(), Vec::new());
        let mut device: Vec<Key> =
            keys.iter().find(|key| key.purpose == Purpose::Receipt).map(Key::as_device_key).into_iter().collect();
        for key in keys {
            match key.purpose {
                Purpose::Receipt => receipt.push(key),
                Purpose::Contact => contact.push(key),
                Purpose::Request => request.push(key),
                Purpose::Device => device.push(key),
            }
        }
        let ring = |purpose: Purpose, keys: Vec<Key>| {
            let mut keys = keys.into_iter();
            let none = || (1, format!("there is no key with purpose = \"{}\"; add one", purpose.as_str()));
            let oldest = keys.next().ok_or_else(none)?;
            let newer: Vec<Key> = keys.collect();
            let active = AtomicUsize::new(newer.len());
            Ok(Ring { oldest, newer, active })
        };
        Ok(Self {
            receipt: ring(Purpose::Receipt, receipt)?,
            contact: ring(Purpose::Contact, contact)?,
            request: ring(Purpose::Request, request)?,
            device: ring(Purpose::Device, device)?,
            file: None,
            next: OnceLock::new(),
        })
    }
}

/// The line, and what is wrong on it; it never contains characters of the key.
type Fault = (usize, String);

fn parse(text: &str) -> Result<Vec<Key>, Fault> {
    let lines = Lines::of(text);
    let (document, syntax) = toml_document::parse(text);
    if let Some(fault) = syntax.first() {
        let reason = format!("this is not valid TOML: {}; correct the line", fault.message);
        return Err((lines.at(fault.offset), reason));
    }
    let mut ids = BTreeSet::new();
    let mut keys = Vec::new();
    for (name, value) in &document {
        let at = lines.at(name.span().start);
        let wanted = || (at, "only [[key]] tables may stand here; remove everything else".to_owned());
        let entries = match value.get_ref() {
            DeValue::Array(entries) if name.get_ref() == "key" => entries,
            _ => return Err(wanted()),
        };
        for entry in entries.iter() {
            let at = lines.at(entry.span().start);
            let key = key(entry.get_ref().as_table().ok_or_else(wanted)?, at, &lines)?;
            if !ids.insert(key.id.clone()) {
                return Err((at, format!("two keys have the id {}; give each its own", key.id)));
            }
            keys.push(key);
        }
    }
    Ok(keys)
}

fn key(table: &DeTable<'_>, at: usize, lines: &Lines) -> Result<Key, Fault> {
    let (mut id, mut purpose, mut bytes) = (None, None, None);
    for (name, value) in table {
        let at = lines.at(name.span().start);
        let text = value.get_ref().as_str().unwrap_or_default();
        match name.get_ref().as_ref() {
            "id" => {
                let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if !(1..=ID_CHARS_MAX).contains(&text.len()) || !text.bytes().all(plain) {
                    let wanted = format!("write lower-case letters, digits and dashes, at most {ID_CHARS_MAX}");
                    return Err((at, format!("the id cannot be used; {wanted}")));
                }
                id = Some(text.to_owned());
            }
            "purpose" => {
                let unknown = || (at, "the purpose is unknown; write receipt, contact, request or device".to_owned());
                purpose = Some(Purpose::parse(text).ok_or_else(unknown)?);
            }
            "key" => {
                let wanted = || (at, format!("the key cannot be used; write {} hexadecimal digits", 2 * KEY_BYTES));
                bytes = Some(key_bytes(text).ok_or_else(wanted)?);
            }
            other => return Err((at, format!("there is no {other} of a key; write id, purpose and key"))),
        }
    }
    match (id, purpose, bytes) {
        (Some(id), Some(purpose), Some(bytes)) => Ok(Key { id, purpose, bytes }),
        _ => Err((at, "the key is not complete; write id, purpose and key".to_owned())),
    }
}

fn key_bytes(text: &str) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    if text.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = pair.iter().try_fold(0, |byte, digit| {
            let value = char::from(*digit).to_digit(16)?;
            Some(byte << 4 | u8::try_from(value).ok()?)
        })?;
    }
    Some(bytes)
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        for digit in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    text
}

/// A new key as the file holds it, and its id.
fn new_key(purpose: Purpose, entropy: &dyn Entropy) -> Result<(String, Zeroizing<String>), EntropyError> {
    let mut id = [0; ID_BYTES];
    entropy.fill(&mut id)?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    entropy.fill(key.as_mut_slice())?;
    let (name, key) = (purpose.as_str(), hexadecimal(key.as_slice()));
    let id = format!("{name}-{}", *hexadecimal(&id));
    let mut lines = Zeroizing::new(String::with_capacity(NEW_FILE_BYTES_MAX));
    for part in ["\n[[key]]\nid = \"", &id, "\"\npurpose = \"", name, "\"\nkey = \"", &key, "\"\n"] {
        lines.push_str(part);
    }
    Ok((id, lines))
}

/// Replaces a file atomically and keeps the mode and owner of the old one.
fn replace(path: &Path, mark: &str, bytes: &[u8], old: &std::fs::Metadata) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".new-{mark}"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| keep_owner(&file, old))
        .and_then(|()| file.set_permissions(old.permissions()))
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&beside, path))
        .and_then(|()| sync_directory(path));
    if written.is_err() {
        // The first failure is the one to report.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// When root rotates the keyring of the service, the service still owns it.
#[cfg(unix)]
fn keep_owner(file: &std::fs::File, old: &std::fs::Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(file, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &std::fs::File, _: &std::fs::Metadata) -> std::io::Result<()> {
    Ok(())
}

/// Writes a file that did not exist, for its owner only.
fn write_new(path: &Path, mark: &str, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(directory)?;
    }
    // Written to another name and then linked: nobody ever reads half a keyring, and an existing one is never replaced.
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".new-{mark}"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(&beside, path))
        .and_then(|()| sync_directory(path));
    // The first failure is the one to report.
    let _ = std::fs::remove_file(&beside);
    written
}

/// Makes a new file name durable: if the keyring were lost in a crash, contacts sealed with it could never be read again.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chance::{SeededEntropy, SystemEntropy};

    const OLD: &str = "1111111111111111111111111111111111111111111111111111111111111111";
    const NEW: &str = "22222222222222222222222222222222222222222222222222222222222222AB";

    fn text(keys: &[(&str, &str, &str)]) -> String {
        keys.iter()
            .map(|(id, purpose, key)| format!("[[key]]\nid = \"{id}\"\npurpose = \"{purpose}\"\nkey = \"{key}\"\n"))
            .collect()
    }

    fn keyring(keys: &[(&str, &str, &str)]) -> Result<Keyring, Fault> {
        parse(&text(keys)).and_then(Keyring::of_keys)
    }

    fn contact() -> Keyring {
        keyring(&[("r1", "receipt", OLD), ("c1", "contact", OLD), ("q1", "request", OLD), ("c2", "contact", NEW)])
            .unwrap()
    }

    #[test]
    fn the_active_key_of_a_purpose_writes_and_all_read() {
        let keyring = contact();
        assert_eq!(keyring.active(Purpose::Contact).id(), "c2", "the last one where none is activated");
        assert!(keyring.activate(Purpose::Contact, "c1") && !keyring.activate(Purpose::Contact, "r1"));
        assert_eq!(keyring.active(Purpose::Contact).id(), "c1");
        assert_eq!(keyring.newest(Purpose::Contact).id(), "c2");
        let ids: Vec<&str> = keyring.all(Purpose::Contact).map(Key::id).collect();
        assert_eq!(ids, ["c2", "c1"]);
        let others: Vec<&str> = keyring.others(keyring.active(Purpose::Contact)).map(Key::id).collect();
        assert_eq!(others, ["c2"]);
        assert!(keyring.activate(Purpose::Contact, "c2"));
        assert_eq!(keyring.active(Purpose::Contact).id(), "c2");
        assert_eq!(keyring.every().count(), 5);
        assert_eq!(keyring.by_id("c1").map(Key::purpose), Some(Purpose::Contact));
        assert!(keyring.by_id("c3").is_none());
    }

    #[test]
    fn a_keyring_without_a_device_key_has_one_that_stays_when_others_come() {
        let (old, same) = (contact(), contact());
        let first = old.newest(Purpose::Device);
        assert_eq!(first.id(), "device-of-r1");
        assert_eq!(first.bytes(), same.newest(Purpose::Device).bytes(), "every copy of the file has the same");
        assert_ne!(first.bytes(), old.newest(Purpose::Receipt).bytes());
        let keys = [("r1", "receipt", OLD), ("c1", "contact", OLD), ("q1", "request", OLD)];
        let later = keyring(&[keys[0], keys[1], keys[2], ("r2", "receipt", NEW), ("d1", "device", NEW)]).unwrap();
        let ids: Vec<&str> = later.all(Purpose::Device).map(Key::id).collect();
        assert_eq!(ids, ["d1", "device-of-r1"]);
        assert_eq!(later.by_id("device-of-r1").unwrap().bytes(), first.bytes());
    }

    #[test]
    fn a_mac_is_hmac_sha256_and_parts_do_not_run_together() {
        let keyring = contact();
        let key = keyring.newest(Purpose::Receipt);
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
        assert_ne!(key.mac(&[b"ab", b""]), key.mac(&[b"ab"]));
        assert_ne!(key.mac(&[b"ab"]), keyring.newest(Purpose::Contact).mac(&[b"ab"]));
        // Python: hmac.new(b'\x11'*32, (2).to_bytes(8,'big') + b'ab' + (1).to_bytes(8,'big') + b'c', 'sha256')
        assert_eq!(
            *hexadecimal(&key.mac(&[b"ab", b"c"])),
            "8a86e14ad4e3ce9f75038e95a76ca83caf7b442a7f9fbb939642e0ca5dadba38"
        );
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_record_only() {
        let keyring = contact();
        let (key, old) = (keyring.newest(Purpose::Contact), keyring.by_id("c1").unwrap());
        let (record, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = key.seal("maija@example.fi".as_bytes(), record, &SystemEntropy).unwrap();
        assert_eq!(key.open(&sealed, record).unwrap().as_slice(), b"maija@example.fi");
        assert!(key.open(&sealed, other).is_err());
        assert!(old.open(&sealed, record).is_err());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(key.open(&changed, record).is_err(), "byte {index}");
            assert!(key.open(&sealed[..index], record).is_err(), "first {index} bytes");
        }
        assert_ne!(sealed, key.seal(b"maija@example.fi", record, &SystemEntropy).unwrap());
    }

    #[test]
    fn nothing_prints_a_key() {
        let keyring = contact();
        let printed = format!("{keyring:?}");
        assert!(printed.contains("c2"), "{printed}");
        assert!(!printed.contains("1111") && !printed.contains("17, 17") && !printed.contains("34, 34"), "{printed}");
    }

    #[test]
    fn faults_name_the_line_and_never_the_key() {
        let all = [("r1", "receipt", OLD), ("c1", "contact", OLD), ("q1", "request", OLD)];
        let with = |extra| keyring(&[all[0], all[1], all[2], extra]).unwrap_err();
        assert_eq!(with(("r1", "receipt", NEW)).0, 13);
        assert_eq!(with(("R 1", "receipt", NEW)).0, 14);
        assert_eq!(with(("r2", "receipts", NEW)).0, 15);
        let (line, reason) = with(("r2", "receipt", "abcdefg"));
        assert_eq!(line, 16);
        assert!(!reason.contains("abcdefg"), "{reason}");
        assert!(keyring(&[("r2", "receipt", &NEW.replace('2', "g"))]).is_err());
        assert!(keyring(&all[..2]).unwrap_err().1.contains("request"));
        assert!(parse("[[key]]\nid = \"a\"\n").unwrap_err().1.contains("complete"));
        assert!(parse("[[keys]]\n").is_err());
        assert_eq!(parse("\nkey = 3\n").unwrap_err().0, 2);
        assert_eq!(parse("[[key]]\nid = \"a\"\ncolour = 1\n").unwrap_err().0, 3);
        assert_eq!(parse("\nkey = \n").unwrap_err().0, 2);
    }

    #[test]
    fn a_new_keyring_is_made_once_and_loads() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys").join("keyring.toml");
        let made = Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() <= NEW_FILE_BYTES_MAX as u64);
        let loaded = Keyring::load(&path).unwrap();
        for purpose in Purpose::ALL {
            assert_eq!(made.newest(purpose).id(), loaded.newest(purpose).id());
            assert_eq!(made.newest(purpose).mac(&[b"a"]), loaded.newest(purpose).mac(&[b"a"]));
        }
        let again = Keyring::create(&path, &SeededEntropy::new(2));
        assert!(matches!(again, Err(KeyringError::NotCreated { .. })));
        assert_eq!(Keyring::load(&path).unwrap().newest(Purpose::Contact).id(), made.newest(Purpose::Contact).id());
    }

    #[cfg(unix)]
    #[test]
    fn a_rotated_file_keeps_its_mode_and_a_loaded_keyring_takes_it_up() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keyring.toml");
        let held = Keyring::create(&path, &SystemEntropy).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
        let (contact, receipt) = (held.newest(Purpose::Contact), held.newest(Purpose::Receipt));
        let sealed = contact.seal(b"a", Uuid::nil(), &SystemEntropy).unwrap();
        let new = Keyring::rotate(&path, &[Purpose::Contact], &SystemEntropy).unwrap();
        let [new] = new.as_slice() else { panic!("{new:?}") };
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
        assert_eq!(held.newest(Purpose::Contact).id(), contact.id(), "not before it looks");
        // Looking for the unknown id takes up the changed file.
        assert_eq!(held.by_id(new).map(Key::purpose), Some(Purpose::Contact));
        assert_eq!(held.newest(Purpose::Contact).id(), new);
        assert_eq!(
            held.active(Purpose::Contact).id(),
            contact.id(),
            "it reads, and does not write before it is activated"
        );
        assert!(held.activate(Purpose::Contact, new));
        assert_eq!(held.active(Purpose::Contact).id(), new);
        assert_eq!(held.newest(Purpose::Receipt).id(), receipt.id(), "one purpose was rotated");
        assert!(held.by_id(contact.id()).unwrap().open(&sealed, Uuid::nil()).is_ok());
        assert!(!held.refresh().unwrap(), "nothing changed since");
        assert!(held.by_id("contact-00000000").is_none());
        // Two rotations at the same time add two keys.
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| Keyring::rotate(&path, &Purpose::ALL, &SystemEntropy).unwrap());
            }
        });
        assert!(held.refresh().unwrap());
        assert_eq!(held.all(Purpose::Contact).count(), 4);
        assert_eq!(held.active(Purpose::Contact).id(), new, "the active one stays");
        // A broken file changes nothing, and is not written to.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, "nonsense").unwrap();
        assert!(held.refresh().is_err() && Keyring::rotate(&path, &Purpose::ALL, &SystemEntropy).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"nonsense");
        assert_eq!(held.all(Purpose::Contact).count(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn a_keyring_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keyring.toml");
        Keyring::create(&path, &SystemEntropy).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o620, 0o601] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = Keyring::load(&path).unwrap_err();
            assert!(refused.to_string().contains("chmod 600"), "{refused}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
        assert!(Keyring::load(&path).is_ok());
    }

    #[test]
    fn a_keyring_that_is_not_there_says_so() {
        let error = Keyring::load(Path::new("/nowhere/keyring.toml")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/keyring.toml"), "{error}");
    }
}
