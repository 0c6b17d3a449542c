//! `POST /sealed`: what a device kept while there was no network, sealed to the service's key, is taken in as the form that
//! it was. The same key with the same answers is one feedback, whichever way it comes and however often.
//!
//! A message is the length of the key's id in one byte, the id, and what [`device_seal`] opens: `{"address", "body"}` of
//! the form's request, with spaces after it so that its length says little.

use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::web::{Data, Payload, ServiceConfig, post};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::submission::{self, form, kiosk};
use crate::base::{Kind, Problem};
use crate::intake::Intake;
use crate::intake::forms::NewFeedback;
use crate::intake::identity::kept_answer;
use crate::intake::take_in::Request;
use crate::keys::{Purpose, device_seal};
use crate::service::Service;
use crate::web::errors;
use crate::web::json;
use crate::web::limits::Limits;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::page::{LANGUAGE, Page};

/// What a device sends.
const MESSAGE: &str = "application/octet-stream";
/// Bytes of a message besides the form's body, at most: the key's id, the sealing, the address and what fills it up.
const AROUND_BYTES: usize = 2048;
/// When a device should come back, where nothing says when, in seconds.
const RETRY_AFTER_SECONDS: u64 = 30;

/// What was sealed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// The path that the form was sent to.
    address: String,
    /// The form's fields, as they were sent.
    body: String,
}

/// What became of it; the device keeps what is to come later, and forgets the rest.
#[derive(Serialize)]
struct Outcome {
    outcome: &'static str,
    /// The kind of problem, of the error table, or `unknown-key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

/// Why a message was not taken in.
enum NotTaken {
    /// The keyring has no such key, or not yet: a copy of the file may be on its way to this machine.
    UnknownKey,
    Problem(Problem),
}

impl From<Problem> for NotTaken {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

async fn receive(
    request: HttpRequest,
    payload: Payload,
    service: Data<Service>,
    intake: Data<Intake>,
    limits: Data<Limits>,
) -> HttpResponse {
    match received(&request, payload, &service, &intake, &limits).await {
        Ok(true) => answer(HttpResponse::Created(), "taken", None),
        Ok(false) => answer(HttpResponse::Ok(), "taken-before", None),
        Err(NotTaken::UnknownKey) => answer(HttpResponse::UnprocessableEntity(), "refused", Some("unknown-key")),
        Err(NotTaken::Problem(problem)) => {
            let row = errors::note(&problem);
            if row.status < 500 && problem.kind != Kind::RateLimited {
                return answer(HttpResponse::UnprocessableEntity(), "refused", Some(row.code));
            }
            let seconds = problem.retry_after_seconds.unwrap_or(RETRY_AFTER_SECONDS);
            let mut later = HttpResponse::ServiceUnavailable();
            later.insert_header((RETRY_AFTER, seconds));
            answer(later, "later", Some(row.code))
        }
    }
}

fn answer(
    mut status: actix_web::HttpResponseBuilder,
    outcome: &'static str,
    why: Option<&'static str>,
) -> HttpResponse {
    status.insert_header((CACHE_CONTROL, "no-store")).json(Outcome { outcome, why })
}

/// Takes a message in; false if it was taken in before.
async fn received(
    request: &HttpRequest,
    payload: Payload,
    service: &Service,
    intake: &Intake,
    limits: &Limits,
) -> Result<bool, NotTaken> {
    let most = service.config.limits.batch_body_bytes;
    let bound = most.saturating_add(AROUND_BYTES);
    let message = json::read_body_of(request, payload.into_inner(), MESSAGE, bound).await?;
    let unreadable = || Problem::new(Kind::MalformedBody, "This is no message of ours. Seal the form anew.");
    let (length, rest) = message.split_first().ok_or_else(unreadable)?;
    let (id, sealed) = rest.split_at_checked(usize::from(*length)).ok_or_else(unreadable)?;
    let id = std::str::from_utf8(id).map_err(|_| unreadable())?;
    let key = service.keyring.by_id(id).filter(|key| key.purpose() == Purpose::Device).ok_or(NotTaken::UnknownKey)?;
    let plain = device_seal::open(key, sealed).map_err(|_| unreadable())?;
    let kept: Kept = json::parse(&plain).map_err(|_| unreadable())?;
    if kept.body.len() > most {
        return Err(Problem::new(Kind::BodyTooLarge, "The form is too large. Shorten it, then send it again.").into());
    }
    let entry = Entry::of_body(kept.body.into());
    let page = Page::of(request).speaking(entry.first(LANGUAGE));
    // A form of ours has a key; without one, what comes twice would be two.
    if entry.filled(submission::KEY).is_none_or(|key| Uuid::parse_str(key).is_err()) {
        return Err(unreadable().into());
    }
    let (form, given) = read(service, &page, &kept.address, &entry)?;
    let key = given.key.as_ref().ok_or_else(unreadable)?;
    if let Some(earlier) = kept_answer(service, key, &given.body).await? {
        return earlier.map(|_| false).map_err(NotTaken::from);
    }
    submission::take(service, intake, limits, form, given).await?;
    Ok(true)
}

/// The form that was sent to `address`, and the request that it is there.
fn read(service: &Service, page: &Page, address: &str, entry: &Entry) -> Result<(NewFeedback, Request), Problem> {
    let snapshot = service.snapshot();
    let mut parts = address.strip_prefix('/').unwrap_or_default().split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("k"), Some(unit), instrument, None) => {
            let form = kiosk::read(&snapshot, unit, instrument, page.t, entry)?;
            Ok((form, submission::request(address, entry)?))
        }
        (Some("u"), Some(unit), Some(instrument), None) => form::read_kept(page.t, service, unit, instrument, entry),
        _ => Err(Problem::not_found()),
    }
}

/// The route.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("", post().to(receive));
}
