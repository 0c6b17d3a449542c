//! Turns what was typed into a form into feedback, or into faults in the giver's language.

use actix_web::web::Bytes;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::typed::{
    REPLY_EMAIL, REPLY_PHONE, REPLY_WANTED, Typed, VOLUNTEER_EMAIL, VOLUNTEER_NAME, VOLUNTEER_PHONE, VOLUNTEER_WANTED,
    months_of, years_of,
};
use crate::base::{Channel, Fault, Kind, Language, Problem, ReceiptCode};
use crate::instrument::{AnswerFaultKind, AnswerLimits, CANNOT_SAY, Instrument, NumberUnit, Question, QuestionKind};
use crate::intake::evaluate::{CONTACT_CHARS, check_contacts};
use crate::intake::forms::{NewFeedback, Reply, Volunteer};
use crate::intake::take_in::Request;
use crate::locales::{Texts, arguments};
use crate::service::Service;
use crate::service::idempotency::RequestKey;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::units::{unit_of, web_instrument};

/// Months in a year.
const MONTHS: i64 = 12;
/// The maximum number of digits of a number; more are out of every bound.
const DIGITS_MOST: usize = 9;
/// How often a kept form is read again without the fields that had a fault: leaving one out may reveal another.
const MENDED_MOST: usize = 3;

/// A fault, with its field, in the giver's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The question's id or the field's name; empty for the form as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// The context of the answers.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The unit's short name.
    pub unit: &'a str,
    pub instrument: &'a Instrument,
    /// The texts in the giver's language.
    pub t: Texts,
    /// The language of the answers.
    pub language: Language,
    /// The maximum number of characters of a text.
    pub text_chars: usize,
    pub today: Date,
}

impl<'a> About<'a> {
    /// The context of answers to `instrument` at `unit` today, in the language of `t`.
    pub fn of(t: Texts, service: &Service, unit: &'a str, instrument: &'a Instrument) -> Self {
        let text_chars = service.config.limits.text_chars;
        Self { unit, instrument, t, language: t.tag(), text_chars, today: service.today() }
    }
}

/// Reads what was typed. A value that no control of the form can send is removed from `typed`, so that it is asked
/// again.
///
/// # Errors
/// All faults, in the order of the form.
pub fn feedback(typed: &mut Typed, about: About<'_>) -> Result<NewFeedback, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut answers = Map::new();
    for question in &about.instrument.questions {
        match answer(typed, question) {
            Ok(Some(value)) => {
                answers.insert(question.id.clone(), value);
            }
            Ok(None) => {}
            Err(NoAnswer) => {
                let text = unreadable(question, about);
                if question.kind.has_scale() {
                    typed.drop(&question.id);
                }
                faults.push(FieldFault { field: question.id.clone(), text });
            }
        }
    }
    let limits = AnswerLimits { text_chars: about.text_chars };
    match about.instrument.check_map(&answers, limits, about.today.year()) {
        Ok(checked) if checked.is_empty() && faults.is_empty() => {
            faults.push(FieldFault { field: String::new(), text: about.t.get("form-fault-nothing") });
        }
        Ok(_) => {}
        Err(found) => {
            for fault in found {
                let id = fault.pointer.trim_start_matches('/');
                let Some((_, question)) = about.instrument.question(id) else { continue };
                let text = match fault.kind {
                    AnswerFaultKind::TextTooLong { max } => too_long(typed.get(id), max, about.t),
                    _ => unreadable(question, about),
                };
                if question.kind.has_scale() {
                    typed.drop(id);
                }
                faults.push(FieldFault { field: id.to_owned(), text });
            }
        }
    }
    let place = |fault: &FieldFault| about.instrument.question(&fault.field).map(|(index, _)| index);
    faults.sort_by_key(place);
    let form = NewFeedback {
        unit: about.unit.to_owned(),
        instrument: about.instrument.id.clone(),
        instrument_version: Some(about.instrument.version),
        channel: Channel::Web,
        language: about.language,
        given_by: typed.given_by(),
        answers,
        given_on: None,
        reply: reply(typed),
        volunteer: about.instrument.asks_volunteers.then(|| volunteer(typed)).flatten(),
        receipt: typed.code.as_ref().map(ReceiptCode::reveal),
        colour: None,
        serial: None,
        reminder: None,
    };
    let mut contacts = Vec::new();
    check_contacts(&form, &mut contacts);
    faults.extend(contacts.iter().map(|fault| contact(fault, typed, about.t)));
    if faults.is_empty() { Ok(form) } else { Err(faults) }
}

