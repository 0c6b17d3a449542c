//! Agreements between organiser and producer. Append-only: what changes is a new version.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::listing::{Page, page};
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, NewAgreement, View};
use crate::agreement::Agreement;
use crate::feedback::Problem;
use crate::organisation::Tree;
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// One version of an agreement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AgreementDocument {
    /// Its id.
    pub id: Uuid,
    /// The producer's short name.
    pub producer: String,
    /// Counted from 1 within the producer; the newest that is in force on a day counts.
    pub version: i64,
    /// Who handles: a person's short name.
    pub handler: Option<String>,
    /// Who handles when the handler cannot or may not.
    pub substitute: Option<String>,
    /// Acknowledge within, in working days.
    pub acknowledge: u16,
    /// Decide within.
    pub decide: u16,
    /// Tell the giver within.
    pub tell: u16,
    /// How effects are told to the givers.
    pub told_how: String,
    /// Who signed.
    pub signed_by: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or null.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

/// Which agreements.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgreementsQuery {
    /// Only with this producer.
    #[param(example = "pajapiha-ry")]
    pub producer: Option<String>,
    /// Where the page before ended: its `next_cursor`.
    pub cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

fn document(tree: &Tree, agreement: &Agreement) -> AgreementDocument {
    let person = |id: Option<Uuid>| id.and_then(|id| tree.principals.get(&id)).map(|principal| principal.slug.clone());
    AgreementDocument {
        id: agreement.id,
        producer: producer_slug(tree, agreement).to_owned(),
        version: agreement.version,
        handler: person(agreement.handler_id),
        substitute: person(agreement.substitute_id),
        acknowledge: agreement.terms.acknowledge().get(),
        decide: agreement.terms.decide().get(),
        tell: agreement.terms.tell().get(),
        told_how: agreement.told_how.clone(),
        signed_by: agreement.signed_by.clone(),
        valid_from: agreement.valid_from,
        valid_to: agreement.valid_to,
    }
}

fn producer_slug<'t>(tree: &'t Tree, agreement: &Agreement) -> &'t str {
    tree.producers.get(&agreement.producer_id).map_or("", |producer| producer.slug.as_str())
}

/// The agreements you may see, every version of each.
#[utoipa::path(get, path = "/api/v1/agreements", tag = "organisation", operation_id = "list_agreements",
    params(AgreementsQuery),
    responses((status = 200, body = Page<AgreementDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_agreements(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<AgreementsQuery>,
) -> Result<Json<Page<AgreementDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let rows = settings
        .agreements
        .iter()
        .filter(|agreement| view.reads_agreements(agreement.producer_id))
        .filter(|agreement| query.producer.as_ref().is_none_or(|wanted| wanted == producer_slug(tree, agreement)))
        // Versions sort as numbers: five digits are more changes than a contract sees.
        .map(|agreement| (format!("{}/{:05}", producer_slug(tree, agreement), agreement.version), agreement))
        .collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |agreement| document(tree, agreement))?))
}

/// One version of an agreement.
#[utoipa::path(get, path = "/api/v1/agreements/{id}", tag = "organisation", operation_id = "get_agreement",
    params(("id" = Uuid, Path, description = "The version's id")),
    responses((status = 200, body = AgreementDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_agreement(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<Json<AgreementDocument>, ApiProblem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let mut agreements = settings.agreements.iter();
    let agreement = agreements
        .find(|agreement| agreement.id == id && view.reads_agreements(agreement.producer_id))
        .ok_or_else(Problem::not_found)?;
    Ok(Json(document(&settings.tree, agreement)))
}

/// Adds a version. Cases that are under way keep the terms they came in under.
#[utoipa::path(post, path = "/api/v1/agreements", tag = "organisation", operation_id = "add_agreement",
    request_body = NewAgreement,
    responses((status = 201, body = AgreementDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_agreement(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<NewAgreement>,
) -> Result<(Json<AgreementDocument>, StatusCode), ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let slug = &body.value.producer;
    if !view.producer(slug).is_ok_and(|producer| view.writes_agreements(producer.id)) {
        return Err(administration::unknown("/producer", "producer", slug).into());
    }
    let id = administration::add_agreement(&service, &body.value).await?;
    let settings = service.snapshot();
    let mut agreements = settings.agreements.iter();
    let agreement = agreements.find(|agreement| agreement.id == id).ok_or_else(Problem::not_found)?;
    Ok((Json(document(&settings.tree, agreement)), StatusCode::CREATED))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/agreements", web::get().to(list_agreements))
        .route("/agreements", web::post().to(add_agreement))
        .route("/agreements/{id}", web::get().to(get_agreement));
}
