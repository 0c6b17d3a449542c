//! Printed cards: the card has a serial, and the stub that the giver tears off has a receipt code.

use crate::base::receipt::{CardSerial, SERIAL_ENTROPY_BYTES};
use crate::base::{Kind, Problem, ReceiptCode, redacted_debug};
use crate::keys::codes;
use crate::keys::keyring::Purpose;
use crate::service::Service;
use crate::store::stubs::{self, StubRow};
use crate::store::{Day, StoreError, savepoint};

/// The maximum number of stubs made in one call.
pub const STUBS_MOST: usize = 2_000;
/// How often a new serial is tried when one is in use.
const SERIAL_TRIES: usize = 8;

/// What is printed on one card.
pub struct PrintedStub {
    /// On the card: for one use, erased when the card is typed in.
    pub serial: CardSerial,
    /// On the stub: the giver's receipt code. Stored nowhere.
    pub code: ReceiptCode,
}

redacted_debug!(PrintedStub {});

/// Makes `count` serials and codes for a unit.
///
/// # Errors
/// [`Kind::UnknownUnit`], [`Kind::BatchSize`], the store's.
pub async fn make(service: &Service, unit: &str, count: usize) -> Result<Vec<PrintedStub>, Problem> {
    if count == 0 || count > STUBS_MOST {
        let detail = format!("Make 1 to {STUBS_MOST} stubs at a time.");
        return Err(Problem::at("count", Kind::BatchSize, detail));
    }
    let snapshot = service.snapshot();
    let unit = snapshot
        .tree
        .unit_by_slug(unit)
        .ok_or_else(|| Problem::at("unit", Kind::UnknownUnit, "There is no unit of this short name."))?;
    let mut tx = service.store.write().await?;
    let mut printed = Vec::with_capacity(count);
    for _ in 0..count {
        printed.push(make_one(service, &mut tx, unit.id).await?);
    }
    tx.commit().await?;
    Ok(printed)
}

async fn make_one(
    service: &Service,
    tx: &mut crate::store::Writer,
    unit_id: uuid::Uuid,
) -> Result<PrintedStub, Problem> {
    for _ in 0..SERIAL_TRIES {
        let identity = codes::by_chance(&service.keyring, service.entropy.as_ref())?;
        let mut random = [0u8; SERIAL_ENTROPY_BYTES];
        service.entropy.fill(&mut random).map_err(Problem::internal)?;
        let serial = CardSerial::from_entropy(&random);
        let serial_hash = codes::serial_hashes(&service.keyring, &serial).swap_remove(0);
        let stub = StubRow {
            receipt_hash: identity.hash,
            key_id: service.keyring.active(Purpose::Receipt).id().to_owned(),
            serial_hash,
            unit_id,
            printed_on: Day(service.today()),
        };
        savepoint::begin(tx).await?;
        match stubs::insert(tx, &stub).await {
            Ok(()) => {
                savepoint::release(tx).await?;
                return Ok(PrintedStub { serial, code: identity.code });
            }
            Err(StoreError::Exists(_)) => {
                savepoint::roll_back(tx).await?;
                savepoint::release(tx).await?;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Problem::internal("no free serial was found"))
}
