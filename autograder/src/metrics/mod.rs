//! The scores, one module each; what a metric sees is a [`Subject`]. `docs/scoring.md` tells people the same rules.

mod compute;
pub mod license;
pub mod net_score;
pub mod ramp_up_time;
pub mod size_score;

pub use compute::{Computed, compute};
use domain::{FilePath, PackageKind, card::ParsedCard, report::Outcome};
use serde_json::Value;

use crate::{formats::Inspected, markdown::Outline, package::Package, weights::Weights};

/// A package as the metrics see it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// What the package holds.
    pub kind: PackageKind,
    /// Its files.
    pub package: &'a Package,
    /// Its card, if it has one.
    pub card: Option<Card<'a>>,
    /// `config.json`, if it is there and valid.
    pub config: Option<&'a Value>,
    /// The headers that were read.
    pub inspected: &'a [Inspected],
    /// Its weights.
    pub weights: &'a Weights,
    /// Files that should hold weights, but could not be read.
    pub unread_weights: &'a [FilePath],
}

impl Subject<'_> {
    /// Whether the package works on text: by its task, else by a vocabulary in its configuration.
    fn is_about_text(&self) -> bool {
        let front_matter = self.card.as_ref().map(|card| &card.parsed.front_matter);
        let task = front_matter.and_then(|front_matter| front_matter.get("pipeline_tag")).and_then(Value::as_str);
        match (self.kind, task) {
            (PackageKind::Code, _) => false,
            (PackageKind::Dataset, _) => self.card.as_ref().is_some_and(|card| card.says("language")),
            (PackageKind::Model, Some(task)) => TEXT_TASKS.contains(&task),
            (PackageKind::Model, None) => {
                self.config.is_some_and(|config| config.get("vocab_size").is_some())
                    || self.inspected.iter().any(|file| file.header.metadata.contains_key("tokenizer.ggml.model"))
            }
        }
    }
}

/// The Hub's tasks that take text (<https://huggingface.co/tasks>).
const TEXT_TASKS: &[&str] = &[
    "text-classification",
    "token-classification",
    "table-question-answering",
    "question-answering",
    "zero-shot-classification",
    "translation",
    "summarization",
    "feature-extraction",
    "text-generation",
    "text2text-generation",
    "fill-mask",
    "sentence-similarity",
    "text-ranking",
    "conversational",
    "image-text-to-text",
    "visual-question-answering",
    "document-question-answering",
    "text-to-speech",
    "automatic-speech-recognition",
];

/// A card, split and outlined.
#[derive(Debug)]
pub struct Card<'a> {
    /// Front matter and body.
    pub parsed: ParsedCard<'a>,
    /// What is wrong with the file or its front matter.
    pub problems: Vec<String>,
    outline: Outline<'a>,
}

impl<'a> Card<'a> {
    /// Reads the text of a card; `problem` is what is wrong with the file itself.
    #[must_use]
    pub fn read(text: &'a str, problem: Option<String>) -> Self {
        let parsed = domain::card::parse(text);
        let problems = problem.into_iter().chain(parsed.problem.as_ref().map(ToString::to_string)).collect();
        Self { outline: Outline::of(parsed.body), parsed, problems }
    }

    /// Whether the front matter has a value that says something under this key.
    fn says(&self, key: &str) -> bool {
        match self.parsed.front_matter.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(values)) => !values.is_empty(),
            Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => true,
        }
    }
}

/// A score without parts. Scores are rounded to four digits, so that the same package has the same score on every machine.
fn scored(score: f64, evidence: Vec<String>) -> Outcome {
    Outcome::Scored { score: rounded(score), parts: std::collections::BTreeMap::new(), evidence }
}

fn rounded(score: f64) -> f64 {
    (score.clamp(0.0, 1.0) * 1e4).round() / 1e4
}
