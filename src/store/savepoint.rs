//! A part of a transaction that can be taken back by itself. One at a time.

use super::sql::execute;
use super::{StoreResult, Writer};

/// From here on can be taken back.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn begin(tx: &mut Writer) -> StoreResult<()> {
    execute!(tx, "SAVEPOINT item")?;
    Ok(())
}

/// Takes back everything since [`begin`].
///
/// # Errors
/// See [`super::StoreError`].
pub async fn roll_back(tx: &mut Writer) -> StoreResult<()> {
    execute!(tx, "ROLLBACK TO SAVEPOINT item")?;
    Ok(())
}

/// Ends the part.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn release(tx: &mut Writer) -> StoreResult<()> {
    execute!(tx, "RELEASE SAVEPOINT item")?;
    Ok(())
}
