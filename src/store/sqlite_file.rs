//! Where SQLite's file is, and the lock beside it that starting instances take in turn.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// The lock file cannot be made or locked.
#[derive(Debug, thiserror::Error)]
#[error("the lock file {}: {why}", path.display())]
pub struct LockFault {
    path: PathBuf,
    why: std::io::Error,
}

/// The file of a `sqlite:` address.
pub fn path(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))
}

/// Holds the lock file beside a SQLite database until the file is dropped; waits while another instance holds it.
pub fn lock_beside(database: &str) -> Result<File, LockFault> {
    let path = PathBuf::from(format!("{database}.migrating"));
    let attempt = || {
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        file.lock()?;
        Ok(file)
    };
    attempt().map_err(|why| LockFault { path: path.clone(), why })
}
