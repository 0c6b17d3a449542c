//! What can go wrong in the store, sorted by what the caller can do about it.

use sqlx::error::ErrorKind;

use crate::base::{Kind, Problem};

/// The result of every store function.
pub type StoreResult<T> = Result<T, StoreError>;

/// A fault of the store. The text is for the log; clients read the error table's own sentences.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is locked, gone, full or overloaded: the same call may succeed later.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The answer to a commit was lost: what was written may be stored or not.
    #[error("the database did not say whether the transaction was committed: {0}")]
    OutcomeUnknown(String),
    /// A unique constraint refused the row: something of that name exists already.
    #[error("the row exists already: {0}")]
    Exists(String),
    /// A foreign key refused the row: what it refers to does not exist.
    #[error("the row refers to something that does not exist: {0}")]
    Missing(String),
    /// A stored value cannot be read, or the statement is wrong: a fault of the program.
    #[error("the store holds or got something unexpected: {0}")]
    Broken(String),
}

impl StoreError {
    /// A stored value that does not parse.
    pub fn unreadable(what: &str, why: impl std::fmt::Display) -> Self {
        Self::Broken(format!("{what}: {why}"))
    }
}

/// SQLite's code IOERR: after it a commit may be on disk or not.
const SQLITE_IO_ERROR: i64 = 10;

/// PostgreSQL's error classes that end the session: 08 connection, 57 operator intervention, 58 system error. A session that
/// ends during a commit may have committed.
const POSTGRES_ENDING: [&str; 3] = ["08", "57", "58"];

/// SQLite's primary result codes that pass by themselves or once the machine is mended: BUSY, LOCKED, NOMEM, READONLY,
/// INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL (<https://www.sqlite.org/rescode.html>).
const SQLITE_PASSING: [i64; 9] = [5, 6, 7, 8, 9, 10, 13, 14, 15];

/// PostgreSQL's error classes that pass: 08 connection, 25 read-only transaction, 40 rollback, 53 resources,
/// 55 object in use, 57 operator intervention, 58 system error
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const POSTGRES_PASSING: [&str; 7] = ["08", "25", "40", "53", "55", "57", "58"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        match &error {
            sqlx::Error::Database(fault) => match fault.kind() {
                ErrorKind::UniqueViolation => Self::Exists(text),
                ErrorKind::ForeignKeyViolation => Self::Missing(text),
                _ if fault.code().is_some_and(|code| passes(&code)) => Self::Unavailable(text),
                _ => Self::Broken(text),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed
            | sqlx::Error::Protocol(_) => Self::Unavailable(text),
            _ => Self::Broken(text),
        }
    }
}

impl StoreError {
    /// What an error of COMMIT means. Only a database that answers and goes on has surely not committed.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        let answered = error.as_database_error().and_then(|fault| fault.code()).is_some_and(|code| !ends(&code));
        if answered { error.into() } else { Self::OutcomeUnknown(error.to_string()) }
    }
}

fn ends(code: &str) -> bool {
    match code.parse::<i64>() {
        Ok(number) if code.len() != 5 => number & 0xff == SQLITE_IO_ERROR,
        _ => POSTGRES_ENDING.iter().any(|class| code.starts_with(class)),
    }
}

/// Codes of SQLite are numbers with the primary code in the low byte; PostgreSQL's are five symbols.
fn passes(code: &str) -> bool {
    match code.parse::<i64>() {
        Ok(number) if code.len() != 5 => SQLITE_PASSING.contains(&(number & 0xff)),
        _ => POSTGRES_PASSING.iter().any(|class| code.starts_with(class)),
    }
}

/// After how many seconds a client should try again when the database was unavailable.
const RETRY_AFTER_SECONDS: u64 = 2;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let told = match &error {
            StoreError::Unavailable(_) => Self::new(
                Kind::Unavailable,
                "The database cannot be reached just now. Nothing was stored. Send the same request again shortly, with the \
                 same Idempotency-Key.",
            )
            .retry_after(RETRY_AFTER_SECONDS),
            StoreError::OutcomeUnknown(_) => Self::new(
                Kind::Unavailable,
                "The database did not say whether this was stored. Send the same request again shortly, with the same \
                 Idempotency-Key: it is stored once. If you sent no key, look first whether it is there.",
            )
            .retry_after(RETRY_AFTER_SECONDS),
            StoreError::Exists(_) => Self::new(Kind::Exists, "Something of this name exists already. Choose another name."),
            StoreError::Missing(_) => Self::new(Kind::UnknownReference, "What this refers to does not exist. Check the ids."),
            StoreError::Broken(_) => return Self::internal(error),
        };
        Self { cause: Some(error.to_string()), ..told }
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreError, ends, passes};

    #[test]
    fn a_commit_without_an_answer_may_have_been_stored() {
        for code in ["10", "778", "57P01", "08006", "58030"] {
            assert!(ends(code), "{code}");
        }
        for code in ["5", "13", "19", "40001", "23503", "53100"] {
            assert!(!ends(code), "{code}");
        }
        for lost in [sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()), sqlx::Error::WorkerCrashed] {
            assert!(matches!(StoreError::of_commit(lost), StoreError::OutcomeUnknown(_)));
        }
    }

    #[test]
    fn locked_full_and_gone_pass() {
        for code in ["5", "6", "13", "517", "10", "53100", "57P01", "40P01", "08006"] {
            assert!(passes(code), "{code}");
        }
        for code in ["1", "11", "42601", "23505", "22P02"] {
            assert!(!passes(code), "{code}");
        }
    }
}
