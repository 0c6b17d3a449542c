//! The Finnish working-day calendar: which days count when a deadline is computed, and when a day is over.
//!
//! Terms of an agreement are working days: Monday to Friday, without the Finnish public holidays and the local closures
//! of organisers, producers and units. Holidays are computed, not listed, so that the service needs no
//! yearly update. Everything here is pure: "now" is always a parameter.
//!
//! The rules are today's, in force since the early 1990s, when Epiphany and Ascension Day returned from Saturdays to
//! their own days (Church Code; act 388/1937 on Independence Day; act 272/1944 on May Day). Results for earlier years are
//! wrong, but nothing asks for them.
//!
//! The rules of Europe/Helsinki are built into the program. A deadline thus never depends on what the machine has
//! installed; should the law on summer time change, a new release is needed.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// How many calendar days the calendar counts ahead of a day, or between two days, at most: ten years.
///
/// The longest term is a working year ([`LONGEST_TERM`]), so whatever needs more is a fault: a calendar whose every day is closed, or a
/// wrong date. It is answered with an error, not with a long loop.
pub const FARTHEST_DAYS_AHEAD: i32 = 3_653;

/// The longest term, in working days: a working year.
pub const LONGEST_TERM: u16 = 250;
/// So few closures always leave enough working days: [`FARTHEST_DAYS_AHEAD`] days have at least 2,609 weekdays, of which at
/// most 121 are public holidays, and [`LONGEST_TERM`] is far less than the rest.
const CLOSURES_THAT_CANNOT_MATTER: usize = 2_000;

/// The clock that every date and deadline of the service is read from.
static HELSINKI: TimeZone = jiff::tz::get!("Europe/Helsinki");

/// A Finnish day on which no deadline falls, though it may be a Monday to Friday.
///
/// Midsummer Eve and Christmas Eve are not public holidays by law, but the Deadlines Act (150/1930 s. 5) lets no
/// deadline fall on them, and offices are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// 1 January, uudenvuodenpäivä.
    NewYear,
    /// 6 January, loppiainen.
    Epiphany,
    /// The Friday before Easter, pitkäperjantai.
    GoodFriday,
    /// Pääsiäispäivä.
    EasterSunday,
    /// Toinen pääsiäispäivä.
    EasterMonday,
    /// 1 May, vappu.
    MayDay,
    /// The Thursday 39 days after Easter, helatorstai.
    Ascension,
    /// The Sunday 49 days after Easter, helluntai.
    Pentecost,
    /// The Friday between 19 and 25 June, juhannusaatto.
    MidsummerEve,
    /// The Saturday between 20 and 26 June, juhannuspäivä.
    MidsummerDay,
    /// The Saturday between 31 October and 6 November, pyhäinpäivä.
    AllSaints,
    /// 6 December, itsenäisyyspäivä.
    IndependenceDay,
    /// 24 December, jouluaatto.
    ChristmasEve,
    /// 25 December, joulupäivä.
    ChristmasDay,
    /// 26 December, tapaninpäivä.
    StStephens,
}

/// Why the calendar could not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No day was found within [`FARTHEST_DAYS_AHEAD`], or more days than that are between the two.
    #[error(
        "counting working days from {from} went past {FARTHEST_DAYS_AHEAD} calendar days: check the closures in the \
         calendar and the dates"
    )]
    TooFar {
        /// The day that was counted from.
        from: Date,
    },
}

/// The Finnish holiday that falls on this day, if any. Should two fall on one day (Ascension on May Day, as in 2008),
/// the one with the fixed date is named.
#[must_use]
pub fn public_holiday(day: Date) -> Option<Holiday> {
    fixed_holiday(day).or_else(|| summer_or_autumn_holiday(day)).or_else(|| easter_holiday(day))
}

fn fixed_holiday(day: Date) -> Option<Holiday> {
    match (day.month(), day.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (1, 6) => Some(Holiday::Epiphany),
        (5, 1) => Some(Holiday::MayDay),
        (12, 6) => Some(Holiday::IndependenceDay),
        (12, 24) => Some(Holiday::ChristmasEve),
        (12, 25) => Some(Holiday::ChristmasDay),
        (12, 26) => Some(Holiday::StStephens),
        _ => None,
    }
}

