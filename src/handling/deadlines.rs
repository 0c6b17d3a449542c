//! The days of a case's open deadlines by the calendar in force: what they become when closures change. Pure.
//!
//! A deadline is counted anew from the day its terms began, with the working days the clock has stood still since. Two
//! things hold it back. A deadline of today or earlier never moves to an earlier day: what is broken stays as it was
//! broken. And one that is still to come never moves nearer than the next working day: nobody finds a task already late
//! that was not due yesterday. Later it may always move: a unit that was closed could not keep it.

use jiff::civil::Date;

use super::steps::State;
use crate::agreement::calendar::CalendarError;
use crate::agreement::{Calendar, Due};
use crate::store::cases::CaseRow;

/// The days of a case by `calendar`; what is done or told already stays.
///
/// # Errors
/// [`CalendarError`] if the calendar is closed for so long that a day cannot be found.
pub fn recomputed(
    case: &CaseRow,
    calendar: &Calendar,
    next_meeting: Option<Date>,
    today: Date,
) -> Result<Due, CalendarError> {
    let mut due = Due { acknowledge_by: case.acknowledge_by.0, decide_by: case.decide_by.0, tell_by: case.tell_by.0 };
    let state = State::parse(&case.state).unwrap_or(State::Closed);
    let counted = |from: Date, days: i64| calendar.add_working_days(from, working_days(days));
    if state == State::Received {
        let new = counted(case.received_on.0, case.acknowledge_wd)?;
        due.acknowledge_by = moved(due.acknowledge_by, new, calendar, today)?;
    }
    if matches!(state, State::Received | State::Acknowledged | State::InHandling | State::WaitingForGiver) {
        let new = counted(case.terms_from.0, case.decide_wd.saturating_add(case.paused_wd))?;
        due.decide_by = moved(due.decide_by, new, calendar, today)?;
    }
    if !matches!(state, State::Told | State::Closed) {
        let by_terms = counted(case.terms_from.0, case.tell_wd.saturating_add(case.paused_wd))?;
        let by_meeting = next_meeting.map(|meeting| after_pauses(case, calendar, meeting)).transpose()?;
        due.tell_by = moved(due.tell_by, by_meeting.map_or(by_terms, |day| day.max(by_terms)), calendar, today)?;
    }
    Ok(due)
}

/// The day of the next meeting, moved by the pauses as the tell-by day was that stood on it.
fn after_pauses(case: &CaseRow, calendar: &Calendar, meeting: Date) -> Result<Date, CalendarError> {
    // Without a pause it is the very day, even a Saturday.
    if case.paused_wd == 0 { Ok(meeting) } else { calendar.add_working_days(meeting, working_days(case.paused_wd)) }
}

fn working_days(number: i64) -> u16 {
    // Terms are at most a working year; what no u16 holds is refused by the calendar as too far.
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// Where a deadline of the day `old` comes to lie if it would be counted to `new`.
fn moved(old: Date, new: Date, calendar: &Calendar, today: Date) -> Result<Date, CalendarError> {
    if new >= old {
        return Ok(new);
    }
    if old <= today {
        return Ok(old);
    }
    let nearest = calendar.add_working_days(today, 1)?;
    Ok(new.max(nearest).min(old))
}
