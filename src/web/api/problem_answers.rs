//! The problem answers of a call, for its documentation: read from the error table, so that the two cannot drift.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::web::errors::TABLE;

/// What a call that reads may be answered besides.
pub struct ReadProblems;

/// What a call that writes may be answered besides.
pub struct WriteProblems;

/// What a public call may be answered besides.
pub struct PublicProblems;

const PUBLIC: &[u16] = &[400, 404, 429, 500, 503];
const READING: &[u16] = &[400, 401, 403, 404, 429, 500, 503];
const WRITING: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];

impl IntoResponses for PublicProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(PUBLIC)
    }
}

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(READING)
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        of(WRITING)
    }
}

fn of(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    statuses
        .iter()
        .map(|status| {
            let rows = TABLE.iter().filter(|row| row.status == *status);
            let meanings: Vec<String> = rows.map(|row| format!("`{}`: {}", row.code, row.title)).collect();
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument"))).build();
            let response = ResponseBuilder::new()
                .description(meanings.join("; "))
                .content("application/problem+json", content)
                .build();
            (status.to_string(), RefOr::T(response))
        })
        .collect()
}
