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

/// The versions in `If-Match: "3"` or `If-Match: "3", "4"`, any of which may be the present one. A proxy that compresses an
/// answer makes its ETag weak (`W/"3"`): the version is the same. `*` names none, and a step shows which version was read.
///
/// # Errors
/// [`Kind::PreconditionRequired`], [`Kind::MalformedParameter`].
pub fn if_match(request: &HttpRequest) -> Result<Vec<i64>, Problem> {
    let required = |detail: &str| Problem::new(Kind::PreconditionRequired, detail);
    let mut values = request.headers().get_all(IF_MATCH).peekable();
    if values.peek().is_none() {
        return Err(required(
            "Send the case's ETag as If-Match, so that nobody overwrites what somebody else just did.",
        ));
    }
    let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    let tags: Vec<&str> = texts.iter().flat_map(|text| text.split(',')).map(str::trim).collect();
    if tags == ["*"] {
        return Err(required(
            "Send the ETag of the case as you read it instead of *, so that nobody overwrites what they have not seen.",
        ));
    }
    let version = |tag: &&str| tag.trim_start_matches("W/").trim_matches('"').parse().ok();
    let versions: Vec<i64> = tags.iter().filter_map(version).collect();
    if versions.is_empty() {
        let detail = "Send the ETag as it was given, for example \"3\".";
        return Err(Problem::at("If-Match", Kind::MalformedParameter, detail));
    }
    Ok(versions)
}

/// The ETag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}
