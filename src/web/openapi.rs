//! The OpenAPI 3.1 document, generated from the code; the page that shows it without the internet; and 405 responses
//! from it.

use std::sync::LazyLock;

use actix_web::guard::fn_guard;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, ContentType};
use actix_web::web::{ServiceConfig, get, redirect, route};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::api;
use super::api::problem_answers::{self, PublicProblems};
use super::errors::{ApiProblem, ProblemDocument, TABLE};
use super::health;
use crate::base::{Kind, Problem};
use crate::case::steps::State;

pub const DOCUMENT: &str = "/api/v1/openapi.json";

pub const PAGE: &str = "/docs/";
/// The page itself.
const PAGE_HTML: &str = include_str!("docs.html");
/// The content security policy of that page: its library writes style attributes, and loads nothing from elsewhere.
pub const PAGE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                               frame-ancestors 'none'";

/// The introduction to the document.
const ABOUT: &str = "\
Multichannel feedback for social and health care: everybody who gives feedback is told what came of it.

- **Who calls.** Web forms and kiosks give feedback without a token, and receipts are looked up without one. All else \
takes a bearer token with scopes: a scope that is missing is 403; what lies outside the roles of the token's holder \
does not exist: 404.
- **Words.** Snake case; ids are UUIDs; days are `2026-11-20`; short names are lower case with dashes. A field that is \
not known is refused.
- **Errors** are problem documents (RFC 9457) with a stable `type`; the schema *ProblemDocument* lists them all. \
`errors` names each fault with the JSON pointer of its place.
- **Lists** come in pages: send `next_cursor` as `cursor` for the next one; it is null on the last page.
- **Sending again.** Writes that take an `Idempotency-Key` are taken once, however often they are sent.
- **Steps of a case** need its `ETag` as `If-Match`, so that nobody overwrites what somebody else just did.
- **Another method** than those described is 405 with `Allow`; HEAD is taken wherever GET is. A compressed body is 415. Too many calls are 429 with `Retry-After`.
";

