//! Agreements between organiser and producer. Append-only: a change is a new version.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::listing::{Page, page};
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, AgreementAnswer, NewAgreement, Signer, View};
use crate::agreement::{Agreement, Side, Standing, State, standing};
use crate::base::{Channel, Problem};
use crate::organisation::Tree;
use crate::routing::Snapshot;
use crate::service::Authority;
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
    /// Counted from 1 within the producer, proposals included. Of several versions for the same service, unit and
    /// channel, the newest that both sides have signed and that is in force on a day counts.
    pub version: i64,
    /// Its state today.
    pub state: Standing,
    /// Only for this service; null for all, and null where a unit is named, since a unit has one service.
    pub service: Option<String>,
    /// Only for this unit; null for all.
    pub unit: Option<String>,
    /// Only for what comes by this channel; null for all.
    pub channel: Option<Channel>,
    /// Who handles: a person's short name.
    pub handler: Option<String>,
    /// Who handles when the handler cannot or may not: a person's short name.
    pub substitute: Option<String>,
    /// Acknowledge within, in working days.
    pub acknowledge: u16,
    /// Decide within, in working days.
    pub decide: u16,
    /// Tell the giver within, in working days.
    pub tell: u16,
    /// How effects are told to the givers.
    pub told_how: String,
    /// Within how many working days the board is posted again; null if nothing is agreed.
    pub board_every: Option<u16>,
    /// Who is notified of a broken deadline: a person's short name.
    pub breach: Option<String>,
    /// Who signed, in words; null until both sides have.
    pub signed_by: Option<String>,
    /// Who signed, for which side and when. An agreement signed on paper has one entry: who entered it.
    pub signatures: Vec<SignatureDocument>,
    /// Why it was declined.
    pub declined_because: Option<String>,
    /// The version that it replaces.
    pub replaces: Option<Uuid>,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or null.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

/// One signature.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SignatureDocument {
    /// For which side; `paper` for what an admin or a file entered as signed by both.
    pub side: Side,
    /// Who: a person's short name; null for what came from a file.
    pub by: Option<String>,
    /// When; null for agreements from before days were recorded.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
}

/// Why a proposal is declined.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineRequest {
    /// Why, for the other side.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Viidessä päivässä emme ehdi kesällä vastata."
    )]
    pub reason: String,
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

fn document(settings: &Snapshot, agreement: &Agreement, today: Date) -> AgreementDocument {
    let tree = &settings.tree;
    let person = |id: Option<Uuid>| id.and_then(|id| tree.principals.get(&id)).map(|principal| principal.slug.clone());
    let coverage = agreement.coverage;
    let first = SignatureDocument {
        side: agreement.proposed_side,
        by: person(agreement.proposed_by),
        on: agreement.proposed_on,
    };
    let second = agreement.proposed_side.other().filter(|_| agreement.state == State::Accepted);
    let second =
        second.map(|side| SignatureDocument { side, by: person(agreement.answered_by), on: agreement.answered_on });
    AgreementDocument {
        id: agreement.id,
        producer: producer_slug(tree, agreement).to_owned(),
        version: agreement.version,
        state: standing(agreement, &settings.agreements, today),
        service: coverage.service_id.and_then(|id| tree.services.get(&id)).map(|service| service.slug.clone()),
        unit: coverage.unit_id.and_then(|id| tree.units.get(&id)).map(|unit| unit.slug.clone()),
        channel: coverage.channel,
        handler: person(agreement.handler_id),
        substitute: person(agreement.substitute_id),
        acknowledge: agreement.terms.acknowledge().get(),
        decide: agreement.terms.decide().get(),
        tell: agreement.terms.tell().get(),
        told_how: agreement.told_how.clone(),
        board_every: agreement.board_every.map(|days| days.get()),
        breach: person(agreement.breach_id),
        signed_by: Some(agreement.signed_by.clone()).filter(|words| !words.is_empty()),
        signatures: std::iter::once(first).chain(second).collect(),
        declined_because: agreement.answer_reason.clone(),
        replaces: agreement.replaces_id,
        valid_from: agreement.valid_from,
        valid_to: agreement.valid_to,
    }
}

fn producer_slug<'t>(tree: &'t Tree, agreement: &Agreement) -> &'t str {
    tree.producers.get(&agreement.producer_id).map_or("", |producer| producer.slug.as_str())
}

