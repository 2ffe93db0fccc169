//! Security findings and the verdict.

use domain::report::{Finding, Severity, Verdict};
use leptos::prelude::*;

/// What a verdict is called, its chip, and what it means.
const fn words(verdict: Option<Verdict>) -> (&'static str, &'static str, &'static str) {
    match verdict {
        None => ("Not scanned", "chip", "No security scan was made of this revision."),
        Some(Verdict::Clean) => ("Clean", "chip chip-good", "Everything was analysed, and nothing was found."),
        Some(Verdict::Suspicious) => ("Suspicious", "chip chip-fair", "Something deserves a look before you rely on it."),
        Some(Verdict::Dangerous) => ("Dangerous", "chip chip-poor", "Something may do harm: do not load it."),
        Some(Verdict::Unreadable) => ("Unreadable", "chip chip-fair", "Something could not be analysed, so nothing is promised."),
    }
}

/// What a verdict is called.
#[must_use]
pub const fn title(verdict: Option<Verdict>) -> &'static str {
    words(verdict).0
}

const fn severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Info => ("Info", "chip"),
        Severity::Warning => ("Warning", "chip chip-fair"),
        Severity::Critical => ("Critical", "chip chip-poor"),
    }
}

/// The verdict of the security scan, and what it saw.
#[component]
pub fn Findings(
    /// What the scan concludes.
    verdict: Option<Verdict>,
    /// What was seen, the worst first.
    findings: Vec<Finding>,
) -> impl IntoView {
    let (title, class, meaning) = words(verdict);
    let mut findings = findings;
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let list = (!findings.is_empty()).then(|| {
        let items = findings.into_iter().map(|finding| {
            let (word, class) = severity(finding.severity);
            view! {
                <li class="finding">
                    <span class=class>{word}</span>
                    <div>
                        <p>{finding.message}</p>
                        <p class="finding-place"><code>{finding.path.to_string()}</code> " · " <code>{finding.rule}</code></p>
                    </div>
                </li>
            }
        });
        view! { <ul class="findings">{items.collect_view()}</ul> }
    });
    view! {
        <section class="panel" aria-labelledby="findings-title">
            <div class="panel-head">
                <h2 class="panel-title" id="findings-title">"Security"</h2>
                <span class=class>{title}</span>
            </div>
            <p class="muted">{meaning}</p>
            {list}
        </section>
    }
}
