//! `POST /feedback`, `/feedback/batch`, `/feedback/{id}/void`.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, ServiceConfig, post};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::parameters::KeyHeader;
use super::problem_answers::{PublicWriteProblems, WriteProblems};
use crate::agreement::Due;
use crate::base::{Kind, Language, Problem, ReceiptCode};
use crate::handling::guidance::Guidance;
use crate::intake::forms::{NewBatch, NewFeedback};
use crate::intake::take_in::{self, Request};
use crate::intake::void;
use crate::intake::{Intake, Taken};
use crate::organisation::Scope;
use crate::service::Service;
use crate::store::feedback::VoidReason;
use crate::web::authority::{Allowed, Anybody, scope};
use crate::web::errors::ApiProblem;
use crate::web::headers::idempotency_key;
use crate::web::json::{ItemsJson, StrictJson};
use crate::web::limits::RateLimits;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/feedback", post().to(create))
        .route("/feedback/batch", post().to(create_batch))
        .route("/feedback/{id}/void", post().to(take_back));
}

/// What the giver receives.
#[derive(Serialize, ToSchema)]
#[schema(as = TakenFeedback)]
pub struct TakenDocument {
    /// The feedback's id, and its case's if it has one.
    pub id: Uuid,
    /// The receipt code, shown this once; null for cards, whose giver has the code on the stub.
    #[schema(example = "7K3M-9QWZ-0B4T-XH2D")]
    pub receipt: Option<String>,
    /// The giver is told by this day; null if nobody handles it individually.
    pub promise: Option<Due>,
    /// Whether it reads like a formal complaint, which by law is another procedure: then show the giver the guidance.
    pub complaint: bool,
    /// Guidance on that procedure in the feedback's language (in Finnish if there are no texts in it); null otherwise.
    /// The receipt's story and the case have it too.
    pub guidance: Option<Guidance>,
}

impl TakenDocument {
    fn of(taken: Taken, language: Language) -> Self {
        Self {
            id: taken.id,
            receipt: taken.receipt.as_ref().map(ReceiptCode::reveal),
            promise: taken.promise,
            complaint: taken.complaint,
            guidance: taken.complaint.then(|| Guidance::to_formal_complaint(language.as_str())),
        }
    }
}

/// A box of cards that was stored.
#[derive(Serialize, ToSchema)]
pub struct TakenBatch {
    /// One entry a card, in the order they were sent.
    pub items: Vec<TakenDocument>,
}

/// Why a feedback is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidRequest {
    /// Why.
    pub reason: VoidReason,
}

/// Gives one feedback.
///
/// Public for web and kiosk; oral notes, cards and paper need a token with the scope `feedback:write`.
///
/// Without an Idempotency-Key each request is a new feedback. With one (a UUID, if there is no token) a repeated
/// request gets the same response and has no further effect. The response comes after the feedback is on disk.
#[utoipa::path(post, path = "/api/v1/feedback", operation_id = "give_feedback", tag = "feedback",
    request_body = NewFeedback,
    params(KeyHeader),
    security((), ("token" = ["feedback:write"])),
    responses(
        (status = 201, body = TakenDocument, description = "It is taken in", links(
            ("what came of it" = (operation_id = "look_up_receipt",
                request_body = json!({"code": "{$response.body#/receipt}"}))),
            ("something to add" = (operation_id = "send_message",
                request_body = json!({"code": "{$response.body#/receipt}"}))),
            ("whether it helped" = (operation_id = "give_verdict",
                request_body = json!({"code": "{$response.body#/receipt}"}))),
            ("its case" = (operation_id = "get_case", parameters(("id" = "$response.body#/id")))))),
        PublicWriteProblems))]
pub async fn create(
    request: HttpRequest,
    service: Data<Service>,
    intake: Data<Intake>,
    limits: Data<RateLimits>,
    caller: Anybody,
    body: StrictJson<NewFeedback>,
) -> Result<HttpResponse, ApiProblem> {
    let form = body.value;
    if !form.channel.is_public()
        && let Some(authority) = &caller.0
        && !authority.has(Scope::FeedbackWrite)
    {
        return Err(Problem::new(Kind::ScopeMissing, "This call needs a token with the scope feedback:write.").into());
    }
    let key = idempotency_key(&request, caller.0.as_ref().map(|authority| authority.principal_id()))?;
    let unit = form.channel.is_public().then(|| form.unit.clone());
    let language = form.language;
    let request = Request { body: body.bytes, key };
    let taken = take_in::one(&service, &intake, form, caller.0.as_ref(), request).await?;
    if let Some(unit) = unit {
        limits.note_unit(&unit);
    }
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(TakenDocument::of(taken, language)))
}

/// Types in a box of cards, up to 500: all are stored, or none with every fault listed by its index.
///
/// The response never contains receipt codes: staff who type in cards never see one.
#[utoipa::path(post, path = "/api/v1/feedback/batch", operation_id = "give_feedback_batch", tag = "feedback",
    request_body = NewBatch,
    params(KeyHeader),
    security(("token" = ["feedback:write"])),
    responses(
        (status = 201, body = TakenBatch, description = "All of them are taken in"),
        WriteProblems))]
pub async fn create_batch(
    request: HttpRequest,
    service: Data<Service>,
    intake: Data<Intake>,
    caller: Allowed<scope::FeedbackWrite>,
    body: ItemsJson<NewFeedback>,
) -> Result<HttpResponse, ApiProblem> {
    let key = idempotency_key(&request, Some(caller.authority.principal_id()))?;
    let request = Request { body: body.bytes, key };
    let languages: Vec<Language> = body.items.iter().filter_map(|item| Some(item.form.as_ref()?.language)).collect();
    let taken = take_in::cards(&service, &intake, body.items, &caller.authority, request).await?;
    let items = taken.into_iter().zip(languages).map(|(taken, language)| TakenDocument::of(taken, language)).collect();
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(TakenBatch { items }))
}

/// Takes a feedback back: removes it from counters and cases. Its author may, and whoever is responsible for the unit.
#[utoipa::path(post, path = "/api/v1/feedback/{id}/void", operation_id = "void_feedback", tag = "feedback",
    request_body = VoidRequest,
    params(("id" = Uuid, Path, description = "The feedback's id")), security(("token" = ["feedback:void"])),
    responses(
        (status = 204, description = "It is out of counters and cases"),
        WriteProblems))]
pub async fn take_back(
    service: Data<Service>,
    caller: Allowed<scope::FeedbackVoid>,
    id: Path<Uuid>,
    body: StrictJson<VoidRequest>,
) -> Result<HttpResponse, ApiProblem> {
    void::void(&service, &caller.authority, *id, body.value.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}
