//! Principals (people, other systems, kiosks) and their roles.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use serde::{Deserialize, Serialize};

use super::listing::{Page, page};
use super::organisers::PageQuery;
use super::parameters::{GrantPath, PrincipalPath};
use super::problem_answers::{ReadProblems, WriteProblems};
use super::services::organiser_slug;
use crate::administration::{self, ChangedBy, NewPrincipal, NodeName, PrincipalChange, View};
use crate::base::Problem;
use crate::organisation::{MailWish, Node, NodeKind, Principal, PrincipalKind, Role, Tree};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A principal.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PrincipalDocument {
    /// Its short name.
    #[schema(example = "aino-esimerkki")]
    pub slug: String,
    /// The organiser's short name.
    pub organiser: String,
    /// What kind of actor.
    pub kind: PrincipalKind,
    /// The name staff see.
    pub name: String,
    /// The address for notices.
    pub email: Option<String>,
    /// The language of notices.
    pub language: String,
    /// How notices are mailed; chosen by the person.
    pub mail: MailWish,
    /// Whether it may no longer act.
    pub disabled: bool,
    /// Its roles.
    pub grants: Vec<GrantDocument>,
}

/// A role at a place.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantDocument {
    /// The role.
    pub role: Role,
    /// The place.
    pub node: NodeName,
}

fn document(tree: &Tree, principal: &Principal) -> PrincipalDocument {
    PrincipalDocument {
        slug: principal.slug.clone(),
        organiser: organiser_slug(tree, principal.organiser_id),
        kind: principal.kind,
        name: principal.name.clone(),
        email: principal.email.clone(),
        language: principal.language.clone(),
        mail: principal.mail,
        disabled: principal.disabled,
        grants: tree
            .grants
            .iter()
            .filter(|grant| grant.principal_id == principal.id)
            .filter_map(|grant| Some(GrantDocument { role: grant.role, node: NodeName::of(tree, grant.node)? }))
            .collect(),
    }
}

fn current(service: &Service, slug: &str) -> Result<PrincipalDocument, Problem> {
    let settings = service.snapshot();
    let principal = settings.tree.principal_by_slug(slug).ok_or_else(Problem::not_found)?;
    Ok(document(&settings.tree, principal))
}

/// The principals you administer.
#[utoipa::path(get, path = "/api/v1/principals", tag = "organisation", operation_id = "list_principals",
    params(PageQuery),
    responses((status = 200, body = Page<PrincipalDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_principals(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<Json<Page<PrincipalDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let kept = view.kept_principals();
    let rows = kept.into_iter().map(|known| (known.slug.clone(), known)).collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |known| document(tree, known))?))
}

/// One principal.
#[utoipa::path(get, path = "/api/v1/principals/{slug}", tag = "organisation", operation_id = "get_principal",
    params(PrincipalPath),
    responses((status = 200, body = PrincipalDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_principal(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    slug: Path<String>,
) -> Result<Json<PrincipalDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    Ok(Json(document(&settings.tree, view.kept_principal(&slug)?)))
}

/// Adds a principal, without any role yet.
#[utoipa::path(post, path = "/api/v1/principals", tag = "organisation", operation_id = "add_principal",
    request_body = NewPrincipal,
    responses((status = 201, body = PrincipalDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_principal(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<NewPrincipal>,
) -> Result<(Json<PrincipalDocument>, StatusCode), ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let kept = view.organiser(&body.value.organiser).is_ok_and(|organiser| view.administers_in(organiser.id));
    if !kept {
        return Err(administration::unknown("/organiser", "organiser", &body.value.organiser).into());
    }
    administration::add_principal(&service, ChangedBy::of(&allowed.authority), &body.value).await?;
    Ok((Json(current(&service, &body.value.slug)?), StatusCode::CREATED))
}

/// Changes a principal: name, address, language, and whether it may act.
#[utoipa::path(put, path = "/api/v1/principals/{slug}", tag = "organisation", operation_id = "put_principal",
    params(PrincipalPath), request_body = PrincipalChange,
    responses((status = 200, body = PrincipalDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_principal(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<PrincipalChange>,
) -> Result<Json<PrincipalDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let principal = view.kept_principal(&slug)?;
    administration::update_principal(&service, ChangedBy::of(&allowed.authority), principal.id, &body.value).await?;
    Ok(Json(current(&service, &principal.slug)?))
}

/// Gives a principal a role at a place. Giving it again changes nothing.
///
/// A role that reaches texts, contact details or settings, or that confirms, holds once a second person has confirmed it: the
/// answer is 202, and the principal does not have the role yet.
#[utoipa::path(post, path = "/api/v1/principals/{slug}/grants", tag = "organisation", operation_id = "add_grant",
    params(PrincipalPath), request_body = GrantDocument,
    responses((status = 201, body = PrincipalDocument, description = "It was added"),
        (status = 202, body = PrincipalDocument, description = "It waits for a second person, see `GET /confirmations`"),
        WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_grant(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<GrantDocument>,
) -> Result<(Json<PrincipalDocument>, StatusCode), ApiProblem> {
    let GrantDocument { role, node: name } = body.value;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let principal = view.kept_principal(&slug)?;
    let node = name
        .resolve(&settings.tree)
        .filter(|node| view.administers(*node))
        .ok_or_else(|| administration::unknown("/node/slug", "place", &name.slug))?;
    let waits = administration::grant(&service, ChangedBy::of(&allowed.authority), principal.id, role, node).await?;
    let status = if waits { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    Ok((Json(current(&service, &principal.slug)?), status))
}

/// Revokes a role of a principal at a place.
#[utoipa::path(delete, path = "/api/v1/principals/{slug}/grants/{role}/{kind}/{node}", tag = "organisation",
    operation_id = "remove_grant",
    params(GrantPath),
    responses((status = 204, description = "The principal does not have the role there any more"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn remove_grant(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    path: Path<(String, String, String, String)>,
) -> Result<impl Responder, ApiProblem> {
    let (slug, role, kind, node) = path.into_inner();
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let principal = view.kept_principal(&slug)?;
    let role = Role::parse(&role).ok_or_else(Problem::not_found)?;
    let node = node_of(&settings.tree, &kind, &node).ok_or_else(Problem::not_found)?;
    view.must_administer(node)?;
    administration::revoke(&service, ChangedBy::of(&allowed.authority), principal.id, role, node).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The node for the word of a kind and a short name, as they are in addresses.
pub(super) fn node_of(tree: &Tree, kind: &str, slug: &str) -> Option<Node> {
    let kind = match kind {
        "organiser" => NodeKind::Organiser,
        "producer" => NodeKind::Producer,
        "unit" => NodeKind::Unit,
        _ => return None,
    };
    tree.node(kind, slug)
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/principals", web::get().to(list_principals))
        .route("/principals", web::post().to(add_principal))
        .route("/principals/{slug}", web::get().to(get_principal))
        .route("/principals/{slug}", web::put().to(put_principal))
        .route("/principals/{slug}/grants", web::post().to(add_grant))
        .route("/principals/{slug}/grants/{role}/{kind}/{node}", web::delete().to(remove_grant));
}
