//! Messages of devices that can be read but not be taken in: the unit has closed or belongs to no producer, the instrument
//! is missing, nobody may handle it. They are held, sealed as they came, until somebody of the staff releases or discards
//! them, since the device may be gone before the fault is mended.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::base::{Kind, Problem};
use crate::service::{Authority, Service};
use crate::store::held_messages::{self, HeldRow};
use crate::store::{Day, audit};

/// When a device should come back while no more is held, in seconds.
const FULL_RETRY_SECONDS: u64 = 3600;

/// What is done with a message that is held, as the audit log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It was taken in.
    Released,
    /// It is no feedback that anybody could take in.
    Discarded,
}

impl Settled {
    const fn action(self) -> &'static str {
        match self {
            Self::Released => "held_message.release",
            Self::Discarded => "held_message.discard",
        }
    }
}

/// Holds a message sealed to the key `key_id` that was to go to `address`, the form of `unit`, and was refused as `why`, a
/// code of the error table. The same message is held once.
///
/// # Errors
/// [`Kind::Overloaded`] when as many are held as the settings allow; the store's.
pub async fn hold(
    service: &Service,
    message: &[u8],
    key_id: &str,
    address: &str,
    unit: &str,
    why: &'static str,
) -> Result<(), Problem> {
    let id = id_of(message);
    let most = i64::try_from(service.config.limits.held_messages).unwrap_or(i64::MAX);
    let mut tx = service.store.write().await?;
    if held_messages::find(&mut tx, id).await?.is_some() {
        return Ok(());
    }
    if held_messages::count(&mut tx).await? >= most {
        tracing::error!(
            most,
            why,
            "no more messages of devices are held (limits.held_messages): release or discard some"
        );
        let detail = "As much is held as there may be. The message waits on the device.";
        return Err(Problem::new(Kind::Overloaded, detail).retry_after(FULL_RETRY_SECONDS));
    }
    let row = HeldRow {
        id,
        key_id: key_id.to_owned(),
        message: message.to_vec(),
        address: address.to_owned(),
        unit: unit.to_owned(),
        why: why.to_owned(),
        held_on: Day(service.today()),
    };
    held_messages::insert(&mut tx, &row).await?;
    tx.commit().await?;
    tracing::warn!(why, "a message of a device cannot be taken in and is held until staff releases it");
    metrics::counter!("kaiku_messages_held_total", "why" => why).increment(1);
    Ok(())
}

/// Ends the holding of a message: it is erased, and who did so is kept.
///
/// # Errors
/// [`Kind::NotFound`] when it is not held any more; the store's.
pub async fn settle(service: &Service, authority: &Authority, id: Uuid, how: Settled) -> Result<(), Problem> {
    let mut tx = service.store.write().await?;
    if !held_messages::remove(&mut tx, id).await? {
        return Err(Problem::not_found());
    }
    audit::record(&mut tx, service.now(), authority.principal_id(), how.action(), id).await?;
    tx.commit().await?;
    Ok(())
}

/// The id of a message, of its bytes. They are ciphertext with a key of their own, so it says nothing of their content.
fn id_of(message: &[u8]) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(message).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}
