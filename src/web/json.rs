//! Reading JSON bodies: bounded, strict, with the place of a fault as a JSON pointer.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::errors::ApiProblem;
use super::headers::UNCOMPRESSED;
use crate::base::json::fault_of;
use crate::base::{Kind, Problem};
use crate::config::Limits;
use crate::service::Service;

/// A parsed body and its bytes (for the idempotency key's comparison). Bounded by `limits.body_bytes`.
pub struct StrictJson<T> {
    /// What was sent.
    pub value: T,
    /// As it was sent.
    pub bytes: Bytes,
}

/// The same for a batch. Bounded by `limits.batch_body_bytes`.
pub struct LargeJson<T> {
    /// What was sent.
    pub value: T,
    /// As it was sent.
    pub bytes: Bytes,
}

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, ApiProblem>>>>;

impl<T: DeserializeOwned> FromRequest for StrictJson<T> {
    type Error = ApiProblem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let limit = bound(&request, |limits| limits.body_bytes);
            let bytes = read_body(&request, payload, limit).await?;
            Ok(Self { value: parse(&bytes)?, bytes })
        })
    }
}

impl<T: DeserializeOwned> FromRequest for LargeJson<T> {
    type Error = ApiProblem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let limit = bound(&request, |limits| limits.batch_body_bytes);
            let bytes = read_body(&request, payload, limit).await?;
            Ok(Self { value: parse(&bytes)?, bytes })
        })
    }
}

/// Without the service there is no limit to read, so nothing is read.
fn bound(request: &HttpRequest, which: fn(&Limits) -> usize) -> usize {
    request.app_data::<Data<Service>>().map_or(0, |service| which(&service.config.limits))
}

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
/// [`Kind::UnsupportedMediaType`], [`Kind::UnsupportedEncoding`], [`Kind::BodyTooLarge`], [`Kind::MalformedBody`] when the
/// connection breaks off.
pub async fn read_body(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    read_body_of(request, payload, "application/json", limit).await
}

/// Reads a body of the media type `wanted`, of at most `limit` bytes.
///
/// # Errors
/// See [`read_body`].
pub async fn read_body_of(
    request: &HttpRequest,
    mut payload: Payload,
    wanted: &str,
    limit: usize,
) -> Result<Bytes, Problem> {
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if media_type.split(';').next().map(str::trim).is_none_or(|name| !name.eq_ignore_ascii_case(wanted)) {
        return Err(Problem::new(
            Kind::UnsupportedMediaType,
            format!("Send the body with the header Content-Type: {wanted}, and in that form."),
        ));
    }
    let codings = request.headers().get_all(CONTENT_ENCODING);
    if codings.into_iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(UNCOMPRESSED.as_bytes())) {
        let detail = "Send the body as it is, without the header Content-Encoding: a compressed one is not taken.";
        return Err(Problem::new(Kind::UnsupportedEncoding, detail));
    }
    let too_large =
        || Problem::new(Kind::BodyTooLarge, format!("The body may hold {limit} bytes at most. Send less at a time."));
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|why| Problem {
            cause: Some(why.to_string()),
            ..Problem::new(Kind::MalformedBody, "The body broke off. Send the request again.")
        })?;
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// Parses `bytes` into `T`.
///
/// # Errors
/// [`Kind::MalformedBody`] with line and column, [`Kind::UnknownField`] and [`Kind::WrongType`] with the JSON pointer.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Keeping track of the path costs as much as the parsing itself, so that is done only for a body with a fault.
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|fault| {
        let pointer = pointer(fault.path());
        let why = fault.inner();
        let is_unknown_field = why.to_string().starts_with("unknown field");
        // The content of a text is never in an error: the place says which value is meant.
        let text = fault_of(why);
        match why.classify() {
            serde_json::error::Category::Data if is_unknown_field => {
                Problem::at(pointer, Kind::UnknownField, format!("Remove the field or correct its name: {text}."))
            }
            serde_json::error::Category::Data => {
                Problem::at(pointer, Kind::WrongType, format!("Correct the value here: {text}."))
            }
            _ => Problem::new(Kind::MalformedBody, format!("The body is not well-formed JSON: {text}.")),
        }
    })?;
    reader.end().map_err(|why| {
        Problem::new(Kind::MalformedBody, format!("There is something after the end of the JSON: {why}."))
    })?;
    Ok(value)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { variant } => pointer.push_str(&format!("/{}", escaped(variant))),
            Segment::Unknown => {}
        }
    }
    pointer
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::base::Kind;
    use crate::intake::forms::NewFeedback;

    #[test]
    fn a_text_in_the_wrong_place_is_named_by_its_place_and_never_quoted() {
        for (field, kind, pointer) in [
            (r#""channel": "salaisuus""#, Kind::WrongType, "/channel"),
            (r#""answers": "salaisuus""#, Kind::WrongType, "/answers"),
            (r#""given_on": "salaisuus""#, Kind::WrongType, "/given_on"),
            (r#""reply": {"wanted": "salaisuus"}"#, Kind::WrongType, "/reply/wanted"),
            (r#""reply": {"wanted": true, "street": "salaisuus"}"#, Kind::UnknownField, "/reply/street"),
        ] {
            let body = format!(r#"{{"unit": "koivu", "instrument": "x", {field}}}"#);
            let problem = parse::<NewFeedback>(body.as_bytes()).expect_err("a fault");
            let fault = &problem.faults[0];
            assert_eq!((fault.kind, fault.pointer.as_str()), (kind, pointer));
            assert!(!problem.explained().contains("salaisuus"), "{}", problem.explained());
        }
        let broken = parse::<NewFeedback>(br#"{"unit": "koivu" "salaisuus"}"#).expect_err("a fault");
        assert_eq!(broken.kind, Kind::MalformedBody);
        assert!(!broken.explained().contains("salaisuus"), "{}", broken.explained());
    }
}
