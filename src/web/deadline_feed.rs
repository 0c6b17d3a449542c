//! `GET /calendar/{secret}.ics`: a principal's own deadlines for a calendar program, which cannot send a token. It is
//! not part of the API: whoever has the address can read it. The address is never logged; logs and metrics have the
//! route's pattern.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Path, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};

use super::api::time_out;
use super::client;
use super::errors::ApiProblem;
use super::limits::RateLimits;
use crate::handling::deadline_feed;
use crate::service::{Service, authority};

/// Adds the route.
pub fn configure(routes: &mut ServiceConfig) {
    routes.service(web::resource("/calendar/{secret}.ics").wrap(from_fn(time_out)).route(get().to(feed)));
}

async fn feed(
    request: HttpRequest,
    service: Data<Service>,
    limits: Data<RateLimits>,
    secret: Path<String>,
) -> Result<HttpResponse, ApiProblem> {
    // Whatever the request carries: a header must not be a way around the limit.
    limits.public_calls.check(&client::of(&request, &service.config.server))?;
    let authority = authority::of_feed(&service, &secret).await?;
    let text = deadline_feed::feed(&service, &authority).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text))
}
