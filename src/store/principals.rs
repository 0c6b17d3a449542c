//! Principals, their grants and absences, and their tokens.

use jiff::civil::Date;
use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreError, StoreResult, Writer};
use crate::base::json::fault_of;
use crate::base::{Instant, redacted_debug};
use crate::organisation::{Absence, Grant, MailWish, Node, NodeKind, Principal, PrincipalKind, Role, Scope};

/// Bytes of a secret's SHA-256.
pub const HASH_BYTES: usize = 32;

row! {
    /// A row of `principals`.
    pub struct PrincipalRow {
        pub id: Uuid,
        pub organiser_id: Uuid,
        /// Its short name.
        pub slug: String,
        /// What kind of actor.
        pub kind: PrincipalKind,
        pub name: String,
        /// Where notices can be sent.
        pub email: Option<String>,
        /// The language of notices.
        pub language: String,
        /// How notices are mailed.
        pub mail: MailWish,
        /// Since when it may no longer act.
        pub disabled_at: Option<i64>,
    }
}

redacted_debug!(PrincipalRow { id, slug });

row! {
    /// A row of `absences`.
    #[derive(Debug)]
    pub struct AbsenceRow {
        pub id: Uuid,
        /// Who is away.
        pub principal_id: Uuid,
        pub substitute_id: Option<Uuid>,
        pub first_day: Day,
        pub last_day: Day,
    }
}

row! {
    /// A row of `grants`.
    #[derive(Debug)]
    pub struct GrantRow {
        pub principal_id: Uuid,
        pub role: Role,
        /// What kind of place.
        pub node_kind: NodeKind,
        /// Which place.
        pub node_id: Uuid,
    }
}

row! {
    /// A row of `tokens` without the hash.
    #[derive(Debug)]
    pub struct TokenRow {
        pub id: Uuid,
        pub principal_id: Uuid,
        /// What it is for, in words.
        pub name: String,
        /// Scopes as a JSON list.
        pub scopes: String,
        pub expires_on: Day,
        /// The last day it was used on.
        pub last_used_on: Option<Day>,
        pub revoked_at: Option<i64>,
        /// When it was made.
        pub created_at: i64,
        /// Who asked for it; none where that was the command line.
        pub asked_by: Option<Uuid>,
        /// Since when it opens anything.
        pub confirmed_at: Option<i64>,
    }
}

row! {
    /// A row of `grants` that waits for a second person.
    #[derive(Debug)]
    pub struct AskedGrantRow {
        pub id: Uuid,
        pub principal_id: Uuid,
        pub role: Role,
        /// What kind of place.
        pub node_kind: NodeKind,
        /// Which place.
        pub node_id: Uuid,
        /// Who asked for it.
        pub asked_by: Option<Uuid>,
        /// When, in microseconds since 1970.
        pub created_at: i64,
    }
}

row! {
    /// A token with what is needed of its principal to authorise a request.
    #[derive(Debug)]
    pub struct FoundRow {
        pub id: Uuid,
        pub principal_id: Uuid,
        /// The principal's organiser.
        pub organiser_id: Uuid,
        /// Scopes as a JSON list.
        pub scopes: String,
        pub expires_on: Day,
        /// The last day it was used on.
        pub last_used_on: Option<Day>,
        pub revoked_at: Option<i64>,
        /// Since when it opens anything.
        pub confirmed_at: Option<i64>,
        /// When the principal was disabled.
        pub disabled_at: Option<i64>,
    }
}

/// A token without its secret.
#[derive(Debug, Clone)]
pub struct Token {
    pub id: Uuid,
    pub principal_id: Uuid,
    /// What it is for, in words.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    pub expires_on: Date,
    /// The last day it was used on.
    pub last_used_on: Option<Date>,
    /// When it was revoked, in microseconds since 1970.
    pub revoked_at: Option<i64>,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// Who asked for it; none where that was the command line.
    pub asked_by: Option<Uuid>,
    /// Since when it opens anything, in microseconds since 1970; none while it waits for a second person.
    pub confirmed_at: Option<i64>,
}

/// A grant that waits for a second person.
#[derive(Debug, Clone)]
pub struct AskedGrant {
    pub id: Uuid,
    pub grant: Grant,
    pub asked_by: Option<Uuid>,
    /// When it was asked for, in microseconds since 1970.
    pub asked_at: i64,
}

/// A token that was found by its secret.
#[derive(Debug, Clone)]
pub struct FoundToken {
    /// The token's id.
    pub id: Uuid,
    pub principal_id: Uuid,
    /// The organiser in whose area that principal acts.
    pub organiser_id: Uuid,
    /// What the token may be used for.
    pub scopes: Vec<Scope>,
    pub expires_on: Date,
    /// The last day it was used on.
    pub last_used_on: Option<Date>,
    /// Whether the token was revoked or not confirmed yet, or its principal disabled.
    pub stopped: bool,
    /// The principal's grants.
    pub grants: Vec<Grant>,
}

