//! One principal's own deadlines as an iCalendar feed (RFC 5545, RFC 7986): what is to be done, where and by when. It
//! contains nothing of any feedback.

use icalendar::{Calendar, Component, Event, Property};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::base::Problem;
use crate::calendar::local_midnight;
use crate::case::deadlines::Deadline;
use crate::case::steps::State;
use crate::locales::{Texts, arguments};
use crate::organisation::{Action, DataClass, Reach};
use crate::routing::Snapshot;
use crate::service::Authority;
use crate::service::Service;
use crate::store::cases::{self, CaseRow};

/// The maximum number of deadlines in one feed; the nearest ones are kept.
pub const DEADLINES_MAX: usize = 500;
/// How often calendars ask again.
const REFRESH: &str = "PT1H";

struct Due<'c> {
    case: &'c CaseRow,
    what: Deadline,
    day: Date,
}

/// The feed of the caller.
///
/// # Errors
/// [`crate::base::Kind::NotFound`] when there is no such principal, the store's.
pub async fn feed(service: &Service, authority: &Authority) -> Result<String, Problem> {
    let snapshot = service.snapshot();
    let principal_id = authority.principal_id();
    let principal = snapshot.tree.principals.get(&principal_id).ok_or_else(Problem::not_found)?;
    let texts = Texts::of(&principal.language);
    let mut db = service.store.read().await?;
    let most = i64::try_from(DEADLINES_MAX).map_err(Problem::internal)?;
    let rows = cases::with_own_deadline(&mut db, principal_id, most).await?;
    drop(db);
    let mut deadlines: Vec<Due<'_>> =
        rows.iter().filter(|case| reaches(authority, case)).flat_map(open_deadlines).collect();
    deadlines.sort_by_key(|deadline| (deadline.day, deadline.case.id));
    deadlines.truncate(DEADLINES_MAX);
    let name = texts.get("feed-name");
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Kaiku//deadlines//FI"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        .append_property(("NAME", name.as_str()))
        .append_property(("X-WR-CALNAME", name.as_str()))
        .append_property(Property::new("REFRESH-INTERVAL", REFRESH).add_parameter("VALUE", "DURATION").done())
        .append_property(("X-PUBLISHED-TTL", REFRESH));
    // The start of the day: a feed without news stays the same all day, and it does not show the time of any step.
    let stamp = local_midnight(service.today()).map_err(Problem::internal)?;
    let stamp = stamp.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    for deadline in &deadlines {
        calendar.push(event(service, &snapshot, texts, deadline, &stamp));
    }
    Ok(calendar.to_string())
}

/// Whether the caller's roles still reach the case. Without such a role the caller has nothing to do there any more.
fn reaches(authority: &Authority, case: &CaseRow) -> bool {
    let place = case.place();
    if case.state == State::Decided {
        // What remains is telling the giver, which is the author's task.
        return authority.reach(DataClass::CaseState, &place, true) != Reach::Nothing;
    }
    authority.may(Action::Handle, &place)
}

fn open_deadlines(case: &CaseRow) -> Vec<Due<'_>> {
    let of = |what, day| Due { case, what, day };
    match case.state {
        State::Received => {
            vec![of(Deadline::Acknowledge, case.acknowledge_by.0), of(Deadline::Decide, case.decide_by.0)]
        }
        State::Acknowledged | State::InHandling => vec![of(Deadline::Decide, case.decide_by.0)],
        State::Decided => vec![of(Deadline::Tell, case.tell_by.0)],
        State::WaitingForGiver | State::Told | State::Closed => Vec::new(),
    }
}

fn event(service: &Service, snapshot: &Snapshot, texts: Texts, deadline: &Due<'_>, stamp: &str) -> Event {
    let unit = snapshot.tree.units.get(&deadline.case.unit_id).map(|unit| unit.name.clone()).unwrap_or_default();
    let hour = i64::from(service.config.terms.deadline_hour);
    let day = |day: Date| day.strftime("%Y%m%d").to_string();
    let date = |name: &str, value: String| Property::new(name, value).add_parameter("VALUE", "DATE").done();
    Event::new()
        .uid(&uid(deadline))
        .summary(&texts.with(&format!("feed-{}", deadline.what.as_str()), &arguments([("unit", unit.into())])))
        .description(&texts.with("feed-until", &arguments([("hour", hour.into())])))
        .append_property(date("DTSTART", day(deadline.day)))
        .append_property(date("DTEND", day(deadline.day.saturating_add(1.day()))))
        .append_property(("DTSTAMP", stamp))
        .append_property(("SEQUENCE", deadline.case.version.to_string().as_str()))
        // A deadline takes no time of its day.
        .append_property(("TRANSP", "TRANSPARENT"))
        .append_property(("CLASS", "CONFIDENTIAL"))
        .done()
}

/// The UID of a deadline. It stays the same as long as the case exists and does not lead to the case: calendars are
/// copied to servers of other companies.
fn uid(deadline: &Due<'_>) -> String {
    let digest = Sha256::digest(format!("kaiku feed {} {}", deadline.case.id, deadline.what.as_str()));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    format!("{}@kaiku", uuid::Builder::from_random_bytes(bytes).into_uuid())
}
