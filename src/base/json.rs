//! What is wrong with JSON, without quoting it.

use serde_json::Error;
use serde_json::error::Category;

use super::unique_keys::STANDS_TWICE;

/// Between the value that was found and what serde wanted instead.
const EXPECTED: &str = ", expected ";

/// What was expected, and where. serde's own words quote what was found, which may be the text of a giver.
pub fn fault_of(error: &Error) -> String {
    fault_among(error, &[])
}

/// As [`fault_of`], where the type that is read makes messages of its own: `own` are those that hold nothing of what was
/// sent.
pub fn fault_among(error: &Error, own: &[&str]) -> String {
    let text = error.to_string();
    if error.classify() != Category::Data {
        // What serde_json says of the form itself is fixed words and numbers.
        return text;
    }
    // Names of fields that are missing or stand twice are ours.
    let ours = ["missing field ", "duplicate field ", STANDS_TWICE];
    if ours.iter().chain(own).any(|start| text.starts_with(start)) {
        return text;
    }
    let quotes = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant ", "unknown field "];
    let expected = quotes.iter().any(|start| text.starts_with(start)).then(|| text.rsplit_once(EXPECTED)).flatten();
    match expected {
        Some((_, expected)) => format!("expected {expected}"),
        // Every other message is made by the type that was read, and may hold anything. A part of a body that is read for
        // itself has no lines.
        None if error.line() == 0 => "a value that cannot be read".to_owned(),
        None => format!("a value that cannot be read at line {} column {}", error.line(), error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::fault_of;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use uuid::Uuid;

    const SAID: &str = "salaisuus";

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is looked at")]
    struct Form {
        number: u8,
        word: Word,
        id: Option<Uuid>,
        day: Option<jiff::civil::Date>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Good,
        Bad,
    }

    fn fault<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        fault_of(&serde_json::from_str::<T>(json).expect_err("a fault"))
    }

    #[test]
    fn says_what_was_expected_and_where() {
        assert_eq!(fault::<Form>(r#"{"number": "salaisuus"}"#), "expected u8 at line 1 column 22");
        assert_eq!(fault::<Form>(r#"{"number": 300}"#), "expected u8 at line 1 column 14");
        assert_eq!(fault::<Form>(r#"{"word": "salaisuus"}"#), "expected `good` or `bad` at line 1 column 20");
        assert_eq!(fault::<Form>("{}"), "missing field `number` at line 1 column 2");
        assert_eq!(fault::<Form>(r#"{"number": 1"#), "EOF while parsing an object at line 1 column 12");
        assert_eq!(fault::<[u8; 2]>("[1]"), "expected an array of length 2 at line 1 column 3");
    }

    #[test]
    fn quotes_nothing_that_was_sent() {
        for json in [
            r#"{"number": "salaisuus"}"#,
            r#"{"number": "salaisuus, expected salaisuus"}"#,
            r#"{"number": "1\", expected salaisuus"}"#,
            r#"{"word": "salaisuus"}"#,
            r#"{"word": "x`, expected salaisuus"}"#,
            r#"{"word": {"salaisuus": 1}}"#,
            r#"{"id": "salaisuus"}"#,
            r#"{"day": "salaisuus"}"#,
            r#"{"day": "2026-11-99salaisuus"}"#,
            r#"{"salaisuus": 1}"#,
            r#""salaisuus""#,
            r#"{"number": 1, "salaisuus"#,
            r#"{"number": salaisuus}"#,
        ] {
            let said = fault::<Form>(json);
            assert!(!said.contains(SAID), "{json}: {said}");
        }
    }
}
