//! Recomputes the open deadlines of a case when closures change. Pure.
//!
//! A deadline is counted again from the day its terms began, plus the working days of all pauses since. Two rules limit
//! a move to an earlier day. A deadline of today or earlier is not moved. A deadline in the future is not moved to a day
//! before the next working day, so that nobody finds a task late that was not due yesterday. A move to a later day is always
//! allowed, also of a broken deadline: nobody can keep a deadline while the unit is closed.

use jiff::civil::Date;

use super::steps::State;
use crate::agreement::Due;
use crate::base::words::word_enum;
use crate::calendar::Calendar;
use crate::calendar::CalendarError;

word_enum! {
    /// A deadline of a case.
    pub enum Deadline: "deadline" {
        /// Somebody has taken it up.
        Acknowledge = "acknowledge",
        /// There is an answer.
        Decide = "decide",
        /// The giver has heard it from staff.
        Tell = "tell",
    }
}

impl Deadline {
    /// Its day among these.
    pub fn day_of(self, due: Due) -> Date {
        match self {
            Self::Acknowledge => due.acknowledge_by,
            Self::Decide => due.decide_by,
            Self::Tell => due.tell_by,
        }
    }
}

/// The day of each deadline.
pub fn by_deadline(due: Due) -> [(Deadline, Date); 3] {
    Deadline::ALL.map(|deadline| (deadline, deadline.day_of(due)))
}

/// What the days of a case follow from.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    /// A step that is done has no open deadline.
    pub state: State,
    /// Day 0 of acknowledging.
    pub received_on: Date,
    /// Day 0 of deciding and telling.
    pub terms_from: Date,
    /// Working days to acknowledge, decide and tell.
    pub terms: [u16; 3],
    /// Working days of all pauses since `terms_from`.
    pub paused: u16,
    /// The giver is told on this day at the earliest.
    pub next_meeting: Option<Date>,
    /// The present deadlines.
    pub due: Due,
}

impl Counted {
    /// The deadlines by `calendar`; those of steps that are done stay.
    ///
    /// # Errors
    /// [`CalendarError`] if the calendar is closed for so long that a day cannot be found.
    pub fn anew(&self, calendar: &Calendar, today: Date) -> Result<Due, CalendarError> {
        let mut due = self.due;
        let [acknowledge, decide, tell] = self.terms;
        if self.state == State::Received {
            let new = calendar.add_working_days(self.received_on, acknowledge)?;
            due.acknowledge_by = moved(due.acknowledge_by, new, calendar, today)?;
        }
        if matches!(self.state, State::Received | State::Acknowledged | State::InHandling | State::WaitingForGiver) {
            let new = calendar.add_working_days(self.terms_from, decide.saturating_add(self.paused))?;
            due.decide_by = moved(due.decide_by, new, calendar, today)?;
        }
        if !matches!(self.state, State::Told | State::Closed) {
            let by_terms = calendar.add_working_days(self.terms_from, tell.saturating_add(self.paused))?;
            let by_meeting = self.next_meeting.map(|meeting| self.after_pauses(meeting, calendar)).transpose()?;
            let new = by_meeting.map_or(by_terms, |day| day.max(by_terms));
            due.tell_by = moved(due.tell_by, new, calendar, today)?;
        }
        Ok(due)
    }

    /// The day of the next meeting, moved by the pauses in the same way as the tell-by day that was set to it.
    fn after_pauses(&self, meeting: Date, calendar: &Calendar) -> Result<Date, CalendarError> {
        // Without a pause it is the meeting's own day, even a Saturday.
        if self.paused == 0 { Ok(meeting) } else { calendar.add_working_days(meeting, self.paused) }
    }
}

/// The day to which a deadline on `old` moves when the calendar now gives `new`.
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

/// What is promised of a decision that is late: the first day of a series that is still to come, each so many working
/// days after the one before. So the new day stays the same until it has passed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// The last day that has passed: the promised one, or a new one that was not kept either.
    pub broken: Date,
    /// The day that holds now.
    pub new_day: Date,
}

