//! Runs before every page: origin of forms, limits, time, and headers that isolate a page from other sites.

use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use actix_web::{HttpRequest, HttpResponse};

use super::page::Page;
use crate::base::{Kind, Problem};
use crate::service::Service;
use crate::web::client;
use crate::web::limits::RateLimits;

/// Headers of every page. No page loads from, sends to or informs another site, and none can be framed.
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
    ("x-permitted-cross-domain-policies", "none"),
];

/// A year, as security scanners demand; sent only if the service is reached over TLS.
const TRANSPORT_SECURITY: (&str, &str) = ("strict-transport-security", "max-age=31536000; includeSubDomains");

/// The pages with a form that keep what was typed if it is sent too often: they find [`TooOften`] and respond
/// themselves.
const KEEPING: [&str; 2] = ["/u/", "/r"];

/// A form was sent too often: it is not accepted, but shown again with what was typed.
pub struct TooOften(pub Problem);

/// The middleware of a page.
///
/// # Errors
/// Those of the inner handler.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(plain) = plain_address(request.request()) {
        return Ok(request.into_response(plain).map_body(|_, body| EitherBody::Right { body }));
    }
    let service = request.app_data::<Data<Service>>().cloned();
    let secure = service.as_ref().is_some_and(|service| service.config.server.public_url.starts_with("https://"));
    let longest = service.as_ref().map_or(Duration::from_secs(30), |service| service.config.server.request_timeout);
    let page = Page::of(request.request());
    let leaves_no_trace = service.as_ref().is_some_and(|service| is_of_sensitive_unit(service, request.path()));
    let refused = check(&request, service.as_ref().map(|service| service.as_ref())).err();
    let mut answer = if let Some(problem) = refused {
        request.into_response(page.problem(&problem)).map_body(|_, body| EitherBody::Right { body })
    } else {
        match tokio::time::timeout(longest, next.call(request)).await {
            Ok(answer) => answer?.map_body(|_, body| EitherBody::Left { body }),
            Err(_) => {
                let problem = Problem::new(Kind::TimedOut, "The request took too long.").retry_after(2);
                let mut answer = page.problem(&problem);
                add_headers(answer.headers_mut(), secure);
                return Err(InternalError::from_response(problem, answer).into());
            }
        }
    };
    add_headers(answer.headers_mut(), secure);
    if leaves_no_trace {
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(answer)
}

/// Whether a page belongs to a unit whose visitors may be watched by somebody who shares their device: then neither the
/// browser nor the service worker keeps a copy.
fn is_of_sensitive_unit(service: &Service, path: &str) -> bool {
    let slug = path.strip_prefix("/u/").and_then(|below| below.split('/').next()).unwrap_or_default();
    service.snapshot().tree.unit_by_slug(slug).is_some_and(|unit| unit.sensitive)
}

fn add_headers(headers: &mut HeaderMap, secure: bool) {
    let transport = secure.then_some(TRANSPORT_SECURITY);
    for (name, value) in HEADERS.into_iter().chain(transport) {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// What stands below the receipt page may be a code, which no answer repeats: that page itself leads away from it.
pub const BELOW_RECEIPTS: &str = "/r/";

/// The way to the address that was meant, where it was typed by hand: phones begin with a capital, and people end with a
/// slash. Every address of a page is in lower case and without one.
pub fn plain_address(request: &HttpRequest) -> Option<HttpResponse> {
    let plain = request.path().trim_end_matches('/').to_lowercase();
    let is_plain = plain.is_empty() || plain == request.path();
    if request.method() != Method::GET || is_plain || plain.starts_with(BELOW_RECEIPTS) {
        return None;
    }
    let query = request.query_string();
    let mark = if query.is_empty() { "" } else { "?" };
    Some(HttpResponse::PermanentRedirect().insert_header((LOCATION, format!("{plain}{mark}{query}"))).finish())
}

/// Checks that nobody asks too often, and that a form comes from this service's own pages.
fn check(request: &ServiceRequest, service: Option<&Service>) -> Result<(), Problem> {
    let is_view = request.method() == Method::GET;
    if !is_view && !comes_from_here(request) {
        return Err(Problem::new(Kind::StaffSession, "A form is taken from this service's own pages only."));
    }
    if let (Some(service), Some(limits)) = (service, request.app_data::<Data<RateLimits>>()) {
        let client = client::of(request.request(), &service.config.server);
        if is_view {
            return limits.page_views.check(&client);
        }
        if let Err(problem) = limits.public_calls.check(&client) {
            let keeps = KEEPING.iter().any(|forms| request.path().starts_with(forms));
            // To be shown again a form is read whole, which must have an end too.
            if !keeps || limits.kept_forms.check(&client).is_err() {
                return Err(problem);
            }
            request.extensions_mut().insert(TooOften(problem));
        }
    }
    Ok(())
}

/// Whether a form was sent from this service's own pages. Modern browsers say so in `Sec-Fetch-Site`; older ones send
/// the origin, or `null` because of `Referrer-Policy: no-referrer`. There is no cookie and nothing else that a browser
/// would send by itself, so a request without an origin can misuse nothing.
fn comes_from_here(request: &ServiceRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match header(ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) => {
            let host = header(HOST.as_str()).unwrap_or_default();
            origin.split_once("://").is_some_and(|(_, named)| named == host)
        }
    }
}
