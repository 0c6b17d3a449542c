//! The words of a language's classes, looked up by their form.

use std::collections::{HashMap, HashSet};

use super::endings::{Form, Tongue, fold};

/// A class of words, by its index in the list of classes.
pub type Class = u16;

/// How many first letters are compared before the whole stem of a compound's last part.
const BEGINNING: usize = 3;

/// A class that a word belongs to, and what its form may be in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub class: Class,
    pub form: Form,
}

#[derive(Debug, Clone, Copy)]
struct Stem {
    class: Class,
    form: Form,
    /// Whether anything may follow the stem, or only an ending of the language.
    open: bool,
}

/// How an entry of a class names its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// This form only: `word`.
    Exact(String),
    /// A stem with any ending of the language: `stem~`.
    Inflected(String),
    /// Anything that begins so: `stem*`.
    Open(String),
    /// A stem with any ending of the language, alone or as the last part of a compound: `-stem~`.
    Head(String),
}

impl Entry {
    /// Parses an entry of a data file.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, kind): (&str, fn(String) -> Self) = match text.chars().next_back()? {
            '~' if text.starts_with('-') => (text.get(1..text.len() - 1)?, Self::Head),
            '~' => (text.strip_suffix('~')?, Self::Inflected),
            '*' => (text.strip_suffix('*')?, Self::Open),
            _ => (text, Self::Exact),
        };
        let letters = |symbol: char| symbol.is_alphanumeric() && symbol.to_lowercase().eq([symbol]);
        let fits = body == super::tokens::SMILE || (!body.is_empty() && body.chars().all(letters));
        fits.then(|| kind(body.to_owned()))
    }
}

/// The words of one language, as they are written, or as written without ä, ö and å.
#[derive(Debug)]
pub struct Lexicon {
    tongue: Tongue,
    folded: bool,
    exact: HashMap<Box<str>, Vec<Hit>>,
    stems: HashMap<Box<str>, Vec<Stem>>,
    /// Bytes of the shortest and the longest stem.
    stem_bytes: (usize, usize),
    /// Stems that also end a compound.
    heads: HashMap<Box<str>, Vec<Stem>>,
    /// The first letters of the stems in `heads`.
    head_beginnings: HashSet<[char; BEGINNING]>,
}

impl Lexicon {
    /// A lexicon without words.
    pub fn new(tongue: Tongue, folded: bool) -> Self {
        Self {
            tongue,
            folded,
            exact: HashMap::new(),
            stems: HashMap::new(),
            stem_bytes: (usize::MAX, 0),
            heads: HashMap::new(),
            head_beginnings: HashSet::new(),
        }
    }

    fn spelled(&self, word: &str) -> String {
        if self.folded { fold(word) } else { word.to_owned() }
    }

    /// Adds an entry to a class; `form` overrides what the ending says.
    pub fn add(&mut self, class: Class, entry: &Entry, form: Option<Form>) {
        let form = form.unwrap_or(Form::ANY);
        match entry {
            Entry::Exact(word) => {
                self.exact.entry(self.spelled(word).into()).or_default().push(Hit { class, form });
            }
            Entry::Inflected(stem) | Entry::Open(stem) => {
                let stem = self.spelled(stem);
                self.stem_bytes = (self.stem_bytes.0.min(stem.len()), self.stem_bytes.1.max(stem.len()));
                let open = matches!(entry, Entry::Open(_));
                self.stems.entry(stem.into()).or_default().push(Stem { class, form, open });
            }
            Entry::Head(stem) => {
                self.add(class, &Entry::Inflected(stem.clone()), Some(form));
                let stem = self.spelled(stem);
                if let Some(beginning) = first_letters(stem.chars()) {
                    self.head_beginnings.insert(beginning);
                    self.heads.entry(stem.into()).or_default().push(Stem { class, form, open: false });
                }
            }
        }
    }

    /// Adds the classes of `word` to `found`.
    pub fn look_up(&self, word: &str, found: &mut Vec<Hit>) {
        if let Some(hits) = self.exact.get(word) {
            found.extend(hits);
        }
        self.begins_with(&self.stems, word, found);
        // The first part of a compound has at least as many letters.
        for (at, _) in word.char_indices().skip(BEGINNING) {
            let rest = &word[at..];
            if first_letters(rest.chars()).is_some_and(|letters| self.head_beginnings.contains(&letters)) {
                self.begins_with(&self.heads, rest, found);
            }
        }
    }

    /// Adds the classes of the `stems` that `word` begins with, where what follows is an ending.
    fn begins_with(&self, stems: &HashMap<Box<str>, Vec<Stem>>, word: &str, found: &mut Vec<Hit>) {
        let (shortest, longest) = self.stem_bytes;
        for end in shortest..=word.len().min(longest) {
            let Some(stems) = word.is_char_boundary(end).then(|| stems.get(&word[..end])).flatten() else {
                continue;
            };
            let ending = self.tongue.ending(&word[end..]);
            for stem in stems {
                let form = match (stem.open, ending) {
                    (true, _) => stem.form,
                    (false, Some(form)) if stem.form == Form::ANY => form,
                    (false, Some(_)) => stem.form,
                    (false, None) => continue,
                };
                found.push(Hit { class: stem.class, form });
            }
        }
    }
}

fn first_letters(mut letters: impl Iterator<Item = char>) -> Option<[char; BEGINNING]> {
    Some([letters.next()?, letters.next()?, letters.next()?])
}

#[cfg(test)]
mod tests {
    use super::{Entry, Lexicon};
    use crate::text::words::endings::Tongue;

    fn finds(lexicon: &Lexicon, word: &str) -> bool {
        let mut found = Vec::new();
        lexicon.look_up(word, &mut found);
        !found.is_empty()
    }

    fn lexicon(entry: &str, folded: bool) -> Lexicon {
        let mut lexicon = Lexicon::new(Tongue::Finnish, folded);
        lexicon.add(0, &Entry::parse(entry).unwrap(), None);
        lexicon
    }

    #[test]
    fn each_kind_of_entry_finds_its_forms() {
        assert!(finds(&lexicon("löi", false), "löi") && !finds(&lexicon("löi", false), "löin"));
        let stem = lexicon("hakka~", false);
        assert!(["hakkaa", "hakkasi", "hakkaavat", "hakkaaminen"].iter().all(|word| finds(&stem, word)));
        assert!(!finds(&stem, "hakkapeliitta"));
        assert!(finds(&lexicon("puuk*", false), "puukkohippa"));
        let head = lexicon("-hoitaja~", false);
        assert!(finds(&head, "hoitajan") && finds(&head, "lähihoitajat") && !finds(&head, "hoito"));
        assert!(finds(&lexicon("lyö~", true), "lyodaan"));
        assert!(Entry::parse("Löi").is_none() && Entry::parse("a b").is_none() && Entry::parse("~").is_none());
    }
}
