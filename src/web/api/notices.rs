//! The notices of a member of staff: daily, of deadlines, and urgent ones; and how they are mailed.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, ServiceConfig, get, put};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy};
use crate::case::deadlines::Deadline;
use crate::organisation::MailWish;
use crate::service::Service;
use crate::store::notices::{self, NoticeKind, NoticeRow};
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// The maximum number of notices shown.
const NOTICES_MOST: i64 = 100;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/notices", get().to(list)).route("/notices/mail", put().to(wish));
}

/// The caller's notices, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notices {
    /// The notices.
    pub items: Vec<Notice>,
}

/// One notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The day on which it was given.
    #[schema(value_type = String, format = Date)]
    pub day: jiff::civil::Date,
    /// How many cases waited at that time; 1 for a notice about one case. With `held_messages` how many messages were held.
    pub cases: i64,
    /// The case it is about.
    pub case_id: Option<uuid::Uuid>,
    /// The agreement it is about.
    pub agreement_id: Option<uuid::Uuid>,
    /// With `held_messages` the short name of their unit; null where there is no such unit.
    pub unit: Option<String>,
    /// Which deadline of the case.
    pub deadline: Option<Deadline>,
    /// The day of that deadline.
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<jiff::civil::Date>,
}

/// The caller's own notices.
#[utoipa::path(get, path = "/api/v1/notices", operation_id = "list_notices", tag = "cases",
    security(("token" = ["cases:read"])),
    responses(
        (status = 200, body = Notices, description = "The notices"),
        ReadProblems))]
pub async fn list(service: Data<Service>, caller: Allowed<scope::CasesRead>) -> Result<HttpResponse, ApiProblem> {
    let mut db = service.store.read().await?;
    let rows = notices::newest(&mut db, caller.authority.principal_id(), NOTICES_MOST).await?;
    let items = rows
        .into_iter()
        .map(|row| Notice {
            // The subject of a notice without a case is the agreement's id, or empty if it is about many cases.
            agreement_id: row.subject.parse().ok().filter(|_| row.case_id.is_none() && !is_held(&row)),
            unit: is_held(&row).then(|| row.subject.clone()).filter(|unit| !unit.is_empty()),
            kind: row.kind,
            day: row.day.0,
            cases: row.cases,
            case_id: row.case_id,
            deadline: row.deadline,
            due: row.due.map(|day| day.0),
        })
        .collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Notices { items }))
}

fn is_held(notice: &NoticeRow) -> bool {
    notice.kind == NoticeKind::HeldMessages
}

/// How the caller wants notices by mail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailWishRequest {
    /// A mail for `each` notice, one `digest` on a working morning, or `none`. Urgent notices are always mailed at
    /// once.
    pub mail: MailWish,
}

/// Chooses how the caller's own notices are mailed.
#[utoipa::path(put, path = "/api/v1/notices/mail", operation_id = "choose_mail", tag = "cases",
    request_body = MailWishRequest,
    security(("token" = ["cases:read"])),
    responses(
        (status = 204, description = "It is so from now on"),
        WriteProblems))]
pub async fn wish(
    service: Data<Service>,
    caller: Allowed<scope::CasesRead>,
    body: StrictJson<MailWishRequest>,
) -> Result<HttpResponse, ApiProblem> {
    administration::choose_mail(
        &service,
        ChangedBy::of(&caller.authority),
        caller.authority.principal_id(),
        body.value.mail,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
