//! The board as a poster for the wall: one sheet of A4 or A3, three posts, large type, the way to answer.

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
use crate::web::pages::frame::posts::{self, Post, shortened};
use crate::web::pages::frame::units::unit_of;

/// Posts on one sheet at most. More, and longer ones, make another sheet, never smaller type.
const POSTS_A_SHEET: usize = 3;
/// Sheets at most: the board itself shows the rest.
const SHEETS_MOST: usize = 4;
/// Characters of either side of a post at most, so that one is never a sheet of small print.
const TEXT_CHARS: usize = 200;
/// Characters of the unit's name at most: two lines.
const NAME_CHARS: usize = 60;
/// Characters that fit on the line of the unit's name.
const NAME_LINE: usize = 40;

// What `poster.css` takes of the sheet's height, in hundredths of its width, measured with a wide typeface (Noto Sans).

/// The place of all posts.
const ROOM: f64 = 66.0;
/// A second line of the unit's name.
const NAME_ROOM: f64 = 4.1;
/// A line of a post.
const LINE: f64 = 3.4;
const POST_FRAME: f64 = 3.2;
/// The word of the decision.
const CHIP: f64 = 3.6;
/// The gap between two posts.
const GAP: f64 = 1.6;
/// Characters that fit on a line of a post, on either side.
const LINE_CHARS: usize = 27;

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
    let all = posts::newest(service, slug, PostingKind::Board, wanted).await?;
    let all = all.iter().filter_map(|posting| Post::of(posting, page.t)).collect();
    let unit_name = shortened(&unit.name, NAME_CHARS);
    let mut all = on_sheets(all, ROOM - if unit_name.chars().count() > NAME_LINE { NAME_ROOM } else { 0.0 });
    let sheets = all.len().max(1);
    let sheet = page.parameter("sheet").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).clamp(1, sheets);
    let here = if all.is_empty() { Vec::new() } else { all.swap_remove(sheet - 1) };
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
        unit: unit_name,
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

/// The posts shared out to sheets in their order, each shortened and as many on one as fit into `room`.
fn on_sheets(posts: Vec<Post>, room: f64) -> Vec<Vec<Post>> {
    let mut sheets: Vec<Vec<Post>> = Vec::new();
    let mut left = 0.0;
    for mut post in posts {
        post.said = vec![shortened(&post.said.join(" "), TEXT_CHARS)];
        post.done = vec![shortened(&post.done.join(" "), TEXT_CHARS)];
        let needed = height(&post) + GAP;
        let fits = sheets.last().is_some_and(|sheet| sheet.len() < POSTS_A_SHEET) && needed <= left;
        if !fits {
            if sheets.len() == SHEETS_MOST {
                break;
            }
            sheets.push(Vec::new());
            left = room + GAP;
        }
        left -= needed;
        if let Some(sheet) = sheets.last_mut() {
            sheet.push(post);
        }
    }
    sheets
}

/// How high a post is, by its longer side.
fn height(post: &Post) -> f64 {
    let side = |texts: &[String]| texts.iter().map(|text| lines(text)).sum::<u32>();
    let chip = if post.chip.is_some() { CHIP } else { 0.0 };
    let said = f64::from(side(&post.said)) * LINE;
    let done = f64::from(side(&post.done)) * LINE + chip;
    said.max(done) + POST_FRAME
}

/// How many lines a text takes.
fn lines(text: &str) -> u32 {
    let (mut lines, mut used) = (1, 0);
    for word in text.split_whitespace() {
        let mut length = word.chars().count();
        if used > 0 && used + 1 + length > LINE_CHARS {
            lines += 1;
            used = 0;
        }
        // A word that is longer than a line is broken.
        while length > LINE_CHARS {
            lines += 1;
            length -= LINE_CHARS;
        }
        used += length + usize::from(used > 0);
    }
    lines
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/board/poster", web::get().to(show));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(said: &str, done: &str) -> Post {
        Post {
            id: uuid::Uuid::nil(),
            on: jiff::civil::date(2026, 11, 20),
            day: String::new(),
            chip: None,
            said: vec![said.to_owned()],
            done: vec![done.to_owned()],
            other_language: None,
        }
    }

    #[test]
    fn short_posts_stand_three_on_a_sheet_and_long_ones_fewer() {
        let counts = |posts: Vec<Post>| on_sheets(posts, ROOM).iter().map(Vec::len).collect::<Vec<_>>();
        assert!(counts(Vec::new()).is_empty());
        let short = || post("Päätökset on kirjoitettu vaikeasti.", "Kirjoitamme tiivistelmän selkokielellä.");
        assert_eq!(counts((0..7).map(|_| short()).collect()), [3, 3, 1]);
        let long = || post("Jono.", &"Avasimme toisen tiskin. ".repeat(20));
        assert_eq!(counts((0..3).map(|_| long()).collect()), [2, 1]);
        assert_eq!(counts(vec![long(), short(), short(), short()]), [3, 1]);
        assert_eq!(counts((0..40).map(|_| long()).collect()), [2, 2, 2, 2]);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(lines(""), 1);
        assert_eq!(lines("Puhelin soi."), 1);
        assert_eq!(lines("Puhelimeen on vaikea saada vastausta."), 2);
        assert_eq!(lines(&"a".repeat(60)), 3);
    }
}
