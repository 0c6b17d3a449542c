//! Words of a text by their Finnish and Swedish stems, so that a rule's word finds its inflected forms.

use std::collections::{HashMap, HashSet};

use rust_stemmers::{Algorithm, Stemmer};

/// Stemming never changes this many first letters of a word, so a word that begins unlike every rule word needs no
/// stemming. This keeps intake fast however long the text is.
const KEPT_LETTERS: usize = 3;

/// The first letters of a word, in lower case, packed into one number: every word of every text is compared by it.
type Beginning = u64;
/// Bits of a letter in a [`Beginning`].
const LETTER_BITS: u32 = 21;

/// The words that any rule asks for, stemmed once when the settings are loaded.
#[derive(Debug, Default)]
pub struct RuleWords {
    phrases: HashMap<String, Vec<[String; 2]>>,
    stems: HashSet<String>,
    /// Sorted.
    beginnings: Vec<Beginning>,
}

/// The stems of a text that some rule asks for.
#[derive(Debug, Default)]
pub struct TextStems(HashSet<String>);

impl RuleWords {
    /// Prepares `phrases`: a phrase is one or more words that must all occur.
    pub fn new<'a>(phrases: impl Iterator<Item = &'a str>) -> Self {
        let stemmers = Stemmers::new();
        let mut prepared = Self::default();
        for phrase in phrases {
            let mut stems = Vec::new();
            for word in words(phrase) {
                prepared.beginnings.push(beginning(word));
                stems.push(stemmers.stems(&word.to_lowercase()));
            }
            prepared.stems.extend(stems.iter().flatten().cloned());
            prepared.phrases.insert(phrase.to_owned(), stems);
        }
        prepared.beginnings.sort_unstable();
        prepared.beginnings.dedup();
        prepared
    }

    /// The stems in `texts` that some rule asks for, in both languages: a giver may write Finnish on a Swedish form.
    pub fn stems_in<'a>(&self, texts: impl Iterator<Item = &'a str>) -> TextStems {
        let mut found = HashSet::new();
        if self.beginnings.is_empty() {
            return TextStems(found);
        }
        let stemmers = Stemmers::new();
        for text in texts {
            for word in words(text).filter(|word| self.beginnings.binary_search(&beginning(word)).is_ok()) {
                let stems = stemmers.stems(&word.to_lowercase()).into_iter();
                found.extend(stems.filter(|stem| self.stems.contains(stem)));
            }
        }
        TextStems(found)
    }

    /// Whether all words of a prepared `phrase` occur in the text.
    pub fn occurs(&self, phrase: &str, text: &TextStems) -> bool {
        // For speed: most texts have no stem that a rule asks for.
        !text.0.is_empty()
            && self.phrases.get(phrase).is_some_and(|stems| {
                !stems.is_empty() && stems.iter().all(|word| word.iter().any(|stem| text.0.contains(stem)))
            })
    }
}

struct Stemmers {
    finnish: Stemmer,
    swedish: Stemmer,
}

impl Stemmers {
    fn new() -> Self {
        Self { finnish: Stemmer::create(Algorithm::Finnish), swedish: Stemmer::create(Algorithm::Swedish) }
    }

    /// The prefix keeps a Finnish stem apart from a Swedish stem with the same letters.
    fn stems(&self, word: &str) -> [String; 2] {
        [format!("fi:{}", self.finnish.stem(word)), format!("sv:{}", self.swedish.stem(word))]
    }
}

fn beginning(word: &str) -> Beginning {
    let letters = word.chars().flat_map(char::to_lowercase).take(KEPT_LETTERS);
    letters.fold(0, |packed, letter| (packed << LETTER_BITS) | Beginning::from(u32::from(letter)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|symbol: char| !symbol.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::RuleWords;

    #[test]
    fn inflected_words_are_found() {
        let rules = RuleWords::new(["muistutus", "itsemurha", "tappaa itseni", "anmärkning", ""].into_iter());
        let text = rules.stems_in(["Haluan tehdä muistutuksia. Tapan itseni. Anmärkningen gäller mötet."].into_iter());
        assert!(rules.occurs("anmärkning", &text));
        assert!(!rules.occurs("itsemurha", &text));
        assert!(!rules.occurs("", &text));
        let text = rules.stems_in(["ajattelen itsemurhaa"].into_iter());
        assert!(rules.occurs("itsemurha", &text));
    }
}
