//! The kiosk: one question on the tablet of a unit's lobby, big faces, perhaps a word. Nothing on it leads elsewhere.
//!
//! A device that many use shows nobody what the giver before said: answers to what was sent are `no-store`, fields are not
//! filled in by the browser, and every page but the first goes back to it by itself. How often one hand may answer is the
//! device's to say (`assets/kiosk.js`): here, many in one lobby look like one client.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Map, Value};

use super::entry::Entry;
use super::giving;
use super::page::{Frame, Keep, LANGUAGE, LanguageChoice, Page};
use super::unit::{Takes, offered, unit_of};
use crate::base::{Channel, GivenBy, Kind, Problem};
use crate::instrument::{Instrument, Question, QuestionKind};
use crate::intake::forms::NewFeedback;
use crate::intake::{Intake, Taken};
use crate::locales::{Texts, arguments};
use crate::loop_back::qr::Qr;
use crate::organisation::Unit;
use crate::routing::Snapshot;
use crate::service::Service;
use crate::web::limits::Limits;

/// Below which all kiosks stand.
pub const ROOM: &str = "/k/";
/// The instrument of `/k/{unit}`.
const QUICK: &str = "pikapalaute";
/// The parameter and field with the language in which the next giver finds the kiosk; empty for the browser's.
const HOME: &str = "home";

/// How long a thanks with a receipt code stands, in seconds: enough to take a picture or to write 16 symbols down.
const CODE_SECONDS: u32 = 40;
/// How long a thanks without one stands, in seconds.
const THANKS_SECONDS: u32 = 4;
/// How long a page that says what went wrong stands, in seconds.
pub const PROBLEM_SECONDS: u32 = 30;

/// A kiosk's page, apart from the frame: where it goes back to, and when.
#[derive(Debug, Clone)]
pub struct Screen {
    /// The page that the next giver finds.
    pub home: String,
    /// After how many seconds it goes there by itself; never where somebody may be answering.
    pub back_after: Option<u32>,
    /// The same where no words were given, and the page is the one for both.
    pub back_without: Option<u32>,
    /// The languages to choose from, where one can be chosen.
    pub languages: Vec<LanguageChoice>,
    /// The unit's name.
    pub unit: String,
}

/// `templates/kiosk.html`.
#[derive(Template)]
#[template(path = "kiosk.html")]
struct KioskPage {
    frame: Frame,
    screen: Screen,
    action: String,
    question: Asked,
    why: Option<Asked>,
    faces: Vec<Face>,
    key: String,
    version: u32,
    home_language: String,
    text_chars: usize,
    /// What is to be mended before it can be sent.
    fault: Option<String>,
    sensitive: bool,
}

/// A question, with what was answered.
struct Asked {
    name: String,
    text: String,
    answer: String,
}

/// One face to touch.
struct Face {
    value: i32,
    face: u8,
    word: String,
}

/// `templates/kiosk_thanks.html`.
#[derive(Template)]
#[template(path = "kiosk_thanks.html")]
struct ThanksPage {
    frame: Frame,
    screen: Screen,
    /// What the giver comes back with, where somebody answers.
    receipt: Option<Receipt>,
    complaint: bool,
}

/// A code to come back with.
struct Receipt {
    by: String,
    groups: Vec<String>,
    spelled: String,
    /// Where the code is typed in.
    address: String,
    qr: Qr,
}

/// `templates/kiosk_problem.html`.
#[derive(Template)]
#[template(path = "kiosk_problem.html")]
struct ProblemPage {
    frame: Frame,
    screen: Screen,
    text: String,
}

/// An instrument that fits a kiosk: one question on faces, and a word at most.
struct Fitting<'i> {
    instrument: &'i Instrument,
    faces: &'i Question,
    word: Option<&'i Question>,
}

/// Whether an instrument is for kiosks: one question on three or five faces, at most one text, and nothing else.
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
struct Kiosk<'s> {
    unit: &'s Unit,
    fitting: Fitting<'s>,
}

