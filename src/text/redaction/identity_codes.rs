//! Finds personal identity codes, however they are spelled.
//!
//! The text is read as items ([`super::characters`]), words of which are known ([`super::words`]). A code is
//!
//! ```text
//! code      = date join number | "(" date ")" join number
//! date      = DDMMYY, any two digits apart by spaces, or its fields by points
//!           | field separator field separator field       13.10.52, 3/9/1978, 1952-10-13, 13 10 1952
//!           | DDMMYYYY | YYYYMMDD | YYMMDD
//!           | DDMMYY with a 0 too many or too few          0131052, 10594
//!           | DD month YYYY                                13. lokakuuta 1952, den 13 oktober 1952
//!           | digits each apart by the same separator      1-3-1-0-5-2
//!           | words                                        yksi kolme yksi nolla viisi kaksi, thirteen ten fifty-two
//! separator = space | [space] mark [space]                 the same one twice
//! join      = sign | mark | space | nothing | words
//! sign      = any of: dash, plus, soft hyphen, letter in use since 2023, "viiva", "streck", "iso A", "A niinku Aarne";
//!             with spaces, brackets, markup and other marks around it
//! mark      = any other marks or their names, names of sign letters    131052/308T, 131052(308T), 131052 aa 308T
//! words     = a few words, such as "loppu", "sista fyra", "last four are"
//! number    = NNN check, apart by spaces; after a sign also by a mark before the check symbol; or in words
//! ```
//!
//! Digits may be letters that look like them (`131O52`). Which candidates are codes, [`Candidate::is_code`] says.

use std::ops::Range;

use super::characters::{Item, Kind, any_digit, closing_bracket, code_items, folded_letter, is_invisible};
use super::words::{Number, Word};

/// The letters in use as century signs since 2023 besides `+` and `-` (Digital and Population Data Services Agency).
const SIGN_LETTERS: &str = "YXWVUABCDEF";
/// The check symbol is the one at DDMMYYNNN modulo 31.
pub(super) const CHECK_SYMBOLS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
/// Digits of the date, DDMMYY.
const DATE_DIGITS: usize = 6;
/// Digits of the individual number, NNN.
const NUMBER_DIGITS: usize = 3;

/// Items that a candidate may reach: the longest is one that is spelled out in words.
const REACH: usize = 256;
/// Items before a candidate that are searched for words that announce it.
const LOOK_BACK: usize = 160;
/// How many words may stand between such a word and the code ("hetuni on, jos oikein muistan, …").
const WORDS_AFTER_ANNOUNCING: usize = 5;
/// The same for a code that is written as mobile phone numbers are ("hetuni on 040 506 1237").
const WORDS_AFTER_ANNOUNCING_PHONE: usize = 1;
/// Marks in one gap at most. A run of the same mark counts once.
const MARKS_MAX: usize = 4;
/// Words that lead to the sign at most ("ja sitten iso A").
const SIGN_WORDS_MAX: usize = 4;
/// Words between a letter and the word that it begins at most ("A niin kuin Aarne", "A as in Adam").
const COMPARING_WORDS_MAX: usize = 2;
/// Words between a date and the word for the tail at most, and as many between that word and the tail.
const TAIL_WORDS_MAX: usize = 4;
/// Letters in place of digits that stand together at most.
const LOOK_ALIKES_MAX: usize = 3;

/// The byte ranges of all codes in a text, in order.
///
/// The search is a rewriting to its end: each code is replaced by a note among the items, and where the note has changed
/// what stands next to something, the search goes back as far as a candidate reaches. So at the end no candidate in the
/// text with its notes is a code, which is why redacting again changes nothing.
///
/// Time: each item is tried a constant number of times, each try looks at no more than [`REACH`] items ahead and
/// [`LOOK_BACK`] back, and each code (of at least one item) costs going back over [`REACH`] items. So it is linear in the
/// text's length.
pub(super) fn identity_codes(text: &str) -> Vec<Range<usize>> {
    if !may_hold_code(text) {
        return Vec::new();
    }
    // Both are stacks: the next item is the last of `after`.
    let mut after = code_items(text);
    after.reverse();
    let mut before: Vec<Item> = Vec::with_capacity(after.len());
    let mut codes: Vec<Range<usize>> = Vec::new();
    while let Some(item) = after.last().copied() {
        let Some(length) = code_length(&before, &after) else {
            before.push(item);
            after.pop();
            continue;
        };
        let left = after.len().saturating_sub(length);
        let end = after.get(left).map_or(item.end, |last| last.end);
        after.truncate(left);
        after.push(Item { kind: Kind::Note, end, ..item });
        codes.push(item.start..end);
        let back = before.len().saturating_sub(REACH);
        after.extend(before.drain(back..).rev());
    }
    codes.sort_by_key(|code| code.start);
    codes
}

