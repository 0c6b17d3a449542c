//! Takes personal identity codes (henkilötunnus) out of a text before the first write, and hides phone numbers and
//! e-mail addresses from those who need not see them.
//!
//! A personal identity code is DDMMYY, a century sign, three digits and a check symbol: `010594Y9032`. The rules are
//! these:
//!
//! * **With a sign** it is always taken if the date exists, whatever its check symbol: a mistyped code still says who
//!   somebody is. It is taken in any case, with spaces anywhere, with any dash, with digits of any script, with
//!   invisible characters inside, and with Cyrillic letters that look like the Latin ones.
//! * **Without a sign** ten symbols could be a phone or reference number. They are taken only with the right check
//!   symbol and written as people write codes (`SPELLINGS_WITHOUT_SIGN`), or within a few words after "hetu".
//!
//! A code with its sign is found where a space is missing before or after it too (`hetuni010594-9032ja`); one without a
//! sign only after the word "hetu". Neither is found inside a longer number.
//! Where a rule must err it takes too much: a lost case number can be asked for again, a stored identity code cannot
//! be called back.
//!
//! The search is written by hand and not as a regular expression: the checksum, dates, words before and invisible
//! characters would need as much code around it. Work is linear in the text's length: each start looks at no more
//! than eleven symbols.

use std::fmt;
use std::ops::Range;

/// What stands in a Finnish text where a code was.
pub const REMOVED_FI: &str = "[henkilötunnus poistettu]";
/// What stands in a Swedish text where a code was.
pub const REMOVED_SV: &str = "[personbeteckning borttagen]";
/// What stands in an English text where a code was.
pub const REMOVED_EN: &str = "[personal identity code removed]";
/// What stands in a masked text where a phone number or an e-mail address was.
pub const MASK: &str = "•••";

/// The letters in use as century signs since 2023 besides `+` and `-` (Digital and Population Data Services Agency).
const SIGN_LETTERS: &str = "YXWVUABCDEF";
/// The check symbol is the one at DDMMYYNNN modulo 31.
const CHECK_SYMBOLS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
/// Digits of the date, DDMMYY.
const DATE_DIGITS: usize = 6;
/// Digits of date and individual number, DDMMYYNNN.
const ALL_DIGITS: usize = 9;
/// The symbols of a code without its sign.
const SYMBOLS: &[u8; ALL_DIGITS + 1] = b"DDMMYYNNNC";

/// How people write a code without its sign. Others, such as `050 123 4567`, are phone numbers and the like.
const SPELLINGS_WITHOUT_SIGN: [&str; 7] = [
    "DDMMYYNNNC",
    "DDMMYY NNNC",
    "DDMMYY NNN C",
    "DDMMYYNNN C",
    "DD MM YY NNNC",
    "DD MM YY NNN C",
    "D D M M Y Y N N N C",
];

/// How words begin that announce a code, in upper case with O for Ö: so "hetuni", "henkilötunnukseni" and
/// "personbeteckningen" too.
const ANNOUNCING: [&str; 7] =
    ["HETU", "HENKILOTUNNU", "SOTU", "SOSIAALITURVATUNNU", "PERSONBETECKNING", "PERSONNUMMER", "IDENTITY"];
/// How many words may stand between such a word and the code ("hetuni on, jos oikein muistan, …").
const WORDS_AFTER_ANNOUNCING: usize = 5;

/// Fewest digits of a phone number with its area code.
const PHONE_DIGITS_AT_LEAST: usize = 7;
/// With so many digits a domestic number is complete: digits after a further space belong to something else.
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

/// A text that holds no personal identity code. Rows for the store are made from such texts only.
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

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, taken out of its guard.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// How many codes were taken out just now.
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

fn note(language: &str) -> &'static str {
    match language.split(['-', '_']).next() {
        Some("sv") => REMOVED_SV,
        Some("en") => REMOVED_EN,
        _ => REMOVED_FI,
    }
}

/// The text with each of these byte ranges, which are in order and apart, replaced.
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

// ---- Characters ----

