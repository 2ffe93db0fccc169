//! One run: list the files, read what is known how to be read, compute the metrics, put the report together.

use std::{collections::BTreeSet, path::Path, time::Instant};

use domain::{
    FilePath, card,
    report::{Finding, OutsideFacts, REPORT_VERSION, Report, Severity, Verdict},
    units,
};
use serde_json::Value;

use crate::{
    Error, facts,
    formats::{self, Inspected, Problem},
    metrics::{self, Card, Subject},
    package::{Package, TextFile},
    weights::{Form, Weights},
};

/// The largest `config.json` that is read, in bytes.
const MAX_CONFIG_BYTES: u64 = 1 << 20;
/// The most findings that a report holds.
const MAX_FINDINGS: usize = 1000;

/// Scores the package in `folder`. `log` gets what is done, a sentence at a time.
///
/// # Errors
/// When the folder cannot be listed. Whatever is wrong with a file becomes a finding.
pub fn score(folder: &Path, outside: &OutsideFacts, log: &mut dyn FnMut(&str)) -> Result<Report, Error> {
    let started = Instant::now();
    let package = Package::read(folder)?;
    let kind = facts::kind(outside);
    let count = package.files().len() as u64;
    log(&format!("reading {}, {}", units::plural(count, "file"), units::bytes(package.total_bytes())));

    let mut findings = package.findings().to_vec();
    let inspected = inspect(&package, &mut findings, log);
    let weights = Weights::of(kind, &package);
    let unread_weights = unread_weights(&findings);
    let card_file = read_text(&package, card::FILE_NAME, card::MAX_BYTES, &mut findings);
    let config = read_config(&package, &mut findings);
    let subject = Subject {
        kind,
        package: &package,
        card: card_file.as_ref().map(|file| Card::read(&file.text, file.problem.clone())),
        config: config.as_ref(),
        inspected: &inspected,
        weights: &weights,
        unread_weights: &unread_weights,
    };
    let mut facts = facts::gather(&package, &inspected, &weights, config.as_ref());
    let computed = metrics::compute(&subject, log);
    facts.license = computed.license;
    let findings = settle(findings, log);
    Ok(Report {
        version: REPORT_VERSION,
        autograder: env!("CARGO_PKG_VERSION").to_owned(),
        metrics: computed.metrics,
        // there is no security scan in this version, and what was not analysed is never called clean
        verdict: (!findings.is_empty()).then_some(Verdict::Unreadable),
        findings,
        facts,
        latency_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// Reads the headers of all files that have one.
fn inspect(package: &Package, findings: &mut Vec<Finding>, log: &mut dyn FnMut(&str)) -> Vec<Inspected> {
    let mut inspected = Vec::new();
    for file in package.files().iter().filter(|file| !package.is_pointer(file)) {
        match formats::inspect(package, file) {
            Ok(Some(found)) => {
                log(&format!("{}: {} with {}", file.path, found.format.as_str(), contents(&found)));
                inspected.push(found);
            }
            Ok(None) => {}
            Err(problem) => findings.push(finding(file.path.clone(), &problem)),
        }
    }
    inspected
}

/// The files that should hold weights, but that something is wrong with.
fn unread_weights(findings: &[Finding]) -> Vec<FilePath> {
    let paths: BTreeSet<&FilePath> =
        findings.iter().map(|finding| &finding.path).filter(|path| Form::of(path).is_some()).collect();
    paths.into_iter().cloned().collect()
}

fn contents(found: &Inspected) -> String {
    let header = &found.header;
    match header.parameters {
        Some(parameters) => format!("{}, {} parameters", units::plural(header.tensors, "tensor"), units::count(parameters)),
        None => format!("{} entries", header.tensors),
    }
}

fn finding(path: FilePath, problem: &Problem) -> Finding {
    Finding { severity: Severity::Warning, rule: problem.rule.to_owned(), path, message: problem.message.clone() }
}

/// Reads a text file at the top of the package, if it is there.
fn read_text(package: &Package, name: &str, most: u64, findings: &mut Vec<Finding>) -> Option<TextFile> {
    let file = package.top_file(name).filter(|file| !package.is_pointer(file))?;
    package.read_text(file, most).map_err(|error| findings.push(finding(file.path.clone(), &Problem::io(&error)))).ok()
}

/// Reads `config.json`; one that is no JSON object says nothing, and that is told.
fn read_config(package: &Package, findings: &mut Vec<Finding>) -> Option<Value> {
    const NAME: &str = "config.json";
    let text = read_text(package, NAME, MAX_CONFIG_BYTES, findings)?;
    let problem = match (text.problem, serde_json::from_str(&text.text)) {
        (None, Ok(config @ Value::Object(_))) => return Some(config),
        (Some(problem), _) => problem,
        (None, Ok(_)) => "it is no JSON object: libraries cannot read the model's configuration".to_owned(),
        (None, Err(error)) => format!("it is no valid JSON: {error}"),
    };
    let path = package.top_file(NAME)?.path.clone();
    findings.push(finding(path, &Problem::new("config/invalid", &problem)));
    None
}

/// Puts findings in order, and leaves out what nobody would read.
fn settle(mut findings: Vec<Finding>, log: &mut dyn FnMut(&str)) -> Vec<Finding> {
    findings.sort_by(|a, b| (&a.path, &a.rule, &a.message).cmp(&(&b.path, &b.rule, &b.message)));
    if findings.len() > MAX_FINDINGS {
        log(&format!("{} findings; the report holds the first {MAX_FINDINGS}", findings.len()));
        findings.truncate(MAX_FINDINGS);
    }
    for finding in findings.iter().take(20) {
        log(&format!("{}: {} ({})", finding.path, finding.message, finding.rule));
    }
    findings
}
