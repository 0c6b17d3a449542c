//! The board as a poster in A4 or A3: the newest posts in large type, and on each sheet the address for feedback.
//!
//! The browser splits the posts into sheets (`assets/poster.css`): only it knows how much space they take in its
//! typefaces.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::base::Problem;
use crate::locales::arguments;
use crate::loop_back::qr::Qr;
use crate::service::Service;
use crate::store::postings::PostingKind;
use crate::web::pages::frame::page::{Frame, Keep, Page};
use crate::web::pages::frame::posts::{self, Post};
use crate::web::pages::frame::units::unit_of;

/// The maximum number of posts on a poster; the board shows the others.
const POSTS_MOST: i64 = 12;

/// `templates/poster.html`.
#[derive(Template)]
#[template(path = "poster.html")]
struct PosterPage {
    frame: Frame,
    a3: bool,
    unit: String,
    organiser: String,
    month: String,
    posts: Vec<Post>,
    address: String,
    qr: Qr,
    qr_label: String,
    board: String,
    sizes: Vec<Size>,
}

/// A size of paper to choose.
struct Size {
    name: &'static str,
    current: bool,
    address: String,
}

async fn show(request: HttpRequest, service: Data<Service>, slug: Path<String>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(page_of(&page, &service, &slug).await)
}

async fn page_of(page: &Page, service: &Service, slug: &str) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let unit = unit_of(&snapshot.tree, slug)?;
    let newest = posts::newest(service, slug, PostingKind::Board, POSTS_MOST).await?;
    let posts: Vec<Post> = newest.iter().filter_map(|posting| Post::of(posting, page.t)).collect();
    let month = match (posts.last(), posts.first()) {
        (Some(oldest), Some(newest)) => posts::months_heading(page.t, oldest.on..=newest.on),
        _ => posts::month_heading(page.t, service.today()),
    };
    let a3 = page.parameter("size").is_some_and(|size| size.eq_ignore_ascii_case("a3"));
    let address = format!("{}/u/{slug}", service.config.server.public_url);
    let shown = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned();
    let organiser = snapshot.tree.organisers.get(&unit.organiser_id).map(|organiser| organiser.name.clone());
    let template = PosterPage {
        frame: page.frame(page.t.get("poster-title")).of_unit(service, &snapshot.tree, unit),
        a3,
        unit: unit.name.clone(),
        organiser: organiser.unwrap_or_default(),
        month,
        posts,
        qr: Qr::of(&address)?,
        qr_label: page.t.with("poster-qr", &arguments([("address", shown.clone().into())])),
        address: shown,
        board: page.link(&format!("/u/{slug}/board")),
        sizes: [("A4", "a4", !a3), ("A3", "a3", a3)]
            .map(|(name, size, current)| Size {
                name,
                current,
                address: page.link(&format!("/u/{slug}/board/poster?size={size}")),
            })
            .into(),
    };
    Ok(page.html(StatusCode::OK, Keep::Fresh, &template))
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/board/poster", web::get().to(show));
}
