//! The first page: what Kaiku is, the link for receipt codes, and the units to choose from.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::locales::arguments;
use crate::service::Service;
use crate::web::pages::frame::page::{Frame, Keep, Page};
use crate::web::pages::frame::units::Takes;

/// If there are more units than this, they are grouped by service, so that the page stays short.
const OPEN_MOST: usize = 12;

/// `templates/start.html`.
#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame,
    organisers: Vec<Organiser>,
    folded: bool,
}

/// An organiser with its services.
struct Organiser {
    name: String,
    services: Vec<Services>,
}

/// A service with its units.
struct Services {
    name: String,
    count: String,
    units: Units,
}

/// Names and addresses of units.
type Units = Vec<(String, String)>;

pub async fn show(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let page = Page::of(&request);
    let snapshot = service.snapshot();
    let (tree, today) = (&snapshot.tree, service.today());
    let mut found: BTreeMap<&str, BTreeMap<&str, Units>> = BTreeMap::new();
    let mut count = 0;
    for unit in tree.units.values().filter(|unit| Takes::of(tree, unit, today) == Takes::Yes) {
        let organiser = tree.organisers.get(&unit.organiser_id).map_or("", |organiser| &organiser.name);
        let of_service = tree.services.get(&unit.service_id).map_or("", |service| &service.name);
        let units = found.entry(organiser).or_default().entry(of_service).or_default();
        units.push((unit.name.clone(), page.link(&format!("/u/{}", unit.slug))));
        count += 1;
    }
    let organisers = found.into_iter().map(|(name, services)| Organiser {
        name: name.to_owned(),
        services: services
            .into_iter()
            .map(|(name, mut units)| {
                units.sort();
                let count = i64::try_from(units.len()).unwrap_or(i64::MAX);
                let count = page.t.with("start-count", &arguments([("count", count.into())]));
                Services { name: name.to_owned(), count, units }
            })
            .collect(),
    });
    let template = StartPage {
        frame: page.frame(page.t.get("start-title")),
        organisers: organisers.collect(),
        folded: count > OPEN_MOST,
    };
    page.html(StatusCode::OK, Keep::Fresh, &template)
}
