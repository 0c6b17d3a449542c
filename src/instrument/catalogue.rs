//! All instruments in all their versions: the model ones that come with the program, the organiser's own, and versions that
//! were published before and whose files are gone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::Instrument;
use super::file::{InstrumentFault, MAX_FILE_BYTES};
use crate::base::toml_folder::{self, Bounds, FolderFault};

/// Most files in an organiser's folder.
pub const MAX_FILES: usize = 1_000;

/// Every instrument by id and version. Immutable: a new file takes effect at the next start.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    by_id: BTreeMap<String, BTreeMap<u32, Arc<Instrument>>>,
    /// Without a file any more: nobody is asked by them anew.
    retired: BTreeMap<String, BTreeMap<u32, Arc<Instrument>>>,
}

impl Catalogue {
    /// Reads the embedded files, given as name and content, and the `*.toml` files of the organiser's folder, if there
    /// is one. An organiser may add a version to a model instrument. A file that is there twice with the same content
    /// is one instrument.
    ///
    /// # Errors
    /// All faults of all files: those of each file, a file or folder that cannot be read, and the same id and version
    /// with other content.
    pub fn load(embedded: &[(String, String)], dir: Option<&Path>) -> Result<Self, Vec<InstrumentFault>> {
        let mut faults = Vec::new();
        let bounds = Bounds { files: MAX_FILES, file_bytes: MAX_FILE_BYTES };
        let (own, unreadable) = dir.map(|dir| toml_folder::read(dir, "instruments", bounds)).unwrap_or_default();
        let of_file = |FolderFault { file, line, reason }| InstrumentFault { file, line, reason };
        faults.extend(unreadable.into_iter().map(of_file));
        let mut catalogue = Self::default();
        let mut files = BTreeMap::new();
        for (name, content) in embedded.iter().chain(&own) {
            let instrument = match Instrument::from_toml(name, content) {
                Ok(instrument) => instrument,
                Err(more) => {
                    faults.extend(more);
                    continue;
                }
            };
            let key = (instrument.id.clone(), instrument.version);
            match catalogue.get(&key.0, Some(key.1)) {
                Some(first) if first.sha256() != instrument.sha256() => {
                    let first = files.get(&key).map_or("", |name: &&str| name);
                    faults.push(InstrumentFault {
                        file: name.clone(),
                        line: line_of_key(content, "version"),
                        reason: format!(
                            "{} version {} is already in {first} with other content: give this file a new version",
                            key.0, key.1
                        ),
                    });
                }
                Some(_) => {}
                None => {
                    let versions = catalogue.by_id.entry(key.0.clone()).or_default();
                    versions.insert(key.1, Arc::new(instrument));
                    files.insert(key, name.as_str());
                }
            }
        }
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }

    /// Adds a version that was published and whose file is gone, so that what was given by it can be read.
    pub fn retire(&mut self, instrument: Instrument) {
        let versions = self.retired.entry(instrument.id.clone()).or_default();
        versions.insert(instrument.version, Arc::new(instrument));
    }

    /// An instrument in a version, also one that is retired, or in its newest.
    pub fn get(&self, id: &str, version: Option<u32>) -> Option<&Arc<Instrument>> {
        match version {
            Some(version) => [&self.by_id, &self.retired].into_iter().find_map(|known| known.get(id)?.get(&version)),
            None => self.by_id.get(id)?.values().next_back(),
        }
    }

    /// The newest version of every instrument, by id.
    pub fn newest(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.by_id.values().filter_map(|versions| versions.values().next_back())
    }

    /// Every version of every instrument that there is a file of, by id and version.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.by_id.values().flat_map(BTreeMap::values)
    }

    /// Every version that something may have been given by: those with a file, then the retired ones.
    pub fn all_with_retired(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.all().chain(self.retired.values().flat_map(BTreeMap::values))
    }
}

/// The line of a key at the file's top, from 1.
fn line_of_key(content: &str, key: &str) -> usize {
    content.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::instrument::model_forms::files;

    fn own(version: u32, question: &str) -> String {
        format!(
            "id = \"oma\"\nversion = {version}\nchannels = [\"web\"]\ntitle = {{ fi = \"O\", sv = \"E\", en = \"O\" }}\n\
             [[question]]\nid = \"{question}\"\nkind = \"text\"\ntext = {{ fi = \"K\", sv = \"F\", en = \"Q\" }}\n"
        )
    }

    #[test]
    fn the_newest_version_counts_where_none_is_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("oma.10.toml"), own(10, "q1")).unwrap();
        fs::write(dir.path().join("oma.2.toml"), own(2, "q1")).unwrap();
        fs::write(dir.path().join("oma.2.copy.toml"), own(2, "q1")).unwrap();
        fs::write(dir.path().join("README.md"), "not an instrument").unwrap();
        let catalogue = Catalogue::load(&files(), Some(dir.path())).unwrap();
        assert_eq!(catalogue.get("oma", None).unwrap().version, 10);
        assert_eq!(catalogue.get("oma", Some(2)).unwrap().version, 2);
        assert!(catalogue.get("oma", Some(3)).is_none());
        assert!(catalogue.get("muu", None).is_none());
        let newest: Vec<_> = catalogue.newest().map(|one| (one.id.as_str(), one.version)).collect();
        assert_eq!(
            newest,
            [
                ("asiakastyytyvaisyys", 1),
                ("asiakastyytyvaisyys-yleinen", 1),
                ("oma", 10),
                ("pikapalaute", 1),
                ("ryhmahaastattelu", 1),
                ("saavutettavuus", 1),
                ("tapaaminen-kortti", 1),
                ("tapaaminen-suullinen", 1),
            ]
        );
        assert_eq!(catalogue.all().count(), 9);
    }

    #[test]
    fn the_same_version_with_other_content_is_a_fault() {
        let two = [("a.toml".to_owned(), own(1, "q1")), ("b.toml".to_owned(), own(1, "q2"))];
        let faults = Catalogue::load(&two, None).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(
            faults[0].to_string(),
            "b.toml:2: oma version 1 is already in a.toml with other content: give this file a new version"
        );
    }

    #[test]
    fn the_faults_of_all_files_are_told() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.toml"), own(0, "q1")).unwrap();
        fs::write(dir.path().join("b.toml"), b"id = \"b\"\nsource = \"\xff\"\n").unwrap();
        fs::write(dir.path().join("c.toml"), "#".repeat(MAX_FILE_BYTES + 1)).unwrap();
        fs::create_dir(dir.path().join("d.toml")).unwrap();
        let embedded = [("e.toml".to_owned(), "id = ".to_owned())];
        let faults = Catalogue::load(&embedded, Some(dir.path())).unwrap_err();
        let mut names: Vec<_> = faults
            .iter()
            .map(|fault| {
                let name = Path::new(&fault.file).file_name().unwrap().to_str().unwrap();
                (name.to_owned(), fault.line)
            })
            .collect();
        names.sort();
        assert_eq!(
            names,
            [("a.toml", 2), ("b.toml", 2), ("c.toml", 1), ("d.toml", 1), ("e.toml", 1)]
                .map(|(name, line)| (name.to_owned(), line))
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_fault() {
        let faults = Catalogue::load(&[], Some(Path::new("/no/such/folder"))).unwrap_err();
        assert!(faults[0].reason.starts_with("the folder of instruments cannot be read"));
    }
}
