//! `/:namespace`: the packages of a namespace.

use domain::{
    NamespaceName,
    listing::{PackageSummary, Page},
    search::SearchParams,
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{nothing_here, path_param, query_param};
use crate::{
    Session,
    api::packages,
    components::{empty::Empty, error_view::ErrorView, links::with_query, package_list::PackageList, pagination::Pagination},
    error::AppError,
    loading::{load, once_loaded},
};

/// The packages of one owner, newest first.
#[component]
pub fn NamespacePage() -> impl IntoView {
    let (namespace, cursor) = (path_param("namespace"), query_param("cursor"));
    let found = load(move || (namespace.get(), cursor.get()), |(namespace, cursor)| list(namespace, cursor));
    once_loaded(move || async move {
        match found.await {
            Ok((namespace, page)) => {
                let is_first = cursor.with_untracked(String::is_empty);
                view! { <Packages namespace page is_first/> }.into_any()
            }
            Err(error) => view! { <ErrorView error/> }.into_any(),
        }
    })
}

async fn list(namespace: String, cursor: String) -> Result<(NamespaceName, Page<PackageSummary>), AppError> {
    let namespace: NamespaceName = namespace.parse().map_err(|_| nothing_here())?;
    let page =
        packages::search_packages(SearchParams { namespace: namespace.to_string(), cursor, ..SearchParams::default() }).await?;
    Ok((namespace, page))
}

#[component]
fn Packages(namespace: NamespaceName, page: Page<PackageSummary>, is_first: bool) -> impl IntoView {
    let address = format!("/{namespace}");
    let next = page.next.map(|cursor| with_query(&address, &[("cursor", &cursor)]));
    let first = (!is_first).then_some(address);
    let list = if page.items.is_empty() {
        view! {
            <Empty title="No packages here">
                <p>"Nothing was uploaded to this namespace yet, or nothing that you may see."</p>
                <a class="button button-primary" href="/upload">"Upload a package"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! { <PackageList packages=page.items/> }.into_any()
    };
    view! {
        <Title text=namespace.to_string()/>
        <div class="page-head">
            <p class="eyebrow">"Namespace"</p>
            <h1>{namespace.to_string()}</h1>
            <MembersLink namespace=namespace.clone()/>
        </div>
        {list}
        <Pagination what="packages" first next/>
    }
}

/// Leads whoever is signed in to the members; those without a right learn there that there is nothing for them.
#[component]
fn MembersLink(namespace: NamespaceName) -> impl IntoView {
    let session = Session::current();
    view! {
        <Transition>
            {move || {
                let address = format!("/organisations/{namespace}");
                Suspend::new(async move {
                    let is_known = session.user.await.is_ok_and(|user| user.is_some());
                    is_known.then(|| view! { <p><a href=address>"Members"</a></p> })
                })
            }}
        </Transition>
    }
}
