//! The terms of an agreement and the due dates that follow from them.
//!
//! Producer and organiser agree in how many working days a feedback is acknowledged, decided on and its giver told.
//! A case keeps the terms it came in under. Its due dates are computed at intake; pauses, a reopening and changed closures
//! move them. Everything here is pure.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, CalendarError, LONGEST_TERM};

/// A term in working days, from 1 to [`WorkingDays::MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schema(value_type = u16, minimum = 1, maximum = 250)]
pub struct WorkingDays(u16);

/// Why a term, or a set of terms, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// The number is not in 1..=[`WorkingDays::MOST`].
    #[error("a term is from 1 to {} working days, not {given}", WorkingDays::MOST)]
    OutOfRange { given: u16 },
    /// The text is not a number that fits.
    #[error("a term is a whole number of working days from 1 to {}", WorkingDays::MOST)]
    NotANumber,
    /// The steps follow each other, and so must their terms.
    #[error("terms must not go backwards: acknowledge ({acknowledge}) ≤ decide ({decide}) ≤ tell ({tell})")]
    OutOfOrder {
        /// The term for acknowledging.
        acknowledge: WorkingDays,
        /// The term for deciding.
        decide: WorkingDays,
        tell: WorkingDays,
    },
}

impl WorkingDays {
    /// The longest term, in working days: about a year. Longer is a typing fault, not an agreement.
    pub const MOST: u16 = LONGEST_TERM;

    /// A term of this many working days.
    ///
    /// # Errors
    /// [`TermsError::OutOfRange`] for 0 and for more than [`WorkingDays::MOST`].
    pub fn new(days: u16) -> Result<Self, TermsError> {
        if (1..=Self::MOST).contains(&days) { Ok(Self(days)) } else { Err(TermsError::OutOfRange { given: days }) }
    }

    /// The number of working days, 1..=[`WorkingDays::MOST`].
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for WorkingDays {
    type Error = TermsError;

    fn try_from(days: u16) -> Result<Self, TermsError> {
        Self::new(days)
    }
}

impl From<WorkingDays> for u16 {
    fn from(days: WorkingDays) -> Self {
        days.0
    }
}

impl FromStr for WorkingDays {
    type Err = TermsError;

    /// Reads a decimal number; spaces around it do not matter.
    fn from_str(text: &str) -> Result<Self, TermsError> {
        let days = text.trim().parse().map_err(|_| TermsError::NotANumber)?;
        Self::new(days)
    }
}

impl fmt::Display for WorkingDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// In how many working days from the day of receipt (day 0) each step is done. Always in order:
/// acknowledge ≤ decide ≤ tell, since the steps follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "TermsAsWritten")]
pub struct Terms {
    acknowledge: WorkingDays,
    decide: WorkingDays,
    tell: WorkingDays,
}

/// Terms as a file or request has them, before their order is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermsAsWritten {
    acknowledge: WorkingDays,
    decide: WorkingDays,
    tell: WorkingDays,
}

impl TryFrom<TermsAsWritten> for Terms {
    type Error = TermsError;

    fn try_from(written: TermsAsWritten) -> Result<Self, TermsError> {
        Self::new(written.acknowledge, written.decide, written.tell)
    }
}

/// The terms that a routing rule sets; the others stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PartialTerms {
    /// Acknowledge within, in working days.
    pub acknowledge: Option<WorkingDays>,
    /// Decide within, in working days.
    pub decide: Option<WorkingDays>,
    /// Tell within, in working days.
    pub tell: Option<WorkingDays>,
}

impl Terms {
    /// What holds where producer and organiser have agreed on nothing: 2, 10 and 14 working days.
    pub const DEFAULT: Self = Self { acknowledge: WorkingDays(2), decide: WorkingDays(10), tell: WorkingDays(14) };

    /// The terms, if they are in order.
    ///
    /// # Errors
    /// [`TermsError::OutOfOrder`] unless acknowledge ≤ decide ≤ tell.
    pub fn new(acknowledge: WorkingDays, decide: WorkingDays, tell: WorkingDays) -> Result<Self, TermsError> {
        if acknowledge <= decide && decide <= tell {
            Ok(Self { acknowledge, decide, tell })
        } else {
            Err(TermsError::OutOfOrder { acknowledge, decide, tell })
        }
    }

    /// Acknowledge within this many working days.
    #[must_use]
    pub fn acknowledge(&self) -> WorkingDays {
        self.acknowledge
    }

    /// Decide within this many working days.
    #[must_use]
    pub fn decide(&self) -> WorkingDays {
        self.decide
    }

    /// Tell the giver within this many working days.
    #[must_use]
    pub fn tell(&self) -> WorkingDays {
        self.tell
    }

    /// The due dates of what was received on this day.
    ///
    /// # Errors
    /// [`CalendarError`] if the calendar is closed for so long that a date cannot be found.
    pub fn due(&self, received: Date, calendar: &Calendar) -> Result<Due, CalendarError> {
        Ok(Due {
            acknowledge_by: calendar.add_working_days(received, self.acknowledge.get())?,
            decide_by: calendar.add_working_days(received, self.decide.get())?,
            tell_by: calendar.add_working_days(received, self.tell.get())?,
        })
    }

