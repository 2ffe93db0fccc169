//! What of a revision can be downloaded, and how much it is.

use domain::{
    PackageKind,
    component::{Component, ComponentSize},
    listing::PackageDetail,
    units,
};
use leptos::prelude::*;

use super::empty::Command;

/// The downloads of a revision: everything, and each component that is not empty.
#[component]
pub fn Downloads(
    /// The package with the revision.
    detail: PackageDetail,
    /// How much each component is.
    sizes: Vec<ComponentSize>,
) -> impl IntoView {
    let PackageDetail { package, at, revision, .. } = detail;
    let kind = match package.kind {
        PackageKind::Model => String::new(),
        other @ (PackageKind::Dataset | PackageKind::Code) => format!("--kind {other} "),
    };
    let command = format!("model-registry export {kind}{}@{at} FOLDER", package.full_name());
    let (archive, files) = (package.archive_url(&at), package.tree_page(&at, ""));
    let parts = sizes.into_iter().filter(|size| size.component != Component::Whole && size.files > 0).map(|size| {
        view! {
            <li>
                <a href=package.component_url(&at, size.component) download="">{size.component.title()}</a>
                <span class="muted" title=units::plural(size.files, "file")>{units::bytes(size.bytes)}</span>
            </li>
        }
    });
    let parts: Vec<_> = parts.collect();
    view! {
        <section class="panel downloads" aria-labelledby="downloads-title">
            <h2 class="panel-title" id="downloads-title">"Download"</h2>
            <a class="button button-primary button-wide" href=archive download="">"Download all as zip"</a>
            <a class="button button-wide" href=files>
                {units::plural(revision.files, "file")} ", " {units::bytes(revision.bytes)}
            </a>
            {(!parts.is_empty()).then(|| view! {
                <h3 class="downloads-parts-title" id="downloads-parts-title">"Only a part, as zip"</h3>
                <ul class="downloads-parts" aria-labelledby="downloads-parts-title">{parts}</ul>
            })}
            <details>
                <summary>"On the registry's machine"</summary>
                <Command line=command/>
            </details>
        </section>
    }
}
