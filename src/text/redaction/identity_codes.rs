//! Finds personal identity codes, however they are spelled.
//!
//! The text is read as items ([`super::characters`]), words of which are known ([`super::words`]). At each item where a
//! code may begin, every way to read one from there is a candidate:
//!
//! ```text
//! candidate = date join tail | "(" date ")" join tail
//!           | tail [words] date                          loppu 9548, syntymäaika 070368; 930V 131052
//! date      = DDMMYY, with spaces between any digits, or points between its fields
//!           | field separator field separator field      13.10.52, 3/9/1978, 1952-10-13, 13 10 1952
//!           | DDMMYYYY | YYYYMMDD | YYMMDD
//!           | DDMMYY with a 0 too many or too few         0131052, 10594
//!           | DD month YYYY                               13. lokakuuta 1952, den 13 oktober 1952
//!           | digits with separators between              1-3-1-0-5-2
//!           | words                                       yksi kolme yksi nolla viisi kaksi, thirteen ten fifty-two
//! separator = space | [space] mark [space]                within a date the same one twice
//! join      = sign | mark | space | nothing | words
//! sign      = any of: dash, plus, soft hyphen, letter in use since 2023, "viiva", "streck", "iso A", "A niinku Aarne";
//!             with spaces, brackets, markup and other marks around it
//! mark      = any other marks or their names, names of sign letters   131052/308T, 131052(308T), 131052 aa 308T
//! words     = a few words, such as "loppu", "sista fyra", "last four are"
//! tail      = NNN check, with spaces between; after a sign also a mark before the check symbol; or in words
//! ```
//!
//! Digits may be letters that look like them (`131O52`). [`Candidate::is_code`] decides which candidates are codes, by the
//! check symbol, the spelling of the candidate, and the words before it.
//!
//! | part | module |
//! |---|---|
//! | words before a candidate | [`context`] |
//! | the items ahead, fields and separators | [`view`] |
//! | dates | [`date`] |
//! | what joins date and tail | [`join`] |
//! | individual number and check symbol | [`tail`] |

mod context;
mod date;
mod join;
mod tail;
mod view;

use std::ops::Range;

use self::context::{Context, WORDS_AFTER_ANNOUNCING, WORDS_AFTER_ANNOUNCING_PHONE};
use self::date::{DATE_DIGITS, Date, Order};
use self::join::{Join, TAIL_WORDS_MAX};
use self::tail::Tail;
use self::view::{Layout, REACH, Separator, View};
use super::characters::{Item, Kind, any_digit, closing_bracket, code_items};
use super::words::Word;
use crate::base::characters::{folded_letter, is_invisible};

/// The check symbol is the one at DDMMYYNNN modulo 31.
pub(super) const CHECK_SYMBOLS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// The byte ranges of all codes in a text, in order.
///
/// Each code that is found is replaced by a note among the items. The note changes the neighbours of the items around it,
/// so the search then goes back as far as a candidate reaches. At the end no candidate is a code, which is why redacting
/// again changes nothing.
///
/// Time: each item is tried a constant number of times, each try looks at no more than [`REACH`] items ahead and a fixed
/// number back, and each code (of at least one item) costs going back over [`REACH`] items. So it is linear in the text's
/// length.
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

/// Whether there are enough digits or number words for a code's date; most texts do not have enough.
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

