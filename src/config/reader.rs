//! Reads the keys of one table into typed settings and collects every fault.
//!
//! A reader never stops at a fault: it returns a placeholder and goes on, so that all faults are reported at once. No
//! placeholder is ever used, since a configuration with a fault is never returned.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::fault::{ConfigFault, Origin};
use super::secret::Secret;
use super::tree::{self, Item, Source, Table, Value};

/// Where values were written, by JSON pointer.
pub(super) type Places = BTreeMap<String, Origin>;

/// Reads one table, key by key.
pub(super) struct Reader<'f> {
    /// The table's name as the file has it, such as `server` or `routing.rules`.
    name: String,
    /// Where the table begins; a missing key is reported there.
    origin: Origin,
    entries: Table,
    /// The keys that were asked for, with the place of their value.
    asked: BTreeMap<&'static str, Origin>,
    faults: &'f mut Vec<ConfigFault>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(
        name: impl Into<String>,
        origin: Origin,
        entries: Table,
        faults: &'f mut Vec<ConfigFault>,
    ) -> Self {
        Self { name: name.into(), origin, entries, asked: BTreeMap::new(), faults }
    }

    /// Reports every key that was not read. Must be called last.
    pub(super) fn finish(self) {
        let known: Vec<&str> = self.asked.keys().copied().collect();
        for (key, item) in self.entries {
            self.faults.push(ConfigFault {
                origin: item.origin,
                reason: format!(
                    "there is no setting {}.{key}; remove it or write one of: {}",
                    self.name,
                    known.join(", ")
                ),
            });
        }
    }

    /// A fault about a key that was already read, for what depends on more than one key.
    pub(super) fn fault(&mut self, key: &str, reason: impl Into<String>) {
        let origin = self.asked.get(key).unwrap_or(&self.origin).clone();
        self.push(origin, reason.into());
    }

    /// A fault about something that was written at `place`; without one, about the table as a whole.
    pub(super) fn fault_at(&mut self, place: Option<Origin>, reason: impl Into<String>) {
        let origin = place.unwrap_or_else(|| self.origin.clone());
        self.push(origin, reason.into());
    }

    /// Keeps the place of every key that was read so far, by JSON pointer below `base`.
    pub(super) fn note_places(&self, base: &str, places: &mut Places) {
        places.insert(base.to_owned(), self.origin.clone());
        places.extend(self.asked.iter().map(|(key, origin)| (format!("{base}/{key}"), origin.clone())));
    }

    /// A fault about the table as a whole.
    pub(super) fn fault_here(&mut self, reason: impl Into<String>) {
        self.push(self.origin.clone(), reason.into());
    }

    /// Whether the key was written.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// A whole number within the bounds.
    pub(super) fn integer<T>(&mut self, key: &'static str, bounds: RangeInclusive<i64>) -> T
    where
        T: TryFrom<i64> + Default,
    {
        let Some(item) = self.take(key) else {
            return T::default();
        };
        let number = match &item.value {
            Value::Integer(number) => Some(*number),
            Value::Untyped(text) => text.trim().parse().ok(),
            _ => None,
        };
        let (lowest, highest) = (bounds.start(), bounds.end());
        match number {
            None => {
                self.wrong_kind(key, item, &format!("a whole number from {lowest} to {highest}"));
                T::default()
            }
            Some(number) => match T::try_from(number) {
                Ok(value) if bounds.contains(&number) => value,
                _ => {
                    let name = self.full(key);
                    self.push(
                        item.origin,
                        format!("{name} is {number}; write a whole number from {lowest} to {highest}"),
                    );
                    T::default()
                }
            },
        }
    }

    /// A whole number of seconds within the bounds.
    pub(super) fn seconds(&mut self, key: &'static str, bounds: RangeInclusive<i64>) -> Duration {
        Duration::from_secs(self.integer(key, bounds))
    }

    /// A whole number of milliseconds within the bounds.
    pub(super) fn milliseconds(&mut self, key: &'static str, bounds: RangeInclusive<i64>) -> Duration {
        Duration::from_millis(self.integer(key, bounds))
    }

    /// A number, whole or decimal, within the bounds.
    pub(super) fn decimal(&mut self, key: &'static str, bounds: RangeInclusive<f64>) -> f64 {
        let Some(item) = self.take(key) else {
            return *bounds.start();
        };
        let number = match &item.value {
            Value::Decimal(number) => Some(*number),
            Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
            Value::Untyped(text) => text.trim().parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if bounds.contains(&number) => number,
            _ => {
                let wanted = format!("a number from {} to {}", bounds.start(), bounds.end());
                self.wrong_kind(key, item, &wanted);
                *bounds.start()
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, key: &'static str) -> bool {
        let Some(item) = self.take(key) else {
            return false;
        };
        let value = match &item.value {
            Value::Boolean(value) => Some(*value),
            Value::Untyped(text) => text.trim().parse().ok(),
            _ => None,
        };
        if let Some(value) = value {
            return value;
        }
        self.wrong_kind(key, item, "true or false");
        false
    }

    /// A text that `parse` understands; its error says what to write instead.
    pub(super) fn text<T>(&mut self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let item = self.take(key)?;
        let (Value::Text(text) | Value::Untyped(text)) = &item.value else {
            self.wrong_kind(key, item, "a text in quotation marks");
            return None;
        };
        match parse(text) {
            Ok(value) => Some(value),
            Err(wanted) => {
                let name = self.full(key);
                let reason = format!("{name} is \"{}\"; {wanted}", shortened(text));
                self.push(item.origin, reason);
                None
            }
        }
    }

    /// A path that may be left empty.
    pub(super) fn optional_path(&mut self, key: &'static str) -> Option<PathBuf> {
        self.text(key, |text| Ok(text.to_owned())).filter(|text| !text.is_empty()).map(PathBuf::from)
    }

    /// A secret text; no fault quotes it.
    pub(super) fn secret(&mut self, key: &'static str, check: impl FnOnce(&str) -> Result<(), String>) -> Secret {
        let Some(item) = self.take(key) else {
            return Secret::new(String::new());
        };
        let name = self.full(key);
        let (Value::Text(text) | Value::Untyped(text)) = item.value else {
            self.push(item.origin, format!("{name} must be a text in quotation marks"));
            return Secret::new(String::new());
        };
        if let Err(wanted) = check(&text) {
            self.push(item.origin, format!("{name} cannot be used; {wanted}"));
        }
        Secret::new(text)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        self.text(key, |text| {
            choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                format!("write one of: {}", words.join(", "))
            })
        })
    }

    /// A list of texts, each of which `parse` understands. From the environment: separated by commas, or as TOML.
    pub(super) fn texts<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let name = self.full(key);
        let mut values = Vec::new();
        for item in self.items(key) {
            let (Value::Text(text) | Value::Untyped(text)) = &item.value else {
                self.push(
                    item.origin,
                    format!("{name} holds {}; write texts in quotation marks only", item.value.kind()),
                );
                continue;
            };
            match parse(text) {
                Ok(value) => values.push(value),
                Err(wanted) => {
                    let reason = format!("{name} holds \"{}\"; {wanted}", shortened(text));
                    self.push(item.origin, reason);
                }
            }
        }
        values
    }

    /// A list of tables: the place and the keys of each.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<(Origin, Table)> {
        let name = self.full(key);
        let mut tables = Vec::new();
        for item in self.items(key) {
            match item.value {
                Value::Table(table) => tables.push((item.origin, table)),
                other => self.push(
                    item.origin,
                    format!("{name} holds {}; write each entry as a table that begins with [[{name}]]", other.kind()),
                ),
            }
        }
        tables
    }

    /// A table in this one. `None`, with a fault, for anything else.
    pub(super) fn table(&mut self, key: &'static str) -> Option<Reader<'_>> {
        let name = self.full(key);
        let item = self.take(key)?;
        match item.value {
            Value::Table(table) => Some(Reader::new(name, item.origin, table, self.faults)),
            _ => {
                self.wrong_kind(key, item, &format!("a table that begins with [{name}]"));
                None
            }
        }
    }

    /// A reader for one entry of a list of tables.
    pub(super) fn entry(&mut self, name: String, origin: Origin, table: Table) -> Reader<'_> {
        Reader::new(name, origin, table, self.faults)
    }

    fn items(&mut self, key: &'static str) -> Vec<Item> {
        let Some(item) = self.take(key) else {
            return Vec::new();
        };
        match item.value {
            Value::List(items) => items,
            Value::Untyped(text) => self.items_of_environment(&text, item.origin),
            _ => {
                self.wrong_kind(key, item, "a list in square brackets");
                Vec::new()
            }
        }
    }

    fn items_of_environment(&mut self, text: &str, origin: Origin) -> Vec<Item> {
        if !text.trim_start().starts_with('[') {
            return text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| Item { value: Value::Text(part.to_owned()), origin: origin.clone() })
                .collect();
        }
        let source = match origin {
            Origin::Environment { name } => Source::Environment(name),
            // Untyped values come from the environment only.
            Origin::BuiltIn { .. } | Origin::File { .. } => Source::BuiltIn,
        };
        let mut table = tree::parse(&format!("list = {text}"), &source, self.faults);
        match table.remove("list").map(|item| item.value) {
            Some(Value::List(items)) => items,
            _ => Vec::new(),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Item> {
        let item = self.entries.remove(key);
        let origin = item.as_ref().map_or_else(|| self.origin.clone(), |item| item.origin.clone());
        self.asked.insert(key, origin.clone());
        if item.is_none() {
            let name = self.full(key);
            self.push(origin, format!("{name} is missing; add it"));
        }
        item
    }

    /// Whether an optional key is written. Faults name the key as a known one in either case.
    pub(super) fn may_have(&mut self, key: &'static str) -> bool {
        let written = self.has(key);
        if !written {
            self.asked.insert(key, self.origin.clone());
        }
        written
    }

    fn wrong_kind(&mut self, key: &str, item: Item, wanted: &str) {
        let name = self.full(key);
        let found = match &item.value {
            Value::Text(text) | Value::Untyped(text) => format!("\"{}\"", shortened(text)),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => number.to_string(),
            Value::Boolean(boolean) => boolean.to_string(),
            other => other.kind().to_owned(),
        };
        self.push(item.origin, format!("{name} is {found}; write {wanted}"));
    }

    fn full(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    fn push(&mut self, origin: Origin, reason: String) {
        self.faults.push(ConfigFault { origin, reason });
    }
}

/// Most characters of a value that a fault quotes.
const QUOTED_CHARS_MAX: usize = 60;

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.escape_debug().to_string()
}

/// Accepts any text that is not blank.
pub(super) fn not_blank(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("write a text that is not empty".to_owned());
    }
    Ok(text.to_owned())
}

/// Most characters of a slug.
const SLUG_CHARS_MAX: usize = 64;

/// Accepts a slug: lower-case letters, digits and dashes.
pub(super) fn slug(text: &str) -> Result<String, String> {
    let fits = (1..=SLUG_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!("write lower-case letters, digits and dashes, at most {SLUG_CHARS_MAX}"))
    }
}
