//! Words of danger and of complaint in what givers write.
//!
//! Two levels of danger: *urgent* is precise, because it wakes somebody; *read today* is sensitive, because it only moves a
//! text to the front. The words are in data files (`config/words`), one for each language; an organiser can add to them.
//!
//! A data file has *classes*, lists of words with their inflected forms, and *phrases*, sequences over words and classes.
//!
//! * An entry of a class is `word` (this form only), `stem~` (the stem with any ending of the language), `-stem~` (the
//!   same, also as the last part of a compound), `stem*` (whatever begins so) or `<class>` (all words of another class).
//!   After a colon stands what the form is in the sentence, where its ending does not tell: `mua:o`. The letters are `s`
//!   who does it, `o` to whom it is done, `t` to whom it goes, `1` the writer does it, `3` anybody else, `p` passive.
//! * A phrase is places in their order, with at most two other words between them; `..` between two places allows eight,
//!   `_` none. A place is an entry or `<class>`, or several with `|` between; `<class:o>` asks for a form. `+` joins two
//!   sequences that stand within twenty words of each other in any order. `!` before a place says that the sentence must
//!   not have it.
//! * A negation in the same clause undoes a phrase, unless the phrase has one itself. A *harmless* phrase takes its words
//!   out of all others. A *story* (long past, told, played) takes one level from its sentence, and so does a *calm* phrase
//!   (thanks, praise), except from what counts regardless.
//!
//! Classes with a meaning of their own: `negation`, `clause` (begins a clause), `and`, `common` (frequent words, by which
//! the language of a text is known). Built in are `number`, `young` (a number from 0 to 17) and
//! `name` (a word with a capital letter inside a sentence that no class has).
//!
//! All languages are read whose common words the text has: a giver may write Finnish on a Swedish form. Work is linear in
//! the text's length.

pub mod corpus;
mod endings;
mod file;
mod lexicon;
mod phrase;
mod tokens;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use rust_embed::RustEmbed;

use self::endings::{Form, Tongue};
pub use self::file::WordFault;
use self::file::{PhraseLists, WordFile};
use self::lexicon::{Class, Entry, Lexicon};
use self::phrase::{Asked, Marked, Phrase, Place, Special, WORDS_MAX};
use self::tokens::{Token, tokens};
use crate::base::Language;
use crate::base::toml_folder::{self, Bounds, FolderFault};
use crate::base::words::word_enum;

/// The data files that come with the program.
#[derive(RustEmbed)]
#[folder = "config/words"]
#[include = "*.toml"]
struct Files;

word_enum! {
    /// How soon a text with words of danger must be read. The order is ascending: the last is the most urgent.
    pub enum Danger: "level of danger" {
        /// The same day.
        ReadToday = "read_today",
        /// At once.
        Urgent = "urgent",
    }
}

/// What was read in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// The highest level of danger.
    pub danger: Option<Danger>,
    /// Whether it reads like a formal complaint.
    pub complaint: bool,
}

/// A phrase that counted, for those who maintain the data files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Tag of the language.
    pub language: &'static str,
    /// What it counted as.
    pub meaning: Meaning,
    /// The phrase as its data file writes it.
    pub phrase: String,
}

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// Its words count for no other phrase.
    Harmless,
    /// Its sentence counts one level less: long past, played, told.
    Story,
    /// The same, but for what counts regardless: thanks, praise.
    Calm,
    /// Danger at once, whatever else the sentence says.
    UrgentRegardless,
    /// Danger at once.
    Urgent,
    /// Danger the same day.
    ReadToday,
    /// Its words count for no complaint.
    NoComplaint,
    /// A formal complaint.
    Complaint,
}

impl Meaning {
    const ALL: [Self; 8] = [
        Self::Harmless,
        Self::Story,
        Self::Calm,
        Self::UrgentRegardless,
        Self::Urgent,
        Self::ReadToday,
        Self::NoComplaint,
        Self::Complaint,
    ];

