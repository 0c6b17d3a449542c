//! Principals and their grants.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::differences::grant_change;
use super::fields::{Checks, email_fault, language_fault, name_fault, slug_fault};
use super::taken;
use crate::base::{Kind, Problem};
use crate::organisation::roles::is_for_persons;
use crate::organisation::{Grant, MailWish, Node, Principal, PrincipalKind, Role, Tree};
use crate::service::Service;
use crate::store::principals as store;

/// A principal to be added.
#[derive(Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPrincipal {
    /// Its short name, unique in the installation.
    #[schema(example = "aino-esimerkki", min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$")]
    pub slug: String,
    /// In whose area it acts: an organiser's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "itajarvi")]
    pub organiser: String,
    /// What kind of actor.
    pub kind: PrincipalKind,
    /// The name staff see; never shown to a giver.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = "Aino Esimerkki")]
    pub name: String,
    /// Where notices can be sent.
    #[serde(default)]
    #[schema(
        max_length = 254,
        pattern = "^[^@\\s<>,;\"]+@[^@\\s<>,;\".][^@\\s<>,;\"]*$",
        example = "aino.esimerkki@example.fi"
    )]
    pub email: Option<String>,
    /// `fi`, `sv` or `en`: the language of notices.
    #[serde(default = "finnish")]
    #[schema(pattern = "^(fi|sv|en)$", example = "fi")]
    pub language: String,
}

/// What may change of a principal; all of it is replaced.
#[derive(Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrincipalChange {
    /// The name staff see.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = "Aino Esimerkki")]
    pub name: String,
    /// Where notices can be sent; absent or null: nowhere.
    #[serde(default)]
    #[schema(
        max_length = 254,
        pattern = "^[^@\\s<>,;\"]+@[^@\\s<>,;\".][^@\\s<>,;\"]*$",
        example = "aino.esimerkki@example.fi"
    )]
    pub email: Option<String>,
    /// `fi`, `sv` or `en`: the language of notices.
    #[schema(pattern = "^(fi|sv|en)$", example = "fi")]
    pub language: String,
    /// Whether it may no longer act; its tokens stop at once.
    pub disabled: bool,
}

fn finnish() -> String {
    "fi".to_owned()
}

fn check(name: &str, email: Option<&str>, language: &str, mut checks: Checks) -> Result<(), Problem> {
    checks.note("/name", name_fault(name));
    checks.note("/email", email.and_then(email_fault));
    checks.note("/language", language_fault(language));
    checks.finish()
}

/// Adds a principal without grants; returns its id.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value, `exists` for a short name that is taken, `unknown-reference`.
pub async fn add_principal(service: &Service, by: ChangedBy, new: &NewPrincipal) -> Result<Uuid, Problem> {
    let mut checks = Checks::default();
    checks.note("/slug", slug_fault(&new.slug));
    if new.kind == PrincipalKind::Job {
        checks.note("/kind", Some("a job is the service itself and is not added: choose person, client or kiosk"));
    }
    check(&new.name, new.email.as_deref(), &new.language, checks)?;
    let mut change = Change::begin(service, by).await?;
    let tree = &change.before.tree;
    if tree.principal_by_slug(&new.slug).is_some() {
        return Err(taken("/slug", &new.slug));
    }
    let organiser = tree
        .organisers
        .values()
        .find(|organiser| organiser.slug == new.organiser)
        .ok_or_else(|| super::unknown("/organiser", "organiser", &new.organiser))?;
    let principal = Principal {
        id: service.new_id()?,
        organiser_id: organiser.id,
        slug: new.slug.clone(),
        kind: new.kind,
        name: new.name.clone(),
        email: new.email.clone(),
        language: new.language.clone(),
        mail: MailWish::default(),
        disabled: false,
    };
    store::insert(&mut change.db, &principal, service.now()).await?;
    change.finish().await?;
    Ok(principal.id)
}

