//! `POST /sealed`: a form that a device kept while there was no network, encrypted to the service's key, is handled
//! like the form itself. The same key with the same answers is one feedback, whichever way and however often it comes.
//!
//! Refused for good is only what can never be read. What can be read but not be taken in is held for staff to release; what
//! the service has no time or no room for waits on the device.

use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::web::{Data, Payload, ServiceConfig, post};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::submission::message::{Message, Outcome, Place, Unreadable};
use crate::base::{Kind, Problem};
use crate::intake::{Intake, held};
use crate::service::Service;
use crate::web::errors;
use crate::web::json;
use crate::web::limits::RateLimits;

/// The media type of a message.
const MESSAGE: &str = "application/octet-stream";
/// The maximum number of bytes besides the form's body: the key's id, the encryption, the address and the padding.
const AROUND_BYTES: usize = 2048;
/// The default for `Retry-After`, in seconds.
const RETRY_AFTER_SECONDS: u64 = 30;

/// What became of a message; the device keeps what is to come later, and what was refused for some days.
#[derive(Serialize)]
struct Said {
    outcome: &'static str,
    /// The code of the problem in the error table, or `unknown-key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

async fn receive(
    request: HttpRequest,
    payload: Payload,
    service: Data<Service>,
    intake: Data<Intake>,
    limits: Data<RateLimits>,
) -> HttpResponse {
    let most = service.config.limits.batch_body_bytes;
    let bound = most.saturating_add(AROUND_BYTES);
    let bytes = match json::read_body_of(&request, payload.into_inner(), MESSAGE, bound).await {
        Ok(bytes) => bytes,
        Err(problem) if problem.kind == Kind::BodyTooLarge => return refused(&problem),
        // It did not arrive whole.
        Err(problem) => return later(&problem),
    };
    let message = match Message::open(&service.keyring, &bytes, most) {
        Ok(message) => message,
        Err(Unreadable::UnknownKey) => {
            return answer(HttpResponse::UnprocessableEntity(), "refused", Some("unknown-key"));
        }
        Err(Unreadable::ForGood(problem)) => return refused(&problem),
    };
    let problem = match message.take(&service, &intake, &limits, None).await {
        Ok(Outcome::Now(_)) => return answer(HttpResponse::Created(), "taken", None),
        Ok(Outcome::Before(_)) => return answer(HttpResponse::Ok(), "taken-before", None),
        Err(problem) => problem,
    };
    let row = errors::row_of(problem.kind);
    if row.status >= 500 || problem.kind == Kind::RateLimited {
        return later(&problem);
    }
    let unit = Place::of(&message.address).map_or("", |place| place.unit);
    match held::hold(&service, &bytes, &message.key_id, &message.address, unit, row.code).await {
        Ok(()) => {
            errors::note(&problem);
            answer(HttpResponse::Accepted(), "held", Some(row.code))
        }
        Err(problem) => later(&problem),
    }
}

fn refused(problem: &Problem) -> HttpResponse {
    answer(HttpResponse::UnprocessableEntity(), "refused", Some(errors::note(problem).code))
}

fn later(problem: &Problem) -> HttpResponse {
    let mut status = HttpResponse::ServiceUnavailable();
    status.insert_header((RETRY_AFTER, problem.retry_after_seconds.unwrap_or(RETRY_AFTER_SECONDS)));
    answer(status, "later", Some(errors::note(problem).code))
}

fn answer(mut status: HttpResponseBuilder, outcome: &'static str, why: Option<&'static str>) -> HttpResponse {
    status.insert_header((CACHE_CONTROL, "no-store")).json(Said { outcome, why })
}

/// The route.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("", post().to(receive));
}
