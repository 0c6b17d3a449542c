//! Tokens: made once, shown once, kept as a hash. A token reaches what its principal's roles reach, within its scopes.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::fields::{Checks, name_fault};
use super::unknown;
use crate::base::{Kind, Problem};
use crate::organisation::{Authority, Scope};
use crate::service::Service;
use crate::store::StoreResult;
use crate::store::principals::{self as store, HASH_BYTES, Token};

/// What every secret begins with, so that one that leaked is recognised.
const PREFIX: &str = "kaiku_";
/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;
/// A token lasts this many years at most.
const YEARS_MAX: i64 = 2;

/// A token to be made.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Whose: a principal's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "anna-koivu")]
    pub principal: String,
    /// What it is for, in words.
    #[schema(
        example = "Koivurannan aulatabletti",
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$"
    )]
    pub name: String,
    /// What it may be used for.
    #[schema(min_items = 1, max_items = 10)]
    pub scopes: Vec<Scope>,
    /// Its last day: today at the earliest, two years ahead at most.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
}

/// A token that was made: the one moment its secret can be read.
pub struct MadeToken {
    pub id: Uuid,
    /// What a request brings as bearer token.
    pub secret: Zeroizing<String>,
}

/// Makes a token.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value, `unknown-reference` for a principal that cannot act.
pub async fn make_token(service: &Service, new: &NewToken) -> Result<MadeToken, Problem> {
    let today = service.today();
    let last = today.checked_add(YEARS_MAX.years()).map_err(Problem::internal)?;
    let mut checks = Checks::default();
    checks.note("/name", name_fault(&new.name));
    checks.note("/scopes", new.scopes.is_empty().then_some("name one scope at least"));
    let repeated = new.scopes.iter().enumerate().any(|(index, scope)| new.scopes[..index].contains(scope));
    checks.note("/scopes", repeated.then_some("name each scope once"));
    checks.note("/expires_on", (new.expires_on < today).then_some("the last day lies in the past"));
    checks.note("/expires_on", (last < new.expires_on).then_some("a token lasts two years at most"));
    checks.finish()?;
    let settings = service.snapshot();
    let principal = settings
        .tree
        .principal_by_slug(&new.principal)
        .filter(|known| !known.disabled)
        .ok_or_else(|| unknown("/principal", "principal who may act", &new.principal))?;
    let mut random = Zeroizing::new([0u8; SECRET_BYTES]);
    service.entropy.fill(random.as_mut_slice()).map_err(Problem::internal)?;
    let mut secret = Zeroizing::new(String::with_capacity(PREFIX.len() + 2 * SECRET_BYTES));
    secret.push_str(PREFIX);
    for byte in random.iter() {
        // Writing to a String cannot fail.
        let _ = write!(*secret, "{byte:02x}");
    }
    let token = Token {
        id: service.new_id()?,
        principal_id: principal.id,
        name: new.name.clone(),
        scopes: new.scopes.clone(),
        expires_on: new.expires_on,
        last_used_on: None,
        revoked_at: None,
        created_at: service.now().as_micros(),
    };
    let hash = Sha256::digest(random.as_slice()).into();
    let mut db = service.store.write().await?;
    store::insert_token(&mut db, &token, &hash).await?;
    db.commit().await?;
    Ok(MadeToken { id: token.id, secret })
}

/// All tokens, oldest first.
///
/// # Errors
/// What the store says.
pub async fn list(service: &Service) -> StoreResult<Vec<Token>> {
    let mut db = service.store.read().await?;
    store::tokens(&mut db).await
}

/// One token.
///
/// # Errors
/// `not-found`, and what the store says.
pub async fn find(service: &Service, id: Uuid) -> Result<Token, Problem> {
    let mut db = service.store.read().await?;
    store::token_by_id(&mut db, id).await?.ok_or_else(Problem::not_found)
}

/// Revokes a token for good. Revoking it again changes nothing.
///
/// # Errors
/// `not-found`, and what the store says.
pub async fn revoke_token(service: &Service, id: Uuid) -> Result<(), Problem> {
    let mut db = service.store.write().await?;
    store::token_by_id(&mut db, id).await?.ok_or_else(Problem::not_found)?;
    store::revoke_token(&mut db, id, service.now()).await?;
    db.commit().await?;
    Ok(())
}

/// The authority that a secret opens.
///
/// The secret is looked up by its hash: 256 random bits need no slow hash, and an index over hashes tells nothing by
/// its timing.
///
/// # Errors
/// `unauthenticated` for a secret that is unknown, revoked or of a disabled principal: the three look the same.
/// `token-expired` after its last day. What the store says.
pub async fn authenticate(service: &Service, secret: &str) -> Result<Authority, Problem> {
    let hash = hash_of(secret).ok_or_else(refused)?;
    let mut db = service.store.read().await?;
    let found = store::find_token(&mut db, &hash).await?.filter(|found| !found.stopped).ok_or_else(refused)?;
    drop(db);
    let today = service.today();
    if found.expires_on < today {
        return Err(Problem::new(
            Kind::TokenExpired,
            format!("The token expired on {}. Ask an admin for a new one.", found.expires_on),
        ));
    }
    if found.last_used_on != Some(today)
        && let Err(why) = mark_used(service, found.id, today).await
    {
        // The day of last use is a help for tidying up; a request does not fail for it.
        tracing::warn!(token = %found.id, %why, "the day a token was used on could not be noted");
    }
    Ok(Authority {
        principal_id: found.principal_id,
        organiser_id: found.organiser_id,
        grants: found.grants,
        scopes: found.scopes,
    })
}

async fn mark_used(service: &Service, id: Uuid, today: Date) -> StoreResult<()> {
    let mut db = service.store.write().await?;
    store::mark_token_used(&mut db, id, today).await?;
    db.commit().await
}

fn refused() -> Problem {
    Problem::new(Kind::Unauthenticated, "The token is not valid. Ask an admin for a new one.")
}

/// The hash of a secret's bytes, if it has the shape of one.
fn hash_of(secret: &str) -> Option<[u8; HASH_BYTES]> {
    let digits = secret.strip_prefix(PREFIX)?.as_bytes();
    if digits.len() != 2 * SECRET_BYTES {
        return None;
    }
    let mut bytes = Zeroizing::new([0u8; SECRET_BYTES]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(Sha256::digest(bytes.as_slice()).into())
}

fn digit(symbol: u8) -> Option<u8> {
    match symbol {
        b'0'..=b'9' => Some(symbol - b'0'),
        b'a'..=b'f' => Some(symbol - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_secrets_shape_is_hashed() {
        let secret = format!("{PREFIX}{}", "0f".repeat(32));
        let expected: [u8; 32] = Sha256::digest([0x0f; 32]).into();
        assert_eq!(hash_of(&secret), Some(expected));
        for wrong in ["", "kaiku_", "kaiku_0f", &secret[1..], &format!("{secret}0"), &secret.to_uppercase()] {
            assert_eq!(hash_of(wrong), None, "{wrong}");
        }
    }
}