/// The body by which repeated requests are compared: what was said, not how it was filled in.
fn body(form: &NewFeedback) -> Bytes {
    let answers: Vec<(&String, &Value)> = form.answers.iter().collect();
    let body = json!([form.instrument_version, answers, form.given_by, form.reply, form.volunteer, form.receipt]);
    body.to_string().into()
}

/// The request to `path` for `form`, by which a repetition is recognised.
///
/// # Errors
/// As [`RequestKey::parse`].
pub fn request_of(path: &str, typed: &Typed, form: &NewFeedback) -> Result<Request, Problem> {
    let key = RequestKey::parse(&typed.key.to_string(), None, &format!("POST {path}"))?;
    Ok(Request { body: body(form), key: Some(key) })
}

/// A form that a device kept because it could not be sent, with the body by which a repetition is recognised. The giver can no
/// longer be asked to correct it: a field with a fault is left out, so that the rest is not lost.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::UnknownInstrument`], and [`Kind::Invalid`] when nothing is left or a text is too long.
pub fn read_kept(
    t: Texts,
    service: &Service,
    slug: &str,
    id: &str,
    entry: &Entry,
) -> Result<(NewFeedback, Bytes), Problem> {
    let snapshot = service.snapshot();
    let unit = unit_of(&snapshot.tree, slug)?;
    let version = entry.filled("version").and_then(|version| version.parse().ok());
    let instrument = web_instrument(&snapshot, id, version).ok_or_else(|| {
        Problem::at("/instrument_version", Kind::UnknownInstrument, "There is no such form. Fill in the one there is.")
    })?;
    let mut typed = Typed::read(entry, &instrument, service.random_id()?);
    for _ in 0..MENDED_MOST {
        match feedback(&mut typed, About::of(t, service, &unit.slug, &instrument)) {
            Ok(form) => {
                let body = body(&form);
                return Ok((form, body));
            }
            Err(faults) => faults.iter().for_each(|fault| leave_out(&mut typed, &instrument, fault)),
        }
    }
    Err(Problem::at("/answers", Kind::Invalid, "The answers cannot be read. Fill the form in again."))
}

/// Leaves out a field with a fault, unless it is the giver's own words. A volunteer's details are left out as a whole.
fn leave_out(typed: &mut Typed, instrument: &Instrument, fault: &FieldFault) {
    let field = fault.field.as_str();
    match instrument.question(field).map(|(_, question)| &question.kind) {
        Some(QuestionKind::Text) => {}
        Some(QuestionKind::Number { unit: Some(NumberUnit::Months), .. }) => {
            typed.drop(&years_of(field));
            typed.drop(&months_of(field));
        }
        _ if [VOLUNTEER_NAME, VOLUNTEER_EMAIL, VOLUNTEER_PHONE].contains(&field) => {
            [VOLUNTEER_NAME, VOLUNTEER_EMAIL, VOLUNTEER_PHONE, VOLUNTEER_WANTED]
                .iter()
                .for_each(|name| typed.drop(name));
        }
        _ => typed.drop(field),
    }
}

/// The value cannot be an answer to the question.
struct NoAnswer;

fn answer(typed: &Typed, question: &Question) -> Result<Option<Value>, NoAnswer> {
    let number = |text: &str| whole(text).map(|number| Some(Value::from(number)));
    match &question.kind {
        QuestionKind::Scale { .. } | QuestionKind::Choice { .. } => match typed.filled(&question.id) {
            None => Ok(None),
            Some(CANNOT_SAY) => Ok(Some(Value::from(CANNOT_SAY))),
            Some(text) => number(text),
        },
        QuestionKind::Number { unit: Some(NumberUnit::Months), .. } => {
            let years = typed.filled(&years_of(&question.id));
            let months = typed.filled(&months_of(&question.id));
            if years.is_none() && months.is_none() {
                return Ok(None);
            }
            Ok(Some(Value::from(MONTHS * years.map_or(Ok(0), whole)? + months.map_or(Ok(0), whole)?)))
        }
        QuestionKind::Number { .. } => typed.filled(&question.id).map_or(Ok(None), number),
        // Line ends are normalised, so that a text is the same whichever way it came.
        QuestionKind::Text => {
            Ok(typed.filled(&question.id).map(|_| typed.get(&question.id).replace("\r\n", "\n").into()))
        }
    }
}

