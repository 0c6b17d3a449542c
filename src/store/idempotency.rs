//! The responses to idempotency keys, so that a repeated request gets the same response.

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::redacted_debug;

row! {
    /// A response that was given. It holds no receipt code: codes are derived again.
    #[derive(Clone)]
    pub struct AnswerRow {
        /// HMAC of the body it was given to.
        pub body_mac: Vec<u8>,
        /// The body as JSON.
        pub response: String,
    }
}

redacted_debug!(AnswerRow {});

statements! {
    FIND(Vec<u8>) -> AnswerRow =
        "SELECT body_mac, response FROM idempotency WHERE key_hash = $1";
    INSERT(Vec<u8>, Vec<u8>, String, Day) =
        "INSERT INTO idempotency (key_hash, body_mac, response, created_on) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (key_hash) DO NOTHING";
}

/// The response to the key of this hash.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, key_hash: &[u8]) -> StoreResult<Option<AnswerRow>> {
    FIND.fetch_optional(db, (key_hash,)).await
}

/// Stores a response; false if the key has one already.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, key_hash: &[u8], answer: &AnswerRow, day: Day) -> StoreResult<bool> {
    let touched = INSERT.execute(tx, (key_hash, answer.body_mac.as_slice(), answer.response.as_str(), day)).await?;
    Ok(touched == 1)
}
