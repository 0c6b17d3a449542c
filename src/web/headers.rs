//! Headers that calls read and write: Idempotency-Key, If-Match, ETag.

use actix_web::HttpRequest;
use actix_web::http::header::IF_MATCH;
use uuid::Uuid;

use crate::base::{Kind, Problem};
use crate::service::idempotency::RequestKey;

/// The request's Idempotency-Key, if it has one.
///
/// # Errors
/// [`Kind::MalformedParameter`].
pub fn idempotency_key(request: &HttpRequest, principal: Option<Uuid>) -> Result<Option<RequestKey>, Problem> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let value = value
        .to_str()
        .map_err(|_| Problem::at("Idempotency-Key", Kind::MalformedParameter, "Use visible ASCII characters only."))?;
    let endpoint = format!("{} {}", request.method(), request.path());
    RequestKey::parse(value, principal, &endpoint).map(Some)
}

/// The version in `If-Match: "3"`.
///
/// # Errors
/// [`Kind::PreconditionRequired`], [`Kind::MalformedParameter`].
pub fn if_match(request: &HttpRequest) -> Result<i64, Problem> {
    let value = request.headers().get(IF_MATCH).ok_or_else(|| {
        Problem::new(
            Kind::PreconditionRequired,
            "Send the case's ETag as If-Match, so that nobody overwrites what somebody else just did.",
        )
    })?;
    value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok()).ok_or_else(|| {
        Problem::at("If-Match", Kind::MalformedParameter, "Send the ETag as it was given, for example \"3\".")
    })
}

/// The ETag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}
