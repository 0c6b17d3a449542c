//! The tail of a code: individual number and check symbol.

use super::super::characters::Kind;
use super::view::{Layout, Separator, View};

/// Digits of the individual number, NNN.
const NUMBER_DIGITS: usize = 3;

#[derive(Debug)]
pub(super) struct Tail {
    /// The individual number.
    pub(super) digits: [u8; NUMBER_DIGITS],
    /// The check symbol: a digit or letter.
    pub(super) check: Kind,
    pub(super) layout: Layout,
    /// The separator before the check symbol.
    pub(super) before_check: Separator,
    /// Has letters that seldom mean a digit, or a word for its check symbol that seldom means a letter.
    pub(super) is_unsure: bool,
    /// The index of the item that follows.
    pub(super) next: usize,
}

impl Tail {
    pub(super) fn has_digits_only(&self) -> bool {
        matches!(self.check, Kind::Digit(_))
    }

    /// Three digits and a check symbol, with spaces between them, or marks too if `with_marks`.
    pub(super) fn in_digits(view: &View<'_>, start: usize, with_marks: bool) -> Option<Self> {
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
            // A note, a bracket or the end follows.
            (_, next) if !view.is_word(next) => return None,
            // Marks with spaces separate two things: "10.5.24–150 / 2".
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

    /// The check symbol, and where it ends. Words such as "koo" or "iso K" are read only if they are separate words.
    fn check(view: &View<'_>, at: usize, is_apart: bool) -> Option<(Kind, usize)> {
        match view.kind(at)? {
            Kind::Letter(_) if is_apart && view.is_letter(at + 1) => {
                view.spoken_letter(at).map(|(letter, next)| (Kind::Letter(letter), next))
            }
            Kind::Letter(letter) => Some((Kind::Letter(letter), view.after_comparison(at + 1, letter))),
            digit @ Kind::Digit(_) => Some((digit, at + 1)),
            _ => None,
        }
    }

    /// Four digits in words, or three and a letter or its name.
    pub(super) fn in_words(view: &View<'_>, start: usize) -> Option<Self> {
        let (digits, check, next) = match view.word_digits(start, NUMBER_DIGITS + 1) {
            Some((digits, next)) => {
                let check = Kind::Digit(*digits.last()?);
                (digits, check, next)
            }
            None => {
                let (digits, next) = view.word_digits(start, NUMBER_DIGITS)?;
                let (letter, next) = view.spoken_letter(view.after_gap(next))?;
                (digits, Kind::Letter(letter), next)
            }
        };
        let digits = digits.get(..NUMBER_DIGITS)?.try_into().ok()?;
        Some(Self { digits, check, layout: Layout::Words, before_check: Separator::Space, is_unsure: false, next })
    }
}
