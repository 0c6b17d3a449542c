//! Turns a submission into rows: checks answers, redacts texts, finds placement and colour, routes. Without SQL.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde_json::Value;
use uuid::Uuid;

use super::forms::{NewFeedback, Reply, Volunteer};
use crate::agreement::{Due, Terms};
use crate::base::{Channel, Fault, Kind, Language, Month, Problem, mail_address};
use crate::calendar::{monday_of, thursday_of_week};
use crate::case::words::CaseSubject;
use crate::config::limits::Limits;
use crate::figures::counters::{BlockKey, CountedFor};
use crate::instrument::answers::AnswerFaultKind;
use crate::instrument::{AnswerLimits, Checked, Instrument};
use crate::keys::codes::Identity;
use crate::keys::keyring::Purpose;
use crate::organisation::{Place, Unit, colours};
use crate::routing::{Routed, RoutingFault, Snapshot, Subject};
use crate::service::Service;
use crate::store::cases::CaseRow;
use crate::store::contacts::{ReminderRow, SealedRow};
use crate::store::feedback::FeedbackRow;
use crate::text::redaction::Redacted;

/// The greatest age of a feedback, in days.
pub const OLDEST_DAYS: i64 = 366;
/// Characters of an author's reminder at most.
pub const REMINDER_CHARS: usize = 40;
/// Characters of a name, an e-mail address or a phone number at most.
pub const CONTACT_CHARS: usize = 254;
/// What to do about an address that no mail can be written to.
const ADDRESS: &str = "Write the address as name@example.fi, with a domain that ends in letters such as .fi or .com, or \
                       leave it out.";
/// Prefixes of Finnish mobile numbers (Traficom's numbering plan), national and international.
const MOBILE_PREFIXES: [&str; 4] = ["04", "050", "+358", "00358"];
/// How long volunteers' details are kept, in months.
pub const VOLUNTEER_MONTHS: i32 = 12;

/// A submission as rows, evaluated on one version of the settings.
#[derive(Clone)]
pub struct Evaluated {
    pub settings_version: i64,
    /// Where it belongs in the organisation.
    pub place: Place,
    pub feedback: FeedbackRow,
    /// The counter block it belongs to.
    pub block: BlockKey,
    /// Its checked answers, for the counters.
    pub coded: Vec<(usize, crate::instrument::Coded)>,
    /// Its case, if routing gives it one.
    pub case: Option<CaseRow>,
    /// Sealed contact details.
    pub contact: Option<SealedRow>,
    /// Sealed details of a volunteer: id, the day to erase, the details.
    pub volunteer: Option<(Uuid, Date, SealedRow)>,
    /// The author's reminder.
    pub reminder: Option<ReminderRow>,
}

/// Who types a feedback in; a feedback that a giver sends has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    pub id: Uuid,
}

/// What the checks of a form have found in the settings.
pub struct CheckedForm<'s> {
    given_on: Date,
    instrument: &'s Instrument,
    place: Place,
    answers: Checked,
    colour_id: Option<Uuid>,
}

/// Checks `form` on `snapshot`.
///
/// # Errors
/// Every fault of the input with its JSON pointer.
pub fn check<'s>(service: &Service, snapshot: &'s Snapshot, form: &NewFeedback) -> Result<CheckedForm<'s>, Vec<Fault>> {
    let today = service.today();
    let mut faults = Vec::new();
    let given_on = form.given_on.unwrap_or(today);
    check_day("/given_on", given_on, today, &mut faults);
    let found = instrument(snapshot, form, &mut faults);
    let unit = unit_of(snapshot, "/unit", &form.unit, today, &mut faults);
    let place = unit.and_then(|unit| place_of(snapshot, "/unit", unit, given_on, &mut faults));
    let checked = found.and_then(|instrument| answers(instrument, form, &service.config.limits, today, &mut faults));
    check_channel_fields(form, &mut faults);
    check_contacts(form, &mut faults);
    let colour_id = unit.and_then(|unit| colour(snapshot, unit, form, given_on, &mut faults));
    check_reminder(form, today, &mut faults);
    match (found, place, checked, faults.is_empty()) {
        (Some(instrument), Some(place), Some(answers), true) => {
            Ok(CheckedForm { given_on, instrument, place, answers, colour_id })
        }
        _ => Err(faults),
    }
}

