//! What is logged and measured of a request: its id, method, route and status; never its content, address or query.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::{RequestId, RootSpanBuilder};

/// The header for the request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Makes the span of a request. The library's default span would contain the client's address and user agent.
pub struct QuietSpan;

/// The pattern of a request's route, determined once.
struct Route(String);

impl RootSpanBuilder for QuietSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
        let request_id = request.extensions().get::<RequestId>().copied();
        let span = tracing::info_span!(
            "request",
            request_id = request_id.map(tracing::field::display),
            method = %request.method(),
            route,
            status = Empty
        );
        request.extensions_mut().insert(Route(route));
        span
    }

    /// Recording a field costs as much as creating the span; after a success no log line uses it.
    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        if !status.is_success() {
            span.record("status", status.as_u16());
        }
    }
}

/// The method as a metric label. A client may invent methods, and each would be a metric of its own.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Measures a request and adds its id to the response.
///
/// # Errors
/// Those of the inner handler.
pub async fn measure(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let method = known(request.method());
    let route = request.extensions_mut().remove::<Route>().map_or_else(|| "unmatched".to_owned(), |route| route.0);
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let mut outcome = next.call(request).await;
    let status = match &outcome {
        Ok(response) => response.status(),
        // The request was aborted, for example by the timeout.
        Err(error) => error.as_response_error().status_code(),
    };
    let status = status.as_u16();
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::histogram!("kaiku_http_request_seconds", &labels).record(started.elapsed().as_secs_f64());
    if let Ok(response) = &mut outcome
        && let Some(value) = request_id.and_then(|id| HeaderValue::from_str(&id).ok())
    {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    if status >= 500 {
        tracing::warn!(status, "answered with a fault");
    } else {
        tracing::debug!(status, "answered");
    }
    outcome
}
