//! Grants and tokens that reach texts, contact details or settings hold once a second person has confirmed them.

use jiff::civil::Date;
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::differences::{grant_change, token_change};
use crate::base::{Kind, Problem};
use crate::organisation::{Grant, Tree};
use crate::service::Service;
use crate::store::principals::{self as store, Token};
use crate::store::{Connected, StoreResult};

/// What was asked for.
#[derive(Debug, Clone)]
pub enum Asked {
    Grant(Grant),
    Token(Token),
}

/// What waits for a second person.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The grant's id, or the token's.
    pub id: Uuid,
    pub asked: Asked,
    pub asked_by: Option<Uuid>,
    /// When it was asked for, in microseconds since 1970.
    pub asked_at: i64,
}

impl Waiting {
    /// For whom.
    pub fn principal_id(&self) -> Uuid {
        match &self.asked {
            Asked::Grant(grant) => grant.principal_id,
            Asked::Token(token) => token.principal_id,
        }
    }
}

/// Everything that waits, oldest first: grants, then tokens that are neither revoked nor over.
///
/// # Errors
/// What the store says.
pub async fn list(service: &Service) -> StoreResult<Vec<Waiting>> {
    let mut db = service.store.read().await?;
    waiting(&mut db, service.today()).await
}

async fn waiting(db: &mut impl Connected, today: Date) -> StoreResult<Vec<Waiting>> {
    let grants = store::asked_grants(db).await?.into_iter().map(|held| Waiting {
        id: held.id,
        asked: Asked::Grant(held.grant),
        asked_by: held.asked_by,
        asked_at: held.asked_at,
    });
    let tokens = store::tokens(db).await?.into_iter();
    let tokens = tokens
        .filter(|token| token.confirmed_at.is_none() && token.revoked_at.is_none() && today <= token.expires_on)
        .map(|token| Waiting {
            id: token.id,
            asked_by: token.asked_by,
            asked_at: token.created_at,
            asked: Asked::Token(token),
        });
    Ok(grants.chain(tokens).collect())
}

/// Puts in force what waits.
///
/// # Errors
/// `not-found`; `second-person` for whoever asked for it, and for whom it is.
pub async fn confirm(
    service: &Service,
    by: ChangedBy,
    id: Uuid,
    may: impl Fn(&Tree, &Waiting) -> bool,
) -> Result<(), Problem> {
    let (mut change, waiting) = begin(service, by, id, may).await?;
    if let ChangedBy::Principal(principal_id) = by
        && (waiting.asked_by == Some(principal_id) || waiting.principal_id() == principal_id)
    {
        let detail = "You asked for this, or it is for yourself. Somebody else must confirm it.";
        return Err(Problem::new(Kind::SecondPerson, detail));
    }
    let now = service.now();
    let done = match &waiting.asked {
        // The settings show the new grant.
        Asked::Grant(_) => store::confirm_grant(&mut change.db, id, now).await?,
        Asked::Token(token) => {
            let noted = token_change(&change.before.tree, token, "token.confirmed");
            change.note(noted);
            store::confirm_token(&mut change.db, id, now).await?
        }
    };
    finish(change, done).await
}

/// Drops what waits: a grant is gone, a token is revoked.
///
/// # Errors
/// `not-found`.
pub async fn refuse(
    service: &Service,
    by: ChangedBy,
    id: Uuid,
    may: impl Fn(&Tree, &Waiting) -> bool,
) -> Result<(), Problem> {
    let (mut change, waiting) = begin(service, by, id, may).await?;
    let tree = &change.before.tree;
    let (noted, done) = match &waiting.asked {
        Asked::Grant(grant) => {
            let noted = grant_change(tree, grant, "grant.refused");
            (noted, store::refuse_grant(&mut change.db, id).await?)
        }
        Asked::Token(token) => {
            let noted = token_change(tree, token, "token.refused");
            store::revoke_token(&mut change.db, id, service.now()).await?;
            (noted, true)
        }
    };
    change.note(noted);
    finish(change, done).await
}

/// Finds what waits. `may` says on the settings in force whether it may be confirmed and refused by whoever asks.
async fn begin(
    service: &Service,
    by: ChangedBy,
    id: Uuid,
    may: impl Fn(&Tree, &Waiting) -> bool,
) -> Result<(Change<'_>, Waiting), Problem> {
    let mut change = Change::begin(service, by).await?;
    let all = waiting(&mut change.db, service.today()).await?;
    let found = all.into_iter().find(|waiting| waiting.id == id && may(&change.before.tree, waiting));
    let found = found.ok_or_else(Problem::not_found)?;
    Ok((change, found))
}

async fn finish(change: Change<'_>, done: bool) -> Result<(), Problem> {
    if !done {
        return Err(Problem::not_found());
    }
    change.finish().await?;
    Ok(())
}
