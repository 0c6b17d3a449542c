//! `POST /routing-rules/dry-run`: what rules would do with a text, or would have done with the feedback of a past
//! period.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, ServiceConfig, post};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem_answers::WriteProblems;
use crate::administration::dry_run::{self, Candidate, Destination, PeriodOutcome, TextOutcome, TextRun};
use crate::administration::{self, NewRule, NodeName, View};
use crate::agreement::Due;
use crate::base::{Channel, GivenBy, Kind, Language, Problem, unique_keys};
use crate::intake::forms::Answer;
use crate::organisation::{Node, Role, Tree};
use crate::routing::{Snapshot, Urgency};
use crate::service::Service;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::json::StrictJson;

/// What to try rules on: a text at a unit, or the feedback given at a place in a past period. Both can include a rule
/// that is not in force; the past period needs one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Haluan tehdä muistutuksen.", "unit": "koivuranta", "channel": "web"}))]
pub struct DryRunRequest {
    /// A text, as a giver might write it; empty for none. Nothing of it is kept.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub text: Option<String>,
    /// With a text: the unit's short name.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    pub unit: Option<String>,
    /// With a text: its channel.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// With a text: the instrument's id; without it the first instrument of the channel.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z0-9-]+$", example = "asiakastyytyvaisyys")]
    pub instrument: Option<String>,
    /// With a text: the form's language; Finnish if absent.
    #[serde(default)]
    pub language: Option<Language>,
    /// With a text: who gives it; a client if absent.
    #[serde(default)]
    pub given_by: Option<GivenBy>,
    /// With a text: whether a reply is wanted.
    #[serde(default)]
    pub reply_wanted: Option<bool>,
    /// With a text: answers by question id, as in a submission; needs the instrument.
    #[serde(default, deserialize_with = "answers_once")]
    #[schema(value_type = Option<std::collections::HashMap<String, Answer>>)]
    pub answers: Option<Map<String, Value>>,
    /// The rule to try, as it would be written. It replaces one with the same code at the same place. It is tried as if
    /// it were in force today; with `enabled` false it shows the outcome without it.
    #[serde(default)]
    pub rule: Option<NewRule>,
    /// The place of the rule.
    #[serde(default)]
    pub node: Option<NodeName>,
    /// Without a text: the first day of the past time, which begins with a month.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Without a text: its last day, the last one of a month that is over; 366 days in all at most.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// The result of a dry run: one of the two.
#[derive(Serialize, ToSchema)]
pub struct DryRunDocument {
    /// What would happen to the text.
    pub text: Option<TextOutcomeDocument>,
    /// What would have happened to the feedback of the past period.
    pub period: Option<PeriodOutcomeDocument>,
}

/// What would happen to a text.
#[derive(Serialize, ToSchema)]
pub struct TextOutcomeDocument {
    /// The code of the rule that matches.
    pub rule: String,
    /// Its place.
    pub node: NodeName,
    /// Its version; for the tried rule, the version that it would get.
    pub version: i64,
    /// Whether it is the tried rule.
    pub is_candidate: bool,
    /// Its reason.
    pub reason: String,
    /// The conditions that made it match, by their names; of words those that occur; of danger and a complaint the phrases
    /// by which they were known, with their language. Empty for a rule for everything.
    pub because: Vec<String>,
    /// Whether there would be a case; if not, the rest is null.
    pub case: bool,
    /// Its category.
    pub category: Option<String>,
    /// How fast somebody must look at it.
    pub urgency: Option<Urgency>,
    /// Whether it would be flagged as a formal complaint.
    pub complaint: bool,
    /// Who would handle it: a short name.
    pub handler: Option<String>,
    /// The role in which the handler would handle it.
    pub handler_role: Option<Role>,
    /// The agreement under which it would come in; null for the default terms.
    pub agreement_id: Option<Uuid>,
    /// The terms in working days: acknowledge, decide, tell.
    pub terms: Option<TermsDocument>,
    /// Its due days if it came today.
    pub promise: Option<Due>,
}

/// Terms in working days.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsDocument {
    /// Acknowledge within.
    pub acknowledge: u16,
    /// Decide within.
    pub decide: u16,
    /// Tell the giver within.
    pub tell: u16,
}

