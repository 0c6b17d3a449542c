//! Who makes a request, and with what right.
//!
//! The fields of [`Authority`] are private, so that only this module can make one, from a secret that was
//! checked:
//!
//! ```compile_fail,E0451
//! use kaiku::service::Authority;
//!
//! let id = uuid::Uuid::nil();
//! let forged = Authority { principal_id: id, organiser_id: id, grants: Vec::new(), scopes: Vec::new() };
//! ```

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Service;
use crate::base::{Kind, Problem};
use crate::organisation::roles::{allows, furthest};
use crate::organisation::{Action, DataClass, Grant, Place, Reach, Scope};
use crate::store::principals::{self as store, HASH_BYTES};
use crate::store::{StoreResult, deadline_feeds};

/// What the secret of every token begins with, so that a leaked one is recognised.
pub const TOKEN_PREFIX: &str = "kaiku_";

/// Random bytes of a secret.
pub const SECRET_BYTES: usize = 32;

/// Who makes a request, and with what right. Made only from a checked secret, see [`authenticate`] and [`of_feed`].
#[derive(Debug, Clone)]
pub struct Authority {
    principal_id: Uuid,
    organiser_id: Uuid,
    grants: Vec<Grant>,
    scopes: Vec<Scope>,
}

impl Authority {
    pub fn principal_id(&self) -> Uuid {
        self.principal_id
    }

    /// The organiser in whose area the principal acts.
    pub fn organiser_id(&self) -> Uuid {
        self.organiser_id
    }

    /// The principal's grants.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether the token has `scope`.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether one of the principal's roles allows `action` at `place`.
    pub fn may(&self, action: Action, place: &Place) -> bool {
        allows(&self.grants, action, place)
    }

    /// Asks for a role that allows `action` at any node: for what belongs to the installation and not to a place.
    ///
    /// # Errors
    /// [`crate::base::Kind::NotFound`] for everybody else.
    pub fn check_anywhere(&self, action: Action) -> Result<(), Problem> {
        if self.grants.iter().any(|grant| grant.allows(action)) { Ok(()) } else { Err(Problem::not_found()) }
    }

    /// The furthest any grant reaches into `class` at `place`; `own` says whether the data is the principal's own there.
    pub fn reach(&self, class: DataClass, place: &Place, own: bool) -> Reach {
        furthest(&self.grants, class, place, own)
    }
}

/// The authority that the secret of a token gives.
///
/// The secret is looked up by its hash: 256 random bits need no slow hash, and the timing of an index over hashes reveals
/// nothing.
///
/// # Errors
/// `unauthenticated` for a secret that is unknown, revoked or of a disabled principal: the three look the same.
/// `token-expired` after its last day. The errors of the store.
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
        // The day of last use only helps to tidy up tokens; a request does not fail for it.
        tracing::warn!(token = %found.id, %why, "the day a token was used on could not be noted");
    }
    Ok(Authority {
        principal_id: found.principal_id,
        organiser_id: found.organiser_id,
        grants: found.grants,
        scopes: found.scopes,
    })
}

/// The authority that the secret of a calendar's address gives: the person's own roles without any scope.
///
/// # Errors
/// [`crate::base::Kind::NotFound`] for an unknown secret, and for somebody who may no longer act.
pub async fn of_feed(service: &Service, secret: &str) -> Result<Authority, Problem> {
    if secret.len() != 2 * SECRET_BYTES {
        return Err(Problem::not_found());
    }
    let mut db = service.store.read().await?;
    let id = deadline_feeds::find(&mut db, &Sha256::digest(secret.as_bytes())).await?.ok_or_else(Problem::not_found)?;
    drop(db);
    let snapshot = service.snapshot();
    let principal = snapshot.tree.principals.get(&id).filter(|principal| !principal.disabled);
    let principal = principal.ok_or_else(Problem::not_found)?;
    Ok(Authority {
        principal_id: id,
        organiser_id: principal.organiser_id,
        grants: snapshot.tree.grants_of(id).cloned().collect(),
        scopes: Vec::new(),
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

/// The hash of a secret's bytes, if it has the form of a secret.
fn hash_of(secret: &str) -> Option<[u8; HASH_BYTES]> {
    let digits = secret.strip_prefix(TOKEN_PREFIX)?.as_bytes();
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
        let secret = format!("{TOKEN_PREFIX}{}", "0f".repeat(32));
        let expected: [u8; 32] = Sha256::digest([0x0f; 32]).into();
        assert_eq!(hash_of(&secret), Some(expected));
        for wrong in ["", "kaiku_", "kaiku_0f", &secret[1..], &format!("{secret}0"), &secret.to_uppercase()] {
            assert_eq!(hash_of(wrong), None, "{wrong}");
        }
    }
}
