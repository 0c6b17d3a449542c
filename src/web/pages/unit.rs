//! A unit's own page: what can be given here, and what came of it.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::page::{Frame, Keep, Page};
use crate::feedback::{Channel, Problem};
use crate::organisation::{Tree, Unit};
use crate::service::Service;

/// `templates/unit.html`.
#[derive(Template)]
#[template(path = "unit.html")]
struct UnitPage {
    frame: Frame,
    name: String,
    instruments: Vec<Offer>,
}

/// An instrument that can be filled in here.
struct Offer {
    title: String,
    lead: String,
    address: String,
}

/// The unit of a short name.
///
/// # Errors
/// [`crate::feedback::Kind::NotFound`].
pub fn unit_of<'t>(tree: &'t Tree, slug: &str) -> Result<&'t Unit, Problem> {
    tree.unit_by_slug(slug).ok_or_else(Problem::not_found)
}

async fn show(request: HttpRequest, service: Data<Service>, slug: Path<String>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(page_of(&page, &service, &slug))
}

fn page_of(page: &Page, service: &Service, slug: &str) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let unit = unit_of(&snapshot.tree, slug)?;
    let language = page.t.language();
    let offered = snapshot.catalogue.newest().filter(|instrument| instrument.comes_by(Channel::Web));
    let instruments = offered.map(|instrument| Offer {
        title: instrument.title.say(language, Some(Channel::Web)).to_owned(),
        lead: instrument.lead.as_ref().map_or("", |lead| lead.say(language, Some(Channel::Web))).to_owned(),
        address: page.link(&format!("/u/{slug}/{}", instrument.id)),
    });
    let template = UnitPage {
        frame: page.frame(page.t.get("unit-give")).of_unit(service, &snapshot.tree, unit),
        name: unit.name.clone(),
        instruments: instruments.collect(),
    };
    Ok(page.html(StatusCode::OK, Keep::Fresh, &template))
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}", web::get().to(show));
}
