//! Routing rules: conditions on a feedback, and what follows. A change is a new version with its own id.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::listing::{Page, page};
use super::organisers::PageQuery;
use super::problem_answers::{ReadProblems, WriteProblems};
use crate::administration::{self, ChangedBy, NewRule, NodeName, View};
use crate::base::{Kind, Problem};
use crate::routing::warnings::Warning;
use crate::routing::{Rule, RuleText, Snapshot};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// A rule in force at a place.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RuleDocument {
    /// The id of this version; a change returns another id.
    pub id: Uuid,
    /// Counted from 1 within its code.
    pub version: i64,
    /// Its place.
    pub node: NodeName,
    /// Whether it is enabled.
    pub enabled: bool,
    /// First day, or null.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    /// Last day, or null.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    /// The rule itself.
    pub rule: RuleText,
    /// Why it can never match, as far as that can be determined; otherwise empty.
    pub warnings: Vec<Warning>,
}

/// A rule to be added at a place.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleAt {
    /// Its place.
    pub node: NodeName,
    /// Whether it is enabled.
    #[serde(default = "on")]
    pub enabled: bool,
    /// First day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    /// Last day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    /// The rule itself.
    pub rule: RuleText,
}

fn on() -> bool {
    true
}

fn document(settings: &Snapshot, rule: &Rule, node: NodeName, today: Date) -> RuleDocument {
    RuleDocument {
        id: rule.id,
        version: rule.version,
        node,
        enabled: rule.enabled,
        valid_from: rule.valid_from,
        valid_to: rule.valid_to,
        rule: rule.text.clone(),
        warnings: settings.warnings(rule, today),
    }
}

fn kept<'s>(settings: &'s Snapshot, view: &View<'_>, id: &str) -> Result<&'s Rule, Problem> {
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let mut rules = settings.rules.iter();
    rules.find(|rule| rule.id == id && view.keeps_rules(rule.node)).ok_or_else(Problem::not_found)
}

fn shown(service: &Service, settings: &Snapshot, rule: &Rule) -> Result<RuleDocument, Problem> {
    let node = NodeName::of(&settings.tree, rule.node).ok_or_else(Problem::not_found)?;
    Ok(document(settings, rule, node, service.today()))
}

fn current(service: &Service, id: Uuid) -> Result<RuleDocument, Problem> {
    let settings = service.snapshot();
    let rule = settings.rules.iter().find(|rule| rule.id == id).ok_or_else(Problem::not_found)?;
    shown(service, &settings, rule)
}

/// The rules you administer, for each place in the order in which they are tried.
///
/// For a feedback the rules that make urgent are asked first, wherever they stand; then those for what must be read today;
/// then those of the category `complaint`; then all others: so no unit's rule for everything hides a word of danger or a
/// formal complaint. Within each of the four the unit's rules come first, then the producer's, then the organiser's, each
/// by position. The first that matches decides.
#[utoipa::path(get, path = "/api/v1/routing-rules", tag = "organisation", operation_id = "list_routing_rules",
    params(PageQuery),
    responses((status = 200, body = Page<RuleDocument>, description = "A page of them"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn list_routing_rules(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    query: Query<PageQuery>,
) -> Result<Json<Page<RuleDocument>>, ApiProblem> {
    let settings = service.snapshot();
    let tree = &settings.tree;
    let view = View::new(tree, &allowed.authority, service.today());
    let rows = settings
        .rules
        .iter()
        .filter(|rule| view.keeps_rules(rule.node))
        .filter_map(|rule| Some((rule, NodeName::of(tree, rule.node)?)))
        // Sorted as text: the words organiser, producer and unit are in the right order, and positions are padded to 7
        // digits.
        .map(|(rule, node)| {
            let RuleText { position, code, .. } = &rule.text;
            (format!("{:?}/{}/{position:07}/{code}", node.kind, node.slug), (rule, node))
        })
        .collect();
    let (limits, today) = (&service.config.limits, service.today());
    let render = |(rule, node)| document(&settings, rule, node, today);
    Ok(Json(page(rows, query.cursor.as_deref(), query.limit, limits, render)?))
}

/// One rule, by the id of its version in force.
#[utoipa::path(get, path = "/api/v1/routing-rules/{id}", tag = "organisation", operation_id = "get_routing_rule",
    params(("id" = Uuid, Path, description = "The id of the version in force")),
    responses((status = 200, body = RuleDocument, description = "As it is now"), ReadProblems),
    security(("token" = ["organisation:read"])))]
pub async fn get_routing_rule(
    allowed: Allowed<scope::OrganisationRead>,
    service: Data<Service>,
    id: Path<String>,
) -> Result<Json<RuleDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let rule = kept(&settings, &view, &id)?;
    Ok(Json(shown(&service, &settings, rule)?))
}

/// Adds a rule at a place.
///
/// A rule that can never match is accepted, and `warnings` say why. One by which you would handle cases yourself, by name or by
/// role, is refused with `second-person`, unless you have a role there that reads texts.
#[utoipa::path(post, path = "/api/v1/routing-rules", tag = "organisation", operation_id = "add_routing_rule",
    request_body = RuleAt, responses((status = 201, body = RuleDocument, description = "It was added"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn add_routing_rule(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<RuleAt>,
) -> Result<(Json<RuleDocument>, StatusCode), ApiProblem> {
    let RuleAt { node: name, enabled, valid_from, valid_to, rule } = body.value;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let node = name
        .resolve(&settings.tree)
        .filter(|node| view.keeps_rules(*node))
        .ok_or_else(|| administration::unknown("/node/slug", "place", &name.slug))?;
    if settings.rules.iter().any(|held| held.node == node && held.text.code == rule.code) {
        return Err(Problem::at(
            "/rule/code",
            Kind::Exists,
            "There is a rule of this code at this place. Change it with PUT, or choose another code.",
        )
        .into());
    }
    let new = NewRule { enabled, valid_from, valid_to, rule };
    let id = administration::put_rule(&service, ChangedBy::of(&allowed.authority), node, &new).await?;
    Ok((Json(current(&service, id)?), StatusCode::CREATED))
}

/// Replaces a rule by a new version, which has its own id. A version that was already replaced is not found.
#[utoipa::path(put, path = "/api/v1/routing-rules/{id}", tag = "organisation", operation_id = "put_routing_rule",
    params(("id" = Uuid, Path, description = "The id of the version in force")), request_body = NewRule,
    responses((status = 200, body = RuleDocument, description = "As it is now"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn put_routing_rule(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    id: Path<String>,
    body: StrictJson<NewRule>,
) -> Result<Json<RuleDocument>, ApiProblem> {
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let held = kept(&settings, &view, &id)?;
    let id = administration::replace_rule(&service, ChangedBy::of(&allowed.authority), held.id, &body.value).await?;
    Ok(Json(current(&service, id)?))
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/routing-rules", web::get().to(list_routing_rules))
        .route("/routing-rules", web::post().to(add_routing_rule))
        .route("/routing-rules/{id}", web::get().to(get_routing_rule))
        .route("/routing-rules/{id}", web::put().to(put_routing_rule));
}
