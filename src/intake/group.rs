//! Takes in a group interview: one feedback, its SWOT points, and a case for each point.

use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;

use super::batch::{Intake, Interview, Item, Parts, Repeat, Stored};
use super::evaluate::{Evaluated, NewCase, check_day, place_of, routing_problem, unit_of};
use super::forms::{AgreedAction, NewGroupInterview, Swot};
use super::identity::kept_answer;
use super::take_in::{Request, may_record};
use crate::agreement::Due;
use crate::base::{Channel, Fault, Kind, Month, Problem, ReceiptCode, ReceiptHash, redacted_debug};
use crate::case::words::{CaseSubject, SwotField};
use crate::figures::counters::{BlockKey, CountedFor};
use crate::instrument::Instrument;
use crate::keys::codes::{self, Identity};
use crate::organisation::Place;
use crate::routing::{Snapshot, Subject};
use crate::service::Authority;
use crate::service::Service;
use crate::store::cases::CaseRow;
use crate::store::feedback::FeedbackRow;
use crate::store::group_interviews::{ActionRow, PointRow};
use crate::text::redaction::Redacted;

/// The instrument whose steps an interview follows.
pub const INSTRUMENT: &str = "ryhmahaastattelu";
/// The maximum number of SWOT points of one interview.
pub const POINTS_MOST: usize = 100;
/// The maximum number of themes, and of agreed actions, of one interview.
pub const ENTRIES_MOST: usize = 50;
/// The maximum number of characters of a point, a theme or an action.
pub const POINT_CHARS: usize = 1_000;
/// The maximum number of people interviewed; the source advises 5–10.
pub const PARTICIPANTS_MOST: u16 = 50;
/// The maximum number of interviewers; the source advises 1–3.
pub const INTERVIEWERS_MOST: u16 = 10;

/// What the facilitator receives for the group.
#[derive(Clone)]
pub struct TakenInterview {
    /// The interview's feedback id.
    pub id: Uuid,
    /// The group's code.
    pub receipt: ReceiptCode,
    /// The promise with the latest tell-by day among its points.
    pub promise: Option<Due>,
    /// Each point's id and promise, in the order they were sent: strengths, weaknesses, opportunities, threats.
    pub points: Vec<(Uuid, Option<Due>)>,
}

redacted_debug!(TakenInterview { id, promise, points });

/// Takes in a group interview.
///
/// # Errors
/// Every fault of the input; what the writer says.
pub async fn interview(
    service: &Service,
    intake: &Intake,
    form: NewGroupInterview,
    author: &Authority,
    request: Request,
) -> Result<TakenInterview, Problem> {
    let snapshot = service.snapshot();
    let unit = snapshot.tree.unit_by_slug(&form.unit).ok_or_else(Problem::not_found)?;
    let place = snapshot.tree.place(unit, service.today()).ok_or_else(Problem::not_found)?;
    may_record(author, Channel::Group, &place)?;
    let (identity, repeat) = match request.key {
        Some(key) => {
            let identity = codes::of_request(&service.keyring, key.principal, &key.endpoint, &key.key);
            if let Some(answer) = kept_answer(service, &key, &request.body).await? {
                return answered(&answer?, &identity);
            }
            (identity, Repeat::ByKey { key, body: request.body })
        }
        None => (codes::by_chance(&service.keyring, service.entropy.as_ref())?, Repeat::Never),
    };
    let point_ids = (0..count(&form.summary)).map(|_| service.feedback_id()).collect::<Result<Vec<Uuid>, Problem>>()?;
    let (id, hash, key_id) = (service.feedback_id()?, identity.hash, identity.key_id.clone());
    let recorded = Recorded { form, id, hash, key_id, point_ids, author_id: author.principal_id() };
    let build = move |service: &Service, snapshot: &Snapshot| parts(service, snapshot, &recorded);
    let parts = build(service, &snapshot)?;
    let item = Item { parts, again: Box::new(build), repeat, stubs: Vec::new(), alone: true };
    answered(&intake.write(item).await?, &identity)
}

fn answered(rows: &[Stored], identity: &Identity) -> Result<TakenInterview, Problem> {
    let (interview, points) = rows.split_first().ok_or_else(|| Problem::internal("an empty answer"))?;
    Ok(TakenInterview {
        id: interview.id,
        receipt: interview.receipt_hash.and_then(|hash| identity.code_of(hash)).unwrap_or(&identity.code).clone(),
        promise: interview.promise,
        points: points.iter().map(|point| (point.id, point.promise)).collect(),
    })
}

