//! The pages: rendered by the service, usable without script and without a cookie.
//!
//! A page is one file with its handlers, as a rule one template of the same name, and its texts in the file of that name in
//! every folder of `locales`. The folders `giver` and `public` say who reads it. Every handler begins with
//! [`frame::page::Page`]: the language, the frame, the response. A page uses `frame` and never another page; what two
//! pages share is below both.

pub mod frame;
pub mod giver;
pub mod public;

use actix_web::guard::fn_guard;
use actix_web::http::Method;
use actix_web::http::header::{Accept, Quality};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::base::Problem;
use frame::page::Page;
use frame::{assets, guard};
use giver::{form, kiosk, offline, receipt, sealed};
use public::{accessibility, board, feed, poster, privacy, qr, results, start, style, unit};

/// A function that adds the routes of one page.
type Routes = fn(&mut ServiceConfig);

/// Below this are calls, in this version of the API and any other.
const CALLS: &str = "/api/";

/// Every page, by the first segment of its path. The first one that matches is used: an instrument may have any name,
/// so the form comes last.
const PAGES: [(&str, &[Routes]); 9] = [
    ("/privacy", &[privacy::configure]),
    ("/accessibility", &[accessibility::configure]),
    ("/style", &[style::configure]),
    ("/r", &[receipt::configure]),
    (
        "/u",
        &[
            unit::configure,
            board::configure,
            poster::configure,
            feed::configure,
            results::configure,
            qr::configure,
            form::configure,
        ],
    ),
    ("/k", &[kiosk::configure]),
    ("/kept", &[offline::configure]),
    ("/sw.js", &[offline::configure_worker]),
    ("/sealed", &[sealed::configure]),
];

/// Adds every page.
pub fn configure(routes: &mut ServiceConfig) {
    assets::configure(routes);
    routes.service(web::resource("/").route(web::get().to(start::show)).wrap(from_fn(guard::guard)));
    for (address, pages) in PAGES {
        let scope = pages.iter().fold(web::scope(address), |scope, page| scope.configure(page));
        routes.service(scope.default_service(web::to(no_such_page)).wrap(from_fn(guard::guard)));
    }
}

/// Adds a page for whoever reads pages, at every address without a route but those of calls. It takes whatever no route
/// before it has taken, so it is added last.
pub fn configure_unknown(routes: &mut ServiceConfig) {
    let reads_pages = fn_guard(|context| {
        let is_page = |Accept(kinds): Accept| {
            kinds.iter().any(|kind| kind.item.essence_str() == "text/html" && kind.quality > Quality::ZERO)
        };
        !context.head().uri.path().starts_with(CALLS) && context.header().is_some_and(is_page)
    });
    let unknown = web::to(async |request: HttpRequest| match meant_page(&request) {
        Some(page) => page,
        None => no_such_page(request).await,
    });
    routes.service(web::scope("").guard(reads_pages).default_service(unknown).wrap(from_fn(guard::guard)));
}

/// The way to the page that was meant by an address without a route: with capitals or a slash at its end, with a receipt
/// code in it, or with a unit's short name at its beginning.
pub fn meant_page(request: &HttpRequest) -> Option<HttpResponse> {
    if request.method() != Method::GET {
        return None;
    }
    let path = request.path().trim_end_matches('/').to_lowercase();
    if path.starts_with(guard::BELOW_RECEIPTS) {
        return Some(receipt::away_from_code(request));
    }
    let is_page = ["/u/", "/k/"].iter().any(|pages| path.starts_with(pages)) || path == "/r";
    guard::plain_address(request)
        .filter(|_| is_page)
        .or_else(|| unit::by_short_name(request, path.trim_start_matches('/')))
}

/// The response for an unknown page.
async fn no_such_page(request: HttpRequest) -> HttpResponse {
    Page::of(&request).problem(&Problem::not_found())
}