    /// The name of its list in a data file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Harmless => "harmless",
            Self::Story => "story",
            Self::Calm => "calm",
            Self::UrgentRegardless => "urgent_regardless",
            Self::Urgent => "urgent",
            Self::ReadToday => "read_today",
            Self::NoComplaint => "no_complaint",
            Self::Complaint => "complaint",
        }
    }

    /// The level of danger that it counts as.
    pub const fn danger(self) -> Option<Danger> {
        match self {
            Self::UrgentRegardless | Self::Urgent => Some(Danger::Urgent),
            Self::ReadToday => Some(Danger::ReadToday),
            Self::Harmless | Self::Story | Self::Calm | Self::NoComplaint | Self::Complaint => None,
        }
    }

    fn of(self, lists: &PhraseLists) -> &[String] {
        match self {
            Self::Harmless => &lists.harmless,
            Self::Story => &lists.story,
            Self::Calm => &lists.calm,
            Self::UrgentRegardless => &lists.urgent_regardless,
            Self::Urgent => &lists.urgent,
            Self::ReadToday => &lists.read_today,
            Self::NoComplaint => &lists.no_complaint,
            Self::Complaint => &lists.complaint,
        }
    }
}

/// Everything that is looked for, in all languages. Built once when the program starts.
#[derive(Debug)]
pub struct Vocabulary {
    tongues: Vec<Spoken>,
}

/// One language's words and phrases.
#[derive(Debug)]
struct Spoken {
    tongue: Tongue,
    common: HashSet<String>,
    lexicon: Lexicon,
    /// The same, for text that is written without ä, ö and å.
    folded: Lexicon,
    special: Special,
    number: Class,
    young: Class,
    /// The class of names, and the classes that include it.
    names: Vec<Class>,
    lists: HashMap<Meaning, Phrases>,
}

/// The phrases of one meaning, by the classes that their first place takes.
#[derive(Debug, Default)]
struct Phrases {
    phrases: Vec<Phrase>,
    by_first: HashMap<Class, Vec<usize>>,
}

impl Vocabulary {
    /// The words that come with the program, and those of the `*.toml` files of an organiser's folder, if there is one.
    ///
    /// # Errors
    /// All faults of all files: what is wrong in each, and a file or folder that cannot be read.
    pub fn load(directory: Option<&Path>) -> Result<Self, Vec<WordFault>> {
        let embedded = Files::iter().filter_map(|name| {
            let file = Files::get(&name)?;
            Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        });
        let bounds = Bounds { files: file::FILES_MAX, file_bytes: file::FILE_BYTES_MAX };
        let (own, unreadable) = directory.map(|folder| toml_folder::read(folder, "words", bounds)).unwrap_or_default();
        if !unreadable.is_empty() {
            let of_file = |fault: FolderFault| WordFault { file: fault.file, reason: fault.reason };
            return Err(unreadable.into_iter().map(of_file).collect());
        }
        Self::from_files(&embedded.chain(own).collect::<Vec<_>>())
    }

