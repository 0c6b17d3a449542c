//! The address of a unit, or of one of its forms, to hang up: large to scan, and short enough to type.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::base::{Channel, Problem};
use crate::locales::arguments;
use crate::loop_back::qr::Qr;
use crate::service::Service;
use crate::web::pages::frame::page::{Frame, Keep, Page};
use crate::web::pages::frame::units::{Takes, unit_of, web_instrument};

/// `templates/qr.html`.
#[derive(Template)]
#[template(path = "qr.html")]
struct QrPage {
    frame: Frame,
    unit: String,
    /// The instrument's title, and its language if that is not the page's.
    instrument: Option<(String, Option<&'static str>)>,
    address: String,
    qr: Qr,
    label: String,
    small: bool,
    sizes: [Size; 2],
}

/// A size of paper to choose.
struct Size {
    name: &'static str,
    current: bool,
    address: String,
}

async fn of_unit(request: HttpRequest, service: Data<Service>, slug: Path<String>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(page_of(&page, &service, &slug, None))
}

async fn of_form(request: HttpRequest, service: Data<Service>, path: Path<(String, String)>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(page_of(&page, &service, &path.0, Some(&path.1)))
}

fn page_of(page: &Page, service: &Service, slug: &str, id: Option<&str>) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let unit = unit_of(&snapshot.tree, slug)?;
    let language = page.t.language();
    let instrument = match id {
        Some(id) => Some(web_instrument(&snapshot, id, None).ok_or_else(Problem::not_found)?),
        None => None,
    };
    if Takes::of(&snapshot.tree, unit, service.today()) == Takes::Closed {
        return Ok(page.gone());
    }
    let path = id.map_or_else(|| format!("/u/{slug}"), |id| format!("/u/{slug}/{id}"));
    let address = format!("{}{path}", service.config.server.public_url);
    let shown = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned();
    let small = page.parameter("size").is_some_and(|size| size.eq_ignore_ascii_case("a5"));
    let size = |name: &'static str, word: &str, current: bool| Size {
        name,
        current,
        address: page.link(&format!("{path}/qr?size={word}")),
    };
    let template = QrPage {
        frame: page.frame(page.t.get("qr-title")).of_unit(service, &snapshot.tree, unit),
        unit: unit.name.clone(),
        instrument: instrument.map(|instrument| {
            let spoken = instrument.languages.iter().any(|spoken| spoken == language);
            (instrument.title.say(language, Some(Channel::Web)).to_owned(), (!spoken).then_some("fi"))
        }),
        qr: Qr::of(&address)?,
        label: page.t.with("qr-label", &arguments([("address", shown.clone().into())])),
        address: shown,
        small,
        sizes: [size("A4", "a4", !small), size("A5", "a5", small)],
    };
    Ok(page.html(StatusCode::OK, Keep::Fresh, &template))
}

/// The routes, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/qr", web::get().to(of_unit)).route("/{unit}/{instrument}/qr", web::get().to(of_form));
}
