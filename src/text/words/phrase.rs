//! A phrase of a data file: which words occur how close to each other.

use super::endings::Form;
use super::lexicon::{Class, Hit};
use super::tokens::Token;

/// Other words that may stand between two words of a phrase.
pub const GAP: usize = 2;
/// The same where the phrase has `..` between them.
pub const WIDE_GAP: usize = 8;
/// Most words between the parts of a phrase that are joined by `+`.
const REACH: usize = 20;
/// Most words of a phrase.
pub const WORDS_MAX: usize = 8;
/// How many words a negation reaches across "and".
const NEGATION_ACROSS_AND: usize = 4;

/// A class that a word must have, in one of these forms.
pub type Asked = (Class, Form);

/// One place of a phrase: any of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What fits.
    pub any: Vec<Asked>,
    /// Most other words between it and the place before.
    pub gap: usize,
}

/// Places in their order.
pub type Sequence = Vec<Place>;

/// A phrase, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// As the data file writes it.
    pub source: String,
    /// Sequences that occur near each other, in any order.
    pub parts: Vec<Sequence>,
    /// What the sentence must not contain.
    pub without: Vec<Asked>,
    /// Whether it contains a negation itself, so that one does not undo it.
    pub negated: bool,
}

/// The words of a text with their classes, in one language.
pub struct Marked<'a> {
    tokens: &'a [Token],
    hits: Vec<Hit>,
    /// Where the classes of each token begin in `hits`.
    starts: Vec<usize>,
    /// Words that no phrase may use any more: those of harmless phrases, later those of `no_complaint` phrases too.
    masked: Vec<bool>,
    /// Negations, in their order.
    negations: Vec<usize>,
    /// The classes that the text has, one bit each.
    present: Vec<u64>,
    special: Special,
}

/// Classes with a meaning of their own.
#[derive(Debug, Clone, Copy)]
pub struct Special {
    /// Undoes what is said.
    pub negation: Class,
    /// Begins a clause.
    pub clause: Class,
    /// Joins words or clauses.
    pub and: Class,
    /// Whether a negation may also stand after what it undoes.
    pub negation_after: bool,
}

impl<'a> Marked<'a> {
    /// Marks `tokens`; `look_up` adds the classes of a word.
    pub fn new(tokens: &'a [Token], special: Special, mut look_up: impl FnMut(&Token, &mut Vec<Hit>)) -> Self {
        let mut marked = Self {
            tokens,
            hits: Vec::with_capacity(tokens.len() * 2),
            starts: Vec::with_capacity(tokens.len() + 1),
            masked: vec![false; tokens.len()],
            negations: Vec::new(),
            present: Vec::new(),
            special,
        };
        for (at, token) in tokens.iter().enumerate() {
            marked.starts.push(marked.hits.len());
            look_up(token, &mut marked.hits);
            let start = marked.starts.get(at).copied().unwrap_or_default();
            for hit in marked.hits.iter().skip(start) {
                let (word, bit) = (usize::from(hit.class / 64), hit.class % 64);
                if marked.present.len() <= word {
                    marked.present.resize(word + 1, 0);
                }
                if let Some(bits) = marked.present.get_mut(word) {
                    *bits |= 1 << bit;
                }
            }
            if marked.hits.iter().skip(start).any(|hit| hit.class == special.negation) {
                marked.negations.push(at);
            }
        }
        marked.starts.push(marked.hits.len());
        marked
    }

    /// Whether the text has a word for each place of `phrase`: this alone rules out most phrases.
    pub fn may_have(&self, phrase: &Phrase) -> bool {
        let has = |class: Class| {
            let bits = self.present.get(usize::from(class / 64)).copied().unwrap_or_default();
            bits >> (class % 64) & 1 == 1
        };
        phrase.parts.iter().flatten().all(|place| place.any.iter().any(|(class, _)| has(*class)))
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The classes of the word at `at`.
    pub fn hits(&self, at: usize) -> &[Hit] {
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => self.hits.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The sentence of the word at `at`.
    pub fn sentence(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |token| token.sentence)
    }

    /// Excludes words from what phrases may use.
    pub fn mask(&mut self, used: &[usize]) {
        for at in used {
            if let Some(masked) = self.masked.get_mut(*at) {
                *masked = true;
            }
        }
    }

    fn is(&self, at: usize, any: &[Asked]) -> bool {
        self.hits(at).iter().any(|hit| any.iter().any(|(class, form)| hit.class == *class && hit.form.meets(*form)))
    }

    fn fits(&self, at: usize, place: &Place) -> bool {
        !self.masked.get(at).copied().unwrap_or(true) && self.is(at, &place.any)
    }

    /// Whether a clause begins at `at`.
    fn begins_clause(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.after_comma)
            || self.hits(at).iter().any(|hit| hit.class == self.special.clause)
    }

