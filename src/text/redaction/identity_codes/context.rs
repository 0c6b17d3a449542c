//! The words before a candidate that announce a code, a day of birth, the end of a code or a phone number.

use super::super::characters::{Item, Kind};
use super::super::words::Word;

/// How many items before a candidate are searched.
const LOOK_BACK: usize = 160;
/// How many words may stand between a word that announces a code and the code ("hetuni on, jos oikein muistan, …").
pub(super) const WORDS_AFTER_ANNOUNCING: usize = 5;
/// The same for a code that is written as mobile phone numbers are ("hetuni on 040 506 1237").
pub(super) const WORDS_AFTER_ANNOUNCING_PHONE: usize = 1;

/// What the words before a candidate say about it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    /// How many words before the candidate a code was announced, unless a phone number was announced since.
    pub(super) announced: Option<usize>,
    /// A comma or the end of a sentence is between the announcing word and the candidate.
    pub(super) is_new_clause: bool,
    /// A day of birth was announced.
    pub(super) birth: bool,
    /// The last symbols of a code were announced.
    pub(super) tail: bool,
    /// A phone number was announced, and no code since.
    pub(super) phone: bool,
    /// A number that may be a phone number was announced, and no code since.
    pub(super) number: bool,
    /// The words before name a document, so that its number follows: "lasku", "laskun numero on".
    pub(super) document: bool,
}

impl Context {
    /// The context from the items before a candidate, the last of which is next to it. A number or note counts as one word.
    pub(super) fn behind(before: &[Item]) -> Self {
        let mut context = Self::default();
        let mut end = before.len();
        let nearest = end.saturating_sub(LOOK_BACK);
        let mut words = 0;
        let mut later: Option<Word> = None;
        let mut leads_here = true;
        // One word more, for a pair of words that announce a code together.
        while words <= WORDS_AFTER_ANNOUNCING + 1 && end > nearest {
            let run = match before[end - 1].kind {
                Kind::Letter(_) => run_before(&before[nearest..end], |kind| matches!(kind, Kind::Letter(_))),
                Kind::Digit(_) => run_before(&before[nearest..end], |kind| matches!(kind, Kind::Digit(_))),
                Kind::Note => 1,
                mark => {
                    context.is_new_clause |= matches!(mark, Kind::Other(',' | ';' | '.' | '!' | '?'));
                    end -= 1;
                    continue;
                }
            };
            let start = end - run;
            // A word that is cut off could be any word.
            let is_cut = start == nearest && start > 0;
            let word = Word::of(&before[start..end]).filter(|_| !is_cut);
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
                context.number |= word.announces_number();
                context.document |= leads_here && !context.is_new_clause && word.announces_document();
                leads_here &= word.announces_number() || word.is_copula();
            }
            later = word;
            words += 1;
            end = start;
        }
        context
    }
}

/// How many items of this kind are at the end.
fn run_before(items: &[Item], belongs: impl Fn(Kind) -> bool) -> usize {
    items.iter().rev().take_while(|item| belongs(item.kind)).count()
}
