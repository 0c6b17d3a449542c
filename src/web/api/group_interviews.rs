//! Group interviews: one interview with its SWOT points and agreed actions, and the feedback discussion that tells the group.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, ServiceConfig, get, post};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::parameters::KeyHeader;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::agreement::Due;
use crate::base::{Language, Problem};
use crate::case::steps::State;
use crate::case::words::SwotField;
use crate::handling::read::{shown, shown_inside};
use crate::intake::Intake;
use crate::intake::forms::NewGroupInterview;
use crate::intake::group;
use crate::intake::take_in::Request;
use crate::loop_back::discussion::{self, NewDiscussion};
use crate::organisation::{DataClass, Reach};
use crate::service::Service;
use crate::service::idempotency::KeyedRequest;
use crate::store::{audit, discussions, feedback, group_interviews};
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::headers::idempotency_key;
use crate::web::json::StrictJson;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/group-interviews", post().to(create))
        .route("/group-interviews/{id}", get().to(read))
        .route("/group-interviews/{id}/discussion", post().to(discuss));
}

/// What the facilitator receives for the group.
#[derive(Serialize, ToSchema)]
#[schema(as = TakenInterview)]
pub struct TakenInterviewDocument {
    /// The interview's id.
    pub id: Uuid,
    /// The group's receipt code, shown this once.
    #[schema(example = "7K3M-9QWZ-0B4T-XH2D")]
    pub receipt: String,
    /// The promise with the latest tell-by day among its points.
    pub promise: Option<Due>,
    /// Each point, in the order in which they were sent.
    pub points: Vec<TakenPoint>,
}

/// A SWOT point that was stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenPoint {
    /// Its id, and its case's.
    pub id: Uuid,
    /// The group is told by this day.
    pub promise: Option<Due>,
}

/// An interview as it was recorded.
#[derive(Serialize, ToSchema)]
pub struct InterviewDocument {
    /// Its id.
    pub id: Uuid,
    /// The day on which it was held.
    #[schema(value_type = String, format = Date)]
    pub held_on: jiff::civil::Date,
    /// Goal, arrangements, group, themes and feedback discussion.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub detail: serde_json::Value,
    /// Its points.
    pub points: Vec<PointDocument>,
    /// What was agreed.
    pub actions: Vec<ActionDocument>,
    /// The feedback discussions that were held, with their memos.
    pub discussions: Vec<DiscussionDocument>,
}

/// A feedback discussion that was held.
#[derive(Serialize, ToSchema)]
pub struct DiscussionDocument {
    /// Its id.
    pub id: Uuid,
    /// When.
    #[schema(value_type = String, format = Date)]
    pub held_on: jiff::civil::Date,
    /// Whether clients and workers met together, or each apart.
    pub together: bool,
    /// How many took part.
    pub participants: i64,
    /// What was told and said.
    pub memo: String,
    /// The memo's language.
    pub language: Language,
}

/// 6. Palautekeskustelu: a feedback discussion with the group, as it was held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDiscussionForm {
    /// When; not before the interview, not in the future.
    #[schema(value_type = String, format = Date)]
    pub held_on: jiff::civil::Date,
    /// Whether clients and workers met together, or each apart.
    pub together: bool,
    /// How many took part.
    #[schema(minimum = 1, maximum = 50, example = 6)]
    pub participants: u16,
    /// What was told and said, in the words of staff.
    #[schema(
        min_length = 1,
        max_length = 10000,
        example = "Kirjeet kirjoitetaan nyt selkokielellä. Ryhmä oli tyytyväinen."
    )]
    pub memo: String,
    /// The memo's language.
    pub language: Language,
}

/// What a discussion told.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedDiscussion {
    /// Its id.
    pub id: Uuid,
    /// The points that it told.
    pub told: Vec<Uuid>,
    /// The points that still wait: not decided, or decided after the discussion. Hold another one for them.
    pub waiting: Vec<WaitingPoint>,
}

/// A point that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingPoint {
    /// Its id, and its case's.
    pub id: Uuid,
    /// The state of its case.
    pub state: State,
}

/// A SWOT point.
#[derive(Serialize, ToSchema)]
pub struct PointDocument {
    /// Its id, and its case's.
    pub id: Uuid,
    /// The field of the point.
    pub field: SwotField,
    /// What was said.
    pub text: String,
}

/// An agreed action.
#[derive(Serialize, ToSchema)]
pub struct ActionDocument {
    /// What.
    pub what: String,
    /// Who.
    pub who: String,
    /// When.
    pub when: String,
}

