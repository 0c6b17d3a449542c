//! Decides which feedback a request is, and how a repeated request is recognised: by a code made on the giver's device,
//! by a card's serial, by an idempotency key, or by a new random code.

use actix_web::web::Bytes;
use uuid::Uuid;

use super::batch::{Answer, Repeat, Stored, code_taken, kept, repeated, unknown_serial};
use crate::base::receipt::CardSerial;
use crate::base::{Kind, Problem, ReceiptCode, ReceiptHash};
use crate::keys::codes::{self, Identity};
use crate::routing::Snapshot;
use crate::service::Service;
use crate::service::idempotency::{self, KeyedRequest, RequestKey};
use crate::store::{feedback, stubs};

/// A feedback that is to be written.
pub struct Identified {
    /// The id of the feedback, if it is new.
    pub id: Uuid,
    pub identity: Identity,
    pub repeat: Repeat,
    /// The printed card that is typed in.
    pub stub: Option<ReceiptHash>,
}

/// Whether a request came before.
pub enum Known {
    New(Identified),
    /// It did; what was taken in then.
    Before(Vec<Stored>),
}

/// The identity by a code that the giver's device made.
///
/// # Errors
/// [`Kind::BadCode`], [`Kind::CodeTaken`], the store's.
pub async fn from_device(
    service: &Service,
    typed: &str,
    key: Option<RequestKey>,
    body: Bytes,
) -> Result<Identified, Problem> {
    let code = ReceiptCode::parse(typed)
        .map_err(|why| Problem::at("/receipt", Kind::BadCode, format!("Check the code: {why}.")))?;
    let identity = codes::of_code(&service.keyring, code);
    refuse_printed_code(service, &identity).await?;
    let repeat = match key {
        Some(key) => Repeat::ByKey { key, body },
        None => by_receipt(&identity, body, Kind::CodeTaken),
    };
    Ok(Identified { id: service.feedback_id()?, identity, repeat, stub: None })
}

/// The identity by a card's serial, which leads to the stub that was printed with it.
///
/// # Errors
/// [`Kind::BadCode`], [`Kind::UnknownSerial`], [`Kind::KeyReused`], the store's.
pub async fn from_serial(
    service: &Service,
    snapshot: &Snapshot,
    unit: &str,
    serial: &str,
    key: Option<RequestKey>,
    body: Bytes,
) -> Result<Known, Problem> {
    let repeat = key.map_or(Repeat::Never, |key| Repeat::ByKey { key, body });
    if let Some(answer) = answered_before(service, &repeat, &[]).await? {
        return answer.map(Known::Before);
    }
    match of_serial(service, snapshot, unit, serial).await {
        Ok(identity) => {
            let id = service.feedback_id()?;
            Ok(Known::New(Identified { id, stub: Some(identity.hash), identity, repeat }))
        }
        // The same request may have been taken in between the two reads, and the serial was used up by it.
        Err(problem) => answered_before(service, &repeat, &[]).await?.unwrap_or(Err(problem)).map(Known::Before),
    }
}

/// The identity by an idempotency key: the code is derived from it, so the same request is the same feedback.
///
/// # Errors
/// [`Kind::Internal`] when the system has no random bytes.
pub fn from_key(service: &Service, key: &RequestKey, body: Bytes) -> Result<Identified, Problem> {
    let identity = codes::of_request(&service.keyring, key.principal, &key.endpoint, &key.key);
    let repeat = by_receipt(&identity, body, Kind::KeyReused);
    Ok(Identified { id: service.feedback_id()?, identity, repeat, stub: None })
}

/// A new random identity: a request without a key is a new feedback each time.
///
/// # Errors
/// [`Kind::Internal`] when the system has no random bytes.
pub fn from_chance(service: &Service) -> Result<Identified, Problem> {
    let identity = codes::by_chance(&service.keyring, service.entropy.as_ref())?;
    Ok(Identified { id: service.feedback_id()?, identity, repeat: Repeat::Never, stub: None })
}

fn by_receipt(identity: &Identity, body: Bytes, otherwise: Kind) -> Repeat {
    let older = identity.older.iter().map(|(hash, _)| *hash).collect();
    Repeat::ByReceipt { body, older, otherwise }
}

/// The identity of the stub whose card has this serial and was printed for the unit with this short name.
///
/// # Errors
/// [`Kind::BadCode`], [`Kind::UnknownSerial`], the store's.
pub async fn of_serial(service: &Service, snapshot: &Snapshot, unit: &str, typed: &str) -> Result<Identity, Problem> {
    let serial = CardSerial::parse(typed)
        .map_err(|why| Problem::at("/serial", Kind::BadCode, format!("Check the serial: {why}.")))?;
    let unit_id = snapshot.tree.unit_by_slug(unit).map(|unit| unit.id);
    let mut db = service.store.read().await?;
    for hash in codes::serial_hashes(&service.keyring, &serial) {
        if let Some(stub) = stubs::find_by_serial(&mut db, &hash).await?
            && Some(stub.unit_id) == unit_id
        {
            // Only the giver's paper has the real code; this one is never shown.
            let unused = codes::by_chance(&service.keyring, service.entropy.as_ref())?;
            return Ok(Identity { hash: stub.receipt_hash, key_id: stub.key_id, ..unused });
        }
    }
    Err(unknown_serial("/serial"))
}

/// Refuses a code that is printed on a card: if another feedback used it, the card could not be typed in.
async fn refuse_printed_code(service: &Service, identity: &Identity) -> Result<(), Problem> {
    let mut db = service.store.read().await?;
    match stubs::find(&mut db, identity.hash).await? {
        Some(_) => Err(code_taken()),
        None => Ok(()),
    }
}

/// The answer to the same request when it came before, under any of the `hashes` its receipt may have.
///
/// # Errors
/// The store's.
pub async fn answered_before(
    service: &Service,
    repeat: &Repeat,
    hashes: &[ReceiptHash],
) -> Result<Option<Answer>, Problem> {
    match repeat {
        Repeat::Never => Ok(None),
        Repeat::ByKey { key, body } => kept_answer(service, key, body).await,
        Repeat::ByReceipt { .. } => {
            let mut db = service.store.read().await?;
            for hash in hashes {
                if let Some(row) = feedback::find_by_receipt(&service.store, &mut db, *hash).await? {
                    return Ok(Some(repeated(service, &mut db, repeat, &row).await?));
                }
            }
            Ok(None)
        }
    }
}

/// The answer that is stored for this key, if there is one.
///
/// # Errors
/// [`Kind::KeyReused`], the store's.
pub async fn kept_answer(service: &Service, key: &RequestKey, body: &[u8]) -> Result<Option<Answer>, Problem> {
    let mut db = service.store.read().await?;
    let request = KeyedRequest { key: key.clone(), body };
    let earlier = idempotency::earlier(&mut db, &service.keyring, &request).await?;
    Ok(earlier.map(|answer| kept(&answer)))
}
