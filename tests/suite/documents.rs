//! The files that the documents name exist.

use std::path::Path;

const DOCUMENTS: [(&str, &str); 3] = [
    ("ARCHITECTURE.md", include_str!("../../ARCHITECTURE.md")),
    ("CONTRIBUTING.md", include_str!("../../CONTRIBUTING.md")),
    ("README.md", include_str!("../../README.md")),
];

/// Endings of files that a document may name.
const ENDINGS: [&str; 8] = [".rs", ".toml", ".css", ".js", ".mjs", ".html", ".ftl", ".md"];

/// The texts between backquotes, outside code blocks, that look like files of the repository.
fn named_files(text: &str) -> Vec<&str> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let words = line.split('`').skip(1).step_by(2);
            found.extend(words.filter(|word| {
                let is_name = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
                word.contains('/') && word.chars().all(is_name) && ENDINGS.iter().any(|ending| word.ends_with(ending))
            }));
        }
    }
    found
}

#[test]
fn documents_name_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for (document, text) in DOCUMENTS {
        for name in named_files(text).into_iter().filter(|name| !name.starts_with('/')) {
            if !root.join(name).exists() && !root.join("src").join(name).exists() {
                faults.push(format!("{document} names {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_are_found_in_a_text() {
    let text = "See `src/lib.rs` and `web/api/mod.rs`, not `Kind`, `/style`.\n```sh\n`a/b.rs`\n```\n";
    assert_eq!(named_files(text), ["src/lib.rs", "web/api/mod.rs"]);
}