/// What would have become of a past time's feedback, with the settings of today. Never a text. Every number is rounded down
/// to a multiple of five: 0 stands for fewer than five.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodOutcomeDocument {
    /// How many feedbacks and points of groups were evaluated.
    pub evaluated: u64,
    /// Whether there were more; only the newest 20000 are evaluated.
    pub cut: bool,
    /// How many the tried rule would have matched.
    pub matched: u64,
    /// How many would have gone elsewhere than by the present rules: to another handler or category, with another
    /// urgency, with a case or without.
    pub elsewhere: u64,
    /// From where to where, most first; 200 at most, and none of fewer than five.
    pub moves: Vec<MoveDocument>,
    /// Cases of those that would have gone elsewhere, 50 at most, for readers whose roles reach the texts there: a rule's words
    /// would tell others what is in them. Empty where fewer than five would have gone elsewhere.
    pub cases: Vec<Uuid>,
}

/// How many feedbacks would have moved from one destination to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveDocument {
    /// By the present rules.
    pub from: DestinationDocument,
    /// With the tried rule.
    pub to: DestinationDocument,
    /// How many.
    pub feedbacks: u64,
}

/// Where a feedback goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct DestinationDocument {
    /// Whether there is a case; if not, the rest is null.
    pub case: bool,
    /// Its category.
    pub category: Option<String>,
    /// How fast somebody must look at it.
    pub urgency: Option<Urgency>,
    /// Who handles it: a short name.
    pub handler: Option<String>,
}

impl DestinationDocument {
    fn of(tree: &Tree, to: &Destination) -> Self {
        let handler = to.handler_id.and_then(|id| tree.principals.get(&id));
        Self {
            case: to.case,
            category: to.category.clone(),
            urgency: to.urgency,
            handler: handler.map(|principal| principal.slug.clone()),
        }
    }
}

/// Answers, or null; of two answers to one question, one would be lost in silence.
fn answers_once<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Map<String, Value>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Once(#[serde(deserialize_with = "unique_keys")] Map<String, Value>);
    Ok(Option::<Once>::deserialize(reader)?.map(|Once(answers)| answers))
}

fn missing(pointer: &str, what: &str) -> Problem {
    Problem::at(pointer, Kind::Invalid, format!("Add {what}."))
}

fn superfluous(pointer: &str, what: &str) -> Problem {
    Problem::at(pointer, Kind::Invalid, format!("Remove it: {what}."))
}

/// Tries rules before they are enabled: on a text at a unit, or on the feedback given at a place in a past period.
///
/// With `text`, `unit` and `channel` the response says which rule would match today and why, and what would follow.
/// With `rule`, `node`, `from` and `to` it says how much of the feedback given there would have gone elsewhere, with
/// the settings of today. Only for those who may write rules at that unit or place. The audit log records that somebody
/// looked at a past period. Whoever may not read the texts there tries no words over a past period, and the rules in force that
/// have words are left out of it. For stored feedback it is known only if a reply was wanted by e-mail.
#[utoipa::path(post, path = "/api/v1/routing-rules/dry-run", tag = "organisation", operation_id = "dry_run_routing_rules",
    request_body = DryRunRequest,
    responses((status = 200, body = DryRunDocument, description = "What would be"), WriteProblems),
    security(("token" = ["organisation:write"])))]
pub async fn dry_run_routing_rules(
    allowed: Allowed<scope::OrganisationWrite>,
    service: Data<Service>,
    body: StrictJson<DryRunRequest>,
) -> Result<HttpResponse, ApiProblem> {
    let request = body.value;
    let settings = service.snapshot();
    let view = View::new(&settings.tree, &allowed.authority, service.today());
    let candidate = match (&request.rule, &request.node) {
        (None, None) => None,
        (Some(_), None) => return Err(missing("/node", "the place where the rule would stand").into()),
        (None, Some(_)) => return Err(missing("/rule", "the rule that would stand there").into()),
        (Some(rule), Some(name)) => {
            let node = name.resolve(&settings.tree).filter(|node| view.keeps_rules(*node));
            let node = node.ok_or_else(|| administration::unknown("/node/slug", "place", &name.slug))?;
            Some(Candidate { node, rule: rule.clone() })
        }
    };
    let document = if request.text.is_some() {
        let outcome = try_text(&service, &settings, &view, &request, candidate.as_ref())?;
        DryRunDocument { text: Some(outcome), period: None }
    } else {
        let Some(candidate) = candidate else {
            return Err(missing("/text", "a text, or a rule with its place and a past time").into());
        };
        let from = request.from.ok_or_else(|| missing("/from", "the first day of the past time"))?;
        let to = request.to.ok_or_else(|| missing("/to", "the last day of the past time"))?;
        for (pointer, given) in [("/unit", request.unit.is_some()), ("/channel", request.channel.is_some())] {
            if given {
                return Err(superfluous(pointer, "it belongs to a text; a rule's own conditions choose").into());
            }
        }
        let reads_texts = view.reads_texts(candidate.node);
        let asked_by = allowed.authority.principal_id();
        let outcome = dry_run::period(&service, asked_by, &candidate, (from, to), reads_texts).await?;
        DryRunDocument { text: None, period: Some(period_document(&settings, &outcome)) }
    };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(document))
}