/// The holidays that are a certain weekday within a certain week of the year.
fn summer_or_autumn_holiday(day: Date) -> Option<Holiday> {
    match (day.weekday(), day.month(), day.day()) {
        (Weekday::Friday, 6, 19..=25) => Some(Holiday::MidsummerEve),
        (Weekday::Saturday, 6, 20..=26) => Some(Holiday::MidsummerDay),
        (Weekday::Saturday, 10, 31) | (Weekday::Saturday, 11, 1..=6) => Some(Holiday::AllSaints),
        _ => None,
    }
}

fn easter_holiday(day: Date) -> Option<Holiday> {
    let easter = easter_sunday(day.year())?;
    // All of these are in the same year as Easter, so the days of the year can be compared.
    match day.day_of_year() - easter.day_of_year() {
        -2 => Some(Holiday::GoodFriday),
        0 => Some(Holiday::EasterSunday),
        1 => Some(Holiday::EasterMonday),
        39 => Some(Holiday::Ascension),
        49 => Some(Holiday::Pentecost),
        _ => None,
    }
}

/// Easter Sunday of a year by the Gregorian computus (the "anonymous" algorithm, Nature 1876, as printed in Meeus,
/// *Astronomical Algorithms*, chapter 8). `None` only for years before the common era.
fn easter_sunday(year: i16) -> Option<Date> {
    if year < 1 {
        return None;
    }
    let y = i32::from(year);
    let moon_year = y % 19;
    let century = y / 100;
    let year_of_century = y % 100;
    let moon_correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * moon_year + century - century / 4 - moon_correction + 15) % 30;
    let weekday_shift = (32 + 2 * (century % 4) + 2 * (year_of_century / 4) - epact - year_of_century % 4) % 7;
    let late_moon = (moon_year + 11 * epact + 22 * weekday_shift) / 451;
    let month_and_day = epact + weekday_shift - 7 * late_moon + 114;
    let month = i8::try_from(month_and_day / 31).ok()?;
    let day = i8::try_from(month_and_day % 31 + 1).ok()?;
    Date::new(year, month, day).ok()
}

/// The working days of one unit, producer or organiser: the Finnish calendar less local closures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    closures: BTreeSet<Date>,
}

impl Calendar {
    /// A calendar with these days closed besides weekends and holidays. A closure on a day that is closed anyway
    /// changes nothing.
    #[must_use]
    pub fn new(closures: BTreeSet<Date>) -> Self {
        Self { closures }
    }

    /// The local closures, in order.
    #[must_use]
    pub fn closures(&self) -> &BTreeSet<Date> {
        &self.closures
    }

    /// Whether terms can be counted with these closures: the longest one ends within [`FARTHEST_DAYS_AHEAD`], from whichever
    /// day it is counted.
    #[must_use]
    pub fn leaves_enough_working_days(&self) -> bool {
        if self.closures.len() < CLOSURES_THAT_CANNOT_MATTER {
            return true;
        }
        let mut before: Option<Date> = None;
        for closed in &self.closures {
            // Of days without work in a row the first is the worst.
            let goes_on = before.replace(*closed).is_some_and(|last| self.working_days_between(last, *closed) == Ok(0));
            if goes_on {
                continue;
            }
            let mut from = *closed;
            while !self.is_working_day(from) {
                match from.yesterday() {
                    Ok(day) => from = day,
                    Err(_) => break,
                }
            }
            if self.add_working_days(from, LONGEST_TERM).is_err() {
                return false;
            }
        }
        true
    }

