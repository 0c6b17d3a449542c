//! The inbox, a case, and the steps that staff take.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::web::{Bytes, Data, Path, Query, ServiceConfig, get, post};
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::listing::{Page, Part};
use super::parameters::{CasePath, KeyHeader, StepHeaders};
use super::problem_answers::{ReadProblems, StepProblems};
use crate::agreement::Due;
use crate::base::channel::ToldByStaff;
use crate::base::{Channel, GivenBy, Language, Problem};
use crate::calendar::is_broken;
use crate::case::decision::DecisionKind;
use crate::case::steps::{State, Step, TakenBy, allowed};
use crate::case::told::ToldHow;
use crate::case::words::{ActorKind, CaseSubject, Verdict};
use crate::handling::act::{self, Act};
use crate::handling::guidance::Guidance;
use crate::handling::read::{self, OpenCase, next_deadline, opened, shown};
use crate::handling::{escalation, thanks};
use crate::intake::evaluate::promise_of;
use crate::intake::forms::Reply;
use crate::organisation::{Reach, Role, Scope};
use crate::routing::Snapshot;
use crate::routing::Urgency;
use crate::service::Authority;
use crate::service::Service;
use crate::service::idempotency::KeyedRequest;
use crate::store::cases::{CaseFilter, CaseRow, InboxKey};
use crate::store::contacts::SealedRow;
use crate::store::mails::{Letter, MailState};
use crate::store::{Day, case_log, cases, contacts, mails};
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::headers::{etag, idempotency_key, if_match};
use crate::web::json::StrictJson;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/cases", get().to(list))
        .route("/cases/decide-thanks", post().to(decide_thanks))
        .route("/cases/{id}", get().to(find))
        .route("/cases/{id}/contact", post().to(contact))
        .route("/cases/{id}/reminder", get().to(reminder))
        .route("/cases/{id}/acknowledge", post().to(acknowledge))
        .route("/cases/{id}/assign", post().to(assign))
        .route("/cases/{id}/ask", post().to(ask))
        .route("/cases/{id}/decide", post().to(decide))
        .route("/cases/{id}/tell", post().to(tell))
        .route("/cases/{id}/mail-refused", post().to(mail_refused))
        .route("/cases/{id}/close", post().to(close))
        .route("/cases/{id}/reopen", post().to(reopen));
}

/// The filters of the inbox.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// Only in this state.
    #[param(value_type = Option<State>)]
    state: Option<State>,
    /// Only with a next deadline on this day or before.
    #[param(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// Only of the unit with this short name.
    #[param(example = "koivuranta")]
    unit: Option<String>,
    /// Only those the caller handles.
    mine: Option<bool>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// The maximum number of cases on the page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// A case without its texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseSummary {
    /// Its id: that of its feedback or SWOT point.
    pub id: Uuid,
    /// The feedback it belongs to.
    pub feedback_id: Uuid,
    /// What it is about.
    pub subject: CaseSubject,
    /// The unit's short name.
    pub unit: String,
    /// Its state.
    pub state: State,
    /// Its category.
    pub category: String,
    /// How fast somebody must look at it.
    pub urgency: Urgency,
    /// The rule that made it.
    pub rule: String,
    /// That rule's reason.
    pub rule_reason: String,
    /// Whether it reads like a formal complaint, which by law is another procedure: the giver is shown how to make one.
    pub complaint: bool,
    /// The agreement version under which it came in; null for the default terms.
    pub agreement_id: Option<Uuid>,
    /// That agreement version, and what it covers.
    pub agreement: Option<CaseAgreement>,
    /// Who handles it: a principal's short name.
    pub handler: Option<String>,
    /// The role in which the handler handles it.
    pub handler_role: Role,
    /// Who may act beside the handler: the substitute of an absent handler, or whoever a broken deadline was escalated
    /// to.
    pub stand_in: Option<String>,
    /// Day 0 of its terms.
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// Its deadlines.
    pub promise: Due,
    /// Where the decision is late: the day that the giver is told instead of `promise.decide_by`.
    #[schema(value_type = Option<String>, format = Date)]
    pub new_decide_by: Option<Date>,
    /// The deadline that comes next; null while the giver is waited for, and once told.
    #[schema(value_type = Option<String>, format = Date)]
    pub next_deadline: Option<Date>,
    /// Whether that deadline is broken: its day is past, or its closing hour.
    pub overdue: bool,
    /// Since when it waits for the giver.
    #[schema(value_type = Option<String>, format = Date)]
    pub waiting_since: Option<Date>,
    /// When it was acknowledged.
    #[schema(value_type = Option<String>, format = Date)]
    pub acknowledged_on: Option<Date>,
    /// When an answer was available.
    #[schema(value_type = Option<String>, format = Date)]
    pub available_on: Option<Date>,
    /// When the giver was told.
    #[schema(value_type = Option<String>, format = Date)]
    pub told_on: Option<Date>,
    /// How the giver was told.
    pub told_how: Option<ToldHow>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = Date)]
    pub closed_on: Option<Date>,
    /// The decision in force.
    pub decision: Option<DecisionKind>,
    /// What the giver said of it.
    pub verdict: Option<Verdict>,
    /// Since when words that the giver wrote after the feedback wait to be read: until whoever may take its steps opens the case.
    #[schema(value_type = Option<String>, format = Date)]
    pub unread_since: Option<Date>,
    /// How often it was reopened by a verdict.
    pub reopenings: i64,
    /// Increased by every step; the ETag.
    pub version: i64,
}

