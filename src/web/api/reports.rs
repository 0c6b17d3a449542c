//! Reports: the loop figures of a node and a period.

use std::collections::BTreeMap;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Query, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problem_answers::PeriodProblems;
use crate::administration::View;
use crate::base::{Channel, Fault, Kind, Problem};
use crate::case::deadlines::Deadline;
use crate::case::decision::DecisionKind;
use crate::case::steps::State;
use crate::figures::suppression::{FEWEST_GIVERS, check_made_months};
use crate::organisation::roles::reach;
use crate::organisation::{DataClass, Grant, Node, NodeKind, Reach, Tree};
use crate::reporting::loop_figures::{self, Figures};
use crate::reporting::loop_report::{self, Wanted};
use crate::service::Authority;
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;

/// The maximum number of days from the first to the last: about ten years. The documentation of [`LoopQuery`] says so
/// too.
const PERIOD_DAYS_MOST: i32 = 3_660;

/// Adds the routes.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/reports/loop", get().to(loop_report_of));
}

/// Of which node and period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LoopQuery {
    /// What kind of place.
    #[param(inline)]
    node_kind: NodeKind,
    /// The place's short name.
    #[param(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    node: String,
    /// Cases received from this day; for readers who do not see the states of the cases, the first of a month.
    #[param(value_type = String, format = Date, example = "2026-09-01")]
    from: Date,
    /// To this day: `from` or later, and 3660 days (about ten years) after it at most; for the same readers, the last of a month
    /// after which another whole month has passed.
    #[param(value_type = String, format = Date, example = "2026-12-31")]
    to: Date,
}

/// The loop figures of a node and a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoopReport {
    /// What kind of place.
    pub node_kind: NodeKind,
    /// Its short name.
    pub node: String,
    /// Cases received from this day on.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Until this day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// A figure about fewer givers than this is null, as is one from which such a figure could be computed.
    pub fewest_givers: u64,
    /// The figures of all channels together.
    pub all: LoopFigures,
    /// The figures of each channel that has cases.
    pub by_channel: BTreeMap<Channel, LoopFigures>,
}

/// The loop figures. Null where they are about too few givers or none.
///
/// For a case that was reopened, the first answer counts as available, the telling in force as told (while it is in
/// handling again its giver is not told), and the deadlines are those of the last round.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoopFigures {
    /// The number of cases.
    pub cases: Option<u64>,
    /// Share of cases whose giver was told.
    pub told_share: Option<f64>,
    /// Median working days from receipt to the first answer.
    pub median_working_days_to_available: Option<f64>,
    /// Median working days from receipt to the telling.
    pub median_working_days_to_told: Option<f64>,
    /// Deadlines kept, by kind.
    pub deadlines: LoopDeadlines,
    /// What givers said of the answers.
    pub verdicts: Option<LoopVerdicts>,
    /// What was decided.
    pub decisions: Option<LoopDecisions>,
    /// Cases whose giver has not been told, by state; null for readers who do not see the states of cases.
    pub open: Option<BTreeMap<State, u64>>,
    /// Deadlines that are broken and still to be met, by kind: a part of those not kept. A case may have several. Null for
    /// the same readers.
    pub overdue: Option<BTreeMap<Deadline, u64>>,
}

/// Deadlines kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoopDeadlines {
    /// To acknowledge.
    pub acknowledge: Option<KeptShare>,
    /// To decide.
    pub decide: Option<KeptShare>,
    /// To tell. If staff do not tell the giver: that the answer was available by then.
    pub tell: Option<KeptShare>,
}

/// The share of deadlines that were kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptShare {
    /// Share kept by the closing hour of their day.
    pub kept_share: f64,
    /// The number of deadlines that were kept or broken; those still to come are not included.
    pub of: u64,
}

/// What givers said.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoopVerdicts {
    /// It helped.
    pub helped: u64,
    /// It did not.
    pub did_not_help: u64,
    /// Share of verdicts that it helped.
    pub helped_share: Option<f64>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoopDecisions {
    /// Decisions in force by kind.
    pub by_kind: BTreeMap<DecisionKind, u64>,
    /// Share of them that were changes, made or planned.
    pub change_share: Option<f64>,
}

