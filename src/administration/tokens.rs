//! Tokens: shown once when made, stored as a hash. A token reaches what its principal's roles reach, within its scopes.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::change::ChangedBy;
use super::differences::token_change;
use super::fields::{Checks, name_fault};
use super::unknown;
use crate::base::Problem;
use crate::organisation::Scope;
use crate::service::Service;
use crate::service::authority::{SECRET_BYTES, TOKEN_PREFIX};
use crate::store::principals::{self as store, Token};
use crate::store::{StoreResult, audit};

/// The maximum lifetime of a token in years.
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
    #[schema(min_items = 1, max_items = 13)]
    pub scopes: Vec<Scope>,
    /// Its last day: today at the earliest, two years ahead at most.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
}

/// A new token with its secret, which cannot be read later.
pub struct MadeToken {
    pub id: Uuid,
    /// The bearer token of a request.
    pub secret: Zeroizing<String>,
    /// Whether it opens anything yet; else a second person must confirm it.
    pub confirmed: bool,
}

/// Makes a token. One that reaches texts, contact details or settings opens nothing until a second person has confirmed it,
/// see [`super::confirmations`].
///
/// # Errors
/// [`Problem`] with a fault for each wrong value, `unknown-reference` for a principal that cannot act.
pub async fn make_token(service: &Service, by: ChangedBy, new: &NewToken) -> Result<MadeToken, Problem> {
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
    let mut secret = Zeroizing::new(String::with_capacity(TOKEN_PREFIX.len() + 2 * SECRET_BYTES));
    secret.push_str(TOKEN_PREFIX);
    for byte in random.iter() {
        // Writing to a String cannot fail.
        let _ = write!(*secret, "{byte:02x}");
    }
    let now = service.now();
    let asked_by = by.asks(new.scopes.iter().any(|scope| scope.needs_second_person()));
    let token = Token {
        id: service.new_id()?,
        principal_id: principal.id,
        name: new.name.clone(),
        scopes: new.scopes.clone(),
        expires_on: new.expires_on,
        last_used_on: None,
        revoked_at: None,
        created_at: now.as_micros(),
        asked_by,
        confirmed_at: asked_by.is_none().then_some(now.as_micros()),
    };
    let hash = Sha256::digest(random.as_slice()).into();
    let mut db = service.store.write().await?;
    store::insert_token(&mut db, &token, &hash).await?;
    let action = if asked_by.is_some() { "token.asked" } else { "token.added" };
    let made = token_change(&settings.tree, &token, action);
    audit::record_changes(&mut db, now, by.id(), &[made]).await?;
    db.commit().await?;
    Ok(MadeToken { id: token.id, secret, confirmed: asked_by.is_none() })
}

/// All tokens, oldest first.
///
/// # Errors
/// The store's.
pub async fn list(service: &Service) -> StoreResult<Vec<Token>> {
    let mut db = service.store.read().await?;
    store::tokens(&mut db).await
}

/// One token.
///
/// # Errors
/// `not-found`; the store's.
pub async fn find(service: &Service, id: Uuid) -> Result<Token, Problem> {
    let mut db = service.store.read().await?;
    store::token_by_id(&mut db, id).await?.ok_or_else(Problem::not_found)
}

/// Revokes a token permanently. Idempotent.
///
/// # Errors
/// `not-found`, and what the store says.
pub async fn revoke_token(service: &Service, by: ChangedBy, id: Uuid) -> Result<(), Problem> {
    let settings = service.snapshot();
    let mut db = service.store.write().await?;
    let held = store::token_by_id(&mut db, id).await?.ok_or_else(Problem::not_found)?;
    if held.revoked_at.is_none() {
        let now = service.now();
        store::revoke_token(&mut db, id, now).await?;
        let mut revoked = token_change(&settings.tree, &held, "token.revoked");
        revoked.was = revoked.became.take();
        audit::record_changes(&mut db, now, by.id(), &[revoked]).await?;
    }
    db.commit().await?;
    Ok(())
}
