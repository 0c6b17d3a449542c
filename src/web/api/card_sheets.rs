//! Sheets of cards to print. They contain receipt codes, so they are only for admins who type in no cards.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType};
use actix_web::web::{Data, Path, ServiceConfig, post};

use super::parameters::UnitPath;
use super::problem_answers::WriteProblems;
use crate::administration::View;
use crate::base::Problem;
use crate::loop_back::card_sheets::{self, NewCardSheets};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// Makes cards with stubs, and the A4 page to print them from. Its codes are stored nowhere else: print it, and delete
/// it.
#[utoipa::path(post, path = "/api/v1/units/{slug}/card-sheets", tag = "organisation",
    operation_id = "make_card_sheets", params(UnitPath), request_body = NewCardSheets,
    responses(
        (status = 201, body = String, content_type = "text/html", description = "The page to print"),
        WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn make_card_sheets(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    slug: Path<String>,
    body: StrictJson<NewCardSheets>,
) -> Result<HttpResponse, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let unit = view.unit(&slug)?;
    if !view.prints_cards(unit.id) {
        return Err(Problem::not_found().into());
    }
    let sheets = card_sheets::make(&service, &unit.slug, &body.value).await?;
    Ok(HttpResponse::Created()
        .content_type(ContentType::html())
        .insert_header((CONTENT_LANGUAGE, sheets.language))
        .insert_header((CONTENT_SECURITY_POLICY, card_sheets::policy()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(sheets.html))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/units/{slug}/card-sheets", post().to(make_card_sheets));
}
