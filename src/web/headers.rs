//! Headers that calls read and write: Idempotency-Key, If-Match, ETag.

use actix_web::HttpRequest;
use actix_web::http::header::IF_MATCH;
use uuid::Uuid;

use crate::base::{Kind, Problem};
use crate::service::idempotency::RequestKey;

/// The one content coding of bodies. A compressed body would have to be unpacked before its length is known.
pub const UNCOMPRESSED: &str = "identity";

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

/// The version in `If-Match: "3"`. A proxy that compresses an answer makes its ETag weak (`W/"3"`): the version is the same.
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
    let version = |text: &str| text.trim().trim_start_matches("W/").trim_matches('"').parse().ok();
    value.to_str().ok().and_then(version).ok_or_else(|| {
        Problem::at("If-Match", Kind::MalformedParameter, "Send the ETag as it was given, for example \"3\".")
    })
}

/// The ETag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}
