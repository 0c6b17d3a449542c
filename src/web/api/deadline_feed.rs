//! The secret address of the feed of one's own deadlines; `web::deadline_feed` answers there.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, ServiceConfig, delete, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem_answers::ReadProblems;
use crate::administration::deadline_feeds;
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;

/// The address of a feed.
#[derive(Serialize, ToSchema)]
pub struct FeedDocument {
    /// Whoever has it reads the deadlines: it is shown this once. A new one takes its place.
    #[schema(example = "https://kaiku.example.fi/calendar/0f…0f.ics")]
    pub url: String,
}

/// Makes the secret address at which a calendar program reads your own deadlines. The address before stops working.
#[utoipa::path(post, path = "/api/v1/calendar/feed", tag = "calendar", operation_id = "make_calendar_feed",
    responses((status = 201, body = FeedDocument, description = "The address, shown this once"), ReadProblems),
    security(("token" = ["cases:read"])))]
pub async fn make_feed(caller: Allowed<scope::CasesRead>, service: Data<Service>) -> Result<HttpResponse, ApiProblem> {
    let secret = deadline_feeds::make(&service, caller.authority.principal_id()).await?;
    let url = format!("{}/calendar/{}.ics", service.config.server.public_url, secret.as_str());
    Ok(HttpResponse::build(StatusCode::CREATED).insert_header((CACHE_CONTROL, "no-store")).json(FeedDocument { url }))
}

/// Takes the secret address of your own deadlines away.
#[utoipa::path(delete, path = "/api/v1/calendar/feed", tag = "calendar", operation_id = "remove_calendar_feed",
    responses((status = 204, description = "There is no address any more"), ReadProblems),
    security(("token" = ["cases:read"])))]
pub async fn remove_feed(
    caller: Allowed<scope::CasesRead>,
    service: Data<Service>,
) -> Result<HttpResponse, ApiProblem> {
    deadline_feeds::remove(&service, caller.authority.principal_id()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/calendar/feed", post().to(make_feed)).route("/calendar/feed", delete().to(remove_feed));
}