/// Evaluates `form` on `snapshot` as the feedback `id` with the receipt `identity`.
///
/// # Errors
/// Every fault of the input with its JSON pointer, or [`Kind::NoHandler`].
pub fn evaluate(
    service: &Service,
    snapshot: &Snapshot,
    form: &NewFeedback,
    id: Uuid,
    identity: &Identity,
    author: Option<Author>,
) -> Result<Evaluated, Problem> {
    let today = service.today();
    let CheckedForm { given_on, instrument, place, answers: checked, colour_id } =
        check(service, snapshot, form).map_err(Problem::of_faults)?;
    let language = form.language;
    let texts: Vec<(usize, Redacted)> =
        checked.texts.iter().map(|(index, text)| (*index, Redacted::from_text(text, language.as_str()))).collect();
    let plain: Vec<String> = texts.iter().map(|(_, text)| text.as_str().to_owned()).collect();
    let reply_wanted = form.reply.as_ref().is_some_and(|reply| reply.wanted);
    let about = colours::about(&snapshot.tree, form.channel, author.map(|author| author.id), colour_id);
    let subject = Subject {
        channel: form.channel,
        instrument,
        language: form.language,
        given_by: form.given_by,
        coded: &checked.coded,
        texts: &plain,
        reading: snapshot.vocabulary.read_all(plain.iter().map(String::as_str), form.language),
        reply_wanted,
        about,
    };
    let routed = snapshot.route(&place, &subject, today).map_err(|fault| routing_problem(&fault))?;
    let (received_on, month) = counted_on(form.channel, given_on);
    let feedback = FeedbackRow {
        id,
        receipt_hash: Some(identity.hash),
        receipt_key: Some(identity.key_id.clone()),
        body_mac: None,
        forget_mac_on: None,
        placement_id: place.placement_id,
        instrument: instrument.id.clone(),
        instrument_version: i64::from(instrument.version),
        channel: form.channel,
        language,
        given_by: form.given_by,
        received_on: received_on.into(),
        month: month.to_string(),
        coded: checked.coded_json(instrument),
        texts: instrument.texts_json(texts.iter().map(|(index, text)| (*index, text.as_str()))),
        colour_id,
        author_id: author.map(|author| author.id),
        void_reason: None,
        voided_on: None,
    };
    let block = BlockKey {
        counted_for: CountedFor::Placement(place.placement_id),
        instrument: feedback.instrument.clone(),
        version: feedback.instrument_version,
        channel: form.channel,
        month,
    };
    let case = NewCase {
        id,
        feedback_id: id,
        subject: CaseSubject::Feedback,
        channel: form.channel,
        place: &place,
        routed: &routed,
        received_on: today,
        next_meeting: form.reminder.as_ref().and_then(|reminder| reminder.next_meeting),
        reply_email: form.reply.as_ref().is_some_and(|reply| reply.wanted && reply.email.is_some()),
    }
    .row();
    Ok(Evaluated {
        settings_version: snapshot.version,
        contact: seal_reply(service, id, form.reply.as_ref(), form.language)?,
        volunteer: seal_volunteer(service, form, today)?,
        reminder: seal_reminder(service, id, form, author)?,
        place,
        feedback,
        block,
        coded: checked.coded,
        case,
    })
}

/// The parts of a new case, made from a feedback or from one point of an interview.
pub struct NewCase<'a> {
    pub id: Uuid,
    pub feedback_id: Uuid,
    pub subject: CaseSubject,
    pub channel: Channel,
    pub place: &'a Place,
    pub routed: &'a Routed,
    pub received_on: Date,
    /// The next meeting with the giver of an oral note.
    pub next_meeting: Option<Date>,
    /// Whether the giver left an address for the answer.
    pub reply_email: bool,
}

