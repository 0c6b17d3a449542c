//! What a form sent: fields in the order they came, bounded, each read by its name.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};

use super::page::Page;
use crate::service::Service;
use crate::web::json::read_body_of;

/// What forms send.
const FORM: &str = "application/x-www-form-urlencoded";

/// The fields of a form.
#[derive(Clone, Default)]
pub struct Entry {
    fields: Vec<(String, String)>,
    body: Bytes,
}

impl Entry {
    /// These fields.
    pub fn new(fields: Vec<(String, String)>) -> Self {
        Self { fields, body: Bytes::new() }
    }

    /// The fields of a body that was sent.
    pub fn of_body(body: Bytes) -> Self {
        Self { fields: form_urlencoded::parse(&body).into_owned().collect(), body }
    }

    /// The body as it was sent, for the comparison of repeated requests.
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The last value of a field: what a script or a button set stands after what was rendered.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().rev().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a field: a button in the page's head stands before what was rendered.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// All fields in the order they came.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without blanks around it; `None` where nothing is left.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }
}

impl FromRequest for Entry {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            // A long text is answered at its field with the text kept: the body may hold more than one text may.
            let limit = request.app_data::<Data<Service>>().map_or(0, |service| service.config.limits.batch_body_bytes);
            let bytes = read_body_of(&request, payload, FORM, limit).await.map_err(|problem| {
                let answer = Page::of(&request).problem(&problem);
                InternalError::from_response(problem, answer)
            })?;
            Ok(Self::of_body(bytes))
        })
    }
}
