//! The OpenAPI 3.1 document that the code generates, the page that shows it without the internet, and 405 by it.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, CACHE_CONTROL};
use actix_web::web::{ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::api;
use super::errors::{ApiProblem, ProblemDocument};
use super::health;
use crate::feedback::{Kind, Problem};

/// Where the document stands.
pub const DOCUMENT: &str = "/api/v1/openapi.json";

/// Where the page stands.
pub const PAGE: &str = "/docs/";
/// The page's own policy: its library writes style attributes, and loads nothing from elsewhere.
pub const PAGE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                               frame-ancestors 'none'";

/// The whole API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kaiku",
        description = "Multichannel feedback for social and health care: everybody who gives feedback is told what came of \
                       it. Errors are problem documents (RFC 9457) whose type is /problems/ and a stable word.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    paths(
        api::feedback::create,
        api::feedback::create_batch,
        api::feedback::take_back,
        api::group_interviews::create,
        api::group_interviews::read,
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
        api::cases::tell,
        api::cases::close,
        api::cases::reopen,
        api::notices::list,
        api::jobs::list,
        api::jobs::requeue,
        health::healthz,
        health::readyz,
        health::metrics,
    ),
    components(schemas(ProblemDocument)),
    modifiers(&Token),
    tags(
        (name = "feedback", description = "Giving feedback by every channel"),
        (name = "receipts", description = "What a giver does with a receipt code"),
        (name = "cases", description = "Handling and telling"),
        (name = "organisation", description = "Organisers, producers, units, people and what they agreed"),
        (name = "jobs", description = "The queue"),
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

/// The document, made once.
static JSON: LazyLock<String> = LazyLock::new(|| Document::openapi().to_json().unwrap_or_default());

/// Path templates with their methods, for telling 405 from 404.
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
    routes.route(DOCUMENT, get().to(document)).service(
        SwaggerUi::new("/docs/{_:.*}").config(Config::new([DOCUMENT]).validator_url("none").use_base_layout()),
    );
}

async fn document() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "max-age=300")).content_type("application/json").body(json())
}

/// What is answered where no route fits: 405 if another method would, else 404.
pub async fn no_such_call(request: HttpRequest) -> HttpResponse {
    let segments: Vec<&str> = request.path().split('/').collect();
    let fits = |template: &[String]| {
        template.len() == segments.len()
            && template.iter().zip(&segments).all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    let methods: Vec<&str> = PATHS
        .iter()
        .filter(|(template, _)| fits(template))
        .flat_map(|(_, methods)| methods.iter().map(Method::as_str))
        .collect();
    if methods.is_empty() {
        return ApiProblem(Problem::not_found()).error_response();
    }
    let allow = methods.join(", ");
    let detail = format!("This address takes {allow}.");
    let mut answer = ApiProblem(Problem::new(Kind::MethodNotAllowed, detail)).error_response();
    if let Ok(value) = allow.parse() {
        answer.headers_mut().insert(ALLOW, value);
    }
    answer
}