/// The agreement under which a case came in: the narrowest one in force on the day of receipt.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseAgreement {
    /// The version's id.
    pub id: Uuid,
    /// Its number, counted from 1 within the producer.
    pub version: i64,
    /// The producer's short name.
    pub producer: String,
    /// Only this service; null for all.
    pub service: Option<String>,
    /// Only this unit; null for all.
    pub unit: Option<String>,
    /// Only this channel; null for all.
    pub channel: Option<Channel>,
}

impl CaseAgreement {
    fn of(snapshot: &Snapshot, id: Uuid) -> Option<Self> {
        let agreement = snapshot.agreements.iter().find(|agreement| agreement.id == id)?;
        let (tree, coverage) = (&snapshot.tree, agreement.coverage);
        Some(Self {
            id,
            version: agreement.version,
            producer: tree.producers.get(&agreement.producer_id)?.slug.clone(),
            service: coverage.service_id.and_then(|id| tree.services.get(&id)).map(|service| service.slug.clone()),
            unit: coverage.unit_id.and_then(|id| tree.units.get(&id)).map(|unit| unit.slug.clone()),
            channel: coverage.channel,
        })
    }
}

/// A case with those of its texts that its reader may see.
#[derive(Serialize, ToSchema)]
pub struct CaseDocument {
    /// The case.
    #[serde(flatten)]
    pub case: CaseSummary,
    /// How it came.
    pub channel: Channel,
    /// The language it was given in.
    pub language: Language,
    /// Who gave it.
    pub given_by: GivenBy,
    /// The instrument's id.
    pub instrument: String,
    /// The instrument's version.
    pub instrument_version: i64,
    /// Coded answers; null for readers who see no original texts.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub answers: Option<serde_json::Value>,
    /// Texts by question; null for readers who see none.
    pub texts: Option<Vec<TextDocument>>,
    /// Every step, oldest first.
    pub events: Vec<EventDocument>,
    /// What the giver of a case that reads like a formal complaint is shown, in the giver's language, so that the
    /// handler can guide the giver too.
    pub guidance_for_giver: Option<Guidance>,
    /// The mails to the giver, oldest first.
    pub mails: Vec<MailDocument>,
    /// The steps that may be taken now.
    pub steps: Vec<Step>,
}

/// The outcome of a mail to the giver; never its words or address.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailDocument {
    /// What it says.
    pub letter: Letter,
    /// Its outcome.
    pub state: MailState,
    /// When it was queued.
    #[schema(value_type = String, format = Date)]
    pub queued_on: Date,
    /// When it got its outcome.
    #[schema(value_type = Option<String>, format = Date)]
    pub settled_on: Option<Date>,
    /// The server's code for `refused`, or `came_back` if it was accepted first; `no_address` or `outdated` for
    /// `dropped`.
    pub reason: Option<String>,
}

/// One text.
#[derive(Serialize, ToSchema)]
pub struct TextDocument {
    /// The question's id, or the field of a SWOT point.
    pub question: String,
    /// What was said.
    pub text: String,
}

/// One step.
#[derive(Serialize, ToSchema)]
pub struct EventDocument {
    /// Its number: the case's version after it.
    pub n: i64,
    /// Which step.
    pub step: Step,
    /// State before.
    pub from: State,
    /// State after.
    pub to: State,
    /// Who took it.
    pub actor: ActorKind,
    /// Which member of staff: a principal's short name.
    pub by: Option<String>,
    /// When: the day in Helsinki.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Details: ids and words of fixed lists.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub detail: serde_json::Value,
    /// The text of the step, for readers who may see it.
    pub text: Option<String>,
}

