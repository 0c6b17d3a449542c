//! `[instruments]`: where an organiser's own instruments are.

use std::path::PathBuf;

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruments {
    /// A directory of TOML files, one for each instrument, read in addition to those built in.
    pub directory: Option<PathBuf>,
}

impl Instruments {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { directory: reader.optional_path("directory") }
    }
}
