//! Classifies the characters of a text for the rules of this folder, whatever their script and encoding.

use std::iter;

use super::{REMOVED_EN, REMOVED_FI, REMOVED_SV};
use crate::base::characters::{digit_value, folded_letter, is_dash, is_invisible};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A digit of any script.
    Digit(u8),
    /// Another letter or number, folded by [`folded_letter`].
    Letter(char),
    Plus,
    Dash,
    Space,
    /// Punctuation and the like, as it is.
    Other(char),
    /// A whole note that says that a code was removed; only in [`code_items`].
    Note,
}

/// A visible character. Invisible ones are skipped, so that they cannot hide a code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Byte range in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// A soft hyphen stood before it: an invisible break within a word, or what a century sign was turned into.
    pub(super) after_soft_hyphen: bool,
}

impl Item {
    pub(super) fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Digit(_) | Kind::Letter(_))
    }

    pub(super) fn digit(&self) -> Option<u8> {
        match self.kind {
            Kind::Digit(digit) => Some(digit),
            _ => None,
        }
    }
}

/// The visible characters of a text, as they are written.
pub(super) fn visible_items(text: &str) -> Vec<Item> {
    let written = text.char_indices().map(|(start, character)| Written {
        character: Some(character),
        kind: kind_of(character),
        start,
        end: start + character.len_utf8(),
    });
    collected(written, text.len(), |_| false)
}

/// The visible characters of a text for the search for codes. Encoded characters are decoded, a note is one item, and a
/// run of spaces, of dashes or of the same mark is one, so that a code is never longer than a fixed number of items.
///
/// An item depends on the text before it only within such a run. So when whole items are replaced by a note, the other
/// items stay the same.
pub(super) fn code_items(text: &str) -> Vec<Item> {
    let mut at = 0;
    let written = iter::from_fn(|| {
        let written = written_at(text, at)?;
        at = written.end;
        Some(written)
    });
    collected(written, text.len(), is_one_in_a_run)
}

fn is_one_in_a_run(kind: Kind) -> bool {
    match kind {
        Kind::Space | Kind::Dash => true,
        Kind::Other(mark) => closing_bracket(mark).is_none() && !matches!(mark, ')' | ']' | '}'),
        _ => false,
    }
}

/// The bracket that closes this one.
pub(super) fn closing_bracket(opening: char) -> Option<char> {
    match opening {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    }
}

/// A character as it is written in a text, with its byte range.
struct Written {
    /// `None` for a note.
    character: Option<char>,
    kind: Kind,
    start: usize,
    end: usize,
}

/// The visible characters as items. A run of a kind for which `is_one_in_a_run` holds is one item.
fn collected(written: impl Iterator<Item = Written>, capacity: usize, is_one_in_a_run: fn(Kind) -> bool) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::with_capacity(capacity);
    let mut after_soft_hyphen = false;
    for Written { character, kind, start, end } in written {
        if character == Some(SOFT_HYPHEN) {
            after_soft_hyphen = true;
            continue;
        }
        if character.is_some_and(is_invisible) {
            continue;
        }
        match items.last_mut() {
            Some(last) if last.kind == kind && is_one_in_a_run(kind) => {
                last.end = end;
                last.after_soft_hyphen |= after_soft_hyphen;
            }
            _ => items.push(Item { kind, start, end, after_soft_hyphen }),
        }
        after_soft_hyphen = false;
    }
    items
}

/// What is written at this byte: a note, a character, or a character that was encoded for HTML, an address or JSON.
fn written_at(text: &str, start: usize) -> Option<Written> {
    let rest = text.get(start..)?;
    let first = rest.chars().next()?;
    if first == '[' {
        let note = [REMOVED_FI, REMOVED_SV, REMOVED_EN].into_iter().find(|note| rest.starts_with(note));
        if let Some(note) = note {
            return Some(Written { character: None, kind: Kind::Note, start, end: start + note.len() });
        }
    }
    let encoded = match first {
        '&' => html_entity(rest),
        '<' => html_tag(rest),
        '%' => percent_encoded(rest),
        '\\' => json_escape(rest),
        _ => None,
    };
    let (character, length) = encoded.unwrap_or((first, first.len_utf8()));
    let kind = any_digit(character).map_or_else(|| kind_of(character), Kind::Digit);
    Some(Written { character: Some(character), kind, start, end: start + length })
}

