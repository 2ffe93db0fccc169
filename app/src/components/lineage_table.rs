//! The lineage of a package as a table of sentences: the same as the graph, for everybody; and how to change it.

use domain::{
    PackageRef,
    lineage::{Graph, Link, Node, Origin, Relation},
};
use leptos::prelude::*;

use super::{error_view::ErrorNotice, package_list::kind_title};
use crate::{
    api::lineage::{AddLineage, RemoveLineage},
    error::failure_of,
};

/// Every edge of a graph, a row each.
#[component]
pub fn LineageTable(
    /// The package.
    package: PackageRef,
    /// What is around it.
    graph: Graph,
    /// Takes back one of the package's own edges, when the acting user may.
    remove: Option<ServerAction<RemoveLineage>>,
) -> impl IntoView {
    let Graph { nodes, links, .. } = graph;
    let node = |place: u32| nodes.get(place as usize).cloned();
    let rows = links.into_iter().filter_map(|link| {
        let (from, to) = (node(link.from)?, node(link.to)?);
        let removal = remove.filter(|_| link.from == 0).map(|remove| removal(&package, link, &to, remove));
        Some(view! {
            <tr>
                <th scope="row">{node_view(&from)}</th>
                <td class="fit">{link.relation.words()}</td>
                <td>{node_view(&to)}</td>
                <td class="fit">{told_by(link.origin)}</td>
                {remove.is_some().then(|| view! { <td class="fit">{removal}</td> })}
            </tr>
        })
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Lineage">
            <table class="table lineage-table">
                <thead>
                    <tr>
                        <th scope="col">"Package"</th>
                        <th scope="col">"Relation"</th>
                        <th scope="col">"To"</th>
                        <th scope="col">"Told by"</th>
                        {remove.is_some().then(|| view! { <th scope="col"><span class="visually-hidden">"Change"</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn node_view(node: &Node) -> AnyView {
    let (name, kind) = (node.name.to_string(), kind_title(node.kind));
    match node.package() {
        Some(package) => view! { <a class="mono" href=package.page()>{name}</a> " " <span class="chip">{kind}</span> }.into_any(),
        None => {
            view! { <span class="mono">{name}</span> " " <span class="chip">{kind}</span> " " <span class="muted">"not here"</span> }
                .into_any()
        }
    }
}

const fn told_by(origin: Origin) -> &'static str {
    match origin {
        Origin::Files => "its files",
        Origin::Hand => "somebody",
    }
}

/// Taking back takes two steps, with and without JavaScript: unfold, then confirm.
fn removal(package: &PackageRef, link: Link, to: &Node, remove: ServerAction<RemoveLineage>) -> AnyView {
    let fields = hidden(package);
    let (target, what) = (to.name.to_string(), format!("{} {}", link.relation.words(), to.name));
    let warning = match link.origin {
        Origin::Files => "It stays away, also when the files say it again.",
        Origin::Hand => "It can be added again.",
    };
    view! {
        <details class="lineage-removal">
            <summary class="button button-small">"Remove" <span class="visually-hidden">" " {what}</span></summary>
            <p class="muted">{warning}</p>
            <ActionForm action=remove>
                {fields}
                <input type="hidden" name="relation" value=link.relation.as_str()/>
                <input type="hidden" name="target" value=target/>
                <button type="submit" class="button button-small button-danger" disabled=remove.pending()>"Remove it"</button>
            </ActionForm>
        </details>
    }
    .into_any()
}

/// The form that says what a package is made from.
#[component]
pub fn LineageForm(
    /// The package.
    package: PackageRef,
    /// Adds an edge.
    add: ServerAction<AddLineage>,
) -> impl IntoView {
    let fields = hidden(&package);
    let failure = failure_of(add.value());
    let options = Relation::of_kind(package.kind)
        .map(|relation| view! { <option value=relation.as_str()>{relation.words()}</option> })
        .collect_view();
    view! {
        <section class="panel lineage-form" aria-labelledby="lineage-form-title">
            <h2 class="panel-title" id="lineage-form-title">"Add what it is made from"</h2>
            {move || failure().map(|error| view! { <ErrorNotice error/> })}
            <ActionForm action=add attr:class="lineage-form-row">
                {fields}
                <div class="field">
                    <label for="lineage-relation">"It is"</label>
                    <select id="lineage-relation" name="relation">{options}</select>
                </div>
                <div class="field">
                    <label for="lineage-target">"Package"</label>
                    <input
                        id="lineage-target"
                        name="target"
                        required
                        maxlength="200"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="namespace/name"
                        aria-describedby="lineage-target-hint"
                    />
                </div>
                <button type="submit" class="button button-primary" disabled=add.pending()>"Add"</button>
                <p class="field-hint" id="lineage-target-hint">
                    "It need not be here: the name becomes a link as soon as it is. What is added by hand stays when new files are uploaded."
                </p>
            </ActionForm>
        </section>
    }
}

/// The package, as fields of a form.
fn hidden(package: &PackageRef) -> AnyView {
    view! {
        <input type="hidden" name="kind" value=package.kind.as_str()/>
        <input type="hidden" name="namespace" value=package.namespace.to_string()/>
        <input type="hidden" name="name" value=package.name.to_string()/>
    }
    .into_any()
}
