//! The fields that a form sent: in their order, bounded, read by name.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use encoding_rs::WINDOWS_1252;
use percent_encoding::percent_decode;

use super::page::Page;
use crate::service::Service;
use crate::web::json::read_body_of;

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// The fields of a form.
#[derive(Clone, Default)]
pub struct Entry {
    fields: Vec<(String, String)>,
    body: Bytes,
}

impl Entry {
    pub fn new(fields: Vec<(String, String)>) -> Self {
        Self { fields, body: Bytes::new() }
    }

    /// The fields of a body that was sent.
    pub fn of_body(body: Bytes) -> Self {
        Self { fields: fields_of(&body), body }
    }

    /// The body as it was sent, to compare repeated requests.
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The last value of a field: a value from a script or a button comes after the rendered one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().rev().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a field: a button in the page's head comes before the rendered value.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// All fields in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The last value without surrounding blanks; `None` if nothing is left.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }
}

fn fields_of(body: &[u8]) -> Vec<(String, String)> {
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=').map(text_of);
            (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
        })
        .collect()
}

/// The text of an encoded name or value. Bytes that are not UTF-8 are read as Windows-1252, as browsers read ISO 8859-1:
/// clients that send it seldom say so, and its letters beyond ASCII hardly ever form valid UTF-8.
fn text_of(encoded: &[u8]) -> String {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(bytes).unwrap_or_else(|latin| {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(latin.as_bytes());
        text.into_owned()
    })
}

impl FromRequest for Entry {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            // The body may be larger than one text may be: a text that is too long is reported at its field, with the
            // text kept.
            let limit = request.app_data::<Data<Service>>().map_or(0, |service| service.config.limits.batch_body_bytes);
            let bytes = read_body_of(&request, payload, FORM, limit).await.map_err(|problem| {
                let answer = Page::of(&request).problem(&problem);
                InternalError::from_response(problem, answer)
            })?;
            Ok(Self::of_body(bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::fields_of;

    fn fields(body: &[u8]) -> Vec<(String, String)> {
        fields_of(body)
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        assert_eq!(fields(b""), []);
        assert_eq!(
            fields(b"a=1&&b&c=x%3Dy=z+%2B&a="),
            [pair("a", "1"), pair("b", ""), pair("c", "x=y=z +"), pair("a", ""),]
        );
        assert_eq!(fields("free=p%C3%A4iv%C3%A4\u{e4}".as_bytes()), [pair("free", "päivää")]);
        assert_eq!(fields(b"100%=50%&x=%zz"), [pair("100%", "50%"), pair("x", "%zz")]);
    }

    #[test]
    fn a_text_that_is_no_utf_8_is_latin_1() {
        assert_eq!(
            fields(b"free=Hyv%E4%E4+p%E4iv%E4%E4!&lang=fi"),
            [pair("free", "Hyvää päivää!"), pair("lang", "fi")]
        );
        assert_eq!(fields(b"n\xe4yt\xe4=\x8010"), [pair("näytä", "€10")]);
    }
}
