//! `/`: searching and listing packages.

use domain::listing::{PackageSummary, Page};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{query_param, some};
use crate::{
    api::packages,
    components::{
        empty::{Empty, FirstPackage},
        error_view::ErrorNotice,
        logo::AssayMark,
        package_list::PackageList,
        pagination::Pagination,
        search_form::{SearchForm, SearchParams},
    },
    error::AppError,
    loading::{load, once_loaded},
    platform,
};

/// The home of the registry.
#[component]
pub fn HomePage() -> impl IntoView {
    let (text, kind, sort, cursor) = (query_param("q"), query_param("kind"), query_param("sort"), query_param("cursor"));
    let params = Memo::new(move |_| SearchParams { text: text.get(), kind: kind.get(), sort: sort.get(), cursor: cursor.get() });
    let found = load(move || params.get(), search);
    view! {
        <Title text="Packages"/>
        <div class="hero">
            <AssayMark/>
            <h1>"Models your team can rely on"</h1>
            <p class="lead">"Search the registry, read how every revision was scored and why, and pull it bit for bit."</p>
            <SearchForm params/>
        </div>
        {once_loaded(move || async move {
            let found = found.await;
            results(&params.get_untracked(), found)
        })}
    }
    .into_any()
}

async fn search(params: SearchParams) -> Result<Page<PackageSummary>, AppError> {
    let SearchParams { text, kind, sort, cursor } = params;
    packages::search_packages(some(&text), some(&kind), None, some(&sort), some(&cursor)).await
}

fn results(params: &SearchParams, found: Result<Page<PackageSummary>, AppError>) -> AnyView {
    match found {
        Err(error) => {
            platform::set_status(error.kind.status());
            view! { <ErrorNotice error/> }.into_any()
        }
        Ok(page) if page.items.is_empty() && params.is_everything() => view! { <FirstPackage/> }.into_any(),
        Ok(page) if page.items.is_empty() => view! {
            <Empty title="Nothing matches">
                <p>"No package has these words in its name or description. Use fewer or other words, or look at all kinds."</p>
                <a class="button" href="/">"Show all packages"</a>
            </Empty>
        }
        .into_any(),
        Ok(page) => {
            let first = (!params.cursor.is_empty()).then(|| params.address(""));
            let next = page.next.map(|cursor| params.address(&cursor));
            view! {
                <section aria-label="Packages found">
                    <PackageList packages=page.items/>
                    <Pagination what="packages" first next/>
                </section>
            }
            .into_any()
        }
    }
}