/// The agreements you may see, in every version.
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
        // Versions are sorted as text, so they are padded to five digits, which is more changes than a contract will
        // have.
        .map(|agreement| (format!("{}/{:05}", producer_slug(tree, agreement), agreement.version), agreement))
        .collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |agreement| {
        document(&settings, agreement, service.today())
    })?))
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
    Ok(Json(document(&settings, agreement, service.today())))
}

/// Proposes a version, or enters one that was signed on paper.
///
/// The producer's contact proposes for the producer, the organiser for the organiser. The other side gets a notice, and
/// accepts or declines. An admin enters what both sides signed on paper, with `signed_by`: it counts at once, as does
/// what comes from an import file. Whoever only administers the settings signs for neither side.
///
/// Only versions that both sides have signed count, for feedback received from then on; cases in progress keep the
/// terms under which they came in. Where several apply to a feedback, the narrowest one counts: unit and channel, unit,
/// service and channel, service, channel, the whole producer. For the same service, unit and channel at most one counts
/// on a day: a new version names in `replaces` the one that it replaces from its first day on. `replaces` may be left
/// out for the usual next version, which begins later than the only conflicting one and ends no sooner.
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
    let on_paper = body.value.signed_by.is_some();
    let side = view.producer(slug).ok().and_then(|producer| view.agreement_side(producer.id, on_paper));
    let Some(side) = side else {
        return Err(administration::unknown("/producer", "producer", slug).into());
    };
    let signer = Signer { side, principal_id: allowed.authority.principal_id() };
    let id = administration::add_agreement(&service, &body.value, signer).await?;
    Ok((Json(current(&service, id)?), StatusCode::CREATED))
}

fn current(service: &Service, id: Uuid) -> Result<AgreementDocument, Problem> {
    let settings = service.snapshot();
    let agreement = settings.agreements.iter().find(|agreement| agreement.id == id).ok_or_else(Problem::not_found)?;
    Ok(document(&settings, agreement, service.today()))
}

/// Answers a proposal for the caller's side; a caller of neither side gets `not-found`.
async fn answer(
    service: &Service,
    authority: &Authority,
    id: &str,
    answer: AgreementAnswer,
) -> Result<Json<AgreementDocument>, ApiProblem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, authority, service.today());
    let held = settings.agreements.iter().find(|held| held.id == id).ok_or_else(Problem::not_found)?;
    let side = view.agreement_side(held.producer_id, false).filter(|side| *side != Side::Paper);
    let signer = Signer { side: side.ok_or_else(Problem::not_found)?, principal_id: authority.principal_id() };
    administration::answer_agreement(service, id, signer, &answer).await?;
    Ok(Json(current(service, id)?))
}

/// Signs a proposal of the other side. It counts from its first day, or from now on if that is past.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/accept", tag = "organisation", operation_id = "accept_agreement",
    params(("id" = Uuid, Path, description = "The version's id")),
    responses((status = 200, body = AgreementDocument, description = "Both sides have signed it"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn accept_agreement(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<Json<AgreementDocument>, ApiProblem> {
    answer(&service, &allowed.authority, &id, AgreementAnswer::Accept).await
}

/// Declines a proposal of the other side.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/decline", tag = "organisation", operation_id = "decline_agreement",
    request_body = DeclineRequest,
    params(("id" = Uuid, Path, description = "The version's id")),
    responses((status = 200, body = AgreementDocument, description = "It was declined"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn decline_agreement(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    id: Path<String>,
    body: StrictJson<DeclineRequest>,
) -> Result<Json<AgreementDocument>, ApiProblem> {
    answer(&service, &allowed.authority, &id, AgreementAnswer::Decline { reason: body.value.reason }).await
}

/// Withdraws a proposal of your own side, while it has not been answered.
#[utoipa::path(post, path = "/api/v1/agreements/{id}/withdraw", tag = "organisation", operation_id = "withdraw_agreement",
    params(("id" = Uuid, Path, description = "The version's id")),
    responses((status = 200, body = AgreementDocument, description = "It was taken back"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn withdraw_agreement(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<Json<AgreementDocument>, ApiProblem> {
    answer(&service, &allowed.authority, &id, AgreementAnswer::Withdraw).await
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/agreements", web::get().to(list_agreements))
        .route("/agreements", web::post().to(add_agreement))
        .route("/agreements/{id}", web::get().to(get_agreement))
        .route("/agreements/{id}/accept", web::post().to(accept_agreement))
        .route("/agreements/{id}/decline", web::post().to(decline_agreement))
        .route("/agreements/{id}/withdraw", web::post().to(withdraw_agreement));
}
