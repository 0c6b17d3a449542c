//! Dependencies go in one direction: a module uses only modules below it in the list in `src/lib.rs`. Only the store
//! contains SQL.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LIB: &str = include_str!("../../src/lib.rs");

/// The layers from the top down: the first word of each line of the code block in `lib.rs`.
fn layers() -> Vec<String> {
    LIB.lines()
        .skip_while(|line| !line.contains("```text"))
        .skip(1)
        .take_while(|line| !line.contains("```"))
        .filter_map(|line| line.trim_start_matches("//!").split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Adds every Rust source file under a folder.
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

/// Every module of the program with its text, by its path such as `intake::batch`.
fn modules() -> BTreeMap<String, String> {
    let root = source_root();
    let mut sources = Vec::new();
    files(&root, &mut sources);
    sources
        .into_iter()
        .map(|source| {
            let inside = source.strip_prefix(&root).unwrap().with_extension("");
            let module = inside.to_string_lossy().replace('/', "::").trim_end_matches("::mod").to_owned();
            (module, fs::read_to_string(&source).unwrap())
        })
        .filter(|(module, _)| !["lib", "main"].contains(&module.as_str()) && !module.ends_with("::tests"))
        .collect()
}

/// Splits at the commas outside of braces.
fn split(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, symbol) in list.char_indices() {
        match symbol {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// The paths that a use tree such as `a::{b, c::{d, e}}` names.
fn flatten(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    match tree.split_once('{') {
        Some((path, rest)) => {
            let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
            for part in split(inner).into_iter().filter(|part| !part.trim().is_empty()) {
                flatten(&format!("{prefix}{path}"), part, found);
            }
        }
        None => found.push(format!("{prefix}{}", tree.split(" as ").next().unwrap_or_default().trim())),
    }
}

/// The paths after `crate::` and `super::`, outside of comments and tests, made relative to the crate's root.
fn uses(module: &str, text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .take_while(|line| !line.contains("#[cfg(test)]"))
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        found.extend(paths_at(&code[at + "crate::".len()..], ""));
    }
    for (at, _) in code.match_indices("super::").filter(|(at, _)| !code[..*at].ends_with("super::")) {
        let mut rest = &code[at..];
        let mut parents: Vec<&str> = module.split("::").collect();
        while let Some(after) = rest.strip_prefix("super::") {
            rest = after;
            parents.pop();
        }
        let parent = parents.iter().map(|part| format!("{part}::")).collect::<String>();
        found.extend(paths_at(rest, &parent));
    }
    found
}

/// The paths of the use tree or single path that begins here.
fn paths_at(code: &str, prefix: &str) -> Vec<String> {
    let path: String = code.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
    if !code[path.len()..].starts_with('{') {
        return vec![format!("{prefix}{path}")];
    }
    let tree = code.split(';').next().unwrap_or_default();
    let mut found = Vec::new();
    flatten(prefix, tree, &mut found);
    found
}

#[test]
fn every_folder_is_one_layer_and_uses_only_those_below_it() {
    let layers = layers();
    let listed: BTreeSet<_> = layers.iter().cloned().collect();
    assert_eq!(listed.len(), layers.len(), "a layer stands twice in lib.rs");
    let modules = modules();
    let there: BTreeSet<_> = modules.keys().filter_map(|module| module.split("::").next()).map(str::to_owned).collect();
    assert_eq!(listed, there, "the list in lib.rs and the folders differ");
    let rank = |path: &str| layers.iter().position(|layer| Some(layer.as_str()) == path.split("::").next());
    let mut faults = Vec::new();
    for (module, text) in &modules {
        for path in uses(module, text) {
            match (rank(module), rank(&path)) {
                (Some(own), Some(used)) if used < own => {
                    faults.push(format!("{module} uses {path}, which stands above it"))
                }
                (Some(_), Some(_)) => {}
                _ => faults.push(format!("{module} uses {path}, which is no layer")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Which modules each module uses; a path belongs to the module whose name is its longest prefix.
fn dependencies(modules: &BTreeMap<String, String>) -> BTreeMap<&str, BTreeSet<&str>> {
    let file_of = |path: &str| {
        let mut path = path;
        loop {
            if let Some((module, _)) = modules.get_key_value(path) {
                return Some(module.as_str());
            }
            path = path.rsplit_once("::")?.0;
        }
    };
    modules
        .iter()
        .map(|(module, text)| {
            let used =
                uses(module, text).iter().filter_map(|path| file_of(path)).filter(|used| used != module).collect();
            (module.as_str(), used)
        })
        .collect()
}

/// Everything reachable from `start` through one or more dependencies.
fn reachable<'m>(start: &str, dependencies: &BTreeMap<&'m str, BTreeSet<&'m str>>) -> BTreeSet<&'m str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = dependencies[start].iter().copied().collect();
    while let Some(module) = open.pop() {
        if found.insert(module) {
            open.extend(&dependencies[module]);
        }
    }
    found
}

/// Modules that use each other in a circle, one line for each circle.
fn circles(modules: &BTreeMap<String, String>) -> BTreeSet<String> {
    let dependencies = dependencies(modules);
    let reached: BTreeMap<_, _> =
        dependencies.keys().map(|module| (*module, reachable(module, &dependencies))).collect();
    reached
        .iter()
        .filter(|(module, from_it)| from_it.contains(*module))
        .map(|(module, from_it)| {
            let circle: Vec<_> = from_it.iter().copied().filter(|other| reached[other].contains(module)).collect();
            circle.join(" ")
        })
        .collect()
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let found: Vec<_> = circles(&modules()).into_iter().collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_circle_of_files_is_found() {
    let module = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let modules = [
        module("a::b", "use crate::c::D;\n"),
        module("c", "use super::e::f;\nuse crate::e::G;\n"),
        module("e", "use crate::a::b::H;\n"),
        module("i", "use crate::e::J;\n"),
    ];
    assert_eq!(circles(&modules.into()), ["a::b c e".to_owned()].into());
}

#[test]
fn the_reading_of_paths_sees_every_way_to_write_them() {
    let text = "use crate::a::{self, b::{C, D}};\nuse super::super::e::F;\n// use crate::g;\nlet x = crate::h::i();\n";
    assert_eq!(uses("x::y", text), ["a::self", "a::b::C", "a::b::D", "h::i", "e::F"]);
    assert_eq!(uses("x::y::z", "use super::{k, l::M};\n"), ["x::y::k", "x::y::l::M"]);
}

#[test]
fn sql_stands_in_the_store_alone() {
    for (module, text) in modules().iter().filter(|(module, _)| !module.starts_with("store::")) {
        assert!(!text.contains("sqlx::"), "{module}");
    }
}

/// What only a few layers may use, whatever their order allows: the beginning of the path, the layers that may, and why.
const RESERVED: [(&str, &[&str], &str); 4] = [
    ("mail", &["jobs"], "a request must not send a mail"),
    ("lettre", &["mail"], "a request must not send a mail"),
    ("jobs", &["app", "cli"], "a request must not make or use a worker"),
    ("reqwest", &["jobs"], "a request must not call a webhook's target"),
];

/// The types of addresses in these libraries: they reach nobody.
const ADDRESSES: [&str; 3] = ["reqwest::Url", "lettre::Address", "lettre::message::Mailbox"];

#[test]
fn the_ways_out_of_the_service_are_the_workers_alone() {
    let modules = modules();
    let mut faults = Vec::new();
    for (module, text) in &modules {
        let code: String =
            text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        let mut used = uses(module, text);
        for library in ["reqwest::", "lettre::"] {
            used.extend(code.match_indices(library).flat_map(|(at, _)| paths_at(&code[at..], "")));
        }
        for (what, may, why) in RESERVED {
            let within = |layer: &str| module.split("::").next() == Some(layer);
            if within(what) || may.iter().any(|layer| within(layer)) {
                continue;
            }
            let inside = |path: &str, of: &str| path == of || path.starts_with(&format!("{of}::"));
            let reaches_out = |path: &&String| inside(path, what) && !ADDRESSES.iter().any(|of| inside(path, of));
            let taken = used.iter().filter(reaches_out);
            faults.extend(taken.map(|path| format!("{module} uses {path}: {why}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let there = uses("jobs::transports", &modules["jobs::transports"]).iter().any(|path| path.starts_with("mail::"));
    assert!(there && modules["jobs::messenger"].contains("use reqwest::"), "the rule looks for what is there");
}
