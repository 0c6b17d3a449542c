//! HTTP: extractors, the error table, the API, the pages, health and metrics.

pub mod api;
pub mod authority;
pub mod client;
pub mod code_guard;
pub mod deadline_feed;
pub mod errors;
pub mod headers;
pub mod health;
pub mod json;
pub mod limits;
pub mod openapi;
pub mod pages;
pub mod telemetry;

use actix_web::{HttpRequest, HttpResponse};

/// The response if no route matches: a redirect to the page that was meant, or the API's response.
pub async fn no_such_address(request: HttpRequest) -> HttpResponse {
    match pages::meant_page(&request) {
        Some(page) => page,
        None => openapi::no_such_call(request).await,
    }
}
