//! Reads values from TOML tables and notes every fault with its line; continues after a fault.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::super::fields::{name_fault, sentence_fault, shortened, slug_fault};
use super::{FILE_BYTES_MAX, ImportFault};
use crate::base::toml_document::{self, Lines};

/// A table with its byte offset in the file.
#[derive(Clone, Copy)]
pub(super) struct Table<'t, 'c> {
    table: &'t DeTable<'c>,
    at: usize,
}

impl<'t, 'c> Table<'t, 'c> {
    /// The whole document.
    pub fn of(document: &'t DeTable<'c>) -> Self {
        Self { table: document, at: 0 }
    }

    /// Whether the table has the key.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'c>>> {
        self.table.get(key)
    }

    /// The byte offset of a key's value, or of the table.
    fn place_of(&self, key: &str) -> usize {
        self.get(key).map_or(self.at, |value| value.span().start)
    }
}

/// Reads one file and collects its faults.
pub(super) struct Reader<'c> {
    content: &'c str,
    lines: Lines,
    faults: Vec<ImportFault>,
}

impl<'c> Reader<'c> {
    pub fn new(content: &'c str) -> Self {
        Self { content, lines: Lines::of(content), faults: Vec::new() }
    }

    /// The document, if it is valid TOML.
    pub fn document(&mut self) -> Option<DeTable<'c>> {
        if self.content.len() > FILE_BYTES_MAX {
            self.push(0, format!("the file is longer than {FILE_BYTES_MAX} bytes"));
            return None;
        }
        let (document, syntax) = toml_document::parse(self.content);
        for fault in &syntax {
            self.push(fault.offset, format!("this is no TOML: {}", fault.message));
        }
        // What the parser made of a broken file would only add faults that are not there.
        syntax.is_empty().then_some(document)
    }

    /// Whether no fault was noted so far.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// All faults in the order of their lines.
    pub fn into_faults(mut self) -> Vec<ImportFault> {
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }

    /// The line on which a table begins.
    pub fn line(&self, table: &Table<'_, '_>) -> usize {
        self.lines.at(table.at)
    }

    fn push(&mut self, at: usize, reason: String) {
        let line = self.lines.at(at);
        self.note_line(line, reason);
    }

    pub fn note_line(&mut self, line: usize, reason: String) {
        self.faults.push(ImportFault { line, reason });
    }

    /// Notes a fault of a whole table.
    pub fn note(&mut self, table: &Table<'_, '_>, reason: String) {
        self.push(table.at, reason);
    }

    /// Notes a fault of the value of a key.
    pub fn note_key(&mut self, table: &Table<'_, '_>, key: &str, reason: String) {
        self.push(table.place_of(key), reason);
    }

    /// Notes every key that is not one of `known`.
    pub fn known_keys(&mut self, table: &Table<'_, '_>, known: &[&str]) {
        for key in toml_document::unknown_keys(table.table, known) {
            let word = shortened(key.get_ref());
            self.push(
                key.span().start,
                format!("there is no \"{word}\" here: remove it or write one of {}", known.join(", ")),
            );
        }
    }

    fn required<'t>(&mut self, table: &Table<'t, 'c>, key: &str) -> Option<&'t Spanned<DeValue<'c>>> {
        let value = table.get(key);
        if value.is_none() {
            self.push(table.at, format!("{key} is missing: add it"));
        }
        value
    }

    fn wrong<T>(&mut self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) -> Option<T> {
        self.push(value.span().start, format!("{key}: write {wanted}"));
        None
    }

    /// A required table.
    pub fn table<'t>(&mut self, table: &Table<'t, 'c>, key: &str) -> Option<Table<'t, 'c>> {
        let value = self.required(table, key)?;
        match value.get_ref() {
            DeValue::Table(inner) => Some(Table { table: inner, at: value.span().start }),
            _ => self.wrong(value, key, "a table"),
        }
    }

    /// A list of tables; none where the key is missing.
    pub fn tables<'t>(&mut self, table: &Table<'t, 'c>, key: &str) -> Vec<Table<'t, 'c>> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong::<()>(value, key, &format!("each entry as a table that begins with [[{key}]]"));
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(items.len());
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(inner) => tables.push(Table { table: inner, at: item.span().start }),
                _ => {
                    self.wrong::<()>(item, key, "a table");
                }
            }
        }
        tables
    }

    fn string(&mut self, value: &Spanned<DeValue<'c>>, key: &str) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => self.wrong(value, key, "a text in quotation marks"),
        }
    }

    /// A required text that must pass `fault`.
    pub fn required_text(
        &mut self,
        table: &Table<'_, 'c>,
        key: &str,
        fault: impl Fn(&str) -> Option<&'static str>,
    ) -> Option<String> {
        let value = self.required(table, key)?;
        let text = self.string(value, key)?;
        if let Some(why) = fault(&text) {
            self.push(value.span().start, format!("{key} is \"{}\": {why}", shortened(&text)));
            return None;
        }
        Some(text)
    }

    /// An optional text that must pass `fault`.
    pub fn optional_text(
        &mut self,
        table: &Table<'_, 'c>,
        key: &str,
        fault: impl Fn(&str) -> Option<&'static str>,
    ) -> Option<String> {
        if table.has(key) { self.required_text(table, key, fault) } else { None }
    }

    pub fn name(&mut self, table: &Table<'_, 'c>, key: &str) -> Option<String> {
        self.required_text(table, key, name_fault)
    }

    pub fn sentence(&mut self, table: &Table<'_, 'c>, key: &str) -> Option<String> {
        self.required_text(table, key, sentence_fault)
    }

    /// The table's slug as written, with or without faults.
    pub fn written_slug(&self, table: &Table<'_, 'c>) -> Option<String> {
        match table.get("slug")?.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// A slug that no earlier table of its kind has.
    pub fn new_slug(&mut self, table: &Table<'_, 'c>, seen: &mut BTreeMap<String, usize>) -> Option<String> {
        let line = self.line(table);
        let slug = self.required_text(table, "slug", slug_fault);
        let written = self.written_slug(table)?;
        if let Some(first) = seen.get(&written) {
            let first = *first;
            self.note_key(table, "slug", format!("\"{}\" stands already on line {first}", shortened(&written)));
            return None;
        }
        seen.insert(written, line);
        slug
    }

    /// The short name of something that the file contains.
    pub fn reference(
        &mut self,
        table: &Table<'_, 'c>,
        key: &str,
        known: &BTreeMap<String, usize>,
        what: &str,
    ) -> Option<String> {
        let value = self.required(table, key)?;
        let slug = self.string(value, key)?;
        if !known.contains_key(&slug) {
            let word = shortened(&slug);
            self.push(value.span().start, format!("{key} is \"{word}\", but no {what} of the file has that slug"));
            return None;
        }
        Some(slug)
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, table: &Table<'_, 'c>, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.required(table, key)?;
        let text = self.string(value, key)?;
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let text = shortened(&text);
            self.push(value.span().start, format!("{key} is \"{text}\": write one of {}", words.join(", ")));
        }
        found
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, table: &Table<'_, 'c>, key: &str, default: bool) -> bool {
        match table.get(key).map(|value| (value, value.get_ref())) {
            None => default,
            Some((_, DeValue::Boolean(value))) => *value,
            Some((value, _)) => self.wrong(value, key, "true or false").unwrap_or(default),
        }
    }

    /// A whole number within bounds.
    pub fn integer(&mut self, table: &Table<'_, 'c>, key: &str, bounds: RangeInclusive<i64>) -> Option<i64> {
        let value = self.required(table, key)?;
        match toml_document::integer(value.get_ref()) {
            Some(Ok(number)) if bounds.contains(&number) => Some(number),
            _ => self.wrong(value, key, &format!("a whole number from {} to {}", bounds.start(), bounds.end())),
        }
    }

    /// A required day, with or without quotation marks.
    pub fn date(&mut self, table: &Table<'_, 'c>, key: &str) -> Option<Date> {
        let value = self.required(table, key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(day) if day.time.is_none() && day.offset.is_none() => day.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => return self.wrong(value, key, "a day such as 2026-11-20"),
        };
        match text.parse() {
            Ok(day) if text.len() == "2026-11-20".len() => Some(day),
            _ => self.wrong(value, key, "a day such as 2026-11-20"),
        }
    }

    /// An optional day.
    pub fn optional_date(&mut self, table: &Table<'_, 'c>, key: &str) -> Option<Date> {
        if table.has(key) { self.date(table, key) } else { None }
    }

    /// A table of texts: line, key and text of each.
    pub fn words(&mut self, table: &Table<'_, 'c>, key: &str) -> Vec<(usize, String, String)> {
        let Some(inner) = self.table(table, key) else { return Vec::new() };
        let mut words = Vec::new();
        for (word, value) in inner.table {
            if let Some(text) = self.string(value, word.get_ref()) {
                words.push((self.lines.at(word.span().start), word.get_ref().to_string(), text));
            }
        }
        words
    }

    /// A value that deserializes itself; only its first fault is found.
    pub fn value<T: DeserializeOwned>(&mut self, table: &Table<'_, 'c>, key: &str) -> Option<T> {
        let value = self.required(table, key)?;
        match T::deserialize(ValueDeserializer::from(value.clone())) {
            Ok(read) => Some(read),
            Err(why) => {
                let at = why.span().map_or(value.span().start, |span| span.start);
                self.push(at, format!("{key}: {}", why.message()));
                None
            }
        }
    }
}