/// Whether there are enough digits or number words for a code's date; most texts have not.
fn may_hold_code(text: &str) -> bool {
    let is_enough = |count: usize| count >= DATE_DIGITS;
    let digits = text.chars().filter(|character| any_digit(*character).is_some()).take(DATE_DIGITS).count();
    if is_enough(digits) {
        return true;
    }
    let mut numbers = digits;
    let mut word = Word::EMPTY;
    for character in text.chars().chain([' ']) {
        if character.is_alphabetic() {
            word.push(folded_letter(character));
        } else if !is_invisible(character) {
            numbers += usize::from(word.number().is_some());
            word = Word::EMPTY;
        }
    }
    is_enough(numbers)
}

/// The word of the letters from here on, and the index after it.
fn word_in(items: &[Item], start: usize) -> (Word, usize) {
    let mut word = Word::EMPTY;
    let mut at = start;
    while let Some(Kind::Letter(letter)) = items.get(at).map(|item| item.kind) {
        word.push(letter);
        at += 1;
    }
    (word, at)
}

/// How many items the code has that begins with the next item, if one does.
fn code_length(before: &[Item], after: &[Item]) -> Option<usize> {
    let previous = before.last();
    let view = View { reversed: &after[after.len().saturating_sub(REACH)..] };
    let may_begin = match view.kind(0)? {
        Kind::Digit(_) => previous.is_none_or(|item| item.digit().is_none()),
        Kind::Letter(_) => {
            let says_number = || view.word(0).is_some_and(|(word, _)| word.number().is_some());
            previous.is_none_or(|item| !item.is_word()) && (view.digit(0).is_some() || says_number())
        }
        Kind::Other(mark) => closing_bracket(mark).is_some(),
        _ => false,
    };
    if !may_begin {
        return None;
    }
    let is_glued = previous.is_some_and(Item::is_word);
    let mut context = None;
    Candidate::all(&view).find_map(|candidate| {
        let context = *context.get_or_insert_with(|| Context::behind(before));
        (candidate.is_code(context) && candidate.may_be_glued(is_glued, context)).then_some(candidate.end)
    })
}

// ---- What stands before ----

/// What the words before a candidate say about it.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    /// How many words ago a code was announced, unless a phone number was since.
    announced: Option<usize>,
    /// A comma or the end of a sentence stands between the last word and the candidate.
    is_new_clause: bool,
    /// A day of birth was announced.
    birth: bool,
    /// The last symbols of a code were announced.
    tail: bool,
    /// A phone number was announced, and no code since.
    phone: bool,
}

impl Context {
    /// What the items before a candidate say, the last of which is next to it. A number or note counts as one word.
    fn behind(before: &[Item]) -> Self {
        let mut context = Self::default();
        let mut end = before.len();
        let nearest = end.saturating_sub(LOOK_BACK);
        let mut words = 0;
        let mut later: Option<Word> = None;
        // One more, for words that announce only together with the one before.
        while words <= WORDS_AFTER_ANNOUNCING + 1 && end > nearest {
            let run = match before[end - 1].kind {
                Kind::Letter(_) => run_before(before, end, nearest, |kind| matches!(kind, Kind::Letter(_))),
                Kind::Digit(_) => run_before(before, end, nearest, |kind| matches!(kind, Kind::Digit(_))),
                Kind::Note => 1,
                mark => {
                    context.is_new_clause |= words == 0 && matches!(mark, Kind::Other(',' | ';' | '.' | '!' | '?'));
                    end -= 1;
                    continue;
                }
            };
            let start = end - run;
            let word = match before[start].kind {
                // A word that is cut could be anything.
                Kind::Letter(_) if start > nearest || start == 0 => Some(word_in(&before[..end], start).0),
                _ => None,
            };
            let together = word.zip(later).is_some_and(|(word, later)| later.announces_code_behind(&word));
            if together && !context.phone {
                context.announced = Some(words - 1);
                break;
            }
            if let Some(word) = word.filter(|_| words <= WORDS_AFTER_ANNOUNCING) {
                if word.announces_code() {
                    context.announced = Some(words).filter(|_| !context.phone);
                    break;
                }
                context.birth |= word.announces_birth();
                context.tail |= word.names_tail();
                context.phone |= word.announces_phone();
            }
            later = word;
            words += 1;
            end = start;
        }
        context
    }
}