    /// These terms with what a rule shortens. A rule may only shorten, so a longer term in it is ignored.
    ///
    /// A step can be no later than the one after it: a rule that says only "tell within 5 days" brings the decision
    /// to 5 days as well.
    #[must_use]
    pub fn shortened(&self, other: &PartialTerms) -> Self {
        let tell = shorter(self.tell, other.tell);
        let decide = shorter(self.decide, other.decide).min(tell);
        let acknowledge = shorter(self.acknowledge, other.acknowledge).min(decide);
        Self { acknowledge, decide, tell }
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::DEFAULT
    }
}

fn shorter(agreed: WorkingDays, ruled: Option<WorkingDays>) -> WorkingDays {
    ruled.map_or(agreed, |ruled| ruled.min(agreed))
}

/// The local dates by which a case is to be acknowledged, decided on and its giver told. Each is a working day, and
/// each is kept until the closing hour of that day (see [`crate::calendar::is_broken`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Promise)]
pub struct Due {
    /// The last day to acknowledge.
    #[schema(value_type = String, format = Date, example = "2026-11-24")]
    pub acknowledge_by: Date,
    /// The last day to decide.
    #[schema(value_type = String, format = Date, example = "2026-12-04")]
    pub decide_by: Date,
    /// The last day to tell the giver.
    #[schema(value_type = String, format = Date, example = "2026-12-10")]
    pub tell_by: Date,
}