    /// The words of these files only, given as name and content; those that come with the program are left out.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn from_files(files: &[(String, String)]) -> Result<Self, Vec<WordFault>> {
        let mut faults = Vec::new();
        let mut read: BTreeMap<Tongue, Vec<(&str, WordFile)>> = BTreeMap::new();
        for (name, content) in files {
            match WordFile::parse(name, content) {
                Ok((tongue, file)) => read.entry(tongue).or_default().push((name, file)),
                Err(fault) => faults.push(fault),
            }
        }
        let mut tongues = Vec::new();
        for (tongue, files) in read {
            let mut builder = Builder::new(tongue);
            builder.classes(&files);
            for (name, file) in &files {
                builder.phrases(name, file, &files);
            }
            let (spoken, more) = builder.finish();
            faults.extend(more);
            tongues.push(spoken);
        }
        if faults.is_empty() { Ok(Self { tongues }) } else { Err(faults) }
    }

    /// Reads `text`, which was written on a form in `language`.
    pub fn read(&self, text: &str, language: Language) -> Reading {
        let mut reading = Reading::default();
        self.each(text, language, &mut |meaning, _, _| {
            reading.danger = reading.danger.max(meaning.danger());
            reading.complaint |= meaning == Meaning::Complaint;
        });
        reading
    }

    /// Reads several texts as one: the highest level of any.
    pub fn read_all<'t>(&self, texts: impl Iterator<Item = &'t str>, language: Language) -> Reading {
        texts.map(|text| self.read(text, language)).fold(Reading::default(), |all, one| Reading {
            danger: all.danger.max(one.danger),
            complaint: all.complaint || one.complaint,
        })
    }

    /// The phrases that `text` has, for whoever tends the data files. One that counts one level less is shown as what it
    /// counts.
    pub fn explain(&self, text: &str, language: Language) -> Vec<Found> {
        let mut found = Vec::new();
        self.each(text, language, &mut |meaning, spoken, phrase| {
            let entry = Found { language: spoken.tongue.tag(), meaning, phrase: phrase.source.clone() };
            if !found.contains(&entry) {
                found.push(entry);
            }
        });
        found
    }

    fn each(&self, text: &str, language: Language, tell: &mut impl FnMut(Meaning, &Spoken, &Phrase)) {
        let tokens = tokens(text);
        // A text without any of these letters may come from a keyboard that has none.
        let folded = !text.contains(['ä', 'ö', 'å', 'Ä', 'Ö', 'Å']);
        for spoken in self.spoken_in(&tokens, language) {
            spoken.each(&tokens, folded, tell);
        }
    }

    /// The languages in which the text seems to be written, by their common words. If it has none: that of the form, or all.
    fn spoken_in(&self, tokens: &[Token], language: Language) -> Vec<&Spoken> {
        let counts: Vec<usize> = self
            .tongues
            .iter()
            .map(|spoken| tokens.iter().filter(|token| spoken.common.contains(&token.word)).count())
            .collect();
        let most = counts.iter().copied().max().unwrap_or_default();
        let of_form = |spoken: &Spoken| spoken.tongue.tag() == language.as_str();
        let known = self.tongues.iter().any(of_form);
        let chosen = self.tongues.iter().zip(counts).filter(|(spoken, count)| {
            match most {
                0 => !known || of_form(spoken),
                // One or two words may belong to several languages.
                1 | 2 => *count == most || of_form(spoken),
                _ => *count * 2 >= most || (of_form(spoken) && *count * 4 >= most),
            }
        });
        chosen.map(|(spoken, _)| spoken).collect()
    }
}

impl Spoken {
    fn each(&self, tokens: &[Token], folded: bool, tell: &mut impl FnMut(Meaning, &Self, &Phrase)) {
        let mut marked = Marked::new(tokens, self.special, |token, found| {
            let before = found.len();
            self.lexicon.look_up(&token.word, found);
            if folded && found.len() == before {
                self.folded.look_up(&token.word, found);
            }
            if token.is_name && found.len() == before {
                let form = self.tongue.name_form(&token.word);
                found.extend(self.names.iter().map(|class| lexicon::Hit { class: *class, form }));
            }
            if let Ok(number) = token.word.parse::<u32>() {
                let young = (number < 18).then_some(self.young);
                let classes = [Some(self.number), young].into_iter().flatten();
                found.extend(classes.map(|class| lexicon::Hit { class, form: Form::ANY }));
            }
        });
        let take_out = |marked: &mut Marked<'_>, meaning, tell: &mut dyn FnMut(Meaning, &Self, &Phrase)| {
            let mut used = Vec::new();
            self.find(meaning, marked, &mut |phrase, words| {
                used.extend_from_slice(words);
                tell(meaning, self, phrase);
            });
            marked.mask(&used);
        };
        let sentences = |meaning: Meaning, marked: &Marked<'_>, tell: &mut dyn FnMut(Meaning, &Self, &Phrase)| {
            let mut found = HashSet::new();
            self.find(meaning, marked, &mut |phrase, words| {
                found.extend(words.iter().map(|at| marked.sentence(*at)));
                tell(meaning, self, phrase);
            });
            found
        };
        let stories = sentences(Meaning::Story, &marked, tell);
        let calm = sentences(Meaning::Calm, &marked, tell);
        take_out(&mut marked, Meaning::Harmless, tell);
        for meaning in [Meaning::UrgentRegardless, Meaning::Urgent, Meaning::ReadToday] {
            self.find(meaning, &marked, &mut |phrase, words| {
                let stands_in =
                    |sentences: &HashSet<usize>| words.iter().any(|at| sentences.contains(&marked.sentence(*at)));
                let less = stands_in(&stories) || (meaning != Meaning::UrgentRegardless && stands_in(&calm));
                match meaning {
                    Meaning::ReadToday if less => {}
                    _ if less => tell(Meaning::ReadToday, self, phrase),
                    _ => tell(meaning, self, phrase),
                }
            });
        }
        take_out(&mut marked, Meaning::NoComplaint, tell);
        self.find(Meaning::Complaint, &marked, &mut |phrase, _| tell(Meaning::Complaint, self, phrase));
    }

    fn find(&self, meaning: Meaning, marked: &Marked<'_>, found: &mut impl FnMut(&Phrase, &[usize])) {
        let Some(list) = self.lists.get(&meaning) else { return };
        // Whether the text may have a phrase, once that was asked.
        let mut possible: Vec<Option<bool>> = vec![None; list.phrases.len()];
        for at in 0..marked.len() {
            for hit in marked.hits(at) {
                for index in list.by_first.get(&hit.class).into_iter().flatten() {
                    let (Some(phrase), Some(possible)) = (list.phrases.get(*index), possible.get_mut(*index)) else {
                        continue;
                    };
                    if *possible.get_or_insert_with(|| marked.may_have(phrase))
                        && let Some(words) = marked.find(phrase, at)
                    {
                        found(phrase, &words);
                    }
                }
            }
        }
    }
}

