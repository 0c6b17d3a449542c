//! Takes personal identity codes (henkilötunnus) out of a text before the first write, and hides phone numbers and
//! e-mail addresses from those who need not see them.
//!
//! A personal identity code is DDMMYY, a century sign, three digits and a check symbol: `010594Y9032`. It is taken in the
//! spellings that people, keyboards and forms make of it; `identity_codes.rs` has their grammar and says which of them are
//! codes. In short:
//!
//! * **With a sign** after DDMMYY it is taken if the date exists, whatever its check symbol: a mistyped code still
//!   identifies somebody. Where the date is written differently, the text may mean something else, so the check
//!   symbol or the word "hetu" decides more often.
//! * **Without a sign** ten symbols could be a phone or reference number. They are taken only with the right check
//!   symbol and written as people write codes, or within a few words after "hetu".
//!
//! A code with its sign is also found where a space is missing before or after it (`hetuni010594-9032ja`); one without a
//! sign only after the word "hetu". Neither is found inside a longer number.
//! When in doubt a rule removes too much: a lost case number can be asked for again, a stored identity code cannot
//! be taken back.
//!
//! The search is written by hand and not as a regular expression: the checksum, dates, words before and invisible
//! characters would need as much code around it. Its work is linear in the text's length.

mod characters;
mod identity_codes;
mod words;

use std::fmt;
use std::ops::Range;

use self::characters::{Item, Kind, visible_items};
use self::identity_codes::identity_codes;

/// Replaces a code in a Finnish text.
pub const REMOVED_FI: &str = "[henkilötunnus poistettu]";
/// Replaces a code in a Swedish text.
pub const REMOVED_SV: &str = "[personbeteckning borttagen]";
/// Replaces a code in an English text.
pub const REMOVED_EN: &str = "[personal identity code removed]";
/// Replaces a phone number or an e-mail address in a masked text.
pub const MASK: &str = "•••";

/// Fewest digits of a phone number with its area code.
const PHONE_DIGITS_AT_LEAST: usize = 7;
/// A domestic number with this many digits is complete: digits after a further space belong to something else.
const DOMESTIC_DIGITS_ENOUGH: usize = 10;
/// The same for a number with the country's code.
const INTERNATIONAL_DIGITS_ENOUGH: usize = 12;
/// Most characters between two digits of a phone number, as in `(0)40`, `09) 12` or `040 - 12`.
const PHONE_SEPARATORS_AT_MOST: usize = 3;
/// Fewest digits before the first separator of a domestic number: `09`. A single 0 begins a list of numbers.
const AREA_CODE_DIGITS_AT_LEAST: usize = 2;
/// Finland's country code, which some write without `+` or `00`.
const FINLAND: [u8; 3] = [3, 5, 8];
/// Digits before the separators of a date like `01-05-2024`.
const DATE_GROUPS: [usize; 3] = [2, 2, 4];

/// A text without the personal identity codes that were found in it. Rows for the store are made from such texts only.
///
/// `Debug` shows only its length, so that no text reaches a log.
#[derive(Clone)]
pub struct Redacted {
    text: String,
    removed: usize,
}

impl Redacted {
    /// The text with every personal identity code replaced by a note in the given language (`sv`, `en`; anything else
    /// is Finnish; a region as in `sv-FI` does not matter). Everything else stays as it is, byte for byte, and
    /// redacting again changes nothing.
    #[must_use]
    pub fn from_text(text: &str, language: &str) -> Self {
        let codes = identity_codes(text);
        Self { text: replaced(text, &codes, note(language)), removed: codes.len() }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as a plain string.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// How many codes this redaction removed.
    #[must_use]
    pub fn removed(&self) -> usize {
        self.removed
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redacted").field("bytes", &self.text.len()).field("removed", &self.removed).finish()
    }
}

/// The text as the responsible person sees it: phone numbers and e-mail addresses hidden by [`MASK`], the rest as it
/// is. When in doubt it hides. Numbers without area code (`123 4567`) stay, since they may be anything.
#[must_use]
pub fn masked(text: &str) -> String {
    let without_mail = replaced(text, &mail_addresses(&visible_items(text)), MASK);
    let phones = phone_numbers(&visible_items(&without_mail));
    replaced(&without_mail, &phones, MASK)
}

/// The byte ranges of phone numbers and e-mail addresses, in order.
#[must_use]
pub fn contacts(text: &str) -> Vec<Range<usize>> {
    let items = visible_items(text);
    let mut found = mail_addresses(&items);
    found.extend(phone_numbers(&items));
    found.sort_by_key(|range| range.start);
    found
}

fn note(language: &str) -> &'static str {
    match language.split(['-', '_']).next() {
        Some("sv") => REMOVED_SV,
        Some("en") => REMOVED_EN,
        _ => REMOVED_FI,
    }
}

/// The text with each of these byte ranges replaced. The ranges are in order and do not overlap.
fn replaced(text: &str, ranges: &[Range<usize>], replacement: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut copied_to = 0;
    for range in ranges {
        result.push_str(&text[copied_to..range.start]);
        result.push_str(replacement);
        copied_to = range.end;
    }
    result.push_str(&text[copied_to..]);
    result
}

// ---- Phone numbers and e-mail addresses ----

/// The first index from `start` whose item does not belong.
fn end_of_run(items: &[Item], start: usize, belongs: impl Fn(Kind) -> bool) -> usize {
    let length = items[start..].iter().take_while(|item| belongs(item.kind)).count();
    start + length
}

fn after_spaces(items: &[Item], start: usize) -> usize {
    end_of_run(items, start.min(items.len()), |kind| kind == Kind::Space)
}

