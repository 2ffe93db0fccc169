//! `net_score`: the weighted mean of the metrics that are available.
//!
//! A metric that is not available counts neither for nor against the package: its weight is left out of the mean.

use domain::report::{Metric, MetricName, Outcome};

use super::scored;

/// How many metrics a mean needs to say anything.
const FEWEST: usize = 2;

/// The weight of a metric, in per cent of all weights; nothing for the net score itself.
#[must_use]
pub const fn weight(name: MetricName) -> Option<u32> {
    match name {
        MetricName::NetScore => None,
        MetricName::License => Some(20),
        MetricName::RampUpTime => Some(15),
        MetricName::SizeScore | MetricName::BusFactor | MetricName::PerformanceClaims | MetricName::DatasetAndCodeScore => {
            Some(10)
        }
        MetricName::DatasetQuality
        | MetricName::CodeQuality
        | MetricName::Reproducibility
        | MetricName::Reviewedness
        | MetricName::TreeScore => Some(5),
    }
}

/// The mean over the other metrics.
#[must_use]
pub fn score(metrics: &[Metric]) -> Outcome {
    let available: Vec<(MetricName, f64, f64)> = metrics
        .iter()
        .filter_map(|metric| match (&metric.outcome, weight(metric.name)) {
            (Outcome::Scored { score, .. }, Some(weight)) => Some((metric.name, *score, f64::from(weight))),
            (Outcome::Scored { .. } | Outcome::NotAvailable { .. }, _) => None,
        })
        .collect();
    if available.len() < FEWEST {
        let reason = format!("it is a mean over at least {FEWEST} metrics; available: {}", available.len());
        return Outcome::NotAvailable { reason };
    }
    let weights: f64 = available.iter().map(|(_, _, weight)| weight).sum();
    let mut evidence: Vec<String> = available
        .iter()
        .map(|(name, score, weight)| {
            format!("{} {score:.2} with weight {weight} of {weights} adds {:.3}.", name.title(), score * weight / weights)
        })
        .collect();
    let missing = metrics.iter().filter(|metric| weight(metric.name).is_some()).count() - available.len();
    if missing > 0 {
        evidence.push(format!("{missing} metrics are not available and do not count."));
    }
    scored(available.iter().map(|(_, score, weight)| score * weight / weights).sum(), evidence)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn metric(name: MetricName, score: Option<f64>) -> Metric {
        let outcome = match score {
            Some(score) => Outcome::Scored { score, parts: BTreeMap::new(), evidence: vec![] },
            None => Outcome::NotAvailable { reason: String::new() },
        };
        Metric { name, outcome, latency_us: 0 }
    }

    fn net(metrics: &[Metric]) -> Option<f64> {
        match score(metrics) {
            Outcome::Scored { score, .. } => Some(score),
            Outcome::NotAvailable { .. } => None,
        }
    }

    #[test]
    fn weights_sum_to_a_hundred() {
        assert_eq!(MetricName::ALL.into_iter().filter_map(weight).sum::<u32>(), 100);
    }

    #[test]
    fn what_is_not_available_does_not_count() {
        use MetricName::{BusFactor, License, RampUpTime, SizeScore};
        let all =
            [metric(License, Some(1.0)), metric(RampUpTime, Some(0.5)), metric(SizeScore, Some(0.0)), metric(BusFactor, None)];
        assert_eq!(net(&all), Some(0.6111));
        assert_eq!(net(&[metric(License, Some(1.0)), metric(BusFactor, None)]), None);
        assert_eq!(net(&[]), None);
    }

    proptest! {
        #[test]
        fn the_mean_lies_between_the_smallest_and_the_largest(scores in proptest::collection::vec(proptest::option::of(0.0..=1.0), 11)) {
            let metrics: Vec<_> = MetricName::ALL.into_iter().skip(1).zip(&scores).map(|(name, score)| metric(name, *score)).collect();
            if let Some(net) = net(&metrics) {
                let available = || scores.iter().flatten().copied();
                prop_assert!(net >= available().fold(1.0, f64::min) - 1e-4);
                prop_assert!(net <= available().fold(0.0, f64::max) + 1e-4);
            }
        }
    }
}
