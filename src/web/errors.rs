//! The error table: one row for each kind with its stable code, HTTP status and title. Responses are RFC 9457 problem
//! documents.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_ENCODING, ContentType, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use crate::base::{Kind, Problem};
use crate::store::StoreError;
use crate::web::headers::UNCOMPRESSED;

/// One row of the table.
pub struct Row {
    pub kind: Kind,
    /// The stable code at the end of the problem's `type`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What it means, in a few words.
    pub title: &'static str,
}

/// Shortens the table.
const fn row(kind: Kind, code: &'static str, status: u16, title: &'static str) -> Row {
    Row { kind, code, status, title }
}

const INTERNAL: Row = row(Kind::Internal, "internal", 500, "Something is wrong in the service");

/// Every error there is.
pub const TABLE: &[Row] = &[
    row(Kind::MalformedBody, "malformed-body", 400, "The body is not JSON"),
    row(Kind::MalformedParameter, "malformed-parameter", 400, "A parameter cannot be read"),
    row(Kind::Unauthenticated, "unauthenticated", 401, "A valid token is needed"),
    row(Kind::TokenExpired, "token-expired", 401, "The token has expired"),
    row(Kind::ScopeMissing, "scope-missing", 403, "The token lacks a scope"),
    row(Kind::SecondPerson, "second-person", 403, "Another person must do this"),
    row(Kind::StaffSession, "staff-session", 403, "Only the giver may do this"),
    row(Kind::NotFound, "not-found", 404, "There is nothing here"),
    row(Kind::MethodNotAllowed, "method-not-allowed", 405, "The method does not fit"),
    row(Kind::TimedOut, "timed-out", 503, "The request took too long"),
    row(Kind::Exists, "exists", 409, "It exists already"),
    row(Kind::CodeTaken, "code-taken", 409, "The receipt code is taken"),
    row(Kind::StepNotAllowed, "step-not-allowed", 409, "The case is not at that step"),
    row(Kind::NoHandler, "no-handler", 409, "Nobody may handle this"),
    row(Kind::SettingsBroken, "settings-broken", 409, "The settings would no longer hold together"),
    row(Kind::VersionMismatch, "version-mismatch", 412, "Somebody else changed it meanwhile"),
    row(Kind::BodyTooLarge, "body-too-large", 413, "The body is too large"),
    row(Kind::UnsupportedMediaType, "unsupported-media-type", 415, "The body is not in the form this call takes"),
    row(Kind::UnsupportedEncoding, "unsupported-encoding", 415, "The body is compressed"),
    row(Kind::Invalid, "invalid", 422, "The input has faults"),
    row(Kind::WrongType, "wrong-type", 422, "A value has the wrong type"),
    row(Kind::UnknownField, "unknown-field", 422, "A field is not known"),
    row(Kind::UnknownQuestion, "unknown-question", 422, "The instrument has no such question"),
    row(Kind::OffScale, "off-scale", 422, "An answer is off its scale"),
    row(Kind::TextTooLong, "text-too-long", 422, "A text is too long"),
    row(Kind::UnknownUnit, "unknown-unit", 422, "There is no such unit"),
    row(Kind::UnitClosed, "unit-closed", 422, "The unit has closed"),
    row(Kind::UnitUnplaced, "unit-unplaced", 422, "The unit belongs to no producer that day"),
    row(Kind::UnknownInstrument, "unknown-instrument", 422, "There is no such instrument or version"),
    row(Kind::WrongChannel, "wrong-channel", 422, "The instrument is not given by that channel"),
    row(Kind::DateInFuture, "date-in-future", 422, "The date is in the future"),
    row(Kind::DateTooOld, "date-too-old", 422, "The date is too long ago"),
    row(Kind::ColourUnassigned, "colour-unassigned", 422, "The colour belongs to nobody that week"),
    row(Kind::UnknownSerial, "unknown-serial", 422, "No printed card has that serial"),
    row(Kind::NamesPeople, "names-people", 422, "The words may say who somebody is"),
    row(Kind::BadCode, "bad-code", 422, "The code cannot be right"),
    row(Kind::UnknownReference, "unknown-reference", 422, "It refers to something that does not exist"),
    row(Kind::BatchSize, "batch-size", 422, "The batch is empty or too large"),
    row(Kind::KeyReused, "key-reused", 422, "The Idempotency-Key was used for another body"),
    row(Kind::PreconditionRequired, "precondition-required", 428, "If-Match is needed"),
    row(Kind::RateLimited, "rate-limited", 429, "Too many requests"),
    INTERNAL,
    row(Kind::Overloaded, "overloaded", 503, "Too much is waiting"),
    row(Kind::Unavailable, "unavailable", 503, "The database cannot be reached"),
];

