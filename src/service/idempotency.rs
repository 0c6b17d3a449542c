//! The Idempotency-Key of a write: the same key with the same body is answered as before, with another body refused.

use uuid::Uuid;

use crate::base::{Kind, Problem, redacted_debug};
use crate::keys::codes;
use crate::keys::keyring::Keyring;
use crate::store::idempotency::{self, AnswerRow};
use crate::store::{Connected, Day, Writer};

/// Characters of a key at most.
pub const KEY_CHARS: usize = 128;

/// A request's key with what it was sent for.
#[derive(Clone)]
pub struct RequestKey {
    /// The principal, or [`codes::PUBLIC`].
    pub principal: Uuid,
    /// Method and path.
    pub endpoint: String,
    /// The header's value.
    pub key: String,
}

redacted_debug!(RequestKey { principal, endpoint });

impl RequestKey {
    /// Reads the header's value: a UUID on public calls, else up to [`KEY_CHARS`] visible ASCII characters.
    ///
    /// # Errors
    /// [`Kind::MalformedParameter`].
    pub fn parse(value: &str, principal: Option<Uuid>, endpoint: &str) -> Result<Self, Problem> {
        let fault = |text: &str| Problem::at("Idempotency-Key", Kind::MalformedParameter, text.to_owned());
        let key = match principal {
            None => Uuid::parse_str(value)
                .map_err(|_| fault("Without a token the Idempotency-Key must be a UUID. Make a new one."))?
                .to_string(),
            Some(_) if value.is_empty() || value.len() > KEY_CHARS || !value.bytes().all(|b| b.is_ascii_graphic()) => {
                return Err(fault("Use 1 to 128 visible ASCII characters without spaces, best a UUID."));
            }
            Some(_) => value.to_owned(),
        };
        Ok(Self { principal: principal.unwrap_or(codes::PUBLIC), endpoint: endpoint.to_owned(), key })
    }

    fn hashes(&self, keyring: &Keyring) -> Vec<Vec<u8>> {
        codes::key_hashes(keyring, self.principal, &self.endpoint, &self.key)
    }
}

/// The key was used for another body.
pub fn reused() -> Problem {
    Problem::at(
        "Idempotency-Key",
        Kind::KeyReused,
        "This key was used for another body. Send the same body again, or use a new key for a new request.",
    )
}

/// What was answered to this key before, if it was.
///
/// # Errors
/// [`Kind::KeyReused`] when it was another body; the store's.
pub async fn earlier(
    db: &mut impl Connected,
    keyring: &Keyring,
    key: &RequestKey,
    body: &[u8],
) -> Result<Option<AnswerRow>, Problem> {
    for hash in key.hashes(keyring) {
        if let Some(answer) = idempotency::find(db, &hash).await? {
            return if codes::same_body(keyring, &answer.body_mac, body) { Ok(Some(answer)) } else { Err(reused()) };
        }
    }
    Ok(None)
}

/// Keeps an answer in the write's own transaction; false if the same request was answered meanwhile.
///
/// # Errors
/// The store's.
pub async fn keep(
    tx: &mut Writer,
    keyring: &Keyring,
    key: &RequestKey,
    body: &[u8],
    status: u16,
    response: String,
    day: Day,
) -> Result<bool, Problem> {
    let answer = AnswerRow { body_mac: codes::body_mac(keyring, body), status: status.into(), response };
    match key.hashes(keyring).first() {
        Some(newest) => Ok(idempotency::insert(tx, newest, &answer, day).await?),
        None => Err(Problem::internal("the keyring has no request key")),
    }
}

/// Takes a key in the write's own transaction, before anything else is written, where the answer is the thing as it stands
/// now; false if the same request was taken before.
///
/// # Errors
/// [`Kind::KeyReused`] when it was another body; the store's.
pub async fn claim(
    tx: &mut Writer,
    keyring: &Keyring,
    key: &RequestKey,
    body: &[u8],
    day: Day,
) -> Result<bool, Problem> {
    if earlier(tx, keyring, key, body).await?.is_some() {
        return Ok(false);
    }
    if keep(tx, keyring, key, body, 200, String::new(), day).await? {
        return Ok(true);
    }
    // It was answered between the two: by the same request, or by another that used its key.
    earlier(tx, keyring, key, body).await.map(|_| false)
}
