//! What in a text could say who somebody is: phone numbers, e-mail addresses and names. It finds too much rather than too
//! little, since whoever wrote the text is only asked, and nothing is changed. Pure.
//!
//! Names are known by their form (a capital within a sentence) together with one of these: a given name, a surname, the name of
//! somebody whom the installation knows, a title or an initial before it, or a second name after it. Where each word has
//! capitals, as in a line of them, the name itself must be known. A street with its number is an address.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use super::redaction::contacts;

/// Common given names of Finland, in lower case. Those that are also everyday words are left out.
static GIVEN_NAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| include_str!("given_names.txt").lines().map(str::to_lowercase).collect());

/// Common surnames of Finland, in lower case. Those that are also everyday words or places are left out.
static SURNAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| include_str!("surnames.txt").lines().map(str::to_lowercase).collect());

/// Given names that begin a sentence as another word: "Anna palautetta", "Inga tider", "Per person".
const ALSO_WORDS: [&str; 18] = [
    "anna", "inga", "per", "tom", "stig", "jan", "taru", "vesa", "björn", "iris", "suvi", "gun", "mart", "roman",
    "marina", "musa", "ravi", "arvo",
];

/// What people are called by their work or politely, before their name.
const TITLES: [&str; 54] = [
    "esihenkilö",
    "terveydenhoitaja",
    "avustaja",
    "kuljettaja",
    "opettaja",
    "johtaja",
    "siivooja",
    "tulkki",
    "hra",
    "rva",
    "nti",
    "tri",
    "neidi",
    "vårdare",
    "chaufför",
    "lärare",
    "assistent",
    "fröken",
    "carer",
    "caregiver",
    "worker",
    "assistant",
    "teacher",
    "driver",
    "professor",
    "professori",
    "miss",
    "mister",
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

/// What people are called as those whom the service is for, with the stems of their cases. A capital after them is a name
/// unless it is a place or an institution: "asiakas Helsingistä".
const CLIENT_TITLES: [&str; 36] = [
    "asiakas",
    "asiakkaa",
    "potilas",
    "potilaa",
    "asukas",
    "asukkaa",
    "vanhus",
    "vanhukse",
    "omainen",
    "perhe",
    "mummo",
    "pariskunta",
    "pariskunna",
    "naapuri",
    "kund",
    "klient",
    "patient",
    "boende",
    "familj",
    "familjemedlem",
    "anhörig",
    "granne",
    "paret",
    "tant",
    "farbror",
    "client",
    "resident",
    "customer",
    "family",
    "neighbour",
    "neighbor",
    "relative",
    "lady",
    "pupil",
    "oppilas",
    "elev",
];
/// Institutions that stand after these words and are nobody's name.
const INSTITUTIONS: [&str; 36] = [
    "suomen",
    "kela",
    "kanta",
    "omakanta",
    "omaolo",
    "omasote",
    "maisa",
    "valvira",
    "fimea",
    "fpa",
    "suomi",
    "finland",
    "folkhälsan",
    "google",
    "teams",
    "zoom",
    "whatsapp",
    "facebook",
    "council",
    "centre",
    "center",
    "service",
    "services",
    "team",
    "advocate",
    "ombudsman",
    "support",
    "feedback",
    "house",
    "room",
    "day",
    "week",
    "mieli",
    "martha",
    "martat",
    "marthaförbundet",
];
/// Endings of Finnish place names after those words: "asiakas Espoosta".
const PLACE_ENDINGS: [&str; 10] = ["ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "seen", "iin"];

/// How the surnames end that have `-nen`, in their cases, and other endings of surnames alone.
const SURNAME_ENDINGS: [&str; 22] = [
    "nen", "sen", "selle", "sella", "sellä", "selta", "seltä", "sessa", "sessä", "sesta", "sestä", "sson", "ssons",
    "ström", "ströms", "qvist", "qvists", "kvist", "kvists", "gren", "grens", "stedt",
];
/// Letters that a surname has at least that is known by its ending.
const SURNAME_LEAST: usize = 6;
/// How words begin that end like a surname and are none: the adjectives of institutions, and places.
const NO_SURNAMES: [&str; 34] = [
    "punai",
    "sini",
    "suomalai",
    "ruotsalai",
    "pohjoi",
    "itäi",
    "läntii",
    "länti",
    "eteläi",
    "sosiaali",
    "kansalli",
    "kansai",
    "yhtei",
    "ylei",
    "vapaaehtoi",
    "euroop",
    "parai",
    "huitti",
    "nousiai",
    "kausti",
    "ikaali",
    "ihmi",
    "nainen",
    "naise",
    "toinen",
    "toise",
    "jokai",
    "iloi",
    "avoinen",
    "kristilli",
    "evankelis",
    "alueelli",
    "sveitsiläi",
    "venäläi",
];

/// How streets end in their cases, in Finnish and Swedish.
const STREETS: [&str; 34] = [
    "katu",
    "kadun",
    "kadulla",
    "kadulle",
    "kadulta",
    "katua",
    "tie",
    "tien",
    "tiellä",
    "tielle",
    "tieltä",
    "tietä",
    "kuja",
    "kujan",
    "kujalla",
    "kujalle",
    "kujalta",
    "polku",
    "polun",
    "polulla",
    "polulle",
    "raitti",
    "raitin",
    "raitilla",
    "väylä",
    "väylän",
    "gatan",
    "vägen",
    "gränden",
    "stigen",
    "gränd",
    "esplanaden",
    "street",
    "road",
];
/// Roads that are nobody's address.
const HIGHWAYS: [&str; 8] =
    ["valtatie", "kantatie", "moottoritie", "seututie", "yhdystie", "riksväg", "motorväg", "huvudväg"];
/// Fewest letters before these endings, so that "Katu 3" is no street.
const STREET_STEM_LEAST: usize = 2;

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
    found.extend(streets(text));
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
    /// It has capitals only.
    capitals: bool,
    /// It stands at the beginning of a sentence or a line, where every word has a capital.
    first: bool,
    /// Nothing but a space stands between it and the word before, or a point after an abbreviated title or an initial.
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
        let capitals = word.chars().filter(|letter| letter.is_alphabetic()).all(char::is_uppercase);
        let is_abbreviated = before == ". " && words.last().is_some_and(is_abbreviation);
        let begins = words.is_empty() || before.contains(['.', '!', '?', ':', '\n', '"', '”', '–', '(']);
        words.push(Word {
            text: word,
            range: start..start + word.len(),
            lower: word.to_lowercase(),
            capital,
            capitals,
            first: begins && !is_abbreviated,
            adjoins: before == " " || is_abbreviated,
        });
        rest = end;
    }
    words
}