/// Builds the lookup tables of one language from its data files.
struct Builder {
    spoken: Spoken,
    names: HashMap<String, Class>,
    /// Negations as words: a phrase that contains one is not undone by it.
    negations: HashSet<String>,
    faults: Vec<WordFault>,
}

/// How deep classes may include each other.
const NESTED_MAX: usize = 8;

impl Builder {
    fn new(tongue: Tongue) -> Self {
        let mut names = HashMap::new();
        let mut class = |name: &str| {
            let next = Class::try_from(names.len()).unwrap_or(Class::MAX);
            *names.entry(name.to_owned()).or_insert(next)
        };
        let special = Special {
            negation: class("negation"),
            clause: class("clause"),
            and: class("and"),
            negation_after: tongue == Tongue::Swedish,
        };
        let (number, young, name) = (class("number"), class("young"), class("name"));
        let spoken = Spoken {
            tongue,
            common: HashSet::new(),
            lexicon: Lexicon::new(tongue, false),
            folded: Lexicon::new(tongue, true),
            special,
            number,
            young,
            names: vec![name],
            lists: HashMap::new(),
        };
        Self { spoken, names, negations: HashSet::new(), faults: Vec::new() }
    }

    fn class(&mut self, name: &str) -> Class {
        let next = Class::try_from(self.names.len()).unwrap_or(Class::MAX);
        *self.names.entry(name.to_owned()).or_insert(next)
    }

    fn fault(&mut self, file: &str, reason: String) {
        self.faults.push(WordFault { file: file.to_owned(), reason });
    }

    fn add(&mut self, class: Class, entry: &Entry, form: Option<Form>) {
        self.spoken.lexicon.add(class, entry, form);
        self.spoken.folded.add(class, entry, form);
    }

    fn classes(&mut self, files: &[(&str, WordFile)]) {
        for (file, content) in files {
            for (name, words) in &content.classes {
                let class = self.class(name);
                self.words(file, class, words, files, None, 0);
                match name.as_str() {
                    "common" => self.spoken.common.extend(words.split_whitespace().map(str::to_owned)),
                    "negation" => self.negations.extend(words.split_whitespace().map(str::to_owned)),
                    _ => {}
                }
            }
        }
    }

    /// Adds the entries of `words`, and those of the classes named among them, to `class`.
    fn words(
        &mut self,
        file: &str,
        class: Class,
        words: &str,
        files: &[(&str, WordFile)],
        outer: Option<Form>,
        depth: usize,
    ) {
        for word in words.split_whitespace() {
            let nested = word.strip_prefix('<').and_then(|word| word.strip_suffix('>'));
            let Some((name, form)) = form_of(nested.unwrap_or(word)) else {
                self.fault(
                    file,
                    format!("\"{word}\" has a form that is not known; write s, o, t, 1, 3 or p after the colon"),
                );
                continue;
            };
            let form = form.or(outer);
            if nested == Some("name") {
                self.spoken.names.push(class);
            } else if nested.is_some() {
                let lists: Vec<&str> =
                    files.iter().filter_map(|(_, content)| content.classes.get(name)).map(String::as_str).collect();
                if lists.is_empty() || depth == NESTED_MAX {
                    self.fault(file, format!("there is no class <{name}>, or it holds itself"));
                }
                for list in lists.into_iter().filter(|_| depth < NESTED_MAX) {
                    self.words(file, class, list, files, form, depth + 1);
                }
            } else if let Some(entry) = Entry::parse(name) {
                self.add(class, &entry, form);
            } else {
                self.fault(file, format!("\"{word}\" is no word; write it in lower case, letters and digits only"));
            }
        }
    }