/// A giver's contact details.
#[derive(Serialize, ToSchema)]
pub struct ContactDocument {
    /// A name.
    pub name: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
}

/// The author's own reminder.
#[derive(Serialize, ToSchema)]
pub struct ReminderDocument {
    /// What the author wrote.
    pub text: String,
    /// The day of the next meeting.
    #[schema(value_type = Option<String>, format = Date)]
    pub next_meeting: Option<Date>,
}

/// Who gets a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignRequest {
    /// A principal's short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "vilma-koivu")]
    pub handler: String,
}

/// What the giver is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRequest {
    /// The question, in the giver's language.
    #[schema(min_length = 1, max_length = 10000, example = "Milloin tämä tapahtui?")]
    pub question: String,
}

/// What is decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideRequest {
    /// The kind of decision.
    pub kind: DecisionKind,
    /// The answer to the giver; may be empty for thanks.
    #[serde(default)]
    #[schema(max_length = 10000, example = "Puhelimeen vastataan nyt arkisin kello 9–15.")]
    pub text: String,
    /// The language of the answer, if not the feedback's.
    #[serde(default)]
    pub language: Option<Language>,
}

/// How the giver was told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellRequest {
    /// How.
    pub how: ToldByStaff,
    /// In which language.
    #[serde(default)]
    pub language: Option<Language>,
}

/// Why a case is reopened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenRequest {
    /// Why, for staff.
    #[schema(min_length = 1, max_length = 10000, example = "Uutta tietoa tuli puhelimitse.")]
    pub reason: String,
}

/// Cases to thank for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThanksRequest {
    /// Which cases, each at the version at which it was read.
    #[schema(min_items = 1, max_items = 200)]
    pub cases: Vec<CaseAtVersion>,
    /// The answer to every one of the givers; may be empty.
    #[serde(default)]
    #[schema(max_length = 10000, example = "Kiitos palautteesta! Se luettiin yhdessä tiimissä.")]
    pub text: String,
    /// The language of the answer, if not each feedback's own.
    #[serde(default)]
    pub language: Option<Language>,
}

/// A case at a version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseAtVersion {
    /// Its id.
    pub id: Uuid,
    /// Its version as it was read.
    #[schema(minimum = 1)]
    pub version: i64,
}

/// The cases that were thanked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThankedCases {
    /// The cases as they are now, in the order they were sent.
    pub items: Vec<CaseSummary>,
}

/// Decides "thanks" for many cases, each guarded by its version: all of them, or none with every fault listed by its
/// index.
#[utoipa::path(post, path = "/api/v1/cases/decide-thanks", operation_id = "decide_thanks", tag = "cases",
    request_body = ThanksRequest,
    params(KeyHeader),
    security(("token" = ["cases:write"])),
    responses((status = 200, body = ThankedCases, description = "They are decided"), StepProblems))]
pub async fn decide_thanks(
    request: HttpRequest,
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    body: StrictJson<ThanksRequest>,
) -> Result<HttpResponse, ApiProblem> {
    let authority = &caller.authority;
    let key = idempotency_key(&request, Some(authority.principal_id()))?;
    let repeat = key.map(|key| KeyedRequest { key, body: &body.bytes });
    let form = &body.value;
    let cases: Vec<(Uuid, i64)> = form.cases.iter().map(|case| (case.id, case.version)).collect();
    let thanked = thanks::decide(&service, authority, &cases, &form.text, form.language, repeat).await?;
    let items = thanked.iter().map(|case| summary(&service, case)).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(ThankedCases { items }))
}

/// The inbox: every case the caller's roles reach, without texts. What is urgent and not decided yet, or has unread words, stands
/// first, then what must be read today, then all else; within each by decide-by day.
#[utoipa::path(get, path = "/api/v1/cases", operation_id = "list_cases", tag = "cases", params(CaseQuery),
    security(("token" = ["cases:read"])),
    responses(
        (status = 200, body = Page<CaseSummary>, description = "A page of the inbox"),
        ReadProblems))]
