//! `…/versions`: refs and history.

use domain::listing::{HistoryEntry, PackageDetail, Page};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::packages,
    components::{
        error_view::ErrorNotice,
        history::{History, RefTable},
        links::with_query,
        package_header::Tab,
        pagination::Pagination,
    },
    error::AppError,
    loading::{load, once_loaded},
    pages::params::{query_param, some},
};

/// The names that point at revisions, and all revisions.
#[component]
pub fn VersionsPage() -> impl IntoView {
    let target = use_target(RevisionIn::Nowhere);
    let cursor = query_param("cursor");
    let detail = load(move || target.get(), load_package);
    let history = load(move || (target.get(), cursor.get()), |(target, cursor)| load_history(target, cursor));
    once_loaded(move || async move {
        let (detail, history) = (detail.await, history.await);
        let is_first = cursor.with_untracked(String::is_empty);
        framed(Tab::Versions, detail, |detail| view! { <Versions detail history is_first/> }.into_any())
    })
}

async fn load_history(target: Target, cursor: String) -> Result<Page<HistoryEntry>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    packages::history(kind, namespace, name, some(&cursor)).await
}

#[component]
fn Versions(detail: PackageDetail, history: Result<Page<HistoryEntry>, AppError>, is_first: bool) -> impl IntoView {
    let package = detail.package;
    let address = Tab::Versions.address(&package, "");
    let history = match history {
        Ok(page) => {
            let next = page.next.map(|cursor| with_query(&address, &[("cursor", &cursor)]));
            view! {
                <History package=package.clone() entries=page.items/>
                <Pagination what="the history" first=(!is_first).then_some(address) next/>
            }
            .into_any()
        }
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
    };
    view! {
        <div class="versions">
            {is_first.then(|| view! {
                <section aria-labelledby="refs-title">
                    <h2 class="section-title" id="refs-title">"Versions and branches"</h2>
                    <RefTable package refs=detail.refs/>
                </section>
            })}
            <section aria-labelledby="history-title">
                <h2 class="section-title" id="history-title">"History"</h2>
                {history}
            </section>
        </div>
    }
}
