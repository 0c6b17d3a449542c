//! What producer and organiser agree on. A change is a new version; cases keep the one they came in under.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::Change;
use super::fields::{Checks, period_fault, sentence_fault};
use super::{unknown, unknown_fault};
use crate::agreement::{Agreement, Terms, WorkingDays};
use crate::feedback::{Kind, Problem};
use crate::organisation::{PrincipalKind, Tree};
use crate::service::Service;
use crate::store::agreements as store;

/// A new version of an agreement.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// With which producer, by short name.
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "pajapiha-ry")]
    pub producer: String,
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
    /// Who signed, in words.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Outi Osallisuus, Yrjö Yhteys"
    )]
    pub signed_by: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day, or none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
}

/// The terms of these numbers, with every fault noted below `base`.
pub(super) fn terms(acknowledge: u16, decide: u16, tell: u16, checks: &mut Checks, base: &str) -> Option<Terms> {
    let mut days = |key: &str, number: u16| {
        WorkingDays::new(number).map_err(|why| checks.note(&format!("{base}/{key}"), Some(&why.to_string()))).ok()
    };
    let (acknowledge, decide, tell) = (days("acknowledge", acknowledge), days("decide", decide), days("tell", tell));
    Terms::new(acknowledge?, decide?, tell?)
        .map_err(|why| checks.note(&format!("{base}/tell"), Some(&why.to_string())))
        .ok()
}

/// Adds a version to a producer's agreement; its id. The newest version that is in force on a day counts.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value; `settings-broken` when the handler could not open the cases;
/// `exists` when the newest version says the same.
pub async fn add_agreement(service: &Service, new: &NewAgreement) -> Result<Uuid, Problem> {
    let mut checks = Checks::default();
    let terms = terms(new.acknowledge, new.decide, new.tell, &mut checks, "");
    checks.note("/told_how", sentence_fault(&new.told_how));
    checks.note("/signed_by", sentence_fault(&new.signed_by));
    checks.note("/valid_to", period_fault(new.valid_from, new.valid_to));
    if new.substitute.is_some() && new.handler == new.substitute {
        checks.note("/substitute", Some("the substitute is somebody else than the handler"));
    }
    let mut change = Change::begin(service).await?;
    let tree = &change.before.tree;
    let producer =
        tree.producer_by_slug(&new.producer).ok_or_else(|| unknown("/producer", "producer", &new.producer))?;
    let handler_id = person(tree, producer.organiser_id, new.handler.as_deref(), "/handler", &mut checks);
    let substitute_id = person(tree, producer.organiser_id, new.substitute.as_deref(), "/substitute", &mut checks);
    checks.finish()?;
    let agreement = Agreement {
        id: service.new_id()?,
        producer_id: producer.id,
        version: next_version(&change.before.agreements, producer.id),
        handler_id,
        substitute_id,
        terms: terms.ok_or_else(|| Problem::internal("terms without a fault that are none"))?,
        told_how: new.told_how.clone(),
        signed_by: new.signed_by.clone(),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
    };
    if says_the_same(&change.before.agreements, &agreement) {
        return Err(Problem::new(
            Kind::Exists,
            "The newest version of this agreement says the same already; nothing was added. Change something, or leave it.",
        ));
    }
    store::insert(&mut change.db, &agreement, service.now()).await?;
    change.finish().await?;
    Ok(agreement.id)
}

/// Whether the newest version holds just this: a request that was sent twice adds no second version.
fn says_the_same(agreements: &[Agreement], new: &Agreement) -> bool {
    let newest = agreements.iter().filter(|held| held.producer_id == new.producer_id).max_by_key(|held| held.version);
    newest.is_some_and(|held| {
        held.handler_id == new.handler_id
            && held.substitute_id == new.substitute_id
            && held.terms == new.terms
            && held.told_how == new.told_how
            && held.signed_by == new.signed_by
            && (held.valid_from, held.valid_to) == (new.valid_from, new.valid_to)
    })
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
