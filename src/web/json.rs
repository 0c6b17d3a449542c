//! Reads JSON bodies: bounded, strict, and with a JSON pointer for each fault.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::Segment;
use tokio::sync::OwnedSemaphorePermit;

use super::errors::ApiProblem;
use super::headers::UNCOMPRESSED;
use super::limits::RateLimits;
use crate::base::json::fault_of;
use crate::base::{Fault, Kind, Problem};
use crate::config::Limits;
use crate::intake::forms::{ReadForm, StandIns};
use crate::service::Service;

/// A parsed body and its bytes (to compare repeated requests). Bounded by `limits.body_bytes`.
pub struct StrictJson<T> {
    /// The parsed body.
    pub value: T,
    /// The body as it was sent.
    pub bytes: Bytes,
}

/// The items of a batch, each read for itself: no fault hides another. Bounded by `limits.batch_body_bytes`.
pub struct ItemsJson<T> {
    pub items: Vec<ReadForm<T>>,
    /// As it was sent.
    pub bytes: Bytes,
}

/// Faults of one item that are told of at once, at most.
const FAULTS_OF_AN_ITEM_MOST: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items<T> {
    items: Vec<T>,
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

impl<T: StandIns> FromRequest for ItemsJson<T> {
    type Error = ApiProblem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let limit = bound(&request, |limits| limits.batch_body_bytes);
            let bytes = read_body(&request, payload, limit).await?;
            Ok(Self { items: read_items(&bytes)?, bytes })
        })
    }
}

/// The bound of a body; 0 if the application has no service.
fn bound(request: &HttpRequest, which: fn(&Limits) -> usize) -> usize {
    request.app_data::<Data<Service>>().map_or(0, |service| which(&service.config.limits))
}

/// What a request's body takes of `limits.body_bytes_in_flight`: given back when the request ends.
struct BodyBytes(OwnedSemaphorePermit);

/// Reads a JSON body of at most `limit` bytes.
///
/// # Errors
/// [`Kind::UnsupportedMediaType`], [`Kind::UnsupportedEncoding`], [`Kind::BodyTooLarge`], [`Kind::MalformedBody`] when the
/// connection breaks off, [`Kind::Overloaded`] when all requests together hold too much.
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
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| u64::try_from(limit).is_ok_and(|limit| bytes > limit)) {
        return Err(too_large());
    }
    let limits = request.app_data::<Data<RateLimits>>();
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|why| Problem {
            cause: Some(why.to_string()),
            ..Problem::new(Kind::MalformedBody, "The body broke off. Send the request again.")
        })?;
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(too_large());
        }
        if let Some(limits) = limits {
            let taken = limits.take_bytes(chunk.len())?;
            let mut extensions = request.extensions_mut();
            match extensions.get_mut::<BodyBytes>() {
                Some(held) => held.0.merge(taken),
                None => drop(extensions.insert(BodyBytes(taken))),
            }
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// Parses `bytes` into `T`.
///
/// # Errors
/// [`Kind::MalformedBody`] with line and column, [`Kind::UnknownField`], [`Kind::WrongType`] and, for a text with half a
/// character, [`Kind::Invalid`] with the JSON pointer.
pub fn parse<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Problem> {
    // Keeping track of the path costs as much as the parsing itself, so that is done only for a body with a fault.
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|fault| problem_of(&fault))?;
    reader.end().map_err(|why| {
        Problem::new(Kind::MalformedBody, format!("There is something after the end of the JSON: {why}."))
    })?;
    Ok(value)
}

/// How serde_json begins what it says of a surrogate without its pair, which JSON may hold and no text can.
const HALF_CHARACTER: [&str; 2] = ["lone leading surrogate in hex escape", "unexpected end of hex escape"];

/// What is wrong, at its place.
fn problem_of(fault: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let pointer = pointer(fault.path());
    let why = fault.inner();
    let said = why.to_string();
    // The content of a text is never in an error: the place says which value is meant.
    let text = fault_of(why);
    match why.classify() {
        Category::Data if said.starts_with("unknown field") => {
            Problem::at(pointer, Kind::UnknownField, format!("Remove the field or correct its name: {text}."))
        }
        Category::Data => Problem::at(pointer, Kind::WrongType, format!("Correct the value here: {text}.")),
        _ if HALF_CHARACTER.iter().any(|start| said.starts_with(start)) => {
            let detail = "The text here holds half a character, a surrogate without its pair. Send whole characters.";
            Problem::at(pointer, Kind::Invalid, detail)
        }
        _ => Problem::new(Kind::MalformedBody, format!("The body is not well-formed JSON: {text}.")),
    }
}

/// Reads the items of a batch, each with the faults of its form.
fn read_items<T: StandIns>(bytes: &[u8]) -> Result<Vec<ReadForm<T>>, Problem> {
    let problem = match parse::<Items<T>>(bytes) {
        Ok(read) => {
            let sound = |form| ReadForm { form: Some(form), faults: Vec::new() };
            return Ok(read.items.into_iter().map(sound).collect());
        }
        Err(problem) => problem,
    };
    let Ok(Items { items }) = serde_json::from_slice::<Items<Value>>(bytes) else { return Err(problem) };
    let mut read: Vec<_> = items.into_iter().map(read_item).collect();
    // A key that stands twice is in no value: only the reading of the whole has found it.
    for fault in &problem.faults {
        let Some((index, pointer)) = in_item(&fault.pointer) else { return Err(problem) };
        if let Some(item) = read.get_mut(index).filter(|item| item.faults.is_empty()) {
            item.faults.push(Fault { pointer, ..fault.clone() });
        }
    }
    Ok(read)
}