/// Whether the point behind this word ends no sentence: "Mrs. Smith", "K. Virtanen".
fn is_abbreviation(word: &Word<'_>) -> bool {
    is_initial(word) || ["mr", "mrs", "ms", "dr", "hra", "rva", "nti", "tri"].contains(&word.lower.as_str())
}

fn is_initial(word: &Word<'_>) -> bool {
    word.capitals && word.text.chars().count() == 1
}

/// Whether it ends as surnames do: "Virtaselle", "Lindström".
fn looks_like_surname(lower: &str) -> bool {
    lower.chars().count() >= SURNAME_LEAST
        && SURNAME_ENDINGS.iter().any(|ending| lower.ends_with(ending))
        && !NO_SURNAMES.iter().any(|beginning| lower.starts_with(beginning))
}

/// The byte ranges of streets with their numbers: "Koivukuja 3", "Storgatan 12".
fn streets(text: &str) -> Vec<Range<usize>> {
    let is_street = |lower: &str| {
        let stem = STREETS.iter().find_map(|street| lower.strip_suffix(street));
        stem.is_some_and(|stem| stem.chars().count() >= STREET_STEM_LEAST || lower == "street" || lower == "road")
            && !HIGHWAYS.iter().any(|highway| lower.starts_with(highway))
    };
    let numbered = |word: &Word<'_>| {
        let behind = text.get(word.range.end..)?.strip_prefix(' ')?;
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        // "Koivukatu 2027": a year.
        (1..=3).contains(&digits).then(|| word.range.start..word.range.end + 1 + digits)
    };
    words(text).iter().filter(|word| word.capital && is_street(&word.lower)).filter_map(numbered).collect()
}

/// The byte ranges of names.
fn names(text: &str, known: &Known) -> Vec<Range<usize>> {
    let words = words(text);
    let is = |word: &Word<'_>, names: &[String]| names.iter().any(|name| is_form_of(&word.lower, name));
    // A double name is one by each of its parts; places are looked for as they are written.
    let has =
        |word: &Word<'_>, is_name: &dyn Fn(&str) -> bool| is_name(&word.lower) || word.lower.split('-').any(is_name);
    let is_known =
        |text: &str| GIVEN_NAMES.iter().chain(&known.people).chain(&*SURNAMES).any(|name| is_form_of(text, name));
    let is_exact = |text: &str| {
        let is_surname = || SURNAMES.iter().any(|name| is_form_of(text, name));
        !ALSO_WORDS.contains(&text) && (GIVEN_NAMES.iter().any(|name| name == text) || is_surname())
    };
    let is_titled = |before: &Word<'_>, titles: &[&str]| titles.iter().any(|title| is_form_of(&before.lower, title));
    let is_institution = |word: &Word<'_>| INSTITUTIONS.iter().any(|name| is_form_of(&word.lower, name));
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let is_written_so = word.capital || word.capitals;
        if !is_written_so || word.text.chars().count() < NAME_LEAST || is(word, &known.places) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| words.get(before)).filter(|_| word.adjoins && !word.first);
        let after = words.get(index + 1).filter(|after| after.adjoins && after.capital == word.capital && !after.first);
        let after = after.filter(|after| (after.capital || after.capitals) && !is(after, &known.places));
        let after = after.filter(|after| ![word, after].iter().any(|word| is_institution(word)));
        let named = has(word, &is_known);
        let exact = has(word, &is_exact);
        let is_likely = named || (word.capital && !word.first && looks_like_surname(&word.lower));
        let titled = before.is_some_and(|before| {
            let is_place = PLACE_ENDINGS.iter().any(|ending| word.lower.ends_with(ending)) || is_institution(word);
            let is_somebody = is_likely || (word.capital && !is_place);
            (is_initial(before) || is_titled(before, &TITLES)) && (word.capital || is_likely)
                || is_titled(before, &CLIENT_TITLES) && is_somebody
        });
        let is_name = if word.capitals {
            // In a line of capitals any word may follow any other.
            let is_beside = after.is_some_and(|after| after.capitals && has(after, &is_known));
            exact || titled || (named && is_beside) || (named && has(word, &is_plain_case))
        } else if word.first {
            exact || (named && after.is_some())
        } else {
            is_likely || titled || after.is_some()
        };
        if is_name {
            let after = after.filter(|after| after.capital || has(after, &is_known));
            let end = after.map_or(word.range.end, |after| after.range.end);
            found.push(word.range.start..end);
        }
    }
    found
}

