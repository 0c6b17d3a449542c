//! The assignment of card colours to workers in one week of a unit.

use std::collections::BTreeMap;

use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::parameters::WeekPath;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy, View};
use crate::base::{Problem, unique_keys};
use crate::organisation::{Tree, Unit};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// The colours of a week.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WeekColours {
    /// The Monday; the colours are valid until Sunday.
    #[schema(value_type = String, format = Date)]
    pub week: Date,
    /// Colour → the worker's short name.
    pub colours: BTreeMap<String, String>,
}

/// The colours to set for a week.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColoursChange {
    /// Colour → the worker's short name. All of the week's colours; in a week that has begun, none may change.
    #[serde(deserialize_with = "unique_keys")]
    #[schema(example = json!({"keltainen": "aino-esimerkki"}))]
    pub colours: BTreeMap<String, String>,
}

fn document(tree: &Tree, unit: &Unit, week: Date) -> WeekColours {
    let held = tree.colours.values().filter(|held| held.unit_id == unit.id && held.week == week);
    let named = held.filter_map(|held| {
        let worker = tree.workers.get(&held.worker_id)?;
        Some((held.colour.clone(), tree.principals.get(&worker.principal_id)?.slug.clone()))
    });
    WeekColours { week, colours: named.collect() }
}

/// The unit and week of an address, if the caller may set the unit's colours.
fn kept<'t>(tree: &'t Tree, view: &View<'_>, path: &(String, String)) -> Result<(&'t Unit, Date), Problem> {
    let unit = tree.unit_by_slug(&path.0).filter(|unit| view.keeps_colours(unit.id)).ok_or_else(Problem::not_found)?;
    let week = path.1.parse().map_err(|_| Problem::not_found())?;
    Ok((unit, week))
}

/// The colours of a unit in one week.
#[utoipa::path(get, path = "/api/v1/units/{slug}/card-colours/{week}", tag = "organisation",
    operation_id = "get_card_colours",
    params(WeekPath),
    responses((status = 200, body = WeekColours, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_card_colours(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    path: Path<(String, String)>,
) -> Result<Json<WeekColours>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let (unit, week) = kept(&settings.tree, &view, &path)?;
    Ok(Json(document(&settings.tree, unit, week)))
}

/// Sets the colours of a unit in one week.
#[utoipa::path(put, path = "/api/v1/units/{slug}/card-colours/{week}", tag = "organisation",
    operation_id = "put_card_colours",
    params(WeekPath),
    request_body = ColoursChange,
    responses((status = 200, body = WeekColours, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_card_colours(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    path: Path<(String, String)>,
    body: StrictJson<ColoursChange>,
) -> Result<Json<WeekColours>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let (unit, week) = kept(&settings.tree, &view, &path)?;
    administration::set_card_colours(&service, ChangedBy::of(&allowed.authority), unit.id, week, &body.value.colours)
        .await?;
    Ok(Json(document(&service.snapshot().tree, unit, week)))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/units/{slug}/card-colours/{week}", web::get().to(get_card_colours))
        .route("/units/{slug}/card-colours/{week}", web::put().to(put_card_colours));
}
