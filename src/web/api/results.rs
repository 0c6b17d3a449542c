//! Published results and decisions of a unit. They tell the givers of feedback without a case.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::board::{NewestFirstQuery, PUBLIC_CACHE, check_translations, place_of};
use super::parameters::{KeyHeader, PostingPath, UnitPath};
use super::problem_answers::{PublicProblems, WriteProblems};
use crate::base::{Language, Problem};
use crate::loop_back::postings::{self, Posting, Words};
use crate::loop_back::results::{self, ResultsOf};
use crate::organisation::Action;
use crate::service::Service;
use crate::service::idempotency::KeyedRequest;
use crate::store::postings::PostingKind;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::headers::idempotency_key;
use crate::web::json::StrictJson;

/// Results to be published.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResults {
    /// The instrument's id.
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z0-9-]+$", example = "asiakastyytyvaisyys")]
    pub instrument: String,
    /// The first month.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-10")]
    pub from: String,
    /// The last month; not in the future.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-11")]
    pub to: String,
    /// What was found, and what was decided.
    #[schema(
        min_length = 1,
        max_length = 10000,
        example = "Puhelinajat saivat heikoimmat arviot. Niitä pidennettiin."
    )]
    pub words: String,
    /// The language of these words.
    pub language: Language,
    /// The same in other languages.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub translations: Vec<ResultsText>,
    /// That names, phone numbers and addresses of people in the words were looked at, and may be read by everybody. Without it
    /// such words are refused with `names-people`, and the places are named.
    #[serde(default)]
    pub names_checked: bool,
}

/// A correction of published results.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultsCorrection {
    /// What was found, and what was decided.
    #[schema(
        min_length = 1,
        max_length = 10000,
        example = "Puhelinajat saivat heikoimmat arviot. Niitä pidennettiin."
    )]
    pub words: String,
    /// The language of these words.
    pub language: Language,
    /// The same in other languages.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub translations: Vec<ResultsText>,
    /// That names, phone numbers and addresses of people in the words were looked at, and may be read by everybody. Without it
    /// such words are refused with `names-people`, and the places are named.
    #[serde(default)]
    pub names_checked: bool,
}

/// Words in one language.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultsText {
    /// The language.
    pub language: Language,
    /// What was found, and what was decided.
    #[schema(min_length = 1, max_length = 10000, example = "Telefontiderna fick lägst betyg. De förlängdes.")]
    pub words: String,
}

/// Published results as everybody reads them.
#[derive(Serialize, ToSchema)]
pub struct Results {
    /// Their id.
    pub id: Uuid,
    /// The instrument's id.
    pub instrument: String,
    /// The first month.
    pub from: String,
    /// The last month.
    pub to: String,
    /// When they were published.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// When their words were last corrected.
    #[schema(value_type = Option<String>, format = Date)]
    pub corrected_on: Option<Date>,
    /// Their words by language, the original first.
    pub texts: Vec<ResultsText>,
}

/// A page of a unit's published results, newest first.
#[derive(Serialize, ToSchema)]
pub struct ResultsPage {
    /// The unit's name.
    pub unit: String,
    /// The results.
    pub items: Vec<Results>,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}

fn words<'a>(
    words: &'a str,
    language: Language,
    translations: &'a [ResultsText],
    names_checked: bool,
) -> Result<Vec<Words<'a>>, Problem> {
    check_translations(translations.len())?;
    let original = Words { pointer: String::new(), language, said: None, done: ("words", words), names_checked };
    let others = translations.iter().enumerate().map(|(index, text)| Words {
        pointer: format!("/translations/{index}"),
        language: text.language,
        said: None,
        done: ("words", &text.words),
        names_checked,
    });
    Ok(std::iter::once(original).chain(others).collect())
}

fn document(posting: Posting) -> Results {
    let texts = posting.texts.into_iter().map(|text| ResultsText { language: text.language, words: text.done });
    Results {
        id: posting.row.id,
        instrument: posting.row.instrument.unwrap_or_default(),
        from: posting.row.from_month.unwrap_or_default(),
        to: posting.row.to_month.unwrap_or_default(),
        on: posting.row.posted_on.0,
        corrected_on: posting.row.corrected_on.map(|day| day.0),
        texts: texts.collect(),
    }
}