fn grant(row: GrantRow) -> Grant {
    Grant { principal_id: row.principal_id, role: row.role, node: Node { kind: row.node_kind, id: row.node_id } }
}

fn scopes(text: &str) -> StoreResult<Vec<Scope>> {
    serde_json::from_str(text).map_err(|why| StoreError::unreadable("tokens.scopes", fault_of(&why)))
}

statements! {
    ALL() -> PrincipalRow =
        "SELECT id, organiser_id, slug, kind, name, email, language, mail, disabled_at FROM principals";
    ABSENCES() -> AbsenceRow =
        "SELECT id, principal_id, substitute_id, first_day, last_day FROM absences ORDER BY first_day, id";
    GRANTS() -> GrantRow =
        "SELECT principal_id, role, node_kind, node_id FROM grants WHERE confirmed_at IS NOT NULL ORDER BY id";
    INSERT(Uuid, Uuid, String, PrincipalKind, String, Option<String>, String, MailWish, Option<i64>, i64) =
        "INSERT INTO principals (id, organiser_id, slug, kind, name, email, language, mail, disabled_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE(String, Option<String>, String, MailWish, bool, i64, Uuid) =
        "UPDATE principals SET name = $1, email = $2, language = $3, mail = $4, \
         disabled_at = CASE WHEN $5 THEN COALESCE(disabled_at, $6) ELSE NULL END WHERE id = $7";
    INSERT_ABSENCE(Uuid, Uuid, Option<Uuid>, Day, Day, i64) =
        "INSERT INTO absences (id, principal_id, substitute_id, first_day, last_day, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    REMOVE_ABSENCE(Uuid) =
        "DELETE FROM absences WHERE id = $1";
    INSERT_GRANT(Uuid, Uuid, Role, NodeKind, Uuid, i64, Option<Uuid>, Option<i64>) =
        "INSERT INTO grants (id, principal_id, role, node_kind, node_id, created_at, asked_by, confirmed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (principal_id, role, node_kind, node_id) \
         DO UPDATE SET confirmed_at = COALESCE(grants.confirmed_at, excluded.confirmed_at)";
    ASKED_GRANTS() -> AskedGrantRow =
        "SELECT id, principal_id, role, node_kind, node_id, asked_by, created_at FROM grants \
         WHERE confirmed_at IS NULL ORDER BY id";
    CONFIRM_GRANT(i64, Uuid) =
        "UPDATE grants SET confirmed_at = $1 WHERE id = $2 AND confirmed_at IS NULL";
    REFUSE_GRANT(Uuid) =
        "DELETE FROM grants WHERE id = $1 AND confirmed_at IS NULL";
    REMOVE_GRANT(Uuid, Role, NodeKind, Uuid) =
        "DELETE FROM grants WHERE principal_id = $1 AND role = $2 AND node_kind = $3 AND node_id = $4";
    INSERT_TOKEN(Uuid, Uuid, String, Vec<u8>, String, Day, i64, Option<Uuid>, Option<i64>) =
        "INSERT INTO tokens (id, principal_id, name, secret_hash, scopes, expires_on, created_at, asked_by, confirmed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND_TOKEN(Vec<u8>) -> FoundRow =
        "SELECT t.id, t.principal_id, p.organiser_id, t.scopes, t.expires_on, t.last_used_on, t.revoked_at, \
         t.confirmed_at, p.disabled_at FROM tokens t JOIN principals p ON p.id = t.principal_id WHERE t.secret_hash = $1";
    GRANTS_OF(Uuid) -> GrantRow =
        "SELECT principal_id, role, node_kind, node_id FROM grants \
         WHERE principal_id = $1 AND confirmed_at IS NOT NULL ORDER BY id";
    TOKENS() -> TokenRow =
        "SELECT id, principal_id, name, scopes, expires_on, last_used_on, revoked_at, created_at, asked_by, confirmed_at \
         FROM tokens ORDER BY id";
    TOKEN_BY_ID(Uuid) -> TokenRow =
        "SELECT id, principal_id, name, scopes, expires_on, last_used_on, revoked_at, created_at, asked_by, confirmed_at \
         FROM tokens WHERE id = $1";
    CONFIRM_TOKEN(i64, Uuid) =
        "UPDATE tokens SET confirmed_at = $1 WHERE id = $2 AND confirmed_at IS NULL AND revoked_at IS NULL";
    MARK_TOKEN_USED(Day, Uuid) =
        "UPDATE tokens SET last_used_on = $1 WHERE id = $2 AND (last_used_on IS NULL OR last_used_on < $1)";
    REVOKE_TOKEN(i64, Uuid) =
        "UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
}

