//! What differs between two revisions.

use std::{cmp::Ordering, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::{
    FilePath, Sha256Digest,
    listing::RevisionSummary,
    manifest::ManifestFile,
    report::{MetricName, Report},
};

/// Two revisions of a package side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The revision that is compared with.
    pub base: RevisionSummary,
    /// The revision that is compared.
    pub head: RevisionSummary,
    /// The files that differ, by path; the first [`MAX_CHANGES`].
    pub files: Vec<FileChange>,
    /// How many files differ in all.
    pub changed: u64,
    /// How many files are the same in both.
    pub unchanged: u64,
    /// The metrics that either report has, in the order of reports.
    pub metrics: Vec<MetricChange>,
}

/// How many changed files a comparison lists.
pub const MAX_CHANGES: usize = 1000;

/// One side of a file that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    /// Its length in bytes.
    pub size: u64,
    /// Its content.
    pub sha256: Sha256Digest,
}

/// A file that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Where it stands.
    pub path: FilePath,
    /// As it was; nothing when it was added.
    pub before: Option<FileVersion>,
    /// As it is; nothing when it was removed.
    pub after: Option<FileVersion>,
}

/// The scores of one metric on both sides; nothing where it is not available or there is no report.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricChange {
    /// The metric.
    pub name: MetricName,
    /// Its score on the base, in [0, 1].
    pub before: Option<f64>,
    /// Its score on the head, in [0, 1].
    pub after: Option<f64>,
}

/// One file on both sides, in detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileComparison {
    /// The file.
    pub change: FileChange,
    /// What differs inside.
    pub content: ContentComparison,
}

/// What differs inside a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContentComparison {
    /// Lines of text, in groups with some lines around them.
    Text {
        /// The groups, from the top of the file.
        hunks: Vec<Hunk>,
        /// How many more lines of them are not shown.
        omitted: u64,
    },
    /// Tensors of weights.
    Tensors {
        /// The tensors that differ, by name; the first [`MAX_CHANGES`].
        tensors: Vec<TensorChange>,
        /// How many differ in all.
        changed: u64,
        /// How many have the same shape and type in both. Their values are not compared.
        unchanged: u64,
    },
    /// It cannot be shown.
    Opaque {
        /// Why, in a sentence.
        why: String,
    },
}

/// Lines that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line of a text on one or both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number on the base, from 1; nothing when it was added.
    pub before: Option<u32>,
    /// Its number on the head, from 1; nothing when it was removed.
    pub after: Option<u32>,
    /// The line, without its end.
    pub text: String,
}

/// The form of a tensor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorForm {
    /// The type of its elements, as the file calls it (`F32`, `BF16`).
    pub dtype: String,
    /// Its shape; empty for a scalar.
    pub shape: Vec<u64>,
}

/// A tensor that has not the same form on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorChange {
    /// Its name.
    pub name: String,
    /// As it was; nothing when it was added.
    pub before: Option<TensorForm>,
    /// As it is; nothing when it was removed.
    pub after: Option<TensorForm>,
}

