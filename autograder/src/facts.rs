//! `facts.json`, and what the files say about themselves.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use domain::{
    PackageKind,
    report::{Facts, OutsideFacts, WeightFile},
};
use serde_json::Value;

use crate::{Error, formats::Inspected, package::Package, text, weights::Weights};

/// The largest `facts.json` that is read, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Reads `facts.json`.
///
/// # Errors
/// When the file cannot be read, is larger than 16 MiB, or does not hold facts.
pub fn read(path: &Path) -> Result<OutsideFacts, Error> {
    let unreadable = |source| Error::Facts { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(unreadable(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 16 MiB")));
    }
    serde_json::from_slice(&bytes).map_err(|source| Error::InvalidFacts { path: path.to_owned(), source })
}

/// What the package holds; a model when nobody says otherwise.
#[must_use]
pub fn kind(outside: &OutsideFacts) -> PackageKind {
    outside.package.as_ref().map_or_else(PackageKind::default, |package| package.kind)
}

/// Sums up what the headers and `config.json` say. The licence is added by the metric that finds it.
#[must_use]
pub fn gather(package: &Package, inspected: &[Inspected], weights: &Weights, config: Option<&Value>) -> Facts {
    let mut facts = Facts {
        files: package.files().len() as u64,
        bytes: package.total_bytes(),
        weight_bytes: weights.total_bytes(),
        ..Facts::default()
    };
    for file in inspected {
        let header = &file.header;
        if let Some(parameters) = header.parameters {
            facts.parameters = Some(facts.parameters.unwrap_or(0).saturating_add(parameters));
        }
        for (dtype, count) in &header.dtypes {
            let sum = facts.dtypes.entry(dtype.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        facts.weights.push(WeightFile {
            path: file.path.clone(),
            format: file.format.as_str().to_owned(),
            tensors: header.tensors,
            parameters: header.parameters,
            metadata: header.metadata.clone(),
        });
    }
    facts.architecture =
        config.and_then(configured_architecture).or_else(|| inspected.iter().find_map(|file| file.header.architecture.clone()));
    facts
}

/// The first of `architectures`, else `model_type`.
fn configured_architecture(config: &Value) -> Option<String> {
    let named = config.get("architectures").and_then(|names| names.get(0)).or_else(|| config.get("model_type"))?;
    named.as_str().map(|name| text::clip(name, 100))
}
