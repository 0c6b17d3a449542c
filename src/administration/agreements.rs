//! Agreements between producer and organiser, signed by both. One side proposes and the other accepts, or an admin
//! enters what was signed on paper. A change is a new version; cases keep the version under which they came in.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::fields::{Checks, period_fault, sentence_fault};
use super::unknown_fault;
use crate::agreement::people::outsiders;
use crate::agreement::{Agreement, Coverage, Side, State, Terms, WorkingDays, counting_within};
use crate::base::{Channel, Fault, Kind, Problem};
use crate::organisation::roles::who_may;
use crate::organisation::{Action, Node, NodeKind, PrincipalKind, Producer, Tree};
use crate::outbox::notices::{self, NoticeKind};
use crate::service::Service;
use crate::store::agreements as store;

/// A new version of an agreement.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// With which producer, by short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "pajapiha-ry")]
    pub producer: String,
    /// Only for this service of the producer, by short name. Left out where a unit is named: a unit has one service.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "aikuissosiaalityo")]
    pub service: Option<String>,
    /// Only for this unit, by short name; it is placed with the producer at some time of the period.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "koivuranta")]
    pub unit: Option<String>,
    /// Only for what comes by this channel.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Who handles, before any role-holder is asked: a person's short name.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "kalle-koivu")]
    pub handler: Option<String>,
    /// Who handles when the handler cannot or may not: a person's short name.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "vilma-koivu")]
    pub substitute: Option<String>,
    /// Acknowledge within, in working days from the day of receipt: 1 to 250.
    #[schema(example = 2, minimum = 1, maximum = 250)]
    pub acknowledge: u16,
    /// Decide within; not shorter than to acknowledge.
    #[schema(example = 10, minimum = 1, maximum = 250)]
    pub decide: u16,
    /// Tell the giver within; not shorter than to decide.
    #[schema(example = 14, minimum = 1, maximum = 250)]
    pub tell: u16,
    /// How effects are told to the givers, in words.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Vastaus kuitilla ja aulan taululla kerran kuussa."
    )]
    pub told_how: String,
    /// Within how many working days a new board post must follow, if that is agreed: 1 to 250.
    #[serde(default)]
    #[schema(example = 20, minimum = 1, maximum = 250)]
    pub board_every: Option<u16>,
    /// Who is notified of a broken deadline: a person's short name. It has to be a responsible person, a producer's contact
    /// or the organiser there.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "vilma-koivu")]
    pub breach: Option<String>,
    /// Who signed on paper, in words: given by an admin, who enters what both sides have signed. A side that proposes
    /// leaves it out: it is written from the two signatures.
    #[serde(default)]
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Outi Osallisuus, Yrjö Yhteys"
    )]
    pub signed_by: Option<String>,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    /// The version of the same producer, service, unit and channel whose place this one takes, by id. It may be left out
    /// where the new one begins later than the only one in its way and ends no sooner.
    #[serde(default)]
    pub replaces: Option<Uuid>,
}

/// Who acts, and for which side.
#[derive(Debug, Clone, Copy)]
pub struct Signer {
    pub side: Side,
    /// The person who signs, or the admin who enters a paper.
    pub principal_id: Uuid,
}

/// The terms with these numbers of days; every fault is noted below `base`.
pub(super) fn terms(acknowledge: u16, decide: u16, tell: u16, checks: &mut Checks, base: &str) -> Option<Terms> {
    let mut days = |key: &str, number: u16| days(&format!("{base}/{key}"), number, checks);
    let (acknowledge, decide, tell) = (days("acknowledge", acknowledge), days("decide", decide), days("tell", tell));
    Terms::new(acknowledge?, decide?, tell?)
        .map_err(|why| checks.note(&format!("{base}/tell"), Some(&why.to_string())))
        .ok()
}

fn days(pointer: &str, number: u16, checks: &mut Checks) -> Option<WorkingDays> {
    WorkingDays::new(number).map_err(|why| checks.note(pointer, Some(&why.to_string()))).ok()
}

/// Adds a version of the agreement between a producer and its organiser; returns its id. A side's proposal counts once
/// the other side has accepted it; what an admin enters from paper counts at once. On each day the narrowest version in
/// force counts, and of several with the same coverage the newest.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value; `settings-broken` when the handler or the person notified of breaches
/// could not open the cases; `exists` when the same was agreed or proposed already, or when another version conflicts.
pub async fn add_agreement(service: &Service, new: &NewAgreement, signer: Signer) -> Result<Uuid, Problem> {
    let mut change = Change::begin(service, ChangedBy::Principal(signer.principal_id)).await?;
    let agreement = checked(service, &change, new, signer)?;
    store::insert(&mut change.db, &agreement, service.now()).await?;
    if let Some(other) = signer.side.other() {
        for receiver in signers(&change.before.tree, &agreement, other) {
            let kind = NoticeKind::AgreementProposed;
            notices::leave_about_agreement(service, &mut change.db, receiver, kind, agreement.id).await?;
        }
    }
    change.finish().await?;
    Ok(agreement.id)
}

