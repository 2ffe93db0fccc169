//! What the files of a revision say about themselves.

use domain::{
    report::{Facts, WeightFile},
    units,
};
use leptos::prelude::*;

/// A line of a list of facts: a name and its value. For use inside `<dl class="facts">`.
#[component]
pub fn Fact(
    /// The name.
    #[prop(into)]
    name: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// The facts of a report: what the headers of the weight files tell.
#[component]
pub fn FactsPanel(
    /// The facts.
    facts: Facts,
) -> impl IntoView {
    let Facts { files, bytes, weight_bytes, parameters, dtypes, weights, license, architecture } = facts;
    let dtypes = dtypes.into_iter().map(|(dtype, count)| {
        view! { <li class="chip chip-mono">{dtype} " " {units::count(count)}</li> }
    });
    let dtypes: Vec<_> = dtypes.collect();
    view! {
        <section class="panel" aria-labelledby="facts-title">
            <h2 class="panel-title" id="facts-title">"Facts"</h2>
            <dl class="facts facts-wide">
                <Fact name="Files">{units::plural(files, "file")} ", " {units::bytes(bytes)}</Fact>
                <Fact name="Weights">{units::bytes(weight_bytes)}</Fact>
                {parameters.map(|count| view! { <Fact name="Parameters">{units::count(count)}</Fact> })}
                {architecture.map(|name| view! { <Fact name="Architecture"><code>{name}</code></Fact> })}
                {license.map(|name| view! { <Fact name="Licence"><code>{name}</code></Fact> })}
                {(!dtypes.is_empty()).then(|| view! { <Fact name="Data types"><ul class="chip-row">{dtypes}</ul></Fact> })}
            </dl>
            {(!weights.is_empty()).then(|| view! { <WeightTable weights/> })}
        </section>
    }
}

#[component]
fn WeightTable(weights: Vec<WeightFile>) -> impl IntoView {
    let rows = weights.into_iter().map(|file| {
        let metadata = file.metadata.into_iter().map(|(key, value)| view! { <li><code>{key}</code> ": " {value}</li> });
        view! {
            <tr>
                <th scope="row"><code>{file.path.to_string()}</code><ul class="weight-metadata">{metadata.collect_view()}</ul></th>
                <td>{file.format}</td>
                <td class="number">{file.tensors.to_string()}</td>
                <td class="number">{file.parameters.map_or_else(|| "–".to_owned(), units::count)}</td>
            </tr>
        }
    });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Weight files">
            <table class="table">
                <caption>"Read from the headers of the weight files"</caption>
                <thead>
                    <tr>
                        <th scope="col">"File"</th>
                        <th scope="col">"Format"</th>
                        <th scope="col" class="number">"Tensors"</th>
                        <th scope="col" class="number">"Parameters"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
