//! TOML documents that are read by hand: `serde` would stop at the first fault, and whoever writes a file wants to hear of
//! all of them at once, each with its line.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Where the lines of a text begin.
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub fn of(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(newlines).collect() }
    }

    /// The line, from 1, on which a byte stands.
    pub fn at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}

/// What the parser says of a text that is no TOML. It never quotes the text, which may hold a secret.
pub struct SyntaxFault {
    /// The byte it stands at.
    pub offset: usize,
    pub message: String,
}

/// A text as a document, as far as it could be read, with every fault of its grammar.
pub fn parse(text: &str) -> (DeTable<'_>, Vec<SyntaxFault>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    let faults = errors.into_iter().map(|error| SyntaxFault {
        offset: error.span().map_or(0, |span| span.start),
        message: error.message().to_owned(),
    });
    (document.into_inner(), faults.collect())
}

/// The keys of a table that are none of `known`.
pub fn unknown_keys<'t, 'c>(
    table: &'t DeTable<'c>,
    known: &'t [&str],
) -> impl Iterator<Item = &'t Spanned<DeString<'c>>> {
    table.keys().filter(|key| !known.contains(&key.get_ref().as_ref()))
}

/// The whole number that a value is, if it is one: `Err` for one that does not fit in 64 bits.
pub fn integer(value: &DeValue<'_>) -> Option<Result<i64, std::num::ParseIntError>> {
    value.as_integer().map(|number| i64::from_str_radix(number.as_str(), number.radix()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_behind_the_newline_before_it() {
        let lines = Lines::of("a\n\nb\n");
        assert_eq!([0, 1, 2, 3, 4, 5, 9].map(|offset| lines.at(offset)), [1, 1, 2, 3, 3, 4, 4]);
        assert_eq!(Lines::of("").at(0), 1);
    }

    #[test]
    fn every_fault_of_the_grammar_is_told_without_the_text() {
        let text = "a = secret\nb = 1\nc = [secret\n";
        let (document, faults) = parse(text);
        assert!(document.contains_key("b"), "what can be read is read");
        let lines = Lines::of(text);
        let told: Vec<usize> = faults.iter().map(|fault| lines.at(fault.offset)).collect();
        assert!(told.contains(&1) && told.iter().any(|line| *line >= 3), "{told:?}");
        assert!(faults.iter().all(|fault| !fault.message.contains("secret")), "it quotes the text");
    }

    #[test]
    fn numbers_are_read_in_every_notation() {
        let (document, _) = parse("a = 1_000\nb = 0xff\nc = -7\nd = 99999999999999999999\ne = 1.5\n");
        let read = |key: &str| document.get(key).map(|value| integer(value.get_ref()));
        assert_eq!(["a", "b", "c"].map(read), [1000, 255, -7].map(|number| Some(Some(Ok(number)))));
        assert!(read("d").flatten().is_some_and(|number| number.is_err()));
        assert_eq!(read("e"), Some(None));
    }

    #[test]
    fn keys_that_nobody_knows_are_found() {
        let (document, _) = parse("a = 1\nb = 2\nc = 3\n");
        let unknown: Vec<&str> = unknown_keys(&document, &["b"]).map(|key| key.get_ref().as_ref()).collect();
        assert_eq!(unknown, ["a", "c"]);
    }
}
