use Holiday::*;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// Every Finnish holiday of these years, written out and checked against the Python package `holidays`. Nothing in
/// it is computed.
const HOLIDAYS_2024_TO_2032: [(&str, Holiday); 135] = [
    ("2024-01-01", NewYear),
    ("2024-01-06", Epiphany),
    ("2024-03-29", GoodFriday),
    ("2024-03-31", EasterSunday),
    ("2024-04-01", EasterMonday),
    ("2024-05-01", MayDay),
    ("2024-05-09", Ascension),
    ("2024-05-19", Pentecost),
    ("2024-06-21", MidsummerEve),
    ("2024-06-22", MidsummerDay),
    ("2024-11-02", AllSaints),
    ("2024-12-06", IndependenceDay),
    ("2024-12-24", ChristmasEve),
    ("2024-12-25", ChristmasDay),
    ("2024-12-26", StStephens),
    ("2025-01-01", NewYear),
    ("2025-01-06", Epiphany),
    ("2025-04-18", GoodFriday),
    ("2025-04-20", EasterSunday),
    ("2025-04-21", EasterMonday),
    ("2025-05-01", MayDay),
    ("2025-05-29", Ascension),
    ("2025-06-08", Pentecost),
    ("2025-06-20", MidsummerEve),
    ("2025-06-21", MidsummerDay),
    ("2025-11-01", AllSaints),
    ("2025-12-06", IndependenceDay),
    ("2025-12-24", ChristmasEve),
    ("2025-12-25", ChristmasDay),
    ("2025-12-26", StStephens),
    ("2026-01-01", NewYear),
    ("2026-01-06", Epiphany),
    ("2026-04-03", GoodFriday),
    ("2026-04-05", EasterSunday),
    ("2026-04-06", EasterMonday),
    ("2026-05-01", MayDay),
    ("2026-05-14", Ascension),
    ("2026-05-24", Pentecost),
    ("2026-06-19", MidsummerEve),
    ("2026-06-20", MidsummerDay),
    ("2026-10-31", AllSaints),
    ("2026-12-06", IndependenceDay),
    ("2026-12-24", ChristmasEve),
    ("2026-12-25", ChristmasDay),
    ("2026-12-26", StStephens),
    ("2027-01-01", NewYear),
    ("2027-01-06", Epiphany),
    ("2027-03-26", GoodFriday),
    ("2027-03-28", EasterSunday),
    ("2027-03-29", EasterMonday),
    ("2027-05-01", MayDay),
    ("2027-05-06", Ascension),
    ("2027-05-16", Pentecost),
    ("2027-06-25", MidsummerEve),
    ("2027-06-26", MidsummerDay),
    ("2027-11-06", AllSaints),
    ("2027-12-06", IndependenceDay),
    ("2027-12-24", ChristmasEve),
    ("2027-12-25", ChristmasDay),
    ("2027-12-26", StStephens),
    ("2028-01-01", NewYear),
    ("2028-01-06", Epiphany),
    ("2028-04-14", GoodFriday),
    ("2028-04-16", EasterSunday),
    ("2028-04-17", EasterMonday),
    ("2028-05-01", MayDay),
    ("2028-05-25", Ascension),
    ("2028-06-04", Pentecost),
    ("2028-06-23", MidsummerEve),
    ("2028-06-24", MidsummerDay),
    ("2028-11-04", AllSaints),
    ("2028-12-06", IndependenceDay),
    ("2028-12-24", ChristmasEve),
    ("2028-12-25", ChristmasDay),
    ("2028-12-26", StStephens),
    ("2029-01-01", NewYear),
    ("2029-01-06", Epiphany),
    ("2029-03-30", GoodFriday),
    ("2029-04-01", EasterSunday),
    ("2029-04-02", EasterMonday),
    ("2029-05-01", MayDay),
    ("2029-05-10", Ascension),
    ("2029-05-20", Pentecost),
    ("2029-06-22", MidsummerEve),
    ("2029-06-23", MidsummerDay),
    ("2029-11-03", AllSaints),
    ("2029-12-06", IndependenceDay),
    ("2029-12-24", ChristmasEve),
    ("2029-12-25", ChristmasDay),
    ("2029-12-26", StStephens),
    ("2030-01-01", NewYear),
    ("2030-01-06", Epiphany),
    ("2030-04-19", GoodFriday),
    ("2030-04-21", EasterSunday),
    ("2030-04-22", EasterMonday),
    ("2030-05-01", MayDay),
    ("2030-05-30", Ascension),
    ("2030-06-09", Pentecost),
    ("2030-06-21", MidsummerEve),
    ("2030-06-22", MidsummerDay),
    ("2030-11-02", AllSaints),
    ("2030-12-06", IndependenceDay),
    ("2030-12-24", ChristmasEve),
    ("2030-12-25", ChristmasDay),
    ("2030-12-26", StStephens),
    ("2031-01-01", NewYear),
    ("2031-01-06", Epiphany),
    ("2031-04-11", GoodFriday),
    ("2031-04-13", EasterSunday),
    ("2031-04-14", EasterMonday),
    ("2031-05-01", MayDay),
    ("2031-05-22", Ascension),
    ("2031-06-01", Pentecost),
    ("2031-06-20", MidsummerEve),
    ("2031-06-21", MidsummerDay),
    ("2031-11-01", AllSaints),
    ("2031-12-06", IndependenceDay),
    ("2031-12-24", ChristmasEve),
    ("2031-12-25", ChristmasDay),
    ("2031-12-26", StStephens),
    ("2032-01-01", NewYear),
    ("2032-01-06", Epiphany),
    ("2032-03-26", GoodFriday),
    ("2032-03-28", EasterSunday),
    ("2032-03-29", EasterMonday),
    ("2032-05-01", MayDay),
    ("2032-05-06", Ascension),
    ("2032-05-16", Pentecost),
    ("2032-06-25", MidsummerEve),
    ("2032-06-26", MidsummerDay),
    ("2032-11-06", AllSaints),
    ("2032-12-06", IndependenceDay),
    ("2032-12-24", ChristmasEve),
    ("2032-12-25", ChristmasDay),
    ("2032-12-26", StStephens),
];

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_day_of_nine_years_is_a_holiday_just_when_the_table_says_so() {
    let table: std::collections::BTreeMap<Date, Holiday> =
        HOLIDAYS_2024_TO_2032.iter().map(|(text, holiday)| (day(text), *holiday)).collect();
    assert_eq!(table.len(), HOLIDAYS_2024_TO_2032.len());
    let mut today = date(2024, 1, 1);
    let mut days = 0;
    while today.year() <= 2032 {
        assert_eq!(public_holiday(today), table.get(&today).copied(), "on {today}");
        today = today.tomorrow().unwrap();
        days += 1;
    }
    assert_eq!(days, 9 * 365 + 3);
}

