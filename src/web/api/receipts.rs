//! What a giver does with a receipt code. The code is in the body, never in a path or query.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, ServiceConfig, post};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::parameters::GiversKeyHeader;
use super::problem_answers::PublicWriteProblems;
use crate::base::{Kind, Problem};
use crate::loop_back::receipts::{self, Call, LookedUpBy};
use crate::loop_back::story::Story;
use crate::service::Service;
use crate::service::idempotency::KeyedRequest;
use crate::web::authority::Anybody;
use crate::web::code_guard::CodeGuard;
use crate::web::errors::ApiProblem;
use crate::web::headers;
use crate::web::json::StrictJson;
use crate::web::limits::RateLimits;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/receipts/lookup", post().to(lookup))
        .route("/receipts/message", post().to(message))
        .route("/receipts/verdict", post().to(verdict));
}

/// A code as typed or pasted: in any case, with or without dashes, spaces and other marks; O counts as 0, I and L as 1.
/// "Code:" before it and the address of its QR code around it do not matter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupRequest {
    /// The code.
    #[schema(example = "7K3M-9QWZ-0B4T-XH2D", min_length = 16, pattern = "^[ -]*([0-9A-Za-z][ -]*){16}$")]
    pub code: String,
}

/// An answer to the handler's question, or an addition.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageRequest {
    /// The code.
    #[schema(min_length = 16, pattern = "^[ -]*([0-9A-Za-z][ -]*){16}$", example = "7K3M-9QWZ-0B4T-XH2D")]
    pub code: String,
    /// Which matter, if the lookup returns several.
    #[serde(default)]
    pub matter: Option<Uuid>,
    /// The text.
    #[schema(min_length = 1, max_length = 10000, example = "Tapahtui maanantaina.")]
    pub text: String,
}

/// Whether the answer helped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictRequest {
    /// The code.
    #[schema(min_length = 16, pattern = "^[ -]*([0-9A-Za-z][ -]*){16}$", example = "7K3M-9QWZ-0B4T-XH2D")]
    pub code: String,
    /// Which matter, if the lookup returns several.
    #[serde(default)]
    pub matter: Option<Uuid>,
    /// True if the answer helped; false reopens the case.
    pub helped: bool,
    /// A comment in the giver's own words.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000, example = "Kiitos, tämä auttoi.")]
    pub text: Option<String>,
}

/// Looks up what came of a feedback.
///
/// The giver is told when first looking up a decision. A lookup with a token never counts as telling.
#[utoipa::path(post, path = "/api/v1/receipts/lookup", operation_id = "look_up_receipt", tag = "receipts",
    request_body = LookupRequest,
    security((), ("token" = [])),
    responses(
        (status = 200, body = Story, description = "The giver's story as it is now"),
        PublicWriteProblems))]
pub async fn lookup(
    request: HttpRequest,
    service: Data<Service>,
    limits: Data<RateLimits>,
    caller: Anybody,
    body: StrictJson<LookupRequest>,
) -> Result<HttpResponse, ApiProblem> {
    let reader = if caller.0.is_some() { LookedUpBy::Staff } else { LookedUpBy::Giver };
    let guard = CodeGuard::new(&request, &service, &limits);
    let code = guard.code(&body.value.code)?;
    let story = guard.count(receipts::lookup(&service, &code, reader, None).await)?;
    Ok(answer(&story))
}

/// Sends the giver's answer to the handler's question, or an addition.
#[utoipa::path(post, path = "/api/v1/receipts/message", operation_id = "send_message", tag = "receipts",
    request_body = MessageRequest,
    params(GiversKeyHeader),
    security(()),
    responses(
        (status = 200, body = Story, description = "The giver's story as it is now"),
        PublicWriteProblems))]
pub async fn message(
    request: HttpRequest,
    service: Data<Service>,
    limits: Data<RateLimits>,
    caller: Anybody,
    body: StrictJson<MessageRequest>,
) -> Result<HttpResponse, ApiProblem> {
    only_givers(&caller)?;
    let guard = CodeGuard::new(&request, &service, &limits);
    let code = guard.code(&body.value.code)?;
    let call = Call { code: &code, matter: body.value.matter, repeat: repeat(&request, &body.bytes)?, language: None };
    let story = guard.count(receipts::message(&service, &call, &body.value.text).await)?;
    Ok(answer(&story))
}

/// Records whether the answer helped. "It did not" reopens the case, at most twice and within 60 days.
#[utoipa::path(post, path = "/api/v1/receipts/verdict", operation_id = "give_verdict", tag = "receipts",
    request_body = VerdictRequest,
    params(GiversKeyHeader),
    security(()),
    responses(
        (status = 200, body = Story, description = "The giver's story as it is now"),
        PublicWriteProblems))]
pub async fn verdict(
    request: HttpRequest,
    service: Data<Service>,
    limits: Data<RateLimits>,
    caller: Anybody,
    body: StrictJson<VerdictRequest>,
) -> Result<HttpResponse, ApiProblem> {
    only_givers(&caller)?;
    let guard = CodeGuard::new(&request, &service, &limits);
    let form = &body.value;
    let code = guard.code(&form.code)?;
    let call = Call { code: &code, matter: form.matter, repeat: repeat(&request, &body.bytes)?, language: None };
    let story = guard.count(receipts::verdict(&service, &call, form.helped, form.text.as_deref()).await)?;
    Ok(answer(&story))
}

/// The request's key with its body, for a request that may come twice.
fn repeat<'a>(request: &HttpRequest, body: &'a [u8]) -> Result<Option<KeyedRequest<'a>>, Problem> {
    Ok(headers::idempotency_key(request, None)?.map(|key| KeyedRequest { key, body }))
}

/// Refuses messages and verdicts that come with a token.
fn only_givers(caller: &Anybody) -> Result<(), Problem> {
    if caller.0.is_none() {
        return Ok(());
    }
    Err(Problem::new(
        Kind::StaffSession,
        "Only the giver says this: send it without a token, from where the giver holds the code.",
    ))
}

fn answer(story: &Story) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(story)
}
