//! Tokens of principals. A secret is shown once, when its token is made.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;

use super::listing::{Page, page};
use super::organisers::PageQuery;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy, NewToken, View, tokens};
use crate::base::{Kind, Problem};
use crate::organisation::{Scope, Tree};
use crate::service::Service;
use crate::store::principals::Token;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A token without its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TokenDocument {
    /// Its id.
    pub id: Uuid,
    /// Its owner: a principal's short name.
    pub principal: String,
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// Its last day.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
    /// The last day on which it was used.
    #[schema(value_type = Option<String>, format = Date)]
    pub last_used_on: Option<Date>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Option<Timestamp>,
    /// Whether it opens anything; else a second person must confirm it first.
    pub confirmed: bool,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
}

/// A new token.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MadeTokenDocument {
    /// Its id.
    pub id: Uuid,
    /// The secret that requests send as `Authorization: Bearer …`. It is shown only once.
    #[schema(example = "kaiku_…")]
    pub secret: String,
    /// Its last day.
    #[schema(value_type = String, format = Date)]
    pub expires_on: Date,
    /// Whether it opens anything yet: one that may do more than record feedback or read the organisation waits for a second
    /// person, who confirms it with `POST /confirmations/{id}`.
    pub confirmed: bool,
}

fn document(tree: &Tree, token: &Token) -> TokenDocument {
    TokenDocument {
        id: token.id,
        principal: tree.principals.get(&token.principal_id).map_or_else(String::new, |known| known.slug.clone()),
        name: token.name.clone(),
        scopes: token.scopes.clone(),
        expires_on: token.expires_on,
        last_used_on: token.last_used_on,
        confirmed: token.confirmed_at.is_some(),
        created_at: Timestamp::from_microsecond(token.created_at).ok(),
        revoked_at: token.revoked_at.and_then(|at| Timestamp::from_microsecond(at).ok()),
    }
}

fn is_kept(tree: &Tree, view: &View<'_>, token: &Token) -> bool {
    tree.principals.get(&token.principal_id).is_some_and(|principal| view.administers_principal(principal))
}

/// The tokens of the principals you administer, oldest first.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "organisation", operation_id = "list_tokens",
    params(PageQuery),
    responses((status = 200, body = Page<TokenDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["tokens:write"])))]
pub async fn list_tokens(
    allowed: Allowed<scope::TokensWrite>,
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<Json<Page<TokenDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let all = tokens::list(&service).await?;
    let kept = all.iter().filter(|token| is_kept(tree, &view, token));
    let rows = kept.map(|token| (token.id.to_string(), token)).collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |token| document(tree, token))?))
}

/// Makes a token for a principal you keep. It has no scope that your own token lacks.
///
/// A token with any other scope than `feedback:write` and `organisation:read` opens nothing until a second person has
/// confirmed it.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "organisation", operation_id = "make_token",
    request_body = NewToken,
    responses((status = 201, body = MadeTokenDocument, description = "It was added"), WriteProblems),
    security(("token" = ["tokens:write"])))]
pub async fn make_token(
    allowed: Allowed<scope::TokensWrite>,
    service: Data<Service>,
    body: StrictJson<NewToken>,
) -> Result<impl Responder, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let slug = &body.value.principal;
    if view.kept_principal(slug).is_err() {
        return Err(administration::unknown("/principal", "principal who may act", slug).into());
    }
    // A token that leaks must not become one that may do more.
    if let Some(more) = body.value.scopes.iter().find(|scope| !allowed.authority.has(**scope)) {
        let detail = format!("Your own token lacks the scope {more}. Let somebody make this token whose token has it.");
        return Err(Problem::at("/scopes", Kind::Invalid, detail).into());
    }
    let made = administration::make_token(&service, ChangedBy::of(&allowed.authority), &body.value).await?;
    let shown = MadeTokenDocument {
        id: made.id,
        secret: made.secret.to_string(),
        expires_on: body.value.expires_on,
        confirmed: made.confirmed,
    };
    Ok((Json(shown), StatusCode::CREATED).customize().insert_header(("Cache-Control", "no-store")))
}

/// Revokes a token permanently.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "organisation", operation_id = "revoke_token",
    params(("id" = Uuid, Path, description = "The token's id")),
    responses((status = 204, description = "The token opens nothing any more"), WriteProblems),
    security(("token" = ["tokens:write"])))]
pub async fn revoke_token(
    allowed: Allowed<scope::TokensWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<impl Responder, ApiProblem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let token = tokens::find(&service, id).await?;
    if !is_kept(&settings.tree, &view, &token) {
        return Err(Problem::not_found().into());
    }
    administration::revoke_token(&service, ChangedBy::of(&allowed.authority), id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/tokens", web::get().to(list_tokens))
        .route("/tokens", web::post().to(make_token))
        .route("/tokens/{id}", web::delete().to(revoke_token));
}