pub fn row_of(kind: Kind) -> &'static Row {
    // The test below checks that the table is complete.
    TABLE.iter().find(|row| row.kind == kind).unwrap_or(&INTERNAL)
}

/// Logs and counts a problem, whatever the format of the response.
pub fn note(problem: &Problem) -> &'static Row {
    let row = row_of(problem.kind);
    if let Some(cause) = &problem.cause {
        if row.status >= 500 {
            tracing::error!(kind = row.code, cause, "a request failed");
        } else {
            tracing::debug!(kind = row.code, cause, "a request was refused");
        }
    }
    metrics::counter!("kaiku_problems_total", "code" => row.code).increment(1);
    row
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDocument {
    /// The stable kind: `/problems/` and the code of the error table.
    #[serde(rename = "type")]
    #[schema(pattern = "^/problems/[a-z0-9-]+$", example = "/problems/unknown-question")]
    pub kind: String,
    /// What the kind means.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    pub status: u16,
    /// What to do now.
    pub detail: String,
    /// The single faults with their pointers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FaultDocument>,
}

/// One fault of an input.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FaultDocument {
    /// JSON pointer into the body (RFC 6901), a parameter's name, or the line of a file (`line 12`).
    #[schema(example = "/answers/q13")]
    pub pointer: String,
    /// The code of the error table.
    #[schema(example = "unknown-question")]
    pub code: String,
    /// What to do.
    pub detail: String,
}

/// A problem that a handler returns.
#[derive(Debug)]
pub struct ApiProblem(pub Problem);

impl From<Problem> for ApiProblem {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<StoreError> for ApiProblem {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl std::fmt::Display for ApiProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // For the log: the kind and the cause, never the input.
        write!(f, "{:?} {}", self.0.kind, self.0.cause.as_deref().unwrap_or(""))
    }
}

impl ResponseError for ApiProblem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(row_of(self.0.kind).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let row = note(&self.0);
        let document = ProblemDocument {
            kind: format!("/problems/{}", row.code),
            title: row.title.to_owned(),
            status: row.status,
            detail: self.0.detail.clone(),
            errors: self
                .0
                .faults
                .iter()
                .map(|fault| FaultDocument {
                    pointer: fault.pointer.clone(),
                    code: row_of(fault.kind).code.to_owned(),
                    detail: fault.detail.clone(),
                })
                .collect(),
        };
        let mut answer = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.0.retry_after_seconds {
            answer.insert_header((RETRY_AFTER, seconds.to_string()));
            if self.0.kind == Kind::RateLimited {
                answer.insert_header(("RateLimit", format!("\"calls\";r=0;t={seconds}")));
            }
        }
        if row.status == 401 {
            answer.insert_header(("WWW-Authenticate", "Bearer"));
        }
        if self.0.kind == Kind::UnsupportedEncoding {
            answer.insert_header((ACCEPT_ENCODING, UNCOMPRESSED));
        }
        answer.insert_header(("Cache-Control", "no-store"));
        match serde_json::to_string(&document) {
            Ok(body) => answer.insert_header(("Content-Type", "application/problem+json")).body(body),
            Err(_) => answer.insert_header(ContentType::plaintext()).body(row.title),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TABLE;
    use std::collections::HashSet;

    #[test]
    fn every_code_stands_once_with_an_error_status() {
        let codes: HashSet<_> = TABLE.iter().map(|row| row.code).collect();
        let kinds: HashSet<_> = TABLE.iter().map(|row| row.kind).collect();
        assert_eq!(codes.len(), TABLE.len());
        assert_eq!(kinds.len(), TABLE.len());
        assert!(TABLE.iter().all(|row| (400..600).contains(&row.status)));
    }
}
