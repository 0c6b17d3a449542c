//! The kiosk: one question on a tablet in a unit's lobby, large faces, and perhaps a few words. Nothing on it links
//! elsewhere.
//!
//! A device that many people use shows nobody what the previous giver said: responses are `no-store`, the browser does
//! not fill in fields, and every page but the first returns to it automatically. The device limits how often one person
//! may answer (`assets/kiosk.js`): to the server, everybody in a lobby looks like one client.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::submission;
use super::submission::kiosk::{at, read};
use crate::base::{Channel, Kind, Problem};
use crate::instrument::Question;
use crate::intake::{Intake, Taken};
use crate::locales::{Texts, arguments};
use crate::loop_back::qr::Qr;
use crate::service::Service;
use crate::web::limits::RateLimits;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::kiosk_screen::{Screen, framed};
use crate::web::pages::frame::page::{Frame, Keep, LANGUAGE, LanguageChoice, Page};
use crate::web::pages::frame::units::{Takes, unit_of};

/// The parameter and field for the language in which the kiosk starts for the next giver; empty for the browser's.
const HOME: &str = "home";

/// How long the thanks are shown with a receipt code, in seconds: enough to take a picture or write down 16 symbols.
const CODE_SECONDS: u32 = 40;
/// How long the thanks are shown without one, in seconds.
const THANKS_SECONDS: u32 = 4;

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
    /// What must be corrected before it can be sent.
    fault: Option<String>,
    sensitive: bool,
}

/// A question and its answer.
struct Asked {
    name: String,
    text: String,
    answer: String,
}

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
    /// The receipt, if somebody will answer.
    receipt: Option<Receipt>,
    complaint: bool,
}

struct Receipt {
    by: String,
    groups: Vec<String>,
    spelled: String,
    /// The address at which the code is typed in.
    address: String,
    qr: Qr,
}

/// The path parameters of a request below `/k`.
fn parts(request: &HttpRequest) -> (&str, Option<&str>) {
    let part = |name: &str| request.match_info().get(name);
    (part("unit").unwrap_or_default(), part("instrument"))
}

/// The language in which the kiosk starts for the next giver: the one in which it was opened.
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

/// The page with the question; `entry` has the answers, `fault` says what to correct in them.
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
    let key = match entry.filled(submission::KEY) {
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
    limits: Data<RateLimits>,
    entry: Entry,
) -> HttpResponse {
    let page = Page::of(&request).speaking(entry.get(LANGUAGE));
    page.answer(given(&page, &service, &intake, &limits, &request, &entry).await)
}

async fn given(
    page: &Page,
    service: &Service,
    intake: &Intake,
    limits: &RateLimits,
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
    let taken = match submission::take(service, intake, limits, form, submission::request(page.path(), entry)?).await {
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

/// The receipt code for coming back; none if nobody answers this feedback individually.
fn receipt(texts: Texts, public_url: &str, taken: &Taken) -> Result<Option<Receipt>, Problem> {
    let (Some(code), Some(due)) = (&taken.receipt, taken.promise) else { return Ok(None) };
    let (code, day) = (code.reveal(), texts.on_weekday(due.tell_by));
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