/// The files that differ, by path, and how many are the same. Both sides must be sorted by path, as manifests are.
#[must_use]
pub fn files(base: &[ManifestFile], head: &[ManifestFile]) -> (Vec<FileChange>, u64) {
    let version = |file: &ManifestFile| FileVersion { size: file.size, sha256: file.sha256 };
    let (mut before, mut after) = (base.iter().peekable(), head.iter().peekable());
    let (mut changes, mut unchanged) = (Vec::new(), 0);
    loop {
        let order = match (before.peek(), after.peek()) {
            (Some(old), Some(new)) => old.path.cmp(&new.path),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return (changes, unchanged),
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        match (old, new) {
            (Some(old), Some(new)) if old.sha256 == new.sha256 => unchanged += 1,
            (old, new) => {
                if let Some(either) = old.or(new) {
                    changes.push(FileChange { path: either.path.clone(), before: old.map(version), after: new.map(version) });
                }
            }
        }
    }
}

/// The metrics of two reports side by side.
#[must_use]
pub fn metrics(base: Option<&Report>, head: Option<&Report>) -> Vec<MetricChange> {
    let has =
        |report: Option<&Report>, name| report.is_some_and(|report| report.metrics.iter().any(|metric| metric.name == name));
    let score = |report: Option<&Report>, name| report.and_then(|report| report.score(name));
    MetricName::ALL
        .into_iter()
        .filter(|name| has(base, *name) || has(head, *name))
        .map(|name| MetricChange { name, before: score(base, name), after: score(head, name) })
        .collect()
}

/// The tensors that differ in form, by name, and how many do not.
#[must_use]
pub fn tensors(base: &BTreeMap<String, TensorForm>, head: &BTreeMap<String, TensorForm>) -> (Vec<TensorChange>, u64) {
    let mut names: Vec<_> = base.keys().chain(head.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut unchanged = 0;
    let changes = names.into_iter().filter_map(|name| match (base.get(name), head.get(name)) {
        (before, after) if before == after => {
            unchanged += 1;
            None
        }
        (before, after) => Some(TensorChange { name: name.clone(), before: before.cloned(), after: after.cloned() }),
    });
    (changes.collect(), unchanged)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn file(path: &str, content: u8) -> ManifestFile {
        ManifestFile { path: path.parse().unwrap(), size: content.into(), sha256: Sha256Digest::of(&[content]) }
    }

    #[test]
    fn a_file_is_added_removed_changed_or_the_same() {
        let base = [file("a", 1), file("b", 1), file("c", 1)];
        let head = [file("a", 1), file("b", 2), file("d", 1)];
        let (changes, unchanged) = files(&base, &head);
        let seen: Vec<_> =
            changes.iter().map(|change| (change.path.as_str(), change.before.is_some(), change.after.is_some())).collect();
        assert_eq!((seen, unchanged), (vec![("b", true, true), ("c", true, false), ("d", false, true)], 1));
    }

    #[test]
    fn tensors_differ_in_shape_or_type() {
        let form = |dtype: &str, shape: &[u64]| TensorForm { dtype: dtype.into(), shape: shape.to_vec() };
        let base =
            BTreeMap::from([("a".into(), form("F32", &[2])), ("b".into(), form("F32", &[2])), ("c".into(), form("F32", &[]))]);
        let head =
            BTreeMap::from([("a".into(), form("F32", &[2])), ("b".into(), form("BF16", &[2])), ("d".into(), form("F32", &[]))]);
        let (changes, unchanged) = tensors(&base, &head);
        let names: Vec<_> = changes.iter().map(|change| change.name.as_str()).collect();
        assert_eq!((names, unchanged), (vec!["b", "c", "d"], 1));
    }

    proptest! {
        #[test]
        fn the_changes_lead_from_one_side_to_the_other(
            base in prop::collection::btree_map("[a-e]{1,2}", 0u8..3, 0..12),
            head in prop::collection::btree_map("[a-e]{1,2}", 0u8..3, 0..12),
        ) {
            let listed = |side: &BTreeMap<String, u8>| side.iter().map(|(path, content)| file(path, *content)).collect::<Vec<_>>();
            let (changes, unchanged) = files(&listed(&base), &listed(&head));
            let mut patched: HashMap<String, Sha256Digest> =
                base.iter().map(|(path, content)| (path.clone(), Sha256Digest::of(&[*content]))).collect();
            for change in &changes {
                prop_assert_ne!(change.before.map(|file| file.sha256), change.after.map(|file| file.sha256));
                match change.after {
                    Some(after) => patched.insert(change.path.to_string(), after.sha256),
                    None => patched.remove(change.path.as_str()),
                };
            }
            let expected = head.iter().map(|(path, content)| (path.clone(), Sha256Digest::of(&[*content]))).collect();
            prop_assert_eq!(patched, expected);
            prop_assert_eq!(unchanged as usize + changes.len(), base.keys().chain(head.keys()).collect::<std::collections::BTreeSet<_>>().len());
        }
    }
}
