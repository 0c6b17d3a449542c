//! What in a text could say who somebody is: phone numbers, e-mail addresses and names. It finds too much rather than too
//! little, since whoever wrote the text is only asked, and nothing is changed. Pure.
//!
//! Names are known by their form (a capital within a sentence) together with one of these: a given name, the name of somebody
//! whom the installation knows, a title before it, or a second name after it.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use super::redaction::contacts;

/// Common given names of Finland, in lower case. Those that are also everyday words are left out.
static GIVEN_NAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| include_str!("given_names.txt").lines().map(str::to_lowercase).collect());

/// What people are called by their work or politely, before their name.
const TITLES: [&str; 26] = [
    "hoitaja",
    "sairaanhoitaja",
    "lähihoitaja",
    "ohjaaja",
    "työntekijä",
    "sosiaalityöntekijä",
    "lääkäri",
    "tohtori",
    "rouva",
    "herra",
    "neiti",
    "skötare",
    "sjukskötare",
    "sjuksköterska",
    "socialarbetare",
    "handledare",
    "läkare",
    "doktor",
    "fru",
    "herr",
    "nurse",
    "doctor",
    "mr",
    "mrs",
    "ms",
    "dr",
];

/// What stands behind a name in Finnish cases, and in the genitive of Swedish and English.
const ENDINGS: [&str; 31] = [
    "", "n", "a", "ä", "ta", "tä", "tta", "ttä", "lla", "llä", "lle", "lta", "ltä", "ssa", "ssä", "sta", "stä", "na",
    "nä", "ksi", "an", "än", "en", "in", "on", "un", "yn", "hin", "han", "s", "tse",
];
/// What may follow an ending: "Annallakin", "Annako".
const CLITICS: [&str; 7] = ["kin", "kaan", "kään", "han", "hän", "ko", "kö"];
/// Letters that a name has at least.
const NAME_LEAST: usize = 3;

/// Names that a text is compared with.
pub struct Known {
    people: Vec<String>,
    places: Vec<String>,
}

impl Known {
    /// The words of the names of `people`, and of `places`, which are nobody's.
    pub fn new<'n>(people: impl Iterator<Item = &'n str>, places: impl Iterator<Item = &'n str>) -> Self {
        Self { people: words_of(people), places: words_of(places) }
    }
}

fn words_of<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let words = names.flat_map(|name| name.split(|c: char| !c.is_alphabetic()));
    words.filter(|word| word.chars().count() >= NAME_LEAST).map(str::to_lowercase).collect()
}

/// Where `text` could say who somebody is: the first and the last character of each place, counted from 1, in order.
pub fn places(text: &str, known: &Known) -> Vec<RangeInclusive<usize>> {
    let mut found = contacts(text);
    found.extend(names(text, known));
    found.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    let count = |range: Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
    merged.into_iter().map(|range| count(0..range.start) + 1..=count(0..range.end)).collect()
}

/// A word of a text.
struct Word<'t> {
    text: &'t str,
    range: Range<usize>,
    lower: String,
    /// It begins with a capital and goes on in small letters.
    capital: bool,
    /// It stands at the beginning of a sentence or a line, where every word has a capital.
    first: bool,
    /// Nothing but a space stands between it and the word before.
    adjoins: bool,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(char::is_alphabetic).map(|at| rest + at) {
        let belongs = |c: char| c.is_alphabetic() || c == '-';
        let end = text[start..].find(|c| !belongs(c)).map_or(text.len(), |length| start + length);
        let word = text[start..end].trim_end_matches('-');
        let before = &text[rest..start];
        let mut letters = word.chars();
        let capital = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
        words.push(Word {
            text: word,
            range: start..start + word.len(),
            lower: word.to_lowercase(),
            capital,
            first: words.is_empty() || before.contains(['.', '!', '?', ':', '\n', '"', '”', '–', '(']),
            adjoins: before == " ",
        });
        rest = end;
    }
    words
}