/// What a character is for the rules of this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A digit of any script.
    Digit(u8),
    /// Another letter or number, folded by [`folded_letter`].
    Letter(char),
    Plus,
    Dash,
    Space,
    /// Punctuation and the like, as it is.
    Other(char),
}

/// A character that can be seen. Invisible ones are left out, so that they hide nothing.
#[derive(Debug, Clone, Copy)]
struct Item {
    kind: Kind,
    /// Byte range in the text.
    start: usize,
    end: usize,
    /// A soft hyphen can be an invisible break within a word, or what a century sign was turned into.
    after_soft_hyphen: bool,
}

impl Item {
    fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Digit(_) | Kind::Letter(_))
    }

    fn digit(&self) -> Option<u8> {
        match self.kind {
            Kind::Digit(digit) => Some(digit),
            _ => None,
        }
    }
}

fn visible_items(text: &str) -> Vec<Item> {
    let mut items = Vec::with_capacity(text.len());
    let mut after_soft_hyphen = false;
    for (start, character) in text.char_indices() {
        if character == SOFT_HYPHEN {
            after_soft_hyphen = true;
        } else if !is_invisible(character) {
            items.push(Item { kind: kind_of(character), start, end: start + character.len_utf8(), after_soft_hyphen });
            after_soft_hyphen = false;
        }
    }
    items
}

fn kind_of(character: char) -> Kind {
    if let Some(digit) = digit_value(character) {
        Kind::Digit(digit)
    } else if character.is_alphanumeric() {
        Kind::Letter(folded_letter(character))
    } else if character.is_whitespace() {
        Kind::Space
    } else if is_dash(character) {
        Kind::Dash
    } else if matches!(character, '+' | '\u{ff0b}') {
        Kind::Plus
    } else {
        Kind::Other(character)
    }
}

const SOFT_HYPHEN: char = '\u{ad}';

/// Characters that take no place of their own: zero-width spaces and joiners, marks of direction, variation selectors,
/// combining marks (also of keycap digits), control characters other than line ends and tabs.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || (character.is_control() && !character.is_whitespace())
}

/// Unicode's dashes (property Dash, and category Pd) and what looks like one.
fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{58a}'
            | '\u{5be}'
            | '\u{1400}'
            | '\u{1806}'
            | '\u{2010}'..='\u{2015}'
            | '\u{2043}'
            | '\u{207b}'
            | '\u{208b}'
            | '\u{2212}'
            | '\u{2500}'
            | '\u{2796}'
            | '\u{2e17}'
            | '\u{2e1a}'
            | '\u{2e3a}'..='\u{2e3b}'
            | '\u{2e40}'
            | '\u{301c}'
            | '\u{3030}'
            | '\u{30a0}'
            | '\u{2d7}'
            | '\u{fe31}'..='\u{fe32}'
            | '\u{fe58}'
            | '\u{fe63}'
            | '\u{ff0d}'
    )
}

/// Where Unicode's runs of ten decimal digits begin, in order. The mathematical digits are five such runs.
const ZEROS: [u32; 47] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e950, 0x1fbf0,
];

fn digit_value(character: char) -> Option<u8> {
    if character.is_ascii() {
        return character.to_digit(10).and_then(|value| u8::try_from(value).ok());
    }
    let code = u32::from(character);
    let runs_before = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(runs_before.checked_sub(1)?)?;
    u8::try_from(code - zero).ok().filter(|value| *value <= 9)
}

/// A letter in upper case; fullwidth ones, Cyrillic ones that look Latin, and Ö (which people type as O) made plain.
fn folded_letter(character: char) -> char {
    /// From a fullwidth letter or sign to its ASCII twin.
    const FULLWIDTH_OFFSET: u32 = 0xfee0;
    let narrow = match character {
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(character) - FULLWIDTH_OFFSET).unwrap_or(character)
        }
        other => other,
    };
    match narrow.to_uppercase().next().unwrap_or(narrow) {
        'А' => 'A',
        'В' => 'B',
        'С' => 'C',
        'Е' => 'E',
        'Н' => 'H',
        'К' => 'K',
        'М' => 'M',
        'Р' => 'P',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        'Ö' => 'O',
        other => other,
    }
}

