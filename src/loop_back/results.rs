//! Published results and decisions of a survey. They tell the givers of feedback without a case.

use uuid::Uuid;

use super::postings::{self as shared, Posting, Words};
use crate::base::{Fault, Kind, Month, Problem};
use crate::organisation::Action;
use crate::service::idempotency::{self, KeyedRequest};
use crate::service::{Authority, Service};
use crate::store::Day;
use crate::store::postings::{self, PostingKind, PostingRow};

/// The survey and months that results are about.
#[derive(Debug, Clone)]
pub struct ResultsOf<'a> {
    /// The instrument's id.
    pub instrument: &'a str,
    /// The first month, `2026-11`.
    pub from: &'a str,
    pub to: &'a str,
}

/// Publishes results of a unit.
///
/// # Errors
/// [`Kind::NotFound`] for a caller who may not publish there; every fault of the input.
pub async fn publish(
    service: &Service,
    authority: &Authority,
    slug: &str,
    of: &ResultsOf<'_>,
    words: &[Words<'_>],
    repeat: Option<KeyedRequest<'_>>,
) -> Result<Posting, Problem> {
    let snapshot = service.snapshot();
    let (unit, _) = shared::unit_for(service, &snapshot.tree, authority, slug, Action::PublishResults)?;
    let mut faults = Vec::new();
    if snapshot.catalogue.get(of.instrument, None).is_none() {
        let detail = "There is no instrument of this id. See GET /instruments.";
        faults.push(Fault::new("/instrument", Kind::UnknownInstrument, detail));
    }
    let mut month = |pointer: &str, text: &str| {
        let read = Month::parse(text).filter(|month| month.to_string() == text);
        if read.is_none() {
            faults.push(Fault::new(pointer, Kind::Invalid, "Write the month as 2026-11."));
        }
        read
    };
    let (from, to) = (month("/from", of.from), month("/to", of.to));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        faults.push(Fault::new("/to", Kind::Invalid, "The last month lies before the first one. Correct one of them."));
    }
    if to.is_some_and(|to| to > Month::of(service.today())) {
        faults.push(Fault::new(
            "/to",
            Kind::DateInFuture,
            "That month has not come yet. Publish what has been collected.",
        ));
    }
    if !faults.is_empty() {
        return Err(Problem::of_faults(faults));
    }
    let id = service.new_id()?;
    let texts = shared::checked(service, id, words)?;
    let mut tx = service.store.write().await?;
    if let Some(earlier) = idempotency::claim_id(service, &mut tx, repeat.as_ref(), id).await? {
        let row = shared::kept(&mut tx, unit, PostingKind::Results, earlier).await?;
        return shared::with_words(&mut tx, vec![row]).await?.pop().ok_or_else(Problem::not_found);
    }
    let row = PostingRow {
        id,
        kind: PostingKind::Results,
        unit_id: unit.id,
        instrument: Some(of.instrument.to_owned()),
        from_month: Some(of.from.to_owned()),
        to_month: Some(of.to.to_owned()),
        decision: None,
        posted_by: authority.principal_id(),
        posted_on: Day(service.today()),
        corrected_on: None,
        taken_down_on: None,
    };
    postings::insert(&mut tx, &row).await?;
    postings::put_texts(&mut tx, id, &texts).await?;
    tx.commit().await?;
    Ok(Posting { row, texts })
}

/// The published results that cover a feedback without a case, newest first.
///
/// # Errors
/// The store's.
pub async fn of_feedback(
    db: &mut impl crate::store::Connected,
    unit_id: Uuid,
    instrument: &str,
    month: &str,
) -> Result<Vec<Posting>, Problem> {
    let rows = postings::results_of(db, unit_id, instrument, month).await?;
    shared::with_words(db, rows).await
}