/// The number of items of the code that begins with the next item, if there is one.
fn code_length(before: &[Item], after: &[Item]) -> Option<usize> {
    let previous = before.last();
    let view = View::new(after);
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

/// A part of the text that may be a code.
#[derive(Debug)]
struct Candidate {
    date: Date,
    join: Join,
    tail: Tail,
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
        let date_first = Date::SPELLINGS.iter().filter_map(move |spelling| match bracket {
            None => {
                let date = spelling(view, 0)?;
                let after_date = date.next;
                Self::with_date(view, date, after_date)
            }
            Some(closing) => {
                let date = spelling(view, 1).filter(|date| view.kind(date.next) == Some(Kind::Other(closing)))?;
                let after_bracket = date.next + 1;
                Self::with_date(view, date, after_bracket)
            }
        });
        let tail_first = if bracket.is_none() { Self::tail_first(view) } else { None };
        date_first.chain(tail_first)
    }

    /// The candidate made of this date and what follows it.
    fn with_date(view: &View<'_>, date: Date, after_date: usize) -> Option<Self> {
        let with_marks = date.order == Order::Loose;
        let joined = Join::at(view, after_date).and_then(|(join, at)| {
            let tail = Tail::in_digits(view, at, with_marks).or_else(|| Tail::in_words(view, at))?;
            Some((join, tail))
        });
        let (join, tail) = joined.or_else(|| Join::words(view, after_date))?;
        if view.is_word(tail.next) {
            let is_longer = view.is_plain_digit(tail.next) && tail.has_digits_only();
            let may_be_followed = matches!(join, Join::Sign { .. }) && tail.before_check == Separator::Nothing;
            if is_longer || !may_be_followed {
                return None;
            }
        }
        let end = with_closing_bracket(view, tail.next);
        Some(Self { date, join, tail, end })
    }

    /// The last four symbols first: "loppu 9548, syntymäaika 070368".
    fn tail_first(view: &View<'_>) -> Option<Self> {
        let tail = Tail::in_digits(view, 0, false)?;
        if tail.layout != Layout::Together || view.is_word(tail.next) {
            return None;
        }
        let mut at = tail.next;
        let mut words = 0;
        let mut names_part = false;
        let mut is_bare = true;
        while !view.is_plain_digit(at) {
            at = match view.word(at) {
                Some((word, next)) => {
                    words += 1;
                    names_part |= word.announces_birth();
                    is_bare &= word.leads_to_sign();
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
        Some(Self { date, join: Join::Words { names_part, is_bare }, tail, end })
    }

    /// Whether this is a code, which it is when in doubt (see the module `redaction`).
    ///
    /// * A date written as in a code with a sign is one even with a wrong check symbol, since a mistyped code still identifies
    ///   somebody; but not if it may be the number of a case or document, contains letters that seldom mean a digit, or has
    ///   spaces within its fields.
    /// * With the year in four digits it is one too, unless an amount, a time or a year may follow that date ("1.5.2019–2021").
    /// * Everything else needs the right check symbol and a spelling that people use for codes, or a word that announces it.
    fn is_code(&self, context: Context) -> bool {
        let is_announced = context.announced.is_some_and(|ago| ago <= WORDS_AFTER_ANNOUNCING);
        if self.date.order == Order::Loose {
            let is_apart = matches!(self.join, Join::Words { .. });
            return !is_apart && self.has_right_check() && (!self.tail.has_digits_only() || is_announced);
        }
        match self.join {
            Join::Sign { has_space } => is_announced || self.is_code_with_sign(has_space, context),
            Join::Words { names_part, is_bare } => self.is_code_in_words(names_part, is_bare, is_announced, context),
            Join::Mark | Join::Space | Join::Nothing => self.is_code_without_sign(is_announced, context),
        }
    }

    fn is_code_with_sign(&self, has_space: bool, context: Context) -> bool {
        let has_letter = !self.tail.has_digits_only();
        if self.has_right_check() {
            return match self.date.order {
                Order::AsInCode | Order::FullYear | Order::FullYearUnpadded => true,
                Order::FullYearFirst => !self.reads_as_moment(),
                Order::Odd | Order::Loose => has_letter,
            };
        }
        // "24-05-01-1234" may be a case number.
        let sign_is_separator = self.date.layout == Layout::Marked(Kind::Dash);
        if self.date.is_unsure || self.tail.is_unsure || sign_is_separator {
            return false;
        }
        // "13105 2-930 K": with spaces where nobody makes a pause the check symbol decides.
        let is_scattered = [self.date.layout, self.tail.layout].contains(&Layout::Loose);
        let is_of_document = context.document && !has_letter;
        if is_scattered || is_of_document {
            return false;
        }
        match self.date.order {
            Order::AsInCode => !matches!(self.tail.before_check, Separator::Mark(mark) if mark != Kind::Dash),
            Order::FullYear => has_letter || !(has_space || self.reads_as_moment()),
            Order::FullYearUnpadded => has_letter,
            Order::FullYearFirst | Order::Odd | Order::Loose => false,
        }
    }

    /// Whether this is a code whose tail is separate from its date: "syntynyt 7.3.1968, loppu 9548", "131052 ja 930V".
    fn is_code_in_words(&self, names_part: bool, is_bare: bool, is_announced: bool, context: Context) -> bool {
        let is_moment = self.reads_as_moment();
        if self.has_right_check() {
            let is_joined = is_bare
                && !self.tail.has_digits_only()
                && matches!(self.date.order, Order::AsInCode | Order::FullYear)
                && self.date.layout != Layout::Loose;
            // "born 12.5.1934, client since 2022"
            return names_part || context.tail || is_announced || is_joined || (context.birth && !is_moment);
        }
        names_part && (context.birth || is_announced) && !is_moment
    }

    fn is_code_without_sign(&self, is_announced: bool, context: Context) -> bool {
        let is_right = self.has_right_check();
        let is_moment = self.reads_as_moment();
        if is_moment && !is_right {
            return false;
        }
        let is_phone = (context.phone || context.number) && self.is_mobile_number();
        // "En anna hetua. Numeroni on 0401234567."
        let is_phone_instead = is_phone && context.is_new_clause && !is_right;
        if is_announced && !self.has_phone_layout() && !is_phone_instead {
            return true;
        }
        let is_likely = is_right && self.is_written_in_fields() && !is_moment;
        if self.join == Join::Mark {
            let may_be_version = self.date.layout == Layout::Marked(Kind::Other('.')) && self.tail.has_digits_only();
            return is_likely && !may_be_version;
        }
        let is_directly_announced =
            context.announced.is_some_and(|ago| ago <= WORDS_AFTER_ANNOUNCING_PHONE) && !context.is_new_clause;
        is_directly_announced || (is_likely && !is_phone)
    }

    /// Whether it may follow a word without a space: with a sign after a date that ends in its year, or where that word
    /// announces a code.
    fn may_be_glued(&self, is_glued: bool, context: Context) -> bool {
        let has_sign = matches!(self.join, Join::Sign { .. });
        let is_year_behind = !matches!(self.date.order, Order::FullYearFirst | Order::Odd | Order::Loose);
        !is_glued || (has_sign && is_year_behind) || context.announced == Some(0)
    }

    fn has_right_check(&self) -> bool {
        let digits = self.date.digits.iter().chain(&self.tail.digits);
        let number = digits.fold(0_usize, |number, digit| number * 10 + usize::from(*digit));
        let expected = CHECK_SYMBOLS[number % CHECK_SYMBOLS.len()];
        match self.tail.check {
            Kind::Digit(digit) => expected == b'0' + digit,
            Kind::Letter(letter) => char::from(expected) == letter,
            _ => false,
        }
    }

    /// Whether it is written as people write codes without a sign. `050 123 4567` is a phone number or the like.
    fn is_written_in_fields(&self) -> bool {
        let has_gap = self.join != Join::Nothing;
        let has_mark = matches!(self.tail.before_check, Separator::Mark(_));
        let is_number = matches!(self.tail.layout, Layout::Together | Layout::Fields) && !has_mark;
        match self.date.layout {
            _ if matches!(self.date.order, Order::Odd | Order::Loose) => false,
            Layout::Words => self.tail.layout == Layout::Words,
            Layout::Together => is_number,
            Layout::Fields | Layout::Marked(_) => is_number && has_gap,
            Layout::Apart => self.tail.layout == Layout::Apart && self.join == Join::Space,
            Layout::Loose => false,
        }
    }

    /// Whether it reads as a date followed by a time or a year. Only a date with marks, or in another order than DDMMYY, can.
    fn reads_as_moment(&self) -> bool {
        let is_marked = matches!(self.date.layout, Layout::Marked(_) | Layout::Loose);
        let [hour_tens, hours, minute_tens] = self.tail.digits;
        let first_two = hour_tens * 10 + hours;
        let is_year = (18..=20).contains(&first_two);
        let is_time = first_two < 24 && minute_tens < 6;
        self.tail.has_digits_only() && (is_marked || self.date.order != Order::AsInCode) && (is_year || is_time)
    }

    /// 040 to 049 and 050 begin mobile phone numbers.
    fn is_mobile_number(&self) -> bool {
        self.tail.has_digits_only() && matches!(self.date.digits, [0, 4, ..] | [0, 5, 0, ..])
    }

    /// A mobile phone number with spaces elsewhere than in codes, as in 040 506 1237.
    fn has_phone_layout(&self) -> bool {
        self.is_mobile_number() && self.date.layout == Layout::Loose
    }
}

/// Includes the bracket at `end` if it closes one that the candidate opened.
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
