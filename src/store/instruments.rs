//! Which instrument versions were published with which content.

use super::sql::statements;
use super::{Day, StoreResult, Writer};

statements! {
    INSERT(String, i64, String, Day) =
        "INSERT INTO instruments (id, version, sha256, first_seen_on) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id, version) DO NOTHING";
    FIND(String, i64) -> (String,) =
        "SELECT sha256 FROM instruments WHERE id = $1 AND version = $2";
}

/// The SHA-256 (hex) a version was first seen with; keeps `sha256` if it is new.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn first_seen(tx: &mut Writer, id: &str, version: i64, sha256: &str, day: Day) -> StoreResult<String> {
    INSERT.execute(tx, (id, version, sha256, day)).await?;
    let row = FIND.fetch_optional(tx, (id, version)).await?;
    Ok(row.map_or_else(|| sha256.to_owned(), |(seen,)| seen))
}