/// The whole API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kaiku",
        description = ABOUT,
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    paths(
        api::feedback::create,
        api::feedback::create_batch,
        api::feedback::take_back,
        api::group_interviews::create,
        api::group_interviews::read,
        api::group_interviews::discuss,
        api::receipts::lookup,
        api::receipts::message,
        api::receipts::verdict,
        api::cases::list,
        api::cases::find,
        api::cases::contact,
        api::cases::reminder,
        api::cases::acknowledge,
        api::cases::assign,
        api::cases::ask,
        api::cases::decide,
        api::cases::decide_thanks,
        api::cases::tell,
        api::cases::mail_refused,
        api::cases::close,
        api::cases::reopen,
        api::tell_list::list,
        api::reports::loop_report_of,
        api::board::list,
        api::board::create,
        api::board::correct,
        api::board::take_down,
        api::results::list,
        api::results::publish,
        api::results::correct,
        api::results::take_down,
        api::notices::list,
        api::notices::wish,
        api::instruments::list_instruments,
        api::instruments::get_instrument,
        api::instruments::get_instrument_version,
        api::organisers::list_organisers,
        api::organisers::get_organiser,
        api::organisers::put_organiser,
        api::organisers::list_closures,
        api::organisers::add_closures,
        api::services::list_services,
        api::services::get_service,
        api::services::add_service,
        api::services::put_service,
        api::producers::list_producers,
        api::producers::get_producer,
        api::producers::add_producer,
        api::producers::put_producer,
        api::units::list_units,
        api::units::get_unit,
        api::units::add_unit,
        api::units::put_unit,
        api::units::place_unit,
        api::units::close_unit,
        api::staff::list_staff,
        api::staff::add_worker,
        api::staff::put_worker,
        api::card_colours::get_card_colours,
        api::card_colours::put_card_colours,
        api::principals::list_principals,
        api::principals::get_principal,
        api::principals::add_principal,
        api::principals::put_principal,
        api::principals::add_grant,
        api::principals::remove_grant,
        api::agreements::list_agreements,
        api::agreements::get_agreement,
        api::agreements::add_agreement,
        api::agreements::accept_agreement,
        api::agreements::decline_agreement,
        api::agreements::withdraw_agreement,
        api::absences::list_absences,
        api::absences::add_absence,
        api::absences::remove_absence,
        api::routing_rules::list_routing_rules,
        api::routing_rules::get_routing_rule,
        api::routing_rules::add_routing_rule,
        api::routing_rules::put_routing_rule,
        api::dry_runs::dry_run_routing_rules,
        api::tokens::list_tokens,
        api::tokens::make_token,
        api::tokens::revoke_token,
        api::confirmations::list,
        api::confirmations::confirm,
        api::confirmations::refuse,
        api::audit::list,
        api::webhooks::list_webhooks,
        api::webhooks::get_webhook,
        api::webhooks::add_webhook,
        api::webhooks::put_webhook,
        api::webhooks::remove_webhook,
        api::webhooks::rotate_webhook,
        api::webhooks::test_webhook,
        api::webhooks::list_deliveries,
        api::closures::list_closures,
        api::closures::add_closures,
        api::closures::remove_closure,
        api::closures::import,
        api::deadline_feed::make_feed,
        api::deadline_feed::remove_feed,
        api::card_sheets::make_card_sheets,
        api::jobs::list,
        api::jobs::requeue,
        api::held_messages::list,
        api::held_messages::release,
        api::held_messages::discard,
        health::healthz,
        document,
    ),
    components(schemas(ProblemDocument, State)),
    modifiers(&Token, &Problems, &Parameters),
    tags(
        (name = "feedback", description = "Giving feedback by every channel"),
        (name = "instruments", description = "What is asked: questions, scales and their words"),
        (name = "receipts", description = "What a giver does with a receipt code"),
        (name = "cases", description = "Handling and telling"),
        (name = "board", description = "What a unit publishes: what was said and what was done"),
        (name = "reports", description = "Figures"),
        (name = "organisation", description = "Organisers, producers, units, people and what they agreed"),
        (name = "webhooks", description = "Other systems that are told what happens (Standard Webhooks): ids only"),
        (name = "calendar", description = "When places are closed, and one's own deadlines as a feed"),
        (name = "jobs", description = "The queue of jobs, and what devices sent that could not be taken in"),
        (name = "health", description = "For those who keep the service running"),
    )
)]
pub struct Document;

/// Bearer tokens.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("Made with `kaiku token add`; scopes limit what it may do."))
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The responses of calls that fail, and the error table where clients look for it.
struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        components.responses.extend(problem_answers::components());
        if let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("ProblemDocument") {
            let mut text = "A problem document (RFC 9457).\n\n| status | type | meaning |\n|---|---|---|\n".to_owned();
            for row in TABLE {
                text.push_str(&format!("| {} | `/problems/{}` | {} |\n", row.status, row.code, row.title));
            }
            problem.description = Some(text);
        }
    }
}

/// Corrects the parameters: each only once, although the call's handler and its documentation both name it; and never
/// null, since an absent parameter is left out.
struct Parameters;

impl Modify for Parameters {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let items = document.paths.paths.values_mut();
        let calls = items.flat_map(|item| [&mut item.get, &mut item.put, &mut item.post, &mut item.delete]);
        for parameters in calls.flatten().filter_map(|call| call.parameters.as_mut()) {
            let mut seen = Vec::new();
            parameters.retain(|parameter| {
                let RefOr::T(parameter) = parameter else { return true };
                let is_new = !seen.contains(&parameter.name);
                seen.push(parameter.name.clone());
                is_new
            });
            for parameter in parameters {
                let RefOr::T(parameter) = parameter else { continue };
                match &mut parameter.schema {
                    Some(RefOr::T(Schema::Object(object))) => without_null(&mut object.schema_type),
                    Some(RefOr::T(Schema::OneOf(either))) => parameter.schema = either.items.first().cloned(),
                    _ => {}
                }
            }
        }
    }
}

fn without_null(kinds: &mut SchemaType) {
    if let SchemaType::Array(listed) = kinds
        && let [one, Type::Null] = listed.as_slice()
    {
        *kinds = SchemaType::Type(one.clone());
    }
}