#[test]
fn easter_is_right_at_its_extremes_and_known_years() {
    for text in [
        "1818-03-22",
        "1943-04-25",
        "1954-04-18",
        "1981-04-19",
        "2000-04-23",
        "2008-03-23",
        "2019-04-21",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
        "2285-03-22",
    ] {
        let easter = day(text);
        assert_eq!(easter_sunday(easter.year()), Some(easter));
    }
    assert_eq!(easter_sunday(0), None);
    assert_eq!(public_holiday(date(-1, 4, 10)), None);
}

#[test]
fn a_holiday_with_a_fixed_date_wins_over_ascension() {
    assert_eq!(public_holiday(date(2008, 5, 1)), Some(MayDay));
}

#[test]
fn working_days_are_weekdays_that_are_neither_holiday_nor_closure() {
    let calendar = Calendar::new(BTreeSet::from([date(2026, 11, 25), date(2026, 11, 28)]));
    assert!(calendar.is_working_day(date(2026, 11, 24)));
    assert!(!calendar.is_working_day(date(2026, 11, 25)), "closure");
    assert!(!calendar.is_working_day(date(2026, 11, 28)), "Saturday");
    assert!(!calendar.is_working_day(date(2026, 11, 29)), "Sunday");
    assert!(!calendar.is_working_day(date(2026, 12, 24)), "Christmas Eve, a Thursday");
    assert!(!calendar.is_working_day(date(2026, 6, 19)), "Midsummer Eve, a Friday");
    assert_eq!(calendar.closures().len(), 2);
}

