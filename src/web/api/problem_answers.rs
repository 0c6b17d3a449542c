//! The problem responses of a call, for the OpenAPI document. They are read from the error table, so that the two
//! agree.
//!
//! Each status is described once, below `components/responses`, and the calls refer to it.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type};

use crate::web::errors::TABLE;

/// Problem responses of a call that reads.
pub struct ReadProblems;

/// Problem responses of a call that reads a period: two valid days may still be no valid period.
pub struct PeriodProblems;

/// Problem responses of a call that writes.
pub struct WriteProblems;

/// Problem responses of a step of a case.
pub struct StepProblems;

/// Problem responses of a public call.
pub struct PublicProblems;

/// Problem responses of a public call that writes; if it has a token, the token must be valid.
pub struct PublicWriteProblems;

const PUBLIC: &[u16] = &[400, 404, 429, 500, 503];
const PUBLIC_WRITING: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];
const READING: &[u16] = &[400, 401, 403, 404, 429, 500, 503];
const READING_PERIODS: &[u16] = &[400, 401, 403, 404, 422, 429, 500, 503];
const WRITING: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];
const STEPPING: &[u16] = &[400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503];

/// Every status of the error table with the name of its response below `components/responses`.
const NAMES: &[(u16, &str)] = &[
    (400, "Malformed"),
    (401, "Unauthenticated"),
    (403, "Forbidden"),
    (404, "NotFound"),
    (405, "MethodNotAllowed"),
    (409, "Conflict"),
    (412, "VersionMismatch"),
    (413, "BodyTooLarge"),
    (415, "UnsupportedMediaType"),
    (422, "Invalid"),
    (428, "PreconditionRequired"),
    (429, "RateLimited"),
    (500, "Internal"),
    (503, "Unavailable"),
];

impl IntoResponses for PublicProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(PUBLIC)
    }
}

impl IntoResponses for PublicWriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(PUBLIC_WRITING)
    }
}

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(READING)
    }
}

impl IntoResponses for PeriodProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(READING_PERIODS)
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(WRITING)
    }
}

impl IntoResponses for StepProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(STEPPING)
    }
}

fn of(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    NAMES
        .iter()
        .filter(|(status, _)| statuses.contains(status))
        .map(|(status, name)| (status.to_string(), RefOr::Ref(Ref::from_response_name(*name))))
        .collect()
}

/// The responses to which the calls refer, by name.
pub fn components() -> BTreeMap<String, RefOr<Response>> {
    NAMES.iter().map(|(status, name)| ((*name).to_owned(), RefOr::T(answer(*status)))).collect()
}

fn answer(status: u16) -> Response {
    let rows = TABLE.iter().filter(|row| row.status == status);
    let meanings: Vec<String> = rows.map(|row| format!("`{}`: {}", row.code, row.title)).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument"))).build();
    let mut response =
        ResponseBuilder::new().description(meanings.join("; ")).content("application/problem+json", content);
    let header = match status {
        401 => Some(("WWW-Authenticate", Type::String, "`Bearer`")),
        405 => Some(("Allow", Type::String, "The methods that the address takes")),
        415 => Some(("Accept-Encoding", Type::String, "`identity`, where the body was compressed")),
        429 => Some(("Retry-After", Type::Integer, "Seconds to wait before the same request is sent again")),
        _ => None,
    };
    if let Some((name, kind, description)) = header {
        let header = HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(kind).build()))
            .description(Some(description))
            .build();
        response = response.header(name, header);
    }
    response.build()
}

#[cfg(test)]
mod tests {
    use super::{NAMES, TABLE};

    #[test]
    fn every_status_of_the_table_has_a_name() {
        for row in TABLE {
            assert!(NAMES.iter().any(|(status, _)| *status == row.status), "{}", row.status);
        }
    }
}
