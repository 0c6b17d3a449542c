//! How a receipt code becomes a feedback's id, and how a code follows from an idempotency key.
//!
//! A feedback's id *is* the keyed hash of its receipt code. So the code is never stored, one index serves the id, the
//! receipt and the repeated request, and nobody can work a code out from an id without the key.

use uuid::{Builder, Uuid};

use crate::base::receipt::{CardSerial, RECEIPT_ENTROPY_BYTES};
use crate::base::{Entropy, Problem, ReceiptCode};
use crate::keys::keyring::{Key, Keyring, Purpose};

/// The purpose of a MAC is its first part, so that a MAC made for one purpose is of no use for another.
const ID_OF_CODE: &[u8] = b"feedback id of a receipt code";
const CODE_OF_KEY: &[u8] = b"receipt code of an idempotency key";
const HASH_OF_SERIAL: &[u8] = b"hash of a card serial";
const HASH_OF_BODY: &[u8] = b"body of an idempotent request";
const HASH_OF_KEY: &[u8] = b"idempotency key";

/// The principal with which requests without a token derive their codes.
pub const PUBLIC: Uuid = Uuid::nil();

/// A feedback's id under the active receipt key, and its code.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The feedback's id.
    pub id: Uuid,
    /// The key its hash was made with.
    pub key_id: String,
    pub code: ReceiptCode,
    /// Id and code the same request has under every other key: it may have come before the key was changed, or to an
    /// instance that writes with another key already.
    pub older: Vec<(Uuid, ReceiptCode)>,
}

impl Identity {
    /// The code that belongs to `id`: this one's, or that of an older key.
    pub fn code_of(&self, id: Uuid) -> Option<&ReceiptCode> {
        let older = self.older.iter().find(|(older, _)| *older == id).map(|(_, code)| code);
        if id == self.id { Some(&self.code) } else { older }
    }
}

/// The id of the feedback with `code`, under `key`.
pub fn id_of(key: &Key, code: &ReceiptCode) -> Uuid {
    let mac = key.mac(&[ID_OF_CODE, &code.as_canonical()]);
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&mac[..16]);
    Builder::from_random_bytes(bytes).into_uuid()
}

/// Every id a code may have: one for each receipt key, that of the active one first.
pub fn candidate_ids(keyring: &Keyring, code: &ReceiptCode) -> Vec<Uuid> {
    keyring.active_first(Purpose::Receipt).map(|key| id_of(key, code)).collect()
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
    let older = keyring.others(key).map(|older| (id_of(older, &code), code.clone())).collect();
    Identity { id: id_of(key, &code), key_id: key.id().to_owned(), code, older }
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
            (id_of(older, &code), code)
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
