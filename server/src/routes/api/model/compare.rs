//! Two revisions side by side.

use domain::{compare, compare::ContentComparison, report::MetricName};
use serde::Serialize;
use utoipa::ToSchema;

use super::Revision;

/// What differs between two revisions.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Comparison {
    /// The revision that is compared with.
    base: Revision,
    /// The revision that is compared.
    head: Revision,
    /// The files that differ, by path; the first 1000.
    files: Vec<FileChange>,
    /// How many files differ in all.
    changed: u64,
    /// How many are the same in both.
    unchanged: u64,
    /// The metrics that either report has.
    metrics: Vec<MetricChange>,
}

impl From<compare::Comparison> for Comparison {
    fn from(compared: compare::Comparison) -> Self {
        Self {
            base: compared.base.into(),
            head: compared.head.into(),
            files: compared.files.into_iter().map(Into::into).collect(),
            changed: compared.changed,
            unchanged: compared.unchanged,
            metrics: compared.metrics.into_iter().map(Into::into).collect(),
        }
    }
}

/// A file that is not the same on both sides.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct FileChange {
    /// Where it stands.
    path: String,
    /// As it was; nothing when it was added.
    before: Option<FileVersion>,
    /// As it is; nothing when it was removed.
    after: Option<FileVersion>,
}

impl From<compare::FileChange> for FileChange {
    fn from(change: compare::FileChange) -> Self {
        Self { path: change.path.to_string(), before: change.before.map(Into::into), after: change.after.map(Into::into) }
    }
}

/// One side of a file.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct FileVersion {
    /// Its bytes.
    size: u64,
    /// The SHA-256 of its bytes.
    sha256: String,
}

impl From<compare::FileVersion> for FileVersion {
    fn from(version: compare::FileVersion) -> Self {
        Self { size: version.size, sha256: version.sha256.to_hex() }
    }
}

/// The scores of one metric on both sides, from 0 to 1; nothing where it is not available or there is no report.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct MetricChange {
    /// Its name.
    #[schema(value_type = String, example = "net_score")]
    name: MetricName,
    /// On the base.
    before: Option<f64>,
    /// On the head.
    after: Option<f64>,
}

impl From<compare::MetricChange> for MetricChange {
    fn from(change: compare::MetricChange) -> Self {
        Self { name: change.name, before: change.before, after: change.after }
    }
}

/// One file on both sides. What differs inside is in `text` or in `tensors`; `opaque` says why it is in neither.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct FileComparison {
    /// The file.
    file: FileChange,
    /// Lines of text.
    text: Option<TextComparison>,
    /// Tensors of weights, by their headers. Values are not compared.
    tensors: Option<TensorComparison>,
    /// Why nothing can be shown.
    opaque: Option<String>,
}

impl From<compare::FileComparison> for FileComparison {
    fn from(compared: compare::FileComparison) -> Self {
        let mut shown = Self { file: compared.change.into(), text: None, tensors: None, opaque: None };
        match compared.content {
            ContentComparison::Text { hunks, omitted } => {
                let hunks = hunks.into_iter().map(|hunk| hunk.lines.into_iter().map(Into::into).collect()).collect();
                shown.text = Some(TextComparison { hunks, omitted });
            }
            ContentComparison::Tensors { tensors, changed, unchanged } => {
                let tensors = tensors.into_iter().map(Into::into).collect();
                shown.tensors = Some(TensorComparison { tensors, changed, unchanged });
            }
            ContentComparison::Opaque { why } => shown.opaque = Some(why),
        }
        shown
    }
}

/// The lines of a text that differ.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct TextComparison {
    /// Groups of lines, with some around them that are the same.
    hunks: Vec<Vec<Line>>,
    /// How many more lines are not shown.
    omitted: u64,
}

/// A line of a text.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Line {
    /// Its number on the base, from 1; nothing when it was added.
    before: Option<u32>,
    /// Its number on the head, from 1; nothing when it was removed.
    after: Option<u32>,
    /// The line, without its end.
    text: String,
}

impl From<compare::Line> for Line {
    fn from(line: compare::Line) -> Self {
        Self { before: line.before, after: line.after, text: line.text }
    }
}

/// The tensors that differ.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct TensorComparison {
    /// By name; the first 1000.
    tensors: Vec<TensorChange>,
    /// How many differ in all.
    changed: u64,
    /// How many have the same shape and type on both sides.
    unchanged: u64,
}

/// A tensor that has not the same form on both sides.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct TensorChange {
    /// Its name.
    name: String,
    /// As it was; nothing when it was added.
    before: Option<TensorForm>,
    /// As it is; nothing when it was removed.
    after: Option<TensorForm>,
}

impl From<compare::TensorChange> for TensorChange {
    fn from(change: compare::TensorChange) -> Self {
        Self { name: change.name, before: change.before.map(Into::into), after: change.after.map(Into::into) }
    }
}

/// The form of a tensor.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct TensorForm {
    /// The type of its elements.
    #[schema(example = "BF16")]
    dtype: String,
    /// Its shape; empty for a scalar.
    shape: Vec<u64>,
}

impl From<compare::TensorForm> for TensorForm {
    fn from(form: compare::TensorForm) -> Self {
        Self { dtype: form.dtype, shape: form.shape }
    }
}
