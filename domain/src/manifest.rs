//! The manifest: what a revision holds, checked as a whole, and the ids that derive from it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{FilePath, Invalid, RevisionId, Sha256Digest, units};

/// One file of a revision: where it stands, how long it is, what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Where it stands in the package.
    pub path: FilePath,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256Digest,
}

/// What one revision may hold at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The number of files in a revision.
    pub max_files: u64,
    /// Bytes in one file.
    pub max_file_bytes: u64,
    /// Bytes in all files of a revision together.
    pub max_revision_bytes: u64,
}

impl Default for Limits {
    /// 20 000 files, 5 TB a file (what S3 takes), 10 TB a revision.
    fn default() -> Self {
        Self { max_files: 20_000, max_file_bytes: 5_000_000_000_000, max_revision_bytes: 10_000_000_000_000 }
    }
}

/// The files of a revision, sorted by path; valid as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    files: Vec<ManifestFile>,
    total: u64,
}

impl Manifest {
    /// Checks the files as a whole and sorts them by path.
    ///
    /// # Errors
    /// When there are none, too many or too large ones; when two paths are the same, differ only in case, or one is a folder
    /// of the other; when one digest comes with two sizes.
    pub fn new(mut files: Vec<ManifestFile>, limits: &Limits) -> Result<Self, Invalid> {
        if files.is_empty() {
            return Err(Invalid::new("there are no files: a revision holds at least one"));
        }
        if files.len() as u64 > limits.max_files {
            return Err(Invalid::new(format!(
                "{} files are too many: a revision holds at most {}",
                files.len(),
                limits.max_files
            )));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let total = check_sizes(&files, limits)?;
        check_collisions(&files)?;
        Ok(Self { files, total })
    }

    /// The files, sorted by path.
    #[must_use]
    pub fn files(&self) -> &[ManifestFile] {
        &self.files
    }

    /// The bytes of all files together, each path counted.
    #[must_use]
    pub const fn total_bytes(&self) -> u64 {
        self.total
    }

    /// The digest of the manifest alone: SHA-256 over one line `<sha256> <size> <path>\n` a file, in order of paths.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let mut hasher = Sha256::new();
        for file in &self.files {
            hasher.update(format!("{} {} {}\n", file.sha256, file.size, file.path));
        }
        Sha256Digest::from_bytes(hasher.finalize().into())
    }

    /// The id of the revision that this manifest makes: the first 160 bits of a SHA-256 over the manifest's digest, the parent,
    /// the author and the message. Equal content with equal history has an equal id, whichever way it came in.
    #[must_use]
    pub fn revision_id(&self, parent: Option<&RevisionId>, author: &str, message: &str) -> RevisionId {
        let mut hasher = Sha256::new();
        hasher.update("model-registry revision 1\n");
        hasher.update(format!("manifest {}\n", self.digest()));
        if let Some(parent) = parent {
            hasher.update(format!("parent {parent}\n"));
        }
        hasher.update(format!("author {}:{author}\nmessage {}:{message}\n", author.len(), message.len()));
        let mut id = [0; 20];
        id.copy_from_slice(&hasher.finalize()[..20]);
        RevisionId::from_bytes(id)
    }
}

fn check_sizes(files: &[ManifestFile], limits: &Limits) -> Result<u64, Invalid> {
    let mut sizes = HashMap::new();
    let mut total: u64 = 0;
    for file in files {
        if file.size > limits.max_file_bytes {
            return Err(Invalid::new(format!(
                "“{}” is too large ({}): a file holds at most {}",
                file.path,
                units::bytes(file.size),
                units::bytes(limits.max_file_bytes)
            )));
        }
        if *sizes.entry(file.sha256).or_insert(file.size) != file.size {
            return Err(Invalid::new(format!("“{}” comes with a digest that another file has with another size", file.path)));
        }
        total = total.saturating_add(file.size);
    }
    if total > limits.max_revision_bytes {
        return Err(Invalid::new(format!(
            "{} are too much: a revision holds at most {}",
            units::bytes(total),
            units::bytes(limits.max_revision_bytes)
        )));
    }
    Ok(total)
}

