//! Labelled texts, with which the data files are measured.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Danger, Vocabulary};
use crate::base::{Language, redacted_debug};

/// A text of a corpus: one JSON object a line.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Sample {
    /// Names the text in the report if it is read wrongly.
    pub id: String,
    #[serde(rename = "lang")]
    pub language: Language,
    /// Its category; the report counts each category.
    pub kind: String,
    pub text: String,
    pub expected: Expected,
}

redacted_debug!(Sample { id, language, kind, expected });

/// How a text must be read; what is `None` is not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Whether it reports a danger that must be passed on at once.
    pub urgent: Option<bool>,
    /// Whether it reads like a formal complaint.
    pub complaint: Option<bool>,
}

/// Counts of texts by how they were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub texts: u32,
    pub urgent: u32,
    /// At the lower level only.
    pub read_today: u32,
    pub complaints: u32,
}

impl Count {
    /// Texts read as a danger at either level.
    pub const fn either(self) -> u32 {
        self.urgent + self.read_today
    }

    /// `part` as a percentage of the texts.
    pub fn percent(self, part: u32) -> f64 {
        if self.texts == 0 { 0.0 } else { f64::from(part) * 100.0 / f64::from(self.texts) }
    }
}

/// A text that was not read as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub id: String,
    /// What it was read as.
    pub read_as: &'static str,
    /// The phrases that counted, with their language and meaning.
    pub because: Vec<String>,
}

/// The figures of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub all: Count,
    pub by_language: BTreeMap<&'static str, Count>,
    pub by_kind: BTreeMap<String, Count>,
    pub wrong: Vec<Wrong>,
}

/// Parses a corpus.
///
/// # Errors
/// The first line that is not a [`Sample`], by its number from 1.
pub fn parse(content: &str) -> Result<Vec<Sample>, String> {
    content
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).map_err(|why| format!("line {}: {why}", at + 1)))
        .collect()
}

/// Reads every text of a corpus with `vocabulary` and counts the results.
pub fn measure(vocabulary: &Vocabulary, samples: &[Sample]) -> Report {
    let mut report = Report::default();
    for sample in samples {
        let reading = vocabulary.read(&sample.text, sample.language);
        for count in [
            &mut report.all,
            report.by_language.entry(sample.language.as_str()).or_default(),
            report.by_kind.entry(sample.kind.clone()).or_default(),
        ] {
            count.texts += 1;
            count.urgent += u32::from(reading.danger == Some(Danger::Urgent));
            count.read_today += u32::from(reading.danger == Some(Danger::ReadToday));
            count.complaints += u32::from(reading.complaint);
        }
        let level = reading.danger.map_or("no danger", Danger::as_str);
        let wrong_level = match sample.expected.urgent {
            Some(true) => reading.danger != Some(Danger::Urgent),
            Some(false) => reading.danger.is_some(),
            None => false,
        };
        let wrong_complaint = sample.expected.complaint.is_some_and(|expected| expected != reading.complaint);
        let read_as = match (wrong_level, wrong_complaint) {
            (true, _) => level,
            (false, true) if reading.complaint => "complaint",
            (false, true) => "no complaint",
            (false, false) => continue,
        };
        let found = vocabulary.explain(&sample.text, sample.language).into_iter();
        let because = found.map(|found| format!("{} {}: {}", found.language, found.meaning.as_str(), found.phrase));
        report.wrong.push(Wrong { id: sample.id.clone(), read_as, because: because.collect() });
    }
    report
}

#[cfg(test)]
mod tests {
    use super::{measure, parse};
    use crate::text::words::Vocabulary;

    #[test]
    fn what_is_read_otherwise_than_expected_is_named() {
        let file =
            "language = \"en\"\n[phrases]\nurgent = [\"fire\"]\nread_today = [\"smoke\"]\ncomplaint = [\"appeal\"]";
        let vocabulary = Vocabulary::from_files(&[("en.toml".to_owned(), file.to_owned())]).unwrap();
        let samples = [
            r#"{"id":"a","lang":"en","kind":"x","text":"fire here","expected":{"urgent":true}}"#,
            r#"{"id":"b","lang":"en","kind":"x","text":"some smoke","expected":{"urgent":true}}"#,
            r#"{"id":"c","lang":"en","kind":"y","text":"smoke","expected":{"urgent":false}}"#,
            "",
            r#"{"id":"d","lang":"en","kind":"y","text":"I appeal","expected":{"complaint":false}}"#,
        ];
        let report = measure(&vocabulary, &parse(&samples.join("\n")).unwrap());
        assert_eq!((report.all.texts, report.all.urgent, report.all.either(), report.all.complaints), (4, 1, 3, 1));
        assert_eq!(report.by_kind["x"].texts, 2);
        assert!((report.by_language["en"].percent(1) - 25.0).abs() < f64::EPSILON);
        let wrong: Vec<_> = report.wrong.iter().map(|wrong| (wrong.id.as_str(), wrong.read_as)).collect();
        assert_eq!(wrong, [("b", "read_today"), ("c", "read_today"), ("d", "complaint")]);
        assert_eq!(report.wrong[0].because, ["en read_today: smoke"]);
        assert!(parse("{}").unwrap_err().starts_with("line 1: "));
    }
}