fn checked(service: &Service, change: &Change<'_>, new: &NewAgreement, signer: Signer) -> Result<Agreement, Problem> {
    let settings = &change.before;
    let mut checks = Checks::default();
    let terms = terms(new.acknowledge, new.decide, new.tell, &mut checks, "");
    let board_every = new.board_every.and_then(|number| days("/board_every", number, &mut checks));
    checks.note("/told_how", sentence_fault(&new.told_how));
    match (&new.signed_by, signer.side) {
        (Some(words), Side::Paper) => checks.note("/signed_by", sentence_fault(words)),
        (None, Side::Paper) => checks.note("/signed_by", Some("an admin enters what both sides signed: say who did")),
        (Some(_), _) => {
            checks.note("/signed_by", Some("leave it out: you sign by proposing, and the other side by accepting"))
        }
        (None, _) => {}
    }
    checks.note("/valid_to", period_fault(new.valid_from, new.valid_to));
    if new.substitute.is_some() && new.handler == new.substitute {
        checks.note("/substitute", Some("the substitute is somebody else than the handler"));
    }
    let tree = &settings.tree;
    let producer =
        tree.producer_by_slug(&new.producer).ok_or_else(|| super::unknown("/producer", "producer", &new.producer))?;
    let coverage = coverage(tree, producer, new, &mut checks);
    let handler_id = person(tree, producer.organiser_id, new.handler.as_deref(), "/handler", &mut checks);
    let substitute_id = person(tree, producer.organiser_id, new.substitute.as_deref(), "/substitute", &mut checks);
    let breach_id = person(tree, producer.organiser_id, new.breach.as_deref(), "/breach", &mut checks);
    checks.finish()?;
    let state = if signer.side == Side::Paper { State::Accepted } else { State::Proposed };
    let mut agreement = Agreement {
        id: service.new_id()?,
        producer_id: producer.id,
        version: next_version(&settings.agreements, producer.id),
        coverage,
        handler_id,
        substitute_id,
        terms: terms.ok_or_else(|| Problem::internal("terms without a fault that are none"))?,
        told_how: new.told_how.clone(),
        board_every,
        breach_id,
        signed_by: new.signed_by.clone().unwrap_or_default(),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        replaces_id: new.replaces,
        state,
        proposed_side: signer.side,
        proposed_by: Some(signer.principal_id),
        proposed_on: Some(service.today()),
        answered_by: None,
        answered_on: None,
        answer_reason: None,
    };
    let outside = outsiders(tree, &agreement);
    if !outside.is_empty() {
        let fault = |(pointer, why)| Fault::new(pointer, Kind::SettingsBroken, why);
        return Err(Problem::of_faults(outside.into_iter().map(fault).collect()));
    }
    if says_the_same_as_newest(&settings.agreements, &agreement) {
        return Err(Problem::new(
            Kind::Exists,
            "The newest version of this agreement says the same already; nothing was added. Change something, or leave it.",
        ));
    }
    agreement.replaces_id = replaced(tree, &settings.agreements, &agreement)?;
    Ok(agreement)
}

fn coverage(tree: &Tree, producer: &Producer, new: &NewAgreement, checks: &mut Checks) -> Coverage {
    let service = new.service.as_deref().and_then(|slug| {
        let mut services = tree.services.values();
        let found = services.find(|known| known.slug == slug && known.organiser_id == producer.organiser_id);
        if found.is_none() {
            checks.push(unknown_fault("/service", "service", slug));
        }
        found
    });
    let unit = new.unit.as_deref().and_then(|slug| {
        let found = tree.unit_by_slug(slug).filter(|known| known.organiser_id == producer.organiser_id);
        if found.is_none() {
            checks.push(unknown_fault("/unit", "unit", slug));
        }
        found
    });
    if let Some(unit) = unit {
        let placed = tree.placements.values().any(|placement| {
            placement.unit_id == unit.id
                && placement.producer_id == producer.id
                && new.valid_to.is_none_or(|last| placement.valid_from <= last)
                && placement.valid_to.is_none_or(|last| new.valid_from <= last)
        });
        let why = "the unit is not placed with this producer on any day of the period: correct the unit or the days";
        checks.note("/unit", (!placed).then_some(why));
        let contradicts = service.is_some_and(|service| service.id != unit.service_id);
        checks.note("/service", contradicts.then_some("the unit gives another service: leave the service out"));
    }
    Coverage {
        service_id: service.filter(|_| unit.is_none()).map(|service| service.id),
        unit_id: unit.map(|unit| unit.id),
        channel: new.channel,
    }
}

