//! What waits for a second person: grants and tokens that reach texts, contact details or settings.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

use super::listing::{Page, page};
use super::organisers::PageQuery;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::confirmations::{self, Asked, Waiting};
use crate::administration::{ChangedBy, NodeName, View};
use crate::base::Problem;
use crate::organisation::{Role, Scope, Tree};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;

/// A grant or a token that another person asked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ConfirmationDocument {
    /// Its id.
    pub id: Uuid,
    /// For whom: a principal's short name.
    pub principal: String,
    /// The role that was asked for; null for a token.
    pub role: Option<Role>,
    /// Where the role would hold.
    pub node: Option<NodeName>,
    /// What the token is for; null for a grant.
    pub token: Option<String>,
    /// What the token may be used for.
    pub scopes: Option<Vec<Scope>>,
    /// The token's last day.
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// Who asked for it: a principal's short name.
    pub asked_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub asked_at: Option<Timestamp>,
}

fn document(tree: &Tree, waiting: &Waiting) -> ConfirmationDocument {
    let slug = |id: Uuid| tree.principals.get(&id).map(|principal| principal.slug.clone());
    let (grant, token) = match &waiting.asked {
        Asked::Grant(grant) => (Some(grant), None),
        Asked::Token(token) => (None, Some(token)),
    };
    ConfirmationDocument {
        id: waiting.id,
        principal: slug(waiting.principal_id()).unwrap_or_default(),
        role: grant.map(|grant| grant.role),
        node: grant.and_then(|grant| NodeName::of(tree, grant.node)),
        token: token.map(|token| token.name.clone()),
        scopes: token.map(|token| token.scopes.clone()),
        expires_on: token.map(|token| token.expires_on),
        asked_by: waiting.asked_by.and_then(slug),
        asked_at: Timestamp::from_microsecond(waiting.asked_at).ok(),
    }
}

/// What waits where you may confirm, oldest first.
#[utoipa::path(get, path = "/api/v1/confirmations", tag = "organisation", operation_id = "list_confirmations",
    params(PageQuery),
    responses((status = 200, body = Page<ConfirmationDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["confirmations:write"])))]
pub async fn list(
    allowed: Allowed<scope::ConfirmationsWrite>,
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<Json<Page<ConfirmationDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let all = confirmations::list(&service).await?;
    let shown = all.iter().filter(|waiting| view.may_confirm(waiting));
    let rows = shown.map(|waiting| (waiting.id.to_string(), waiting)).collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |waiting| document(tree, waiting))?))
}

fn id_of(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| Problem::not_found())
}

/// Confirms what another person asked for: it holds from now on. Only a person confirms, and nobody for oneself.
#[utoipa::path(post, path = "/api/v1/confirmations/{id}", tag = "organisation", operation_id = "confirm",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 204, description = "It holds"), WriteProblems),
    security(("token" = ["confirmations:write"])))]
pub async fn confirm(
    allowed: Allowed<scope::ConfirmationsWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<HttpResponse, ApiProblem> {
    let caller = &allowed.authority;
    let may = |tree: &Tree, waiting: &Waiting| View::new(tree, caller, service.today()).may_confirm(waiting);
    confirmations::confirm(&service, ChangedBy::of(caller), id_of(&id)?, may).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses what another person asked for, or takes back what you asked for yourself.
#[utoipa::path(delete, path = "/api/v1/confirmations/{id}", tag = "organisation", operation_id = "refuse",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 204, description = "It is gone"), WriteProblems),
    security(("token" = ["confirmations:write"])))]
pub async fn refuse(
    allowed: Allowed<scope::ConfirmationsWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<HttpResponse, ApiProblem> {
    let caller = &allowed.authority;
    let may = |tree: &Tree, waiting: &Waiting| View::new(tree, caller, service.today()).may_confirm(waiting);
    confirmations::refuse(&service, ChangedBy::of(caller), id_of(&id)?, may).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/confirmations", web::get().to(list))
        .route("/confirmations/{id}", web::post().to(confirm))
        .route("/confirmations/{id}", web::delete().to(refuse));
}