impl Due {
    /// These dates after a pause of `working_days` (0 or more), as counted by
    /// [`Calendar::working_days_between`] from the day the giver was asked to the day the answer came.
    ///
    /// All three are shifted; a step that is already done has no use for its date. A date that a later closure has
    /// made a day off moves on to the next working day.
    ///
    /// # Errors
    /// [`CalendarError`] if the calendar is closed for so long that a date cannot be found.
    pub fn shifted(&self, working_days: u16, calendar: &Calendar) -> Result<Self, CalendarError> {
        Ok(Self {
            acknowledge_by: calendar.add_working_days(self.acknowledge_by, working_days)?,
            decide_by: calendar.add_working_days(self.decide_by, working_days)?,
            tell_by: calendar.add_working_days(self.tell_by, working_days)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error as ValueError, MapDeserializer};

    use super::*;

    fn days(number: u16) -> WorkingDays {
        WorkingDays::new(number).unwrap()
    }

    fn terms(acknowledge: u16, decide: u16, tell: u16) -> Terms {
        Terms::new(days(acknowledge), days(decide), days(tell)).unwrap()
    }

    #[test]
    fn a_term_is_from_one_to_two_hundred_and_fifty_days() {
        assert_eq!(" 14 ".parse(), Ok(days(14)));
        assert_eq!("1".parse(), Ok(days(1)));
        assert_eq!("250".parse(), Ok(days(250)));
        assert_eq!("0".parse::<WorkingDays>(), Err(TermsError::OutOfRange { given: 0 }));
        assert_eq!("251".parse::<WorkingDays>(), Err(TermsError::OutOfRange { given: 251 }));
        for wrong in ["", "-1", "2,5", "kaksi", "70000"] {
            assert_eq!(wrong.parse::<WorkingDays>(), Err(TermsError::NotANumber));
        }
        assert_eq!(days(7).to_string(), "7");
        assert_eq!(u16::from(days(7)), 7);
    }

    fn read_terms(fields: [(&'static str, u16); 3]) -> Result<Terms, ValueError> {
        Terms::deserialize(MapDeserializer::<_, ValueError>::new(fields.into_iter()))
    }

    #[test]
    fn terms_that_are_read_are_checked() {
        assert_eq!(read_terms([("acknowledge", 2), ("decide", 10), ("tell", 14)]), Ok(Terms::DEFAULT));
        for wrong in [
            [("acknowledge", 0), ("decide", 10), ("tell", 14)],
            [("acknowledge", 11), ("decide", 10), ("tell", 14)],
            [("acknowledge", 2), ("decide", 10), ("tell", 9)],
            [("acknowledge", 2), ("decide", 10), ("told", 14)],
        ] {
            assert!(read_terms(wrong).is_err(), "{wrong:?}");
        }
        let day: Result<WorkingDays, ValueError> = WorkingDays::deserialize(300_u16.into_deserializer());
        assert!(day.unwrap_err().to_string().contains("300"));
    }

    #[test]
    fn the_example_of_the_design() {
        let due = Terms::default().due(date(2026, 11, 20), &Calendar::default()).unwrap();
        assert_eq!(
            due,
            Due { acknowledge_by: date(2026, 11, 24), decide_by: date(2026, 12, 4), tell_by: date(2026, 12, 10) }
        );
    }

    #[test]
    fn holidays_and_closures_move_the_due_dates() {
        // Received on the Wednesday before Easter 2027: Good Friday 26 and Easter Monday 29 March are off, and the
        // unit is closed on the 31st.
        let calendar = Calendar::new(BTreeSet::from([date(2027, 3, 31)]));
        let due = terms(1, 2, 4).due(date(2027, 3, 24), &calendar).unwrap();
        assert_eq!(
            due,
            Due { acknowledge_by: date(2027, 3, 25), decide_by: date(2027, 3, 30), tell_by: date(2027, 4, 2) }
        );
    }

    #[test]
    fn a_rule_only_shortens() {
        let rule = PartialTerms { acknowledge: Some(days(1)), decide: Some(days(30)), tell: None };
        assert_eq!(Terms::DEFAULT.shortened(&rule), terms(1, 10, 14));
        assert_eq!(Terms::DEFAULT.shortened(&PartialTerms::default()), Terms::DEFAULT);
        let tell_soon = PartialTerms { tell: Some(days(1)), ..PartialTerms::default() };
        assert_eq!(Terms::DEFAULT.shortened(&tell_soon), terms(1, 1, 1));
    }

    #[test]
    fn a_pause_shifts_all_dates_by_its_working_days() {
        let calendar = Calendar::default();
        let due = Terms::DEFAULT.due(date(2026, 11, 20), &calendar).unwrap();
        assert_eq!(due.shifted(0, &calendar), Ok(due));
        assert_eq!(
            due.shifted(3, &calendar),
            Ok(Due { acknowledge_by: date(2026, 11, 27), decide_by: date(2026, 12, 9), tell_by: date(2026, 12, 15) })
        );
    }

    #[test]
    fn a_calendar_that_is_always_closed_gives_no_due_date() {
        let from = date(2026, 1, 1);
        let calendar = Calendar::new(from.series(1.day()).take(4_000).collect());
        assert!(Terms::DEFAULT.due(from, &calendar).is_err());
    }

    prop_compose! {
        fn any_terms()(mut numbers in prop::array::uniform3(1..=WorkingDays::MOST)) -> Terms {
            numbers.sort_unstable();
            terms(numbers[0], numbers[1], numbers[2])
        }
    }

    prop_compose! {
        fn any_day()(offset in 0..12_000_i32) -> Date {
            date(2000, 1, 1).saturating_add(offset.days())
        }
    }

    prop_compose! {
        fn any_calendar()(closures in prop::collection::btree_set(any_day(), 0..400)) -> Calendar {
            Calendar::new(closures)
        }
    }

    fn any_term() -> impl Strategy<Value = Option<WorkingDays>> {
        prop::option::of((1..=WorkingDays::MOST).prop_map(days))
    }

    proptest! {
        #[test]
        fn due_dates_are_working_days_in_order_that_count_back(
            terms in any_terms(),
            received in any_day(),
            calendar in any_calendar(),
        ) {
            let due = terms.due(received, &calendar).unwrap();
            prop_assert!(received < due.acknowledge_by);
            prop_assert!(due.acknowledge_by <= due.decide_by && due.decide_by <= due.tell_by);
            for (day, term) in [
                (due.acknowledge_by, terms.acknowledge()),
                (due.decide_by, terms.decide()),
                (due.tell_by, terms.tell()),
            ] {
                prop_assert!(calendar.is_working_day(day));
                prop_assert_eq!(calendar.working_days_between(received, day), Ok(term.get()));
            }
        }

        #[test]
        fn what_comes_later_is_due_no_earlier(
            terms in any_terms(),
            received in any_day(),
            later in 0..60_i32,
            calendar in any_calendar(),
        ) {
            let first = terms.due(received, &calendar).unwrap();
            let second = terms.due(received.saturating_add(later.days()), &calendar).unwrap();
            prop_assert!(first.acknowledge_by <= second.acknowledge_by);
            prop_assert!(first.decide_by <= second.decide_by);
            prop_assert!(first.tell_by <= second.tell_by);
        }

        #[test]
        fn shortening_never_lengthens_and_keeps_the_order(
            terms in any_terms(),
            (acknowledge, decide, tell) in (any_term(), any_term(), any_term()),
        ) {
            let rule = PartialTerms { acknowledge, decide, tell };
            let result = terms.shortened(&rule);
            prop_assert!(result.acknowledge() <= terms.acknowledge());
            prop_assert!(result.decide() <= terms.decide());
            prop_assert!(result.tell() <= terms.tell());
            prop_assert!(Terms::new(result.acknowledge(), result.decide(), result.tell()).is_ok());
            prop_assert_eq!(result.shortened(&rule), result);
        }

        #[test]
        fn after_a_pause_as_many_days_are_left_as_before(
            terms in any_terms(),
            received in any_day(),
            asked_after in 0..30_i32,
            answered_after in 0..60_i32,
            calendar in any_calendar(),
        ) {
            let due = terms.due(received, &calendar).unwrap();
            let asked = received.saturating_add(asked_after.days());
            let answered = asked.saturating_add(answered_after.days());
            prop_assume!(asked < due.tell_by);
            let pause = calendar.working_days_between(asked, answered).unwrap();
            let shifted = due.shifted(pause, &calendar).unwrap();
            prop_assert_eq!(
                calendar.working_days_between(answered, shifted.tell_by),
                calendar.working_days_between(asked, due.tell_by)
            );
        }
    }
}
