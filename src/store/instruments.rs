//! Which instrument versions were published, and their files.

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::instrument::Instrument;

row! {
    /// A published version.
    #[derive(Debug, Clone)]
    pub struct PublishedRow {
        pub id: String,
        pub version: i64,
        /// The SHA-256 (hex) of its file.
        pub sha256: String,
        /// Its file; none where no start has seen it since files are kept.
        pub content: Option<String>,
    }
}

statements! {
    PUBLISH(String, i64, String, Day, String) =
        "INSERT INTO instruments (id, version, sha256, first_seen_on, content) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id, version) DO UPDATE SET content = excluded.content \
         WHERE instruments.content IS NULL AND instruments.sha256 = excluded.sha256";
    ALL() -> PublishedRow =
        "SELECT id, version, sha256, content FROM instruments ORDER BY id, version";
}

/// Keeps a version with its file if it is new; one that was published stays as it was.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn publish(tx: &mut Writer, instrument: &Instrument, day: Day) -> StoreResult<()> {
    let (version, content) = (i64::from(instrument.version), instrument.content());
    PUBLISH.execute(tx, (instrument.id.as_str(), version, instrument.sha256(), day, content)).await?;
    Ok(())
}

/// Every version that was ever published.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn all(db: &mut impl Connected) -> StoreResult<Vec<PublishedRow>> {
    ALL.fetch_all(db, ()).await
}
