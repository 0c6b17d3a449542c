//! Taking in what a form's page sent: at once, or sealed on the device and sent later. Both ways it is the same request.

use crate::feedback::Problem;
use crate::intake::forms::NewFeedback;
use crate::intake::idempotency::RequestKey;
use crate::intake::take_in::{self, Request};
use crate::intake::{Intake, Taken};
use crate::service::Service;
use crate::web::limits::Limits;

use super::entry::Entry;

/// The field with the idempotency key: made when the page was rendered, or by the device.
pub const KEY: &str = "key";
/// The field with the receipt code that was made on the device.
pub const CODE: &str = "code";

/// The key of what was sent to `path`. Without one, which no page of ours leaves out, each sending is a feedback.
///
/// # Errors
/// [`crate::feedback::Kind::MalformedParameter`] when it is no UUID.
pub fn request_key(path: &str, entry: &Entry) -> Result<Option<RequestKey>, Problem> {
    entry.filled(KEY).map(|key| RequestKey::parse(key, None, &format!("POST {path}"))).transpose()
}

/// Takes in `form`, which is what `entry` sent to `path` says.
///
/// # Errors
/// As [`take_in::one`].
pub async fn take(
    service: &Service,
    intake: &Intake,
    limits: &Limits,
    path: &str,
    entry: &Entry,
    form: NewFeedback,
) -> Result<Taken, Problem> {
    let request = Request { body: entry.body(), key: request_key(path, entry)? };
    let unit = form.unit.clone();
    let taken = take_in::one(service, intake, form, None, request).await?;
    limits.note_unit(&unit);
    Ok(taken)
}
