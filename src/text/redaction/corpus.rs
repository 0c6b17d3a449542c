//! Measures the removal of codes with the invented texts of `tests/corpus/codes.jsonl`.

use serde::Deserialize;

use super::{Redacted, note};

/// Lowest percentage of the texts with codes that must come out exactly as expected.
const EXACT_PERCENT_MIN: usize = 95;
/// Highest percentage of the texts with codes in which the end of a code can still be read.
const LEAKED_PERCENT_MAX: usize = 1;
/// Highest percentage of the texts without codes that may be changed.
const TAKEN_TOO_MUCH_PERCENT_MAX: usize = 1;
/// Symbols at the end of a code that must not be left: individual number and check symbol.
const END_OF_CODE: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    id: String,
    lang: String,
    kind: String,
    text: String,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    remove: Vec<String>,
}

impl Sample {
    /// The text with each stretch replaced by the note.
    fn expected_text(&self) -> String {
        let mut result = String::new();
        let mut rest = self.text.as_str();
        for code in &self.expected.remove {
            let (before, after) = rest.split_once(code.as_str()).expect("the code is in the text");
            result += before;
            result += note(&self.lang);
            rest = after;
        }
        result + rest
    }

    fn can_be_read_in(&self, redacted: &str) -> bool {
        self.expected.remove.iter().any(|code| {
            let (start, _) = code.char_indices().nth_back(END_OF_CODE - 1).expect("a code has four symbols");
            redacted.contains(&code[start..])
        })
    }
}

/// One line of the report: how many samples of `all` these are, and which.
fn report(name: &str, samples: &[&Sample], all: usize) -> String {
    let ids: Vec<String> = samples.iter().map(|sample| format!("{} ({})", sample.id, sample.kind)).collect();
    format!("{name}: {}/{all} {}", samples.len(), ids.join(", "))
}

#[test]
fn codes_of_the_corpus_are_removed_and_other_numbers_stay() {
    let lines = include_str!("../../../tests/corpus/codes.jsonl").lines();
    let samples: Vec<Sample> = lines.map(|line| serde_json::from_str(line).expect("a sample")).collect();
    let (without_code, with_code): (Vec<&Sample>, Vec<&Sample>) =
        samples.iter().partition(|sample| sample.kind.starts_with("keep-"));
    assert!(!without_code.is_empty() && !with_code.is_empty());
    let redacted = |sample: &Sample| Redacted::from_text(&sample.text, &sample.lang).into_string();
    let is_exact = |sample: &Sample| redacted(sample) == sample.expected_text();

    let not_exact: Vec<&Sample> = with_code.iter().copied().filter(|sample| !is_exact(sample)).collect();
    let leaked: Vec<&Sample> =
        with_code.iter().copied().filter(|sample| sample.can_be_read_in(&redacted(sample))).collect();
    let taken_too_much: Vec<&Sample> = without_code.iter().copied().filter(|sample| !is_exact(sample)).collect();

    let reports = [
        report("not exact", &not_exact, with_code.len()),
        report("leaked", &leaked, with_code.len()),
        report("taken too much", &taken_too_much, without_code.len()),
    ];
    let reports = reports.join("\n");
    println!("{reports}");
    let is_good = not_exact.len() * 100 <= with_code.len() * (100 - EXACT_PERCENT_MIN)
        && leaked.len() * 100 <= with_code.len() * LEAKED_PERCENT_MAX
        && taken_too_much.len() * 100 <= without_code.len() * TAKEN_TOO_MUCH_PERCENT_MAX;
    assert!(is_good, "{reports}");
}
