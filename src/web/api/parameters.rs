//! Parameters shared by several calls, for the OpenAPI document. Handlers read them themselves.

#![expect(dead_code, reason = "read by the derive macro alone")]

use utoipa::IntoParams;
use uuid::Uuid;

use crate::organisation::{NodeKind, Role};

/// Which organiser.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganiserPath {
    /// The organiser's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "itajarvi")]
    slug: String,
}

/// Which producer.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProducerPath {
    /// The producer's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "pajapiha-ry")]
    slug: String,
}

/// Which unit.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UnitPath {
    /// The unit's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    slug: String,
}

/// Which posting of which unit.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PostingPath {
    /// The unit's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    slug: String,
    /// The posting's id.
    id: Uuid,
}

/// Which week of which unit.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WeekPath {
    /// The unit's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    slug: String,
    /// The week's Monday.
    #[param(format = Date, example = "2026-11-16")]
    week: String,
}

/// Which principal.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PrincipalPath {
    /// The principal's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "anna-koivu")]
    slug: String,
}

/// Which grant of which principal.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct GrantPath {
    /// The principal's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "anna-koivu")]
    slug: String,
    /// The role.
    #[param(inline)]
    role: Role,
    /// What kind of place.
    #[param(inline)]
    kind: NodeKind,
    /// The place's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    node: String,
}

/// Which instrument.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InstrumentPath {
    /// The instrument's id.
    #[param(min_length = 1, max_length = 60, pattern = "^[a-z0-9-]+$", example = "asiakastyytyvaisyys")]
    id: String,
}

/// Which version of which instrument.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InstrumentVersionPath {
    /// The instrument's id.
    #[param(min_length = 1, max_length = 60, pattern = "^[a-z0-9-]+$", example = "asiakastyytyvaisyys")]
    id: String,
    /// The version, counted from 1.
    #[param(minimum = 1, example = 1)]
    version: u32,
}

/// Which case.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CasePath {
    /// The case's id.
    id: Uuid,
}

/// The key of a write with a token.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct KeyHeader {
    /// Best a new UUID for each write: a repeated request with the same key gets the same response and has no further
    /// effect. With another body it is refused. Kept for 30 days.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 128,
        pattern = "^[!-~]+$",
        example = "0b8f7a52-7c1e-4b57-9d0c-51f7b7a3c9de"
    )]
    idempotency_key: Option<String>,
}

/// The key of a giver's write.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct GiversKeyHeader {
    /// A new UUID for each write: a repeated request with the same key has no further effect and gets the present
    /// story. With another body it is refused. Kept for 30 days.
    #[param(rename = "Idempotency-Key", example = "0b8f7a52-7c1e-4b57-9d0c-51f7b7a3c9de")]
    idempotency_key: Option<Uuid>,
}

/// The headers of a step.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct StepHeaders {
    /// The case's ETag as it was given, or several of them with commas between. `*` is not enough: a step shows which
    /// version was read.
    #[param(rename = "If-Match", pattern = "^(W/)?\"?[0-9]{1,18}\"?(, *(W/)?\"?[0-9]{1,18}\"?)*$", example = "\"1\"")]
    if_match: String,
    /// Best a new UUID for each step: a repeated request with the same key has no further effect and gets the present
    /// case. Kept for 30 days.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 128,
        pattern = "^[!-~]+$",
        example = "0b8f7a52-7c1e-4b57-9d0c-51f7b7a3c9de"
    )]
    idempotency_key: Option<String>,
}