impl Late {
    /// Of a decision that was promised by the day `promised`, with a new day every `every` working days; none while that
    /// day is not past.
    ///
    /// # Errors
    /// [`CalendarError`] for days too far apart.
    pub fn of(promised: Date, today: Date, every: u16, calendar: &Calendar) -> Result<Option<Self>, CalendarError> {
        if today <= promised {
            return Ok(None);
        }
        let every = every.max(1);
        let passed = calendar.working_days_between(promised, today.yesterday().unwrap_or(today))? / every;
        let day = |times: u16| calendar.add_working_days(promised, times.saturating_mul(every));
        let broken = if passed == 0 { promised } else { day(passed)? };
        Ok(Some(Self { broken, new_day: day(passed.saturating_add(1))? }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::agreement::{Terms, WorkingDays};

    #[test]
    fn a_late_decision_has_a_new_day_that_stays_until_it_has_passed() {
        let calendar = Calendar::default();
        let promised = date(2026, 12, 4);
        let late = |today| Late::of(promised, today, 5, &calendar).unwrap();
        assert_eq!(late(date(2026, 12, 4)), None);
        let first = Some(Late { broken: promised, new_day: date(2026, 12, 11) });
        // A Saturday, then the working days up to the new day itself.
        for day in [5, 7, 10, 11] {
            assert_eq!(late(date(2026, 12, day)), first, "{day}");
        }
        let second = Some(Late { broken: date(2026, 12, 11), new_day: date(2026, 12, 18) });
        for day in [14, 18] {
            assert_eq!(late(date(2026, 12, day)), second, "{day}");
        }
        let closed = Calendar::new(promised.series(1.day()).skip(1).take(4_000).collect());
        assert!(Late::of(promised, date(2026, 12, 7), 5, &closed).is_err());
    }

    const YEAR: Date = date(2026, 1, 1);

    prop_compose! {
        fn any_day()(offset in 0..500i32) -> Date { YEAR.saturating_add(offset.days()) }
    }

    prop_compose! {
        fn any_calendar()(closures in prop::collection::btree_set(any_day(), 0..60)) -> Calendar {
            Calendar::new(closures)
        }
    }

    /// A case as it comes about: received, paused some times, perhaps with a meeting ahead.
    fn lived(calendar: &Calendar, from: Date, pauses: &[u16], next_meeting: Option<Date>) -> Counted {
        let days = |number| WorkingDays::new(number).unwrap();
        let terms = Terms::new(days(2), days(10), days(14)).unwrap();
        let mut due = terms.due(from, calendar).unwrap();
        due.tell_by = next_meeting.map_or(due.tell_by, |meeting| meeting.max(due.tell_by));
        let acknowledge_by = due.acknowledge_by;
        for paused in pauses.iter().filter(|paused| **paused > 0) {
            due = due.shifted(*paused, calendar).unwrap();
        }
        due.acknowledge_by = acknowledge_by;
        let paused = pauses.iter().sum();
        Counted {
            state: State::Received,
            received_on: from,
            terms_from: from,
            terms: [2, 10, 14],
            paused,
            next_meeting,
            due,
        }
    }

    proptest! {
        #[test]
        fn a_new_day_lies_ahead_and_what_broke_lies_behind(
            calendar in any_calendar(),
            promised in any_day(),
            days in 1..400i32,
            every in 1..40u16,
        ) {
            let today = promised.saturating_add(days.days());
            let late = Late::of(promised, today, every, &calendar).unwrap().unwrap();
            prop_assert!(promised <= late.broken && late.broken < today);
            prop_assert!(today <= late.new_day && calendar.is_working_day(late.new_day));
            prop_assert_eq!(calendar.working_days_between(late.broken, late.new_day), Ok(every));
            prop_assert_eq!(Late::of(promised, late.new_day, every, &calendar), Ok(Some(late)));
        }

        #[test]
        fn under_the_same_calendar_nothing_moves(
            calendar in any_calendar(),
            from in any_day(),
            pauses in prop::collection::vec(0..20u16, 0..4),
            ahead in prop::option::of(0..120i32),
            today in any_day(),
        ) {
            let case = lived(&calendar, from, &pauses, ahead.map(|days| from.saturating_add(days.days())));
            prop_assert_eq!(case.anew(&calendar, today), Ok(case.due));
        }

        #[test]
        fn under_another_calendar_nothing_moves_into_the_past_and_twice_is_once(
            before in any_calendar(),
            after in any_calendar(),
            from in any_day(),
            today in any_day(),
            state in prop::sample::select(State::ALL.to_vec()),
        ) {
            let case = Counted { state, ..lived(&before, from, &[3], None) };
            let new = case.anew(&after, today).unwrap();
            let pairs = [
                (case.due.acknowledge_by, new.acknowledge_by),
                (case.due.decide_by, new.decide_by),
                (case.due.tell_by, new.tell_by),
            ];
            for (old, new) in pairs {
                prop_assert!(new >= old || (old > today && new > today), "{old} to {new} on {today}");
            }
            // Once the case is decided, its decide-by day no longer moves.
            prop_assert!(state == State::Decided || new.decide_by <= new.tell_by);
            prop_assert_eq!(Counted { due: new, ..case }.anew(&after, today), Ok(new));
            if matches!(state, State::Told | State::Closed) {
                prop_assert_eq!(new, case.due);
            }
        }
    }
}
