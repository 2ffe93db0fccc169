//! Folders as they should not be.

use std::{fs, os::unix::ffi::OsStrExt};

use domain::report::{MetricName, Verdict};

use crate::common::{Sample, gguf, rules, safetensors, safetensors_raw, words};

#[test]
fn links_and_special_files_are_told_and_not_read() {
    let outside = Sample::new().file("secret.safetensors", safetensors(&[("w", "F32", &[1000])])).file("LICENSE", "x");
    let sample = Sample::new().file("a.txt", "x");
    std::os::unix::fs::symlink(outside.path().join("secret.safetensors"), sample.path().join("model.safetensors")).unwrap();
    std::os::unix::fs::symlink(outside.path(), sample.path().join("folder")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("LICENSE"), sample.path().join("LICENSE")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(sample.path().join("README.md")).unwrap();
    let report = sample.score();
    let special = |path| ("package/special_file", path);
    assert_eq!(rules(&report), ["LICENSE", "README.md", "folder", "model.safetensors"].map(special));
    assert_eq!((report.facts.files, report.facts.parameters, report.verdict), (1, None, Some(Verdict::Unreadable)));
    assert_eq!(report.score(MetricName::License), Some(0.0));
}

#[test]
fn names_that_no_revision_may_hold_are_told() {
    let sample = Sample::new().file("a\\b", "x").file(".git/config", "x").file("sub/.GIT/x", "x");
    fs::write(sample.path().join(std::ffi::OsStr::from_bytes(b"\xff.bin")), "x").unwrap();
    let deep = "d/".repeat(70);
    let report = sample.file(&format!("{deep}x"), "x").score();
    let found: Vec<_> = rules(&report).iter().map(|(rule, _)| *rule).collect();
    assert_eq!(found, ["package/too_deep", "package/path_refused", "package/path_refused", "package/path_refused"]);
    assert_eq!(report.facts.files, 0);
}

#[test]
fn pointers_are_no_weights() {
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 90868376\n", "a".repeat(64));
    let report = Sample::complete().file("model.safetensors", pointer).score();
    assert_eq!(rules(&report), [("package/lfs_pointer", "model.safetensors")]);
    assert_eq!((report.facts.weight_bytes, report.facts.parameters), (0, None));
    assert!(words(&report, MetricName::SizeScore).contains("could not be read"));
}

#[test]
fn damaged_weights_are_told_and_the_rest_is_scored() {
    let mut cut = safetensors(&[("w", "F32", &[8])]);
    cut.truncate(cut.len() - 1);
    let report = Sample::complete()
        .file("model.safetensors", cut)
        .file("a.gguf", &gguf()[..100])
        .file("b.npz", "no zip")
        .file("pytorch_model.bin", b"PK\x03\x04 cut")
        .file("old.bin", b"\x80\x02 a pickle")
        .file("other.safetensors", safetensors_raw("{}", b""))
        .file("config.json", "[".repeat(100_000))
        .score();
    let expected = [
        ("gguf/truncated", "a.gguf"),
        ("zip/unreadable", "b.npz"),
        ("config/invalid", "config.json"),
        ("safetensors/truncated", "model.safetensors"),
        ("zip/unreadable", "pytorch_model.bin"),
    ];
    assert_eq!(rules(&report), expected);
    assert_eq!(report.verdict, Some(Verdict::Unreadable));
    assert_eq!(report.facts.weights.iter().map(|weights| weights.path.as_str()).collect::<Vec<_>>(), ["other.safetensors"]);
    assert_eq!(report.score(MetricName::SizeScore), None);
    assert_eq!(report.score(MetricName::License), Some(1.0));
}

#[test]
fn untrusted_words_stay_on_their_line() {
    let report = Sample::new().file("README.md", "---\nlicense: \"a\\nb\\u202ec\"\n---\n# x\n").score();
    assert!(words(&report, MetricName::License).contains("a\u{fffd}b\u{fffd}c"), "{}", words(&report, MetricName::License));
}
