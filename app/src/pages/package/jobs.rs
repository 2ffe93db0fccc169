//! `…/jobs`: the runs of the autograder.

use domain::{
    job::Job,
    listing::{PackageDetail, Page},
};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::jobs,
    components::{
        empty::Empty, error_view::ErrorNotice, job_card::JobCard, links::with_query, package_header::Tab, pagination::Pagination,
    },
    error::AppError,
    loading::{load, once_loaded},
    pages::params::{query_param, some},
};

/// The jobs of a package, newest first; those that have not ended are followed.
#[component]
pub fn JobsPage() -> impl IntoView {
    let target = use_target(RevisionIn::Nowhere);
    let cursor = query_param("cursor");
    let detail = load(move || target.get(), load_package);
    let jobs = load(move || (target.get(), cursor.get()), |(target, cursor)| load_jobs(target, cursor));
    // the badge at the head comes from the package
    let ended = Callback::new(move |()| {
        detail.refetch();
        jobs.refetch();
    });
    once_loaded(move || async move {
        let (detail, jobs) = (detail.await, jobs.await);
        let is_first = cursor.with_untracked(String::is_empty);
        framed(Tab::Jobs, detail, |detail| view! { <Jobs detail jobs is_first ended/> }.into_any())
    })
}

async fn load_jobs(target: Target, cursor: String) -> Result<Page<Job>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    jobs::jobs(kind, namespace, name, some(&cursor)).await
}

#[component]
fn Jobs(detail: PackageDetail, jobs: Result<Page<Job>, AppError>, is_first: bool, ended: Callback<()>) -> impl IntoView {
    let (package, may_cancel) = (detail.package, detail.may_write);
    let page = match jobs {
        Ok(page) => page,
        Err(error) => return view! { <ErrorNotice error/> }.into_any(),
    };
    if page.items.is_empty() {
        return view! {
            <Empty title="No jobs">
                <p>"A job is queued with every revision. It reads the files, scores them, and keeps its log here."</p>
            </Empty>
        }
        .into_any();
    }
    let address = Tab::Jobs.address(&package, "");
    let next = page.next.map(|cursor| with_query(&address, &[("cursor", &cursor)]));
    let first = (!is_first).then_some(address);
    let cards = page.items.into_iter().map(|job| view! { <li><JobCard package=package.clone() job may_cancel ended/></li> });
    view! {
        <section aria-labelledby="jobs-title">
            <h2 class="section-title" id="jobs-title">"Jobs"</h2>
            <ul class="jobs">{cards.collect_view()}</ul>
            <Pagination what="jobs" first next/>
        </section>
    }
    .into_any()
}
