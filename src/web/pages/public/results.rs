//! Published results of a unit: what staff wrote about a survey and the decisions on it. It has no figures but those in
//! the text.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;

use crate::base::Problem;
use crate::locales::arguments;
use crate::loop_back::postings::Posting;
use crate::routing::Snapshot;
use crate::service::Service;
use crate::store::postings::PostingKind;
use crate::web::pages::frame::page::{Frame, Keep, Page};
use crate::web::pages::frame::posts::{self, CURSOR, Listed, Post};
use crate::web::pages::frame::units::unit_of;

/// `templates/results.html`.
#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage {
    frame: Frame,
    results: Vec<Published>,
    older: Option<String>,
    newest: Option<String>,
}

/// Results of one instrument and some months.
struct Published {
    heading: String,
    posted: String,
    post: Post,
}

async fn show(request: HttpRequest, service: Data<Service>, slug: Path<String>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(page_of(&page, &service, &slug).await)
}

async fn page_of(page: &Page, service: &Service, slug: &str) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let unit = unit_of(&snapshot.tree, slug)?;
    let Listed { postings, older, newest } = posts::listed(service, page, slug, PostingKind::Results).await?;
    let results = postings.iter().filter_map(|posting| {
        let post = Post::of(posting, page.t)?;
        let posted = page.t.with("results-posted", &arguments([("day", post.day.clone().into())]));
        Some(Published { heading: heading(page, &snapshot, posting), posted, post })
    });
    let template = ResultsPage {
        frame: page.frame(page.t.get("results-title")).of_unit(service, &snapshot.tree, unit),
        results: results.collect(),
        older: older.map(|after| page.link(&format!("/u/{slug}/results?{CURSOR}={after}"))),
        newest: (!newest).then(|| page.link(&format!("/u/{slug}/results"))),
    };
    Ok(page.html(StatusCode::OK, Keep::Fresh, &template))
}

/// The heading of results: the instrument's name and the months.
fn heading(page: &Page, snapshot: &Snapshot, posting: &Posting) -> String {
    let id = posting.row.instrument.as_deref().unwrap_or_default();
    let instrument = snapshot.catalogue.get(id, None);
    let name = instrument.map_or_else(|| id.to_owned(), |known| known.title.say(page.t.language(), None).to_owned());
    let month = |text: Option<&str>| text.and_then(|month| format!("{month}-01").parse::<Date>().ok());
    let row = &posting.row;
    let months = match (month(row.from_month.as_deref()), month(row.to_month.as_deref())) {
        (Some(from), Some(to)) if from == to => page.t.month(from),
        (Some(from), Some(to)) => format!("{} – {}", page.t.month(from), page.t.month(to)),
        (Some(one), None) | (None, Some(one)) => page.t.month(one),
        (None, None) => return name,
    };
    page.t.with("results-of", &arguments([("instrument", name.into()), ("months", months.into())]))
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/results", web::get().to(show));
}