/// How many items of this kind stand before `end`.
fn run_before(items: &[Item], end: usize, nearest: usize, belongs: impl Fn(Kind) -> bool) -> usize {
    items[nearest..end].iter().rev().take_while(|item| belongs(item.kind)).count()
}

// ---- What a candidate is read from ----

/// The next items, as far as a candidate may reach. The first of them is the last of the slice.
struct View<'a> {
    reversed: &'a [Item],
}

/// A digit, or a letter that is typed or read for one.
#[derive(Clone, Copy)]
struct DigitRead {
    value: u8,
    /// A letter that seldom means a digit.
    is_unsure: bool,
}

/// What stands between the fields of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Nothing,
    Space,
    /// A dash or other mark, with spaces or without.
    Mark(Kind),
}

impl View<'_> {
    fn get(&self, at: usize) -> Option<&Item> {
        self.reversed.len().checked_sub(at + 1).and_then(|index| self.reversed.get(index))
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.get(at).map(|item| item.kind)
    }

    fn is_word(&self, at: usize) -> bool {
        self.get(at).is_some_and(Item::is_word)
    }

    fn is_letter(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Letter(_)))
    }

    fn is_plain_digit(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Digit(_)))
    }

    /// The word of the letters from here on, and where it ends.
    fn word(&self, start: usize) -> Option<(Word, usize)> {
        let mut word = Word::EMPTY;
        let mut at = start;
        while let Some(Kind::Letter(letter)) = self.kind(at) {
            word.push(letter);
            at += 1;
        }
        (at > start).then_some((word, at))
    }

    fn digit(&self, at: usize) -> Option<DigitRead> {
        let (value, is_unsure) = match self.kind(at)? {
            Kind::Digit(digit) => return Some(DigitRead { value: digit, is_unsure: false }),
            Kind::Letter('O') => (0, false),
            Kind::Letter('I' | 'L') => (1, false),
            Kind::Letter('Z') => (2, true),
            Kind::Letter('S') => (5, true),
            Kind::Letter('G') => (6, true),
            Kind::Letter('B') => (8, true),
            _ => return None,
        };
        // "131O52" has a digit that is a letter; "ei 1052" has none.
        let looks_like_digit =
            |at: &usize| matches!(self.kind(*at), Some(Kind::Letter('O' | 'I' | 'L' | 'Z' | 'S' | 'G' | 'B')));
        let left = (0..at).rev().take(LOOK_ALIKES_MAX).find(|at| !looks_like_digit(at));
        let right = (at + 1..).take(LOOK_ALIKES_MAX).find(|at| !looks_like_digit(at));
        let touches_digit = [left, right].into_iter().flatten().any(|at| self.is_plain_digit(at));
        touches_digit.then_some(DigitRead { value, is_unsure })
    }

    /// So many digits that stand together, and that end there.
    fn field(&self, start: usize, width: usize) -> Option<Field> {
        let mut field = Field { value: 0, is_unsure: false, next: start + width };
        for at in start..start + width {
            let digit = self.digit(at)?;
            field.value = field.value * 10 + u32::from(digit.value);
            field.is_unsure |= digit.is_unsure;
        }
        (!self.is_plain_digit(field.next)).then_some(field)
    }

    fn field_of(&self, start: usize, widths: &[usize]) -> Option<(Field, usize)> {
        widths.iter().find_map(|width| self.field(start, *width).map(|field| (field, *width)))
    }

    fn after_space(&self, at: usize) -> usize {
        at + usize::from(self.kind(at) == Some(Kind::Space))
    }

    /// The separator here, and where it ends.
    fn separator(&self, start: usize) -> (Separator, usize) {
        let at = self.after_space(start);
        match self.kind(at) {
            Some(mark @ (Kind::Dash | Kind::Other(_))) if !is_bracket(mark) => {
                (Separator::Mark(mark), self.after_space(at + 1))
            }
            _ if at > start => (Separator::Space, at),
            _ => (Separator::Nothing, at),
        }
    }

    /// Goes over spaces and at most [`MARKS_MAX`] marks.
    fn after_gap(&self, start: usize) -> usize {
        let mut at = start;
        let mut marks = 0;
        while let Some(kind) = self.kind(at) {
            match kind {
                Kind::Space => {}
                Kind::Dash | Kind::Other(_) if marks < MARKS_MAX => marks += 1,
                _ => break,
            }
            at += 1;
        }
        at
    }

    /// So many digits in words, and where they end.
    fn word_digits(&self, start: usize, wanted: usize) -> Option<(Vec<u8>, usize)> {
        let mut digits = Vec::with_capacity(wanted);
        let mut at = start;
        while digits.len() < wanted {
            let (word, next) = self.word(if digits.is_empty() { at } else { self.after_gap(at) })?;
            at = next;
            match word.number()? {
                Number::Unit(unit) => digits.push(unit),
                Number::Whole(whole) => digits.extend([whole / 10, whole % 10]),
                Number::Ten(ten) => {
                    let unit = self.word(self.after_gap(at)).and_then(|(word, next)| match word.number() {
                        Some(Number::Unit(unit)) if unit > 0 => Some((unit, next)),
                        _ => None,
                    });
                    let (unit, next) = unit.unwrap_or((0, at));
                    at = next;
                    digits.extend([ten / 10, unit]);
                }
            }
        }
        (digits.len() == wanted).then_some((digits, at))
    }

    /// Goes over "niinku Aarne" behind an A, if that stands here.
    fn after_comparison(&self, start: usize, letter: char) -> usize {
        let mut at = start;
        for _ in 0..COMPARING_WORDS_MAX {
            let Some((word, next)) = self.word(self.after_space(at)) else { return start };
            if !word.compares_letter() {
                break;
            }
            at = next;
        }
        match self.word(self.after_space(at)) {
            Some((word, next)) if at > start && word.is_name_of(letter) => next,
            _ => start,
        }
    }
}

