//! A unit's board as an Atom feed (RFC 4287), one for each language.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::base::Problem;
use crate::calendar::local_midnight;
use crate::service::Service;
use crate::store::postings::PostingKind;
use crate::web::pages::frame::page::Page;
use crate::web::pages::frame::posts::{self, POSTS_A_PAGE, Post, shortened};
use crate::web::pages::frame::units::unit_of;

/// The maximum number of characters of an entry's title.
const TITLE_CHARS: usize = 80;
/// How long readers and proxies may cache a feed.
const CACHE: &str = "public, max-age=900";

/// `templates/feed.xml`.
#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    language: &'static str,
    id: Uuid,
    title: String,
    subtitle: String,
    author: String,
    updated: String,
    myself: String,
    board: String,
    said: String,
    done: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: Uuid,
    title: String,
    published: String,
    updated: String,
    language: &'static str,
    address: String,
    post: Post,
}

async fn show(request: HttpRequest, service: Data<Service>, slug: Path<String>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(feed_of(&page, &service, &slug).await)
}

async fn feed_of(page: &Page, service: &Service, slug: &str) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let unit = unit_of(&snapshot.tree, slug)?;
    let (t, language) = (page.t, page.t.language());
    let count = i64::try_from(POSTS_A_PAGE).map_err(Problem::internal)?;
    let base = format!("{}/u/{slug}", service.config.server.public_url);
    let mut entries = Vec::new();
    // A board without posts has not changed since the unit's first day.
    let began = snapshot.tree.placements.values().filter(|placed| placed.unit_id == unit.id);
    let mut last = began.map(|placed| placed.valid_from).min().unwrap_or(Date::constant(1970, 1, 1));
    for posting in posts::newest(service, slug, PostingKind::Board, count).await? {
        let Some(post) = Post::of(&posting, t) else { continue };
        let changed = posting.row.corrected_on.map_or(post.on, |day| day.0);
        last = last.max(changed);
        let said = shortened(&post.said.join(" "), TITLE_CHARS);
        let title = post.chip.as_ref().map_or_else(|| said.clone(), |chip| format!("{}: {said}", chip.word));
        entries.push(Entry {
            id: id_of(posting.row.id, language),
            title: of_xml(&title),
            published: instant(post.on)?,
            updated: instant(changed)?,
            language: post.lang().unwrap_or(language),
            address: format!("{base}/board?lang={language}#post-{}", post.id),
            post: Post {
                said: post.said.iter().map(|text| of_xml(text)).collect(),
                done: post.done.iter().map(|text| of_xml(text)).collect(),
                ..post
            },
        });
    }
    let feed = Feed {
        language,
        id: id_of(unit.id, language),
        title: of_xml(&format!("{} – {}", t.get("board-title"), unit.name)),
        subtitle: t.get("board-lead"),
        author: of_xml(&unit.name),
        updated: instant(last)?,
        myself: format!("{base}/board.atom?lang={language}"),
        board: format!("{base}/board?lang={language}"),
        said: t.get("post-said"),
        done: t.get("post-done"),
        entries,
    };
    let xml = feed.render().map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/atom+xml; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language))
        .insert_header((CACHE_CONTROL, CACHE))
        .insert_header(("vary", "Accept-Language"))
        .body(xml))
}

/// The start of a day in the format of the feed: posts have a day and no time.
fn instant(day: Date) -> Result<String, Problem> {
    Ok(local_midnight(day).map_err(Problem::internal)?.to_string())
}

/// The id of something in one language: the same feed or entry has another id in each language.
fn id_of(id: Uuid, language: &str) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(id.as_bytes());
    hash.update(language.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.finalize()).for_each(|(into, from)| *into = from);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The text without the characters that XML 1.0 does not allow (section 2.2).
fn of_xml(text: &str) -> String {
    let holds = |symbol: &char| matches!(symbol, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(holds).collect()
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}/board.atom", web::get().to(show));
}