    /// Whether work is done on this day: a Monday to Friday that is neither a holiday nor a local closure.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        !is_weekend(day) && public_holiday(day).is_none() && !self.closures.contains(&day)
    }

    /// The day that is `days` working days after `from`, which is day 0 whether it is a working day or not.
    ///
    /// The answer is always a working day: for 0 it is the first working day not before `from`.
    ///
    /// # Errors
    /// [`CalendarError::TooFar`] if there is no such day within [`FARTHEST_DAYS_AHEAD`].
    pub fn add_working_days(&self, from: Date, days: u16) -> Result<Date, CalendarError> {
        let too_far = CalendarError::TooFar { from };
        if days == 0 && self.is_working_day(from) {
            return Ok(from);
        }
        // The first working day after a closed day is both its day 0 and its day 1.
        let mut left = days.max(1);
        let mut day = from;
        for _ in 0..FARTHEST_DAYS_AHEAD {
            day = day.tomorrow().map_err(|_| too_far)?;
            if self.is_working_day(day) {
                left -= 1;
                if left == 0 {
                    return Ok(day);
                }
            }
        }
        Err(too_far)
    }

    /// How many working days are after `from`, up to and including `to`; 0 if `to` is not after `from`.
    ///
    /// It is the inverse of [`Calendar::add_working_days`]: counting back from the answer gives the same number
    /// (from 1 on).
    ///
    /// # Errors
    /// [`CalendarError::TooFar`] if `to` is more than [`FARTHEST_DAYS_AHEAD`] after `from`.
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<u16, CalendarError> {
        let too_far = CalendarError::TooFar { from };
        let mut count = 0;
        let mut day = from;
        for _ in 0..FARTHEST_DAYS_AHEAD {
            if day >= to {
                return Ok(count);
            }
            day = day.tomorrow().map_err(|_| too_far)?;
            if self.is_working_day(day) {
                count += 1;
            }
        }
        if day >= to { Ok(count) } else { Err(too_far) }
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The date in Finland at this instant.
#[must_use]
pub fn local_date(instant: Timestamp) -> Date {
    HELSINKI.to_datetime(instant).date()
}

/// The instant of `hour` o'clock (0–23) in Finland on `day`. An hour that summer time skips is taken as the one after it.
///
/// # Errors
/// [`CalendarError::TooFar`] outside the range of dates of the library, and for an hour above 23.
pub fn local_instant(day: Date, hour: u8) -> Result<Timestamp, CalendarError> {
    let too_far = |_| CalendarError::TooFar { from: day };
    let hour = i8::try_from(hour).unwrap_or(i8::MAX);
    let time = jiff::civil::Time::new(hour, 0, 0, 0).map_err(too_far)?;
    HELSINKI.to_ambiguous_timestamp(day.to_datetime(time)).compatible().map_err(too_far)
}

/// The instant at which `day` begins in Finland.
///
/// # Errors
/// [`CalendarError::TooFar`] outside the range of dates of the library.
pub fn local_midnight(day: Date) -> Result<Timestamp, CalendarError> {
    local_instant(day, 0)
}

/// Whether a deadline has been broken by `now`: the day is past, or it is that day in Finland and later than
/// `closing_hour` o'clock (0–24; the closing hour to the very second is still in time). With 24 or more a deadline
/// breaks at midnight.
#[must_use]
pub fn is_broken(deadline: Date, now: Timestamp, closing_hour: u8) -> bool {
    let local = HELSINKI.to_datetime(now);
    if local.date() != deadline {
        return local.date() > deadline;
    }
    let since_midnight = local.time().duration_since(Time::midnight());
    since_midnight > SignedDuration::from_hours(i64::from(closing_hour))
}

/// The Monday of the ISO week that holds this day. Colour assignments run from Monday to Sunday.
#[must_use]
pub fn monday_of(day: Date) -> Date {
    day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days())
}

/// The Thursday of the ISO week that holds this day: it decides which month and year a week counts to (ISO 8601).
#[must_use]
pub fn thursday_of_week(day: Date) -> Date {
    const THURSDAY_AFTER_MONDAY: i32 = 3;
    monday_of(day).saturating_add(THURSDAY_AFTER_MONDAY.days())
}

#[cfg(test)]
mod tests;
