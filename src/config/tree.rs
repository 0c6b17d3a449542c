//! Settings as they were written, each value with its place.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{ConfigFault, Origin};
use crate::base::toml_document::{self, Lines};

/// A table of settings by key.
pub(super) type Table = BTreeMap<String, Item>;

/// One value with the place where it was written.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// A value as it was written, before a setting gives it a type.
#[derive(Clone)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    List(Vec<Item>),
    Table(Table),
    /// A value that no setting takes, such as a date; its kind in words.
    Other(&'static str),
    /// The text of an environment variable, whose type depends on the setting.
    Untyped(String),
}

impl Value {
    /// The kind of value in words, for faults.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Untyped(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Decimal(_) => "a decimal number",
            Self::Boolean(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

/// The document of a value, to name the place of the value.
#[derive(Clone)]
pub(super) enum Source {
    BuiltIn,
    File(PathBuf),
    Environment(String),
}

impl Source {
    pub(super) fn at(&self, line: usize) -> Origin {
        match self {
            Self::BuiltIn => Origin::BuiltIn { line },
            Self::File(path) => Origin::File { path: path.clone(), line: Some(line) },
            Self::Environment(name) => Origin::Environment { name: name.clone() },
        }
    }
}

/// Parses a TOML document. All syntax faults are reported; what could be read is returned as well, so that the other
/// faults are reported in the same run.
pub(super) fn parse(text: &str, source: &Source, faults: &mut Vec<ConfigFault>) -> Table {
    let (document, syntax) = toml_document::parse(text);
    let place = Place { lines: Lines::of(text), source };
    for fault in syntax {
        faults.push(ConfigFault {
            origin: place.origin(fault.offset),
            reason: format!("this is not valid TOML: {}; correct the line", fault.message),
        });
    }
    place.table(&document, faults)
}

struct Place<'s> {
    lines: Lines,
    source: &'s Source,
}

impl Place<'_> {
    fn origin(&self, offset: usize) -> Origin {
        self.source.at(self.lines.at(offset))
    }

    fn table(&self, table: &DeTable<'_>, faults: &mut Vec<ConfigFault>) -> Table {
        table
            .iter()
            .map(|(key, value)| {
                let mut item = self.item(value, faults);
                // The key's own line is where a reader looks, also when a long value begins on the next.
                if !matches!(item.value, Value::Table(_) | Value::List(_)) {
                    item.origin = self.origin(key.span().start);
                }
                (key.get_ref().to_string(), item)
            })
            .collect()
    }

    fn item(&self, value: &Spanned<DeValue<'_>>, faults: &mut Vec<ConfigFault>) -> Item {
        let origin = self.origin(value.span().start);
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(_) => match toml_document::integer(value.get_ref()) {
                Some(Ok(number)) => Value::Integer(number),
                Some(Err(_)) | None => Value::Other("a number that is too large"),
            },
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => Value::Decimal(number),
                Err(_) => Value::Other("a number that cannot be read"),
            },
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Datetime(_) => Value::Other("a date or time"),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.item(item, faults)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table, faults)),
        };
        Item { value, origin }
    }
}