/// The byte ranges of names.
fn names(text: &str, known: &Known) -> Vec<Range<usize>> {
    let words = words(text);
    let is = |word: &Word<'_>, names: &[String]| names.iter().any(|name| is_form_of(&word.lower, name));
    // A double name is one by each of its parts; places are looked for as they are written.
    let has =
        |word: &Word<'_>, is_name: &dyn Fn(&str) -> bool| is_name(&word.lower) || word.lower.split('-').any(is_name);
    let is_known = |text: &str| GIVEN_NAMES.iter().chain(&known.people).any(|name| is_form_of(text, name));
    let is_given = |text: &str| GIVEN_NAMES.iter().any(|name| name == text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if !word.capital || word.text.chars().count() < NAME_LEAST || is(word, &known.places) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| words.get(before)).filter(|_| word.adjoins && !word.first);
        let after = words.get(index + 1).filter(|after| after.adjoins && after.capital && !after.first);
        let after = after.filter(|after| !is(after, &known.places));
        let named = has(word, &is_known);
        let titled = before.is_some_and(|before| TITLES.iter().any(|title| is_form_of(&before.lower, title)));
        let exact = has(word, &is_given);
        let is_name = if word.first { exact || (named && after.is_some()) } else { named || titled || after.is_some() };
        if is_name {
            let end = after.map_or(word.range.end, |after| after.range.end);
            found.push(word.range.start..end);
        }
    }
    found
}

/// Whether a word is a name with one of its endings: "Annan", "Pekalle", "Virtasen". Both are in lower case.
fn is_form_of(word: &str, name: &str) -> bool {
    if name.chars().count() < NAME_LEAST {
        return word == name;
    }
    let begins = |stem: &str| word.strip_prefix(stem).is_some_and(is_ending);
    if begins(name) || name.strip_suffix("nen").is_some_and(|stem| begins(&format!("{stem}s"))) {
        return true;
    }
    // Pekka, Pekan; Riitta, Riitan; Seppo, Sepon.
    let mut letters: Vec<char> = name.chars().collect();
    let Some(vowel) = letters.pop() else { return false };
    let doubled = [['k', 'k'], ['t', 't'], ['p', 'p']].iter().any(|pair| letters.ends_with(pair));
    if !doubled {
        return false;
    }
    letters.pop();
    letters.push(vowel);
    begins(&letters.into_iter().collect::<String>())
}

/// Whether this may stand behind a name. A name that ends in a consonant takes a vowel before the ending: "Robertin",
/// "Virtaselle".
fn is_ending(text: &str) -> bool {
    let is_plain = |text: &str| {
        let bare = text.strip_prefix(['i', 'e']).unwrap_or(text);
        ENDINGS.contains(&text) || ENDINGS.contains(&bare)
    };
    is_plain(text) || CLITICS.iter().any(|clitic| text.strip_suffix(clitic).is_some_and(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let people = ["Kalle Koivu", "Vilma Virtanen"];
        let known =
            Known::new(people.into_iter(), ["Koivurannan sosiaalityö", "Itäjärven hyvinvointialue"].into_iter());
        let chars: Vec<char> = text.chars().collect();
        places(text, &known).into_iter().map(|range| chars[range.start() - 1..*range.end()].iter().collect()).collect()
    }

    #[test]
    fn names_and_contacts_are_found() {
        for (text, expected) in [
            ("Kiitos, että Annan kanssa oli helppo puhua.", &["Annan"][..]),
            ("Pekka kuunteli. Kerroimme Pekalle ja Riitalle.", &["Pekka", "Pekalle", "Riitalle"]),
            ("Puhuimme asiasta Virtasen ja Koivun kanssa.", &["Virtasen", "Koivun"]),
            ("Vastasi hoitaja Ruusu.", &["Ruusu"]),
            ("Kiitos, että Anna-Liisan kanssa oli helppo puhua.", &["Anna-Liisan"]),
            ("Puhuimme asiasta Rantala-Virtasen kanssa.", &["Rantala-Virtasen"]),
            ("Hän on Ruusu Rantala.", &["Ruusu Rantala"]),
            ("Anna Rantala auttoi.", &["Anna Rantala"]),
            ("Soita 040 123 4567 tai kirjoita palaute@example.fi.", &["040 123 4567", "palaute@example.fi"]),
            ("Tack till Gunilla och doktor Ek.", &["Gunilla"]),
            ("Thanks to nurse Daisy!", &["Daisy"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_names_nobody_is_left_alone() {
        for text in [
            "Puhelimeen ei vastattu iltapäivisin. Puhelinaika on nyt kello 9–15.",
            "Koivurannan aula on Itäjärven vanhin. Koivuranta aukeaa kello 8.",
            "Nyt Helsingissä on toinen tiski, ja Itä-Suomessa kolmas.",
            "Veimme asian HUSiin ja Kelaan. \"Jono oli pitkä.\" Avasimme toisen tiskin 1.2.2027.",
            "Telefontiden är nu också på måndagar kl. 16–18.",
            "You can now also call on Mondays from 16 to 18. We start in January.",
            "Ainoa tuoli oli rikki. Marjat olivat hyviä.",
            "",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
