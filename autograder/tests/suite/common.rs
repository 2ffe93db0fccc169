//! Small packages and files, as real ones are made.

use std::{fs, path::Path};

use autograder::Report;
use domain::report::{Finding, Metric, MetricName, Outcome, OutsideFacts};
use tempfile::TempDir;

/// A package in a temporary folder.
pub(crate) struct Sample(TempDir);

impl Sample {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// A small text model with everything that the rubric asks for.
    pub(crate) fn complete() -> Self {
        let words = "It maps sentences to vectors. ".repeat(70);
        let card = format!(
            "---\nlicense: mit\npipeline_tag: sentence-similarity\nlibrary_name: tiny\ntags: [a]\nlanguage: en\n---\n# Tiny\n{words}\n\
             ## Usage\n```\npip install tiny\n```\n```python\nimport tiny\n```\n"
        );
        Self::new()
            .file("README.md", card)
            .file("config.json", r#"{"architectures": ["TinyModel"], "vocab_size": 3}"#)
            .file("tokenizer.json", "{}")
            .file("examples/run.py", "import tiny")
            .file("model.safetensors", safetensors(&[("w", "F32", &[2, 3]), ("ids", "I64", &[4])]))
    }

    pub(crate) fn score(&self) -> Report {
        self.score_as(&OutsideFacts::default())
    }

    pub(crate) fn score_as(&self, facts: &OutsideFacts) -> Report {
        let report = autograder::score(self.path(), facts, &mut |_| {}).unwrap();
        report.validate().unwrap();
        report
    }
}

/// The facts of a package of this kind.
pub(crate) fn facts(kind: &str) -> OutsideFacts {
    serde_json::from_value(serde_json::json!({
        "package": {"kind": kind, "namespace": "acme", "name": "tiny", "revision": "0".repeat(40)}
    }))
    .unwrap()
}

pub(crate) fn metric(report: &Report, name: MetricName) -> &Metric {
    report.metrics.iter().find(|metric| metric.name == name).unwrap()
}

/// The evidence, or the reason why there is none, in one text.
pub(crate) fn words(report: &Report, name: MetricName) -> String {
    match &metric(report, name).outcome {
        Outcome::Scored { evidence, .. } => evidence.join("\n"),
        Outcome::NotAvailable { reason } => reason.clone(),
    }
}

/// Rule and path of every finding.
pub(crate) fn rules(report: &Report) -> Vec<(&str, &str)> {
    report.findings.iter().map(|Finding { rule, path, .. }| (rule.as_str(), path.as_str())).collect()
}

/// The report without what differs from run to run.
pub(crate) fn timeless(mut report: Report) -> Report {
    report.latency_ms = 0;
    for metric in &mut report.metrics {
        metric.latency_us = 0;
    }
    report
}

fn dtype_bits(dtype: &str) -> u64 {
    match dtype {
        "F4" => 4,
        "BOOL" | "U8" | "F8_E4M3" | "F8_E5M2" => 8,
        "F16" | "BF16" => 16,
        "F32" => 32,
        "I64" => 64,
        other => panic!("no such type in the tests: {other}"),
    }
}

/// A sound safetensors file.
pub(crate) fn safetensors(tensors: &[(&str, &str, &[u64])]) -> Vec<u8> {
    let mut entries = vec![r#""__metadata__":{"format":"pt"}"#.to_owned()];
    let mut end = 0;
    for (name, dtype, shape) in tensors {
        let begin = end;
        end += shape.iter().product::<u64>() * dtype_bits(dtype) / 8;
        entries.push(format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{begin},{end}]}}"#));
    }
    let data = vec![0; usize::try_from(end).unwrap()];
    safetensors_raw(&format!("{{{}}}", entries.join(",")), &data)
}

/// A safetensors file with any header.
pub(crate) fn safetensors_raw(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

/// Writes a GGUF file piece by piece.
pub(crate) struct Gguf(pub(crate) Vec<u8>);

impl Gguf {
    pub(crate) fn new(version: u32, tensors: u64, pairs: u64) -> Self {
        Self([&b"GGUF"[..], &version.to_le_bytes(), &tensors.to_le_bytes(), &pairs.to_le_bytes()].concat())
    }

    pub(crate) fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn text(self, text: &str) -> Self {
        let mut out = self.u64(text.len() as u64);
        out.0.extend(text.as_bytes());
        out
    }

    pub(crate) fn pair_text(self, key: &str, value: &str) -> Self {
        self.text(key).u32(8).text(value)
    }

    pub(crate) fn pair_u32(self, key: &str, value: u32) -> Self {
        self.text(key).u32(4).u32(value)
    }

    pub(crate) fn tensor(self, name: &str, shape: &[u64], kind: u32, offset: u64) -> Self {
        let out = self.text(name).u32(u32::try_from(shape.len()).unwrap());
        shape.iter().fold(out, |out, size| out.u64(*size)).u32(kind).u64(offset)
    }

    /// Pads to the alignment and adds the data.
    pub(crate) fn data(mut self, alignment: usize, bytes: usize) -> Vec<u8> {
        self.0.resize(self.0.len().next_multiple_of(alignment) + bytes, 0);
        self.0
    }
}

/// A sound GGUF file: F32 5, Q8_0 64, with a vocabulary and nested arrays.
pub(crate) fn gguf() -> Vec<u8> {
    Gguf::new(3, 2, 6)
        .pair_text("general.architecture", "llama")
        .pair_text("general.license", "apache-2.0")
        .pair_u32("general.file_type", 7)
        .pair_u32("llama.context_length", 2048)
        .text("tokenizer.ggml.tokens")
        .u32(9)
        .u32(8)
        .u64(2)
        .text("a")
        .text("b")
        .text("nested")
        .u32(9)
        .u32(9)
        .u64(1)
        .u32(4)
        .u64(2)
        .u32(1)
        .u32(2)
        .tensor("n", &[5], 0, 0)
        .tensor("q", &[32, 2], 8, 32)
        .data(32, 32 + 68)
}
