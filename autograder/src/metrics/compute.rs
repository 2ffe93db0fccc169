//! All metrics of a package, each with the time that it took.

use std::time::Instant;

use domain::report::{Metric, MetricName, Outcome};

use super::{Subject, license, net_score, ramp_up_time, size_score};

/// What was computed.
#[derive(Debug)]
pub struct Computed {
    /// Every metric, in the order of [`MetricName::ALL`].
    pub metrics: Vec<Metric>,
    /// The licence that was found, as an SPDX expression.
    pub license: Option<String>,
}

/// Computes every metric; `log` gets a line for each score.
#[must_use]
pub fn compute(subject: &Subject<'_>, log: &mut dyn FnMut(&str)) -> Computed {
    let mut license = None;
    let mut metrics = Vec::new();
    // the net score comes first in the report, but needs the others
    for name in MetricName::ALL.into_iter().skip(1).chain([MetricName::NetScore]) {
        let started = Instant::now();
        let outcome = outcome(name, subject, &metrics, &mut license);
        let latency_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        if let Outcome::Scored { score, .. } = &outcome {
            log(&format!("{}: {score:.2}", name.as_str()));
        }
        metrics.push(Metric { name, outcome, latency_us });
    }
    metrics.rotate_right(1);
    let missing = metrics.iter().filter(|metric| matches!(metric.outcome, Outcome::NotAvailable { .. })).count();
    if missing > 0 {
        log(&format!("{} not available", domain::units::plural(missing as u64, "metric")));
    }
    Computed { metrics, license }
}

fn outcome(name: MetricName, subject: &Subject<'_>, others: &[Metric], license: &mut Option<String>) -> Outcome {
    match name {
        MetricName::NetScore => net_score::score(others),
        MetricName::License => {
            let (outcome, expression) = license::score(subject);
            *license = expression;
            outcome
        }
        MetricName::RampUpTime => ramp_up_time::score(subject),
        MetricName::SizeScore => size_score::score(subject),
        MetricName::BusFactor => missing("it needs the contributors of a linked code repository; none was given"),
        MetricName::PerformanceClaims => {
            missing("it needs the results that the card claims to be compared with evidence; this version does not read them")
        }
        MetricName::DatasetAndCodeScore => {
            missing("it needs to know whether the data set and the code that the card names exist; nothing says so")
        }
        MetricName::DatasetQuality => missing("it needs the card of the linked data set; none was given"),
        MetricName::CodeQuality => missing("it needs the files of the linked code package; none was given"),
        MetricName::Reproducibility => {
            missing("it needs the example of the card to be run; this version runs no code of a package")
        }
        MetricName::Reviewedness => missing("it needs the pull requests of a linked code repository; none was given"),
        MetricName::TreeScore => missing("it needs the scores of what the package was derived from; none was given"),
    }
}

fn missing(reason: &str) -> Outcome {
    Outcome::NotAvailable { reason: reason.to_owned() }
}
