//! The pages for givers: rendered here, usable without script and without a cookie.
//!
//! A page is one file with its handlers, one template of the same name, and its texts in the file of that name in every
//! folder of `locales`. [`page::Page`] is what every handler begins with: the language, the frame, the way to answer.

pub mod accessibility;
pub mod assets;
pub mod board;
pub mod entry;
pub mod feed;
pub mod form;
pub mod giving;
pub mod guard;
pub mod kiosk;
pub mod offline;
pub mod page;
pub mod poster;
pub mod posts;
pub mod privacy;
pub mod qr;
pub mod receipt;
pub mod results;
pub mod sealed;
pub mod start;
pub mod style;
pub mod unit;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Scope};

use crate::base::Problem;
use crate::web::openapi;
use page::Page;

/// Adds every page.
pub fn configure(routes: &mut ServiceConfig) {
    assets::configure(routes);
    routes.service(web::resource("/").route(web::get().to(start::show)).wrap(from_fn(guard::guard)));
    routes.service(room("/privacy", privacy::configure));
    routes.service(room("/accessibility", accessibility::configure));
    routes.service(room("/style", style::configure));
    routes.service(room("/r", receipt::configure));
    routes.service(room("/u", of_units));
    routes.service(room("/k", kiosk::configure));
    routes.service(room("/kept", offline::configure));
    routes.service(room("/sw.js", offline::configure_worker));
    routes.service(room("/sealed", sealed::configure));
}

/// The pages of units. Those with names of their own come before whatever has the name of an instrument.
fn of_units(routes: &mut ServiceConfig) {
    unit::configure(routes);
    board::configure(routes);
    poster::configure(routes);
    feed::configure(routes);
    results::configure(routes);
    qr::configure(routes);
    form::configure(routes);
}

/// A scope of pages: guarded, with an answer of its own for what it does not have.
fn room(
    path: &str,
    configure: impl FnOnce(&mut ServiceConfig),
) -> Scope<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    web::scope(path).configure(configure).default_service(web::to(no_such_page)).wrap(from_fn(guard::guard))
}

/// What stands at no address of this service: a page whose address was typed with capitals, or what is not there.
pub async fn elsewhere(request: HttpRequest) -> HttpResponse {
    let path = request.path().to_lowercase();
    let is_page = ["/u/", "/k/"].iter().any(|room| path.starts_with(room)) || path == "/r";
    match guard::plain_address(&request).filter(|_| is_page) {
        Some(plain) => plain,
        None => openapi::no_such_call(request).await,
    }
}

/// What is not there.
async fn no_such_page(request: HttpRequest) -> HttpResponse {
    Page::of(&request).problem(&Problem::not_found())
}