/// Folders count too: `A/x` and `a/y` cannot be unpacked side by side on a case-insensitive file system.
fn check_collisions(files: &[ManifestFile]) -> Result<(), Invalid> {
    let mut seen: HashMap<String, (&str, bool)> = HashMap::new();
    for file in files {
        let folders = file.path.ancestors().map(|folder| (folder, true));
        for (path, is_folder) in folders.chain([(file.path.as_str(), false)]) {
            // by way of upper case: ß and SS, ς and σ are the same names, too
            let key = path.to_uppercase().to_lowercase();
            match seen.get(&key) {
                None => {
                    seen.insert(key, (path, is_folder));
                }
                Some((other, true)) if is_folder && *other == path => {}
                Some((other, _)) if *other != path => {
                    return Err(Invalid::new(format!("“{path}” and “{other}” differ only in case: rename one")));
                }
                Some((_, other_is_folder)) if is_folder || *other_is_folder => {
                    return Err(Invalid::new(format!("“{path}” is a file and a folder at once")));
                }
                Some(_) => return Err(Invalid::new(format!("“{path}” is there twice"))),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(path: &str, size: u64) -> ManifestFile {
        ManifestFile { path: path.parse().unwrap(), size, sha256: Sha256Digest::of(path.as_bytes()) }
    }

    fn manifest(paths: &[&str]) -> Result<Manifest, Invalid> {
        Manifest::new(paths.iter().map(|path| file(path, 1)).collect(), &Limits::default())
    }

    #[test]
    fn collisions_are_refused() {
        for (paths, words) in [
            (&[][..], "no files"),
            (&["a", "a"], "twice"),
            (&["README.md", "readme.md"], "differ only in case"),
            (&["A/x", "a/y"], "differ only in case"),
            (&["ü", "Ü"], "differ only in case"),
            (&["ß", "SS"], "differ only in case"),
            (&["ς", "σ"], "differ only in case"),
            (&["a", "a/b"], "a file and a folder"),
            (&["a/b", "a"], "a file and a folder"),
        ] {
            let error = manifest(paths).unwrap_err();
            assert!(error.message().contains(words), "{paths:?}: {error}");
        }
        assert!(manifest(&["a/b", "a/c", "b/a", "ab"]).is_ok());
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { max_files: 2, max_file_bytes: 10, max_revision_bytes: 15 };
        for (files, words) in [
            (vec![file("a", 1), file("b", 1), file("c", 1)], "too many"),
            (vec![file("a", 11)], "too large"),
            (vec![file("a", 8), file("b", 8)], "too much"),
        ] {
            let error = Manifest::new(files, &limits).unwrap_err();
            assert!(error.message().contains(words), "{error}");
        }
        let big = Manifest::new(vec![file("a", u64::MAX), file("b", u64::MAX)], &Limits { max_file_bytes: u64::MAX, ..limits });
        assert!(big.is_err(), "sums do not overflow");
    }

    #[test]
    fn the_id_depends_on_every_part_and_on_nothing_else() {
        let one = manifest(&["a", "b"]).unwrap();
        let id = one.revision_id(None, "ann", "first");
        assert_eq!(manifest(&["b", "a"]).unwrap().revision_id(None, "ann", "first"), id);
        let others = [
            manifest(&["a", "c"]).unwrap().revision_id(None, "ann", "first"),
            one.revision_id(Some(&id), "ann", "first"),
            one.revision_id(None, "bob", "first"),
            one.revision_id(None, "ann", "second"),
            one.revision_id(None, "ann\nmessage 1:x", ""),
        ];
        assert!(others.iter().all(|other| *other != id));
    }

    proptest! {
        #[test]
        fn an_accepted_manifest_is_sorted_and_sums_up(paths in proptest::collection::vec("[aAbB]{1,2}(/[aAbB]{1,2}){0,2}", 1..8)) {
            let files: Vec<_> = paths.iter().enumerate().map(|(n, path)| file(path, n as u64)).collect();
            if let Ok(manifest) = Manifest::new(files, &Limits::default()) {
                prop_assert!(manifest.files().windows(2).all(|pair| pair[0].path < pair[1].path));
                prop_assert_eq!(manifest.total_bytes(), (0..paths.len() as u64).sum::<u64>());
                let keys: std::collections::HashSet<_> = manifest.files().iter().map(|f| f.path.as_str().to_lowercase()).collect();
                prop_assert_eq!(keys.len(), paths.len());
            }
        }
    }
}
