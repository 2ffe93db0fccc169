//! Which files hold weights, and which of them a device loads.
//!
//! Packages often hold the same weights several times: as safetensors and as PyTorch pickles, or quantised to several
//! sizes as GGUF. A device loads one of these forms, so their sizes must not be added up.

use std::collections::BTreeMap;

use domain::{FilePath, PackageKind};

use crate::package::{Package, PackageFile};

/// A form is taken for the whole model only from this share of the largest form on: 32-bit weights quantised to 2 bits
/// shrink to 1/16, so what is smaller is an adapter or a part.
const SMALLEST_SHARE: u64 = 16;

/// Files of the same form are parts of one model; different forms are alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// `.safetensors`.
    Safetensors,
    /// `.gguf`.
    Gguf,
    /// Pickles and zips of PyTorch: `.bin`, `.pt`, `.pth`, `.ckpt`.
    PyTorch,
    /// ONNX graphs and their external data.
    Onnx,
    /// TensorFlow and Keras: `.h5`, `.keras`, `.pb`, `.tflite`.
    TensorFlow,
    /// Flax: `.msgpack`.
    Flax,
    /// Arrays of NumPy: `.npz`.
    NumPy,
    /// Pickles of scikit-learn and others: `.pkl`, `.joblib`.
    Pickle,
}

impl Form {
    /// The form of a file that holds weights, by its name.
    #[must_use]
    pub fn of(path: &FilePath) -> Option<Self> {
        let name = path.file_name().to_ascii_lowercase();
        // the state of a training run that frameworks store beside the weights
        let is_training_state =
            ["training_args", "optimizer", "scheduler", "rng_state", "scaler"].iter().any(|word| name.starts_with(word));
        if is_training_state {
            return None;
        }
        match name.rsplit_once('.')?.1 {
            "safetensors" => Some(Self::Safetensors),
            "gguf" => Some(Self::Gguf),
            "bin" | "pt" | "pth" | "ckpt" => Some(Self::PyTorch),
            "onnx" | "onnx_data" => Some(Self::Onnx),
            "h5" | "hdf5" | "keras" | "pb" | "tflite" => Some(Self::TensorFlow),
            "msgpack" => Some(Self::Flax),
            "npz" => Some(Self::NumPy),
            "pkl" | "pickle" | "joblib" => Some(Self::Pickle),
            _ => None,
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Gguf => "GGUF",
            Self::PyTorch => "PyTorch",
            Self::Onnx => "ONNX",
            Self::TensorFlow => "TensorFlow",
            Self::Flax => "Flax",
            Self::NumPy => "NumPy",
            Self::Pickle => "pickle",
        }
    }
}

/// One way to load the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// What it is called in evidence: `safetensors`, or `GGUF tiny-Q4_K_M`.
    pub name: String,
    /// The bytes of its files together.
    pub bytes: u64,
}

/// The weights of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    alternatives: Vec<Alternative>,
    total_bytes: u64,
}

impl Weights {
    /// Finds the weights of a package. Data sets and code have none, whatever their files are called.
    #[must_use]
    pub fn of(kind: PackageKind, package: &Package) -> Self {
        match kind {
            PackageKind::Model => Self::among(package.files().iter().filter(|file| !package.is_pointer(file))),
            PackageKind::Dataset | PackageKind::Code => Self::default(),
        }
    }

    /// Finds the weights among files.
    pub fn among<'a>(files: impl Iterator<Item = &'a PackageFile>) -> Self {
        let mut sums: BTreeMap<(Form, String), u64> = BTreeMap::new();
        let mut total_bytes: u64 = 0;
        for file in files {
            let Some(form) = Form::of(&file.path) else { continue };
            total_bytes = total_bytes.saturating_add(file.size);
            // every GGUF file is a model of its own, apart from the shards of one
            let model = if form == Form::Gguf { unsharded(file.path.as_str()).to_owned() } else { String::new() };
            let sum = sums.entry((form, model)).or_default();
            *sum = sum.saturating_add(file.size);
        }
        let alternatives = sums
            .into_iter()
            .map(|((form, model), bytes)| Alternative { name: format!("{} {model}", form.title()).trim_end().to_owned(), bytes })
            .collect();
        Self { alternatives, total_bytes }
    }

    /// The bytes of all files that hold weights.
    #[must_use]
    pub const fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// The ways to load the model.
    #[must_use]
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// What a device loads at least: the smallest alternative that can be the whole model.
    #[must_use]
    pub fn smallest(&self) -> Option<&Alternative> {
        let largest = self.alternatives.iter().map(|alternative| alternative.bytes).max()?;
        self.alternatives
            .iter()
            .filter(|alternative| alternative.bytes >= largest / SMALLEST_SHARE)
            .min_by_key(|alternative| alternative.bytes)
    }
}

/// `dir/model-00001-of-00003.gguf` -> `dir/model`; `dir/model.gguf` -> `dir/model`.
fn unsharded(path: &str) -> &str {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let digits = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((rest, count)) = stem.rsplit_once("-of-")
        && let Some((name, number)) = rest.rsplit_once('-')
        && digits(count)
        && digits(number)
    {
        return name;
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(files: &[(&str, u64)]) -> Weights {
        let files: Vec<_> = files.iter().map(|(path, size)| PackageFile { path: path.parse().unwrap(), size: *size }).collect();
        Weights::among(files.iter())
    }

    #[test]
    fn forms_are_alternatives_and_shards_are_parts() {
        for (files, total, smallest) in [
            (&[("model.safetensors", 90)][..], 90, Some(("safetensors", 90))),
            (&[("a-00001-of-00002.safetensors", 50), ("a-00002-of-00002.safetensors", 40)], 90, Some(("safetensors", 90))),
            (&[("model.safetensors", 90), ("pytorch_model.bin", 91), ("model.onnx", 95)], 276, Some(("safetensors", 90))),
            (
                &[("m-Q8.gguf", 80), ("m-Q4-00001-of-00002.gguf", 20), ("m-Q4-00002-of-00002.gguf", 20)],
                120,
                Some(("GGUF m-Q4", 40)),
            ),
            (&[("model.safetensors", 1000), ("lora.bin", 2)], 1002, Some(("safetensors", 1000))),
            (&[("training_args.bin", 5), ("tokenizer.json", 7)], 0, None),
            (&[("model.safetensors", 0)], 0, Some(("safetensors", 0))),
            (&[], 0, None),
        ] {
            let weights = weights(files);
            assert_eq!(weights.total_bytes(), total, "{files:?}");
            let found = weights.smallest().map(|alternative| (alternative.name.as_str(), alternative.bytes));
            assert_eq!(found, smallest, "{files:?}");
        }
    }
}
