//! Two revisions side by side: files, metrics, and what differs inside a file.

use domain::{
    compare::{Comparison, ContentComparison, FileChange, FileComparison, Hunk, MetricChange, TensorChange, TensorForm},
    units,
};
use leptos::prelude::*;

/// The files that differ, with links to what differs inside.
#[component]
pub fn ChangedFiles(
    /// The comparison.
    comparison: Comparison,
    /// The address of the comparison of one file.
    address: Callback<String, String>,
) -> impl IntoView {
    let Comparison { files, changed, unchanged, .. } = comparison;
    let hidden = changed.saturating_sub(files.len() as u64);
    let rows = files.into_iter().map(|file| {
        let (word, class) = word(&file);
        let size = |version: Option<domain::compare::FileVersion>| {
            version.map_or_else(|| "–".to_owned(), |file| units::bytes(file.size))
        };
        let path = file.path.to_string();
        let inside = address.run(path.clone());
        view! {
            <tr>
                <th scope="row"><a class="mono" href=inside>{path}</a></th>
                <td><span class=class>{word}</span></td>
                <td class="number">{size(file.before)}</td>
                <td class="number">{size(file.after)}</td>
            </tr>
        }
    });
    view! {
        <p>{if changed == 0 { "No files".to_owned() } else { units::plural(changed, "file") }} " " {differ(changed)} "; " {unchanged.to_string()} {if unchanged == 1 { " is" } else { " are" }} " the same."</p>
        {(changed > 0).then(|| view! {
            <div class="table-frame" tabindex="0" role="region" aria-label="Files that differ">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"File"</th>
                            <th scope="col">"Change"</th>
                            <th scope="col" class="number">"Size before"</th>
                            <th scope="col" class="number">"Size after"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        })}
        {(hidden > 0).then(|| view! { <p class="muted">{units::plural(hidden, "more file")} " " {differ(hidden)} "."</p> })}
    }
}

/// The verb for so many.
const fn differ(count: u64) -> &'static str {
    if count == 1 { "differs" } else { "differ" }
}

fn word(file: &FileChange) -> (&'static str, &'static str) {
    match (file.before, file.after) {
        (None, _) => ("added", "chip chip-good"),
        (Some(_), None) => ("removed", "chip chip-poor"),
        (Some(_), Some(_)) => ("changed", "chip chip-accent"),
    }
}

/// The metrics of both sides.
#[component]
pub fn ChangedMetrics(
    /// The metrics.
    metrics: Vec<MetricChange>,
) -> impl IntoView {
    if metrics.is_empty() {
        return view! { <p class="muted">"Neither revision has been scored yet."</p> }.into_any();
    }
    let score = |score: Option<f64>| score.map_or_else(|| "–".to_owned(), |score| format!("{score:.2}"));
    let rows = metrics.into_iter().map(|metric| {
        let change = metric.before.zip(metric.after).map(|(before, after)| after - before).filter(|change| change.abs() >= 0.005);
        view! {
            <tr>
                <th scope="row">{metric.name.title()}</th>
                <td class="number">{score(metric.before)}</td>
                <td class="number">{score(metric.after)}</td>
                <td class="number">{change.map(|change| format!("{change:+.2}"))}</td>
            </tr>
        }
    });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Metrics">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Metric"</th>
                        <th scope="col" class="number">"Before"</th>
                        <th scope="col" class="number">"After"</th>
                        <th scope="col" class="number">"Change"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What differs inside a file.
#[component]
pub fn FileDifference(
    /// The file.
    file: FileComparison,
) -> impl IntoView {
    match file.content {
        ContentComparison::Opaque { why } => view! { <p class="muted">{why}</p> }.into_any(),
        ContentComparison::Text { hunks, omitted } => view! {
            <div class="diff" tabindex="0" role="region" aria-label="Lines that differ">
                {hunks.into_iter().map(lines).collect_view()}
            </div>
            {(omitted > 0).then(|| view! { <p class="muted">{units::plural(omitted, "more line")} {if omitted == 1 { " is" } else { " are" }} " not shown."</p> })}
        }
        .into_any(),
        ContentComparison::Tensors { tensors, changed, unchanged } => view! {
            <p>
                {units::plural(changed, "tensor")} " " {differ(changed)} " in shape or type; " {unchanged.to_string()}
                {if unchanged == 1 { " has" } else { " have" }} " the same. Their values are not compared."
            </p>
            {(!tensors.is_empty()).then(|| view! { <Tensors tensors/> })}
        }
        .into_any(),
    }
}

fn lines(hunk: Hunk) -> AnyView {
    let rows = hunk.lines.into_iter().map(|line| {
        let (class, mark) = match (line.before, line.after) {
            (Some(_), Some(_)) => ("", " "),
            (Some(_), None) => ("diff-removed", "−"),
            (None, _) => ("diff-added", "+"),
        };
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        view! {
            <tr class=class>
                <td class="diff-number">{number(line.before)}</td>
                <td class="diff-number">{number(line.after)}</td>
                <td class="diff-text">{mark} {line.text}</td>
            </tr>
        }
    });
    view! { <table class="diff-hunk"><tbody>{rows.collect_view()}</tbody></table> }.into_any()
}

#[component]
fn Tensors(tensors: Vec<TensorChange>) -> impl IntoView {
    let form = |form: Option<TensorForm>| form.map_or_else(|| "–".to_owned(), |form| format!("{} {:?}", form.dtype, form.shape));
    let rows = tensors.into_iter().map(|tensor| {
        view! {
            <tr>
                <th scope="row"><code>{tensor.name}</code></th>
                <td class="mono">{form(tensor.before)}</td>
                <td class="mono">{form(tensor.after)}</td>
            </tr>
        }
    });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Tensors that differ">
            <table class="table">
                <thead>
                    <tr><th scope="col">"Tensor"</th><th scope="col">"Before"</th><th scope="col">"After"</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
