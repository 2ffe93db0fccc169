//! The command line: exit codes, and where the report goes.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use domain::report::Report;

use crate::common::{Sample, facts, timeless};

fn autograder(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_autograder")).args(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_report_goes_to_standard_output_and_the_log_to_standard_error() {
    let sample = Sample::complete();
    let output = autograder(&["score", text(sample.path())]);
    assert_eq!(output.status.code(), Some(0));
    let report: Report = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(timeless(report), timeless(sample.score()));
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<_> = log.lines().collect();
    assert!(lines[0].starts_with("sandbox: "), "{log}");
    assert!(lines[1].starts_with("reading 5 files, "), "{log}");
    assert!(lines.contains(&"license: 1.00") && lines.contains(&"net_score: 1.00"), "{log}");
}

#[test]
fn the_report_appears_under_its_name_and_replaces_an_old_one() {
    let out = Sample::new().file("report.json", "old").file("facts.json", serde_json::to_vec(&facts("dataset")).unwrap());
    let (report, facts) = (out.path().join("report.json"), out.path().join("facts.json"));
    let output = autograder(&["score", text(Sample::complete().path()), "--facts", text(&facts), "--out", text(&report)]);
    assert_eq!((output.status.code(), output.stdout), (Some(0), vec![]), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Report>(&fs::read(&report).unwrap()).unwrap().validate().unwrap();
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn exit_codes_tell_what_to_do_next() {
    let sample = Sample::complete().file("bad.json", "{\"package\": 1}");
    let other = Sample::new();
    let (folder, bad, missing) = (text(sample.path()), sample.path().join("bad.json"), other.path().join("missing"));
    let nowhere = missing.join("report.json");
    for (arguments, code, words) in [
        (&["--version"][..], 0, ""),
        (&["score", "--help"], 0, ""),
        (&[], 2, "Usage"),
        (&["score"], 2, "FOLDER"),
        (&["score", folder, "--unknown"], 2, "--unknown"),
        (&["score", text(&missing)], 3, "missing cannot be read: No such file"),
        (&["score", text(&bad)], 3, "cannot be read"),
        (&["score", folder, "--facts", text(&missing)], 3, "missing cannot be read"),
        (&["score", folder, "--facts", text(&bad)], 3, "bad.json is not valid"),
        (&["score", folder, "--out", text(&nowhere)], 4, "is not there"),
        (&["score", folder, "--out", folder], 4, "names no file"),
        (&["score", folder, "--out", "/proc/report.json"], 4, "cannot be written"),
    ] {
        let output = autograder(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn the_help_tells_the_exit_codes() {
    let help = String::from_utf8(autograder(&["--help"]).stdout).unwrap();
    for words in ["score", "Exit codes", "4 "] {
        assert!(help.contains(words), "{help}");
    }
}