pub async fn list(
    service: Data<Service>,
    caller: Allowed<scope::CasesRead>,
    query: Query<CaseQuery>,
) -> Result<HttpResponse, ApiProblem> {
    let snapshot = service.snapshot();
    let part = Part::of(query.cursor.as_deref(), query.limit, &service.config.limits)?;
    let mut filter = CaseFilter {
        state: query.state,
        due_before: query.due_before.map(Day),
        after: part.after,
        limit: part.rows,
        ..CaseFilter::default()
    };
    if let Some(slug) = &query.unit {
        // An unknown unit and one outside of the caller's nodes both have no cases here.
        filter.unit_id = Some(snapshot.tree.unit_by_slug(slug).map_or_else(Uuid::nil, |unit| unit.id));
    }
    if query.mine == Some(true) {
        filter.handler_id = Some(caller.authority.principal_id());
    }
    let mut db = service.store.read().await?;
    let rows = cases::list(&mut db, &read::visible(&caller.authority), &filter).await?;
    let (rows, next_cursor) = part.page_of(rows, InboxKey::of);
    let items = rows.iter().map(|row| summary(&service, row)).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Page { items, next_cursor }))
}

/// One case, with its texts as far as the caller's roles reach. The audit log is written before the response.
#[utoipa::path(get, path = "/api/v1/cases/{id}", operation_id = "get_case", tag = "cases", params(CasePath),
    security(("token" = ["cases:read"])),
    responses(
        (status = 200, body = CaseDocument, description = "The case",
            headers(("ETag" = String, description = "For If-Match"))),
        ReadProblems))]
pub async fn find(
    service: Data<Service>,
    caller: Allowed<scope::CasesRead>,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiProblem> {
    document(&service, &caller.authority, *id).await
}

async fn document(service: &Service, authority: &Authority, id: Uuid) -> Result<HttpResponse, ApiProblem> {
    let mut db = service.store.read().await?;
    let open = read::open(&mut db, authority, id).await?;
    drop(db);
    document_of(service, authority, open).await
}

async fn document_of(service: &Service, authority: &Authority, mut open: OpenCase) -> Result<HttpResponse, ApiProblem> {
    // A token that may only take steps gets the state, not the texts.
    if !authority.has(Scope::CasesRead) {
        open.texts = Reach::Nothing;
    }
    let id = open.case.id;
    let mut db = service.store.read().await?;
    let events = case_log::events(&mut db, id).await?;
    let words = case_log::texts(&mut db, id).await?;
    let mails = mails::of_case(&mut db, id).await?;
    drop(db);
    let texts = read::texts(service, authority, &open).await?;
    let snapshot = service.snapshot();
    let state = open.case.state;
    let events = events
        .into_iter()
        .map(|event| EventDocument {
            n: event.n,
            step: event.step,
            from: event.from_state,
            to: event.to_state,
            actor: event.actor,
            // The feedback is about the work of whoever tells the giver of an oral note: staff see the step, not the
            // person.
            by: event
                .actor_id
                .filter(|id| Some(*id) != open.feedback.author_id)
                .and_then(|id| snapshot.tree.principals.get(&id))
                .map(|principal| principal.slug.clone()),
            on: event.on_day.0,
            detail: serde_json::from_str(&event.detail).unwrap_or_default(),
            text: (open.texts != Reach::Nothing)
                .then(|| words.iter().find(|text| text.n == event.n))
                .flatten()
                .map(|text| shown(open.texts, text.text.clone())),
        })
        .collect();
    let answers = match open.texts {
        Reach::Nothing => None,
        _ => Some(serde_json::from_str(&open.feedback.coded).map_err(Problem::unreadable)?),
    };
    let mut steps =
        if read::may_act(authority, &open) { staff_steps(&open, state) } else { own_note_steps(&open, state) };
    if !read::may_tell(&snapshot, authority, &open, service.today()) {
        steps.retain(|step| *step != Step::Tell);
    }
    let document = CaseDocument {
        case: summary(service, &open.case),
        channel: open.feedback.channel,
        language: open.feedback.language,
        given_by: open.feedback.given_by,
        instrument: open.feedback.instrument.clone(),
        instrument_version: open.feedback.instrument_version,
        answers,
        texts: texts.map(|texts| texts.into_iter().map(|(question, text)| TextDocument { question, text }).collect()),
        events,
        guidance_for_giver: open.case.complaint.then(|| Guidance::to_formal_complaint(open.feedback.language.as_str())),
        mails: mails
            .into_iter()
            .map(|mail| MailDocument {
                letter: mail.letter,
                state: mail.state,
                queued_on: mail.queued_on.0,
                settled_on: mail.settled_on.map(Into::into),
                reason: mail.reason,
            })
            .collect(),
        steps,
    };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((ETAG, etag(open.case.version)))
        .json(document))
}