impl NewCase<'_> {
    /// The row of the case, if routing gives it one. The tell-by day is no earlier than the next meeting with the
    /// giver.
    pub fn row(&self) -> Option<CaseRow> {
        let plan = self.routed.case.as_ref()?;
        let tell_by = self.next_meeting.map_or(plan.due.tell_by, |meeting| meeting.max(plan.due.tell_by));
        Some(CaseRow {
            id: self.id,
            feedback_id: self.feedback_id,
            subject: self.subject,
            channel: self.channel,
            organiser_id: self.place.organiser_id,
            producer_id: self.place.producer_id,
            unit_id: self.place.unit_id,
            state: crate::case::steps::State::Received,
            category: plan.category.clone(),
            urgency: plan.urgency,
            rule: self.routed.rule.clone(),
            rule_reason: self.routed.reason.clone(),
            agreement_id: plan.agreement_id,
            acknowledge_wd: plan.terms.acknowledge().get().into(),
            decide_wd: plan.terms.decide().get().into(),
            tell_wd: plan.terms.tell().get().into(),
            handler_id: plan.handler_id,
            handler_role: plan.handler_role,
            stand_in_id: None,
            received_on: self.received_on.into(),
            acknowledge_by: plan.due.acknowledge_by.into(),
            decide_by: plan.due.decide_by.into(),
            tell_by: tell_by.into(),
            waiting_since: None,
            acknowledged_on: None,
            available_on: None,
            told_on: None,
            told_how: None,
            closed_on: None,
            decision: None,
            verdict: None,
            reopenings: 0,
            terms_from: self.received_on.into(),
            paused_wd: 0,
            reminded_on: None,
            reply_email: self.reply_email,
            complaint: plan.complaint,
            unread_since: None,
            version: 1,
            voided_on: None,
        })
    }
}

/// The due days of a case as they stand now.
pub fn promise_of(case: &CaseRow) -> Due {
    Due { acknowledge_by: case.acknowledge_by.into(), decide_by: case.decide_by.into(), tell_by: case.tell_by.into() }
}

/// The terms that a case was given when it was taken in.
pub fn terms_of(case: &CaseRow) -> Option<Terms> {
    let days = |number: i64| crate::agreement::WorkingDays::new(u16::try_from(number).ok()?).ok();
    Terms::new(days(case.acknowledge_wd)?, days(case.decide_wd)?, days(case.tell_wd)?).ok()
}

/// Why routing failed, for the caller.
pub fn routing_problem(fault: &RoutingFault) -> Problem {
    Problem::new(Kind::NoHandler, format!("The feedback was not stored: {fault}."))
}

/// Checks that a day is today or lies at most [`OLDEST_DAYS`] days back.
pub fn check_day(pointer: &str, day: Date, today: Date, faults: &mut Vec<Fault>) {
    if day > today {
        faults.push(Fault::new(
            pointer,
            Kind::DateInFuture,
            format!("{day} is in the future; today is {today}. Correct the date."),
        ));
    } else if today.since(day).is_ok_and(|span: Span| i64::from(span.get_days()) > OLDEST_DAYS) {
        faults.push(Fault::new(
            pointer,
            Kind::DateTooOld,
            format!("{day} is more than {OLDEST_DAYS} days ago. Correct the date."),
        ));
    }
}

/// The unit with a short name, if it still takes feedback.
pub fn unit_of<'s>(
    snapshot: &'s Snapshot,
    pointer: &str,
    slug: &str,
    today: Date,
    faults: &mut Vec<Fault>,
) -> Option<&'s Unit> {
    let Some(unit) = snapshot.tree.unit_by_slug(slug) else {
        faults.push(Fault::new(
            pointer,
            Kind::UnknownUnit,
            "There is no unit of this short name. Check the address of the form.",
        ));
        return None;
    };
    if let Some(day) = unit.closed_on.filter(|day| *day <= today) {
        faults.push(Fault::new(
            pointer,
            Kind::UnitClosed,
            format!("This unit closed on {day}. Give the feedback to the unit that took over its work."),
        ));
        return None;
    }
    Some(unit)
}

