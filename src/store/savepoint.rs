//! A savepoint: a part of a transaction that can be rolled back by itself. One at a time.

use super::sql::statements;
use super::{StoreResult, Writer};

statements! {
    BEGIN() =
        "SAVEPOINT item";
    ROLL_BACK() =
        "ROLLBACK TO SAVEPOINT item";
    RELEASE() =
        "RELEASE SAVEPOINT item";
}

/// Sets the savepoint.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn begin(tx: &mut Writer) -> StoreResult<()> {
    BEGIN.execute(tx, ()).await?;
    Ok(())
}

/// Rolls back everything since [`begin`].
///
/// # Errors
/// See [`super::StoreError`].
pub async fn roll_back(tx: &mut Writer) -> StoreResult<()> {
    ROLL_BACK.execute(tx, ()).await?;
    Ok(())
}

/// Releases the savepoint; what was written since stays part of the transaction.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn release(tx: &mut Writer) -> StoreResult<()> {
    RELEASE.execute(tx, ()).await?;
    Ok(())
}