/// The steps of the table that staff can take now through the API.
fn staff_steps(open: &OpenCase, state: State) -> Vec<Step> {
    allowed(state)
        .filter(|step| step.taken_by() == TakenBy::Staff)
        .filter(|step| *step != Step::Tell || open.feedback.channel.properties().told_by_staff.is_some())
        .filter(|step| *step != Step::MailRefused || act::was_told_by_mail(&open.case))
        .filter(|step| *step != Step::Ask || open.feedback.receipt_key.is_some())
        .collect()
}

/// The author of an oral note can tell its giver.
fn own_note_steps(open: &OpenCase, state: State) -> Vec<Step> {
    staff_steps(open, state).into_iter().filter(|step| open.is_author && *step == Step::Tell).collect()
}

fn summary(service: &Service, case: &CaseRow) -> CaseSummary {
    let snapshot = service.snapshot();
    let next_deadline = next_deadline(case).map(|(_, day)| day);
    let closing_hour = service.config.terms.deadline_hour;
    let person = |id| snapshot.tree.principals.get(&id).map(|principal| principal.slug.clone());
    CaseSummary {
        next_deadline,
        overdue: next_deadline.is_some_and(|day| is_broken(day, service.clock.now(), closing_hour)),
        id: case.id,
        feedback_id: case.feedback_id,
        subject: case.subject,
        unit: snapshot.tree.units.get(&case.unit_id).map(|unit| unit.slug.clone()).unwrap_or_default(),
        state: case.state,
        category: case.category.clone(),
        urgency: case.urgency,
        rule: case.rule.clone(),
        rule_reason: case.rule_reason.clone(),
        complaint: case.complaint,
        agreement_id: case.agreement_id,
        agreement: case.agreement_id.and_then(|id| CaseAgreement::of(&snapshot, id)),
        handler: person(case.handler_id),
        stand_in: case.stand_in_id.and_then(person),
        handler_role: case.handler_role,
        received_on: case.received_on.0,
        promise: promise_of(case),
        new_decide_by: escalation::late(service, &snapshot, case).ok().flatten().map(|late| late.new_day),
        waiting_since: case.waiting_since.map(Into::into),
        acknowledged_on: case.acknowledged_on.map(Into::into),
        available_on: case.available_on.map(Into::into),
        told_on: case.told_on.map(Into::into),
        told_how: case.told_how,
        closed_on: case.closed_on.map(Into::into),
        decision: case.decision,
        verdict: case.verdict,
        unread_since: case.unread_since.map(Into::into),
        reopenings: case.reopenings,
        version: case.version,
    }
}

/// The giver's contact details, for the handler only. The audit log is written before the response.
#[utoipa::path(post, path = "/api/v1/cases/{id}/contact", operation_id = "open_case_contact", tag = "cases",
    params(CasePath),
    security(("token" = ["contacts:read"])),
    responses(
        (status = 200, body = ContactDocument, description = "The details"),
        ReadProblems))]
pub async fn contact(
    service: Data<Service>,
    caller: Allowed<scope::ContactsRead>,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiProblem> {
    let sealed = read::contact(&service, &caller.authority, *id).await?;
    let contact: Reply = opened(&service, &sealed, *id)?;
    let answer = ContactDocument { name: contact.name, email: contact.email, phone: contact.phone };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// The author's own reminder of whom an oral note was from, for its author only.
#[utoipa::path(get, path = "/api/v1/cases/{id}/reminder", operation_id = "get_case_reminder", tag = "cases",
    params(CasePath),
    security(("token" = ["cases:read"])),
    responses(
        (status = 200, body = ReminderDocument, description = "The reminder"),
        ReadProblems))]