    /// The words of `sequence` if its first one is at `first`. Each later word is the nearest that lets the rest
    /// follow; time grows with the sequence's reach, not with the text.
    fn follow(&self, sequence: &[Place], first: usize) -> Option<Vec<usize>> {
        let (head, rest) = sequence.split_first()?;
        if !self.fits(first, head) {
            return None;
        }
        // Where each place can be, with the place before it.
        let mut reached: Vec<Vec<(usize, usize)>> = vec![vec![(first, 0)]];
        for place in rest {
            let mut next: Vec<(usize, usize)> = Vec::new();
            for (index, (before, _)) in reached.last()?.iter().enumerate() {
                for at in before + 1..=before + 1 + place.gap {
                    let same = self.tokens.get(at).is_some_and(|_| self.sentence(at) == self.sentence(first));
                    if same && self.fits(at, place) && next.iter().all(|(taken, _)| *taken != at) {
                        next.push((at, index));
                    }
                }
            }
            if next.is_empty() {
                return None;
            }
            reached.push(next);
        }
        let mut words = Vec::with_capacity(sequence.len());
        let mut index = 0;
        for places in reached.iter().rev() {
            let (at, before) = places.get(index)?;
            words.push(*at);
            index = *before;
        }
        words.reverse();
        Some(words)
    }

    /// The words of `phrase` if its first one is at `first`; `None` where a negation undoes it.
    pub fn find(&self, phrase: &Phrase, first: usize) -> Option<Vec<usize>> {
        let (head, others) = phrase.parts.split_first()?;
        let mut words = self.follow(head, first)?;
        if !phrase.without.is_empty() && self.sentence_around(first).any(|at| self.is(at, &phrase.without)) {
            return None;
        }
        if !phrase.negated && self.is_negated(&words) {
            return None;
        }
        let end = words.last().copied().unwrap_or(first);
        for part in others {
            let near = first.saturating_sub(REACH)..(end + REACH + 1).min(self.len());
            let found = near
                .filter(|at| !words.contains(at))
                .find_map(|at| self.follow(part, at).filter(|found| phrase.negated || !self.is_negated(found)));
            words.extend(found?);
        }
        Some(words)
    }

    /// The words of the sentence around `at`, as far as a phrase reaches.
    fn sentence_around(&self, at: usize) -> impl Iterator<Item = usize> {
        let sentence = self.sentence(at);
        (at.saturating_sub(REACH)..(at + REACH + 1).min(self.len()))
            .filter(move |other| self.sentence(*other) == sentence)
    }

    /// Whether a negation of the same clause undoes the words from the first to the last of `words`.
    fn is_negated(&self, words: &[usize]) -> bool {
        let (Some(first), Some(last)) = (words.first().copied(), words.last().copied()) else { return false };
        // Inside, between the words.
        if (first..=last).any(|at| self.negations.binary_search(&at).is_ok()) {
            return true;
        }
        // Before, back to where the clause begins.
        let mut across_and = false;
        for at in (first.saturating_sub(REACH)..=first).rev() {
            if self.sentence(at) != self.sentence(first) {
                break;
            }
            if self.negations.binary_search(&at).is_ok() {
                return !across_and || first - at <= NEGATION_ACROSS_AND;
            }
            if self.begins_clause(at) {
                break;
            }
            across_and |= self.hits(at).iter().any(|hit| hit.class == self.special.and);
        }
        // After, where the language puts it there.
        self.special.negation_after
            && (last + 1..(last + 3).min(self.len()))
                .take_while(|at| {
                    let and = self.hits(*at).iter().any(|hit| hit.class == self.special.and);
                    self.sentence(*at) == self.sentence(last) && !self.begins_clause(*at) && !and
                })
                .any(|at| self.negations.binary_search(&at).is_ok())
    }
}