/// What stands at an address: the instrument it names, else the quick one, else any that fits.
fn at<'s>(snapshot: &'s Snapshot, slug: &str, instrument: Option<&str>) -> Result<Kiosk<'s>, Problem> {
    let unit = unit_of(&snapshot.tree, slug)?;
    let named = |id: &str| snapshot.catalogue.get(id, None).and_then(|instrument| fitting(instrument));
    let found = match instrument {
        Some(id) => named(id),
        None => named(QUICK).or_else(|| offered(snapshot, unit, Channel::Kiosk).find_map(fitting)),
    };
    Ok(Kiosk { unit, fitting: found.ok_or_else(Problem::not_found)? })
}

/// The parts of the address of a request below `/k`.
fn parts(request: &HttpRequest) -> (&str, Option<&str>) {
    let part = |name: &str| request.match_info().get(name);
    (part("unit").unwrap_or_default(), part("instrument"))
}

/// What a form says that was sent to the kiosk of `slug`.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::Invalid`] when nothing was answered. Whether the answers fit is for intake to say.
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
        // What is no number is left for intake to refuse.
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
        receipt: entry.filled(giving::CODE).map(str::to_owned),
        colour: None,
        serial: None,
        reminder: None,
    })
}

/// A problem on a kiosk: without a way out, and not for long.
pub fn problem(page: &Page, title: String, text: String) -> impl Template {
    let screen = Screen {
        home: page.path().to_owned(),
        back_after: Some(PROBLEM_SECONDS),
        back_without: None,
        languages: Vec::new(),
        unit: String::new(),
    };
    ProblemPage { frame: framed(page, title), screen, text }
}

fn framed(page: &Page, title: String) -> Frame {
    page.frame(title).with_script("receipt-code.js").with_script("kiosk.js")
}

/// The language in which the next giver finds the kiosk: the one it was opened in.
fn home_language(page: &Page, carried: Option<&str>) -> String {
    match carried {
        Some(tag) => Texts::all().map(Texts::language).find(|known| *known == tag).unwrap_or_default().to_owned(),
        None if page.is_chosen() => page.t.language().to_owned(),
        None => String::new(),
    }
}

fn home_address(page: &Page, language: &str) -> String {
    if language.is_empty() { page.path().to_owned() } else { format!("{}?{LANGUAGE}={language}", page.path()) }
}

async fn show(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let page = Page::of(&request);
    let home = home_language(&page, page.parameter(HOME));
    page.answer(start(&page, &service, &request, &home, &Entry::default(), None))
}

/// The page with the question; `entry` is what was answered, `fault` what is to be mended in it.
fn start(
    page: &Page,
    service: &Service,
    request: &HttpRequest,
    home: &str,
    entry: &Entry,
    fault: Option<String>,
) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let (slug, instrument) = parts(request);
    let kiosk = at(&snapshot, slug, instrument)?;
    if Takes::of(&snapshot.tree, kiosk.unit, service.today()) != Takes::Yes {
        return Err(Problem::new(Kind::UnitClosed, "This unit takes no feedback any more."));
    }
    let (language, fitting) = (page.t.language(), &kiosk.fitting);
    let asked = |question: &Question| Asked {
        name: question.id.clone(),
        text: question.text.say(language, Some(Channel::Kiosk)).to_owned(),
        answer: entry.get(&question.id).unwrap_or_default().to_owned(),
    };
    let steps = fitting.instrument.scale_of(fitting.faces).into_iter().flat_map(|scale| scale.as_printed());
    let faces = steps.filter_map(|step| {
        let word = step.text.say(language, Some(Channel::Kiosk)).to_owned();
        Some(Face { value: step.value, face: step.face?, word })
    });
    let languages = Texts::all().map(|texts| LanguageChoice {
        tag: texts.language(),
        name: texts.get("language-name"),
        current: texts.language() == language,
        address: if texts.language() == home {
            home_address(page, home)
        } else {
            format!("{}?{LANGUAGE}={}&{HOME}={home}", page.path(), texts.language())
        },
    });
    let key = match entry.filled(giving::KEY) {
        Some(key) => key.to_owned(),
        None => service.random_id()?.to_string(),
    };
    let question = asked(fitting.faces);
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = KioskPage {
        frame: framed(page, question.text.clone()),
        screen: Screen {
            home: home_address(page, home),
            back_after: None,
            back_without: None,
            languages: languages.collect(),
            unit: kiosk.unit.name.clone(),
        },
        action: page.path().to_owned(),
        question,
        why: fitting.word.map(asked),
        faces: faces.collect(),
        key,
        version: fitting.instrument.version,
        home_language: home.to_owned(),
        text_chars: service.config.limits.text_chars,
        fault,
        sensitive: kiosk.unit.sensitive,
    };
    Ok(page.html(status, Keep::Never, &template))
}

