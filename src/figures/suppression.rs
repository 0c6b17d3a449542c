//! Small numbers: this module alone decides whether a figure may be shown to somebody who does not see the cases behind it.
//! A figure about fewer than [`FEWEST_GIVERS`] givers may not, nor one from which such a figure could be worked out by
//! subtraction. Pure.

use jiff::ToSpan;
use jiff::civil::Date;

/// A figure about fewer givers than this is not shown.
pub const FEWEST_GIVERS: u64 = 5;

/// Whether a figure about this many givers may be shown.
#[must_use]
pub fn may_show(givers: u64) -> bool {
    givers >= FEWEST_GIVERS
}

/// Which parts of a whole are hidden when the whole itself is shown; `givers` says how many givers each part is about.
///
/// Small parts are hidden. While the hidden parts together are about 1 to 4 givers, the smallest shown part is hidden too:
/// subtracting the shown parts from the whole would reveal them. A part about nobody is never hidden.
#[must_use]
pub fn hidden_parts(givers: &[u64]) -> Vec<bool> {
    let mut hidden: Vec<bool> = givers.iter().map(|count| *count > 0 && !may_show(*count)).collect();
    loop {
        let about: u64 = givers.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| count).sum();
        if about == 0 || may_show(about) {
            return hidden;
        }
        let smallest = givers
            .iter()
            .enumerate()
            .filter(|(index, count)| **count > 0 && !hidden.get(*index).copied().unwrap_or(true));
        let Some(index) = smallest.min_by_key(|(_, count)| **count).map(|(index, _)| index) else { return hidden };
        if let Some(part) = hidden.get_mut(index) {
            *part = true;
        }
    }
}

/// A number as it is shown to whoever chose the condition that is counted: rounded down to a multiple of [`FEWEST_GIVERS`],
/// so that none and a few look the same, and two conditions that differ in one giver mostly do too.
#[must_use]
pub fn in_steps(givers: u64) -> u64 {
    givers.saturating_sub(givers % FEWEST_GIVERS)
}

/// What is wrong with a period that must consist of whole months that are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPeriod {
    /// Which end: `from` or `to`.
    pub end: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// Checks that a period consists of whole months that are over. The difference of two periods that end a day apart would
/// tell what was given on that day, and a month that still grows would tell when something was given.
///
/// # Errors
/// [`OpenPeriod`] names the end that is wrong.
pub fn check_closed_months(from: Date, to: Date, today: Date) -> Result<(), OpenPeriod> {
    if from != from.first_of_month() {
        return Err(OpenPeriod { end: "from", advice: "Begin with the first day of a month." });
    }
    if to != to.last_of_month() || today <= to {
        return Err(OpenPeriod { end: "to", advice: "End with the last day of a month that is over." });
    }
    Ok(())
}

/// The last day of the newest month whose loop figures are made: a whole month has passed after it, in which most of its
/// givers are told and say whether the answer helped.
#[must_use]
pub fn last_closed_day(today: Date) -> Date {
    today.first_of_month().saturating_sub(1.month()).saturating_sub(1.day())
}

/// Checks that a period consists of whole months whose figures are made, see [`last_closed_day`].
///
/// # Errors
/// [`OpenPeriod`] names the end that is wrong.
pub fn check_made_months(from: Date, to: Date, today: Date) -> Result<(), OpenPeriod> {
    check_closed_months(from, to, today)?;
    if last_closed_day(today) < to {
        let advice =
            "End with the last day of a month after which another whole month has passed: its figures are made then.";
        return Err(OpenPeriod { end: "to", advice });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn five_givers_are_enough_and_four_are_not() {
        assert!(may_show(5));
        assert!(!may_show(4) && !may_show(0));
    }

    #[test]
    fn what_subtraction_would_tell_is_hidden_too() {
        assert_eq!(hidden_parts(&[20, 7, 6]), [false, false, false]);
        // The one small part could be computed from the whole, so the next one is hidden too.
        assert_eq!(hidden_parts(&[20, 3, 6]), [false, true, true]);
        // Two small parts cover each other.
        assert_eq!(hidden_parts(&[20, 3, 4]), [false, true, true]);
        assert_eq!(hidden_parts(&[20, 1, 2, 9]), [false, true, true, true]);
        assert_eq!(hidden_parts(&[20, 0]), [false, false]);
        assert_eq!(hidden_parts(&[3]), [true]);
        assert!(hidden_parts(&[]).is_empty());
    }

    #[test]
    fn numbers_in_steps_tell_nothing_exact_of_a_few() {
        let shown: Vec<u64> = [0, 1, 4, 5, 9, 10, 20_000].into_iter().map(in_steps).collect();
        assert_eq!(shown, [0, 0, 0, 5, 5, 10, 20_000]);
    }

    #[test]
    fn a_period_consists_of_whole_months_that_are_over() {
        let check = |from: &str, to: &str| {
            let [from, to, today] = [from, to, "2026-12-01"].map(|day| day.parse().unwrap());
            check_closed_months(from, to, today).map_err(|fault| fault.end)
        };
        assert_eq!(check("2026-11-01", "2026-11-30"), Ok(()));
        assert_eq!(check("2025-12-01", "2026-02-28"), Ok(()));
        assert_eq!(check("2026-11-02", "2026-11-30"), Err("from"));
        assert_eq!(check("2026-11-01", "2026-11-29"), Err("to"));
        assert_eq!(check("2026-11-01", "2026-12-31"), Err("to"));
    }

    #[test]
    fn loop_figures_are_made_a_month_after_theirs() {
        let check = |from: &str, to: &str, today: &str| {
            let [from, to, today] = [from, to, today].map(|day| day.parse().unwrap());
            check_made_months(from, to, today).map_err(|fault| fault.end)
        };
        assert_eq!(check("2026-11-01", "2026-11-30", "2026-12-31"), Err("to"));
        assert_eq!(check("2026-11-01", "2026-11-30", "2027-01-01"), Ok(()));
        assert_eq!(check("2026-11-01", "2026-12-31", "2027-01-31"), Err("to"));
        assert_eq!(check("2026-11-02", "2026-11-30", "2027-01-31"), Err("from"));
    }

    proptest! {
        #[test]
        fn hidden_parts_are_about_nobody_or_enough(givers in prop::collection::vec(0..40_u64, 0..8)) {
            let hidden = hidden_parts(&givers);
            let about: u64 = givers.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| count).sum();
            let whole: u64 = givers.iter().sum();
            prop_assert!(about == 0 || may_show(about) || about == whole);
            for (count, hidden) in givers.iter().zip(hidden) {
                prop_assert!(hidden || *count == 0 || may_show(*count));
            }
        }
    }
}