/// A whole number that is not negative: no form asks for others.
fn whole(text: &str) -> Result<i64, NoAnswer> {
    if text.len() > DIGITS_MOST || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoAnswer);
    }
    text.parse().map_err(|_| NoAnswer)
}

fn reply(typed: &Typed) -> Option<Reply> {
    let held = |name: &str| typed.filled(name).map(str::to_owned);
    let (email, phone) = (held(REPLY_EMAIL), held(REPLY_PHONE));
    // Whoever writes an address wants an answer, ticked or not.
    let wanted = typed.filled(REPLY_WANTED).is_some() || email.is_some() || phone.is_some();
    wanted.then_some(Reply { wanted, email, phone, name: None })
}

fn volunteer(typed: &Typed) -> Option<Volunteer> {
    let held = |name: &str| typed.filled(name).map(str::to_owned);
    let (name, email, phone) = (held(VOLUNTEER_NAME), held(VOLUNTEER_EMAIL), held(VOLUNTEER_PHONE));
    let wanted = typed.filled(VOLUNTEER_WANTED).is_some() || name.is_some() || email.is_some() || phone.is_some();
    wanted.then(|| Volunteer { name: name.unwrap_or_default(), email, phone })
}

/// What to do about an answer that is invalid or out of bounds.
fn unreadable(question: &Question, about: About<'_>) -> String {
    let t = about.t;
    // As text, so that a year has no thousands separator.
    let bounds = |min: i32, max: i32| arguments([("min", min.to_string().into()), ("max", max.to_string().into())]);
    match question.kind {
        QuestionKind::Number { unit: Some(NumberUnit::Year), min, max } => {
            t.with("form-fault-year", &bounds(min, max.min(i32::from(about.today.year()))))
        }
        QuestionKind::Number { unit: Some(NumberUnit::Months), max, .. } => {
            t.with("form-fault-months", &arguments([("max", (max / 12).to_string().into())]))
        }
        QuestionKind::Number { unit: None, min, max } => t.with("form-fault-number", &bounds(min, max)),
        QuestionKind::Scale { .. } | QuestionKind::Choice { .. } | QuestionKind::Text => t.get("form-fault-choice"),
    }
}

fn too_long(text: &str, max: usize, t: Texts) -> String {
    let chars = text.replace("\r\n", "\n").chars().count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let over = count(chars.saturating_sub(max).max(1));
    t.with("form-fault-long", &arguments([("over", over.into()), ("max", count(max).into())]))
}

/// A fault of contact details, with its field.
fn contact(fault: &Fault, typed: &Typed, t: Texts) -> FieldFault {
    let (field, address) = match fault.pointer.as_str() {
        "/reply/email" => (REPLY_EMAIL, true),
        "/reply/phone" => (REPLY_PHONE, false),
        "/volunteer/name" => (VOLUNTEER_NAME, false),
        "/volunteer/phone" => (VOLUNTEER_PHONE, false),
        _ => (VOLUNTEER_EMAIL, true),
    };
    let text = if fault.kind == Kind::TextTooLong {
        let most = i64::try_from(CONTACT_CHARS).unwrap_or(i64::MAX);
        t.with("form-fault-line", &arguments([("max", most.into())]))
    } else if fault.pointer == "/volunteer" {
        t.get("form-fault-reach")
    } else if field == VOLUNTEER_NAME {
        t.get("form-fault-name")
    } else if address && !typed.get(field).contains('@') {
        t.get("form-fault-email-at")
    } else {
        t.get("form-fault-email")
    };
    FieldFault { field: field.to_owned(), text }
}