/// Whether it ends as only names and nouns do, and no verb: "PEKALLE".
fn is_plain_case(lower: &str) -> bool {
    ["lle", "llekin", "lta", "ltä"].iter().any(|ending| lower.ends_with(ending))
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
            // Surnames, by themselves and beside a title.
            ("Kiitos Korhoselle ja Heikkilän perheelle.", &["Korhoselle", "Heikkilän"]),
            ("Korhonen kävi täällä. Mäkelän asia ratkesi.", &["Korhonen", "Mäkelän"]),
            ("Asiakas Koskelo kertoi siitä.", &["Koskelo"]),
            ("Kuulimme asiakasta Harju ja potilaan Ruusun omaista.", &["Harju", "Ruusun"]),
            ("Perheen Nguyen toiveesta ovi avataan.", &["Nguyen"]),
            ("Soitimme rouva Koivulle ja herra Mäelle.", &["Koivulle", "Mäelle"]),
            ("Rva. Saari ja hra Vuori kiittivät.", &["Saari", "Vuori"]),
            ("Kunden Öhman ringde. Tack till familjen Lindström.", &["Öhman", "Lindström"]),
            ("Klienten Dahl och patienten Ek fick svar.", &["Dahl"]),
            ("Vi talade med Johansson om saken.", &["Johansson"]),
            ("Client Brown asked for it. Mrs. Smith and Mr Jones too.", &["Brown", "Smith", "Jones"]),
            ("Asiasta kertoi K. Ruusu.", &["Ruusu"]),
            // Names from elsewhere.
            ("Kiitos Fatimalle ja Abdirahmanille.", &["Fatimalle", "Abdirahmanille"]),
            ("Svetlana kiitti. Kävimme Somchain luona.", &["Svetlana", "Somchain"]),
            ("Kadri, Dilan och Thuy var med.", &["Kadri", "Dilan", "Thuy"]),
            ("We met Mohamed and Zainab.", &["Mohamed", "Zainab"]),
            // In capitals.
            ("KIITOS PEKALLE JA FATIMALLE!", &["PEKALLE", "FATIMALLE"]),
            ("Kiitos RIITTA!", &["RIITTA"]),
            ("ANNA KORHONEN auttoi.", &["ANNA KORHONEN"]),
            ("ASIAKAS VIRTANEN KERTOI.", &["VIRTANEN"]),
            ("TACK GUNILLA", &["GUNILLA"]),
            // Addresses.
            ("Käynti on nyt Koivukuja 3:ssa.", &["Koivukuja 3"]),
            ("Asun Mannerheimintiellä 12 B.", &["Mannerheimintiellä 12"]),
            ("Hon bor på Storgatan 14.", &["Storgatan 14"]),
            ("He lives at Baker Street 221.", &["Baker Street 221"]),
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
            // After the words for clients.
            "Kuulimme asiakasta Espoosta ja perhettä Vaasassa.",
            "Asiakas Kelan jonossa sai ajan. Potilas HUSissa odotti.",
            "Asiakkaan päätös lähetettiin. Potilaat ja perheet kiittivät.",
            "Kunden i Vasa fick svar. Familjen är viktig.",
            "We asked the Client Council. The family is important.",
            // Words that look like names.
            "Anna palautetta lomakkeella. ANNA PALAUTETTA!",
            "Inga tider fanns. Per person får man en kopp.",
            "Nainen kiitti. Jokainen saa ajan. Iloinen uutinen tuli.",
            "Olimme Suomen Punaisen ristin tilassa Paraisilla.",
            "Jono oli pitkä ja PITKÄ JONO VÄSYTTI. AINOA OVI OLI KIINNI.",
            "NYT AVATAAN OVI KELLO KAHDEKSAN. UUSI PUHELINAIKA ON TIISTAINA.",
            "VI SVARAR I TELEFON. WE ANSWER THE PHONE.",
            // Numbers that are no address.
            "Valtatie 4 oli tukossa. Katu 3 metriä kapeampi. Tie 5 aukeaa.",
            "Koivukatu 2027 -juhla on toukokuussa.",
            "Se on 3. kerroksessa, huone 12, ovi 5.",
            "",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