/// The placement of a unit on a day.
pub fn place_of(snapshot: &Snapshot, pointer: &str, unit: &Unit, day: Date, faults: &mut Vec<Fault>) -> Option<Place> {
    let place = snapshot.tree.place(unit, day);
    if place.is_none() {
        faults.push(Fault::new(
            pointer,
            Kind::UnitUnplaced,
            format!("The unit belonged to no producer on {day}. The service's keeper must add its placement."),
        ));
    }
    place
}

fn instrument<'s>(snapshot: &'s Snapshot, form: &NewFeedback, faults: &mut Vec<Fault>) -> Option<&'s Instrument> {
    let Some(instrument) = snapshot.catalogue.get(&form.instrument, form.instrument_version) else {
        let (pointer, what) = match form.instrument_version {
            Some(_) if snapshot.catalogue.get(&form.instrument, None).is_some() => ("/instrument_version", "version"),
            _ => ("/instrument", "instrument"),
        };
        faults.push(Fault::new(
            pointer,
            Kind::UnknownInstrument,
            format!("There is no such {what}. GET /api/v1/instruments lists those there are."),
        ));
        return None;
    };
    if !instrument.channels.contains(&form.channel) {
        faults.push(Fault::new(
            "/channel",
            Kind::WrongChannel,
            format!("{} is not given by the channel {}.", instrument.id, form.channel.as_str()),
        ));
    }
    Some(instrument)
}

fn answers(
    instrument: &Instrument,
    form: &NewFeedback,
    limits: &Limits,
    today: Date,
    faults: &mut Vec<Fault>,
) -> Option<Checked> {
    match instrument.check_map(&form.answers, AnswerLimits { text_chars: limits.text_chars }, today.year()) {
        Ok(checked) if checked.is_empty() && form.reply.as_ref().is_none_or(|reply| !reply.wanted) => {
            faults.push(Fault::new("/answers", Kind::Invalid, "Every question was skipped. Answer at least one."));
            None
        }
        Ok(checked) => Some(checked),
        Err(found) => {
            faults.extend(found.into_iter().map(|fault| {
                let kind = match fault.kind {
                    AnswerFaultKind::UnknownQuestion => Kind::UnknownQuestion,
                    AnswerFaultKind::OffScale { .. } | AnswerFaultKind::NumberOutOfBounds { .. } => Kind::OffScale,
                    AnswerFaultKind::TextTooLong { .. } => Kind::TextTooLong,
                    _ => Kind::WrongType,
                };
                Fault::new(format!("/answers{}", fault.pointer), kind, fault.message)
            }));
            None
        }
    }
}

/// Refuses fields that the form's channel does not take.
fn check_channel_fields(form: &NewFeedback, faults: &mut Vec<Fault>) {
    let takes = form.channel.properties();
    let mut only = |pointer: &str, present: bool, taken: bool, what: &str| {
        if present && !taken {
            faults.push(Fault::new(pointer, Kind::Invalid, format!("{what} Remove the field.")));
        }
    };
    only("/colour", form.colour.is_some(), takes.takes_card_fields, "Only a card has a colour.");
    only("/serial", form.serial.is_some(), takes.takes_card_fields, "Only a card has a serial.");
    only("/reminder", form.reminder.is_some(), takes.takes_reminder, "Only an oral note has a reminder.");
    only(
        "/receipt",
        form.receipt.is_some(),
        takes.takes_own_code,
        "Only web forms and kiosks bring a code of their own.",
    );
    only(
        "/reply",
        form.reply.as_ref().is_some_and(|reply| reply.email.is_some() || reply.phone.is_some() || reply.name.is_some()),
        takes.takes_contacts,
        "A card or an oral note has no contact details: its giver hears back by the code, the board or the worker.",
    );
    if takes.has_points {
        faults.push(Fault::new("/channel", Kind::WrongChannel, "Send a group interview to /api/v1/group-interviews."));
    }
}

