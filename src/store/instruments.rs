//! Which instrument versions were published with which content.

use super::sql::{execute, fetch_optional};
use super::{Day, StoreResult, Writer};

/// The SHA-256 (hex) a version was first seen with; keeps `sha256` if it is new.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn first_seen(tx: &mut Writer, id: &str, version: i64, sha256: &str, day: Day) -> StoreResult<String> {
    execute!(
        tx,
        "INSERT INTO instruments (id, version, sha256, first_seen_on) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id, version) DO NOTHING",
        id,
        version,
        sha256,
        day
    )?;
    let row =
        fetch_optional!(tx, (String,), "SELECT sha256 FROM instruments WHERE id = $1 AND version = $2", id, version)?;
    Ok(row.map_or_else(|| sha256.to_owned(), |(seen,)| seen))
}
