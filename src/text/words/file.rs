//! The data files: classes of words, and phrases over them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::endings::Tongue;

/// Most bytes of a data file.
pub(super) const FILE_BYTES_MAX: usize = 262_144;
/// Most files of an organiser's folder.
pub(super) const FILES_MAX: usize = 100;

/// A data file as it is written. Further files add to the classes and lists of those before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordFile {
    /// Tag of the language: `fi`, `sv` or `en`.
    pub language: String,
    /// Words by the name of their class, with spaces between.
    #[serde(default)]
    pub classes: BTreeMap<String, String>,
    #[serde(default)]
    pub phrases: PhraseLists,
}

/// Phrases by what they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PhraseLists {
    /// Their words count for no other phrase: idioms, games, names.
    pub harmless: Vec<String>,
    /// A sentence with such a phrase counts one level less: what is long past, told or played.
    pub story: Vec<String>,
    /// A sentence with such a phrase counts one level less, except for `urgent_regardless`: thanks, praise.
    pub calm: Vec<String>,
    /// Danger that must be told at once, whatever else the sentence says.
    pub urgent_regardless: Vec<String>,
    /// Danger that must be told at once.
    pub urgent: Vec<String>,
    /// What may be a danger, and must be read the same day.
    pub read_today: Vec<String>,
    /// Phrases with words of a complaint that are none: their words count for no complaint.
    pub no_complaint: Vec<String>,
    /// What reads like a formal complaint.
    pub complaint: Vec<String>,
    /// Phrases of any file of the language that shall not count, as they are written there.
    pub remove: Vec<String>,
}

/// What is wrong with a data file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct WordFault {
    /// The file's name.
    pub file: String,
    /// What is wrong and how to put it right.
    pub reason: String,
}

impl fmt::Display for WordFault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.file, self.reason)
    }
}

impl WordFile {
    /// Parses a data file.
    ///
    /// # Errors
    /// A file that is too long, is not TOML, or has an unknown key or language.
    pub fn parse(file: &str, content: &str) -> Result<(Tongue, Self), WordFault> {
        let fault = |reason: String| WordFault { file: file.to_owned(), reason };
        if content.len() > FILE_BYTES_MAX {
            return Err(fault(format!("the file has more than {FILE_BYTES_MAX} bytes")));
        }
        let read: Self = toml::from_str(content).map_err(|why| fault(why.to_string()))?;
        let tongue = Tongue::ALL.into_iter().find(|tongue| tongue.tag() == read.language);
        match tongue {
            Some(tongue) => Ok((tongue, read)),
            None => Err(fault(format!("there is no language \"{}\"; write fi, sv or en", read.language))),
        }
    }
}
