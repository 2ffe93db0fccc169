//! `…/compare?base=…&head=…[&path=…]`: two revisions side by side.

use domain::{
    compare::{Comparison, FileComparison},
    listing::PackageDetail,
    refs::DEFAULT_BRANCH,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::compare,
    components::{
        compare::{ChangedFiles, ChangedMetrics, FileDifference},
        error_view::ErrorNotice,
        links::compare_address,
        package_form::TextField,
        package_header::Tab,
        revision_picker::RefSuggestions,
    },
    error::AppError,
    loading::{load, once_loaded},
    pages::params::{query_param, some},
};

/// What the page shows: the whole comparison, or that of one file.
#[derive(Clone, Serialize, Deserialize)]
enum Shown {
    Revisions(Comparison),
    File(FileComparison),
}

/// Two revisions of a package side by side.
#[component]
pub fn ComparePage() -> impl IntoView {
    let target = use_target(RevisionIn::Nowhere);
    let (base, head, path) = (query_param("base"), query_param("head"), query_param("path"));
    let detail = load(move || target.get(), load_package);
    let shown = load(move || (target.get(), base.get(), head.get(), path.get()), load_comparison);
    once_loaded(move || async move {
        let (detail, shown) = (detail.await, shown.await);
        let sides = (base.get_untracked(), head.get_untracked());
        framed(Tab::Versions, detail, |detail| view! { <Compare detail sides shown/> }.into_any())
    })
}

async fn load_comparison((target, base, head, path): (Target, String, String, String)) -> Result<Shown, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    if path.is_empty() {
        return compare::compare(kind, namespace, name, some(&base), some(&head)).await.map(Shown::Revisions);
    }
    compare::compare_file(kind, namespace, name, some(&base), some(&head), path).await.map(Shown::File)
}

#[component]
fn Compare(detail: PackageDetail, sides: (String, String), shown: Result<Shown, AppError>) -> impl IntoView {
    let PackageDetail { package, refs, .. } = detail;
    let or_main = |side: String| if side.is_empty() { DEFAULT_BRANCH.to_owned() } else { side };
    let (base, head) = (or_main(sides.0), or_main(sides.1));
    let picker = format!("{}/compare", package.page());
    let whole = compare_address(&package, &base, &head, "");
    let address = {
        let (base, head) = (base.clone(), head.clone());
        Callback::new(move |path: String| compare_address(&package, &base, &head, &path))
    };
    let content = match shown {
        Ok(Shown::Revisions(comparison)) => {
            let metrics = comparison.metrics.clone();
            view! {
                <section aria-labelledby="files-title">
                    <h3 class="section-title" id="files-title">"Files"</h3>
                    <ChangedFiles comparison address/>
                </section>
                <section aria-labelledby="metrics-title">
                    <h3 class="section-title" id="metrics-title">"Metrics"</h3>
                    <ChangedMetrics metrics/>
                </section>
            }
            .into_any()
        }
        Ok(Shown::File(file)) => view! {
            <section aria-labelledby="file-title">
                <h3 class="section-title" id="file-title"><code>{file.change.path.to_string()}</code></h3>
                <p><a href=whole>"All files"</a></p>
                <FileDifference file/>
            </section>
        }
        .into_any(),
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
    };
    view! {
        <div class="versions">
            <section aria-labelledby="compare-title">
                <h2 class="section-title" id="compare-title">"Compare " <code>{base.clone()}</code> " with " <code>{head.clone()}</code></h2>
                <form method="get" action=picker class="compare-picker">
                    <TextField label="Before" name="base" value=base list="refs-of-package"/>
                    <TextField label="After" name="head" value=head list="refs-of-package"/>
                    <button type="submit" class="button">"Compare"</button>
                </form>
                <RefSuggestions refs/>
            </section>
            {content}
        </div>
    }
}
