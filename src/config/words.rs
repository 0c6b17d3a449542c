//! `[words]`: where an organiser's own words of danger and of complaint are.

use std::path::PathBuf;

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// A directory of TOML files that add to the built-in ones.
    pub directory: Option<PathBuf>,
}

impl Words {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { directory: reader.optional_path("directory") }
    }
}