/// Checks contact details: one line each, plausible addresses, and an address or a number for a volunteer.
pub fn check_contacts(form: &NewFeedback, faults: &mut Vec<Fault>) {
    let language = form.language;
    let mut field = |pointer: &str, value: Option<&String>, email: bool| {
        let Some(value) = value else { return };
        if value.chars().count() > CONTACT_CHARS || value.chars().any(char::is_control) {
            let text = format!("Write it on one line of at most {CONTACT_CHARS} characters.");
            faults.push(Fault::new(pointer, Kind::TextTooLong, text));
        } else if email && !is_usable_address(value, language) {
            faults.push(Fault::new(pointer, Kind::Invalid, ADDRESS));
        } else if value.trim().is_empty() {
            faults.push(Fault::new(pointer, Kind::Invalid, "The field is empty. Fill it in or leave it out."));
        }
    };
    if let Some(reply) = &form.reply {
        field("/reply/email", reply.email.as_ref(), true);
        field("/reply/phone", reply.phone.as_ref(), false);
        field("/reply/name", reply.name.as_ref(), false);
    }
    if let Some(volunteer) = &form.volunteer {
        field("/volunteer/name", Some(&volunteer.name), false);
        field("/volunteer/email", volunteer.email.as_ref(), true);
        field("/volunteer/phone", volunteer.phone.as_ref(), false);
        if volunteer.email.is_none() && volunteer.phone.is_none() {
            faults.push(Fault::new("/volunteer", Kind::Invalid, "Give an e-mail address or a phone number."));
        }
    }
}

/// Whether a mail can be written to the address as it is kept: an identity code in it is not.
fn is_usable_address(text: &str, language: Language) -> bool {
    mail_address::parse(&without_identity_code(text, language)).is_some()
}

/// Leaves out the addresses that no mail can be written to, where nobody is there any more to be asked.
pub fn leave_out_unusable_addresses(form: &mut NewFeedback) {
    let language = form.language;
    let usable = |email: Option<String>| email.filter(|email| is_usable_address(email, language));
    if let Some(reply) = &mut form.reply {
        reply.email = usable(reply.email.take());
    }
    if let Some(volunteer) = &mut form.volunteer {
        volunteer.email = usable(volunteer.email.take());
    }
    // Who can be reached in no way cannot be asked to take part.
    form.volunteer.take_if(|volunteer| volunteer.email.is_none() && volunteer.phone.is_none());
}

fn colour(
    snapshot: &Snapshot,
    unit: &Unit,
    form: &NewFeedback,
    given_on: Date,
    faults: &mut Vec<Fault>,
) -> Option<Uuid> {
    let colour = form.colour.as_deref()?;
    let monday = monday_of(given_on);
    let found = colours::assignment(&snapshot.tree, unit, monday, colour);
    if found.is_none() {
        faults.push(Fault::new(
            "/colour",
            Kind::ColourUnassigned,
            format!(
                "The colour belongs to nobody at this unit in the week of {monday}. Correct the colour or the day, or \
                 leave the colour out."
            ),
        ));
    }
    found
}

fn check_reminder(form: &NewFeedback, today: Date, faults: &mut Vec<Fault>) {
    let Some(reminder) = &form.reminder else { return };
    if reminder.text.chars().count() > REMINDER_CHARS || reminder.text.chars().any(char::is_control) {
        faults.push(Fault::new(
            "/reminder/text",
            Kind::TextTooLong,
            format!("A reminder has at most {REMINDER_CHARS} characters on one line."),
        ));
    }
    if reminder.next_meeting.is_some_and(|day| day < today || day > today.saturating_add(1.years())) {
        faults.push(Fault::new(
            "/reminder/next_meeting",
            Kind::Invalid,
            "The next meeting lies between today and a year from now. Correct the date.",
        ));
    }
}

/// What is kept by week gets the Monday of its week as its day and the month of that week's Thursday; all else keeps
/// its day.
fn counted_on(channel: Channel, given_on: Date) -> (Date, Month) {
    if channel.properties().kept_by_week {
        (monday_of(given_on), Month::of(thursday_of_week(given_on)))
    } else {
        (given_on, Month::of(given_on))
    }
}