/// Named entities of characters that occur in codes, from the HTML standard.
const ENTITIES: [(&str, char); 22] = [
    ("nbsp", '\u{a0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("shy", SOFT_HYPHEN),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("hyphen", '\u{2010}'),
    ("dash", '\u{2010}'),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("horbar", '\u{2015}'),
    ("minus", '\u{2212}'),
    ("plus", '+'),
    ("sol", '/'),
    ("lowbar", '_'),
    ("period", '.'),
    ("comma", ','),
    ("colon", ':'),
    ("ast", '*'),
    ("lpar", '('),
    ("rpar", ')'),
];
/// Most characters of an entity's name or number.
const ENTITY_CHARS_MAX: usize = 8;
/// How many more times a character may have been encoded, as in `&amp;amp;#45;` or `%25252D`.
const ENCODED_AGAIN_MAX: usize = 3;

/// `&#45;`, `&#x2d;`, `&nbsp;`; also where the `&` was encoded again.
fn html_entity(text: &str) -> Option<(char, usize)> {
    let mut name = text.strip_prefix('&')?;
    for _ in 0..ENCODED_AGAIN_MAX {
        name = name.strip_prefix("amp;").unwrap_or(name);
    }
    let length = name.bytes().take(ENTITY_CHARS_MAX).take_while(|byte| *byte != b';' && *byte != b'[').count();
    let (name, after) = (name.get(..length)?, name.get(length..)?);
    let after = after.strip_prefix(';')?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, text.len() - after.len()))
}

/// A tag without attributes, such as `<b>` or `</span>`. It is read as a space.
fn html_tag(text: &str) -> Option<(char, usize)> {
    const NAME_CHARS_MAX: usize = 10;
    let inside = text.strip_prefix('<')?;
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let length = name.bytes().take(NAME_CHARS_MAX).take_while(u8::is_ascii_alphabetic).count();
    let after = name.get(length..).filter(|_| length > 0)?;
    let after = after.strip_prefix(" /").or_else(|| after.strip_prefix('/')).unwrap_or(after).strip_prefix('>')?;
    Some((' ', text.len() - after.len()))
}

/// `%2D`, `%E2%80%93`, `%252D`. Letters and digits are never encoded this way: `%31` is more likely a percentage.
fn percent_encoded(text: &str) -> Option<(char, usize)> {
    let mut bytes = Vec::with_capacity(4);
    let mut rest = text;
    loop {
        rest = rest.strip_prefix('%')?;
        for _ in 0..ENCODED_AGAIN_MAX {
            let again = rest.strip_prefix("25").filter(|again| hex_byte(again).is_some());
            rest = again.unwrap_or(rest);
        }
        bytes.push(hex_byte(rest)?);
        rest = rest.get(2..)?;
        match std::str::from_utf8(&bytes) {
            Ok(decoded) => {
                let character = decoded.chars().next().filter(|character| !character.is_alphanumeric())?;
                return Some((character, text.len() - rest.len()));
            }
            Err(error) if error.error_len().is_some() => return None,
            Err(_) => {}
        }
    }
}

fn hex_byte(text: &str) -> Option<u8> {
    let digits = text.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// `\u002D`.
fn json_escape(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    let character = char::from_u32(code).filter(|character| !character.is_alphanumeric())?;
    Some((character, "\\u".len() + digits.len()))
}

fn kind_of(character: char) -> Kind {
    if let Some(digit) = digit_value(character) {
        Kind::Digit(digit)
    } else if is_dash(character) {
        Kind::Dash
    } else if character.is_alphanumeric() {
        Kind::Letter(folded_letter(character))
    } else if character.is_whitespace() {
        Kind::Space
    } else if matches!(character, '+' | '\u{ff0b}' | '\u{2795}') {
        Kind::Plus
    } else {
        Kind::Other(character)
    }
}

const SOFT_HYPHEN: char = '\u{ad}';

/// The digit of any script, also in a circle or bracket, raised or lowered.
pub(super) fn any_digit(character: char) -> Option<u8> {
    digit_value(character).or_else(|| if character.is_ascii() { None } else { enclosed_digit(character) })
}

/// The digit that is enclosed in a circle or bracket, superscript or subscript.
fn enclosed_digit(character: char) -> Option<u8> {
    /// Runs of such digits: first code point, first digit, length.
    const RUNS: [(u32, u8, u32); 9] = [
        (0x2070, 0, 1),
        (0x2074, 4, 6),
        (0x2080, 0, 10),
        (0x2460, 1, 9),
        (0x2474, 1, 9),
        (0x24ea, 0, 1),
        (0x24f5, 1, 9),
        (0x2776, 1, 9),
        (0x2780, 1, 9),
    ];
    match character {
        '\u{b9}' => Some(1),
        '\u{b2}' => Some(2),
        '\u{b3}' => Some(3),
        _ => RUNS.iter().find_map(|(start, first, length)| {
            let offset = u32::from(character).checked_sub(*start).filter(|offset| offset < length)?;
            u8::try_from(offset).ok().map(|offset| first + offset)
        }),
    }
}
