//! What the packages found have in common, with links that narrow the search down or widen it again.

use domain::search::{Facet, FacetCounts, SearchParams};
use leptos::prelude::*;

use super::search_form::address;

/// The facets of a search.
#[component]
pub fn FacetList(
    /// The counts.
    counts: FacetCounts,
    /// The search that they belong to.
    params: SearchParams,
) -> impl IntoView {
    if counts.counted == 0 {
        // an expression is compared with some packages a call: what is further back is not counted
        return (!counts.is_complete)
            .then(|| view! {
                <aside class="facets" aria-label="Narrow down">
                    <p class="muted">"Not counted: the expression was not compared with all packages yet."</p>
                </aside>
            })
            .into_any();
    }
    let groups = [
        group("Kind", counts.kinds, &params, |params| &mut params.kind),
        group("Task", counts.tasks, &params, |params| &mut params.task),
        group("Library", counts.libraries, &params, |params| &mut params.library),
        group("Licence", counts.licenses, &params, |params| &mut params.license),
        group("Topic", counts.topics, &params, |params| &mut params.topic),
        group("Namespace", counts.namespaces, &params, |params| &mut params.namespace),
        group("Verdict", counts.verdicts, &params, |params| &mut params.verdict),
    ];
    let counted = if counts.is_complete {
        format!("{} found", packages(counts.counted))
    } else {
        format!("counted over the newest {}", packages(counts.counted))
    };
    view! {
        <aside class="facets" aria-label="Narrow down">
            <p class="muted">{counted}</p>
            {groups.collect_view()}
        </aside>
    }
    .into_any()
}

fn packages(count: u64) -> String {
    if count == 1 { "1 package".to_owned() } else { format!("{count} packages") }
}

fn group(title: &'static str, facets: Vec<Facet>, params: &SearchParams, field: fn(&mut SearchParams) -> &mut String) -> AnyView {
    if facets.is_empty() {
        return ().into_any();
    }
    let links = facets.into_iter().map(|facet| {
        let mut narrowed = SearchParams { cursor: String::new(), ..params.clone() };
        let chosen = field(&mut narrowed);
        let is_chosen = chosen.eq_ignore_ascii_case(&facet.value);
        *chosen = if is_chosen { String::new() } else { facet.value.clone() };
        view! {
            <li>
                <a href=address(&narrowed) aria-current=is_chosen.then_some("true")>
                    <span class="facet-value">{facet.value}</span>
                    <span class="facet-count">{facet.packages}</span>
                </a>
            </li>
        }
    });
    view! {
        <section class="facet">
            <h2>{title}</h2>
            <ul>{links.collect_view()}</ul>
        </section>
    }
    .into_any()
}
