use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;

use super::{FILES, Texts};

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
    let (first, text) = FILES[0];
    let wanted = messages(text);
    assert!(!wanted.is_empty());
    for (language, text) in FILES {
        let held = messages(text);
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
    for (id, _) in messages(FILES[0].1) {
        // A family of texts is named by its beginning and a word: `notice-` and the kind.
        let family = id.split_once('-').map(|(family, _)| format!("\"{family}-{{"));
        let used = all.contains(&format!("\"{id}\"")) || family.is_some_and(|family| all.contains(&family));
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
}
