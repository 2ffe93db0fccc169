//! The headers of files that hold weights, read from untrusted bytes.
//!
//! The parsers allocate in proportion to bytes that are there, never to lengths that a file announces, and answer a lie
//! with a [`Problem`] instead of a guess.

pub mod gguf;
mod inspect;
pub mod safetensors;
pub mod zip;

use std::{collections::BTreeMap, io};

pub use inspect::{Format, Inspected, inspect};

use crate::text;

/// How many entries of a header's own metadata are kept for the report.
pub const MAX_METADATA: usize = 8;
/// How many characters of one such value are kept.
pub const MAX_METADATA_VALUE: usize = 200;

/// What a header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The number of tensors (entries, for a zip).
    pub tensors: u64,
    /// The number of parameters, when the header tells.
    pub parameters: Option<u64>,
    /// Parameters by data type.
    pub dtypes: BTreeMap<String, u64>,
    /// What the header says beside its tensors, shortened.
    pub metadata: BTreeMap<String, String>,
    /// The architecture that the header names.
    pub architecture: Option<String>,
}

/// Why a header cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// The rule that it breaks, as a stable word: `safetensors/truncated`.
    pub rule: &'static str,
    /// What is wrong, and why it matters.
    pub message: String,
}

impl Problem {
    /// A broken rule, explained. Untrusted parts of the message are made harmless.
    #[must_use]
    pub fn new(rule: &'static str, message: &str) -> Self {
        Self { rule, message: text::clip(message, 400) }
    }

    /// The system refused to read on.
    #[must_use]
    pub fn io(error: &io::Error) -> Self {
        Self::new("package/unreadable", &format!("the file cannot be read: {error}"))
    }
}
