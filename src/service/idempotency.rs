//! The Idempotency-Key of a write: with the same body it gets the earlier response, with another body it is refused.

use uuid::Uuid;

use crate::base::{Kind, Problem, redacted_debug};
use crate::keys::codes;
use crate::keys::keyring::Keyring;
use crate::service::Service;
use crate::store::idempotency::{self, AnswerRow};
use crate::store::{Connected, Day, Writer};

/// Most characters of a key.
pub const KEY_CHARS: usize = 128;

/// A request's key with the principal and endpoint to which it belongs.
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

/// A request that is recognised when it comes again.
#[derive(Clone)]
pub struct KeyedRequest<'a> {
    pub key: RequestKey,
    /// As it was sent.
    pub body: &'a [u8],
}

redacted_debug!(KeyedRequest<'a> { key });

/// What was answered to the same request before, if it was.
///
/// # Errors
/// [`Kind::KeyReused`] when the key was used for another body; the store's.
pub async fn earlier(
    db: &mut impl Connected,
    keyring: &Keyring,
    request: &KeyedRequest<'_>,
) -> Result<Option<String>, Problem> {
    for hash in request.key.hashes(keyring) {
        if let Some(answer) = idempotency::find(db, &hash).await? {
            let same = codes::same_body(keyring, &answer.body_mac, request.body);
            return if same { Ok(Some(answer.response)) } else { Err(reused()) };
        }
    }
    Ok(None)
}

/// Takes a request's key in the write's own transaction, before anything else is read or written, and keeps `answer` for
/// it. What the same request was answered before, if it was; nothing is to be written then. Where it comes twice at the same
/// time, the second waits here for the first.
///
/// A request without a key is a new one each time. An answer that is read anew each time is kept as an empty text.
///
/// # Errors
/// [`Kind::KeyReused`] when the key was used for another body; the store's.
pub async fn claim(
    service: &Service,
    tx: &mut Writer,
    request: Option<&KeyedRequest<'_>>,
    answer: &str,
) -> Result<Option<String>, Problem> {
    let Some(request) = request else { return Ok(None) };
    let keyring = &service.keyring;
    if let Some(answer) = earlier(tx, keyring, request).await? {
        return Ok(Some(answer));
    }
    let hashes = request.key.hashes(keyring);
    let newest = hashes.first().ok_or_else(|| Problem::internal("the keyring has no request key"))?;
    let body_mac = codes::body_mac(keyring, request.body);
    let row = AnswerRow { body_mac, response: answer.to_owned() };
    if idempotency::insert(tx, newest, &row, Day(service.today())).await? {
        return Ok(None);
    }
    // It was answered between the two: the same request, or another that used its key, came at the same time.
    let Some(answer) = earlier(tx, keyring, request).await? else {
        return Err(Problem::internal("an answer that was kept a moment ago is gone"));
    };
    Ok(Some(answer))
}

/// As [`claim`], where the answer follows from the id of what was made: the id that the same request made before.
///
/// # Errors
/// See [`claim`].
pub async fn claim_id(
    service: &Service,
    tx: &mut Writer,
    request: Option<&KeyedRequest<'_>>,
    id: Uuid,
) -> Result<Option<Uuid>, Problem> {
    let before = claim(service, tx, request, &id.to_string()).await?;
    before.map(|id| id.parse().map_err(Problem::internal)).transpose()
}
