//! Takes in what a page with a form sent: at once, or encrypted on the device and sent later. Both give the same
//! request.

pub mod form;
pub mod kiosk;
pub mod message;
pub mod typed;

use crate::base::Problem;
use crate::intake::forms::NewFeedback;
use crate::intake::take_in::{self, Request};
use crate::intake::{Intake, Taken};
use crate::service::Service;
use crate::service::idempotency::RequestKey;
use crate::web::limits::RateLimits;
use crate::web::pages::frame::entry::Entry;

/// The field with the idempotency key: made when the page was rendered, or by the device.
pub const KEY: &str = "key";
/// The field with the receipt code that was made on the device.
pub const CODE: &str = "code";

/// The request to `path` for what was sent, by which a repetition is recognised. Without a key, which all our pages
/// send, each sending is a new feedback.
///
/// # Errors
/// [`crate::base::Kind::MalformedParameter`] when the key is not a UUID.
pub fn request(path: &str, entry: &Entry) -> Result<Request, Problem> {
    let key = entry.filled(KEY).map(|key| RequestKey::parse(key, None, &format!("POST {path}"))).transpose()?;
    Ok(Request { body: entry.body(), key })
}

/// Takes in `form`, which was sent as `request`.
///
/// # Errors
/// As [`take_in::one`].
pub async fn take(
    service: &Service,
    intake: &Intake,
    limits: &RateLimits,
    form: NewFeedback,
    request: Request,
) -> Result<Taken, Problem> {
    let unit = form.unit.clone();
    let taken = take_in::one(service, intake, form, None, request).await?;
    limits.note_unit(&unit);
    Ok(taken)
}