#[test]
fn adding_goes_round_christmas_and_new_year() {
    let calendar = Calendar::default();
    // 24, 25 and 26 December 2026 are Thursday to Saturday, 1 January a Friday, 6 January a Wednesday.
    let from = date(2026, 12, 23);
    for (days, expected) in [(1, "2026-12-28"), (4, "2026-12-31"), (5, "2027-01-04"), (7, "2027-01-07")] {
        assert_eq!(calendar.add_working_days(from, days), Ok(day(expected)));
    }
}

#[test]
fn zero_days_give_the_first_working_day_not_before() {
    let calendar = Calendar::default();
    let friday = date(2026, 11, 20);
    let saturday = date(2026, 11, 21);
    let monday = date(2026, 11, 23);
    assert_eq!(calendar.add_working_days(friday, 0), Ok(friday));
    assert_eq!(calendar.add_working_days(saturday, 0), Ok(monday));
    assert_eq!(calendar.add_working_days(saturday, 1), Ok(monday));
}

#[test]
fn a_calendar_that_is_always_closed_is_an_error_and_not_a_loop() {
    let from = date(2026, 1, 1);
    let closed: BTreeSet<Date> = from.series(1.day()).take(4_000).collect();
    let calendar = Calendar::new(closed);
    let error = Err(CalendarError::TooFar { from });
    assert_eq!(calendar.add_working_days(from, 0), error);
    assert_eq!(calendar.add_working_days(from, 1), error);
    assert_eq!(calendar.add_working_days(from, u16::MAX), error);
    assert_eq!(Calendar::default().add_working_days(Date::MAX, 1), Err(CalendarError::TooFar { from: Date::MAX }));
}

#[test]
fn days_between_stop_at_ten_years() {
    let calendar = Calendar::default();
    let from = date(2026, 1, 1);
    let last = from.saturating_add(FARTHEST_DAYS_AHEAD.days());
    assert!(calendar.working_days_between(from, last).unwrap() > 2_400);
    assert_eq!(calendar.working_days_between(from, last.tomorrow().unwrap()), Err(CalendarError::TooFar { from }));
    assert_eq!(calendar.working_days_between(last, from), Ok(0));
    assert_eq!(calendar.working_days_between(from, from), Ok(0));
}

#[test]
fn the_local_date_changes_at_midnight_in_helsinki_summer_and_winter() {
    assert_eq!(local_date(instant("2026-11-20T21:59:59Z")), date(2026, 11, 20));
    assert_eq!(local_date(instant("2026-11-20T22:00:00Z")), date(2026, 11, 21));
    assert_eq!(local_date(instant("2026-06-20T20:59:59Z")), date(2026, 6, 20));
    assert_eq!(local_date(instant("2026-06-20T21:00:00Z")), date(2026, 6, 21));
}

#[test]
fn a_deadline_is_broken_after_the_closing_hour_of_its_day() {
    let deadline = date(2026, 11, 24);
    for (now, broken) in [
        ("2026-11-23T21:00:00Z", false),
        ("2026-11-24T13:59:59.999Z", false),
        ("2026-11-24T14:00:00Z", false),
        ("2026-11-24T14:00:00.000001Z", true),
        ("2026-11-24T21:59:59Z", true),
        ("2026-11-24T22:00:00Z", true),
        ("2026-12-01T00:00:00Z", true),
    ] {
        assert_eq!(is_broken(deadline, instant(now), 16), broken, "at {now}");
    }
    // Summer time: 16:00 is 13:00 UTC.
    assert!(!is_broken(date(2026, 7, 1), instant("2026-07-01T13:00:00Z"), 16));
    assert!(is_broken(date(2026, 7, 1), instant("2026-07-01T13:00:01Z"), 16));
    // An hour of 24 or more means midnight.
    assert!(!is_broken(deadline, instant("2026-11-24T21:59:59Z"), 24));
    assert!(!is_broken(deadline, instant("2026-11-24T21:59:59Z"), u8::MAX));
    assert!(is_broken(deadline, instant("2026-11-24T22:00:00Z"), 24));
}

