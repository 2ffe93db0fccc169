//! The package's folder: which plain files are in it, and bounded reading of one of them.
//!
//! The registry lays a revision out as plain files. Whatever else is found (links, sockets, devices, names that no revision
//! may hold) is told as a finding and not read.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use domain::{
    FilePath,
    path::MAX_DEPTH,
    report::{Finding, Severity},
};
use rustix::fs::OFlags;

use crate::{Error, text};

/// How many entries of folders are looked at before the rest is left out.
const MAX_ENTRIES: usize = 200_000;
/// The largest file that may be a git-lfs pointer, in bytes: the format's own limit.
const MAX_POINTER_BYTES: u64 = 1024;
/// How every git-lfs pointer begins (the specification of git-lfs, `docs/spec.md`).
const POINTER_START: &[u8] = b"version https://git-lfs.github.com/spec/v1";

/// A plain file of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFile {
    /// Where it stands.
    pub path: FilePath,
    /// Its length, in bytes.
    pub size: u64,
}

/// The beginning of a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// What was read; bytes that are no UTF-8 are replaced.
    pub text: String,
    /// What the reader should know: that it was cut, or that it was no UTF-8.
    pub problem: Option<String>,
}

/// The files of a package, sorted by path.
#[derive(Debug)]
pub struct Package {
    root: PathBuf,
    files: Vec<PackageFile>,
    findings: Vec<Finding>,
    pointers: BTreeSet<FilePath>,
}

impl Package {
    /// Lists the folder.
    ///
    /// # Errors
    /// When the folder itself cannot be listed. What is wrong inside it becomes a finding.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let top = fs::read_dir(root).map_err(|source| Error::Folder { path: root.to_owned(), source })?;
        let mut walk = Walk { files: Vec::new(), findings: Vec::new(), seen: 0, folders: Vec::new() };
        walk.list("", top);
        while let Some(folder) = walk.folders.pop() {
            match fs::read_dir(root.join(&folder)) {
                Ok(entries) => walk.list(&folder, entries),
                Err(error) => walk.report("package/unreadable", &folder, &format!("the folder cannot be listed: {error}")),
            }
        }
        walk.files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut package = Self { root: root.to_owned(), files: walk.files, findings: walk.findings, pointers: BTreeSet::new() };
        package.look_for_pointers();
        Ok(package)
    }

    /// The plain files, sorted by path.
    #[must_use]
    pub fn files(&self) -> &[PackageFile] {
        &self.files
    }

    /// What is wrong with the package as a folder.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The bytes of all files together.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.size))
    }

    /// A file at the top, whatever the case of its name.
    #[must_use]
    pub fn top_file(&self, name: &str) -> Option<&PackageFile> {
        self.files.iter().find(|file| file.path.as_str().eq_ignore_ascii_case(name))
    }

    /// Whether the file only points at content that was not uploaded.
    #[must_use]
    pub fn is_pointer(&self, file: &PackageFile) -> bool {
        self.pointers.contains(&file.path)
    }

    /// Opens a file for reading; links are not followed, and nothing blocks.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open(&self, file: &PackageFile) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        // the bits of open(2) are those of a C int
        let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
        fs::OpenOptions::new().read(true).custom_flags(flags).open(self.root.join(file.path.as_str()))
    }

    /// Reads at most the first `most` bytes of a file.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn read_start(&self, file: &PackageFile, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(file)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads at most the first `most` bytes of a file as text.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn read_text(&self, file: &PackageFile, most: u64) -> io::Result<TextFile> {
        let mut bytes = self.read_start(file, most.saturating_add(1))?;
        let cut = bytes.len() as u64 > most;
        if cut {
            bytes.pop();
        }
        let (text, valid) = match String::from_utf8(bytes) {
            Ok(text) => (text, true),
            // a character that was cut in two is not the file's fault
            Err(error) if cut && error.utf8_error().error_len().is_none() => {
                (String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned(), true)
            }
            Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
        };
        let problem = match (valid, cut) {
            (true, false) => None,
            (true, true) => Some(format!("{} is larger than {} KiB: only its beginning was read", file.path, most >> 10)),
            (false, _) => Some(format!("{} is no valid UTF-8: the bytes in question were replaced", file.path)),
        };
        Ok(TextFile { text, problem })
    }

    fn look_for_pointers(&mut self) {
        for file in &self.files {
            let may_be = (POINTER_START.len() as u64..=MAX_POINTER_BYTES).contains(&file.size);
            if may_be && self.read_start(file, POINTER_START.len() as u64).is_ok_and(|start| start == POINTER_START) {
                self.pointers.insert(file.path.clone());
            }
        }
        self.findings.extend(self.pointers.iter().map(|path| Finding {
            severity: Severity::Warning,
            rule: "package/lfs_pointer".to_owned(),
            path: path.clone(),
            message: "this is a git-lfs pointer, not the file: run “git lfs pull” and upload again".to_owned(),
        }));
    }
}

/// The state of a walk over the folder.
struct Walk {
    files: Vec<PackageFile>,
    findings: Vec<Finding>,
    seen: usize,
    folders: Vec<String>,
}

impl Walk {
    fn list(&mut self, folder: &str, entries: fs::ReadDir) {
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.report("package/unreadable", folder, &format!("the folder cannot be listed: {error}")),
            };
            let name = entry.file_name();
            let path = match folder {
                "" => name.to_string_lossy().into_owned(),
                _ => format!("{folder}/{}", name.to_string_lossy()),
            };
            self.seen += 1;
            if self.seen > MAX_ENTRIES {
                self.folders.clear();
                return self.report("package/too_many_files", &path, &format!("only {MAX_ENTRIES} entries are looked at"));
            }
            if name.to_str().is_none() {
                self.report("package/path_refused", &path, "its name is no UTF-8: it was not read");
                continue;
            }
            self.visit(path, &entry);
        }
    }

    fn visit(&mut self, path: String, entry: &fs::DirEntry) {
        // never a link's target: metadata of the entry itself
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) => return self.report("package/unreadable", &path, &format!("it cannot be looked at: {error}")),
        };
        if metadata.is_dir() {
            // git's own folder is never part of a revision; somebody who scores a clone has one
            if entry.file_name() == ".git" {
                return;
            }
            if path.split('/').count() >= MAX_DEPTH {
                return self.report("package/too_deep", &path, &format!("folders below {MAX_DEPTH} levels are not read"));
            }
            self.folders.push(path);
        } else if metadata.is_file() {
            match path.parse() {
                Ok(path) => self.files.push(PackageFile { path, size: metadata.len() }),
                Err(error) => self.report("package/path_refused", &path, error.message()),
            }
        } else {
            let what = if metadata.is_symlink() { "a symbolic link" } else { "a socket, pipe or device" };
            self.report("package/special_file", &path, &format!("it is {what}, not a plain file: it was not read"));
        }
    }

    fn report(&mut self, rule: &str, path: &str, message: &str) {
        let Some(path) = reportable(path) else { return };
        let message = text::clip(message, 300);
        self.findings.push(Finding { severity: Severity::Warning, rule: rule.to_owned(), path, message });
    }
}

/// The path of an entry as a report can hold it: what no path may contain is replaced.
fn reportable(path: &str) -> Option<FilePath> {
    let harmless = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ' ') { c } else { '_' };
    path.parse().or_else(|_| format!("unnamed/_{}_", path.chars().take(80).map(harmless).collect::<String>()).parse()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_can_be_reported(name in "[./\\\\:\\x00-\\x20\\PC]{0,120}") {
            prop_assert!(reportable(&name).is_some());
        }
    }
}
