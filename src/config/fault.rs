//! Where a setting was written and what is wrong with it.

use std::fmt;
use std::path::PathBuf;

/// The place where a setting was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The defaults that are built into the program.
    BuiltIn {
        /// The line of `config/default.toml`, from 1.
        line: usize,
    },
    /// The configuration file.
    File {
        /// The file as it was named at the start.
        path: PathBuf,
        /// The line, from 1; `None` where the whole file is meant.
        line: Option<usize>,
    },
    /// An environment variable.
    Environment {
        /// The variable's name.
        name: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn { line } => write!(f, "built-in defaults, line {line}"),
            Self::File { path, line: Some(line) } => write!(f, "{}, line {line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Environment { name } => write!(f, "environment variable {name}"),
        }
    }
}

/// One fault of the configuration, worded so that the reader knows what to change and where.
///
/// A fault never quotes the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {reason}")]
pub struct ConfigFault {
    /// Where the faulty setting was written.
    pub origin: Origin,
    /// What is wrong, and what to do.
    pub reason: String,
}
