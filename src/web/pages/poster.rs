//! The board as a poster for the wall: one sheet of A4 or A3, three posts, large type, the way to answer.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::page::{Frame, Keep, Page};
use super::posts::{self, Post, shortened};
use super::unit::unit_of;
use crate::feedback::Problem;
use crate::locales::arguments;
use crate::loop_back::qr::Qr;
use crate::service::Service;
use crate::store::postings::BOARD;

/// Posts on one sheet. More make another sheet, never smaller type.
const POSTS_A_SHEET: usize = 3;
/// Sheets at most: the board itself shows the rest.
const SHEETS_MOST: usize = 4;
/// Characters of what was said at most, so that three posts and the foot end inside the sheet.
const SAID_CHARS: usize = 120;
/// Characters of what was done at most; it stands in a wider place in heavier type.
const DONE_CHARS: usize = 120;
/// Characters of the unit's name at most: two lines.
const NAME_CHARS: usize = 60;

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
    sheet: String,
    sheets: usize,
    previous: Option<String>,
    next: Option<String>,
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
    let wanted = i64::try_from(POSTS_A_SHEET * SHEETS_MOST).map_err(Problem::internal)?;
    let all = posts::newest(service, slug, BOARD, wanted).await?;
    let all: Vec<Post> = all.iter().filter_map(|posting| Post::of(posting, page.t)).collect();
    let sheets = all.len().div_ceil(POSTS_A_SHEET).max(1);
    let sheet = page.parameter("sheet").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).clamp(1, sheets);
    let mut here: Vec<Post> = all.into_iter().skip((sheet - 1) * POSTS_A_SHEET).take(POSTS_A_SHEET).collect();
    for post in &mut here {
        post.said = vec![shortened(&post.said.join(" "), SAID_CHARS)];
        post.done = vec![shortened(&post.done.join(" "), DONE_CHARS)];
    }
    let (newest, oldest) = (here.first().map(|post| post.on), here.last().map(|post| post.on));
    let month = match (oldest, newest) {
        (Some(oldest), Some(newest)) => posts::months_heading(page.t, oldest..=newest),
        _ => posts::month_heading(page.t, service.today()),
    };
    let a3 = page.parameter("size").is_some_and(|size| size.eq_ignore_ascii_case("a3"));
    let at = |size: &str, sheet: usize| page.link(&format!("/u/{slug}/board/poster?size={size}&sheet={sheet}"));
    let size = if a3 { "a3" } else { "a4" };
    let address = format!("{}/u/{slug}", service.config.server.public_url);
    let shown = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX).into();
    let organiser = snapshot.tree.organisers.get(&unit.organiser_id).map(|organiser| organiser.name.clone());
    let template = PosterPage {
        frame: page.frame(page.t.get("poster-title")).of_unit(service, &snapshot.tree, unit),
        a3,
        unit: shortened(&unit.name, NAME_CHARS),
        organiser: organiser.unwrap_or_default(),
        month,
        posts: here,
        qr: Qr::of(&address)?,
        qr_label: page.t.with("poster-qr", &arguments([("address", shown.clone().into())])),
        address: shown,
        board: page.link(&format!("/u/{slug}/board")),
        sizes: [("A4", "a4"), ("A3", "a3")]
            .map(|(name, size_of)| Size { name, current: size_of == size, address: at(size_of, sheet) })
            .into(),
        sheet: page.t.with("poster-sheet", &arguments([("sheet", number(sheet)), ("sheets", number(sheets))])),
        sheets,
        previous: (sheet > 1).then(|| at(size, sheet - 1)),
        next: (sheet < sheets).then(|| at(size, sheet + 1)),
    };
    Ok(page.html(StatusCode::OK, Keep::Fresh, &template))
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/board/poster", web::get().to(show));
}