fn seal(service: &Service, record: Uuid, value: &Value) -> Result<SealedRow, Problem> {
    let key = service.keyring.active(Purpose::Contact);
    let sealed = key.seal(value.to_string().as_bytes(), record, service.entropy.as_ref()).map_err(Problem::internal)?;
    Ok(SealedRow { key_id: key.id().to_owned(), sealed })
}

/// Removes identity codes, which are not stored even when encrypted.
fn without_identity_code(text: &str, language: Language) -> String {
    Redacted::from_text(text, language.as_str()).into_string()
}

/// The same for a phone number. Three in a hundred mobile numbers have the form and the check symbol of an identity
/// code. What looks like a mobile number in a phone field is kept as one, unless it has a dash: then it may be a code.
fn phone_without_identity_code(text: &str, language: Language) -> String {
    let is_mobile = MOBILE_PREFIXES.iter().any(|prefix| text.trim_start().starts_with(prefix));
    let is_plain = text.chars().all(|symbol| symbol.is_ascii_digit() || " +()".contains(symbol));
    if is_mobile && is_plain { text.to_owned() } else { without_identity_code(text, language) }
}

fn seal_reply(
    service: &Service,
    id: Uuid,
    reply: Option<&Reply>,
    language: Language,
) -> Result<Option<SealedRow>, Problem> {
    let Some(reply) = reply.filter(|reply| reply.email.is_some() || reply.phone.is_some() || reply.name.is_some())
    else {
        return Ok(None);
    };
    let redacted = |text: &Option<String>| text.as_deref().map(|text| without_identity_code(text, language));
    let reply = Reply {
        wanted: reply.wanted,
        email: redacted(&reply.email),
        phone: reply.phone.as_deref().map(|phone| phone_without_identity_code(phone, language)),
        name: redacted(&reply.name),
    };
    let value = serde_json::to_value(reply).map_err(Problem::internal)?;
    seal(service, id, &value).map(Some)
}

fn seal_volunteer(
    service: &Service,
    form: &NewFeedback,
    today: Date,
) -> Result<Option<(Uuid, Date, SealedRow)>, Problem> {
    let Some(volunteer) = &form.volunteer else { return Ok(None) };
    let id = service.random_id()?;
    let language = form.language;
    let volunteer = Volunteer {
        name: without_identity_code(&volunteer.name, language),
        email: volunteer.email.as_deref().map(|email| without_identity_code(email, language)),
        phone: volunteer.phone.as_deref().map(|phone| phone_without_identity_code(phone, language)),
    };
    let value = serde_json::to_value(volunteer).map_err(Problem::internal)?;
    // Rounded to the first of a month: the exact day could be matched with the day of the answers.
    let erase_on = today.saturating_add((VOLUNTEER_MONTHS + 1).months()).first_of_month();
    Ok(Some((id, erase_on, seal(service, id, &value)?)))
}

fn seal_reminder(
    service: &Service,
    id: Uuid,
    form: &NewFeedback,
    author: Option<Author>,
) -> Result<Option<ReminderRow>, Problem> {
    let (Some(reminder), Some(author)) = (&form.reminder, author) else { return Ok(None) };
    let text = Redacted::from_text(&reminder.text, form.language.as_str());
    let sealed = seal(service, id, &Value::String(text.into_string()))?;
    Ok(Some(ReminderRow {
        author_id: author.id,
        next_meeting: reminder.next_meeting.map(Into::into),
        key_id: sealed.key_id,
        sealed: sealed.sealed,
    }))
}

#[cfg(test)]
mod tests {
    use super::phone_without_identity_code;
    use crate::base::Language;

    #[test]
    fn a_mobile_number_is_no_identity_code_and_a_code_no_number() {
        for number in ["0401234007", "040 123 4007", "0502000050", "+358 40 123 4007"] {
            assert_eq!(phone_without_identity_code(number, Language::Fi), number);
        }
        for code in ["010594Y9032", "020504-904H"] {
            assert!(!phone_without_identity_code(code, Language::Sv).contains(code), "{code}");
        }
    }
}
