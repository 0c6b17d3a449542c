//! Writes mails to files, for trying out. Each mail has one file, so writing it twice gives one.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::{Delivery, NotNow};

/// A directory of mails.
pub(super) struct Files {
    directory: PathBuf,
}

impl Files {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Writes a mail atomically: nobody reads half of it.
    pub(super) async fn write(&self, id: Uuid, message: &[u8]) -> Result<Delivery, NotNow> {
        let (directory, message) = (self.directory.clone(), message.to_vec());
        let written = tokio::task::spawn_blocking(move || write(&directory, id, &message)).await;
        let fault = |why: &dyn std::fmt::Display| NotNow(format!("{}: {why}", self.directory.display()));
        match written {
            Ok(Ok(())) => Ok(Delivery::Written),
            Ok(Err(why)) => Err(fault(&why)),
            Err(why) => Err(fault(&why)),
        }
    }
}

/// Only their owner can read directory and file: they contain addresses.
fn write(directory: &Path, id: Uuid, message: &[u8]) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let half = directory.join(format!("{id}.half"));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(message)?;
    file.sync_all()?;
    fs::rename(&half, directory.join(format!("{id}.eml")))
}
