//! Endings of inflected words, and what a form says about its place in the sentence: who acts, who is acted upon.

/// The roles that a form can have in its sentence, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form(u16);

impl Form {
    /// Who does it (nominative).
    pub const SUBJECT: Self = Self(1);
    /// To whom it is done (partitive, genitive, accusative).
    pub const OBJECT: Self = Self(2);
    /// To or for whom (allative).
    pub const RECEIVER: Self = Self(4);
    /// The writer does it (first person singular).
    pub const FIRST: Self = Self(8);
    /// A verb form that is not the first person singular.
    pub const THIRD: Self = Self(16);
    /// A verb form that leaves out who does it (passive).
    pub const PASSIVE: Self = Self(32);
    /// Any other form.
    pub const OTHER: Self = Self(64);
    /// Unknown: matches every form that is asked for.
    pub const ANY: Self = Self(u16::MAX);

    /// Either of two.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they have a form in common.
    pub const fn meets(self, asked: Self) -> bool {
        self.0 & asked.0 != 0
    }

    /// Parses the form that a data file writes after a colon.
    pub fn parse(letter: &str) -> Option<Self> {
        match letter {
            "s" => Some(Self::SUBJECT),
            "o" => Some(Self::OBJECT),
            "t" => Some(Self::RECEIVER),
            "1" => Some(Self::FIRST),
            "3" => Some(Self::THIRD),
            "p" => Some(Self::PASSIVE),
            _ => None,
        }
    }
}

/// The languages whose words are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tongue {
    /// Finnish, standard and spoken.
    Finnish,
    /// Swedish.
    Swedish,
    /// English.
    English,
}

impl Tongue {
    pub const ALL: [Self; 3] = [Self::Finnish, Self::Swedish, Self::English];

    /// The tag that names it in a data file.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Finnish => "fi",
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The form of a name by its ending, which only Finnish has. A nominative that looks like an object is both.
    pub fn name_form(self, name: &str) -> Form {
        if self != Self::Finnish {
            return Form::ANY;
        }
        let vowel = |symbol: char| "aeiouyäö".contains(symbol);
        let mut last = name.chars().rev();
        match (last.next(), last.next()) {
            (Some('n'), Some(before)) if vowel(before) => Form::OBJECT,
            (Some('a' | 'ä'), Some(before)) if vowel(before) || before == 't' => Form::OBJECT.or(Form::SUBJECT),
            (Some('e'), Some('l')) => Form::RECEIVER.or(Form::SUBJECT),
            _ => Form::SUBJECT,
        }
    }

    /// The form that the ending `rest` gives to a stem, or `None` where it is no ending of this language.
    pub fn ending(self, rest: &str) -> Option<Form> {
        match self {
            Self::Finnish => finnish(&fold(rest)),
            Self::Swedish => SWEDISH.contains(&rest).then_some(Form::ANY),
            Self::English => ENGLISH.contains(&rest).then_some(Form::ANY),
        }
    }
}

/// The word as somebody types it whose keyboard has no ä, ö and å.
pub fn fold(word: &str) -> String {
    word.chars()
        .map(|symbol| match symbol {
            'ä' | 'å' => 'a',
            'ö' => 'o',
            other => other,
        })
        .collect()
}

const SWEDISH: [&str; 48] = [
    "", "a", "an", "ans", "ar", "er", "or", "r", "n", "en", "et", "t", "na", "arna", "erna", "orna", "s", "ns", "ens",
    "ets", "as", "de", "te", "ade", "at", "ad", "it", "ande", "ende", "des", "ts", "tes", "ades", "ats", "its", "d",
    "dd", "tt", "dde", "ig", "iga", "igt", "ning", "ningen", "ningar", "else", "are", "aren",
];

const ENGLISH: [&str; 9] = ["", "s", "es", "ed", "d", "ing", "ings", "er", "ers"];

/// Endings of Finnish after a stem that may lack its last vowels. Vowel harmony is folded away.
fn finnish_ending(tail: &str) -> Option<Form> {
    Some(match tail {
        "n" => Form::OBJECT.or(Form::FIRST),
        "t" => Form::SUBJECT.or(Form::OBJECT).or(Form::THIRD),
        "ta" | "tta" | "ja" | "den" | "jen" | "tten" => Form::OBJECT,
        "ssa" | "ss" | "sa" | "sta" | "st" | "lla" | "ll" | "lta" | "lt" | "na" | "ksi" | "ks" | "seen" | "han"
        | "hen" | "hin" | "hon" | "hun" => Form::OTHER,
        "lle" => Form::RECEIVER,
        "tte" | "mme" | "vat" | "ti" | "tivat" | "taa" | "si" | "s" | "sit" | "simme" | "sivat" | "isi" | "isivat"
        | "is" | "kaa" | "koon" | "da" | "la" | "ra" | "nut" | "nyt" | "nu" | "ny" => Form::THIRD,
        "taan" | "tan" | "daan" | "tiin" | "ttiin" | "taisi" => Form::PASSIVE.or(Form::THIRD),
        "tin" | "sin" | "isin" => Form::FIRST,
        _ => return None,
    })
}

