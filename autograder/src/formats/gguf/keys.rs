//! The few keys that the report keeps, and the one that the layout depends on.

use std::collections::BTreeMap;

use super::{HEADER_INVALID, Problem, value::Value};
use crate::{
    formats::{MAX_METADATA, MAX_METADATA_VALUE},
    text,
};

const ALIGNMENT: &str = "general.alignment";
const ARCHITECTURE: &str = "general.architecture";
const FILE_TYPE: &str = "general.file_type";
/// The key under which a GGUF file names its licence.
pub(crate) const LICENSE: &str = "general.license";
/// Further keys that are kept as they are.
const KEPT: [&str; 5] = ["general.name", "general.size_label", "general.version", "tokenizer.ggml.model", LICENSE];

/// What an alignment is when no key says otherwise, in bytes.
const DEFAULT_ALIGNMENT: u64 = 32;
/// The largest alignment that is believed: a page of the largest kind.
const MAX_ALIGNMENT: u64 = 1 << 30;

/// The keys that were met so far.
#[derive(Default)]
pub(super) struct Keys {
    alignment: Option<u64>,
    architecture: Option<String>,
    metadata: BTreeMap<String, String>,
}

impl Keys {
    /// Keeps the value if it is one of the few.
    pub(super) fn keep(&mut self, key: &str, value: Value) {
        match value {
            // 0 is no alignment: it is refused when it is asked for
            Value::Text(_) | Value::Other if key == ALIGNMENT => self.alignment = Some(0),
            Value::Unsigned(bytes) if key == ALIGNMENT => self.alignment = Some(bytes),
            Value::Unsigned(number) if key == FILE_TYPE => self.insert("quantisation", quantisation(number)),
            Value::Unsigned(number) if key.ends_with(".context_length") => self.insert("context length", &number.to_string()),
            Value::Text(name) if key == ARCHITECTURE => {
                self.insert(ARCHITECTURE, &name);
                self.architecture = Some(text::clip(&name, 100));
            }
            Value::Text(words) if KEPT.contains(&key) => self.insert(key, &words),
            Value::Text(_) | Value::Unsigned(_) | Value::Other => {}
        }
    }

    fn insert(&mut self, key: &str, value: &str) {
        if self.metadata.len() < MAX_METADATA {
            self.metadata.insert(key.to_owned(), text::clip(value, MAX_METADATA_VALUE));
        }
    }

    /// What every tensor's offset is a multiple of, in bytes.
    pub(super) fn alignment(&self) -> Result<u64, Problem> {
        let alignment = self.alignment.unwrap_or(DEFAULT_ALIGNMENT);
        if alignment.is_power_of_two() && alignment <= MAX_ALIGNMENT {
            Ok(alignment)
        } else {
            Err(Problem::new(HEADER_INVALID, "general.alignment is no power of two"))
        }
    }

    /// What was kept: metadata, and the architecture.
    pub(super) fn into_metadata(self) -> (BTreeMap<String, String>, Option<String>) {
        (self.metadata, self.architecture)
    }
}

/// The name of a quantisation by its number (`LlamaFileType` of the Python package `gguf`).
const fn quantisation(number: u64) -> &'static str {
    match number {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        7 => "Q8_0",
        8 => "Q5_0",
        9 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K_S",
        12 => "Q3_K_M",
        13 => "Q3_K_L",
        14 => "Q4_K_S",
        15 => "Q4_K_M",
        16 => "Q5_K_S",
        17 => "Q5_K_M",
        18 => "Q6_K",
        19 => "IQ2_XXS",
        20 => "IQ2_XS",
        21 => "Q2_K_S",
        22 => "IQ3_XS",
        23 => "IQ3_XXS",
        24 => "IQ1_S",
        25 => "IQ4_NL",
        26 => "IQ3_S",
        27 => "IQ3_M",
        28 => "IQ2_S",
        29 => "IQ2_M",
        30 => "IQ4_XS",
        31 => "IQ1_M",
        32 => "BF16",
        36 => "TQ1_0",
        37 => "TQ2_0",
        38 => "MXFP4_MOE",
        39 => "NVFP4",
        40 => "Q1_0",
        _ => "not known",
    }
}
