//! Instruments: the questions that are asked. Public.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use serde::Serialize;

use super::listing::{Page, page};
use super::organisers::PageQuery;
use super::parameters::{InstrumentPath, InstrumentVersionPath};
use super::problem_answers::PublicProblems;
use crate::base::{Channel, Problem};
use crate::instrument::{Instrument, Text};
use crate::service::Service;
use crate::web::errors::ApiProblem;

/// An instrument in its newest version, without its questions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InstrumentSummary {
    /// Its id.
    #[schema(example = "asiakastyytyvaisyys")]
    pub id: String,
    /// The newest version.
    pub version: u32,
    /// Languages of its texts.
    pub languages: Vec<String>,
    /// The channels by which answers may come.
    pub channels: Vec<Channel>,
    /// Its title, by language.
    pub title: Text,
}

fn summary(instrument: &Instrument) -> InstrumentSummary {
    InstrumentSummary {
        id: instrument.id.clone(),
        version: instrument.version,
        languages: instrument.languages.clone(),
        channels: instrument.channels.clone(),
        title: instrument.title.clone(),
    }
}

/// The instruments, each in its newest version.
#[utoipa::path(get, path = "/api/v1/instruments", tag = "instruments", operation_id = "list_instruments",
    params(PageQuery),
    responses((status = 200, body = Page<InstrumentSummary>, description = "A page of them"), PublicProblems),
    security(()))]
pub async fn list_instruments(
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<Json<Page<InstrumentSummary>>, ApiProblem> {
    let rows = service.catalogue.newest().map(|known| (known.id.clone(), known)).collect();
    let limits = &service.config.limits;
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, |known| summary(known))?))
}

/// One instrument in its newest version: questions, scales and texts in every language.
#[utoipa::path(get, path = "/api/v1/instruments/{id}", tag = "instruments", operation_id = "get_instrument",
    params(InstrumentPath),
    responses((status = 200, body = Instrument, description = "The instrument, as its file has it"), PublicProblems),
    security(()))]
pub async fn get_instrument(service: Data<Service>, id: Path<String>) -> Result<Json<Instrument>, ApiProblem> {
    let found = service.catalogue.get(&id, None).ok_or_else(Problem::not_found)?;
    Ok(Json(Instrument::clone(found)))
}

/// One version of an instrument. It never changes.
#[utoipa::path(get, path = "/api/v1/instruments/{id}/{version}", tag = "instruments",
    operation_id = "get_instrument_version",
    params(InstrumentVersionPath),
    responses((status = 200, body = Instrument, description = "The instrument, as its file has it"), PublicProblems),
    security(()))]
pub async fn get_instrument_version(
    service: Data<Service>,
    path: Path<(String, String)>,
) -> Result<Json<Instrument>, ApiProblem> {
    let version = path.1.parse().map_err(|_| Problem::not_found())?;
    let found = service.catalogue.get(&path.0, Some(version)).ok_or_else(Problem::not_found)?;
    Ok(Json(Instrument::clone(found)))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/instruments", web::get().to(list_instruments))
        .route("/instruments/{id}", web::get().to(get_instrument))
        .route("/instruments/{id}/{version}", web::get().to(get_instrument_version));
}
