//! The audit log: who changed which settings, and who read which text or contact.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, Query, ServiceConfig};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::listing::{Page, Part};
use super::organisers::PageQuery;
use super::problem_answers::ReadProblems;
use crate::administration::View;
use crate::base::Problem;
use crate::organisation::{Action, Node, Tree};
use crate::service::Service;
use crate::store::audit::{self, AuditRow};
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;

/// One entry. It is never changed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Who: a principal's short name; null for the command line.
    pub principal: Option<String>,
    /// What was done: `grant.added`, `rule.changed`, `token.revoked`, `text.read` …
    #[schema(example = "grant.added")]
    pub action: String,
    /// To what: the id of a principal, a rule, a token, a case …
    pub subject: Uuid,
    /// What was changed, as it was; null for what is new, and for a reading.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// As it became; null for what is gone, and for a reading.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

fn entry(tree: &Tree, row: &AuditRow) -> AuditEntry {
    let value = |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str(text).ok());
    AuditEntry {
        at: Timestamp::from_microsecond(row.at).ok(),
        principal: tree.principals.get(&row.principal_id).map(|principal| principal.slug.clone()),
        action: row.action.clone(),
        subject: row.subject_id,
        before: value(&row.was),
        after: value(&row.became),
    }
}

/// Who did what in your organiser's area, newest first.
///
/// For admins and the organiser of the whole area. Changes of settings are shown to both. Who read which text or contact is
/// shown to admins only, who see no cases: to others it would tell whose work a case is about or who wrote it down.
#[utoipa::path(get, path = "/api/v1/audit", tag = "organisation", operation_id = "list_audit",
    params(PageQuery),
    responses((status = 200, body = Page<AuditEntry>, description = "A page of them"), ReadProblems),
    security(("token" = ["audit:read"])))]
pub async fn list(
    allowed: Allowed<scope::AuditRead>,
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let organiser_id = allowed.authority.organiser_id();
    let organiser = Node::organiser(organiser_id);
    if !view.may(Action::ReadChanges, organiser) {
        return Err(Problem::not_found().into());
    }
    let part: Part<i64> = Part::of(query.cursor.as_deref(), query.limit, &service.config.limits)?;
    let before = part.after.unwrap_or(i64::MAX);
    // Both roles together would join readings and cases.
    let readings = view.may(Action::ReadReadings, organiser) && !view.reads_cases();
    let mut db = service.store.read().await?;
    let found = audit::of_organiser(&mut db, organiser_id, readings, before, part.rows).await?;
    drop(db);
    let (found, next_cursor) = part.page_of(found, |row| row.seq);
    let items = found.iter().map(|row| entry(tree, row)).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Page::<AuditEntry> { items, next_cursor }))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/audit", web::get().to(list));
}