/// The item that a pointer leads into, and the rest of the pointer.
fn in_item(pointer: &str) -> Option<(usize, String)> {
    let below = pointer.strip_prefix("/items/")?;
    let (index, rest) = below.split_at(below.find('/').unwrap_or(below.len()));
    Some((index.parse().ok()?, rest.to_owned()))
}

/// Reads one item of a list, with every fault of its form. What has a fault is replaced, so that the next one shows.
fn read_item<T: StandIns>(mut item: Value) -> ReadForm<T> {
    let mut faults: Vec<Fault> = Vec::new();
    while faults.len() < FAULTS_OF_AN_ITEM_MOST {
        let why = match serde_path_to_error::deserialize::<_, T>(&item) {
            Ok(form) => return ReadForm { form: Some(form), faults },
            Err(why) => why,
        };
        let Problem { kind, detail, faults: found, .. } = problem_of(&why);
        let mut fault = found.into_iter().next().unwrap_or_else(|| Fault::new("", kind, detail));
        if let Some(field) = missing_field(why.inner()) {
            fault.pointer = format!("{}/{field}", fault.pointer);
        }
        let is_replaced = replace(&mut item, &fault.pointer, &T::stand_ins());
        faults.push(fault);
        if !is_replaced {
            break;
        }
    }
    ReadForm { form: None, faults }
}

fn missing_field(why: &serde_json::Error) -> Option<String> {
    let said = why.to_string();
    let (field, _) = said.strip_prefix("missing field `")?.split_once('`')?;
    Some(field.to_owned())
}

/// Puts what stands in for a field of an object in its place; a field without a stand-in is removed. False for anything else.
fn replace(value: &mut Value, pointer: &str, stand_ins: &Value) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return false };
    let key = key.replace("~1", "/").replace("~0", "~");
    let Some(object) = value.pointer_mut(parent).and_then(Value::as_object_mut) else { return false };
    match stand_ins.pointer(pointer) {
        Some(stand_in) => {
            object.insert(key, stand_in.clone());
            true
        }
        None => object.remove(&key).is_some(),
    }
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
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::{parse, read_item};
    use crate::base::Kind;
    use crate::intake::forms::{NewFeedback, StandIns};

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

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Form {
        number: u8,
        word: Word,
        day: Option<jiff::civil::Date>,
        inner: Option<Inner>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Good,
        Bad,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        wanted: bool,
    }

    impl StandIns for Form {
        fn stand_ins() -> Value {
            json!({"number": 0, "word": "good", "inner": {"wanted": false}})
        }
    }

    /// Where the faults of an item are, and what was read of it.
    fn places(json: &str) -> (Vec<String>, Option<Form>) {
        let read = read_item::<Form>(serde_json::from_str(json).expect("JSON"));
        (read.faults.into_iter().map(|fault| fault.pointer).collect(), read.form)
    }

    #[test]
    fn every_fault_of_an_item_is_found_and_the_rest_is_read() {
        let sound = Form { number: 1, word: Word::Good, day: None, inner: Some(Inner { wanted: true }) };
        let json = r#"{"number": 1, "word": "good", "inner": {"wanted": true}}"#;
        assert_eq!(places(json), (vec![], Some(sound)));
        let stood_in = |inner: bool| Form {
            number: 0,
            word: Word::Good,
            day: None,
            inner: inner.then_some(Inner { wanted: false }),
        };
        for (json, pointers, inner) in [
            (
                r#"{"word": "fine", "number": "x", "day": "2026-13-01", "more": 1, "inner": {"wanted": 1, "also": 2}}"#,
                &["/day", "/inner/also", "/inner/wanted", "/more", "/number", "/word"][..],
                true,
            ),
            (r#"{"word": "fine", "inner": {"wanted": 1}}"#, &["/inner/wanted", "/word", "/number"], true),
            (r#"{"number": 300}"#, &["/number", "/word"], false),
            (r#"{"number": 0, "word": "good", "inner": {}}"#, &["/inner/wanted"], true),
            (r#"{"number": 0, "word": "good", "inner": 7}"#, &["/inner"], true),
        ] {
            let pointers: Vec<String> = pointers.iter().map(|place| (*place).to_owned()).collect();
            assert_eq!(places(json), (pointers, Some(stood_in(inner))), "{json}");
        }
        assert_eq!(places("7"), (vec![String::new()], None));
        // No more than an answer may hold.
        let many: String = (0..100).map(|n| format!(r#""x~/{n}": 1, "#)).collect();
        assert_eq!(places(&format!(r#"{{{many}"number": 1}}"#)).0.len(), super::FAULTS_OF_AN_ITEM_MOST);
    }

    #[test]
    fn what_stands_in_for_a_feedback_can_be_read() {
        let read = read_item::<NewFeedback>(json!({}));
        let places: Vec<String> = read.faults.into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(places, ["/unit", "/instrument", "/channel", "/language", "/answers"]);
        let form = read.form.expect("a form of stand-ins");
        let parts = json!({"reply": {}, "volunteer": {}, "reminder": {}});
        let read = read_item::<NewFeedback>(parts);
        assert!(form.reply.is_none() && read.form.is_some_and(|form| form.reply.is_some() && form.reminder.is_some()));
    }
}
