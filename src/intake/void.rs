//! Takes a feedback back: removes it from counters and cases in one transaction.

use uuid::Uuid;

use crate::base::Problem;
use crate::base::channel::About;
use crate::figures::counters::{BlockKey, Deltas, count_into};
use crate::organisation::Action;
use crate::outbox::webhook_queue::{self, Happened, Leaves};
use crate::service::Authority;
use crate::service::Service;
use crate::store::feedback::VoidReason;
use crate::store::webhooks;
use crate::store::{self, audit, case_log, cases, contacts, counters, feedback, group_interviews, organisation};
use crate::webhook::{Data, EventType};

/// Takes back the feedback `id`. Its author may, and whoever is responsible for the unit; never the person it is about,
/// except the author of an oral note. Idempotent.
///
/// # Errors
/// [`crate::base::Kind::NotFound`] for what lies outside or does not exist.
pub async fn void(service: &Service, authority: &Authority, id: Uuid, reason: VoidReason) -> Result<(), Problem> {
    let snapshot = service.snapshot();
    let mut tx = service.store.write().await?;
    let row = feedback::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let place = snapshot.tree.place_of(row.placement_id).ok_or_else(Problem::not_found)?;
    let own = row.author_id == Some(authority.principal_id()) && authority.may(Action::TakeBackOwn, &place);
    if !own && !authority.may(Action::TakeBack, &place) {
        return Err(Problem::not_found());
    }
    let about = organisation::about(&mut tx, row.channel, row.author_id, row.colour_id).await?;
    let own_note = own && row.channel.properties().about == About::Author;
    if about.is(authority.principal_id()) && !own_note {
        return Err(Problem::not_found());
    }
    let today = store::Day(service.today());
    if !feedback::void(&mut tx, id, reason, today).await? {
        return Ok(());
    }
    // Read again after the row is locked: retention may have removed its link to a worker in between.
    let row = feedback::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let version = u32::try_from(row.instrument_version).map_err(Problem::internal)?;
    let instrument = snapshot
        .catalogue
        .get(&row.instrument, Some(version))
        .ok_or_else(|| Problem::internal(format!("the instrument {} {version} is missing", row.instrument)))?;
    let coded = instrument.coded_from_json(&row.coded).map_err(Problem::internal)?;
    let key = BlockKey::of_stored(row.placement_id, &row.instrument, row.instrument_version, row.channel, &row.month)
        .ok_or_else(|| Problem::internal("an unknown channel or month is stored"))?;
    let mut deltas = Deltas::new();
    count_into(&mut deltas, &key, row.colour_id, instrument, &coded, -1);
    counters::append(&mut tx, &deltas).await?;
    let mut case_ids: Vec<Uuid> = vec![id];
    case_ids.extend(group_interviews::points(&mut tx, id).await?.into_iter().map(|point| point.id));
    for case_id in case_ids {
        cases::void(&mut tx, case_id, today).await?;
        if reason == VoidReason::ConsentWithdrawn {
            case_log::erase_texts(&mut tx, case_id).await?;
        }
    }
    if reason == VoidReason::ConsentWithdrawn {
        feedback::erase_texts(&mut tx, id).await?;
        group_interviews::erase_texts(&mut tx, id).await?;
    }
    contacts::erase(&mut tx, id).await?;
    webhooks::drop_about(&mut tx, id, today).await?;
    let data = Data { feedback_id: Some(id), ..Data::default() };
    let voided = Happened { event: EventType::FeedbackVoided, place, leaves: Leaves::AtOnce, data };
    webhook_queue::emit(service, &snapshot, &mut tx, &voided).await?;
    audit::record(&mut tx, service.now(), authority.principal_id(), "feedback.void", id).await?;
    tx.commit().await?;
    if reason == VoidReason::ConsentWithdrawn {
        service.store.forget_erased().await?;
    }
    Ok(())
}
