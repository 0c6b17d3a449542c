//! How a receipt code is hashed, and how a code follows from an idempotency key.
//!
//! Of a code only its keyed hash is stored. It leads to the feedback from the receipt and from a repeated request, and nobody
//! can work a code out from it without the key.

use uuid::{Builder, Uuid};

use crate::base::receipt::{CardSerial, RECEIPT_ENTROPY_BYTES};
use crate::base::{Entropy, Problem, ReceiptCode, ReceiptHash};
use crate::keys::keyring::{Key, Keyring, Purpose};

/// The purpose of a MAC is its first part, so that a MAC made for one purpose is of no use for another.
// The words are from the time when this hash was the feedback's id; with others no stored hash would be found.
const HASH_OF_CODE: &[u8] = b"feedback id of a receipt code";
const CODE_OF_KEY: &[u8] = b"receipt code of an idempotency key";
const HASH_OF_SERIAL: &[u8] = b"hash of a card serial";
const HASH_OF_BODY: &[u8] = b"body of an idempotent request";
const HASH_OF_KEY: &[u8] = b"idempotency key";

/// The principal with which requests without a token derive their codes.
pub const PUBLIC: Uuid = Uuid::nil();

/// A receipt code with its hash under the active receipt key.
#[derive(Debug, Clone)]
pub struct Identity {
    pub hash: ReceiptHash,
    /// The key the hash was made with.
    pub key_id: String,
    pub code: ReceiptCode,
    /// Hash and code the same request has under every other key: it may have come before the key was changed, or to an
    /// instance that writes with another key already.
    pub older: Vec<(ReceiptHash, ReceiptCode)>,
}

impl Identity {
    /// The code that belongs to `hash`: this one's, or that of an older key.
    pub fn code_of(&self, hash: ReceiptHash) -> Option<&ReceiptCode> {
        let older = self.older.iter().find(|(older, _)| *older == hash).map(|(_, code)| code);
        if hash == self.hash { Some(&self.code) } else { older }
    }

    /// The hashes under which the same request may be stored, that of the active key first.
    pub fn hashes(&self) -> impl Iterator<Item = ReceiptHash> + use<'_> {
        std::iter::once(self.hash).chain(self.older.iter().map(|(hash, _)| *hash))
    }
}

/// The hash of `code` under `key`.
pub fn hash_of(key: &Key, code: &ReceiptCode) -> ReceiptHash {
    let mac = key.mac(&[HASH_OF_CODE, &code.as_canonical()]);
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&mac[..16]);
    ReceiptHash(Builder::from_random_bytes(bytes).into_uuid())
}

/// Every hash a code may be stored under: one for each receipt key, that of the active one first.
pub fn candidate_hashes(keyring: &Keyring, code: &ReceiptCode) -> Vec<ReceiptHash> {
    keyring.active_first(Purpose::Receipt).map(|key| hash_of(key, code)).collect()
}

/// A new random identity.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the system has no random bytes.
pub fn by_chance(keyring: &Keyring, entropy: &dyn Entropy) -> Result<Identity, Problem> {
    let mut random = [0u8; RECEIPT_ENTROPY_BYTES];
    entropy.fill(&mut random).map_err(Problem::internal)?;
    Ok(of_code(keyring, ReceiptCode::from_entropy(&random)))
}

/// The identity of a code that exists already: made on the giver's device.
pub fn of_code(keyring: &Keyring, code: ReceiptCode) -> Identity {
    let key = keyring.active(Purpose::Receipt);
    let older = keyring.others(key).map(|older| (hash_of(older, &code), code.clone())).collect();
    Identity { hash: hash_of(key, &code), key_id: key.id().to_owned(), code, older }
}

/// The identity that follows from an idempotency key: the same request always derives the same code.
pub fn of_request(keyring: &Keyring, principal: Uuid, endpoint: &str, key: &str) -> Identity {
    let derive = |under: &Key| {
        let mac = under.mac(&[CODE_OF_KEY, principal.as_bytes(), endpoint.as_bytes(), key.as_bytes()]);
        let mut random = [0u8; RECEIPT_ENTROPY_BYTES];
        random.copy_from_slice(&mac[..RECEIPT_ENTROPY_BYTES]);
        ReceiptCode::from_entropy(&random)
    };
    let active = keyring.active(Purpose::Receipt);
    let mut identity = of_code(keyring, derive(active));
    identity.older = keyring
        .others(active)
        .map(|older| {
            let code = derive(older);
            (hash_of(older, &code), code)
        })
        .collect();
    identity
}

/// The hashes under which a card's serial may be stored: one for each receipt key, that of the active one first.
pub fn serial_hashes(keyring: &Keyring, serial: &CardSerial) -> Vec<Vec<u8>> {
    let hash = |key: &Key| key.mac(&[HASH_OF_SERIAL, &serial.as_canonical()]).to_vec();
    keyring.active_first(Purpose::Receipt).map(hash).collect()
}

/// The MAC of a request's body. It distinguishes a repeated request from another one with the same key.
pub fn body_mac(keyring: &Keyring, body: &[u8]) -> Vec<u8> {
    keyring.active(Purpose::Request).mac(&[HASH_OF_BODY, body]).to_vec()
}

/// Whether `mac` was made from `body` under any request key.
pub fn same_body(keyring: &Keyring, mac: &[u8], body: &[u8]) -> bool {
    keyring
        .all(Purpose::Request)
        .any(|key| subtle::ConstantTimeEq::ct_eq(key.mac(&[HASH_OF_BODY, body]).as_slice(), mac).into())
}

/// The hash under which the answer to an idempotency key is kept: one for each request key, that of the active one first.
pub fn key_hashes(keyring: &Keyring, principal: Uuid, endpoint: &str, key: &str) -> Vec<Vec<u8>> {
    let hash =
        |under: &Key| under.mac(&[HASH_OF_KEY, principal.as_bytes(), endpoint.as_bytes(), key.as_bytes()]).to_vec();
    keyring.active_first(Purpose::Request).map(hash).collect()
}