/// The loop figures: share of cases whose giver was told, how fast, deadlines kept, verdicts, decisions, open cases.
///
/// For whoever reaches the figures of the place: the responsible person and handlers of a unit, the producer's contact, the
/// organiser, the analyst. Who does not see the states of the cases (a handler, an analyst) gets figures of whole months. They
/// are sums of what a unit got by a channel in a month, as far as that is about five givers at least: what is less is left out,
/// so that no difference of two figures tells of fewer. A month is counted once, when another whole month has passed after it;
/// what is entered, answered or taken back later changes its figures no more.
#[utoipa::path(get, path = "/api/v1/reports/loop", operation_id = "get_loop_figures", tag = "reports",
    params(LoopQuery),
    security(("token" = ["reports:read"])),
    responses((status = 200, body = LoopReport, description = "The figures"), PeriodProblems))]
pub async fn loop_report_of(
    request: HttpRequest,
    service: Data<Service>,
    caller: Allowed<scope::ReportsRead>,
) -> Result<HttpResponse, ApiProblem> {
    // Parsed here, not as an extractor: without a token the response is 401, whatever the query is.
    let query = Query::<LoopQuery>::from_query(request.query_string()).map_err(|why| {
        let detail =
            format!("A query parameter is missing or cannot be read: {why}. Send node_kind, node, from and to.");
        Problem::new(Kind::MalformedParameter, detail)
    })?;
    check_period(query.from, query.to)?;
    let snapshot = service.snapshot();
    let tree = &snapshot.tree;
    let node = tree.node(query.node_kind, &query.node).ok_or_else(Problem::not_found)?;
    let view = View::new(tree, &caller.authority, service.today());
    if !view.reaches(DataClass::Aggregate, node) {
        return Err(Problem::not_found().into());
    }
    let sees_states = view.reaches(DataClass::CaseState, node);
    let producers = producers(tree, &caller.authority, node);
    let wanted = Wanted { node, producers, from: query.from, to: query.to };
    let (all, by_channel) = if sees_states {
        loop_figures::figures(&loop_report::count(&service, &wanted).await?)
    } else {
        check_made_months(query.from, query.to, service.today())
            .map_err(|open| Problem::at(open.end, Kind::Invalid, open.advice))?;
        loop_figures::figures_of_blocks(&loop_report::closed(&service, &wanted).await?)
    };
    let report = LoopReport {
        node_kind: query.node_kind,
        node: query.node.clone(),
        from: query.from,
        to: query.to,
        fewest_givers: FEWEST_GIVERS,
        all: document(all),
        by_channel: by_channel.into_iter().map(|(channel, figures)| (channel, document(figures))).collect(),
    };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(report))
}

fn check_period(from: Date, to: Date) -> Result<(), Problem> {
    let fault = |detail: String| Err(Problem::of_faults(vec![Fault::new("to", Kind::Invalid, detail)]));
    if to < from {
        return fault("The last day lies before the first one. Correct one of them.".to_owned());
    }
    match to.since(from) {
        Ok(span) if span.get_days() <= PERIOD_DAYS_MOST => Ok(()),
        _ => fault(format!(
            "The last day lies {PERIOD_DAYS_MOST} days after the first one at most. Ask for a shorter period."
        )),
    }
}

/// The producers to whose cases the count is limited: a producer's contact does not see what came to a unit while it
/// belonged to another producer. None if the caller's roles reach the node itself or the organiser's whole area.
fn producers(tree: &Tree, authority: &Authority, node: Node) -> Option<Vec<Uuid>> {
    let reaches = |grant: &&Grant| reach(grant.role, DataClass::Aggregate) == Reach::Node;
    let grants = || authority.grants().iter().filter(reaches);
    let organiser = tree.organiser_of(node);
    let whole = grants().any(|grant| {
        grant.node == node || (grant.node.kind == NodeKind::Organiser && Some(grant.node.id) == organiser)
    });
    let held = || grants().filter(|grant| grant.node.kind == NodeKind::Producer).map(|grant| grant.node.id);
    (!whole).then(|| held().collect())
}

fn document(figures: Figures) -> LoopFigures {
    let [acknowledge, decide, tell] =
        figures.kept_shares.map(|kept| kept.map(|(kept_share, of)| KeptShare { kept_share, of }));
    LoopFigures {
        cases: figures.cases,
        told_share: figures.told_share,
        median_working_days_to_available: figures.median_to_available,
        median_working_days_to_told: figures.median_to_told,
        deadlines: LoopDeadlines { acknowledge, decide, tell },
        verdicts: figures.verdicts.map(|(helped, did_not_help)| LoopVerdicts {
            helped,
            did_not_help,
            helped_share: loop_figures::share(helped, helped + did_not_help),
        }),
        decisions: figures.decisions.map(|by_kind| LoopDecisions { by_kind, change_share: figures.change_share }),
        open: figures.open,
        overdue: figures.overdue.map(|overdue| loop_figures::DEADLINES.into_iter().zip(overdue).collect()),
    }
}
