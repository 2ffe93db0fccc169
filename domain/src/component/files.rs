//! Which file is of which component, by its name.

use super::Component;
use crate::{FilePath, PackageKind};

/// The component of a file of a package of this kind, by its name.
pub(super) fn component(kind: PackageKind, path: &FilePath) -> Option<Component> {
    let name = path.file_name().to_ascii_lowercase();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    if is_document(&name, stem, ending) {
        return None;
    }
    if is_code(&name, ending) {
        return Some(Component::Code);
    }
    match kind {
        PackageKind::Model => of_model(&name, ending),
        PackageKind::Dataset => of_dataset(&name, ending),
        PackageKind::Code => of_model(&name, ending).or(Some(Component::Code)),
    }
}

/// What is read by people.
fn is_document(name: &str, stem: &str, ending: &str) -> bool {
    let is_notice = ["readme", "license", "licence", "copying", "notice", "changelog", "contributing", "citation", "authors"]
        .iter()
        .any(|word| stem.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric())));
    let is_written = matches!(ending, "" | "md" | "markdown" | "txt" | "rst" | "cff" | "bib" | "html" | "pdf");
    is_notice && is_written || matches!(ending, "md" | "markdown" | "rst" | "pdf" | "bib" | "cff") || name == ".gitattributes"
}

/// What runs, and what says how.
fn is_code(name: &str, ending: &str) -> bool {
    const FILES: [&str; 19] = [
        "dockerfile",
        "makefile",
        "cmakelists.txt",
        "requirements.txt",
        "constraints.txt",
        "environment.yml",
        "environment.yaml",
        "setup.cfg",
        "pyproject.toml",
        "poetry.lock",
        "uv.lock",
        "pipfile",
        "pipfile.lock",
        "cargo.toml",
        "cargo.lock",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        ".gitignore",
    ];
    FILES.contains(&name)
        || name.starts_with("requirements") && ending == "txt"
        || matches!(
            ending,
            "py" | "pyi"
                | "pyx"
                | "ipynb"
                | "sh"
                | "bash"
                | "bat"
                | "ps1"
                | "rs"
                | "c"
                | "cc"
                | "cpp"
                | "cxx"
                | "cu"
                | "cuh"
                | "h"
                | "hpp"
                | "hh"
                | "go"
                | "java"
                | "kt"
                | "scala"
                | "js"
                | "mjs"
                | "cjs"
                | "jsx"
                | "ts"
                | "tsx"
                | "swift"
                | "m"
                | "mm"
                | "r"
                | "jl"
                | "lua"
                | "rb"
                | "pl"
                | "cs"
                | "sql"
                | "wasm"
                | "metal"
                | "cmake"
                | "proto"
        )
}

/// Texts and tables of tokenizers.
fn is_tokenizer(name: &str, ending: &str) -> bool {
    let is_named = ["tokenizer", "vocab", "merges", "special_tokens", "added_tokens", "spiece", "sentencepiece", "bpe", "dict."]
        .iter()
        .any(|word| name.starts_with(word));
    is_named && matches!(ending, "json" | "txt" | "model" | "bpe" | "codes" | "vocab" | "tiktoken" | "tsv" | "jsonl" | "spm" | "")
        || matches!(ending, "tiktoken" | "spm")
        || ending == "model" && ["source", "target", "bpe", "spm", "unigram"].iter().any(|word| name.contains(word))
}

/// Whether a list names the shards of weights: without it they are of no use.
fn is_list_of_shards(name: &str) -> bool {
    [".safetensors.index.json", ".bin.index.json", ".h5.index.json", ".msgpack.index.json"].iter().any(|end| name.ends_with(end))
}

fn is_weights(name: &str, ending: &str) -> bool {
    is_list_of_shards(name)
        // the shards of TensorFlow: variables.data-00000-of-00001, model.ckpt.index
        || name.contains(".data-0") && name.contains("-of-0")
        || name.ends_with(".ckpt.index")
        || name == "variables.index"
        || name.contains(".safetensors.") && ending.parse::<u32>().is_ok()
        || matches!(
            ending,
            "safetensors" | "bin" | "pt" | "pth" | "ckpt" | "gguf" | "ggml" | "onnx" | "onnx_data" | "h5" | "hdf5" | "keras" | "pb"
                | "tflite" | "msgpack" | "ot" | "npz" | "pkl" | "pickle" | "joblib" | "pdparams" | "params" | "caffemodel" | "nemo"
                | "ptl" | "pte" | "engine" | "plan" | "mlmodel" | "mlpackage" | "weights" | "llamafile" | "t7" | "distcp"
        )
}

fn is_configuration(ending: &str) -> bool {
    matches!(ending, "json" | "yaml" | "yml" | "toml" | "ini" | "cfg" | "conf" | "jinja" | "jinja2" | "pbtxt" | "gin" | "xml")
}

/// Tables and records, whatever holds them.
fn is_table(ending: &str) -> bool {
    matches!(
        ending,
        "parquet"
            | "arrow"
            | "feather"
            | "csv"
            | "tsv"
            | "jsonl"
            | "ndjson"
            | "tfrecord"
            | "tfrecords"
            | "recordio"
            | "mdb"
            | "lmdb"
            | "npy"
            | "sqlite"
            | "db"
            | "avro"
            | "orc"
            | "xlsx"
    )
}

