//! Packages in a list.

use domain::{PackageKind, listing::PackageSummary, units};
use leptos::prelude::*;

use super::{moment::Moment, score::ScoreBadge};

/// The word for a kind on a chip.
#[must_use]
pub const fn kind_title(kind: PackageKind) -> &'static str {
    match kind {
        PackageKind::Model => "Model",
        PackageKind::Dataset => "Dataset",
        PackageKind::Code => "Code",
    }
}

/// The packages that a search found.
#[component]
pub fn PackageList(
    /// The packages, in their order.
    packages: Vec<PackageSummary>,
) -> impl IntoView {
    view! { <ul class="package-list">{packages.into_iter().map(|package| view! { <PackageItem summary=package/> }).collect_view()}</ul> }
}

#[component]
fn PackageItem(summary: PackageSummary) -> impl IntoView {
    let PackageSummary { package, description, version, score, downloads, updated_at } = summary;
    view! {
        <li class="package-item">
            <div class="package-item-text">
                <h2 class="package-name">
                    <a href=package.page()>
                        <span class="package-namespace">{package.namespace.to_string()} "/"</span>
                        <wbr/>
                        {package.name.to_string()}
                    </a>
                </h2>
                {(!description.is_empty()).then(|| view! { <p class="package-description">{description}</p> })}
                <p class="package-meta">
                    <span class="chip">{kind_title(package.kind)}</span>
                    {version.map(|version| view! { <span class="chip chip-mono">{version}</span> })}
                    <span class="muted">"Updated " <Moment at=updated_at/></span>
                    {(downloads > 0).then(|| view! { <span class="muted">{units::plural(downloads, "download")}</span> })}
                </p>
            </div>
            <ScoreBadge score/>
        </li>
    }
}
