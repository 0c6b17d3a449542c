//! The configuration: defaults, then a file, then the environment, read into typed sections.
//!
//! `config/default.toml` documents every key. A fault does not stop the reading: all faults are reported at once, each
//! with its place and with what to write instead.
//!
//! A field has its key's name; a key that ends in a unit of time is a `Duration` here, without the unit.

pub mod database;
mod fault;
pub mod instruments;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod log;
pub mod mail;
pub mod pages;
pub mod rates;
mod reader;
pub mod reminders;
pub mod retention;
pub mod routing;
mod secret;
pub mod server;
pub mod terms;
mod tree;
pub mod webhooks;
pub mod words;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

pub use database::{Database, DatabaseKind};
pub use fault::{ConfigFault, Origin};
pub use instruments::Instruments;
pub use jobs::Jobs;
pub use keys::Keys;
pub use limits::Limits;
pub use log::{Log, LogFormat};
pub use mail::{Mail, MailTls, MailTransport};
pub use pages::Pages;
pub use rates::Rates;
pub use reminders::Reminders;
pub use retention::Retention;
pub use routing::Routing;
pub use secret::Secret;
pub use server::{Network, NotANetwork, Server};
pub use terms::DefaultTerms;
pub use webhooks::Webhooks;
pub use words::Words;

use reader::Reader;
use tree::{Item, Source, Table, Value};

/// The documented defaults; they are valid for every section.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The variable that names the configuration file, unless `--config` does.
const FILE_VARIABLE: &str = "KAIKU_CONFIG";

/// Every environment variable of Kaiku begins with it.
const PREFIX: &str = "KAIKU_";

/// Separates section and key, since keys contain single underscores.
const SEPARATOR: &str = "__";

/// The suffix of a variable that names a file with the secret in it.
const SECRET_FILE_SUFFIX: &str = "_FILE";

/// The secret settings: these may be read from files of their own.
const SECRETS: [(&str, &str); 2] = [("database", "url"), ("mail", "password")];

/// Most bytes of the configuration file.
const FILE_BYTES_MAX: u64 = 1_048_576;

/// Most bytes of a file with a secret.
const SECRET_FILE_BYTES_MAX: u64 = 65_536;

/// Everything that can be set. A value of this type has no faults.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the service listens and how long it waits.
    pub server: Server,
    /// Which database, and how many connections to it.
    pub database: Database,
    /// Where the keyring is.
    pub keys: Keys,
    /// How much one request may hold and how much may wait.
    pub limits: Limits,
    /// How many calls one client or principal may make, and how many submissions to one unit raise an alarm.
    pub rates: Rates,
    /// The terms where none are agreed.
    pub terms: DefaultTerms,
    /// When somebody is reminded of a deadline.
    pub reminders: Reminders,
    /// The rules that a new installation starts with.
    pub routing: Routing,
    /// Where an organiser's own instruments are.
    pub instruments: Instruments,
    /// Where an organiser's own words of danger and of complaint are.
    pub words: Words,
    /// What is logged, and how.
    pub log: Log,
    /// How background jobs are taken and retried.
    pub jobs: Jobs,
    /// How long things are kept.
    pub retention: Retention,
    /// Which targets of webhooks may get messages.
    pub webhooks: Webhooks,
    /// How mails are sent.
    pub mail: Mail,
    /// Addresses outside Kaiku that the public pages name.
    pub pages: Pages,
}

