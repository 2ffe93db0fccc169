//! The report: what the autograder found about one revision. Immutable, versioned JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{FilePath, Invalid, NamespaceName, PackageKind, PackageName, RevisionId};

/// The version of the report's form that this code writes.
pub const REPORT_VERSION: u32 = 1;

/// Everything that one run found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form: [`REPORT_VERSION`].
    pub version: u32,
    /// The version of the autograder that wrote it.
    pub autograder: String,
    /// The scores, `net_score` first.
    pub metrics: Vec<Metric>,
    /// What was seen that somebody should know before relying on the package.
    pub findings: Vec<Finding>,
    /// What the security scan concludes; nothing as long as no scan was made.
    pub verdict: Option<Verdict>,
    /// What the files say about themselves.
    pub facts: Facts,
    /// How long the whole run took, in milliseconds.
    pub latency_ms: u64,
}

impl Report {
    /// The score of a metric, if it is available.
    #[must_use]
    pub fn score(&self, name: MetricName) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.name == name).and_then(|metric| match metric.outcome {
            Outcome::Scored { score, .. } => Some(score),
            Outcome::NotAvailable { .. } => None,
        })
    }

    /// Checks what serde cannot: the version, and that every score lies in [0, 1].
    ///
    /// # Errors
    /// When the form is of another version, or a score is out of range.
    pub fn validate(&self) -> Result<(), Invalid> {
        if self.version != REPORT_VERSION {
            return Err(Invalid::new(format!("the report has version {}: {REPORT_VERSION} is expected", self.version)));
        }
        for metric in &self.metrics {
            if let Outcome::Scored { score, parts, .. } = &metric.outcome
                && !std::iter::once(score).chain(parts.values()).all(|score| (0.0..=1.0).contains(score))
            {
                return Err(Invalid::new(format!("{}: a score lies outside [0, 1]", metric.name.as_str())));
            }
        }
        Ok(())
    }
}

/// The metrics, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricName {
    /// The weighted mean of the available others.
    NetScore,
    /// How freely the package may be used.
    License,
    /// How quickly somebody new gets it to run.
    RampUpTime,
    /// How well it fits on common devices.
    SizeScore,
    /// How many people could carry it on.
    BusFactor,
    /// Whether its claims of performance come with evidence.
    PerformanceClaims,
    /// Whether data set and code are linked and there.
    DatasetAndCodeScore,
    /// How good the linked data set's documentation is.
    DatasetQuality,
    /// How good the linked code is.
    CodeQuality,
    /// Whether the card's example runs.
    Reproducibility,
    /// How much of the linked code came in through review.
    Reviewedness,
    /// The mean of the scores of what it was derived from.
    TreeScore,
}

impl MetricName {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::NetScore,
        Self::License,
        Self::RampUpTime,
        Self::SizeScore,
        Self::BusFactor,
        Self::PerformanceClaims,
        Self::DatasetAndCodeScore,
        Self::DatasetQuality,
        Self::CodeQuality,
        Self::Reproducibility,
        Self::Reviewedness,
        Self::TreeScore,
    ];

    /// The word for programs: `net_score`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NetScore => "net_score",
            Self::License => "license",
            Self::RampUpTime => "ramp_up_time",
            Self::SizeScore => "size_score",
            Self::BusFactor => "bus_factor",
            Self::PerformanceClaims => "performance_claims",
            Self::DatasetAndCodeScore => "dataset_and_code_score",
            Self::DatasetQuality => "dataset_quality",
            Self::CodeQuality => "code_quality",
            Self::Reproducibility => "reproducibility",
            Self::Reviewedness => "reviewedness",
            Self::TreeScore => "tree_score",
        }
    }

    /// The words for people: `Net score`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NetScore => "Net score",
            Self::License => "Licence",
            Self::RampUpTime => "Ramp-up time",
            Self::SizeScore => "Size score",
            Self::BusFactor => "Bus factor",
            Self::PerformanceClaims => "Performance claims",
            Self::DatasetAndCodeScore => "Dataset and code",
            Self::DatasetQuality => "Dataset quality",
            Self::CodeQuality => "Code quality",
            Self::Reproducibility => "Reproducibility",
            Self::Reviewedness => "Reviewedness",
            Self::TreeScore => "Tree score",
        }
    }

    /// The question that the metric answers.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::NetScore => "All in all, how ready is it to be used?",
            Self::License => "How freely may it be used?",
            Self::RampUpTime => "How quickly does somebody new get it to run?",
            Self::SizeScore => "On which devices does it fit?",
            Self::BusFactor => "How many people could carry it on?",
            Self::PerformanceClaims => "Do its claims of performance come with evidence?",
            Self::DatasetAndCodeScore => "Are its data set and its code linked, and there?",
            Self::DatasetQuality => "How well is its data set documented?",
            Self::CodeQuality => "How good is its code?",
            Self::Reproducibility => "Does the example in its card run?",
            Self::Reviewedness => "How much of its code was reviewed?",
            Self::TreeScore => "How good is what it was derived from?",
        }
    }
}

