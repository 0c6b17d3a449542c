//! Absences and substitutes. New cases go to the substitute; open cases keep their handler, beside whom the substitute
//! may act.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::{Change, ChangedBy};
use super::fields::{Checks, period_fault};
use super::unknown_fault;
use crate::agreement::Agreement;
use crate::base::{Kind, Problem};
use crate::organisation::tree::in_force;
use crate::organisation::{Absence, Action, Principal, PrincipalKind, Tree};
use crate::routing::Snapshot;
use crate::routing::handler::may_handle;
use crate::service::Service;
use crate::store::principals as store;

/// The maximum length of an absence in days, first and last included: a year.
pub const DAYS_MAX: i32 = 366;

/// A time in which somebody is away.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAbsence {
    /// Who is away: a person's short name. Left out, it is you.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "kalle-koivu")]
    pub principal: Option<String>,
    /// First day.
    #[schema(value_type = String, format = Date, example = "2026-12-21")]
    pub first_day: Date,
    /// Last day; 366 days in all at most.
    #[schema(value_type = String, format = Date, example = "2027-01-03")]
    pub last_day: Date,
    /// Who stands in: the short name of a person who may handle what the one who is away handles. Without one the
    /// agreement's substitute does, else the next role-holder.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$", example = "vilma-koivu")]
    pub substitute: Option<String>,
}

/// Records that `principal_id` is away; returns the absence's id.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value; `exists` when these days are taken.
pub async fn add_absence(
    service: &Service,
    by: ChangedBy,
    principal_id: Uuid,
    new: &NewAbsence,
) -> Result<Uuid, Problem> {
    let mut change = Change::begin(service, by).await?;
    let settings = &change.before;
    let tree = &settings.tree;
    let principal = tree.principals.get(&principal_id).ok_or_else(Problem::not_found)?;
    let mut checks = Checks::default();
    let person = principal.kind == PrincipalKind::Person;
    checks.note("/principal", (!person).then_some("only a person is away"));
    let period = period_fault(new.first_day, Some(new.last_day));
    checks.note("/last_day", period);
    let long = new.last_day.since(new.first_day).map_or(true, |span| span.get_days() >= DAYS_MAX);
    let why = "an absence has 366 days at most: disable who is gone for longer";
    checks.note("/last_day", (period.is_none() && long).then_some(why));
    let substitute = new.substitute.as_deref().and_then(|slug| substitute(tree, principal, slug, &mut checks));
    checks.finish()?;
    let absence = Absence {
        id: service.new_id()?,
        principal_id,
        substitute_id: substitute.map(|principal| principal.id),
        first_day: new.first_day,
        last_day: new.last_day,
    };
    let held = settings.absences.iter().find(|held| held.principal_id == principal_id && overlap(held, &absence));
    if let Some(held) = held {
        return Err(Problem::at(
            "/first_day",
            Kind::Exists,
            format!(
                "{} is away from {} to {} already. Choose other days, or take that absence back first.",
                principal.slug, held.first_day, held.last_day
            ),
        ));
    }
    if let Some((day, circle)) = circle(settings, &absence) {
        let names: Vec<&str> =
            circle.iter().filter_map(|id| tree.principals.get(id)).map(|principal| principal.slug.as_str()).collect();
        let detail = format!(
            "On {day} the substitutes would go round in a circle: {}. Choose somebody else, or other days.",
            names.join(" → ")
        );
        return Err(Problem::at("/substitute", Kind::Invalid, detail));
    }
    store::insert_absence(&mut change.db, &absence, service.now()).await?;
    change.finish().await?;
    Ok(absence.id)
}

/// Deletes an absence.
///
/// # Errors
/// `not-found`.
pub async fn remove_absence(service: &Service, by: ChangedBy, id: Uuid) -> Result<(), Problem> {
    let mut change = Change::begin(service, by).await?;
    if !store::remove_absence(&mut change.db, id).await? {
        return Err(Problem::not_found());
    }
    change.finish().await?;
    Ok(())
}