/// Changes a principal's name, address and language, and whether it may act.
///
/// # Errors
/// See [`add_principal`]; `settings-broken` when the organiser would be left without anybody who may act for it.
pub async fn update_principal(
    service: &Service,
    by: ChangedBy,
    id: Uuid,
    wanted: &PrincipalChange,
) -> Result<(), Problem> {
    check(&wanted.name, wanted.email.as_deref(), &wanted.language, Checks::default())?;
    let mut change = Change::begin(service, by).await?;
    let held = change.before.tree.principals.get(&id).ok_or_else(Problem::not_found)?;
    let principal = Principal {
        name: wanted.name.clone(),
        email: wanted.email.clone(),
        language: wanted.language.clone(),
        disabled: wanted.disabled,
        ..held.clone()
    };
    store::update(&mut change.db, &principal, service.now()).await?;
    change.finish().await?;
    Ok(())
}

/// Changes how a principal wants notices by mail.
///
/// # Errors
/// `not-found` for a principal that is gone; the store's.
pub async fn choose_mail(service: &Service, by: ChangedBy, id: Uuid, mail: MailWish) -> Result<(), Problem> {
    let mut change = Change::begin(service, by).await?;
    let held = change.before.tree.principals.get(&id).ok_or_else(Problem::not_found)?;
    let principal = Principal { mail, ..held.clone() };
    store::update(&mut change.db, &principal, service.now()).await?;
    change.finish().await?;
    Ok(())
}

/// Gives a principal a role at a node of its own organiser; whether it waits for a second person. Giving it again changes
/// nothing.
///
/// # Errors
/// See [`add_principal`].
pub async fn grant(
    service: &Service,
    by: ChangedBy,
    principal_id: Uuid,
    role: Role,
    node: Node,
) -> Result<bool, Problem> {
    let mut change = Change::begin(service, by).await?;
    let tree = &change.before.tree;
    let principal = tree.principals.get(&principal_id).ok_or_else(Problem::not_found)?;
    if tree.organiser_of(node) != Some(principal.organiser_id) {
        return Err(super::unknown("/node/slug", "place", tree.node_slug(node).unwrap_or("")));
    }
    if is_for_persons(role) && principal.kind != PrincipalKind::Person {
        return Err(Problem::at("/role", Kind::Invalid, "Only a person holds the role organiser."));
    }
    let granted = Grant { principal_id, role, node };
    let asked_by = by.asks(role.needs_second_person()).filter(|_| !holds(tree, &granted));
    let asked = asked_by.map(|_| grant_change(tree, &granted, "grant.asked"));
    if let Some(asked) = asked {
        if store::asked_grants(&mut change.db).await?.iter().any(|held| held.grant == granted) {
            return Ok(true);
        }
        change.note(asked);
    }
    store::insert_grant(&mut change.db, service.new_id()?, &granted, service.now(), asked_by).await?;
    change.finish().await?;
    Ok(asked_by.is_some())
}

/// Revokes a role of a principal at a node.
///
/// # Errors
/// `not-found` when it does not have it; `settings-broken` when nobody would be left who acts for the organiser.
pub async fn revoke(
    service: &Service,
    by: ChangedBy,
    principal_id: Uuid,
    role: Role,
    node: Node,
) -> Result<(), Problem> {
    let mut change = Change::begin(service, by).await?;
    let grant = Grant { principal_id, role, node };
    if !store::remove_grant(&mut change.db, &grant).await? {
        return Err(Problem::not_found());
    }
    let tree = &change.before.tree;
    if !holds(tree, &grant) {
        // It was waiting for a second person, and the settings do not show that it is gone.
        let refused = grant_change(tree, &grant, "grant.refused");
        change.note(refused);
    }
    change.finish().await?;
    Ok(())
}

/// Whether a grant is in force.
fn holds(tree: &Tree, grant: &Grant) -> bool {
    tree.grants_of(grant.principal_id).any(|held| held == grant)
}