// ---- Personal identity codes ----

/// The byte ranges of all codes in a text, in order.
fn identity_codes(text: &str) -> Vec<Range<usize>> {
    let mut codes = Vec::new();
    // Most texts have too few digits for a code's date.
    if text.chars().filter(|character| digit_value(*character).is_some()).nth(DATE_DIGITS - 1).is_none() {
        return codes;
    }
    let items = visible_items(text);
    // How many words ago a code was announced.
    let mut words_since: Option<usize> = None;
    let mut at = 0;
    while let Some(item) = items.get(at) {
        match item.kind {
            Kind::Letter(_) => {
                let end = end_of_run(&items, at, |kind| matches!(kind, Kind::Letter(_)));
                words_since = if announces_code(&items[at..end]) { Some(0) } else { one_more(words_since) };
                at = end;
            }
            Kind::Digit(_) => {
                let is_glued = at > 0 && items[at - 1].is_word();
                let right_after_announcing = words_since == Some(0);
                let announced = words_since.is_some_and(|words| words <= WORDS_AFTER_ANNOUNCING);
                let code = Candidate::at(&items, at)
                    .filter(|candidate| candidate.is_code(announced))
                    .filter(|candidate| candidate.has_sign || !is_glued || right_after_announcing);
                words_since = one_more(words_since);
                at = match code {
                    Some(code) => {
                        codes.push(item.start..code.end);
                        code.next
                    }
                    None => end_of_run(&items, at, |kind| matches!(kind, Kind::Digit(_))),
                };
            }
            // Our own notes name the code and must not announce one, or redacting twice would take more than once. A
            // note counts as one word, as the code did.
            Kind::Other('[') => match note_length(&text[item.start..]) {
                Some(length) => {
                    let note_end = item.start + length;
                    at += items[at..].partition_point(|item| item.start < note_end);
                    words_since = one_more(words_since);
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    codes
}

fn one_more(words: Option<usize>) -> Option<usize> {
    words.map(|words| words.saturating_add(1))
}

/// The digit of an item; after the sign also the letters that are typed for 0 and 1.
fn digit_at(item: &Item, after_sign: bool) -> Option<u8> {
    match item.kind {
        Kind::Letter('O') if after_sign => Some(0),
        Kind::Letter('I' | 'L') if after_sign => Some(1),
        _ => item.digit(),
    }
}

/// The first index from `start` on whose kind is another.
fn end_of_run(items: &[Item], start: usize, belongs: impl Fn(Kind) -> bool) -> usize {
    let length = items[start..].iter().take_while(|item| belongs(item.kind)).count();
    start + length
}

fn announces_code(word: &[Item]) -> bool {
    ANNOUNCING.iter().any(|stem| {
        let mut letters = word.iter();
        stem.chars().all(|letter| letters.next().map(|item| item.kind) == Some(Kind::Letter(letter)))
    })
}

/// The length in bytes of the note that this text begins with, if it does.
fn note_length(text: &str) -> Option<usize> {
    [REMOVED_FI, REMOVED_SV, REMOVED_EN].into_iter().find(|note| text.starts_with(note)).map(str::len)
}

/// Ten symbols that have a code's shape and date, with or without a sign.
struct Candidate {
    digits: [u8; ALL_DIGITS],
    check: Kind,
    has_sign: bool,
    /// Before which of the ten symbols there is a space.
    spaced: [bool; ALL_DIGITS + 1],
    /// Where it ends in the text, in bytes.
    end: usize,
    /// The index of the item that follows.
    next: usize,
}

impl Candidate {
    /// The candidate that begins at this item.
    fn at(items: &[Item], first: usize) -> Option<Self> {
        let mut digits = [0; ALL_DIGITS];
        let mut spaced = [false; ALL_DIGITS + 1];
        let mut has_sign = false;
        let mut at = first;
        for place in 0..ALL_DIGITS {
            let before_gap = at;
            if place == DATE_DIGITS {
                if !date_exists(&digits) {
                    return None;
                }
                (at, has_sign) = after_sign(items, at);
            } else if place > 0 {
                at = after_spaces(items, at);
                // The date may be written as dates are, with points: 01.05.94-9032.
                let after_day_or_month = place == 2 || place == 4;
                if after_day_or_month && items.get(at).is_some_and(|item| item.kind == Kind::Other('.')) {
                    at = after_spaces(items, at + 1);
                }
            }
            spaced[place] = at != before_gap;
            digits[place] = digit_at(items.get(at)?, has_sign)?;
            at += 1;
        }
        let check_at = after_spaces(items, at);
        spaced[ALL_DIGITS] = check_at != at;
        let check = items.get(check_at).filter(|item| item.is_word())?;
        let next = check_at + 1;
        // With a sign a space may be missing before the next word; a digit after a digit makes it a longer number.
        let may_be_glued = has_sign && !spaced[ALL_DIGITS];
        let longer = |item: &Item| item.digit().is_some() && check.digit().is_some();
        if items.get(next).is_some_and(|item| item.is_word() && (longer(item) || !may_be_glued)) {
            return None;
        }
        Some(Self { digits, check: check.kind, has_sign, spaced, end: check.end, next })
    }

    fn is_code(&self, announced: bool) -> bool {
        self.has_sign || announced || (self.has_right_check() && self.is_spelled_like_a_code())
    }

    fn has_right_check(&self) -> bool {
        let number = self.digits.iter().fold(0_usize, |number, digit| number * 10 + usize::from(*digit));
        let expected = CHECK_SYMBOLS[number % CHECK_SYMBOLS.len()];
        match self.check {
            Kind::Digit(digit) => expected == b'0' + digit,
            Kind::Letter(letter) => char::from(expected) == letter,
            _ => false,
        }
    }

    fn is_spelled_like_a_code(&self) -> bool {
        let mut spelling = String::new();
        for (symbol, spaced) in SYMBOLS.iter().zip(self.spaced) {
            if spaced {
                spelling.push(' ');
            }
            spelling.push(char::from(*symbol));
        }
        SPELLINGS_WITHOUT_SIGN.contains(&spelling.as_str())
    }
}

fn after_spaces(items: &[Item], start: usize) -> usize {
    end_of_run(items, start.min(items.len()), |kind| kind == Kind::Space)
}

/// Goes over what may stand between date and individual number. Says where the next symbol is and whether there was
/// a sign: dashes, a plus, a letter in use, or a soft hyphen in its place.
fn after_sign(items: &[Item], start: usize) -> (usize, bool) {
    let mut has_sign = false;
    let mut after_soft_hyphen = false;
    let mut at = start;
    while let Some(item) = items.get(at) {
        after_soft_hyphen |= item.after_soft_hyphen;
        match item.kind {
            Kind::Space => {}
            // Some write two dashes, or a word processor makes them of one.
            Kind::Dash => has_sign = true,
            Kind::Plus if !has_sign => has_sign = true,
            Kind::Letter(letter) if !has_sign && SIGN_LETTERS.contains(letter) => has_sign = true,
            _ => break,
        }
        at += 1;
    }
    (at, has_sign || after_soft_hyphen)
}

/// Whether DDMMYY is a date in any century. 29 February exists in every fourth year: for 00 the sign may say 2000.
fn date_exists(digits: &[u8; ALL_DIGITS]) -> bool {
    let two_digits = |place: usize| digits[place] * 10 + digits[place + 1];
    let (day, month, year) = (two_digits(0), two_digits(2), two_digits(4));
    let days_in_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days_in_month).contains(&day)
}

// ---- Phone numbers and e-mail addresses ----

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

/// Whether the digit here is part of something that began before, like the end of `LUP-2024-0012345` or `1,0500000`.
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

/// The end in bytes, and the index of the item after it, of the phone number that begins here with `+` or a digit.
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

/// The byte ranges of all e-mail addresses, in order; also those with `(at)` or `[at]` for the sign.
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

/// Where the name before and the domain after an at sign that stands here end and begin. Only the sign in brackets
/// may have spaces around it: with a bare one they are the mark of something else ("nähdään @ kirjasto").
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
mod tests;
