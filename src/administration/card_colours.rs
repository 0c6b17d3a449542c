//! Assigns card colours to workers, week by week.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::fields::{Checks, colour_fault, colour_word, week_fault};
use super::unknown_fault;
use crate::base::{Fault, Kind, Problem};
use crate::organisation::{CardColour, Tree, Worker};
use crate::service::Service;
use crate::store::{organisation as store, settings};

/// The maximum number of colours of one unit in one week.
pub const COLOURS_MAX: usize = 30;

/// Sets the colours of a unit in the week of `monday`: colour → the worker's short name.
///
/// Once a week has begun, colours can be added but not reassigned or removed: cards may have been typed in, and they
/// would suddenly be about somebody else.
///
/// # Errors
/// [`Problem`] with a fault for each colour that is not allowed.
pub async fn set_card_colours(
    service: &Service,
    by: ChangedBy,
    unit_id: Uuid,
    monday: Date,
    colours: &BTreeMap<String, String>,
) -> Result<(), Problem> {
    let today = service.today();
    if let Some(why) = week_fault(monday).or_else(|| bounds_fault(monday, today)) {
        return Err(Problem::at("week", Kind::Invalid, format!("Choose another week: {why}.")));
    }
    if colours.len() > COLOURS_MAX {
        return Err(Problem::at("/colours", Kind::Invalid, format!("A week has {COLOURS_MAX} colours at most.")));
    }
    let mut change = Change::begin(service, by).await?;
    let tree = &change.before.tree;
    if !tree.units.contains_key(&unit_id) {
        return Err(Problem::not_found());
    }
    let mut left: BTreeMap<String, CardColour> = tree
        .colours
        .values()
        .filter(|held| held.unit_id == unit_id && held.week == monday)
        .map(|held| (held.colour.clone(), held.clone()))
        .collect();
    let begun = monday <= today;
    let mut checks = Checks::default();
    let mut wanted: Vec<CardColour> = Vec::new();
    for (word, slug) in colours {
        let pointer = format!("/colours/{}", word.replace('~', "~0").replace('/', "~1"));
        let colour = colour_word(word);
        checks.note(&pointer, colour_fault(&colour));
        if wanted.iter().any(|card| card.colour == colour) {
            checks.note(&pointer, Some("the colour stands here twice"));
            continue;
        }
        let Some(worker) = worker_in_week(tree, unit_id, slug, monday) else {
            checks.push(unknown_fault(&pointer, "worker of this unit in that week", slug));
            continue;
        };
        let held = left.remove(&colour);
        if begun && held.as_ref().is_some_and(|held| held.worker_id != worker.id) {
            checks.push(begun_fault(&pointer));
        }
        let id = held.map_or_else(|| service.new_id(), |held| Ok(held.id))?;
        wanted.push(CardColour { id, unit_id, week: monday, colour, worker_id: worker.id });
    }
    if begun && !left.is_empty() {
        checks.push(begun_fault("/colours"));
    }
    checks.finish()?;
    for held in left.values() {
        store::remove_card_colour(&mut change.db, held.id).await?;
    }
    for card in &wanted {
        store::put_card_colour(&mut change.db, card).await?;
    }
    change.finish().await?;
    Ok(())
}

fn begun_fault(pointer: &str) -> Fault {
    Fault::new(
        pointer,
        Kind::Invalid,
        "The week has begun: its colours stay as they are, since cards may have been typed in. New ones can be added.",
    )
}

/// Why a week is too far from today, if it is.
pub(super) fn bounds_fault(monday: Date, today: Date) -> Option<&'static str> {
    let ahead = today.saturating_add(settings::COLOUR_WEEKS_AHEAD_MAX.weeks());
    let behind = today.saturating_sub(1.year());
    if monday > ahead {
        Some("colours are planned 26 weeks ahead at most")
    } else if monday < behind {
        Some("the week is more than a year ago")
    } else {
        None
    }
}

/// The worker with this short name who works at the unit on some day of the week.
pub(super) fn worker_in_week<'t>(tree: &'t Tree, unit_id: Uuid, slug: &str, monday: Date) -> Option<&'t Worker> {
    let principal = tree.principal_by_slug(slug)?;
    let sunday = monday.saturating_add(6.days());
    tree.workers
        .values()
        .filter(|worker| worker.unit_id == unit_id && worker.principal_id == principal.id)
        .filter(|worker| worker.valid_from <= sunday && worker.valid_to.is_none_or(|last| monday <= last))
        .min_by_key(|worker| worker.valid_from)
}