/// The results that a unit has published of its surveys, newest first.
#[utoipa::path(get, path = "/api/v1/units/{slug}/results", operation_id = "list_results", tag = "board",
    params(UnitPath, NewestFirstQuery),
    security(()),
    responses((status = 200, body = ResultsPage, description = "A page of them"), PublicProblems))]
pub async fn list(
    service: Data<Service>,
    slug: Path<String>,
    query: Query<NewestFirstQuery>,
) -> Result<HttpResponse, ApiProblem> {
    let part = query.part(&service.config.limits)?;
    let rows = postings::page(&service, &slug, PostingKind::Results, part.after, part.rows).await?;
    let (postings, next_cursor) = part.page_of(rows, place_of);
    let unit = service.snapshot().tree.unit_by_slug(&slug).map(|unit| unit.name.clone()).unwrap_or_default();
    let items = postings.into_iter().map(document).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, PUBLIC_CACHE)).json(ResultsPage { unit, items, next_cursor }))
}

/// Publishes results. For the responsible person of the unit. Whoever gave feedback without a case in those months can
/// read them with the receipt.
#[utoipa::path(post, path = "/api/v1/units/{slug}/results", operation_id = "publish_results", tag = "board",
    request_body = NewResults,
    params(UnitPath, KeyHeader),
    security(("token" = ["cases:write"])),
    responses((status = 201, body = Results, description = "They are published"), WriteProblems))]
pub async fn publish(
    request: HttpRequest,
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    slug: Path<String>,
    body: StrictJson<NewResults>,
) -> Result<HttpResponse, ApiProblem> {
    let new = &body.value;
    let words = words(&new.words, new.language, &new.translations, new.names_checked)?;
    let of = ResultsOf { instrument: &new.instrument, from: &new.from, to: &new.to };
    let key = idempotency_key(&request, Some(caller.authority.principal_id()))?;
    let repeat = key.map(|key| KeyedRequest { key, body: &body.bytes });
    let posting = results::publish(&service, &caller.authority, &slug, &of, &words, repeat).await?;
    Ok(HttpResponse::Created().json(document(posting)))
}

/// Corrects the words of published results.
#[utoipa::path(put, path = "/api/v1/units/{slug}/results/{id}", operation_id = "correct_results", tag = "board",
    request_body = ResultsCorrection,
    params(PostingPath),
    security(("token" = ["cases:write"])),
    responses((status = 200, body = Results, description = "The results as they are now"), WriteProblems))]
pub async fn correct(
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    path: Path<(String, Uuid)>,
    body: StrictJson<ResultsCorrection>,
) -> Result<HttpResponse, ApiProblem> {
    let (slug, id) = path.into_inner();
    let snapshot = service.snapshot();
    let (unit, _) = postings::unit_for(&service, &snapshot.tree, &caller.authority, &slug, Action::PublishResults)?;
    let new = &body.value;
    let words = words(&new.words, new.language, &new.translations, new.names_checked)?;
    let posting = postings::correct(&service, unit, PostingKind::Results, id, None, &words).await?;
    Ok(HttpResponse::Ok().json(document(posting)))
}

/// Takes published results down: they are kept but no longer shown.
#[utoipa::path(delete, path = "/api/v1/units/{slug}/results/{id}", operation_id = "take_down_results", tag = "board",
    params(PostingPath),
    security(("token" = ["cases:write"])),
    responses((status = 204, description = "They are taken down"), WriteProblems))]
pub async fn take_down(
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse, ApiProblem> {
    let (slug, id) = path.into_inner();
    let snapshot = service.snapshot();
    let (unit, _) = postings::unit_for(&service, &snapshot.tree, &caller.authority, &slug, Action::PublishResults)?;
    postings::take_down(&service, unit, PostingKind::Results, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The routes, below `/api/v1`.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/units/{slug}/results", web::get().to(list))
        .route("/units/{slug}/results", web::post().to(publish))
        .route("/units/{slug}/results/{id}", web::put().to(correct))
        .route("/units/{slug}/results/{id}", web::delete().to(take_down));
}
