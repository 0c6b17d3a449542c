//! `[database]`: which database, and how many connections to it.

use std::time::Duration;

use super::reader::Reader;
use super::secret::Secret;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// `sqlite:FILE` or `postgres://…`; it may hold a password.
    pub url: Secret,
    /// SQLite: connections that read.
    pub readers: u32,
    /// PostgreSQL: connections for requests at most.
    pub pg_connections: u32,
    /// PostgreSQL: how long a statement waits for a lock that another transaction holds.
    pub pg_lock_timeout: Duration,
    /// PostgreSQL: how long a statement of a request or of the intake writer may take.
    pub pg_statement_timeout: Duration,
    /// PostgreSQL: how long a transaction may go without a statement before the server ends it.
    pub pg_idle_transaction_timeout: Duration,
    /// SQLite: how long a connection waits for another process's lock.
    pub busy_timeout: Duration,
    /// SQLite: after how many feedbacks their receipts go from memory to the disk.
    pub receipts_in_run: u32,
    /// How long a request waits for a free connection.
    pub acquire_timeout: Duration,
}

/// The kind of database that a URL names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// The embedded default.
    Sqlite,
    /// For several instances on one database.
    Postgres,
}

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: reader.secret("url", |text| {
                kind_of(text)
                    .map(|_| ())
                    .ok_or_else(|| "write \"sqlite:FILE\" or \"postgres://user@host/database\"".to_owned())
            }),
            readers: reader.integer("readers", 1..=64),
            pg_connections: reader.integer("pg_connections", 2..=1000),
            pg_lock_timeout: reader.milliseconds("pg_lock_timeout_ms", 100..=60_000),
            pg_statement_timeout: reader.milliseconds("pg_statement_timeout_ms", 1000..=600_000),
            pg_idle_transaction_timeout: reader.milliseconds("pg_idle_transaction_timeout_ms", 1000..=600_000),
            busy_timeout: reader.milliseconds("busy_timeout_ms", 100..=60_000),
            receipts_in_run: reader.integer("receipts_in_run", 1..=1_000_000),
            acquire_timeout: reader.milliseconds("acquire_timeout_ms", 100..=60_000),
        }
    }

    /// The kind of database that the URL names.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        // Every loaded URL was checked to be one of the two.
        kind_of(self.url.expose()).unwrap_or(DatabaseKind::Sqlite)
    }
}

fn kind_of(url: &str) -> Option<DatabaseKind> {
    let named = |scheme: &str| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    if named("sqlite:") {
        Some(DatabaseKind::Sqlite)
    } else if named("postgres://") || named("postgresql://") {
        Some(DatabaseKind::Postgres)
    } else {
        None
    }
}
