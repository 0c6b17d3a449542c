//! The privacy notice: what is stored, for how long, and who reads it. Its numbers come from the configuration.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::figures::suppression::FEWEST_GIVERS;
use crate::intake::evaluate::VOLUNTEER_MONTHS;
use crate::locales::{Texts, arguments};
use crate::service::Service;
use crate::web::pages::frame::page::{Frame, Keep, Page, UNIT};

/// `templates/privacy.html`.
#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    frame: Frame,
    controller: Option<String>,
    contact: String,
    kept: Vec<(String, String)>,
    few: String,
}

async fn show(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let page = Page::of(&request);
    let snapshot = service.snapshot();
    let frame = page.frame(page.t.get("privacy-title"));
    let unit = page.parameter(UNIT).and_then(|slug| snapshot.tree.unit_by_slug(slug));
    let frame = match unit {
        Some(unit) => frame.of_unit(&service, &snapshot.tree, unit),
        None => frame,
    };
    let template = PrivacyPage {
        controller: frame.controller(&service),
        frame,
        contact: service.config.pages.contact_email.clone(),
        kept: kept(&service, page.t),
        few: page.t.with("privacy-few", &arguments([("count", FEWEST_GIVERS.to_string().into())])),
    };
    page.html(StatusCode::OK, Keep::Fresh, &template)
}

/// What is kept and for how long, according to the configuration.
fn kept(service: &Service, t: Texts) -> Vec<(String, String)> {
    let times = &service.config.retention;
    let days = |count: u16| t.with("privacy-days", &arguments([("count", i64::from(count).into())]));
    let months = |count: u16| t.with("privacy-months", &arguments([("count", i64::from(count).into())]));
    let after_closing = |time: String| t.with("privacy-after-closing", &arguments([("time", time.into())]));
    let years = t.with("privacy-years", &arguments([("count", i64::from(times.audit_years).into())]));
    let volunteers = months(u16::try_from(VOLUNTEER_MONTHS).unwrap_or(u16::MAX));
    vec![
        (t.get("privacy-kept-texts"), months(times.text_months)),
        (t.get("privacy-kept-answers"), t.get("privacy-for-ever")),
        (t.get("privacy-kept-contact"), after_closing(days(times.contact_days))),
        (t.get("privacy-kept-birth-year"), after_closing(days(times.link_days))),
        (t.get("privacy-kept-volunteer"), volunteers),
        (t.get("privacy-kept-stub"), months(times.stub_months)),
        (t.get("privacy-kept-repeat"), days(times.idempotency_days)),
        (t.get("privacy-kept-mail"), days(times.settled_days)),
        (t.get("privacy-kept-audit"), years),
        (t.get("privacy-kept-board"), t.get("privacy-until-taken-down")),
    ]
}

/// The route.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("", web::get().to(show));
}