#[test]
fn weeks_begin_on_monday_and_belong_to_their_thursday() {
    for text in ["2026-12-28", "2026-12-31", "2027-01-01", "2027-01-03"] {
        assert_eq!(monday_of(day(text)), date(2026, 12, 28));
        assert_eq!(thursday_of_week(day(text)), date(2026, 12, 31));
    }
    assert_eq!(monday_of(date(2027, 1, 4)), date(2027, 1, 4));
    // The ends of the calendar do not overflow.
    assert!(monday_of(Date::MIN) <= Date::MIN.saturating_add(1.day()));
    assert!(thursday_of_week(Date::MAX) <= Date::MAX);
}

prop_compose! {
    fn any_day()(offset in 0..12_000_i32) -> Date {
        date(2000, 1, 1).saturating_add(offset.days())
    }
}

prop_compose! {
    fn any_calendar()(
        closures in prop::collection::btree_set(any_day(), 0..400),
        // Besides scattered days, a whole month that is closed.
        (start, length) in (any_day(), 0..31_usize),
    ) -> Calendar {
        Calendar::new(closures.into_iter().chain(start.series(1.day()).take(length)).collect())
    }
}

proptest! {
    #[test]
    fn the_answer_is_a_working_day_and_counting_back_gives_the_same(
        calendar in any_calendar(),
        from in any_day(),
        days in 1..=250_u16,
    ) {
        let due = calendar.add_working_days(from, days).unwrap();
        prop_assert!(due > from);
        prop_assert!(calendar.is_working_day(due));
        prop_assert!(!matches!(due.weekday(), Weekday::Saturday | Weekday::Sunday));
        prop_assert_eq!(public_holiday(due), None);
        prop_assert!(!calendar.closures().contains(&due));
        prop_assert_eq!(calendar.working_days_between(from, due), Ok(days));
    }

    #[test]
    fn a_later_day_or_a_longer_term_is_never_due_earlier(
        calendar in any_calendar(),
        from in any_day(),
        later in 0..60_i32,
        days in 0..250_u16,
    ) {
        let due = calendar.add_working_days(from, days).unwrap();
        let received_later = from.saturating_add(later.days());
        prop_assert!(calendar.add_working_days(received_later, days).unwrap() >= due);
        let longer = calendar.add_working_days(from, days + 1).unwrap();
        prop_assert!(longer >= due);
        // Day 0 and day 1 are the same day only when `from` is a closed day.
        prop_assert!(longer > due || (days == 0 && !calendar.is_working_day(from)));
    }

    #[test]
    fn counts_add_up_over_a_day_between(
        calendar in any_calendar(),
        from in any_day(),
        first in 0..500_i32,
        second in 0..500_i32,
    ) {
        let middle = from.saturating_add(first.days());
        let last = middle.saturating_add(second.days());
        let whole = calendar.working_days_between(from, last).unwrap();
        let parts = calendar.working_days_between(from, middle).unwrap()
            + calendar.working_days_between(middle, last).unwrap();
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn monday_and_thursday_are_what_they_say(day in any_day()) {
        let monday = monday_of(day);
        prop_assert_eq!(monday.weekday(), Weekday::Monday);
        prop_assert!(monday <= day && day < monday.saturating_add(7.days()));
        let thursday = thursday_of_week(day);
        prop_assert_eq!(thursday.weekday(), Weekday::Thursday);
        prop_assert_eq!(thursday.iso_week_date().week(), day.iso_week_date().week());
        prop_assert_eq!(thursday.year(), day.iso_week_date().year());
    }
}

#[test]
fn closures_that_leave_too_few_working_days_are_known_from_whichever_day() {
    let weekdays = |from: Date, count: usize| -> BTreeSet<Date> {
        from.series(1.day()).filter(|day| !is_weekend(*day)).take(count).collect()
    };
    assert!(Calendar::default().leaves_enough_working_days());
    assert!(Calendar::new(weekdays(date(2026, 11, 23), 2_000)).leaves_enough_working_days());
    // Ten years of weekdays, beginning on a Monday, far in the future or in several parts.
    for from in [date(2026, 11, 23), date(2040, 1, 2)] {
        assert!(!Calendar::new(weekdays(from, 2_600)).leaves_enough_working_days(), "{from}");
    }
    let mut parts = weekdays(date(2026, 1, 5), 200);
    parts.extend(weekdays(date(2030, 1, 7), 2_400));
    assert!(!Calendar::new(parts).leaves_enough_working_days());
}
