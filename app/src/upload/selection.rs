//! From what was chosen to what is uploaded: a single folder's own name is not part of the paths, and
//! the whole is checked before a byte is read.

use domain::{
    FilePath, Invalid, PackageName, Sha256Digest,
    manifest::{Limits, Manifest, ManifestFile},
    name,
    path::CLUTTER,
    units,
};

/// What was chosen, for the page to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The folder's or the zip's own name; nothing for loose files.
    pub folder: Option<String>,
    /// How many files will be in the revision.
    pub files: u64,
    /// The bytes of all of them together.
    pub bytes: u64,
    /// How many files are left out as clutter.
    pub left_out: u64,
}

impl Selection {
    /// The selection in a sentence: `all-MiniLM: 12 files, 90.9 MB`.
    #[must_use]
    pub fn summary(&self) -> String {
        let folder = self.folder.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        format!("{folder}{}, {}", units::plural(self.files, "file"), units::bytes(self.bytes))
    }

    /// What was left out, in a sentence; nothing when nothing was.
    #[must_use]
    pub fn clutter_note(&self) -> Option<String> {
        (self.left_out > 0).then(|| {
            let files = units::plural(self.left_out, "file");
            format!("Left out: {files} that systems and tools leave behind ({}).", CLUTTER.join(", "))
        })
    }
}

/// The folder that everything was chosen with: the first segment of all paths, when they have it in common.
#[must_use]
pub fn top_folder<'a>(mut paths: impl Iterator<Item = &'a str>) -> Option<String> {
    let top = paths.next()?.split_once('/')?.0;
    paths.all(|path| path.split_once('/').is_some_and(|(first, _)| first == top)).then(|| top.to_owned())
}

/// Reads the paths of a selection (with their sizes), without the top folder, and checks them as a whole.
///
/// # Errors
/// When there are no files, or a path or the whole breaks a rule; the first rule that is broken.
pub fn check(files: &[(&str, u64)], top: Option<&str>, limits: &Limits) -> Result<Vec<FilePath>, Invalid> {
    if files.is_empty() {
        return Err(Invalid::new("there is nothing to upload: the folder is empty, or holds only what is left out"));
    }
    let paths = files
        .iter()
        .map(|(path, _)| top.and_then(|top| path.strip_prefix(top)?.strip_prefix('/')).unwrap_or(path).parse())
        .collect::<Result<Vec<FilePath>, Invalid>>()?;
    let manifest = paths.iter().zip(files).map(|(path, &(_, size))| {
        // the digests are not known yet, and no rule looks at them as long as equal ones come with equal sizes
        ManifestFile { path: path.clone(), size, sha256: Sha256Digest::of(&size.to_le_bytes()) }
    });
    Manifest::new(manifest.collect(), limits)?;
    Ok(paths)
}

/// Whether one file alone was chosen that is a zip by its name: it is unpacked.
#[must_use]
pub fn is_zip(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && !path.contains('/') && ending.eq_ignore_ascii_case("zip"))
}

/// The package name that a folder's or a zip's name suggests: what is not allowed becomes `-`. Nothing when nothing is left.
#[must_use]
pub fn suggest_name(folder: &str) -> Option<PackageName> {
    let folder = if is_zip(folder) { folder.rsplit_once('.').map_or(folder, |(stem, _)| stem) } else { folder };
    let mut name = String::new();
    for character in folder.chars() {
        let next = if character.is_ascii_alphanumeric() || matches!(character, '_' | '.') { character } else { '-' };
        // no “--” and no “..”
        if !(matches!(next, '-' | '.') && name.ends_with(['-', '.'])) && name.len() < name::MAX_LENGTH {
            name.push(next);
        }
    }
    name.trim_matches(['-', '.']).parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_single_folder_is_no_part_of_the_paths() {
        for (paths, expected) in [
            (&["m/a", "m/b/c"][..], Some("m")),
            (&["m/a"], Some("m")),
            (&["m/a", "n/a"], None),
            (&["m/a", "b"], None),
            (&["a"], None),
            (&["m/a", "m2/b"], None),
            (&[], None),
        ] {
            assert_eq!(top_folder(paths.iter().copied()).as_deref(), expected, "{paths:?}");
        }
        let files = [("m/a.txt", 1), ("m/m/b.txt", 2)];
        let paths = check(&files, Some("m"), &Limits::default()).unwrap();
        assert_eq!(paths.iter().map(FilePath::as_str).collect::<Vec<_>>(), ["a.txt", "m/b.txt"]);
    }

    #[test]
    fn a_selection_is_refused_as_a_whole() {
        let limits = Limits { max_files: 3, max_file_bytes: 10, max_revision_bytes: 20 };
        for (files, words) in [
            (&[][..], "nothing to upload"),
            (&[("A", 1), ("a", 1)], "differ only in case"),
            (&[("a\\b", 1)], "backslash"),
            (&[("a", 11)], "too large"),
            (&[("a", 8), ("b", 8), ("c", 8)], "too much"),
            (&[("a", 1), ("b", 1), ("c", 1), ("d", 1)], "too many"),
        ] {
            let error = check(files, None, &limits).unwrap_err();
            assert!(error.message().contains(words), "{words}: {error}");
        }
        assert!(check(&[("a", 3), ("b", 3), ("c", 0)], None, &limits).is_ok(), "equal sizes are no equal files");
    }

    #[test]
    fn only_a_lone_zip_is_unpacked() {
        for (path, zip) in
            [("m.zip", true), ("M.ZIP", true), ("m/a.zip", false), (".zip", false), ("zip", false), ("a.zipx", false)]
        {
            assert_eq!(is_zip(path), zip, "{path}");
        }
    }

    #[test]
    fn names_are_suggested() {
        for (folder, expected) in [
            ("all-MiniLM-L6-v2", Some("all-MiniLM-L6-v2")),
            ("my model (final)", Some("my-model-final")),
            ("bert.zip", Some("bert")),
            ("..hidden--x..y", Some("hidden-x.y")),
            ("größe", Some("gr-e")),
            ("---", None),
            ("", None),
            ("x.git", None),
        ] {
            assert_eq!(suggest_name(folder).map(|name| name.to_string()).as_deref(), expected, "{folder}");
        }
    }

    #[test]
    fn a_selection_is_summed_up_in_words() {
        let selection = Selection { folder: Some("m".to_owned()), files: 1, bytes: 2000, left_out: 2 };
        assert_eq!(selection.summary(), "m: 1 file, 2.00 kB");
        assert!(selection.clutter_note().is_some_and(|note| note.starts_with("Left out: 2 files")));
        assert_eq!(Selection { left_out: 0, ..selection }.clutter_note(), None);
    }

    proptest! {
        #[test]
        fn a_checked_selection_keeps_its_files(paths in proptest::collection::vec("m/[a-c]{1,2}(/[a-c]{1,2})?", 1..6)) {
            let files: Vec<_> = paths.iter().map(|path| (path.as_str(), 1)).collect();
            if let Ok(checked) = check(&files, Some("m"), &Limits::default()) {
                for (path, whole) in checked.iter().zip(&paths) {
                    prop_assert_eq!(&format!("m/{path}"), whole);
                }
            }
        }
    }
}
