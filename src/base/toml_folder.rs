//! The organiser's own files of a kind: the `*.toml` files of one folder.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// How much of a folder is read.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most files.
    pub files: usize,
    /// Most bytes of one file.
    pub file_bytes: usize,
}

/// A folder or a file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderFault {
    /// The path.
    pub file: String,
    /// The line, from 1; the first where the whole file is at fault.
    pub line: usize,
    pub reason: String,
}

/// The files as path and content, by path, so that faults come in the same order everywhere, and what could not be read.
/// `kind` says in the faults what the files hold, such as `instruments`.
pub fn read(folder: &Path, kind: &str, bounds: Bounds) -> (Vec<(String, String)>, Vec<FolderFault>) {
    let fault = |path: &Path, line, reason| FolderFault { file: path.display().to_string(), line, reason };
    let listed = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>());
    let mut paths = match listed {
        Ok(paths) => paths,
        Err(why) => {
            return (Vec::new(), vec![fault(folder, 1, format!("the folder of {kind} cannot be read: {why}"))]);
        }
    };
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    if paths.len() > bounds.files {
        let reason = format!("the folder of {kind} holds more than {} files", bounds.files);
        return (Vec::new(), vec![fault(folder, 1, reason)]);
    }
    let (mut files, mut faults) = (Vec::with_capacity(paths.len()), Vec::new());
    for path in paths {
        match content(&path, bounds.file_bytes) {
            Ok(content) => files.push((path.display().to_string(), content)),
            Err((line, reason)) => faults.push(fault(&path, line, reason)),
        }
    }
    (files, faults)
}

/// The text of a file, or the line and the reason why there is none.
fn content(path: &Path, bytes_max: usize) -> Result<String, (usize, String)> {
    // One byte more than the bound shows that a file is too long without reading all of it.
    let bound = u64::try_from(bytes_max).map_or(u64::MAX, |bytes| bytes.saturating_add(1));
    let mut bytes = Vec::new();
    let count = File::open(path)
        .and_then(|file| file.take(bound).read_to_end(&mut bytes))
        .map_err(|why| (1, format!("the file cannot be read: {why}")))?;
    if count > bytes_max {
        return Err((1, format!("the file is longer than {bytes_max} bytes")));
    }
    String::from_utf8(bytes).map_err(|why| {
        let before = why.as_bytes().iter().take(why.utf8_error().valid_up_to());
        (1 + before.filter(|byte| **byte == b'\n').count(), "the file is not UTF-8".to_owned())
    })
}