fn try_text(
    service: &Service,
    settings: &Snapshot,
    view: &View<'_>,
    request: &DryRunRequest,
    candidate: Option<&Candidate>,
) -> Result<TextOutcomeDocument, Problem> {
    for (pointer, given) in [("/from", request.from.is_some()), ("/to", request.to.is_some())] {
        if given {
            return Err(superfluous(pointer, "a text is tried as of today"));
        }
    }
    let slug = request.unit.as_deref().ok_or_else(|| missing("/unit", "the unit that the text is given to"))?;
    let channel = request.channel.ok_or_else(|| missing("/channel", "the channel that the text comes by"))?;
    let answers = request.answers.clone().unwrap_or_default();
    if request.instrument.is_none() && !answers.is_empty() {
        return Err(missing("/instrument", "the instrument whose questions are answered"));
    }
    let unit = settings.tree.unit_by_slug(slug).filter(|unit| view.keeps_rules(Node::unit(unit.id)));
    let unit = unit.ok_or_else(|| administration::unknown("/unit", "unit", slug))?;
    let run = TextRun {
        channel,
        text: request.text.clone().unwrap_or_default(),
        instrument: request.instrument.clone(),
        language: request.language.unwrap_or(Language::Fi),
        given_by: request.given_by.unwrap_or_default(),
        reply_wanted: request.reply_wanted.unwrap_or(false),
        answers,
    };
    text_document(settings, &dry_run::text(service, settings, unit, &run, candidate)?)
}

fn text_document(settings: &Snapshot, outcome: &TextOutcome) -> Result<TextOutcomeDocument, Problem> {
    let case = outcome.routed.case.as_ref();
    let handler = case.and_then(|case| settings.tree.principals.get(&case.handler_id));
    Ok(TextOutcomeDocument {
        rule: outcome.rule.text.code.clone(),
        node: NodeName::of(&settings.tree, outcome.rule.node).ok_or_else(Problem::not_found)?,
        version: outcome.rule.version,
        is_candidate: outcome.is_candidate,
        reason: outcome.rule.text.reason.clone(),
        because: outcome.because.clone(),
        case: case.is_some(),
        category: case.map(|case| case.category.clone()),
        urgency: case.map(|case| case.urgency),
        complaint: case.is_some_and(|case| case.complaint),
        handler: handler.map(|principal| principal.slug.clone()),
        handler_role: case.map(|case| case.handler_role),
        agreement_id: case.and_then(|case| case.agreement_id),
        terms: case.map(|case| TermsDocument {
            acknowledge: case.terms.acknowledge().get(),
            decide: case.terms.decide().get(),
            tell: case.terms.tell().get(),
        }),
        promise: case.map(|case| case.due),
    })
}

fn period_document(settings: &Snapshot, outcome: &PeriodOutcome) -> PeriodOutcomeDocument {
    let named = |to: &Destination| DestinationDocument::of(&settings.tree, to);
    PeriodOutcomeDocument {
        evaluated: outcome.evaluated,
        cut: outcome.cut,
        matched: outcome.matched,
        elsewhere: outcome.elsewhere,
        moves: outcome
            .moves
            .iter()
            .map(|(from, to, feedbacks)| MoveDocument { from: named(from), to: named(to), feedbacks: *feedbacks })
            .collect(),
        cases: outcome.cases.clone(),
    }
}

/// The routes, below `/api/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/routing-rules/dry-run", post().to(dry_run_routing_rules));
}
