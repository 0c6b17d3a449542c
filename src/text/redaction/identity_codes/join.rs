//! What joins the date of a code and its tail: the century sign, other marks, or words.

use super::super::characters::Kind;
use super::tail::Tail;
use super::view::{Layout, MARKS_MAX, View};

/// The letters in use as century signs since 2023 besides `+` and `-` (Digital and Population Data Services Agency).
const SIGN_LETTERS: &str = "YXWVUABCDEF";
/// Most words that lead to the sign ("ja sitten iso A").
const SIGN_WORDS_MAX: usize = 4;
/// Most words between a date and the word for the tail, and most words between that word and the tail.
pub(super) const TAIL_WORDS_MAX: usize = 4;

/// What joins a date and its tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
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
        /// No word but those that join the two: "131052 ja 930V".
        is_bare: bool,
    },
}

/// What was found so far between a date and its tail.
#[derive(Default)]
struct Found {
    /// A dash, plus or soft hyphen, or a word for one.
    sign: bool,
    /// A letter that is in use as a sign.
    letter: bool,
    space: bool,
    marks: usize,
    /// Words that lead to a sign.
    words: usize,
}

impl Join {
    /// The sign, marks or nothing at this place between a date and its tail, and where they end.
    pub(super) fn at(view: &View<'_>, start: usize) -> Option<(Self, usize)> {
        let mut found = Found::default();
        let mut at = start;
        while let Some(next) = found.take(view, at, at == start) {
            at = next;
            if found.words > SIGN_WORDS_MAX {
                return None;
            }
        }
        // "010100 ja sitten A/1234": the letter belongs to what follows.
        let is_sign = found.sign || (found.letter && (found.words == 0 || found.marks == 0));
        let join = if is_sign {
            Self::Sign { has_space: found.space }
        } else if found.words > 0 {
            return None;
        } else if found.marks > 0 {
            Self::Mark
        } else if found.space {
            Self::Space
        } else {
            Self::Nothing
        };
        Some((join, at))
    }

    /// The tail after a date and some words, such as those for the tail: "070368, loppu 9548", "born 23.12.1938, last
    /// four are 943R".
    pub(super) fn words(view: &View<'_>, start: usize) -> Option<(Self, Tail)> {
        let mut at = start;
        let mut words = 0;
        let mut names_part = false;
        let mut is_bare = true;
        loop {
            let tail = match view.kind(at)? {
                Kind::Letter(_) if names_part => Tail::in_words(view, at),
                Kind::Digit(_) => Tail::in_digits(view, at, false).filter(|tail| tail.layout == Layout::Together),
                _ => None,
            };
            if let Some(tail) = tail {
                return (words > 0).then_some((Self::Words { names_part, is_bare }, tail));
            }
            match view.kind(at)? {
                Kind::Letter(_) => {
                    let (word, next) = view.word(at)?;
                    at = next;
                    words = if word.names_tail() && !names_part { 1 } else { words + 1 };
                    names_part |= word.names_tail();
                    is_bare &= word.leads_to_sign();
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

impl Found {
    /// Takes the item or word here and returns where it ends; `None` if it belongs to the tail or to no code.
    fn take(&mut self, view: &View<'_>, at: usize, is_first: bool) -> Option<usize> {
        self.sign |= view.is_after_soft_hyphen(at);
        match view.kind(at)? {
            Kind::Space => self.space = true,
            Kind::Dash | Kind::Plus => self.sign = true,
            Kind::Other(_) if self.marks < MARKS_MAX => self.marks += 1,
            Kind::Letter(letter) => return self.take_word(view, at, letter, is_first),
            _ => return None,
        }
        Some(at + 1)
    }

    fn take_word(&mut self, view: &View<'_>, at: usize, first: char, is_first: bool) -> Option<usize> {
        let (word, next) = view.word(at)?;
        let may_be_sign = |letter: &char| !self.letter && SIGN_LETTERS.contains(*letter);
        if !is_first && word.number().is_some() {
            return None;
        }
        // "A", "A niinku Aarne"
        if let Some(letter) = word.single_letter().filter(may_be_sign) {
            self.letter = true;
            return Some(view.after_comparison(next, letter));
        }
        // "aa"
        if let Some(letter) = word.name_of_sign().filter(|letter| !is_first && may_be_sign(letter)) {
            self.marks += 1;
            return Some(view.after_comparison(next, letter));
        }
        // The sign and a digit that looks like a letter: "AO32"
        if may_be_sign(&first) && view.digit(at + 1).is_some() {
            self.letter = true;
            return Some(at + 1);
        }
        if word.names_mark() {
            self.marks += 1;
        } else if word.names_sign() {
            self.sign = true;
        } else if word.leads_to_sign() {
            self.words += 1;
        } else {
            return None;
        }
        Some(next)
    }
}