fn substitute<'t>(tree: &'t Tree, principal: &Principal, slug: &str, checks: &mut Checks) -> Option<&'t Principal> {
    let found = tree.principal_by_slug(slug).filter(|known| {
        known.organiser_id == principal.organiser_id && known.kind == PrincipalKind::Person && !known.disabled
    });
    let Some(found) = found else {
        checks.push(unknown_fault("/substitute", "person who may act", slug));
        return None;
    };
    if found.id == principal.id {
        checks.note("/substitute", Some("the substitute is somebody else than who is away"));
    } else if !can_stand_in(tree, principal.id, found.id) {
        checks.note(
            "/substitute",
            Some("this person may handle none of what the one who is away handles: choose somebody with a role there"),
        );
    }
    Some(found)
}

/// Whether `substitute` may handle cases at some place where `principal` may. If `principal` handles nothing: whether
/// `substitute` may handle anything at all.
fn can_stand_in(tree: &Tree, principal: Uuid, substitute: Uuid) -> bool {
    let handles = |id: Uuid| tree.grants_of(id).any(|grant| grant.allows(Action::Handle));
    let places = tree.placements.keys().filter_map(|id| tree.place_of(*id));
    if !handles(principal) || tree.placements.is_empty() {
        return handles(substitute);
    }
    let mut both = places.filter(|place| {
        may_handle(tree, substitute, place, None).is_some() && may_handle(tree, principal, place, None).is_some()
    });
    both.next().is_some()
}

fn overlap(one: &Absence, other: &Absence) -> bool {
    one.first_day <= other.last_day && other.first_day <= one.last_day
}

/// A cycle of substitutes through a new absence: its first day, and who stands in for whom, starting and ending with
/// the absent person. All of them are away that day, so nobody would be found.
fn circle(settings: &Snapshot, new: &Absence) -> Option<(Date, Vec<Uuid>)> {
    let absences: Vec<&Absence> =
        settings.absences.iter().filter(|held| overlap(held, new)).chain(std::iter::once(new)).collect();
    // Substitutes change only on days on which an absence or an agreement begins.
    let begins = absences.iter().map(|held| held.first_day);
    let agreed = settings.agreements.iter().map(|agreement| agreement.valid_from);
    let mut days: Vec<Date> =
        begins.chain(agreed).filter(|day| in_force(*day, new.first_day, Some(new.last_day))).collect();
    days.sort();
    days.dedup();
    days.into_iter().find_map(|day| {
        let mut way = vec![new.principal_id];
        leads_back(&absences, &settings.agreements, day, &mut way, &mut Vec::new()).then_some((day, way))
    })
}

/// Whether the substitutes of the last of `way` lead back to its first; `way` is the cycle then.
fn leads_back(
    absences: &[&Absence],
    agreements: &[Agreement],
    day: Date,
    way: &mut Vec<Uuid>,
    asked: &mut Vec<Uuid>,
) -> bool {
    let (Some(first), Some(last)) = (way.first().copied(), way.last().copied()) else { return false };
    let Some(absence) = absences.iter().find(|held| held.principal_id == last && held.covers(day)) else {
        return false; // is there, and so stands in
    };
    let by_agreement = agreements
        .iter()
        .filter(|agreement| agreement.holds_on(day) && agreement.handler_id == Some(last))
        .filter_map(|agreement| agreement.substitute_id);
    // An absence names its own substitute; agreements count only if it names none.
    let next: Vec<Uuid> = absence.substitute_id.map_or_else(|| by_agreement.collect(), |id| vec![id]);
    for id in next {
        way.push(id);
        if id == first {
            return true;
        }
        if !asked.contains(&id) {
            asked.push(id);
            if leads_back(absences, agreements, day, way, asked) {
                return true;
            }
        }
        way.pop();
    }
    false
}