impl Config {
    /// Reads the defaults, then `file` (or the one that `KAIKU_CONFIG` names), then the variables of `env`.
    ///
    /// # Errors
    ///
    /// Every fault of file and environment, in the order of reading.
    pub fn load(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Self, Vec<ConfigFault>> {
        let mut faults = Vec::new();
        // Sorted, so that the same environment gives its faults in the same order.
        let env: BTreeMap<String, String> = env.filter(|(name, _)| name.starts_with(PREFIX)).collect();

        let mut sections = tree::parse(DEFAULTS, &Source::BuiltIn, &mut faults);
        let named = env.get(FILE_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        if let Some(path) = file.map(Path::to_path_buf).or(named) {
            match read_file(&path, FILE_BYTES_MAX) {
                Ok(text) => {
                    let table = tree::parse(&text, &Source::File(path), &mut faults);
                    overlay(&mut sections, table, &mut faults);
                }
                Err(reason) => faults.push(ConfigFault {
                    origin: Origin::File { path, line: None },
                    reason: format!("the configuration file {reason}"),
                }),
            }
        }
        overlay_environment(&mut sections, &env, &mut faults);

        // Read now, since the lease is compared with other sections after its own one was taken out.
        let lease_origin = origin_of(&sections, "jobs", "lease_seconds");
        let mut section = |name: &'static str| {
            // The defaults hold every section, and an overlay takes none away.
            let (origin, table) = match sections.remove(name) {
                Some(Item { origin, value: Value::Table(table) }) => (origin, table),
                _ => (Origin::BuiltIn { line: 1 }, Table::new()),
            };
            (name, origin, table)
        };
        let config = Self {
            server: read(section("server"), &mut faults, Server::read),
            database: read(section("database"), &mut faults, Database::read),
            keys: read(section("keys"), &mut faults, Keys::read),
            limits: read(section("limits"), &mut faults, Limits::read),
            rates: read(section("rates"), &mut faults, Rates::read),
            terms: read(section("terms"), &mut faults, DefaultTerms::read),
            reminders: read(section("reminders"), &mut faults, Reminders::read),
            routing: read(section("routing"), &mut faults, Routing::read),
            instruments: read(section("instruments"), &mut faults, Instruments::read),
            words: read(section("words"), &mut faults, Words::read),
            log: read(section("log"), &mut faults, Log::read),
            jobs: read(section("jobs"), &mut faults, Jobs::read),
            retention: read(section("retention"), &mut faults, Retention::read),
            webhooks: read(section("webhooks"), &mut faults, Webhooks::read),
            mail: read(section("mail"), &mut faults, Mail::read),
            pages: read(section("pages"), &mut faults, Pages::read),
        };
        let longest = config.mail.timeout.max(config.webhooks.timeout);
        if faults.is_empty() && config.jobs.lease <= longest {
            faults.push(ConfigFault {
                origin: lease_origin,
                reason:
                    "jobs.lease_seconds is not longer than mail.timeout_seconds and webhooks.timeout_seconds; make it \
                         longer, so that nothing is sent by two workers"
                        .to_owned(),
            });
        }
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// The environment of this process, in the form that [`Config::load`] takes. A variable of Kaiku's that is not
    /// UTF-8 gets replacement characters, so that it is reported and not ignored.
    pub fn process_environment() -> impl Iterator<Item = (String, String)> {
        std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
    }
}

fn read<T>(
    (name, origin, table): (&'static str, Origin, Table),
    faults: &mut Vec<ConfigFault>,
    section: impl FnOnce(&mut Reader<'_>) -> T,
) -> T {
    let mut reader = Reader::new(name, origin, table, faults);
    let value = section(&mut reader);
    reader.finish();
    value
}

/// Overrides the defaults with the file's sections, key by key; lists are replaced as a whole.
fn overlay(sections: &mut Table, over: Table, faults: &mut Vec<ConfigFault>) {
    let names = sections.keys().cloned().collect::<Vec<_>>().join(", ");
    for (name, item) in over {
        let Some(Item { value: Value::Table(section), origin }) = sections.get_mut(&name) else {
            faults.push(ConfigFault {
                origin: item.origin,
                reason: format!("there is no section [{name}]; remove it or write one of: {names}"),
            });
            continue;
        };
        match item.value {
            Value::Table(keys) => {
                section.extend(keys);
                *origin = item.origin;
            }
            _ => faults.push(ConfigFault {
                origin: item.origin,
                reason: format!("{name} is a section; write [{name}] on a line of its own and its keys below"),
            }),
        }
    }
}

fn overlay_environment(sections: &mut Table, env: &BTreeMap<String, String>, faults: &mut Vec<ConfigFault>) {
    let known: Vec<(String, String, String)> = sections
        .iter()
        .flat_map(|(section, item)| {
            let keys: Vec<&String> = match &item.value {
                Value::Table(table) => table.keys().collect(),
                _ => Vec::new(),
            };
            keys.into_iter().map(|key| (variable(section, key), section.clone(), key.clone())).collect::<Vec<_>>()
        })
        .collect();
    for (name, value) in env {
        let origin = Origin::Environment { name: name.clone() };
        let direct = known.iter().find(|(variable, _, _)| variable == name);
        let secret = SECRETS.iter().find(|(section, key)| variable(section, key) + SECRET_FILE_SUFFIX == *name);
        if let Some((_, section, key)) = direct {
            set(sections, section, key, value.clone(), origin);
        } else if let Some((section, key)) = secret {
            if env.contains_key(&variable(section, key)) {
                let reason = format!("{} is set as well; remove one of the two", variable(section, key));
                faults.push(ConfigFault { origin, reason });
                continue;
            }
            match read_file(Path::new(value), SECRET_FILE_BYTES_MAX) {
                Ok(text) => {
                    let text = text.strip_suffix('\n').unwrap_or(&text);
                    let text = text.strip_suffix('\r').unwrap_or(text);
                    set(sections, section, key, text.to_owned(), origin);
                }
                Err(reason) => faults.push(ConfigFault { origin, reason: format!("the file that it names {reason}") }),
            }
        } else if name.contains(SEPARATOR) {
            let reason = "no setting has this name; remove it or write KAIKU_SECTION__KEY with a section and key of \
                          config/default.toml"
                .to_owned();
            faults.push(ConfigFault { origin, reason });
        } else if let Some((meant, _, _)) =
            known.iter().find(|(variable, _, _)| variable.replace(SEPARATOR, "_") == *name)
        {
            // Without this check a single underscore would set nothing, silently.
            let reason = format!("this sets nothing; write {meant}, with two underscores after the section");
            faults.push(ConfigFault { origin, reason });
        }
    }
}

/// Where a key was written.
fn origin_of(sections: &Table, section: &str, key: &str) -> Origin {
    let found = sections.get(section).and_then(|item| match &item.value {
        Value::Table(table) => table.get(key).map(|item| item.origin.clone()),
        _ => None,
    });
    found.unwrap_or(Origin::BuiltIn { line: 1 })
}

fn variable(section: &str, key: &str) -> String {
    format!("{PREFIX}{}{SEPARATOR}{}", section.to_uppercase(), key.to_uppercase())
}

fn set(sections: &mut Table, section: &str, key: &str, text: String, origin: Origin) {
    if let Some(Item { value: Value::Table(table), .. }) = sections.get_mut(section) {
        table.insert(key.to_owned(), Item { value: Value::Untyped(text), origin });
    }
}

/// Reads a text file, or says in the second half of a sentence why it cannot be.
fn read_file(path: &Path, bytes_max: u64) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read ({error}); check its path and its permissions");
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bytes_max {
        return Err(format!("is larger than {bytes_max} bytes; check its path"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
        format!("is not UTF-8 in line {line}; save it as UTF-8")
    })
}

#[cfg(test)]
mod tests;
