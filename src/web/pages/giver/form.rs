//! The form of an instrument at a unit: all questions on one page, or one at a time; then the thanks with the receipt.
//!
//! One document serves both views without script: with one question at a time, the style sheet shows the step that the
//! address names. What was typed stays in the form, whatever the response is.

mod thanks;
mod view;

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use self::thanks::Around;
use self::view::{CheckPage, Drawer, FormPage, Notice};
use super::submission;
use super::submission::form::{About, FieldFault, feedback, request_of};
use super::submission::typed::{Typed, View};
use crate::base::{Kind, Problem};
use crate::instrument::Instrument;
use crate::intake::Intake;
use crate::locales::arguments;
use crate::organisation::Unit;
use crate::routing::Snapshot;
use crate::service::Service;
use crate::web::errors;
use crate::web::limits::RateLimits;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::guard::TooOften;
use crate::web::pages::frame::page::{Frame, Keep, LANGUAGE, Page};
use crate::web::pages::frame::units::{unit_of, web_instrument};

/// The id of the form element, for the buttons in the page's head.
const FORM: &str = "form";
/// The scripts of the form: the one that makes codes, and the one that uses it.
const SCRIPTS: [&str; 2] = ["receipt-code.js", "form.js"];

/// The context of a form.
struct Place<'a> {
    page: &'a Page,
    service: &'a Service,
    snapshot: &'a Snapshot,
    unit: &'a Unit,
    path: String,
}

impl<'a> Place<'a> {
    fn of(page: &'a Page, service: &'a Service, snapshot: &'a Snapshot, slug: &str, id: &str) -> Result<Self, Problem> {
        let unit = unit_of(&snapshot.tree, slug)?;
        Ok(Self { page, service, snapshot, unit, path: format!("/u/{slug}/{id}") })
    }

    /// The address to which the form is sent. It differs from the form's own: a browser drops what it cached for an
    /// address to which something was posted, and going back would load a new form with another key. A second sending
    /// would then be a second feedback.
    fn action(&self) -> String {
        self.page.link(&format!("{}?send", self.path))
    }

    fn is_closed(&self) -> bool {
        self.unit.closed_on.is_some_and(|day| day <= self.service.today())
    }

    /// The frame of a page that contains the form.
    fn frame_of_form(&self, title: String) -> Frame {
        SCRIPTS.into_iter().fold(self.frame(title).carrying(FORM), Frame::with_script)
    }

    fn frame(&self, title: String) -> Frame {
        self.page.frame(title).of_unit(self.service, &self.snapshot.tree, self.unit)
    }

    fn drawer<'d>(&self, instrument: &'d Instrument, typed: &'d Typed, faults: &'d [FieldFault]) -> Drawer<'d> {
        Drawer { t: self.page.t, instrument, typed, faults }
    }

    fn notice(&self, what: &str) -> Notice {
        let t = self.page.t;
        Notice { title: t.get(&format!("form-notice-title-{what}")), text: t.get(&format!("form-notice-text-{what}")) }
    }

    /// The form with what was typed.
    fn form(
        &self,
        status: StatusCode,
        instrument: &Instrument,
        typed: &Typed,
        faults: &[FieldFault],
        notice: Option<Notice>,
        fresh: bool,
    ) -> HttpResponse {
        let t = self.page.t;
        let drawer = self.drawer(instrument, typed, faults);
        let head = drawer.head(&self.unit.name);
        let one = typed.view == View::One;
        let blocks = drawer.blocks();
        let steps = if one { drawer.steps(drawer.blocks()) } else { Vec::new() };
        let count = i64::try_from(faults.len()).unwrap_or(i64::MAX);
        let faults_title = t.with("form-sum-title", &arguments([("count", count.into())]));
        let title = if faults.is_empty() {
            head.title.clone()
        } else {
            t.with("form-title-fault", &arguments([("title", head.title.clone().into())]))
        };
        let template = FormPage {
            frame: self.frame_of_form(title),
            head,
            notice,
            faults: drawer.fault_links(&blocks, &steps),
            faults_title,
            hidden: drawer.hidden(false),
            fresh,
            action: self.action(),
            one,
            easy_offered: instrument.is_easy_in(t.language()),
            easy: typed.easy,
            blocks: if one { Vec::new() } else { blocks },
            steps,
            own: drawer.own(),
        };
        self.page.html(status, Keep::Fresh, &template)
    }

    /// What was typed, in words: to check and send, or only to read and copy.
    fn check(
        &self,
        status: StatusCode,
        instrument: &Instrument,
        typed: &Typed,
        notice: Option<Notice>,
        sendable: bool,
        again: bool,
    ) -> HttpResponse {
        let t = self.page.t;
        let drawer = self.drawer(instrument, typed, &[]);
        let (said, skipped) = drawer.said();
        let count = i64::try_from(skipped).unwrap_or(i64::MAX);
        let skipped = (skipped > 0).then(|| t.with("form-check-skipped", &arguments([("count", count.into())])));
        let template = CheckPage {
            frame: self.frame_of_form(t.get("form-check-title")),
            head: drawer.head(&self.unit.name),
            notice,
            hidden: drawer.hidden(true),
            fresh: again,
            action: self.action(),
            sendable,
            send: t.get(if again { "form-send-again" } else { "form-send" }),
            view: typed.view.as_str(),
            said,
            skipped,
        };
        self.page.html(status, Keep::Never, &template)
    }

    /// The response of a closed unit: nothing is stored, and nothing that was typed is lost.
    fn closed(&self, instrument: &Instrument, typed: &Typed) -> HttpResponse {
        let notice = Some(self.notice("closed"));
        self.check(StatusCode::GONE, instrument, typed, notice, false, false)
    }
}