fn count(summary: &Swot) -> usize {
    fields(summary).iter().map(|(_, _, points)| points.len()).sum()
}

/// The four fields of a summary with their names in the form.
fn fields(summary: &Swot) -> [(SwotField, &'static str, &[String]); 4] {
    [
        (SwotField::Strength, "strengths", &summary.strengths),
        (SwotField::Weakness, "weaknesses", &summary.weaknesses),
        (SwotField::Opportunity, "opportunities", &summary.opportunities),
        (SwotField::Threat, "threats", &summary.threats),
    ]
}

/// An interview with the ids under which it is stored; they stay the same when it is evaluated again.
struct Recorded {
    form: NewGroupInterview,
    id: Uuid,
    hash: ReceiptHash,
    /// The receipt key that made the hash.
    key_id: String,
    /// One for each point, in the order in which they were sent.
    point_ids: Vec<Uuid>,
    author_id: Uuid,
}

fn parts(service: &Service, snapshot: &Snapshot, recorded: &Recorded) -> Result<Parts, Problem> {
    let form = &recorded.form;
    let today = service.today();
    let mut faults = Vec::new();
    check_day("/held_on", form.held_on, today, &mut faults);
    check(form, service.config.limits.text_chars, &mut faults);
    let unit = unit_of(snapshot, "/unit", &form.unit, today, &mut faults);
    let place = unit.and_then(|unit| place_of(snapshot, "/unit", unit, form.held_on, &mut faults));
    let instrument = snapshot.catalogue.get(INSTRUMENT, None);
    if instrument.is_none() {
        faults.push(Fault::new("", Kind::UnknownInstrument, "The instrument ryhmahaastattelu is missing."));
    }
    let (Some(place), Some(instrument), true) = (place, instrument, faults.is_empty()) else {
        return Err(Problem::of_faults(faults));
    };
    let (points, cases) = points_and_cases(snapshot, instrument, &place, recorded, today)?;
    let interview = Interview { detail: detail(form).to_string(), points, actions: actions(form), cases };
    let feedback = feedback_row(recorded, instrument, &place);
    let block = BlockKey {
        counted_for: CountedFor::Placement(place.placement_id),
        instrument: feedback.instrument.clone(),
        version: feedback.instrument_version,
        channel: Channel::Group,
        month: Month::of(form.held_on),
    };
    let row = Evaluated {
        settings_version: snapshot.version,
        place,
        feedback,
        block,
        coded: Vec::new(),
        case: None,
        contact: None,
        volunteer: None,
        reminder: None,
    };
    Ok(Parts { rows: vec![row], interview: Some(interview) })
}

/// The points of the summary, and a case for each that the rules ask for.
fn points_and_cases(
    snapshot: &Snapshot,
    instrument: &Instrument,
    place: &Place,
    recorded: &Recorded,
    today: Date,
) -> Result<(Vec<PointRow>, Vec<CaseRow>), Problem> {
    let Recorded { form, id: feedback_id, point_ids, .. } = recorded;
    let all =
        fields(&form.summary).into_iter().flat_map(|(field, _, texts)| texts.iter().map(move |text| (field, text)));
    let mut points = Vec::new();
    let mut cases = Vec::new();
    for (n, ((field, text), point_id)) in (0i64..).zip(all.zip(point_ids)) {
        let text = redacted(form, text);
        let subject = Subject {
            channel: Channel::Group,
            instrument,
            language: form.language,
            given_by: form.given_by,
            coded: &[],
            texts: std::slice::from_ref(&text),
            reading: snapshot.vocabulary.read(&text, form.language),
            reply_wanted: false,
            about: None,
        };
        let routed = snapshot.route(place, &subject, today).map_err(|fault| routing_problem(&fault))?;
        let case = NewCase {
            id: *point_id,
            feedback_id: *feedback_id,
            subject: CaseSubject::SwotPoint,
            channel: Channel::Group,
            place,
            routed: &routed,
            received_on: today,
            next_meeting: None,
            reply_email: false,
        };
        cases.extend(case.row());
        points.push(PointRow { id: *point_id, feedback_id: *feedback_id, n, field, text });
    }
    Ok((points, cases))
}

fn redacted(form: &NewGroupInterview, text: &str) -> String {
    Redacted::from_text(text, form.language.as_str()).into_string()
}

fn actions(form: &NewGroupInterview) -> Vec<ActionRow> {
    let row = |(n, action): (i64, &AgreedAction)| ActionRow {
        n,
        what: redacted(form, &action.what),
        who: redacted(form, &action.who),
        due: redacted(form, &action.when),
    };
    (0i64..).zip(&form.actions).map(row).collect()
}

/// What is kept of the arrangements and the group.
fn detail(form: &NewGroupInterview) -> serde_json::Value {
    let redacted = |text: &str| redacted(form, text);
    let mut arrangements = form.arrangements.clone();
    arrangements.place = arrangements.place.as_deref().map(redacted);
    let mut group = form.group.clone();
    group.name = group.name.as_deref().map(redacted);
    let discussion = form.feedback_discussion.clone().map(|mut discussion| {
        discussion.notes = discussion.notes.as_deref().map(redacted);
        discussion
    });
    let themes: Vec<String> = form.themes.iter().map(|theme| redacted(theme)).collect();
    json!({
        "goal": redacted(&form.goal),
        "arrangements": arrangements,
        "group": group,
        "themes": themes,
        "feedback_discussion": discussion,
    })
}

/// The feedback of the whole group: its texts are its points.
fn feedback_row(recorded: &Recorded, instrument: &Instrument, place: &Place) -> FeedbackRow {
    let Recorded { form, id, hash, key_id, author_id, .. } = recorded;
    FeedbackRow {
        id: *id,
        receipt_hash: Some(*hash),
        receipt_key: Some(key_id.clone()),
        body_mac: None,
        forget_mac_on: None,
        placement_id: place.placement_id,
        instrument: instrument.id.clone(),
        instrument_version: i64::from(instrument.version),
        channel: Channel::Group,
        language: form.language,
        given_by: form.given_by,
        received_on: form.held_on.into(),
        month: Month::of(form.held_on).to_string(),
        coded: "{}".to_owned(),
        texts: None,
        colour_id: None,
        author_id: Some(*author_id),
        void_reason: None,
        voided_on: None,
    }
}

fn check(form: &NewGroupInterview, text_chars: usize, faults: &mut Vec<Fault>) {
    let mut text = |pointer: String, text: &str, most: usize| {
        if text.trim().is_empty() {
            faults.push(Fault::new(pointer, Kind::Invalid, "The text is empty. Write something or leave it out."));
        } else if text.chars().count() > most {
            let detail = format!("The text may have {most} characters at most. Shorten it.");
            faults.push(Fault::new(pointer, Kind::TextTooLong, detail));
        } else if text.contains('\0') {
            faults.push(Fault::new(pointer, Kind::Invalid, "Remove the character U+0000."));
        }
    };
    text("/goal".to_owned(), &form.goal, text_chars);
    if let Some(place) = &form.arrangements.place {
        text("/arrangements/place".to_owned(), place, POINT_CHARS);
    }
    if let Some(name) = &form.group.name {
        text("/group/name".to_owned(), name, POINT_CHARS);
    }
    if let Some(notes) = form.feedback_discussion.as_ref().and_then(|discussion| discussion.notes.as_ref()) {
        text("/feedback_discussion/notes".to_owned(), notes, text_chars);
    }
    for (index, theme) in form.themes.iter().enumerate() {
        text(format!("/themes/{index}"), theme, POINT_CHARS);
    }
    for (_, name, points) in fields(&form.summary) {
        for (index, point) in points.iter().enumerate() {
            text(format!("/summary/{name}/{index}"), point, POINT_CHARS);
        }
    }
    for (index, action) in form.actions.iter().enumerate() {
        text(format!("/actions/{index}/what"), &action.what, POINT_CHARS);
        text(format!("/actions/{index}/who"), &action.who, POINT_CHARS);
        text(format!("/actions/{index}/when"), &action.when, POINT_CHARS);
    }
    let mut bound = |pointer: &str, number: usize, least: usize, most: usize, what: &str| {
        if number < least || number > most {
            let detail = format!("Give {least} to {most} {what}.");
            faults.push(Fault::new(pointer, Kind::Invalid, detail));
        }
    };
    bound("/summary", count(&form.summary), 1, POINTS_MOST, "points in all");
    bound("/themes", form.themes.len(), 0, ENTRIES_MOST, "themes");
    bound("/actions", form.actions.len(), 0, ENTRIES_MOST, "actions");
    bound("/group/participants", form.group.participants.into(), 1, PARTICIPANTS_MOST.into(), "participants");
    bound("/group/interviewers", form.group.interviewers.into(), 1, INTERVIEWERS_MOST.into(), "interviewers");
}