/// Records one group interview by its seven steps. Each SWOT point gets its own case.
#[utoipa::path(post, path = "/api/v1/group-interviews", operation_id = "add_group_interview", tag = "feedback",
    request_body = NewGroupInterview,
    params(KeyHeader),
    security(("token" = ["feedback:write"])),
    responses(
        (status = 201, body = TakenInterviewDocument, description = "It is taken in"),
        WriteProblems))]
pub async fn create(
    request: HttpRequest,
    service: Data<Service>,
    intake: Data<Intake>,
    caller: Allowed<scope::FeedbackWrite>,
    body: StrictJson<NewGroupInterview>,
) -> Result<HttpResponse, ApiProblem> {
    let key = idempotency_key(&request, Some(caller.authority.principal_id()))?;
    let request = Request { body: body.bytes, key };
    let taken = group::interview(&service, &intake, body.value, &caller.authority, request).await?;
    let answer = TakenInterviewDocument {
        id: taken.id,
        receipt: taken.receipt.reveal(),
        promise: taken.promise,
        points: taken.points.into_iter().map(|(id, promise)| TakenPoint { id, promise }).collect(),
    };
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// An interview with its texts, for whoever recorded it; masked for whoever is responsible for the unit.
#[utoipa::path(get, path = "/api/v1/group-interviews/{id}", operation_id = "get_group_interview", tag = "feedback",
    params(("id" = Uuid, Path, description = "The interview's id")), security(("token" = ["cases:read"])),
    responses(
        (status = 200, body = InterviewDocument, description = "The interview"),
        ReadProblems))]
pub async fn read(
    service: Data<Service>,
    caller: Allowed<scope::CasesRead>,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiProblem> {
    let id = *id;
    let authority = &caller.authority;
    let mut tx = service.store.write().await?;
    let row = feedback::find(&mut tx, id).await?.filter(|row| row.void_reason.is_none());
    let row = row.ok_or_else(Problem::not_found)?;
    let detail = group_interviews::detail(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let place = service.snapshot().tree.place_of(row.placement_id).ok_or_else(Problem::not_found)?;
    let own = row.author_id == Some(authority.principal_id());
    let reach = authority.reach(DataClass::OriginalText, &place, own);
    if reach == Reach::Nothing {
        return Err(Problem::not_found().into());
    }
    audit::record(&mut tx, service.now(), authority.principal_id(), "text.read", id).await?;
    let points = group_interviews::points(&mut tx, id).await?;
    let actions = group_interviews::actions(&mut tx, id).await?;
    let discussions = discussions::of_interview(&mut tx, id).await?;
    tx.commit().await?;
    let answer = InterviewDocument {
        id,
        held_on: row.received_on.0,
        detail: shown_inside(reach, serde_json::from_str(&detail).map_err(Problem::unreadable)?),
        points: points
            .into_iter()
            .map(|point| PointDocument { id: point.id, field: point.field, text: shown(reach, point.text) })
            .collect(),
        actions: actions
            .into_iter()
            .map(|action| ActionDocument {
                what: shown(reach, action.what),
                who: shown(reach, action.who),
                when: shown(reach, action.due),
            })
            .collect(),
        discussions: discussions
            .into_iter()
            .map(|held| DiscussionDocument {
                id: held.id,
                held_on: held.held_on.0,
                together: held.together,
                participants: held.participants,
                memo: shown(reach, held.memo),
                language: held.language,
            })
            .collect(),
    };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Records the feedback discussion of a group with its memo. Every point that was decided by then is told. A second
/// discussion may follow for the others. For whoever recorded the interview, and whoever is responsible for the unit.
#[utoipa::path(post, path = "/api/v1/group-interviews/{id}/discussion", operation_id = "record_discussion",
    tag = "feedback",
    request_body = NewDiscussionForm,
    params(("id" = Uuid, Path, description = "The interview's id"), KeyHeader),
    security(("token" = ["cases:write"])),
    responses(
        (status = 201, body = RecordedDiscussion, description = "It is recorded"),
        WriteProblems))]
pub async fn discuss(
    request: HttpRequest,
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    id: Path<Uuid>,
    body: StrictJson<NewDiscussionForm>,
) -> Result<HttpResponse, ApiProblem> {
    let form = &body.value;
    let new = NewDiscussion {
        held_on: form.held_on,
        together: form.together,
        participants: form.participants,
        memo: &form.memo,
        language: form.language,
    };
    let key = idempotency_key(&request, Some(caller.authority.principal_id()))?;
    let repeat = key.map(|key| KeyedRequest { key, body: &body.bytes });
    let recorded = discussion::record(&service, &caller.authority, *id, &new, repeat).await?;
    let waiting = recorded.waiting.into_iter().map(|case| WaitingPoint { id: case.id, state: case.state }).collect();
    let answer = RecordedDiscussion { id: recorded.row.id, told: recorded.told, waiting };
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}