/// All principals.
///
/// # Errors
/// See [`StoreError`], as everywhere in this file.
pub async fn all(db: &mut impl Connected) -> StoreResult<Vec<Principal>> {
    let rows = ALL.fetch_all(db, ()).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Principal {
                id: row.id,
                organiser_id: row.organiser_id,
                slug: row.slug,
                kind: row.kind,
                name: row.name,
                email: row.email,
                language: row.language,
                mail: row.mail,
                disabled: row.disabled_at.is_some(),
            })
        })
        .collect()
}

/// All absences, by their first day.
///
/// # Errors
/// See [`StoreError`].
pub async fn absences(db: &mut impl Connected) -> StoreResult<Vec<Absence>> {
    let rows = ABSENCES.fetch_all(db, ()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Absence {
            id: row.id,
            principal_id: row.principal_id,
            substitute_id: row.substitute_id,
            first_day: row.first_day.into(),
            last_day: row.last_day.into(),
        })
        .collect())
}

/// All grants, oldest first.
///
/// # Errors
/// See [`StoreError`].
pub async fn grants(db: &mut impl Connected) -> StoreResult<Vec<Grant>> {
    let rows = GRANTS.fetch_all(db, ()).await?;
    Ok(rows.into_iter().map(grant).collect())
}

/// Adds a principal.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert(tx: &mut Writer, principal: &Principal, now: Instant) -> StoreResult<()> {
    INSERT
        .execute(
            tx,
            (
                principal.id,
                principal.organiser_id,
                principal.slug.as_str(),
                principal.kind,
                principal.name.as_str(),
                principal.email.as_deref(),
                principal.language.as_str(),
                principal.mail,
                principal.disabled.then_some(now.as_micros()),
                now.as_micros(),
            ),
        )
        .await?;
    Ok(())
}

/// Writes what may change of a principal: name, address, language, how it wants its mail, and whether it may act.
///
/// # Errors
/// See [`StoreError`].
pub async fn update(tx: &mut Writer, principal: &Principal, now: Instant) -> StoreResult<()> {
    // A principal that is already disabled keeps the time since when it is.
    UPDATE
        .execute(
            tx,
            (
                principal.name.as_str(),
                principal.email.as_deref(),
                principal.language.as_str(),
                principal.mail,
                principal.disabled,
                now.as_micros(),
                principal.id,
            ),
        )
        .await?;
    Ok(())
}

/// Adds an absence.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert_absence(tx: &mut Writer, absence: &Absence, now: Instant) -> StoreResult<()> {
    INSERT_ABSENCE
        .execute(
            tx,
            (
                absence.id,
                absence.principal_id,
                absence.substitute_id,
                Day(absence.first_day),
                Day(absence.last_day),
                now.as_micros(),
            ),
        )
        .await?;
    Ok(())
}

/// Removes an absence; returns whether there was one.
///
/// # Errors
/// See [`StoreError`].
pub async fn remove_absence(tx: &mut Writer, id: Uuid) -> StoreResult<bool> {
    let removed = REMOVE_ABSENCE.execute(tx, (id,)).await?;
    Ok(removed > 0)
}

/// Adds a grant, unless the principal has it already: one that holds at once, or one that `asked_by` asks for and that a
/// second person must confirm. One that waits holds when it is given at once.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert_grant(
    tx: &mut Writer,
    id: Uuid,
    grant: &Grant,
    now: Instant,
    asked_by: Option<Uuid>,
) -> StoreResult<()> {
    let confirmed_at = asked_by.is_none().then_some(now.as_micros());
    let Grant { principal_id, role, node } = *grant;
    let values = (id, principal_id, role, node.kind, node.id, now.as_micros(), asked_by, confirmed_at);
    INSERT_GRANT.execute(tx, values).await?;
    Ok(())
}

/// The grants that wait for a second person, oldest first.
///
/// # Errors
/// See [`StoreError`].
pub async fn asked_grants(db: &mut impl Connected) -> StoreResult<Vec<AskedGrant>> {
    let rows = ASKED_GRANTS.fetch_all(db, ()).await?;
    Ok(rows
        .into_iter()
        .map(|row| AskedGrant {
            id: row.id,
            grant: Grant {
                principal_id: row.principal_id,
                role: row.role,
                node: Node { kind: row.node_kind, id: row.node_id },
            },
            asked_by: row.asked_by,
            asked_at: row.created_at,
        })
        .collect())
}