fn is_bracket(kind: Kind) -> bool {
    matches!(kind, Kind::Other('(' | ')' | '[' | ']' | '{' | '}'))
}

struct Field {
    value: u32,
    is_unsure: bool,
    next: usize,
}

// ---- Dates ----

/// How the digits of a date or number stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// All together.
    Together,
    /// Its fields apart by spaces.
    Fields,
    /// Its fields apart by marks.
    Marked(Kind),
    /// Each digit apart by spaces.
    Apart,
    /// In words.
    Words,
    /// Spaces elsewhere.
    Loose,
}

/// The order and width of a date's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// DDMMYY, as in a code.
    AsInCode,
    /// The year in four digits, behind.
    FullYear,
    /// The year in four digits, first.
    FullYearFirst,
    /// As few write it: two digits of the year first, a day of one digit, a 0 too many or too few, a month in words.
    Odd,
    /// With marks anywhere.
    Loose,
}

#[derive(Debug)]
struct Date {
    digits: [u8; DATE_DIGITS],
    order: Order,
    layout: Layout,
    is_unsure: bool,
    next: usize,
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

    /// In every spelling, the one first that takes the most.
    const SPELLINGS: [fn(&View<'_>, usize) -> Option<Self>; 9] = [
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

    /// 13.10.52, 3/9/1978, 1952-10-13, 13 10 1952.
    fn in_fields(view: &View<'_>, start: usize) -> Option<Self> {
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
            // Numbers in a row are a date only where they look like one.
            Separator::Space if is_wide && !is_short => Layout::Fields,
            _ => return None,
        };
        let (day, year) = if is_year_first { (&third, &first) } else { (&first, &third) };
        if is_wide && !is_year(year.value) {
            return None;
        }
        let order = match (is_year_first, is_wide, is_short) {
            (true, _, _) => Order::FullYearFirst,
            (false, true, _) => Order::FullYear,
            (false, false, false) => Order::AsInCode,
            _ => Order::Odd,
        };
        let is_unsure = first.is_unsure || second.is_unsure || third.is_unsure;
        Self::new(day.value, second.value, year.value, order, layout, is_unsure, third.next)
    }

    /// DDMMYYYY or YYYYMMDD.
    fn with_full_year(view: &View<'_>, start: usize) -> Option<Self> {
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
    fn in_digits(view: &View<'_>, start: usize) -> Option<Self> {
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
    fn with_month_in_words(view: &View<'_>, start: usize) -> Option<Self> {
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

/// Years of people who can have a code, with some to spare.
fn is_year(year: u32) -> bool {
    (1800..2100).contains(&year)
}

/// Digits that stand together, as a number, and whether one is unsure.
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

// ---- What joins date and number ----

/// What joins a date and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Sign {
        has_space: bool,
    },
    /// Marks that are no sign.
    Mark,
    Space,
    Nothing,
    /// Words; those that name a part of a code may be among them.
    Words {
        names_part: bool,
    },
}

impl Join {
    /// What stands here between a date and its number, and where it ends.
    fn at(view: &View<'_>, start: usize) -> Option<(Self, usize)> {
        let mut at = start;
        let (mut has_sign, mut has_letter, mut has_space) = (false, false, false);
        let (mut marks, mut words) = (0, 0);
        while let Some(item) = view.get(at) {
            has_sign |= item.after_soft_hyphen;
            match item.kind {
                Kind::Space => has_space = true,
                Kind::Dash | Kind::Plus => has_sign = true,
                Kind::Other(_) if marks < MARKS_MAX => marks += 1,
                Kind::Letter(letter) => {
                    let (word, next) = view.word(at)?;
                    let is_sign = |letter: char| !has_letter && SIGN_LETTERS.contains(letter);
                    let is_free = at > start;
                    if is_free && word.number().is_some() {
                        break;
                    }
                    let named = word.name_of_sign().filter(|letter| is_free && is_sign(*letter));
                    if let Some(letter) = word.single_letter().filter(|letter| is_sign(*letter)) {
                        has_letter = true;
                        at = view.after_comparison(next, letter);
                    } else if let Some(letter) = named {
                        marks += 1;
                        at = view.after_comparison(next, letter);
                    } else if is_sign(letter) && view.digit(at + 1).is_some() {
                        has_letter = true;
                        at += 1;
                    } else if word.names_mark() {
                        marks += 1;
                        at = next;
                    } else if word.names_sign() {
                        has_sign = true;
                        at = next;
                    } else if word.leads_to_sign() {
                        words += 1;
                        at = next;
                    } else {
                        break;
                    }
                    if words > SIGN_WORDS_MAX {
                        return None;
                    }
                    continue;
                }
                _ => break,
            }
            at += 1;
        }
        // "010100 ja sitten A/1234": the letter belongs to what follows.
        has_sign |= has_letter && (words == 0 || marks == 0);
        let join = match (has_sign, marks > 0, has_space) {
            (true, _, _) => Self::Sign { has_space },
            _ if words > 0 => return None,
            (false, true, _) => Self::Mark,
            (false, false, true) => Self::Space,
            (false, false, false) => Self::Nothing,
        };
        Some((join, at))
    }

    /// What stands behind a date and some words, such as those for the tail: "070368, loppu 9548", "born 23.12.1938, last
    /// four are 943R".
    fn words(view: &View<'_>, start: usize) -> Option<(Self, Tail)> {
        let mut at = start;
        let mut words = 0;
        let mut names_part = false;
        loop {
            let number = match view.kind(at)? {
                Kind::Letter(_) if names_part => Tail::in_words(view, at),
                Kind::Digit(_) => Tail::in_digits(view, at, false).filter(|number| number.layout == Layout::Together),
                _ => None,
            };
            if let Some(number) = number {
                return (words > 0).then_some((Self::Words { names_part }, number));
            }
            match view.kind(at)? {
                Kind::Letter(_) => {
                    let (word, next) = view.word(at)?;
                    at = next;
                    words = if word.names_tail() && !names_part { 1 } else { words + 1 };
                    names_part |= word.names_tail();
                    if words > TAIL_WORDS_MAX {
                        return None;
                    }
                }
                // "the last 4 digits"
                Kind::Digit(_) if names_part => at = view.field(at, 1)?.next,
                Kind::Space | Kind::Dash | Kind::Plus | Kind::Other(_) => at += 1,
                Kind::Digit(_) | Kind::Note => return None,
            }
        }
    }
}

// ---- Individual number and check symbol ----

#[derive(Debug)]
struct Tail {
    digits: [u8; NUMBER_DIGITS],
    check: Kind,
    layout: Layout,
    /// What stands before the check symbol.
    before_check: Separator,
    is_unsure: bool,
    next: usize,
}

impl Tail {
    fn has_digits_only(&self) -> bool {
        matches!(self.check, Kind::Digit(_))
    }

    /// Three digits and a check symbol, apart by spaces, or by marks too.
    fn in_digits(view: &View<'_>, start: usize, with_marks: bool) -> Option<Self> {
        let mut digits = [0; NUMBER_DIGITS];
        let mut at = start;
        let mut gaps = [false; NUMBER_DIGITS];
        let mut is_unsure = false;
        for (index, (digit, has_gap)) in digits.iter_mut().zip(&mut gaps).enumerate() {
            if index > 0 {
                let next = if with_marks { view.separator(at).1 } else { view.after_space(at) };
                *has_gap = next > at;
                at = next;
            }
            let read = view.digit(at)?;
            *digit = read.value;
            is_unsure |= read.is_unsure;
            at += 1;
        }
        let (before_check, check_at) = match view.separator(at) {
            // A note, bracket or the end stands behind.
            (_, next) if !view.is_word(next) => return None,
            // Marks with spaces stand between two things: "10.5.24–150 / 2".
            (Separator::Mark(_), next) if next > at + 1 && !with_marks => return None,
            found => found,
        };
        let has_check_gap = before_check != Separator::Nothing;
        let layout = match (gaps, has_check_gap) {
            ([_, false, false], false) => Layout::Together,
            ([_, false, false], true) => Layout::Fields,
            ([_, true, true], true) => Layout::Apart,
            _ => Layout::Loose,
        };
        let (check, next) = Self::check(view, check_at, has_check_gap)?;
        // The word "tee" is seldom a T.
        is_unsure |= has_check_gap && view.is_letter(check_at) && view.is_letter(check_at + 1);
        Some(Self { digits, check, layout, before_check, is_unsure, next })
    }

    /// The check symbol; the word "koo" for a K only where it stands alone.
    fn check(view: &View<'_>, at: usize, is_apart: bool) -> Option<(Kind, usize)> {
        let kind = view.kind(at)?;
        let (kind, next) = match (kind, view.word(at)) {
            (Kind::Letter(_), Some((word, end))) if is_apart && end > at + 1 => {
                (Kind::Letter(word.letter_name()?), end)
            }
            (Kind::Letter(_) | Kind::Digit(_), _) => (kind, at + 1),
            _ => return None,
        };
        let next = match kind {
            Kind::Letter(letter) => view.after_comparison(next, letter),
            _ => next,
        };
        Some((kind, next))
    }

    /// Four digits in words, or three and a letter or its name.
    fn in_words(view: &View<'_>, start: usize) -> Option<Self> {
        let of = |digits: &[u8], check: Kind, next: usize| {
            let digits = digits.get(..NUMBER_DIGITS)?.try_into().ok()?;
            let (layout, before_check) = (Layout::Words, Separator::Space);
            Some(Self { digits, check, layout, before_check, is_unsure: false, next })
        };
        if let Some((digits, next)) = view.word_digits(start, NUMBER_DIGITS + 1) {
            return of(&digits, Kind::Digit(*digits.last()?), next);
        }
        let (digits, next) = view.word_digits(start, NUMBER_DIGITS)?;
        let mut at = view.after_gap(next);
        let (mut word, mut end) = view.word(at)?;
        if word.describes_letter() {
            at = view.after_space(end);
            (word, end) = view.word(at)?;
        }
        let letter = word.single_letter().or_else(|| word.letter_name())?;
        of(&digits, Kind::Letter(letter), view.after_comparison(end, letter))
    }
}

// ---- Candidates ----

/// What reads like a code.
#[derive(Debug)]
struct Candidate {
    date: Date,
    join: Join,
    number: Tail,
    /// The index of the item that follows.
    end: usize,
}

impl Candidate {
    /// The candidates that begin with the first item of the view.
    fn all<'a>(view: &'a View<'_>) -> impl Iterator<Item = Self> + 'a {
        let bracket = match view.kind(0) {
            Some(Kind::Other(mark)) => closing_bracket(mark),
            _ => None,
        };
        let tail_first = if bracket.is_none() { Self::tail_first(view) } else { None };
        let date_first = Date::SPELLINGS.iter().flat_map(move |spelling| {
            let date = spelling(view, usize::from(bracket.is_some()));
            let dates = date.map(|date| match bracket {
                Some(closing) => (view.kind(date.next) == Some(Kind::Other(closing)), date.next + 1, date),
                None => (true, date.next, date),
            });
            dates
                .into_iter()
                .filter(|(is_closed, _, _)| *is_closed)
                .flat_map(move |(_, next, date)| Self::with_number(view, date, next))
        });
        date_first.chain(tail_first)
    }

    /// The last four symbols first: "loppu 9548, syntymäaika 070368".
    fn tail_first(view: &View<'_>) -> Option<Self> {
        let number = Tail::in_digits(view, 0, false)?;
        if number.layout != Layout::Together || view.is_word(number.next) {
            return None;
        }
        let mut at = number.next;
        let mut words = 0;
        let mut names_part = false;
        while !view.is_plain_digit(at) {
            at = match view.word(at) {
                Some((word, next)) => {
                    words += 1;
                    names_part |= word.announces_birth();
                    next
                }
                None if view.kind(at)? == Kind::Note => return None,
                None => at + 1,
            };
            if words > TAIL_WORDS_MAX {
                return None;
            }
        }
        let spellings = [Date::in_fields, Date::with_full_year, Date::in_digits, Date::with_month_in_words];
        let date = spellings.iter().find_map(|spelling| spelling(view, at)).filter(|date| !view.is_word(date.next))?;
        let end = date.next;
        Some(Self { date, join: Join::Words { names_part }, number, end })
    }

    /// The candidate of this date, with what stands behind it.
    fn with_number(view: &View<'_>, date: Date, after_date: usize) -> Option<Self> {
        let with_marks = date.order == Order::Loose;
        let joined = Join::at(view, after_date).and_then(|(join, at)| {
            let number = Tail::in_digits(view, at, with_marks).or_else(|| Tail::in_words(view, at))?;
            Some((join, number))
        });
        let (join, number) = joined.or_else(|| Join::words(view, after_date))?;
        if view.is_word(number.next) {
            let is_longer = view.is_plain_digit(number.next) && number.has_digits_only();
            let may_be_followed = matches!(join, Join::Sign { .. }) && number.before_check == Separator::Nothing;
            if is_longer || !may_be_followed {
                return None;
            }
        }
        let end = Self::with_closing_bracket(view, number.next);
        Some(Self { date, join, number, end })
    }

    /// A bracket that opened within the code closes with it.
    fn with_closing_bracket(view: &View<'_>, end: usize) -> usize {
        let mut open = Vec::new();
        for at in 0..end {
            if let Some(Kind::Other(mark)) = view.kind(at) {
                match closing_bracket(mark) {
                    Some(closing) => open.push(closing),
                    None if open.last() == Some(&mark) => {
                        open.pop();
                    }
                    None => {}
                }
            }
        }
        match (open.last(), view.kind(end)) {
            (Some(closing), Some(Kind::Other(mark))) if mark == *closing => end + 1,
            _ => end,
        }
    }

    /// Whether this is a code. A lost case number can be asked for again, a stored code cannot be called back.
    ///
    /// * A date as in a code with a sign is one, whatever its check symbol: a mistyped code still says who somebody is.
    /// * With the year in four digits too, unless an amount, a time or a year may follow that date ("1.5.2019–2021").
    /// * All others are with the right check symbol, if they are written as people write codes, or where announced.
    fn is_code(&self, context: Context) -> bool {
        let is_right = self.has_right_check();
        let has_letter = !self.number.has_digits_only();
        let is_moment = self.reads_as_moment();
        let is_announced = context.announced.is_some_and(|ago| ago <= WORDS_AFTER_ANNOUNCING);
        if self.date.order == Order::Loose {
            return is_right && (has_letter || is_announced);
        }
        match self.join {
            Join::Sign { .. } if is_announced => true,
            Join::Sign { .. } if is_right => match self.date.order {
                Order::AsInCode | Order::FullYear => true,
                Order::FullYearFirst => !is_moment,
                Order::Odd | Order::Loose => has_letter,
            },
            Join::Sign { .. } if self.date.is_unsure || self.number.is_unsure => false,
            Join::Sign { has_space } => match self.date.order {
                Order::AsInCode => !matches!(self.number.before_check, Separator::Mark(mark) if mark != Kind::Dash),
                Order::FullYear => has_letter || !(has_space || is_moment),
                Order::FullYearFirst | Order::Odd | Order::Loose => false,
            },
            Join::Words { names_part } => {
                let is_part = names_part || context.tail || context.birth || is_announced;
                (is_right && is_part) || (names_part && (context.birth || is_announced) && !is_moment)
            }
            Join::Mark | Join::Space | Join::Nothing if is_moment && !is_right => false,
            Join::Mark | Join::Space | Join::Nothing if is_announced && !self.has_phone_layout() => true,
            Join::Mark => {
                let may_be_version = self.date.layout == Layout::Marked(Kind::Other('.')) && !has_letter;
                is_right && self.is_written_in_fields() && !may_be_version && !is_moment
            }
            Join::Space | Join::Nothing => {
                let is_phone = context.phone && self.is_mobile_number();
                let is_directly_announced =
                    context.announced.is_some_and(|ago| ago <= WORDS_AFTER_ANNOUNCING_PHONE) && !context.is_new_clause;
                is_directly_announced || (is_right && self.is_written_in_fields() && !is_phone && !is_moment)
            }
        }
    }

    /// A code may stand at the end of a word without a space if it has a sign, or if the word announces it.
    fn may_be_glued(&self, is_glued: bool, context: Context) -> bool {
        let has_sign = matches!(self.join, Join::Sign { .. });
        let has_plain_sign = has_sign && matches!(self.date.order, Order::AsInCode | Order::FullYear);
        !is_glued || has_plain_sign || context.announced == Some(0)
    }

    fn has_right_check(&self) -> bool {
        let digits = self.date.digits.iter().chain(&self.number.digits);
        let number = digits.fold(0_usize, |number, digit| number * 10 + usize::from(*digit));
        let expected = CHECK_SYMBOLS[number % CHECK_SYMBOLS.len()];
        match self.number.check {
            Kind::Digit(digit) => expected == b'0' + digit,
            Kind::Letter(letter) => char::from(expected) == letter,
            _ => false,
        }
    }

    /// How people write a code without its sign. Others, such as `050 123 4567`, are phone numbers and the like.
    fn is_written_in_fields(&self) -> bool {
        let has_gap = self.join != Join::Nothing;
        let has_mark = matches!(self.number.before_check, Separator::Mark(_));
        let is_number = matches!(self.number.layout, Layout::Together | Layout::Fields) && !has_mark;
        match self.date.layout {
            _ if matches!(self.date.order, Order::Odd | Order::Loose) => false,
            Layout::Words => self.number.layout == Layout::Words,
            Layout::Together => is_number,
            Layout::Fields | Layout::Marked(_) => is_number && has_gap,
            Layout::Apart => self.number.layout == Layout::Apart && self.join == Join::Space,
            Layout::Loose => false,
        }
    }

    /// Whether it reads as a date with a time or as two dates or years: only where the date is not written as in a code.
    fn reads_as_moment(&self) -> bool {
        let is_marked = matches!(self.date.layout, Layout::Marked(_) | Layout::Loose);
        let [hour_tens, hours, minute_tens] = self.number.digits;
        let first_two = hour_tens * 10 + hours;
        let is_year = (18..=20).contains(&first_two);
        let is_time = first_two < 24 && minute_tens < 6;
        self.number.has_digits_only() && (is_marked || self.date.order != Order::AsInCode) && (is_year || is_time)
    }

    /// 040 to 049 and 050 are mobile phones'.
    fn is_mobile_number(&self) -> bool {
        self.number.has_digits_only() && matches!(self.date.digits, [0, 4, ..] | [0, 5, 0, ..])
    }

    /// A mobile phone's number with spaces elsewhere than in codes, as in 040 506 1237.
    fn has_phone_layout(&self) -> bool {
        self.is_mobile_number() && self.date.layout == Layout::Loose
    }
}
