//! `[keys]`: where the keyring is.

use std::path::PathBuf;

use super::reader::{Reader, not_blank};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The keyring's file; see [`super::Keyring`].
    pub file: PathBuf,
}

impl Keys {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { file: reader.text("file", not_blank).map(PathBuf::from).unwrap_or_default() }
    }
}