/// The version that a new one replaces.
///
/// # Errors
/// `exists` with the conflicting version, when the new one does not name it as replaced.
pub(super) fn replaced(tree: &Tree, all: &[Agreement], new: &Agreement) -> Result<Option<Uuid>, Problem> {
    let in_the_way = counting_within(all, new.producer_id, new.coverage, new.valid_from, new.valid_to);
    if let Some(wanted) = new.replaces_id {
        if !in_the_way.iter().any(|held| held.id == wanted) {
            return Err(Problem::at(
                "/replaces",
                Kind::UnknownReference,
                "No version of this id holds for the same producer, service, unit and channel in that time. Correct the \
                 id, or leave it out.",
            ));
        }
    } else if let [only] = in_the_way.as_slice() {
        let ends_no_sooner = new.valid_to.is_none_or(|last| only.valid_to.is_some_and(|only_last| only_last <= last));
        if only.valid_from < new.valid_from && ends_no_sooner {
            return Ok(Some(only.id));
        }
    }
    match in_the_way.into_iter().find(|held| Some(held.id) != new.replaces_id) {
        Some(held) => Err(in_the_way_of(tree, held)),
        None => Ok(new.replaces_id),
    }
}

fn in_the_way_of(tree: &Tree, held: &Agreement) -> Problem {
    let producer = tree.producers.get(&held.producer_id).map_or("", |producer| producer.slug.as_str());
    let until = held.valid_to.map_or_else(|| "without an end".to_owned(), |last| format!("to {last}"));
    Problem::at(
        "/replaces",
        Kind::Exists,
        format!(
            "Version {} of the agreement with {producer} holds for the same from {} {until}. Say \"replaces\": \"{}\" if \
             this one takes its place, or choose days that do not overlap.",
            held.version, held.valid_from, held.id
        ),
    )
}

/// Who may sign an agreement for a side.
fn signers(tree: &Tree, agreement: &Agreement, side: Side) -> Vec<Uuid> {
    let producer = Node::producer(agreement.producer_id);
    let organiser = tree.organiser_of(producer).map(Node::organiser);
    let (action, at, nodes) = match side {
        Side::Producer => (Action::SignForProducer, NodeKind::Producer, [Some(producer), organiser]),
        Side::Organiser => (Action::SignForOrganiser, NodeKind::Organiser, [organiser, None]),
        Side::Paper => return Vec::new(),
    };
    let roles = who_may(action, at);
    let held = |node| roles.iter().flat_map(move |role| tree.holders(*role, node));
    let mut found: Vec<Uuid> = Vec::new();
    for principal in nodes.into_iter().flatten().flat_map(held) {
        if principal.kind == PrincipalKind::Person && !found.contains(&principal.id) {
            found.push(principal.id);
        }
    }
    found
}

/// An answer to a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreementAnswer {
    /// The other side accepts and signs it.
    Accept,
    /// The other side declines it.
    Decline {
        /// Why.
        reason: String,
    },
    /// The side that proposed it takes it back.
    Withdraw,
}

