//! The arrows of the house run one way: each module uses only what stands before it in the order that `src/lib.rs` states.

use std::fs;
use std::path::{Path, PathBuf};

const LIB: &str = include_str!("../../src/lib.rs");

/// The order, as the map in `lib.rs` states it: first words of the lines between the fences.
fn order() -> Vec<String> {
    LIB.lines()
        .skip_while(|line| !line.contains("```text"))
        .skip(1)
        .take_while(|line| !line.contains("```"))
        .filter_map(|line| line.trim_start_matches("//!").split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// The rank of a path such as `intake::redaction::Redacted`: that of its longest entry in the order.
fn rank(order: &[String], path: &str) -> Option<(usize, String)> {
    order
        .iter()
        .enumerate()
        .filter(|(_, entry)| path == entry.as_str() || path.starts_with(&format!("{entry}::")))
        .max_by_key(|(_, entry)| entry.len())
        .map(|(index, entry)| (index, entry.clone()))
}

/// Every source file below a folder.
pub fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The paths behind `crate::` in a file, outside its comments and tests; `use crate::{a, b}` would hide some, so it is not
/// used in the house.
fn uses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().take_while(|line| !line.contains("#[cfg(test)]")) {
        let line = line.split("//").next().unwrap_or_default();
        for part in line.split("crate::").skip(1) {
            let path: String = part.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
            let braces = part[path.len()..].strip_prefix('{').and_then(|rest| rest.split('}').next());
            match braces {
                Some(names) => found.extend(names.split(',').map(|name| format!("{path}{}", name.trim()))),
                None => found.push(path),
            }
        }
    }
    found
}

#[test]
fn every_arrow_points_backward_in_the_order() {
    let order = order();
    assert!(order.len() > 10, "the order was not found in lib.rs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&root, &mut sources);
    let mut faults = Vec::new();
    for source in sources {
        let inside = source.strip_prefix(&root).unwrap().with_extension("");
        let module = inside.to_string_lossy().replace('/', "::").trim_end_matches("::mod").to_owned();
        if ["lib", "main"].contains(&module.as_str()) || module.ends_with("::tests") {
            continue;
        }
        let Some((own, own_entry)) = rank(&order, &module) else {
            faults.push(format!("{module} has no place in the order of lib.rs"));
            continue;
        };
        let text = fs::read_to_string(&source).unwrap();
        assert!(!text.contains("use crate::{"), "{module}: write one `use crate::` line a module");
        for path in uses(&text) {
            match rank(&order, &path) {
                Some((used, used_entry)) if used > own && used_entry != own_entry => {
                    faults.push(format!("{module} uses {path}: {used_entry} stands after {own_entry}"));
                }
                Some(_) => {}
                None => faults.push(format!("{module} uses {path}, which has no place in the order")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn sql_stands_in_the_store_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&root, &mut sources);
    for source in sources.into_iter().filter(|source| !source.starts_with(root.join("store"))) {
        let text = fs::read_to_string(&source).unwrap();
        assert!(!text.contains("sqlx::"), "{}", source.display());
    }
}
