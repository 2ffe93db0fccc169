//! `ramp_up_time`: how quickly somebody new gets the package to run.
//!
//! A rubric: what helps is worth points; what does not apply to a package (a tokenizer for a vision model) is left out of
//! the sum. The score is the share of the points that were earned, and every line of the rubric stands in the evidence.

mod explained;
mod files;

use domain::report::Outcome;

use super::{Subject, scored};

/// One line of the rubric.
struct Check {
    earned: u32,
    worth: u32,
    says: String,
}

impl Check {
    /// All points or none, and what is said in either case.
    fn new(worth: u32, holds: bool, yes: impl Into<String>, no: impl Into<String>) -> Self {
        if holds { Self { earned: worth, worth, says: yes.into() } } else { Self { earned: 0, worth, says: no.into() } }
    }
}

/// Goes through the rubric.
#[must_use]
pub fn score(subject: &Subject<'_>) -> Outcome {
    let checks: Vec<Check> = explained::checks(subject).into_iter().chain(files::checks(subject)).collect();
    let earned: u32 = checks.iter().map(|check| check.earned).sum();
    let worth: u32 = checks.iter().map(|check| check.worth).sum();
    let mut evidence: Vec<String> =
        subject.card.iter().flat_map(|card| &card.problems).map(|problem| format!("Note: {problem}.")).collect();
    evidence.extend(checks.iter().map(|check| format!("{} of {}: {}.", check.earned, check.worth, check.says)));
    evidence.push(format!("{earned} of {worth} points in all."));
    scored(f64::from(earned) / f64::from(worth.max(1)), evidence)
}