/// Answers a proposal for a side. If the other side answers, the proposer gets a notice.
///
/// # Errors
/// `not-found`; `step-not-allowed` when it was answered before, its last day is past, or the other side has to answer;
/// `exists` when another version conflicts by now; `settings-broken` when the handler could not open the cases.
pub async fn answer_agreement(
    service: &Service,
    id: Uuid,
    signer: Signer,
    answer: &AgreementAnswer,
) -> Result<(), Problem> {
    if let AgreementAnswer::Decline { reason } = answer {
        let mut checks = Checks::default();
        checks.note("/reason", sentence_fault(reason));
        checks.finish()?;
    }
    let mut change = Change::begin(service, ChangedBy::Principal(signer.principal_id)).await?;
    let settings = &change.before;
    let held = settings.agreements.iter().find(|held| held.id == id).ok_or_else(Problem::not_found)?;
    let refused = |why: &str| Err(Problem::new(Kind::StepNotAllowed, why));
    if held.state != State::Proposed {
        return refused(
            "This version is no open proposal any more. Read it again; propose a new version to change it.",
        );
    }
    let own = held.proposed_side == signer.side;
    match answer {
        AgreementAnswer::Withdraw if !own => {
            return refused("Only the side that proposed it can withdraw it. Accept or decline it.");
        }
        AgreementAnswer::Accept | AgreementAnswer::Decline { .. } if own => {
            return refused("Your side proposed it; the other side accepts or declines. You can withdraw it.");
        }
        AgreementAnswer::Accept if held.proposed_by == Some(signer.principal_id) => {
            return refused("You proposed it; somebody else signs for the other side.");
        }
        AgreementAnswer::Accept if held.valid_to.is_some_and(|last| last < service.today()) => {
            return refused("Its last day is past. Propose a new version.");
        }
        _ => {}
    }
    let mut answered = held.clone();
    answered.answered_by = Some(signer.principal_id);
    answered.answered_on = Some(service.today());
    match answer {
        AgreementAnswer::Accept => {
            answered.state = State::Accepted;
            answered.replaces_id = still_replaced(&settings.tree, &settings.agreements, held)?;
            let names = [held.proposed_by, answered.answered_by].map(|id| {
                let principal = id.and_then(|id| settings.tree.principals.get(&id));
                principal.map_or("", |principal| principal.name.as_str())
            });
            answered.signed_by = names.join(", ");
        }
        AgreementAnswer::Decline { reason } => {
            answered.state = State::Declined;
            answered.answer_reason = Some(reason.clone());
        }
        AgreementAnswer::Withdraw => answered.state = State::Withdrawn,
    }
    let proposer = held.proposed_by.filter(|_| !own);
    if !store::answer(&mut change.db, &answered).await? {
        return refused("Somebody answered it a moment ago. Read it again.");
    }
    if let Some(proposer) = proposer {
        notices::leave_about_agreement(service, &mut change.db, proposer, NoticeKind::AgreementAnswered, id).await?;
    }
    change.finish().await?;
    Ok(())
}

/// The version that an accepted proposal replaces now. The one named in the proposal may have been replaced itself.
fn still_replaced(tree: &Tree, all: &[Agreement], proposal: &Agreement) -> Result<Option<Uuid>, Problem> {
    let in_the_way =
        counting_within(all, proposal.producer_id, proposal.coverage, proposal.valid_from, proposal.valid_to);
    match in_the_way.iter().find(|held| Some(held.id) != proposal.replaces_id) {
        Some(held) => {
            let problem = in_the_way_of(tree, held);
            Err(Problem::new(
                Kind::Exists,
                format!(
                    "Since it was proposed another version has come in its way. Decline it, and propose anew. {}",
                    problem.detail
                ),
            ))
        }
        None => Ok(proposal.replaces_id),
    }
}

/// Whether the newest version with the same coverage has the same content: a repeated request adds no second version.
fn says_the_same_as_newest(agreements: &[Agreement], new: &Agreement) -> bool {
    let newest = agreements
        .iter()
        .filter(|held| held.producer_id == new.producer_id && held.coverage == new.coverage)
        .filter(|held| matches!(held.state, State::Proposed | State::Accepted))
        .max_by_key(|held| held.version);
    newest.is_some_and(|held| {
        says_the_same(held, new)
            // A proposal does not contain its signatures.
            && (new.proposed_side != Side::Paper || held.signed_by == new.signed_by)
    })
}

/// Whether two versions have the same content, apart from the signatures.
pub(super) fn says_the_same(held: &Agreement, new: &Agreement) -> bool {
    held.coverage == new.coverage
        && held.handler_id == new.handler_id
        && held.substitute_id == new.substitute_id
        && held.terms == new.terms
        && held.told_how == new.told_how
        && held.board_every == new.board_every
        && held.breach_id == new.breach_id
        && (held.valid_from, held.valid_to) == (new.valid_from, new.valid_to)
}

/// The version after the newest one of a producer.
pub(super) fn next_version(agreements: &[Agreement], producer_id: Uuid) -> i64 {
    let versions = agreements.iter().filter(|held| held.producer_id == producer_id).map(|held| held.version);
    versions.max().unwrap_or(0).saturating_add(1)
}

fn person(tree: &Tree, organiser_id: Uuid, slug: Option<&str>, pointer: &str, checks: &mut Checks) -> Option<Uuid> {
    let slug = slug?;
    let found = tree
        .principal_by_slug(slug)
        .filter(|known| known.organiser_id == organiser_id && known.kind == PrincipalKind::Person && !known.disabled);
    if found.is_none() {
        checks.push(unknown_fault(pointer, "person who may act", slug));
    }
    found.map(|known| known.id)
}