/// Puts a grant in force that waited; whether it did.
///
/// # Errors
/// See [`StoreError`].
pub async fn confirm_grant(tx: &mut Writer, id: Uuid, now: Instant) -> StoreResult<bool> {
    Ok(CONFIRM_GRANT.execute(tx, (now.as_micros(), id)).await? > 0)
}

/// Removes a grant that waited; whether it did.
///
/// # Errors
/// See [`StoreError`].
pub async fn refuse_grant(tx: &mut Writer, id: Uuid) -> StoreResult<bool> {
    Ok(REFUSE_GRANT.execute(tx, (id,)).await? > 0)
}

/// Takes a grant away; whether there was one.
///
/// # Errors
/// See [`StoreError`].
pub async fn remove_grant(tx: &mut Writer, grant: &Grant) -> StoreResult<bool> {
    let removed = REMOVE_GRANT.execute(tx, (grant.principal_id, grant.role, grant.node.kind, grant.node.id)).await?;
    Ok(removed > 0)
}

/// Adds a token by the hash of its secret.
///
/// # Errors
/// See [`StoreError`].
pub async fn insert_token(tx: &mut Writer, token: &Token, hash: &[u8; HASH_BYTES]) -> StoreResult<()> {
    let words = serde_json::to_string(&token.scopes).map_err(|why| StoreError::unreadable("tokens.scopes", why))?;
    INSERT_TOKEN
        .execute(
            tx,
            (
                token.id,
                token.principal_id,
                token.name.as_str(),
                hash.as_slice(),
                words.as_str(),
                Day(token.expires_on),
                token.created_at,
                token.asked_by,
                token.confirmed_at,
            ),
        )
        .await?;
    Ok(())
}

/// The token whose secret has this hash: one statement for the token and its principal, one for the grants.
///
/// # Errors
/// See [`StoreError`].
pub async fn find_token(db: &mut impl Connected, hash: &[u8; HASH_BYTES]) -> StoreResult<Option<FoundToken>> {
    let Some(found) = FIND_TOKEN.fetch_optional(db, (hash.as_slice(),)).await? else {
        return Ok(None);
    };
    let grants = GRANTS_OF.fetch_all(db, (found.principal_id,)).await?;
    Ok(Some(FoundToken {
        id: found.id,
        principal_id: found.principal_id,
        organiser_id: found.organiser_id,
        scopes: scopes(&found.scopes)?,
        expires_on: found.expires_on.into(),
        last_used_on: found.last_used_on.map(Date::from),
        stopped: found.revoked_at.is_some() || found.confirmed_at.is_none() || found.disabled_at.is_some(),
        grants: grants.into_iter().map(grant).collect(),
    }))
}

/// All tokens, oldest first.
///
/// # Errors
/// See [`StoreError`].
pub async fn tokens(db: &mut impl Connected) -> StoreResult<Vec<Token>> {
    let rows = TOKENS.fetch_all(db, ()).await?;
    rows.into_iter().map(token).collect()
}

/// One token.
///
/// # Errors
/// See [`StoreError`].
pub async fn token_by_id(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<Token>> {
    TOKEN_BY_ID.fetch_optional(db, (id,)).await?.map(token).transpose()
}

fn token(row: TokenRow) -> StoreResult<Token> {
    Ok(Token {
        id: row.id,
        principal_id: row.principal_id,
        name: row.name,
        scopes: scopes(&row.scopes)?,
        expires_on: row.expires_on.into(),
        last_used_on: row.last_used_on.map(Date::from),
        revoked_at: row.revoked_at,
        created_at: row.created_at,
        asked_by: row.asked_by,
        confirmed_at: row.confirmed_at,
    })
}

/// Puts a token in force that waited for a second person; whether it did.
///
/// # Errors
/// See [`StoreError`].
pub async fn confirm_token(tx: &mut Writer, id: Uuid, now: Instant) -> StoreResult<bool> {
    Ok(CONFIRM_TOKEN.execute(tx, (now.as_micros(), id)).await? > 0)
}

/// Notes that a token was used on `day`: a row is written at most once a day.
///
/// # Errors
/// See [`StoreError`].
pub async fn mark_token_used(tx: &mut Writer, id: Uuid, day: Date) -> StoreResult<()> {
    MARK_TOKEN_USED.execute(tx, (Day(day), id)).await?;
    Ok(())
}

/// Revokes a token for good; one that is revoked keeps its time.
///
/// # Errors
/// See [`StoreError`].
pub async fn revoke_token(tx: &mut Writer, id: Uuid, now: Instant) -> StoreResult<()> {
    REVOKE_TOKEN.execute(tx, (now.as_micros(), id)).await?;
    Ok(())
}
