//! Printed cards that have not come back yet.

use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::{ReceiptHash, redacted_debug};

row! {
    /// One printed card.
    #[derive(Clone)]
    pub struct StubRow {
        /// The keyed hash of the code on its stub.
        pub receipt_hash: ReceiptHash,
        /// The key of that hash.
        pub key_id: String,
        /// The keyed hash of the card's serial.
        pub serial_hash: Vec<u8>,
        /// Where it was handed out.
        pub unit_id: Uuid,
        pub printed_on: Day,
    }
}

redacted_debug!(StubRow { key_id, unit_id });

statements! {
    INSERT(ReceiptHash, String, Vec<u8>, Uuid, Day) =
        "INSERT INTO card_stubs (receipt_hash, key_id, serial_hash, unit_id, printed_on) VALUES ($1, $2, $3, $4, $5)";
    FIND_BY_SERIAL(Vec<u8>) -> StubRow =
        "SELECT receipt_hash, key_id, serial_hash, unit_id, printed_on FROM card_stubs WHERE serial_hash = $1";
    FIND(ReceiptHash) -> StubRow =
        "SELECT receipt_hash, key_id, serial_hash, unit_id, printed_on FROM card_stubs WHERE receipt_hash = $1";
    TAKE(ReceiptHash) =
        "DELETE FROM card_stubs WHERE receipt_hash = $1";
}

/// Stores a printed card.
///
/// # Errors
/// [`super::StoreError::Exists`] if the serial is in use.
pub async fn insert(tx: &mut Writer, stub: &StubRow) -> StoreResult<()> {
    INSERT
        .execute(
            tx,
            (stub.receipt_hash, stub.key_id.as_str(), stub.serial_hash.as_slice(), stub.unit_id, stub.printed_on),
        )
        .await?;
    Ok(())
}

/// The card of a serial.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find_by_serial(db: &mut impl Connected, serial_hash: &[u8]) -> StoreResult<Option<StubRow>> {
    FIND_BY_SERIAL.fetch_optional(db, (serial_hash,)).await
}

/// The card of a code's hash: printed, but not typed in yet.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, hash: ReceiptHash) -> StoreResult<Option<StubRow>> {
    FIND.fetch_optional(db, (hash,)).await
}

/// Erases a card that is being typed in; false if somebody else typed it in in the meantime.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn take(tx: &mut Writer, hash: ReceiptHash) -> StoreResult<bool> {
    Ok(TAKE.execute(tx, (hash,)).await? == 1)
}
