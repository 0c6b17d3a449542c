//! Reads what a kiosk sent as feedback: the instrument of its address, and the answers.

use serde_json::{Map, Value};

use super::CODE;
use crate::base::{Channel, GivenBy, Kind, Problem};
use crate::instrument::{Instrument, Question, QuestionKind};
use crate::intake::forms::NewFeedback;
use crate::locales::Texts;
use crate::organisation::Unit;
use crate::routing::Snapshot;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::units::{offered, unit_of};

/// The instrument of `/k/{unit}`.
const QUICK: &str = "pikapalaute";

/// An instrument that fits a kiosk: one question with faces, and at most one text.
pub struct Fitting<'i> {
    pub instrument: &'i Instrument,
    /// The question with faces.
    pub faces: &'i Question,
    /// The question with a text.
    pub word: Option<&'i Question>,
}

/// Checks that an instrument is for kiosks: one question with three or five faces, at most one text, and nothing else.
fn fitting(instrument: &Instrument) -> Option<Fitting<'_>> {
    let mut faces = None;
    let mut word = None;
    for question in &instrument.questions {
        let held = match &question.kind {
            QuestionKind::Scale { .. } if has_faces(instrument, question) => &mut faces,
            QuestionKind::Text => &mut word,
            _ => return None,
        };
        if held.replace(question).is_some() {
            return None;
        }
    }
    let faces = faces.filter(|_| instrument.comes_by(Channel::Kiosk))?;
    Some(Fitting { instrument, faces, word })
}

fn has_faces(instrument: &Instrument, question: &Question) -> bool {
    instrument
        .scale_of(question)
        .is_some_and(|scale| matches!(scale.values.len(), 3 | 5) && scale.values.iter().all(|step| step.face.is_some()))
}

/// The unit and the instrument of an address.
pub struct Kiosk<'s> {
    pub unit: &'s Unit,
    pub fitting: Fitting<'s>,
}

/// The kiosk of an address: with the instrument it names, else the quick one, else the first that fits.
///
/// # Errors
/// [`Kind::NotFound`].
pub fn at<'s>(snapshot: &'s Snapshot, slug: &str, instrument: Option<&str>) -> Result<Kiosk<'s>, Problem> {
    let unit = unit_of(&snapshot.tree, slug)?;
    let named = |id: &str| snapshot.catalogue.get(id, None).and_then(|instrument| fitting(instrument));
    let found = match instrument {
        Some(id) => named(id),
        None => named(QUICK).or_else(|| offered(snapshot, unit, Channel::Kiosk).find_map(fitting)),
    };
    Ok(Kiosk { unit, fitting: found.ok_or_else(Problem::not_found)? })
}

/// Reads a form that was sent to the kiosk of `slug`.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::Invalid`] when nothing was answered. Intake checks the answers.
pub fn read(
    snapshot: &Snapshot,
    slug: &str,
    instrument: Option<&str>,
    texts: Texts,
    entry: &Entry,
) -> Result<NewFeedback, Problem> {
    let kiosk = at(snapshot, slug, instrument)?;
    let fitting = &kiosk.fitting;
    let mut answers = Map::new();
    if let Some(value) = entry.filled(&fitting.faces.id) {
        // Intake refuses what is not a number.
        let value = value.parse::<i32>().map_or_else(|_| Value::from(value), Value::from);
        answers.insert(fitting.faces.id.clone(), value);
    }
    if let Some((question, text)) = fitting.word.and_then(|question| Some((question, entry.filled(&question.id)?))) {
        answers.insert(question.id.clone(), Value::from(text));
    }
    if answers.is_empty() {
        return Err(Problem::at("/answers", Kind::Invalid, "Nothing is answered. Answer a question, then send it."));
    }
    Ok(NewFeedback {
        unit: kiosk.unit.slug.clone(),
        instrument: fitting.instrument.id.clone(),
        instrument_version: entry.filled("version").and_then(|version| version.parse().ok()),
        channel: Channel::Kiosk,
        language: texts.tag(),
        given_by: GivenBy::default(),
        answers,
        given_on: None,
        reply: None,
        volunteer: None,
        receipt: entry.filled(CODE).map(str::to_owned),
        colour: None,
        serial: None,
        reminder: None,
    })
}
