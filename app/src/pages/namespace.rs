//! `/:namespace`: the packages of a namespace, and for who manages it those that were deleted.

use domain::{
    NamespaceName,
    lifecycle::DeletedPackage,
    listing::{PackageSummary, Page},
    search::SearchParams,
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{nothing_here, path_param, query_param, some};
use crate::{
    Session,
    api::{lifecycle, packages},
    components::{
        deleted_packages::DeletedPackages,
        empty::Empty,
        error_view::{ErrorNotice, ErrorView},
        links::with_query,
        package_list::PackageList,
        pagination::Pagination,
    },
    error::AppError,
    loading::{load, once_loaded},
};

/// The packages of one owner, newest first.
#[component]
pub fn NamespacePage() -> impl IntoView {
    let (namespace, cursor, gone) = (path_param("namespace"), query_param("cursor"), query_param("deleted"));
    let session = Session::current();
    let found = load(move || (namespace.get(), cursor.get()), |(namespace, cursor)| list(namespace, cursor));
    let deleted =
        load(move || (namespace.get(), gone.get()), move |(namespace, cursor)| load_deleted(session, namespace, cursor));
    once_loaded(move || async move {
        let (found, deleted) = (found.await, deleted.await);
        match found {
            Ok((namespace, page)) => {
                let is_first = cursor.with_untracked(String::is_empty);
                let is_first_deleted = gone.with_untracked(String::is_empty);
                view! {
                    <Packages namespace=namespace.clone() page is_first/>
                    <Deleted namespace deleted is_first=is_first_deleted/>
                }
                .into_any()
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

/// The deleted packages that the visitor may bring back; none for who is not signed in.
async fn load_deleted(session: Session, namespace: String, cursor: String) -> Result<Page<DeletedPackage>, AppError> {
    let user = session.user.await.ok().flatten();
    if user.is_none_or(|user| user.must_change_password) {
        return Ok(Page { items: Vec::new(), next: None });
    }
    lifecycle::deleted_packages(namespace, some(&cursor)).await
}

/// What was deleted, and how it comes back; nothing when there is nothing.
#[component]
fn Deleted(namespace: NamespaceName, deleted: Result<Page<DeletedPackage>, AppError>, is_first: bool) -> impl IntoView {
    let address = format!("/{namespace}");
    let page = match deleted {
        Ok(page) if page.items.is_empty() && is_first => return ().into_any(),
        Ok(page) => page,
        Err(error) => return view! { <ErrorNotice error/> }.into_any(),
    };
    let next = page.next.map(|cursor| with_query(&address, &[("deleted", &cursor)]));
    view! {
        <section class="deleted-list" aria-labelledby="deleted-title">
            <h2 class="section-title" id="deleted-title">"Deleted"</h2>
            <p class="muted">"Nobody can find these any more. Until they are removed for good, they can be brought back as they were."</p>
            <DeletedPackages packages=page.items/>
            <Pagination what="deleted packages" first=(!is_first).then_some(address) next/>
        </section>
    }
    .into_any()
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
