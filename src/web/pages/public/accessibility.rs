//! The accessibility statement that the act on digital services (306/2019, section 10) requires, and the link for
//! reporting a barrier. It is reported as ordinary feedback to the unit from which somebody came, so that it cannot be
//! lost.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;

use crate::locales::arguments;
use crate::service::Service;
use crate::web::pages::frame::page::{Frame, Keep, Page, UNIT};

/// The day on which the pages were last reviewed for the statement.
const REVIEWED: Date = Date::constant(2026, 11, 25);

/// `templates/accessibility.html`.
#[derive(Template)]
#[template(path = "accessibility.html")]
struct AccessibilityPage {
    frame: Frame,
    organiser: Option<String>,
    contact: String,
    reviewed: String,
}

async fn show(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let page = Page::of(&request);
    let snapshot = service.snapshot();
    let frame = page.frame(page.t.get("access-title"));
    let unit = page.parameter(UNIT).and_then(|slug| snapshot.tree.unit_by_slug(slug));
    let frame = match unit {
        Some(unit) => frame.of_unit(&service, &snapshot.tree, unit),
        None => frame,
    };
    let day = page.t.day(REVIEWED);
    let template = AccessibilityPage {
        organiser: frame.controller(&service),
        frame,
        contact: service.config.pages.contact_email.clone(),
        reviewed: page.t.with("access-reviewed", &arguments([("day", day.into())])),
    };
    page.html(StatusCode::OK, Keep::Fresh, &template)
}

/// The route.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("", web::get().to(show));
}
