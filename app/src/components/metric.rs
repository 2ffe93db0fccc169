//! One metric with its reasons.

use std::collections::BTreeMap;

use domain::{
    report::{Metric, Outcome},
    units,
};
use leptos::prelude::*;

use super::score::{ScoreMeter, score_text};

/// A metric: its score, parts, evidence and latency; or why it is not available.
#[component]
pub fn MetricCard(
    /// The metric.
    metric: Metric,
) -> impl IntoView {
    let name = metric.name;
    let id = format!("metric-{}", name.as_str());
    let (class, value, body) = match metric.outcome {
        Outcome::Scored { score, parts, evidence } => (
            "metric",
            view! {
                <p class="metric-score">{score_text(score)}</p>
                <ScoreMeter score label=name.title()/>
            }
            .into_any(),
            view! {
                <Parts parts/>
                <ul class="metric-evidence">{evidence.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                <p class="metric-latency">"Computed in " {latency(metric.latency_us)}</p>
            }
            .into_any(),
        ),
        Outcome::NotAvailable { reason } => (
            "metric metric-missing",
            view! { <p class="chip">"Not available"</p> }.into_any(),
            view! { <p class="metric-reason">{reason}</p> }.into_any(),
        ),
    };
    view! {
        <li class=class id=id>
            <div class="metric-head">
                <h3>{name.title()}</h3>
                <p class="metric-question">{name.question()}</p>
            </div>
            <div class="metric-value">{value}</div>
            <div class="metric-body">{body}</div>
        </li>
    }
}

/// How long a metric took; most take less than a millisecond.
fn latency(microseconds: u64) -> String {
    match i64::try_from(microseconds) {
        Ok(short @ ..1000) => format!("{short} µs"),
        Ok(long) => units::duration(time::Duration::microseconds(long)),
        Err(_) => units::duration(time::Duration::MAX),
    }
}

/// The parts of a score, such as one per device.
#[component]
fn Parts(parts: BTreeMap<String, f64>) -> impl IntoView {
    (!parts.is_empty()).then(|| {
        let rows = parts.into_iter().map(|(part, score)| {
            let name = humanised(&part);
            view! {
                <li class="part">
                    <span class="part-name">{name.clone()}</span>
                    <ScoreMeter score label=name/>
                    <span class="part-score">{score_text(score)}</span>
                </li>
            }
        });
        view! { <ul class="parts">{rows.collect_view()}</ul> }
    })
}

/// A word for programs as words for people: `raspberry_pi` becomes `Raspberry Pi`, `desktop_pc` becomes `Desktop PC`.
fn humanised(word: &str) -> String {
    let words = word.split('_').filter(|part| !part.is_empty()).map(|part| match part {
        "pc" | "aws" | "gpu" | "cpu" => part.to_ascii_uppercase(),
        _ => {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_names_for_people() {
        for (word, expected) in [
            ("raspberry_pi", "Raspberry Pi"),
            ("desktop_pc", "Desktop PC"),
            ("aws_server", "AWS Server"),
            ("__", ""),
            ("über_x", "Über X"),
        ] {
            assert_eq!(humanised(word), expected);
        }
    }
}
