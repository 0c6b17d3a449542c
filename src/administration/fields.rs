//! Checks of single values, shared by API calls and import files.

use jiff::civil::{Date, Weekday};

pub use crate::base::shape::SENTENCE_CHARS_MAX;
use crate::base::{Fault, Kind, Problem, mail_address, shape};
use crate::text::redaction::Redacted;

/// The maximum length of a name in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// The maximum length of an e-mail address in characters (RFC 5321).
pub const EMAIL_CHARS_MAX: usize = 254;
/// The maximum length of a colour's word in characters.
pub const COLOUR_CHARS_MAX: usize = 30;
/// Languages in which notices are written.
pub const NOTICE_LANGUAGES: [&str; 3] = ["fi", "sv", "en"];
/// The maximum length of a value that a fault quotes, in characters.
const QUOTED_CHARS_MAX: usize = 60;

/// What is wrong with a short name, if anything.
pub fn slug_fault(text: &str) -> Option<&'static str> {
    if has_identity_code(text) {
        return Some(IDENTITY_CODE);
    }
    (!shape::is_short_name(text)).then_some(shape::SHORT_NAME)
}

/// The fault of a setting that contains a personal identity code.
pub const IDENTITY_CODE: &str = "this holds a personal identity code; write it without";

/// Whether a text contains a personal identity code.
pub fn has_identity_code(text: &str) -> bool {
    Redacted::from_text(text, "fi").removed() > 0
}

/// What is wrong with a name, if anything.
pub fn name_fault(text: &str) -> Option<&'static str> {
    if has_identity_code(text) {
        return Some(IDENTITY_CODE);
    }
    (!shape::is_line(text, NAME_CHARS_MAX)).then_some("write a text of one line, 1 to 200 characters")
}

/// What is wrong with a sentence, if anything.
pub fn sentence_fault(text: &str) -> Option<&'static str> {
    if has_identity_code(text) {
        return Some(IDENTITY_CODE);
    }
    (!shape::is_sentence(text)).then_some(shape::SENTENCE)
}

/// What is wrong with the form of an e-mail address, if anything. Whether the address exists is not checked.
pub fn email_fault(text: &str) -> Option<&'static str> {
    let is_bare = text.trim() == text && text.chars().count() <= EMAIL_CHARS_MAX;
    (!is_bare || mail_address::parse(text).is_none())
        .then_some("write an e-mail address such as aino.esimerkki@example.fi")
}

/// What is wrong with the language of notices, if anything.
pub fn language_fault(text: &str) -> Option<&'static str> {
    (!NOTICE_LANGUAGES.contains(&text)).then_some("notices are written in fi, sv or en: choose one of them")
}

/// What is wrong with a period, if anything.
pub fn period_fault(from: Date, to: Option<Date>) -> Option<&'static str> {
    to.is_some_and(|last| last < from).then_some("the last day lies before the first one")
}

/// What is wrong with the first day of a week, if anything.
pub fn week_fault(day: Date) -> Option<&'static str> {
    (day.weekday() != Weekday::Monday).then_some("a week is named by its Monday")
}

/// What is wrong with a colour's word, if anything.
pub fn colour_fault(word: &str) -> Option<&'static str> {
    let fits = (1..=COLOUR_CHARS_MAX).contains(&word.chars().count())
        && word.chars().all(|symbol| symbol.is_lowercase() || symbol == '-');
    (!fits).then_some("write the colour as one word in lower case, 1 to 30 letters")
}

/// A colour's word in its stored form.
pub fn colour_word(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A value in the form in which a fault quotes it.
pub fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.escape_debug().to_string()
}

/// Collects the faults of one input.
#[derive(Debug, Default)]
pub struct Checks {
    faults: Vec<Fault>,
}

impl Checks {
    /// Notes a fault at `pointer`, if there is one.
    pub fn note(&mut self, pointer: &str, what: Option<&str>) {
        if let Some(what) = what {
            self.faults.push(Fault::new(pointer, Kind::Invalid, sentence(what)));
        }
    }

    /// Notes a fault with its own kind.
    pub fn push(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// All noted faults as one problem.
    ///
    /// # Errors
    /// When anything was noted.
    pub fn finish(self) -> Result<(), Problem> {
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::of_faults(self.faults)) }
    }
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn short_names_are_plain() {
        for good in ["ab", "koivuranta-2", &"a".repeat(60)] {
            assert_eq!(slug_fault(good), None, "{good}");
        }
        for bad in ["", "a", "Koivuranta", "jyväskylä", "a b", "a_b", &"a".repeat(61)] {
            assert!(slug_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn addresses_have_two_parts() {
        assert_eq!(email_fault("aino@example.fi"), None);
        for bad in ["aino", "@example.fi", "aino@", "a@b@c", "a b@c.fi", "Aino <aino@c.fi>", "a@c.fi\r\nBcc: b@c.fi"] {
            assert!(email_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn weeks_and_periods() {
        assert_eq!(week_fault(date(2026, 11, 16)), None);
        assert!(week_fault(date(2026, 11, 17)).is_some());
        assert_eq!(period_fault(date(2026, 1, 1), Some(date(2026, 1, 1))), None);
        assert!(period_fault(date(2026, 1, 2), Some(date(2026, 1, 1))).is_some());
        assert_eq!(colour_fault(&colour_word(" Keltainen ")), None);
        assert!(colour_fault("").is_some());
    }
}