/// The document, generated once.
static JSON: LazyLock<String> = LazyLock::new(|| Document::openapi().to_json().unwrap_or_default());

/// Path templates with their methods, to distinguish 405 from 404.
static PATHS: LazyLock<Vec<(Vec<String>, Vec<Method>)>> = LazyLock::new(|| {
    let document: serde_json::Value = serde_json::from_str(&JSON).unwrap_or_default();
    let paths = document.get("paths").and_then(|paths| paths.as_object()).cloned().unwrap_or_default();
    paths
        .into_iter()
        .map(|(path, item)| {
            let methods = item.as_object().map(|item| {
                item.keys().filter_map(|name| Method::from_bytes(name.to_uppercase().as_bytes()).ok()).collect()
            });
            (path.split('/').map(str::to_owned).collect(), methods.unwrap_or_default())
        })
        .collect()
});

/// The document as JSON text, for the route and the command line.
pub fn json() -> &'static str {
    &JSON
}

/// Adds the routes: the document and the page at `/docs/`.
pub fn configure(routes: &mut ServiceConfig) {
    let config = Config::new([DOCUMENT]).validator_url("none").use_base_layout().filter(true).try_it_out_enabled(true);
    routes
        .route(DOCUMENT, get().to(document))
        .route(PAGE, get().to(page))
        .service(redirect(PAGE.trim_end_matches('/'), PAGE))
        // The library's files. Its own start page is not used: it has no title of ours and does not fit small screens.
        .service(SwaggerUi::new("/docs/{_:.*}").config(config));
}

/// Adds 405 for every literal path that a template would also match, before the API's own routes and below their root.
/// Otherwise a method that the literal path does not take would reach the template, which would look for a thing with
/// that id.
pub fn keep_written(routes: &mut ServiceConfig) {
    for (written, methods) in PATHS.iter().filter(|(template, _)| template.iter().all(|part| !is_parameter(part))) {
        let has_its_shape = |(other, _): &(Vec<String>, Vec<Method>)| other != written && fits(other, written);
        let address = written.join("/");
        if let (Some(below), true) = (address.strip_prefix(api::ROOT), PATHS.iter().any(has_its_shape)) {
            let others = fn_guard(|request| !methods.contains(&request.head().method));
            routes.route(below, route().guard(others).to(no_such_call));
        }
    }
}

async fn page() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "max-age=300")).content_type(ContentType::html()).body(PAGE_HTML)
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "get_openapi", tag = "health", security(()),
    responses((status = 200, body = Object, description = "OpenAPI 3.1"), PublicProblems))]
async fn document() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "max-age=300")).content_type("application/json").body(json())
}

fn is_parameter(part: &str) -> bool {
    part.starts_with('{')
}

fn fits(template: &[String], segments: &[impl AsRef<str>]) -> bool {
    let same = |(part, segment): (&String, &str)| is_parameter(part) || part == segment;
    template.len() == segments.len() && template.iter().zip(segments.iter().map(AsRef::as_ref)).all(same)
}

/// The response if no route matches: 405 if another method would match, else 404.
pub async fn no_such_call(request: HttpRequest) -> HttpResponse {
    let segments: Vec<&str> = request.path().split('/').collect();
    // A literal path takes precedence over a template that would match it too.
    let written = |template: &[String]| template.iter().filter(|part| !is_parameter(part)).count();
    let fitting = PATHS.iter().filter(|(template, _)| fits(template, &segments));
    let methods: Vec<&str> = fitting
        .max_by_key(|(template, _)| written(template))
        .into_iter()
        .flat_map(|(_, methods)| methods.iter().map(Method::as_str))
        .collect();
    if methods.is_empty() {
        return ApiProblem(Problem::not_found()).error_response();
    }
    let head = methods.contains(&Method::GET.as_str()).then_some(Method::HEAD.as_str());
    let allow = methods.into_iter().chain(head).collect::<Vec<_>>().join(", ");
    let detail = format!("This address takes {allow}.");
    let mut answer = ApiProblem(Problem::new(Kind::MethodNotAllowed, detail)).error_response();
    if let Ok(value) = allow.parse() {
        answer.headers_mut().insert(ALLOW, value);
    }
    answer
}