async fn show(request: HttpRequest, service: Data<Service>, path: Path<(String, String)>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(opened(&page, &service, &path.0, &path.1))
}

fn opened(page: &Page, service: &Service, slug: &str, id: &str) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let place = Place::of(page, service, &snapshot, slug, id)?;
    let instrument = web_instrument(&snapshot, id, None).ok_or_else(Problem::not_found)?;
    if place.is_closed() {
        return Ok(page.gone());
    }
    let (view, easy) = (View::of(page.parameter("view")), page.parameter("easy") == Some("1"));
    let typed = Typed::nothing(service.random_id()?, view, easy);
    Ok(place.form(StatusCode::OK, &instrument, &typed, &[], None, true))
}

async fn send(
    request: HttpRequest,
    service: Data<Service>,
    intake: Data<Intake>,
    limits: Data<RateLimits>,
    path: Path<(String, String)>,
    entry: Entry,
) -> HttpResponse {
    let page = Page::of(&request).speaking(entry.first(LANGUAGE));
    let too_often = request.extensions_mut().remove::<TooOften>();
    page.answer(sent(&page, &service, &intake, &limits, &path, &entry, too_often).await)
}

async fn sent(
    page: &Page,
    service: &Service,
    intake: &Intake,
    limits: &RateLimits,
    (slug, id): &(String, String),
    entry: &Entry,
    too_often: Option<TooOften>,
) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let place = Place::of(page, service, &snapshot, slug, id)?;
    let newest = web_instrument(&snapshot, id, None).ok_or_else(Problem::not_found)?;
    let named = entry.filled("version");
    let held = named.and_then(|version| web_instrument(&snapshot, id, Some(version.parse().ok()?)));
    let changed = named.is_some() && held.is_none();
    let instrument = held.unwrap_or(newest);
    let mut typed = Typed::read(entry, &instrument, service.random_id()?);
    let to = entry.get("to").unwrap_or_default();
    match to {
        "all" => typed.view = View::All,
        "one" => typed.view = View::One,
        "easy" => typed.easy = true,
        "plain" => typed.easy = false,
        _ => {}
    }
    if place.is_closed() {
        return Ok(place.closed(&instrument, &typed));
    }
    if let Some(TooOften(problem)) = too_often {
        return Ok(busy(&place, &instrument, &typed, &problem));
    }
    if changed {
        let status = if to == "send" { StatusCode::CONFLICT } else { StatusCode::OK };
        return Ok(place.form(status, &instrument, &typed, &[], Some(place.notice("changed")), false));
    }
    match to {
        "send" => take(&place, intake, limits, &instrument, typed).await,
        // Pressing Enter in a field leads here, so that nothing is sent unintentionally.
        "next" | "check" => Ok(place.check(StatusCode::OK, &instrument, &typed, None, true, false)),
        _ => Ok(place.form(StatusCode::OK, &instrument, &typed, &[], None, false)),
    }
}

/// Stores the feedback, or shows the form again with the reason.
async fn take(
    place: &Place<'_>,
    intake: &Intake,
    limits: &RateLimits,
    instrument: &Instrument,
    mut typed: Typed,
) -> Result<HttpResponse, Problem> {
    let form = match feedback(&mut typed, About::of(place.page.t, place.service, &place.unit.slug, instrument)) {
        Ok(form) => form,
        Err(faults) => {
            return Ok(place.form(StatusCode::UNPROCESSABLE_ENTITY, instrument, &typed, &faults, None, false));
        }
    };
    let language = form.language;
    let request = request_of(&place.path, &typed, &form)?;
    let problem = match submission::take(place.service, intake, limits, form, request).await {
        Ok(taken) => {
            let drawer = place.drawer(instrument, &typed, &[]);
            let around = Around {
                frame: place.frame(place.page.t.get("thanks-title")).carrying(FORM),
                head: drawer.head(&place.unit.name),
                hidden: drawer.hidden(true),
                action: place.action(),
            };
            return thanks::page_of(place.page, place.service, around, taken, language);
        }
        Err(problem) => problem,
    };
    let status = status_of(&problem);
    Ok(match problem.kind {
        Kind::KeyReused => {
            errors::note(&problem);
            typed.key = place.service.random_id()?;
            typed.code = None;
            place.check(StatusCode::CONFLICT, instrument, &typed, Some(place.notice("sent")), true, true)
        }
        Kind::CodeTaken => {
            errors::note(&problem);
            typed.code = None;
            place.form(StatusCode::CONFLICT, instrument, &typed, &[], Some(place.notice("code")), true)
        }
        Kind::UnitClosed => {
            errors::note(&problem);
            place.closed(instrument, &typed)
        }
        Kind::RateLimited | Kind::Overloaded | Kind::Unavailable | Kind::TimedOut => {
            busy(place, instrument, &typed, &problem)
        }
        _ => {
            errors::note(&problem);
            place.form(status, instrument, &typed, &[], Some(place.notice("fault")), false)
        }
    })
}

fn status_of(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(errors::row_of(problem.kind).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The form again, to be sent a moment later.
fn busy(place: &Place<'_>, instrument: &Instrument, typed: &Typed, problem: &Problem) -> HttpResponse {
    errors::note(problem);
    let notice = Some(place.notice("busy"));
    let mut answer = place.form(status_of(problem), instrument, typed, &[], notice, false);
    if let Some(seconds) = problem.retry_after_seconds {
        answer.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    answer
}

/// The routes, below `/u`. They come last there, since any word may be an instrument's id.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/{instrument}", web::get().to(show)).route("/{unit}/{instrument}", web::post().to(send));
}