/// One score with its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Which one.
    pub name: MetricName,
    /// The score, or why there is none.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long it took to compute, in microseconds.
    pub latency_us: u64,
}

/// A score, or why there is none: never a made-up 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// The metric could be computed.
    Scored {
        /// From 0 (worst) to 1 (best).
        score: f64,
        /// Named parts of the score (such as one per device), each from 0 to 1; empty when there are none.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        parts: BTreeMap<String, f64>,
        /// What led to the score, a sentence each.
        evidence: Vec<String>,
    },
    /// It could not.
    NotAvailable {
        /// Why, and what would make it available.
        reason: String,
    },
}

/// What a security scan concludes. What could not be fully analysed is never `clean`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything was analysed and nothing was found.
    Clean,
    /// Something that deserves a look.
    Suspicious,
    /// Something that may do harm.
    Dangerous,
    /// Something could not be analysed.
    Unreadable,
}

impl Verdict {
    /// All, from the best to the worst; what could not be read is last.
    pub const ALL: [Self; 4] = [Self::Clean, Self::Suspicious, Self::Dangerous, Self::Unreadable];

    /// The word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Suspicious => "suspicious",
            Self::Dangerous => "dangerous",
            Self::Unreadable => "unreadable",
        }
    }
}

impl std::str::FromStr for Verdict {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” is no verdict: use clean, suspicious, dangerous or unreadable")))
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Deserves a look.
    Warning,
    /// Do not use before it is resolved.
    Critical,
}

/// An observation about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule that saw it, as a stable word: `safetensors/truncated`.
    pub rule: String,
    /// The file.
    pub path: FilePath,
    /// What was seen, and why it matters.
    pub message: String,
}

/// What the files say about themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The number of files.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// Bytes of files that hold weights.
    pub weight_bytes: u64,
    /// Parameters over all weight files that could be read; nothing when none could.
    pub parameters: Option<u64>,
    /// Parameters by data type: `F32` -> 22 713 216.
    pub dtypes: BTreeMap<String, u64>,
    /// One entry for each file whose header was read.
    pub weights: Vec<WeightFile>,
    /// The licence that was found, as an SPDX expression.
    pub license: Option<String>,
    /// The architecture that `config.json` or the GGUF header names.
    pub architecture: Option<String>,
}

/// The header of one file that holds weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightFile {
    /// Where it stands.
    pub path: FilePath,
    /// `safetensors`, `gguf` or `zip`.
    pub format: String,
    /// The number of tensors (entries, for a zip).
    pub tensors: u64,
    /// The number of parameters, when the header tells.
    pub parameters: Option<u64>,
    /// What the header says beside its tensors, shortened: a few keys with their values.
    pub metadata: BTreeMap<String, String>,
}

/// What the autograder is told from outside, since it has no network and no database: `facts.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideFacts {
    /// The package, when it is known.
    pub package: Option<PackageFacts>,
}

/// Which package and revision the files are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFacts {
    /// What the package holds.
    pub kind: PackageKind,
    /// Who owns it.
    pub namespace: NamespaceName,
    /// What it is called.
    pub name: PackageName,
    /// The revision that is scored.
    pub revision: RevisionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_their_json() {
        for name in MetricName::ALL {
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
    }

    #[test]
    fn scores_out_of_range_are_refused() {
        for score in [-0.1, 1.1, f64::NAN] {
            let report = Report {
                version: REPORT_VERSION,
                autograder: "0".into(),
                metrics: vec![Metric {
                    name: MetricName::License,
                    outcome: Outcome::Scored { score, parts: BTreeMap::new(), evidence: vec![] },
                    latency_us: 1,
                }],
                findings: vec![],
                verdict: None,
                facts: Facts::default(),
                latency_ms: 1,
            };
            assert!(report.validate().is_err());
        }
    }
}
