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
