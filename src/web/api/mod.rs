//! The API, one file for each resource, below `/api/v1`.

// These comments are the text of the OpenAPI document.
#![warn(missing_docs)]

pub mod absences;
pub mod agreements;
pub mod audit;
pub mod board;
pub mod card_colours;
pub mod card_sheets;
pub mod cases;
pub mod closures;
pub mod confirmations;
pub mod deadline_feed;
pub mod dry_runs;
pub mod feedback;
pub mod group_interviews;
pub mod held_messages;
pub mod instruments;
pub mod jobs;
pub mod listing;
pub mod notices;
pub mod organisers;
pub mod parameters;
pub mod principals;
pub mod problem_answers;
pub mod producers;
pub mod receipts;
pub mod reports;
pub mod results;
pub mod routing_rules;
pub mod services;
pub mod staff;
pub mod tell_list;
pub mod tokens;
pub mod units;
pub mod webhooks;

use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{Error, ResponseError};

use super::authority;
use super::errors::ApiProblem;
use crate::base::{Kind, Problem};
use crate::service::Service;

/// The path below which all calls are.
pub const ROOT: &str = "/api/v1";

/// Adds every route of the API.
pub fn configure(routes: &mut ServiceConfig) {
    feedback::configure(routes);
    receipts::configure(routes);
    group_interviews::configure(routes);
    cases::configure(routes);
    board::configure(routes);
    results::configure(routes);
    tell_list::configure(routes);
    reports::configure(routes);
    notices::configure(routes);
    jobs::configure(routes);
    held_messages::configure(routes);
    instruments::configure(routes);
    organisers::configure(routes);
    services::configure(routes);
    producers::configure(routes);
    units::configure(routes);
    staff::configure(routes);
    card_colours::configure(routes);
    principals::configure(routes);
    agreements::configure(routes);
    absences::configure(routes);
    dry_runs::configure(routes);
    routing_rules::configure(routes);
    tokens::configure(routes);
    confirmations::configure(routes);
    audit::configure(routes);
    webhooks::configure(routes);
    closures::configure(routes);
    deadline_feed::configure(routes);
    card_sheets::configure(routes);
}

/// Finds out who calls and limits it, before anything else of the call is read.
///
/// # Errors
/// Those of the inner handler.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Err(problem) = authority::identify(request.request()).await {
        let answer = ApiProblem(problem).error_response();
        return Ok(request.into_response(answer).map_body(|_, body| EitherBody::Right { body }));
    }
    Ok(next.call(request).await?.map_body(|_, body| EitherBody::Left { body }))
}

/// Ends requests that take too long; what the writer has queued is written all the same.
///
/// # Errors
/// [`Kind::TimedOut`]; those of the inner handler.
pub async fn time_out(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let longest = request
        .app_data::<Data<Service>>()
        .map_or(Duration::from_secs(30), |service| service.config.server.request_timeout);
    match tokio::time::timeout(longest, next.call(request)).await {
        Ok(answer) => answer,
        Err(_) => Err(ApiProblem(
            Problem::new(
                Kind::TimedOut,
                "The request took too long. Send it again with the same Idempotency-Key: it is never taken in twice.",
            )
            .retry_after(2),
        )
        .into()),
    }
}
