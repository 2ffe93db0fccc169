//! What the files make easy.

use domain::{FilePath, PackageKind};

use super::{Check, Subject};

/// Files that tell a library how to build a model.
const CONFIGURATIONS: &[&str] = &[
    "config.json",
    "model_index.json",
    "adapter_config.json",
    "params.json",
    "config.yaml",
    "config.yml",
    "open_clip_config.json",
];
/// Files that turn text into tokens.
const TOKENIZERS: &[&str] = &[
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tekken.json",
];
/// Files that tell how code is built or run.
const BUILDS: &[&str] = &[
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "environment.yml",
    "Cargo.toml",
    "package.json",
    "go.mod",
    "CMakeLists.txt",
    "Makefile",
    "Dockerfile",
];
/// Folders of examples.
const EXAMPLES: &[&str] = &["example", "examples", "notebook", "notebooks", "demo", "demos", "samples"];

/// The lines of the rubric about files.
pub(super) fn checks(subject: &Subject<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    match subject.kind {
        PackageKind::Model => {
            checks.push(configuration(subject));
            if subject.is_about_text() {
                checks.push(tokenizer(subject));
            }
        }
        PackageKind::Code => checks.push(build(subject)),
        PackageKind::Dataset => {}
    }
    checks.push(examples(subject));
    checks
}

fn configuration(subject: &Subject<'_>) -> Check {
    let found = find(subject, CONFIGURATIONS);
    // a GGUF header holds the whole configuration
    let gguf = subject.inspected.iter().find(|file| file.header.architecture.is_some()).map(|file| &file.path);
    let yes = match (found, gguf) {
        (Some(path), _) => format!("{path} configures the model"),
        (None, Some(path)) => format!("the header of {path} configures the model"),
        (None, None) => String::new(),
    };
    Check::new(2, !yes.is_empty(), yes, "no config.json configures the model: libraries cannot load it without being told how")
}

fn tokenizer(subject: &Subject<'_>) -> Check {
    let found = find(subject, TOKENIZERS);
    let gguf =
        subject.inspected.iter().find(|file| file.header.metadata.contains_key("tokenizer.ggml.model")).map(|file| &file.path);
    let yes = match (found, gguf) {
        (Some(path), _) => format!("{path} brings the tokenizer"),
        (None, Some(path)) => format!("the header of {path} brings the tokenizer"),
        (None, None) => String::new(),
    };
    Check::new(1, !yes.is_empty(), yes, "no tokenizer files are there, although it works on text")
}

fn build(subject: &Subject<'_>) -> Check {
    let found = find(subject, BUILDS);
    let yes = found.map(|path| format!("{path} tells how to build or run it")).unwrap_or_default();
    Check::new(2, found.is_some(), yes, "no pyproject.toml, Cargo.toml, Makefile or the like tells how to build or run it")
}

fn examples(subject: &Subject<'_>) -> Check {
    let is_example = |path: &FilePath| {
        path.as_str().to_ascii_lowercase().ends_with(".ipynb")
            || path.ancestors().any(|folder| EXAMPLES.iter().any(|name| folder.eq_ignore_ascii_case(name)))
    };
    let found = subject.package.files().iter().find(|file| is_example(&file.path)).map(|file| &file.path);
    let yes = found.map(|path| format!("there are examples: {path}")).unwrap_or_default();
    Check::new(1, found.is_some(), yes, "there is no folder of examples and no notebook")
}

/// The first file with one of these names, wherever it stands; what stands higher comes first.
fn find<'a>(subject: &Subject<'a>, names: &[&str]) -> Option<&'a FilePath> {
    let named =
        subject.package.files().iter().filter(|file| names.iter().any(|name| file.path.file_name().eq_ignore_ascii_case(name)));
    named.map(|file| &file.path).min_by_key(|path| path.ancestors().count())
}
