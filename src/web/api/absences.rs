//! Absences and substitutes, so that new cases and reminders reach somebody who is present.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::listing::{Page, page};
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy, NewAbsence, View};
use crate::base::{Kind, Problem};
use crate::organisation::{Absence, Principal, Scope, Tree};
use crate::service::{Authority, Service};
use crate::web::authority::{AllowedEither, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A period in which a person is absent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AbsenceDocument {
    /// Its id.
    pub id: Uuid,
    /// Who is away: a person's short name.
    pub principal: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub first_day: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub last_day: Date,
    /// The substitute's short name; null where the agreement's substitute or the next role-holder stands in.
    pub substitute: Option<String>,
}

/// Which absences.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AbsencesQuery {
    /// Only of this person.
    #[param(example = "kalle-koivu")]
    pub principal: Option<String>,
    /// Only those that are not over by this day.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Where the page before ended: its `next_cursor`.
    pub cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

fn document(tree: &Tree, absence: &Absence) -> AbsenceDocument {
    let slug = |id: Uuid| tree.principals.get(&id).map(|principal| principal.slug.clone());
    AbsenceDocument {
        id: absence.id,
        principal: slug(absence.principal_id).unwrap_or_default(),
        first_day: absence.first_day,
        last_day: absence.last_day,
        substitute: absence.substitute_id.and_then(slug),
    }
}

/// Absences of others are settings, so they need a scope for settings.
fn must_write_others(authority: &Authority, principal: &Principal) -> Result<(), Problem> {
    if principal.id == authority.principal_id() || authority.has(Scope::OrganisationWrite) {
        return Ok(());
    }
    let needed = Scope::OrganisationWrite.as_str();
    Err(Problem::new(Kind::ScopeMissing, format!("For somebody else's absence the token needs the scope {needed}.")))
}

/// Your own absences, and those of the people at places that you administer or are responsible for.
///
/// Your own need the scope `cases:read`, others' `organisation:read`.
#[utoipa::path(get, path = "/api/v1/absences", tag = "organisation", operation_id = "list_absences",
    params(AbsencesQuery),
    responses((status = 200, body = Page<AbsenceDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["cases:read"]), ("token" = ["organisation:read"])))]
pub async fn list_absences(
    allowed: AllowedEither<scope::CasesRead, scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<AbsencesQuery>,
) -> Result<Json<Page<AbsenceDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let authority = &allowed.authority;
    let view = View::new(tree, authority, service.today());
    let others = authority.has(Scope::OrganisationRead);
    let rows = settings
        .absences
        .iter()
        .filter(|absence| query.from.is_none_or(|from| from <= absence.last_day))
        .filter_map(|absence| Some((absence, tree.principals.get(&absence.principal_id)?)))
        .filter(|(_, principal)| query.principal.as_ref().is_none_or(|wanted| *wanted == principal.slug))
        .filter(|(_, principal)| principal.id == authority.principal_id() || (others && view.keeps_absences(principal)))
        .map(|(absence, principal)| (format!("{}/{}", absence.first_day, principal.slug), absence))
        .collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |absence| document(tree, absence))?))
}

/// Records that you are absent, or somebody at a place that you administer or are responsible for.
///
/// New cases go to the substitute, else to the agreement's substitute, else to the next role-holder who is present. If
/// everybody is absent, they go to the first of them all the same. Open cases keep their handler; reminders reach the
/// substitute. You name yourself the substitute of others only where you have a role that reads texts. Your own absence needs the scope `cases:write` or `organisation:write`, somebody else's
/// `organisation:write`.
#[utoipa::path(post, path = "/api/v1/absences", tag = "organisation", operation_id = "add_absence",
    request_body = NewAbsence,
    responses((status = 201, body = AbsenceDocument, description = "It was added"), WriteProblems),
    security(("token" = ["cases:write"]), ("token" = ["organisation:write"])))]
pub async fn add_absence(
    allowed: AllowedEither<scope::CasesWrite, scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<NewAbsence>,
) -> Result<(Json<AbsenceDocument>, StatusCode), ApiProblem> {
    let settings = service.snapshot();
    let authority = &allowed.authority;
    let view = View::new(&settings.tree, authority, service.today());
    let principal_id = match body.value.principal.as_deref() {
        None => authority.principal_id(),
        Some(slug) => {
            let found = settings.tree.principal_by_slug(slug).filter(|known| view.keeps_absences(known));
            let principal = found.ok_or_else(|| administration::unknown("/principal", "person", slug))?;
            must_write_others(authority, principal)?;
            principal.id
        }
    };
    let id =
        administration::add_absence(&service, ChangedBy::of(&allowed.authority), principal_id, &body.value).await?;
    let settings = service.snapshot();
    let absence = settings.absences.iter().find(|absence| absence.id == id).ok_or_else(Problem::not_found)?;
    Ok((Json(document(&settings.tree, absence)), StatusCode::CREATED))
}

/// Deletes an absence: new cases go to the person again.
#[utoipa::path(delete, path = "/api/v1/absences/{id}", tag = "organisation", operation_id = "remove_absence",
    params(("id" = Uuid, Path, description = "The absence's id")),
    responses((status = 204, description = "It was taken back"), WriteProblems),
    security(("token" = ["cases:write"]), ("token" = ["organisation:write"])))]
pub async fn remove_absence(
    allowed: AllowedEither<scope::CasesWrite, scope::OrganisationWrite>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<HttpResponse, ApiProblem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let absence = settings.absences.iter().find(|absence| absence.id == id);
    let principal = absence
        .and_then(|absence| settings.tree.principals.get(&absence.principal_id))
        .filter(|principal| view.keeps_absences(principal))
        .ok_or_else(Problem::not_found)?;
    must_write_others(&allowed.authority, principal)?;
    administration::remove_absence(&service, ChangedBy::of(&allowed.authority), id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/absences", web::get().to(list_absences))
        .route("/absences", web::post().to(add_absence))
        .route("/absences/{id}", web::delete().to(remove_absence));
}
