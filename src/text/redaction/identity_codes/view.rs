//! The items from which a candidate is read, and what dates, joins and tails have in common: digits, fields, separators.

use super::super::characters::{Item, Kind};
use super::super::words::{Number, Word};

/// Most items of a candidate: the longest is one that is spelled out in words.
pub(super) const REACH: usize = 256;
/// Most marks in one gap. A run of the same mark counts once.
pub(super) const MARKS_MAX: usize = 4;
/// Most words between a letter and the word that it begins ("A niin kuin Aarne", "A as in Adam").
const COMPARING_WORDS_MAX: usize = 2;
/// Most letters in a row that stand for digits.
const LOOK_ALIKES_MAX: usize = 3;

/// The next items, as far as a candidate may reach, in reversed order: the next one is the last of the slice.
pub(super) struct View<'a> {
    reversed: &'a [Item],
}

/// A digit, or a letter that is typed or read instead of one.
#[derive(Clone, Copy)]
pub(super) struct DigitRead {
    pub(super) value: u8,
    /// A letter that seldom means a digit.
    pub(super) is_unsure: bool,
}

/// Adjacent digits.
pub(super) struct Field {
    pub(super) value: u32,
    pub(super) is_unsure: bool,
    pub(super) next: usize,
}

/// What is between two fields of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Nothing,
    Space,
    /// A dash or other mark, with spaces or without.
    Mark(Kind),
}

/// How the digits of a date or tail are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Not at all.
    Together,
    /// Its fields by spaces.
    Fields,
    /// Its fields by marks.
    Marked(Kind),
    /// Each digit by spaces.
    Apart,
    /// In words.
    Words,
    /// By spaces elsewhere.
    Loose,
}

impl<'a> View<'a> {
    /// `reversed` has the next item last.
    pub(super) fn new(reversed: &'a [Item]) -> Self {
        Self { reversed: &reversed[reversed.len().saturating_sub(REACH)..] }
    }

    fn get(&self, at: usize) -> Option<&Item> {
        self.reversed.len().checked_sub(at + 1).and_then(|index| self.reversed.get(index))
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.get(at).map(|item| item.kind)
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.get(at).is_some_and(Item::is_word)
    }

    pub(super) fn is_letter(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Letter(_)))
    }

    pub(super) fn is_plain_digit(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Digit(_)))
    }

    pub(super) fn is_after_soft_hyphen(&self, at: usize) -> bool {
        self.get(at).is_some_and(|item| item.after_soft_hyphen)
    }

    /// The word of the letters from here on, and where it ends.
    pub(super) fn word(&self, start: usize) -> Option<(Word, usize)> {
        let length = (start..).take_while(|at| self.is_letter(*at)).count();
        let word = Word::of((start..start + length).filter_map(|at| self.get(at)))?;
        Some((word, start + length))
    }

    /// The digit here. A letter is one only next to a digit: "131O52" has a digit that is a letter, "ei 1052" none.
    pub(super) fn digit(&self, at: usize) -> Option<DigitRead> {
        let letter = match self.kind(at)? {
            Kind::Digit(value) => return Some(DigitRead { value, is_unsure: false }),
            Kind::Letter(letter) => letter,
            _ => return None,
        };
        let digit = look_alike(letter)?;
        let is_look_alike =
            |at: &usize| matches!(self.kind(*at), Some(Kind::Letter(letter)) if look_alike(letter).is_some());
        let left = (0..at).rev().take(LOOK_ALIKES_MAX).find(|at| !is_look_alike(at));
        let right = (at + 1..).take(LOOK_ALIKES_MAX).find(|at| !is_look_alike(at));
        let touches_digit = [left, right].into_iter().flatten().any(|at| self.is_plain_digit(at));
        touches_digit.then_some(digit)
    }

    /// Exactly `width` adjacent digits.
    pub(super) fn field(&self, start: usize, width: usize) -> Option<Field> {
        let mut field = Field { value: 0, is_unsure: false, next: start + width };
        for at in start..start + width {
            let digit = self.digit(at)?;
            field.value = field.value * 10 + u32::from(digit.value);
            field.is_unsure |= digit.is_unsure;
        }
        (!self.is_plain_digit(field.next)).then_some(field)
    }

    /// A field of the first of these widths that fits, and its width.
    pub(super) fn field_of(&self, start: usize, widths: &[usize]) -> Option<(Field, usize)> {
        widths.iter().find_map(|width| self.field(start, *width).map(|field| (field, *width)))
    }

    pub(super) fn after_space(&self, at: usize) -> usize {
        at + usize::from(self.kind(at) == Some(Kind::Space))
    }

    /// The separator here, and where it ends.
    pub(super) fn separator(&self, start: usize) -> (Separator, usize) {
        let at = self.after_space(start);
        match self.kind(at) {
            Some(mark @ (Kind::Dash | Kind::Other(_))) if !is_bracket(mark) => {
                (Separator::Mark(mark), self.after_space(at + 1))
            }
            _ if at > start => (Separator::Space, at),
            _ => (Separator::Nothing, at),
        }
    }

    /// Skips spaces and at most [`MARKS_MAX`] marks.
    pub(super) fn after_gap(&self, start: usize) -> usize {
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

    /// `wanted` digits in words, and where they end.
    pub(super) fn word_digits(&self, start: usize, wanted: usize) -> Option<(Vec<u8>, usize)> {
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

    /// A letter, or its name, that may have "iso" before it or "niinku Aarne" after it; and where all of this ends.
    pub(super) fn spoken_letter(&self, start: usize) -> Option<(char, usize)> {
        let (mut word, mut end) = self.word(start)?;
        if word.describes_letter() {
            (word, end) = self.word(self.after_space(end))?;
        }
        let letter = word.single_letter().or_else(|| word.letter_name())?;
        Some((letter, self.after_comparison(end, letter)))
    }

    /// Skips "niinku Aarne" after an A, if it stands here.
    pub(super) fn after_comparison(&self, start: usize, letter: char) -> usize {
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

/// The digit that this letter looks like.
fn look_alike(letter: char) -> Option<DigitRead> {
    let (value, is_unsure) = match letter {
        'O' => (0, false),
        'I' | 'L' => (1, false),
        'Z' => (2, true),
        // The Cyrillic letter Ze, which scanners confuse with a 3.
        'З' => (3, true),
        'S' => (5, true),
        'G' => (6, true),
        'B' => (8, true),
        _ => return None,
    };
    Some(DigitRead { value, is_unsure })
}

fn is_bracket(kind: Kind) -> bool {
    matches!(kind, Kind::Other('(' | ')' | '[' | ']' | '{' | '}'))
}
