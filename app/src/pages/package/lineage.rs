//! `…/lineage`: what a package is made from, what is made from it, what that weighs.

use domain::{
    PackageKind,
    lineage::{Cost, Graph},
    listing::PackageDetail,
    units,
};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::lineage::{self, AddLineage, RemoveLineage},
    components::{
        empty::Empty,
        error_view::ErrorNotice,
        facts::Fact,
        lineage_graph::LineageGraph,
        lineage_table::{LineageForm, LineageTable},
        package_header::Tab,
    },
    error::{AppError, failure_of},
    loading::{load, once_loaded},
};

/// The lineage of a package, as a graph and as a table.
#[component]
pub fn LineagePage() -> impl IntoView {
    let target = use_target(RevisionIn::Nowhere);
    let add = ServerAction::<AddLineage>::new();
    let remove = ServerAction::<RemoveLineage>::new();
    // a name that was refused stays in its field to be mended: nothing is loaded anew then
    let changes = Memo::new(move |before: Option<&usize>| {
        let is_done = [add.value().get(), remove.value().get()].into_iter().flatten().any(|answer| answer.is_ok());
        let versions = add.version().get() + remove.version().get();
        if is_done { versions } else { before.copied().unwrap_or_default() }
    });
    let detail = load(move || target.get(), load_package);
    let graph = load(move || (target.get(), changes.get()), |(target, _)| load_graph(target));
    let cost = load(move || (target.get(), changes.get()), |(target, _)| load_cost(target));
    once_loaded(move || async move {
        let (detail, graph, cost) = (detail.await, graph.await, cost.await);
        framed(Tab::Lineage, detail, |detail| view! { <Lineage detail graph cost add remove/> }.into_any())
    })
}

async fn load_graph(target: Target) -> Result<Graph, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    lineage::lineage(kind, namespace, name).await
}

async fn load_cost(target: Target) -> Result<Cost, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    lineage::cost(kind, namespace, name, None).await
}

#[component]
fn Lineage(
    detail: PackageDetail,
    graph: Result<Graph, AppError>,
    cost: Result<Cost, AppError>,
    add: ServerAction<AddLineage>,
    remove: ServerAction<RemoveLineage>,
) -> impl IntoView {
    let PackageDetail { package, may_write, .. } = detail;
    let graph = match graph {
        Ok(graph) => graph,
        Err(error) => return view! { <ErrorNotice error/> }.into_any(),
    };
    let (is_empty, is_complete, elsewhere) = (graph.links.is_empty(), graph.is_complete, graph.elsewhere());
    let refused = failure_of(remove.value());
    let form = may_write.then(|| view! { <LineageForm package=package.clone() add/> });
    let shown = if is_empty {
        view! { <NoLineage kind=package.kind may_write/> }.into_any()
    } else {
        view! {
            <LineageGraph graph=graph.clone()/>
            {(!is_complete).then(|| view! {
                <p class="notice">"There is more: what is nearest is shown. Open one of its packages to see what is around that."</p>
            })}
            {move || refused().map(|error| view! { <ErrorNotice error/> })}
            <LineageTable package graph remove=may_write.then_some(remove)/>
        }
        .into_any()
    };
    let weight = cost.ok().map(|cost| view! { <Weight cost elsewhere/> });
    view! {
        <div class="lineage">
            <section class="lineage-around" aria-labelledby="lineage-title">
                <h2 class="section-title" id="lineage-title">"Lineage"</h2>
                {shown}
            </section>
            {weight}
            {form}
        </div>
    }
    .into_any()
}

/// What fills the page.
#[component]
fn NoLineage(kind: PackageKind, may_write: bool) -> impl IntoView {
    let from_files = (kind == PackageKind::Model).then(|| {
        view! {
            <p>
                "Name them in the head of the card, as " <code>"base_model"</code> ", " <code>"base_model_relation"</code> " and "
                <code>"datasets"</code> ", and upload it: a revision of " <code>"main"</code> " is read when it comes in. Where the card says nothing, "
                <code>"adapter_config.json"</code> " and " <code>"config.json"</code> " may."
            </p>
        }
    });
    view! {
        <Empty title="No lineage yet">
            <p>"Lineage tells what a package is made from: other packages, the data that it learnt from, the code that it needs."</p>
            {from_files}
            {may_write.then(|| view! { <p>"Or say it below."</p> })}
        </Empty>
    }
}

/// What the package weighs.
#[component]
fn Weight(cost: Cost, elsewhere: usize) -> impl IntoView {
    let Cost { alone, with_ancestors, ancestors, is_complete } = cost;
    let counted = units::plural(ancestors, "package");
    view! {
        <section class="panel" aria-labelledby="weight-title">
            <h2 class="panel-title" id="weight-title">"What it weighs"</h2>
            <dl class="facts">
                <Fact name="Alone">{units::bytes(alone)}</Fact>
                <Fact name=format!("With {counted} that it is made from")>{units::bytes(with_ancestors)}</Fact>
            </dl>
            <p class="field-hint">
                "At the heads of main; the same content is counted once."
                {(elsewhere > 0).then(|| format!(" {} elsewhere, of unknown weight.", units::plural(elsewhere as u64, "name")))}
                {(!is_complete).then_some(" There is more than could be counted.")}
            </p>
        </section>
    }
}
