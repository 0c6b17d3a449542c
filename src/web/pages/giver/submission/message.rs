//! What a device kept while there was no network: a sealed message, opened and read as the form that it was.
//!
//! A message is the length of the key's id in one byte, the id, and what [`device_seal`] opens: `{"address", "body"}` of
//! the form's request, with spaces after it so that its length says little.

use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::{form, kiosk};
use crate::base::{Kind, Problem};
use crate::instrument::AnswerLimits;
use crate::intake::Intake;
use crate::intake::evaluate::leave_out_unusable_addresses;
use crate::intake::forms::NewFeedback;
use crate::intake::identity::kept_answer;
use crate::intake::take_in::Request;
use crate::keys::{Keyring, Purpose, device_seal};
use crate::locales::Texts;
use crate::service::Service;
use crate::service::idempotency::RequestKey;
use crate::web::json;
use crate::web::limits::RateLimits;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::page::LANGUAGE;

/// What was sealed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    address: String,
    /// The form's fields, as they were sent.
    body: String,
}

/// A message that was opened.
pub struct Message {
    /// The key it was sealed to.
    pub key_id: String,
    /// The path that the form was sent to.
    pub address: String,
    entry: Entry,
    key: RequestKey,
}

/// Why a message cannot be read.
pub enum Unreadable {
    /// The keyring has no such key, or not yet: a copy of the file may be on its way to this machine.
    UnknownKey,
    /// It never can be.
    ForGood(Problem),
}

/// Whether a message was taken in now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Now(Uuid),
    Before(Option<Uuid>),
}

impl Outcome {
    /// The feedback that the message became.
    pub fn feedback_id(self) -> Option<Uuid> {
        match self {
            Self::Now(id) => Some(id),
            Self::Before(id) => id,
        }
    }
}

/// What an address names.
pub struct Place<'a> {
    /// The unit's short name.
    pub unit: &'a str,
    pub instrument: Option<&'a str>,
    is_kiosk: bool,
}

impl<'a> Place<'a> {
    /// The place of a form's address: `/k/{unit}`, `/k/{unit}/{instrument}` or `/u/{unit}/{instrument}`; none for any other.
    pub fn of(address: &'a str) -> Option<Self> {
        let mut parts = address.strip_prefix('/')?.split('/');
        let is_kiosk = match parts.next()? {
            "k" => true,
            "u" => false,
            _ => return None,
        };
        let (unit, instrument) = (parts.next()?, parts.next());
        let is_name =
            |part: &str| !part.is_empty() && part.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let are_names = is_name(unit) && instrument.is_none_or(is_name);
        let is_form = are_names && (is_kiosk || instrument.is_some()) && parts.next().is_none();
        is_form.then_some(Self { unit, instrument, is_kiosk })
    }
}

impl Message {
    /// Opens a message whose form holds `most` bytes at most.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn open(keyring: &Keyring, message: &[u8], most: usize) -> Result<Self, Unreadable> {
        let unreadable = || {
            let detail = "This is no message of ours. Seal the form anew.";
            Unreadable::ForGood(Problem::new(Kind::MalformedBody, detail))
        };
        let (length, rest) = message.split_first().ok_or_else(unreadable)?;
        let (id, sealed) = rest.split_at_checked(usize::from(*length)).ok_or_else(unreadable)?;
        let id = std::str::from_utf8(id).map_err(|_| unreadable())?;
        let key = keyring.by_id(id).filter(|key| key.purpose() == Purpose::Device).ok_or(Unreadable::UnknownKey)?;
        let plain = device_seal::open(key, sealed).map_err(|_| unreadable())?;
        let Sealed { address, body } = json::parse(&plain).map_err(|_| unreadable())?;
        if body.len() > most {
            let detail = "The form is too large. Shorten it, then send it again.";
            return Err(Unreadable::ForGood(Problem::new(Kind::BodyTooLarge, detail)));
        }
        if Place::of(&address).is_none() {
            return Err(Unreadable::ForGood(Problem::not_found()));
        }
        let entry = Entry::of_body(body.into());
        // A form of ours has a key; without one, what comes twice would be two.
        let key = entry.filled(super::KEY).map(|key| RequestKey::parse(key, None, &format!("POST {address}")));
        let Some(Ok(key)) = key else { return Err(unreadable()) };
        Ok(Self { key_id: id.to_owned(), address, entry, key })
    }

    /// Takes the form in, at the unit of the short name `unit` if there is one, else where it was given.
    ///
    /// # Errors
    /// Whatever intake refuses it for.
    pub async fn take(
        &self,
        service: &Service,
        intake: &Intake,
        limits: &RateLimits,
        unit: Option<&str>,
    ) -> Result<Outcome, Problem> {
        let (form, request) = self.read(service, unit)?;
        if let Some(earlier) = kept_answer(service, &self.key, &request.body).await? {
            return earlier.map(|rows| Outcome::Before(rows.first().map(|row| row.id)));
        }
        let taken = super::take(service, intake, limits, form, request).await?;
        Ok(Outcome::Now(taken.id))
    }

    /// The form, and the request that it would have been: wherever it is taken in, it is one feedback.
    fn read(&self, service: &Service, unit: Option<&str>) -> Result<(NewFeedback, Request), Problem> {
        let place = Place::of(&self.address).ok_or_else(Problem::not_found)?;
        let unit = unit.unwrap_or(place.unit);
        let t = self.entry.first(LANGUAGE).and_then(Texts::tagged).unwrap_or_else(|| Texts::of(""));
        let (mut form, body) = match place.instrument {
            Some(instrument) if !place.is_kiosk => form::read_kept(t, service, unit, instrument, &self.entry)?,
            instrument => {
                let form = kiosk::read(&service.snapshot(), unit, instrument, t, &self.entry)?;
                (without_faults(service, form), self.entry.body())
            }
        };
        // The giver has gone: a mistyped address must not keep the feedback out.
        leave_out_unusable_addresses(&mut form);
        Ok((form, Request { body, key: Some(self.key.clone()) }))
    }
}

/// Nobody can be asked to mend an answer any more: one that is none is left out, so that the giver's words are not lost with
/// it. Where nothing would be left, all stays as it is.
fn without_faults(service: &Service, form: NewFeedback) -> NewFeedback {
    let snapshot = service.snapshot();
    let Some(instrument) = snapshot.catalogue.get(&form.instrument, form.instrument_version) else { return form };
    let limits = AnswerLimits { text_chars: service.config.limits.text_chars };
    let year = Date::year(service.today());
    let Err(faults) = instrument.check_map(&form.answers, limits, year) else { return form };
    let mut answers = form.answers.clone();
    for fault in faults {
        let id = fault.pointer.trim_start_matches('/');
        if instrument.question(id).is_some_and(|(_, question)| question.kind.has_scale()) {
            answers.remove(id);
        }
    }
    if answers.is_empty() { form } else { NewFeedback { answers, ..form } }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn an_address_of_a_form_names_its_place() {
        let place =
            |address: &'static str| Place::of(address).map(|place| (place.unit, place.instrument, place.is_kiosk));
        assert_eq!(place("/k/koivu"), Some(("koivu", None, true)));
        assert_eq!(place("/k/koivu/pikapalaute"), Some(("koivu", Some("pikapalaute"), true)));
        assert_eq!(place("/u/koivu/pikapalaute"), Some(("koivu", Some("pikapalaute"), false)));
        for other in ["", "/", "k/koivu", "/u/koivu", "/k", "/k/", "/k/koivu/", "/k/Koivu", "/k/koivu/x/y", "//k/koivu"]
        {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
