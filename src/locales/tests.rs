use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;

use super::{Texts, files};

/// The ids and the variables of each message of a file.
fn messages(text: &str) -> BTreeSet<(String, Vec<String>)> {
    FluentResource::try_new(text.to_owned()).expect("a file without faults");
    let mut found = BTreeSet::new();
    let mut id = String::new();
    let mut variables = BTreeSet::new();
    for line in text.lines().chain(std::iter::once("end =")) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            if !id.is_empty() {
                found.insert((std::mem::take(&mut id), variables.iter().cloned().collect()));
            }
            variables = BTreeSet::new();
            id = line.split(' ').next().unwrap_or_default().to_owned();
        }
        for part in line.split('$').skip(1) {
            variables.insert(part.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
        }
    }
    found
}

#[test]
fn every_language_has_the_same_texts_with_the_same_variables() {
    let files = files();
    let first = "fi";
    let wanted: BTreeSet<_> = files[first].iter().flat_map(|text| messages(text)).collect();
    assert!(!wanted.is_empty());
    assert!(files.len() >= 3, "languages were lost");
    for (language, texts) in &files {
        let held: BTreeSet<_> = texts.iter().flat_map(|text| messages(text)).collect();
        let ids: BTreeSet<_> = held.iter().map(|(id, _)| id).collect();
        let count: usize = texts.iter().map(|text| messages(text).len()).sum();
        assert_eq!(ids.len(), count, "{language}: a text stands twice");
        let missing: Vec<_> = wanted.difference(&held).collect();
        let more: Vec<_> = held.difference(&wanted).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{language} against {first}: lacks {missing:?}, has also {more:?}"
        );
    }
}

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "html") {
            all.push_str(&fs::read_to_string(path).expect("a source"));
        }
    }
}

#[test]
fn every_text_is_used() {
    let mut all = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    for (id, _) in files()["fi"].iter().flat_map(|text| messages(text)) {
        // A group of texts is used by its prefix and a word: `notice-` and the kind.
        let mut families = id.match_indices('-').map(|(at, _)| format!("\"{}-{{", &id[..at]));
        let used = all.contains(&format!("\"{id}\"")) || families.any(|family| all.contains(&family));
        assert!(used, "{id} is used nowhere");
    }
}

#[test]
fn days_are_written_as_people_write_them() {
    let day = "2026-11-02".parse().expect("a day");
    assert_eq!(Texts::of("fi").day(day), "2.11.2026");
    assert_eq!(Texts::of("sv").day(day), "2.11.2026");
    assert_eq!(Texts::of("en").day(day), "2 November 2026");
    assert_eq!(Texts::of("se").language(), "fi");
    let day = "2026-12-10".parse().expect("a day");
    assert_eq!(Texts::of("fi").weekday(day), "torstai 10.12.2026");
    assert_eq!(Texts::of("fi").on_weekday(day), "torstaina 10. joulukuuta 2026");
    assert_eq!(Texts::of("sv").on_weekday(day), "torsdagen den 10 december 2026");
    assert_eq!(Texts::of("en").on_weekday(day), "Thursday 10 December 2026");
}

#[test]
fn a_browser_gets_the_language_that_it_asks_for() {
    let accepted = |header: &str| Texts::accepted(header).map(Texts::language);
    assert_eq!(accepted("sv-FI,sv;q=0.9,en;q=0.8"), Some("sv"));
    assert_eq!(accepted("de, en;q=0.5, fi;q=0.7"), Some("fi"));
    assert_eq!(accepted("de"), None);
    assert_eq!(accepted("en;q=0"), None);
    assert_eq!(accepted(";;q=,,"), None);
}