pub async fn reminder(
    service: Data<Service>,
    caller: Allowed<scope::CasesRead>,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiProblem> {
    let mut db = service.store.read().await?;
    let open = read::open(&mut db, &caller.authority, *id).await?;
    let row = contacts::find_reminder(&mut db, open.case.feedback_id).await?;
    let row = row.filter(|row| row.author_id == caller.authority.principal_id()).ok_or_else(Problem::not_found)?;
    let sealed = SealedRow { key_id: row.key_id, sealed: row.sealed };
    let text = opened(&service, &sealed, open.case.feedback_id)?;
    let answer = ReminderDocument { text, next_meeting: row.next_meeting.map(Into::into) };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Takes a step and returns the case as it is afterwards.
async fn step(
    request: &HttpRequest,
    service: &Service,
    authority: &Authority,
    id: Uuid,
    body: &Bytes,
    what: Act,
) -> Result<HttpResponse, ApiProblem> {
    let versions = if_match(request)?;
    let key = idempotency_key(request, Some(authority.principal_id()))?;
    let open = act::act(service, authority, id, &versions, what, key.map(|key| KeyedRequest { key, body })).await?;
    document_of(service, authority, open).await
}

/// Declares a step's endpoint.
macro_rules! step_endpoint {
    ($(#[$doc:meta])* $name:ident, $path:literal) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $path, operation_id = concat!(stringify!($name), "_case"), tag = "cases",
            params(CasePath, StepHeaders),
            security(("token" = ["cases:write"])),
            responses(
                (status = 200, body = CaseDocument, description = "The case as it is now",
                    headers(("ETag" = String, description = "For the next If-Match"))),
                StepProblems))]
        pub async fn $name(
            request: HttpRequest,
            service: Data<Service>,
            caller: Allowed<scope::CasesWrite>,
            id: Path<Uuid>,
        ) -> Result<HttpResponse, ApiProblem> {
            step(&request, &service, &caller.authority, *id, &Bytes::new(), act_of::$name()).await
        }
    };
    ($(#[$doc:meta])* $name:ident, $path:literal, $body:ty) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $path, operation_id = concat!(stringify!($name), "_case"), tag = "cases",
            request_body = $body,
            params(CasePath, StepHeaders),
            security(("token" = ["cases:write"])),
            responses(
                (status = 200, body = CaseDocument, description = "The case as it is now",
                    headers(("ETag" = String, description = "For the next If-Match"))),
                StepProblems))]
        pub async fn $name(
            request: HttpRequest,
            service: Data<Service>,
            caller: Allowed<scope::CasesWrite>,
            id: Path<Uuid>,
            body: StrictJson<$body>,
        ) -> Result<HttpResponse, ApiProblem> {
            step(&request, &service, &caller.authority, *id, &body.bytes, act_of::$name(body.value)).await
        }
    };
}

/// Turns a request into its step.
mod act_of {
    use super::{Act, AskRequest, AssignRequest, DecideRequest, ReopenRequest, TellRequest};

    pub fn acknowledge() -> Act {
        Act::Acknowledge
    }
    pub fn mail_refused() -> Act {
        Act::MailRefused
    }
    pub fn close() -> Act {
        Act::Close
    }
    pub fn assign(request: AssignRequest) -> Act {
        Act::Assign { handler: request.handler }
    }
    pub fn ask(request: AskRequest) -> Act {
        Act::Ask { question: request.question }
    }
    pub fn decide(request: DecideRequest) -> Act {
        Act::Decide { kind: request.kind, text: request.text, language: request.language }
    }
    pub fn tell(request: TellRequest) -> Act {
        Act::Tell { how: request.how, language: request.language }
    }
    pub fn reopen(request: ReopenRequest) -> Act {
        Act::Reopen { reason: request.reason }
    }
}

step_endpoint!(
    /// Marks that somebody has taken up the case.
    acknowledge,
    "/api/v1/cases/{id}/acknowledge"
);
step_endpoint!(
    /// Assigns the case to somebody else who has a role at the unit or above it, but never to the person whom it is
    /// about.
    ///
    /// An absent person may be assigned a case too: the event then has the last day of the absence, and reminders reach
    /// the substitute.
    assign,
    "/api/v1/cases/{id}/assign",
    AssignRequest
);
step_endpoint!(
    /// Asks the giver something; the terms pause until the giver answers.
    ask,
    "/api/v1/cases/{id}/ask",
    AskRequest
);
step_endpoint!(
    /// Decides. The answer is now available to the giver; that does not yet count as told.
    decide,
    "/api/v1/cases/{id}/decide",
    DecideRequest
);
step_endpoint!(
    /// Marks that the giver was told in person or in the group's feedback discussion.
    tell,
    "/api/v1/cases/{id}/tell",
    TellRequest
);
step_endpoint!(
    /// Takes back the telling by mail: the mail came back after the server had accepted it. The case is decided
    /// again, and the giver has to be told in the next way.
    mail_refused,
    "/api/v1/cases/{id}/mail-refused"
);
step_endpoint!(
    /// Closes a case whose giver was told.
    close,
    "/api/v1/cases/{id}/close"
);
step_endpoint!(
    /// Reopens a case; the terms to decide and to tell start again today.
    reopen,
    "/api/v1/cases/{id}/reopen",
    ReopenRequest
);