async fn give(
    request: HttpRequest,
    service: Data<Service>,
    intake: Data<Intake>,
    limits: Data<Limits>,
    entry: Entry,
) -> HttpResponse {
    let page = Page::of(&request).speaking(entry.get(LANGUAGE));
    page.answer(given(&page, &service, &intake, &limits, &request, &entry).await)
}

async fn given(
    page: &Page,
    service: &Service,
    intake: &Intake,
    limits: &Limits,
    request: &HttpRequest,
    entry: &Entry,
) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let (slug, instrument) = parts(request);
    let home = home_language(page, entry.get(HOME));
    let again = |fault: &str| start(page, service, request, &home, entry, Some(page.t.get(fault)));
    let form = match read(&snapshot, slug, instrument, page.t, entry) {
        Ok(form) => form,
        Err(problem) if problem.kind == Kind::Invalid => return again("kiosk-nothing"),
        Err(problem) => return Err(problem),
    };
    let taken = match giving::take(service, intake, limits, form, giving::request(page.path(), entry)?).await {
        Ok(taken) => taken,
        Err(problem) if problem.kind == Kind::TextTooLong => return again("kiosk-too-long"),
        Err(problem) => return Err(problem),
    };
    let unit = unit_of(&snapshot.tree, slug)?.name.clone();
    let receipt = receipt(page.t, &service.config.server.public_url, &taken)?;
    let back_after = Some(if receipt.is_some() { CODE_SECONDS } else { THANKS_SECONDS });
    let template = ThanksPage {
        frame: framed(page, page.t.get("kiosk-thanks")),
        screen: Screen { home: home_address(page, &home), back_after, back_without: None, languages: Vec::new(), unit },
        receipt,
        complaint: taken.complaint,
    };
    Ok(page.html(StatusCode::CREATED, Keep::Never, &template))
}

/// The code with which the giver comes back; none where nobody answers in particular.
fn receipt(texts: Texts, public_url: &str, taken: &Taken) -> Result<Option<Receipt>, Problem> {
    let (Some(code), Some(due)) = (&taken.receipt, taken.promise) else { return Ok(None) };
    let day = texts.on_weekday(due.tell_by);
    let spelled = code.chars().map(|symbol| if symbol == '-' { ", ".to_owned() } else { format!("{symbol} ") });
    Ok(Some(Receipt {
        by: texts.with("kiosk-answer-by", &arguments([("day", day.into())])),
        groups: code.split('-').map(str::to_owned).collect(),
        spelled: spelled.collect(),
        address: format!("{}/r", public_url.trim_start_matches("https://").trim_start_matches("http://")),
        qr: Qr::of(&format!("{public_url}/r#{code}"))?,
    }))
}

/// The routes, below `/k`.
pub fn configure(routes: &mut ServiceConfig) {
    for path in ["/{unit}", "/{unit}/{instrument}"] {
        routes.route(path, web::get().to(show)).route(path, web::post().to(give));
    }
}
