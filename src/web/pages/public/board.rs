//! A unit's board, "Te sanoitte – me teimme", as a page: what staff wrote about what was said and done.
//!
//! The figures above it count the posts of the board. Figures about givers (how many were told) are not shown: on a
//! public page they would change whenever a single giver opens an answer, and so reveal that one.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::base::Problem;
use crate::case::decision::DecisionKind;
use crate::locales::{Texts, arguments};
use crate::service::Service;
use crate::store::Day;
use crate::store::postings::{self, PostingKind};
use crate::web::pages::frame::page::{Frame, Keep, Page};
use crate::web::pages::frame::posts::{self, CURSOR, Listed, Post};
use crate::web::pages::frame::units::unit_of;

/// The number of months that the figures above the board cover.
const FIGURE_MONTHS: i64 = 12;
/// The decisions that the figures count.
const COUNTED: [DecisionKind; 3] = [DecisionKind::ChangeMade, DecisionKind::ChangePlanned, DecisionKind::NoChange];

/// `templates/board.html`.
#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    feed: String,
    poster: String,
    figures: Vec<(String, String)>,
    figures_of: String,
    months: Vec<Month>,
    older: Option<String>,
    newest: Option<String>,
}

/// The posts of one month.
struct Month {
    name: String,
    posts: Vec<Post>,
}

async fn show(request: HttpRequest, service: Data<Service>, slug: Path<String>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(page_of(&page, &service, &slug).await)
}

async fn page_of(page: &Page, service: &Service, slug: &str) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let unit = unit_of(&snapshot.tree, slug)?;
    let Listed { postings, older, newest } = posts::listed(service, page, slug, PostingKind::Board).await?;
    let figures = if newest { figures(service, unit.id, page.t).await? } else { Vec::new() };
    let mut months: Vec<Month> = Vec::new();
    for post in postings.iter().filter_map(|posting| Post::of(posting, page.t)) {
        let name = posts::month_heading(page.t, post.on);
        match months.last_mut() {
            Some(month) if month.name == name => month.posts.push(post),
            _ => months.push(Month { name, posts: vec![post] }),
        }
    }
    let template = BoardPage {
        frame: page.frame(page.t.get("board-title")).of_unit(service, &snapshot.tree, unit),
        feed: page.link(&format!("/u/{slug}/board.atom")),
        poster: page.link(&format!("/u/{slug}/board/poster?size=a4")),
        figures,
        figures_of: page.t.with("board-figures", &arguments([("months", FIGURE_MONTHS.into())])),
        months,
        older: older.map(|after| page.link(&format!("/u/{slug}/board?{CURSOR}={after}"))),
        newest: (!newest).then(|| page.link(&format!("/u/{slug}/board"))),
    };
    Ok(page.html(StatusCode::OK, Keep::Fresh, &template))
}

/// How many posts of these months announce each decision: number and word. Decisions without posts are left out.
async fn figures(service: &Service, unit: uuid::Uuid, t: Texts) -> Result<Vec<(String, String)>, Problem> {
    let since: Date = service.today().saturating_sub(FIGURE_MONTHS.months());
    let mut db = service.store.read().await?;
    let counts = postings::decisions_since(&mut db, unit, Day(since)).await?;
    let figure = |kind: DecisionKind| {
        let (_, count) = counts.iter().find(|(decision, _)| *decision == kind)?;
        let word = t.with(&format!("board-figure-{}", kind.as_str()), &arguments([("count", (*count).into())]));
        Some((count.to_string(), word))
    };
    Ok(COUNTED.into_iter().filter_map(figure).collect())
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/board", web::get().to(show));
}
