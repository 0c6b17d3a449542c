//! The dates of codes, in every spelling.

use super::super::characters::Kind;
use super::view::{Layout, Separator, View};

/// Digits of the date, DDMMYY.
pub(super) const DATE_DIGITS: usize = 6;

/// The order and width of a date's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// DDMMYY, as in a code.
    AsInCode,
    /// The year last, in four digits.
    FullYear,
    /// The same with a day or month of one digit: 3.12.2021. Common in dates, rare in codes.
    FullYearUnpadded,
    /// The year first, in four digits.
    FullYearFirst,
    /// Rare: two digits of the year first, a day of one digit, a 0 too many or too few, a month in words.
    Odd,
    /// With marks anywhere.
    Loose,
}

#[derive(Debug)]
pub(super) struct Date {
    /// DDMMYY, in whatever order they are written.
    pub(super) digits: [u8; DATE_DIGITS],
    pub(super) order: Order,
    pub(super) layout: Layout,
    /// Has letters that seldom mean a digit.
    pub(super) is_unsure: bool,
    /// The index of the item that follows.
    pub(super) next: usize,
}

impl Date {
    fn new(
        day: u32,
        month: u32,
        year: u32,
        order: Order,
        layout: Layout,
        is_unsure: bool,
        next: usize,
    ) -> Option<Self> {
        let days_in_month = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            // 29 February exists in every fourth year: for 00 the sign may say 2000.
            2 if year.is_multiple_of(4) => 29,
            2 => 28,
            _ => 0,
        };
        if !(1..=days_in_month).contains(&day) {
            return None;
        }
        let pairs = [day, month, year % 100].map(|value| [value / 10 % 10, value % 10]);
        let mut digits = [0; DATE_DIGITS];
        for (digit, value) in digits.iter_mut().zip(pairs.iter().flatten()) {
            *digit = u8::try_from(*value).ok()?;
        }
        Some(Self { digits, order, layout, is_unsure, next })
    }

    /// All spellings; the ones that take the most come first.
    pub(super) const SPELLINGS: [fn(&View<'_>, usize) -> Option<Self>; 9] = [
        Self::in_fields,
        Self::with_full_year,
        Self::in_digits,
        Self::year_first,
        Self::with_month_in_words,
        Self::with_a_zero_too_many,
        Self::with_a_zero_too_few,
        Self::with_marks_anywhere,
        Self::in_words,
    ];

    /// 13.10.52, 3/9/1978, 1952-10-13, 13 10 1952; 52-10-13 where that is no DD-MM-YY.
    pub(super) fn in_fields(view: &View<'_>, start: usize) -> Option<Self> {
        let (first, first_width) = view.field_of(start, &[4, 2, 1])?;
        let (separator, at) = view.separator(first.next);
        let (second, second_width) = view.field_of(at, &[2, 1])?;
        let (again, at) = view.separator(second.next);
        if again != separator {
            return None;
        }
        let is_year_first = first_width == 4;
        let (third, third_width) = view.field_of(at, if is_year_first { &[2, 1] } else { &[4, 2] })?;
        let is_short = [first_width, second_width, third_width].contains(&1);
        let is_wide = is_year_first || third_width == 4;
        let layout = match separator {
            Separator::Mark(mark) => Layout::Marked(mark),
            // Numbers in a row are a date only with a full year and no field of one digit.
            Separator::Space if is_wide && !is_short => Layout::Fields,
            _ => return None,
        };
        let (day, year) = if is_year_first { (&third, &first) } else { (&first, &third) };
        if is_wide && !is_year(year.value) {
            return None;
        }
        let order = match (is_year_first, is_wide, is_short) {
            (true, _, _) => Order::FullYearFirst,
            (false, true, true) => Order::FullYearUnpadded,
            (false, true, false) => Order::FullYear,
            (false, false, false) => Order::AsInCode,
            (false, false, true) => Order::Odd,
        };
        let is_unsure = first.is_unsure || second.is_unsure || third.is_unsure;
        let date = Self::new(day.value, second.value, year.value, order, layout, is_unsure, third.next);
        let is_two_digits_each = order == Order::AsInCode;
        date.or_else(|| {
            let year_first =
                || Self::new(third.value, second.value, first.value, Order::Odd, layout, is_unsure, third.next);
            is_two_digits_each.then(year_first).flatten()
        })
    }

    /// DDMMYYYY or YYYYMMDD.
    pub(super) fn with_full_year(view: &View<'_>, start: usize) -> Option<Self> {
        let (first, second) = (digits_together::<4>(view, start)?, digits_together::<4>(view, start + 4)?);
        let is_unsure = first.1 || second.1;
        let (first, second) = (first.0, second.0);
        let next = start + 8;
        let day_first = |order| Self::new(first / 100, first % 100, second, order, Layout::Together, is_unsure, next);
        let year_first = |order| Self::new(second % 100, second / 100, first, order, Layout::Together, is_unsure, next);
        let behind = if is_year(second) { day_first(Order::FullYear) } else { None };
        behind.or_else(|| if is_year(first) { year_first(Order::FullYearFirst) } else { None })
    }

    /// DDMMYY with spaces between any two digits, and points after day and month.
    pub(super) fn in_digits(view: &View<'_>, start: usize) -> Option<Self> {
        let (digits, layout, is_unsure, next) = spaced_digits(view, start)?;
        Self::new(digits[0], digits[1], digits[2], Order::AsInCode, layout, is_unsure, next)
    }

    /// YYMMDD, where that is no DDMMYY.
    fn year_first(view: &View<'_>, start: usize) -> Option<Self> {
        let (digits, layout, is_unsure, next) = spaced_digits(view, start)?;
        if Self::new(digits[0], digits[1], digits[2], Order::Odd, layout, is_unsure, next).is_some() {
            return None;
        }
        Self::new(digits[2], digits[1], digits[0], Order::Odd, layout, is_unsure, next)
    }

    /// 13. lokakuuta 1952, den 13 oktober 1952, 13th of October 1952.
    pub(super) fn with_month_in_words(view: &View<'_>, start: usize) -> Option<Self> {
        let (day, _) = view.field_of(start, &[2, 1])?;
        let mut at = view.after_gap(day.next);
        let month = loop {
            let (word, next) = view.word(at)?;
            at = view.after_gap(next);
            match word.month() {
                Some(month) => break month,
                None if word.joins_day_and_month() => {}
                None => return None,
            }
        };
        let (year, width) = view.field_of(at, &[4, 2])?;
        if width == 4 && !is_year(year.value) {
            return None;
        }
        Self::new(day.value, u32::from(month), year.value, Order::Odd, Layout::Loose, false, year.next)
    }

    /// 0131052.
    fn with_a_zero_too_many(view: &View<'_>, start: usize) -> Option<Self> {
        let zero = view.digit(start).filter(|digit| digit.value == 0 && !digit.is_unsure)?;
        let (day_and_month, year) = (digits_together::<4>(view, start + 1)?, view.field(start + 5, 2)?);
        let (day, month) = (day_and_month.0 / 100, day_and_month.0 % 100);
        let is_unsure = zero.is_unsure || day_and_month.1 || year.is_unsure;
        Self::new(day, month, year.value, Order::Odd, Layout::Together, is_unsure, year.next)
    }

    /// 10594.
    fn with_a_zero_too_few(view: &View<'_>, start: usize) -> Option<Self> {
        let digits = view.field(start, 5).filter(|field| !field.is_unsure)?;
        let (day, month, year) = (digits.value / 10_000, digits.value / 100 % 100, digits.value % 100);
        Self::new(day, month, year, Order::Odd, Layout::Together, false, digits.next)
    }

    /// 1-3-1-0-5-2, 131-052, 13-1052.
    fn with_marks_anywhere(view: &View<'_>, start: usize) -> Option<Self> {
        let mut pairs = [0; 3];
        let mut at = start;
        let mut is_unsure = false;
        for place in 0..DATE_DIGITS {
            if place > 0 {
                at = view.separator(at).1;
            }
            let digit = view.digit(at)?;
            pairs[place / 2] = pairs[place / 2] * 10 + u32::from(digit.value);
            is_unsure |= digit.is_unsure;
            at += 1;
        }
        Self::new(pairs[0], pairs[1], pairs[2], Order::Loose, Layout::Loose, is_unsure, at)
    }

    /// In words, with a year of two or four digits.
    fn in_words(view: &View<'_>, start: usize) -> Option<Self> {
        let (first, _) = view.word(start)?;
        first.number()?;
        let read = |wanted| {
            let (digits, next) = view.word_digits(start, wanted)?;
            let pair = |place: usize| u32::from(digits[place]) * 10 + u32::from(digits[place + 1]);
            let year = if wanted == DATE_DIGITS { pair(4) } else { pair(4) * 100 + pair(6) };
            let is_date = wanted == DATE_DIGITS || is_year(year);
            is_date.then(|| Self::new(pair(0), pair(2), year, Order::AsInCode, Layout::Words, false, next)).flatten()
        };
        read(DATE_DIGITS + 2).or_else(|| read(DATE_DIGITS))
    }
}

