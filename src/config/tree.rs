//! Settings as they were written: values that remember their place.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{ConfigFault, Origin};
use crate::base::lines::line_of_offset;

/// A table of settings by key.
pub(super) type Table = BTreeMap<String, Item>;

/// One value with the place where it was written.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// What was written, before anybody asked what it should have been.
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
    /// The text of an environment variable: what it means depends on who reads it.
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

/// Which document a text came from, to name the place of each of its values.
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

/// Reads a TOML document. Every fault of its grammar is told; what could be read is returned all the same, so that
/// the other faults are told in the same run.
pub(super) fn parse(text: &str, source: &Source, faults: &mut Vec<ConfigFault>) -> Table {
    let (document, errors) = DeTable::parse_recoverable(text);
    let place = Place { text, source };
    for error in errors {
        let line = error.span().map_or(1, |span| line_of_offset(text, span.start));
        faults.push(ConfigFault {
            origin: source.at(line),
            // Only the message: the error's full text would quote the line, and the line may hold a secret.
            reason: format!("this is not valid TOML: {}; correct the line", error.message()),
        });
    }
    place.table(document.get_ref(), faults)
}

struct Place<'t> {
    text: &'t str,
    source: &'t Source,
}

impl Place<'_> {
    fn origin(&self, offset: usize) -> Origin {
        self.source.at(line_of_offset(self.text, offset))
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
            DeValue::Integer(number) => {
                let digits = number.as_str().replace('_', "");
                match i64::from_str_radix(&digits, number.radix()) {
                    Ok(number) => Value::Integer(number),
                    Err(_) => Value::Other("a number that is too large"),
                }
            }
            DeValue::Float(number) => match number.as_str().replace('_', "").parse() {
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