/// Suffixes that derive another word from a Finnish verb or noun, which is then inflected: participles, infinitives, agents.
const FINNISH_DERIVATIONS: [&str; 19] = [
    "ele", "ell", "ile", "ill", "neet", "nee", "va", "ttu", "tty", "tu", "ty", "du", "dy", "ma", "mise", "mine", "mis",
    "ja", "de",
];
const FINNISH_CLITICS: [&str; 12] = ["kin", "kaan", "kohan", "kos", "ko", "ks", "han", "pas", "pa", "kaa", "ki", "s"];
const FINNISH_POSSESSIVES: [&str; 6] = ["nsa", "mme", "nne", "ni", "si", "s"];

fn finnish(rest: &str) -> Option<Form> {
    if let Some(form) = finnish_without_clitic(rest) {
        return Some(form);
    }
    FINNISH_CLITICS.iter().find_map(|clitic| finnish_without_clitic(rest.strip_suffix(clitic)?))
}

fn finnish_without_clitic(rest: &str) -> Option<Form> {
    if let Some(form) = finnish_inflected(rest) {
        return Some(form);
    }
    let owned = FINNISH_POSSESSIVES.iter().find_map(|possessive| {
        let form = finnish_inflected(rest.strip_suffix(possessive)?)?;
        // "äitini" is both subject and object.
        Some(if form.meets(Form::SUBJECT) { form.or(Form::OBJECT) } else { form })
    });
    owned.or_else(|| {
        // "äitiään", "lapsensa" after "äidilleen".
        let owned = rest.strip_suffix("an").or_else(|| rest.strip_suffix("en"))?;
        finnish_inflected(owned)
    })
}

fn finnish_inflected(rest: &str) -> Option<Form> {
    let vowels = leading_vowels(rest);
    let tails = || (0..=vowels.min(3)).map(|taken| &rest[taken..]);
    if let Some(form) = tails().find_map(finnish_ending) {
        return Some(form);
    }
    if vowels == rest.len() && vowels <= 3 {
        // A lone "a" after the stem's vowel is the partitive, or the third person of a verb.
        let object = rest.ends_with('a');
        return Some(if object { Form::OBJECT.or(Form::THIRD) } else { Form::SUBJECT.or(Form::THIRD) });
    }
    let is_derived = tails().any(|tail| {
        FINNISH_DERIVATIONS.iter().filter_map(|derivation| tail.strip_prefix(derivation)).any(|tail| {
            (0..=leading_vowels(tail).min(2))
                .map(|taken| &tail[taken..])
                .any(|tail| tail.is_empty() || tail == "nen" || finnish_ending(tail).is_some())
        })
    });
    is_derived.then_some(Form::THIRD.or(Form::OTHER))
}

/// ASCII vowels at the beginning.
fn leading_vowels(text: &str) -> usize {
    text.bytes().take_while(|symbol| b"aeiouy".contains(symbol)).count()
}

#[cfg(test)]
mod tests {
    use super::{Form, Tongue};

    fn finnish(rest: &str) -> Option<Form> {
        Tongue::Finnish.ending(rest)
    }

    #[test]
    fn finnish_endings_say_who_and_whom() {
        let form = |rest| finnish(rest).unwrap();
        assert!(form("").meets(Form::SUBJECT) && !form("").meets(Form::OBJECT), "äiti");
        assert!(form("ä").meets(Form::OBJECT) && !form("ä").meets(Form::SUBJECT), "äiti+ä");
        assert!(form("in").meets(Form::OBJECT), "äid+in");
        assert!(form("ni").meets(Form::SUBJECT) && form("ni").meets(Form::OBJECT), "äiti+ni");
        assert!(form("äni").meets(Form::OBJECT), "äiti+äni");
        assert!(form("ille").meets(Form::RECEIVER) && !form("ille").meets(Form::OBJECT), "äid+ille");
        assert!(form("sin").meets(Form::FIRST), "hakka+sin");
        assert!(form("si").meets(Form::THIRD) && !form("si").meets(Form::FIRST), "hakka+si");
        assert!(form("ttiin").meets(Form::PASSIVE), "kuristet+tiin");
        assert!(finnish("ra").is_some() && finnish("rakastan").is_none());
    }
}