fn of_model(name: &str, ending: &str) -> Option<Component> {
    if is_tokenizer(name, ending) {
        return Some(Component::Configuration);
    }
    if is_weights(name, ending) {
        return Some(Component::Weights);
    }
    if is_table(ending) {
        return Some(Component::Data);
    }
    is_configuration(ending).then_some(Component::Configuration)
}

/// In data sets everything is data that does not describe it.
fn of_dataset(name: &str, ending: &str) -> Option<Component> {
    let describes =
        ["dataset_info.json", "dataset_infos.json", "state.json", "dataset_dict.json", "features.json", "schema.json"];
    let is_setting = matches!(ending, "yaml" | "yml" | "toml" | "ini" | "cfg" | "jinja") || name.starts_with("config.");
    Some(if describes.contains(&name) || is_setting { Component::Configuration } else { Component::Data })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(kind: PackageKind, path: &str) -> Option<Component> {
        Component::of(kind, &path.parse().unwrap())
    }

    #[test]
    fn files_of_models() {
        for (component, paths) in [
            (
                Some(Component::Weights),
                &[
                    "model.safetensors",
                    "model-00001-of-00002.safetensors",
                    "model.safetensors.index.json",
                    "pytorch_model.bin",
                    "pytorch_model.bin.index.json",
                    "tf_model.h5",
                    "flax_model.msgpack",
                    "rust_model.ot",
                    "onnx/model.onnx",
                    "onnx/model.onnx_data",
                    "tiny-Q4_K_M.GGUF",
                    "saved_model/saved_model.pb",
                    "saved_model/variables/variables.data-00000-of-00001",
                    "saved_model/variables/variables.index",
                    "unet/diffusion_pytorch_model.safetensors",
                    "model.pkl",
                    "weights.npz",
                    "optimizer.pt",
                ][..],
            ),
            (
                Some(Component::Configuration),
                &[
                    "config.json",
                    "adapter_config.json",
                    "generation_config.json",
                    "1_Pooling/config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "tokenizer.model",
                    "spiece.model",
                    "sentencepiece.bpe.model",
                    "source.spm",
                    "vocab.txt",
                    "vocab.json",
                    "tokenizer/vocab.txt",
                    "merges.txt",
                    "special_tokens_map.json",
                    "added_tokens.json",
                    "qwen.tiktoken",
                    "chat_template.jinja",
                    "params.yaml",
                ],
            ),
            (Some(Component::Data), &["train.csv", "data/eval.parquet", "examples.jsonl", "vectors.npy"]),
            (
                Some(Component::Code),
                &[
                    "modeling_x.py",
                    "handler.py",
                    "notebook.ipynb",
                    "requirements.txt",
                    "requirements-dev.txt",
                    "Dockerfile",
                    "src/a.rs",
                ],
            ),
            (
                None,
                &[
                    "README.md",
                    "LICENSE",
                    "LICENSE.txt",
                    "LICENSE-APACHE",
                    "docs/use.md",
                    "NOTICE",
                    ".gitattributes",
                    "picture.png",
                    "paper.pdf",
                    "unknown",
                ],
            ),
        ] {
            for path in paths {
                assert_eq!(of(PackageKind::Model, path), component, "{path}");
            }
        }
    }

    #[test]
    fn the_same_name_is_something_else_in_data_and_in_code() {
        for (path, model, dataset, code) in [
            ("config.json", Some(Component::Configuration), Some(Component::Configuration), Some(Component::Configuration)),
            ("train.json", Some(Component::Configuration), Some(Component::Data), Some(Component::Configuration)),
            (
                "dataset_infos.json",
                Some(Component::Configuration),
                Some(Component::Configuration),
                Some(Component::Configuration),
            ),
            ("train.parquet", Some(Component::Data), Some(Component::Data), Some(Component::Data)),
            ("images/1.png", None, Some(Component::Data), Some(Component::Code)),
            ("all.tar.gz", None, Some(Component::Data), Some(Component::Code)),
            ("embeddings.bin", Some(Component::Weights), Some(Component::Data), Some(Component::Weights)),
            ("load.py", Some(Component::Code), Some(Component::Code), Some(Component::Code)),
            ("README.md", None, None, None),
            ("license_detector.py", Some(Component::Code), Some(Component::Code), Some(Component::Code)),
            ("licenses.csv", Some(Component::Data), Some(Component::Data), Some(Component::Data)),
        ] {
            for (kind, expected) in [(PackageKind::Model, model), (PackageKind::Dataset, dataset), (PackageKind::Code, code)] {
                assert_eq!(of(kind, path), expected, "{path} of {kind}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_file_is_in_the_whole_and_in_one_component_at_most(path in "[a-zA-Z0-9._/-]{1,30}") {
            if let Ok(path) = path.parse::<FilePath>() {
                for kind in PackageKind::ALL {
                    prop_assert!(Component::Whole.holds(kind, &path));
                    let holding = Component::ALL[1..].iter().filter(|component| component.holds(kind, &path)).count();
                    prop_assert_eq!(holding, usize::from(Component::of(kind, &path).is_some()));
                }
            }
        }
    }
}