    fn phrases(&mut self, file: &str, content: &WordFile, files: &[(&str, WordFile)]) {
        let removed: HashSet<&str> =
            files.iter().flat_map(|(_, file)| &file.phrases.remove).map(String::as_str).collect();
        for meaning in Meaning::ALL {
            for text in meaning.of(&content.phrases) {
                if removed.contains(text.as_str()) {
                    continue;
                }
                match self.phrase(text) {
                    Ok(phrase) => self.spoken.lists.entry(meaning).or_default().add(phrase),
                    Err(why) => self.fault(file, format!("phrase \"{text}\": {why}")),
                }
            }
        }
    }

    fn phrase(&mut self, text: &str) -> Result<Phrase, String> {
        let mut phrase =
            Phrase { source: text.to_owned(), parts: vec![Vec::new()], without: Vec::new(), negated: false };
        let mut gap = phrase::GAP;
        let mut places = 0;
        for symbol in text.split_whitespace() {
            match symbol {
                ".." => gap = phrase::WIDE_GAP,
                "_" => gap = 0,
                "+" => phrase.parts.push(Vec::new()),
                _ => {
                    let (body, without) = symbol.strip_prefix('!').map_or((symbol, false), |body| (body, true));
                    let any = self.place(body)?;
                    if without {
                        phrase.without.extend(any);
                        continue;
                    }
                    phrase.negated |= any.iter().any(|(class, _)| *class == self.spoken.special.negation)
                        || body.split('|').any(|word| self.negations.contains(word));
                    places += 1;
                    if let Some(part) = phrase.parts.last_mut() {
                        part.push(Place { any, gap });
                    }
                    gap = phrase::GAP;
                }
            }
        }
        if phrase.parts.iter().any(Vec::is_empty) {
            return Err("there is nothing to look for on one side of +".to_owned());
        }
        if places > WORDS_MAX {
            return Err(format!("a phrase has {WORDS_MAX} places at most"));
        }
        Ok(phrase)
    }

    fn place(&mut self, text: &str) -> Result<Vec<Asked>, String> {
        let mut any = Vec::new();
        for one in text.split('|') {
            let nested = one.strip_prefix('<').and_then(|one| one.strip_suffix('>'));
            let (name, form) = form_of(nested.unwrap_or(one)).ok_or_else(|| format!("\"{one}\" has no known form"))?;
            let class = if nested.is_some() {
                *self.names.get(name).ok_or_else(|| format!("there is no class <{name}>"))?
            } else {
                let entry = Entry::parse(name).ok_or_else(|| format!("\"{one}\" is no word in lower case"))?;
                // A word of a phrase is a class of its own; its name cannot be that of a class of a file.
                let own = format!("\"{name}\"");
                let new = !self.names.contains_key(&own);
                let class = self.class(&own);
                if new {
                    self.add(class, &entry, None);
                }
                class
            };
            any.push((class, form.unwrap_or(Form::ANY)));
        }
        Ok(any)
    }

    fn finish(mut self) -> (Spoken, Vec<WordFault>) {
        if self.names.len() >= usize::from(Class::MAX) {
            self.fault(self.spoken.tongue.tag(), "there are too many words".to_owned());
        }
        (self.spoken, self.faults)
    }
}

impl Phrases {
    fn add(&mut self, phrase: Phrase) {
        let index = self.phrases.len();
        let mut first: Vec<Class> = phrase
            .parts
            .first()
            .and_then(|part| part.first())
            .into_iter()
            .flat_map(|place| &place.any)
            .map(|(class, _)| *class)
            .collect();
        first.sort_unstable();
        first.dedup();
        for class in first {
            self.by_first.entry(class).or_default().push(index);
        }
        self.phrases.push(phrase);
    }
}

/// A name with the form after its colon, if it has one; `None` if that form is not known. A smile's colon begins no form.
fn form_of(text: &str) -> Option<(&str, Option<Form>)> {
    if text == tokens::SMILE {
        return Some((text, None));
    }
    match text.rsplit_once(':') {
        None => Some((text, None)),
        Some((name, form)) => Some((name, Some(Form::parse(form)?))),
    }
}