/// Birth years of people who can have a code, with a margin.
fn is_year(year: u32) -> bool {
    (1800..2100).contains(&year)
}

/// Adjacent digits as a number, and whether one of them is unsure.
fn digits_together<const COUNT: usize>(view: &View<'_>, start: usize) -> Option<(u32, bool)> {
    (start..start + COUNT).try_fold((0, false), |(number, is_unsure), at| {
        let digit = view.digit(at)?;
        Some((number * 10 + u32::from(digit.value), is_unsure || digit.is_unsure))
    })
}

/// Three pairs of digits with spaces anywhere and points after day and month.
fn spaced_digits(view: &View<'_>, start: usize) -> Option<([u32; 3], Layout, bool, usize)> {
    let mut pairs = [0; 3];
    let mut at = start;
    let mut gaps = [false; DATE_DIGITS];
    let mut has_points = false;
    let mut is_unsure = false;
    for (index, has_gap) in gaps.iter_mut().enumerate() {
        let before_gap = at;
        if index > 0 {
            at = view.after_space(at);
        }
        if matches!(index, 2 | 4) && view.kind(at) == Some(Kind::Other('.')) {
            has_points = true;
            at = view.after_space(at + 1);
        }
        *has_gap = at > before_gap;
        let digit = view.digit(at)?;
        pairs[index / 2] = pairs[index / 2] * 10 + u32::from(digit.value);
        is_unsure |= digit.is_unsure;
        at += 1;
    }
    let layout = match gaps {
        _ if has_points => Layout::Loose,
        [_, false, false, false, false, false] => Layout::Together,
        [_, false, true, false, true, false] => Layout::Fields,
        [_, true, true, true, true, true] => Layout::Apart,
        _ => Layout::Loose,
    };
    Some((pairs, layout, is_unsure, at))
}
