//! `/`: searching and listing packages.

use domain::{
    listing::{PackageSummary, Page},
    search::{FacetCounts, SearchParams},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::search_params;
use crate::{
    Session,
    api::packages,
    components::{
        empty::{Empty, FirstPackage},
        error_view::ErrorNotice,
        facet_list::FacetList,
        logo::AssayMark,
        package_list::PackageList,
        pagination::Pagination,
        search_chips::SearchChips,
        search_form::{SearchForm, address},
    },
    error::AppError,
    loading::{load, once_loaded},
    platform,
};

/// The home of the registry.
#[component]
pub fn HomePage() -> impl IntoView {
    let params = search_params();
    let found = load(move || params.get(), search);
    let session = Session::current();
    view! {
        <Title text="Packages"/>
        <div class="hero">
            <AssayMark/>
            <h1>"Models your team can rely on"</h1>
            <p class="lead">"Search the registry, read how every revision was scored and why, and pull it bit for bit."</p>
            <SearchForm params/>
            {move || view! { <SearchChips params=params.get()/> }}
        </div>
        {once_loaded(move || async move {
            let found = found.await;
            let is_known = session.user.await.is_ok_and(|user| user.is_some());
            results(&params.get_untracked(), found, is_known)
        })}
    }
    .into_any()
}

type Answer = (Page<PackageSummary>, FacetCounts);

async fn search(params: SearchParams) -> Result<Answer, AppError> {
    // the same on every page of a list: counted with the first
    let counts = async {
        if params.cursor.is_empty() { packages::facet_counts(params.clone()).await } else { Ok(FacetCounts::default()) }
    };
    Ok((packages::search_packages(params.clone()).await?, counts.await?))
}

fn results(params: &SearchParams, found: Result<Answer, AppError>, is_known: bool) -> AnyView {
    let asks_for_all = params.pairs().iter().all(|(name, _)| *name == "sort");
    match found {
        Err(error) => {
            platform::set_status(error.kind.status());
            view! { <ErrorNotice error/> }.into_any()
        }
        // an expression is compared with some packages a call: there may be others
        Ok((Page { items, next: Some(next) }, _)) if items.is_empty() => {
            let further = address(&at(params, next));
            view! {
                <Empty title="No match yet">
                    <p>"None of the packages that were compared so far matches the expression."</p>
                    <a class="button button-primary" href=further>"Look further"</a>
                </Empty>
            }
            .into_any()
        }
        Ok((page, _)) if page.items.is_empty() && !is_known => view! {
            <Empty title="Nothing public matches">
                <p>"Packages that are not public are found after signing in."</p>
                <a class="button button-primary" href="/sign-in">"Sign in"</a>
            </Empty>
        }
        .into_any(),
        Ok((page, _)) if page.items.is_empty() && asks_for_all => view! { <FirstPackage/> }.into_any(),
        Ok((page, _)) if page.items.is_empty() => view! {
            <Empty title="Nothing matches">
                <p>"No package fulfils all of these conditions. Use fewer or other words, or fewer filters."</p>
                <a class="button" href="/">"Show all packages"</a>
            </Empty>
        }
        .into_any(),
        Ok((page, counts)) => {
            let first = (!params.cursor.is_empty()).then(|| address(&at(params, String::new())));
            let next = page.next.map(|cursor| address(&at(params, cursor)));
            view! {
                <div class="found">
                    <section aria-label="Packages found">
                        <PackageList packages=page.items/>
                        <Pagination what="packages" first next/>
                    </section>
                    {params.cursor.is_empty().then(|| view! { <FacetList counts params=params.clone()/> })}
                </div>
            }
            .into_any()
        }
    }
}

/// The same search, from another place in the list.
fn at(params: &SearchParams, cursor: String) -> SearchParams {
    SearchParams { cursor, ..params.clone() }
}
