//! The pages of one package: overview, files, versions, scores, lineage, jobs.

/// `…/compare`: two revisions side by side.
pub mod compare;
/// `…/tree/:rev/*path`: the files.
pub mod files;
/// `…/jobs`: the runs of the autograder.
pub mod jobs;
/// `…/lineage`: what it is made from.
pub mod lineage;
/// `…`: the card and the facts.
pub mod overview;
/// `…/scores`: every metric with its reasons.
pub mod scores;
/// `…/settings`: renaming, deleting, and the way back.
pub mod settings;
/// The package and the revision that an address names.
mod target;
/// `…/versions`: refs and history.
pub mod versions;

use domain::listing::PackageDetail;
use leptos::prelude::*;

use crate::{
    components::{
        error_view::ErrorView,
        package_header::{PackageHeader, Tab},
    },
    error::AppError,
};

/// A page of a package: its head and tabs, then `content`; or why there is none.
fn framed(tab: Tab, detail: Result<PackageDetail, AppError>, content: impl FnOnce(PackageDetail) -> AnyView) -> AnyView {
    match detail {
        Ok(detail) => view! {
            <PackageHeader detail=detail.clone() tab/>
            {content(detail)}
        }
        .into_any(),
        Err(error) => view! { <ErrorView error/> }.into_any(),
    }
}
