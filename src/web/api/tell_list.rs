//! What the caller tells at the next meetings: oral notes that have an answer.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, ServiceConfig, get};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem_answers::ReadProblems;
use crate::base::Language;
use crate::case::decision::DecisionKind;
use crate::loop_back::tell_list;
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/tell-list", get().to(list));
}

/// The oral notes to tell, the next meeting first; 200 at most, the others follow once these are told.
#[derive(Serialize, ToSchema)]
pub struct TellList {
    /// The notes.
    pub items: Vec<NoteToTell>,
}

/// An oral note whose giver is to be told. After telling, call `POST /cases/{id}/tell`.
#[derive(Serialize, ToSchema)]
pub struct NoteToTell {
    /// Its case.
    pub case_id: Uuid,
    /// The unit's short name.
    pub unit: String,
    /// Whether the caller wrote it down; if not, its author has left.
    pub own: bool,
    /// The day it was given.
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// The day of the next meeting, for its author only.
    #[schema(value_type = Option<String>, format = Date)]
    pub next_meeting: Option<Date>,
    /// From whom it is, in the author's own words, for its author only.
    pub reminder: Option<String>,
    /// The day to tell by.
    #[schema(value_type = String, format = Date)]
    pub tell_by: Date,
    /// What was decided.
    pub decision: Option<DecisionKind>,
    /// When.
    #[schema(value_type = Option<String>, format = Date)]
    pub decided_on: Option<Date>,
    /// The answer to read out; thanks may have none.
    pub answer: Option<AnswerToTell>,
    /// The language the feedback was given in.
    pub language: Language,
    /// The case's version: the `If-Match` for `tell`.
    pub version: i64,
}

/// An answer to read out.
#[derive(Serialize, ToSchema)]
pub struct AnswerToTell {
    /// What to say.
    pub text: String,
    /// Its language.
    pub language: Language,
}

/// The caller's oral notes that have an answer, with the caller's own reminders. For whoever is responsible for a unit
/// also those of authors who have left, without reminders. The audit log is written before the response.
#[utoipa::path(get, path = "/api/v1/tell-list", operation_id = "get_tell_list", tag = "cases",
    security(("token" = ["cases:read"])),
    responses((status = 200, body = TellList, description = "The list"), ReadProblems))]
pub async fn list(service: Data<Service>, caller: Allowed<scope::CasesRead>) -> Result<HttpResponse, ApiProblem> {
    let notes = tell_list::of(&service, &caller.authority).await?;
    let snapshot = service.snapshot();
    let items = notes
        .into_iter()
        .map(|note| NoteToTell {
            case_id: note.case.id,
            unit: snapshot.tree.units.get(&note.case.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default(),
            own: note.own,
            received_on: note.case.received_on.0,
            next_meeting: note.next_meeting,
            reminder: note.reminder,
            tell_by: note.case.tell_by.0,
            decision: note.case.decision,
            decided_on: note.case.available_on.map(|day| day.0),
            answer: note.answer.map(|(text, language)| AnswerToTell { text, language }),
            language: note.language,
            version: note.case.version,
        })
        .collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(TellList { items }))
}
