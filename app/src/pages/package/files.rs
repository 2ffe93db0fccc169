//! `…/tree/:rev/*path`: the files.

use domain::{
    listing::{PackageDetail, Page, TreeEntry},
    units,
};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::packages,
    components::{
        error_view::ErrorNotice,
        files::{Breadcrumbs, FileTable},
        links::with_query,
        package_header::Tab,
        pagination::Pagination,
    },
    error::AppError,
    loading::{load, once_loaded},
    pages::params::{path_param, query_param, some},
};

/// Which folder is shown, and where in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    path: String,
    cursor: String,
}

/// A folder of a revision.
#[component]
pub fn FilesPage() -> impl IntoView {
    let target = use_target(RevisionIn::Path);
    let (path, cursor) = (path_param("path"), query_param("cursor"));
    let place = Memo::new(move |_| Place { path: path.with(|path| path.trim_matches('/').to_owned()), cursor: cursor.get() });
    let detail = load(move || target.get(), load_package);
    let tree = load(move || (target.get(), place.get()), |(target, place)| load_tree(target, place));
    once_loaded(move || async move {
        let (detail, tree) = (detail.await, tree.await);
        let place = place.get_untracked();
        framed(Tab::Files, detail, |detail| view! { <Files detail tree place/> }.into_any())
    })
}

async fn load_tree(target: Target, place: Place) -> Result<Page<TreeEntry>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    packages::tree(kind, namespace, name, target.at, some(&place.path), some(&place.cursor)).await
}

#[component]
fn Files(detail: PackageDetail, tree: Result<Page<TreeEntry>, AppError>, place: Place) -> impl IntoView {
    let PackageDetail { package, at, revision, .. } = detail;
    let page = match tree {
        Ok(page) => page,
        Err(error) => return view! { <ErrorNotice error/> }.into_any(),
    };
    let address = package.tree_page(&at, &place.path);
    let next = page.next.map(|cursor| with_query(&address, &[("cursor", &cursor)]));
    let first = (!place.cursor.is_empty()).then_some(address);
    view! {
        <section class="files" aria-label="Files">
            <div class="files-head">
                <Breadcrumbs package=package.clone() at=at.clone() path=place.path/>
                <p class="muted">{units::plural(revision.files, "file")} ", " {units::bytes(revision.bytes)} " in the revision"</p>
                <a class="button button-small" href=package.archive_url(&at) download="">"Download all as zip"</a>
            </div>
            <FileTable package at entries=page.items/>
            <Pagination what="files" first next/>
        </section>
    }
    .into_any()
}