/// The byte ranges of all phone numbers, in order.
fn phone_numbers(items: &[Item]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // The index after the last phone number: "040 1234567/050 1234567" are two.
    let mut after_phone = None;
    let mut at = 0;
    while let Some(item) = items.get(at) {
        let begins_number = match item.kind {
            Kind::Plus => true,
            Kind::Digit(_) => {
                let follows_phone = after_phone.is_some_and(|after| at == after + 1);
                follows_phone || !continues_number(items, at)
            }
            _ => false,
        };
        let phone = if begins_number { phone_at(items, at) } else { None };
        at = match phone {
            Some((end, next)) => {
                found.push(item.start..end);
                after_phone = Some(next);
                next
            }
            None if item.digit().is_some() => end_of_run(items, at, |kind| matches!(kind, Kind::Digit(_))),
            None => at + 1,
        };
    }
    found
}

/// Whether the digit here continues something that began before it, like the end of `LUP-2024-0012345` or `1,0500000`.
fn continues_number(items: &[Item], at: usize) -> bool {
    let before = |steps: usize| at.checked_sub(steps).and_then(|index| items.get(index));
    let Some(previous) = before(1) else {
        return false;
    };
    match previous.kind {
        Kind::Dash | Kind::Other('/') => before(2).is_some_and(Item::is_word),
        Kind::Other('.' | ',') => before(2).is_some_and(|item| item.digit().is_some()),
        _ => previous.is_word(),
    }
}

/// The phone number that begins here with `+` or a digit: its end in bytes, and the index of the item after it.
fn phone_at(items: &[Item], first: usize) -> Option<(usize, usize)> {
    let has_plus = items.get(first)?.kind == Kind::Plus;
    let mut digits: Vec<u8> = Vec::new();
    let mut groups: Vec<usize> = Vec::new();
    let mut end = 0;
    let mut at = if has_plus { after_spaces(items, first + 1) } else { first };
    loop {
        let group_end = end_of_run(items, at.min(items.len()), |kind| matches!(kind, Kind::Digit(_)));
        if group_end <= at {
            break;
        }
        digits.extend(items[at..group_end].iter().filter_map(Item::digit));
        groups.push(group_end - at);
        end = group_end;
        let is_international = has_plus || digits.starts_with(&[0, 0]) || digits.starts_with(&FINLAND);
        let enough = if is_international { INTERNATIONAL_DIGITS_ENOUGH } else { DOMESTIC_DIGITS_ENOUGH };
        if digits.len() >= enough {
            break;
        }
        let separators = items[group_end..]
            .iter()
            .take(PHONE_SEPARATORS_AT_MOST)
            .take_while(|item| matches!(item.kind, Kind::Space | Kind::Dash | Kind::Other('(' | ')' | '/' | '.')))
            .count();
        at = group_end + separators;
    }
    let is_phone = if has_plus {
        digits.len() >= PHONE_DIGITS_AT_LEAST
    } else if digits.first() == Some(&0) {
        digits.len() >= PHONE_DIGITS_AT_LEAST
            && groups.first() >= Some(&AREA_CODE_DIGITS_AT_LEAST)
            && groups != DATE_GROUPS
    } else {
        digits.starts_with(&FINLAND) && digits.len() >= DOMESTIC_DIGITS_ENOUGH
    };
    let last = items.get(end.checked_sub(1)?)?;
    is_phone.then_some((last.end, end))
}

/// The byte ranges of all e-mail addresses, in order; also those with `(at)` or `[at]` instead of the at sign.
fn mail_addresses(items: &[Item]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..items.len() {
        let Some((local_end, domain_start)) = at_sign(items, at) else {
            continue;
        };
        let local_length = items[..local_end].iter().rev().take_while(|item| is_in_address(item)).count();
        let domain_length = items[domain_start..].iter().take_while(|item| is_in_address(item)).count();
        let local = &items[local_end - local_length..local_end];
        let domain = &items[domain_start..domain_start + domain_length];
        // Punctuation at the ends belongs to the sentence.
        let first = local.iter().find(|item| item.is_word());
        let last = domain.iter().rev().find(|item| item.is_word());
        let (Some(first), Some(last)) = (first, last) else {
            continue;
        };
        match found.last_mut() {
            // In `a@b@c` the two share the b.
            Some(previous) if first.start < previous.end => previous.end = last.end,
            _ => found.push(first.start..last.end),
        }
    }
    found
}

fn is_in_address(item: &Item) -> bool {
    item.is_word() || matches!(item.kind, Kind::Dash | Kind::Plus | Kind::Other('.' | '_' | '%' | '\''))
}

/// If an at sign stands here: where the name before it ends, and where the domain after it begins. Only the sign in
/// brackets may have spaces around it: a bare one with spaces is no address ("nähdään @ kirjasto").
fn at_sign(items: &[Item], at: usize) -> Option<(usize, usize)> {
    let kind = |index: usize| items.get(index).map(|item| item.kind);
    match kind(at)? {
        Kind::Other('@' | '\u{ff20}') => Some((at, at + 1)),
        Kind::Other('(' | '[') => {
            let is_at = matches!(kind(at + 1), Some(Kind::Letter('A' | 'Ä')))
                && kind(at + 2) == Some(Kind::Letter('T'))
                && matches!(kind(at + 3), Some(Kind::Other(')' | ']')));
            let is_space = |index: usize| usize::from(kind(index) == Some(Kind::Space));
            let space_before = at.checked_sub(1).map_or(0, is_space);
            is_at.then(|| (at - space_before, at + 4 + is_space(at + 4)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
