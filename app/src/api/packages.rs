//! Searching and reading packages. `kind` is `model`, `dataset` or `code`; `at` is a ref or a revision id, `main` when empty.

use domain::{
    listing::{Brief, Card, ExistingPackage, HistoryEntry, PackageDetail, PackageSummary, Page, Scores, TreeEntry},
    search::{FacetCounts, SearchParams},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// Finds packages; all conditions hold at once, empty ones do not count.
#[server(prefix = "/rpc", endpoint = "search_packages", input = GetUrl)]
pub async fn search_packages(#[server(default)] params: SearchParams) -> Result<Page<PackageSummary>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.search_packages(&ssr::actor()?, &params.query()?).await)
}

/// Counts what the packages that a search finds have in common.
#[server(name = GetFacetCounts, prefix = "/rpc", endpoint = "facet_counts", input = GetUrl)]
pub async fn facet_counts(#[server(default)] params: SearchParams) -> Result<FacetCounts, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.facet_counts(&ssr::actor()?, &params.query()?.filters).await)
}

/// A package with its refs and the revision that `at` names.
#[server(prefix = "/rpc", endpoint = "package", input = GetUrl)]
pub async fn package(kind: String, namespace: String, name: String, at: Option<String>) -> Result<PackageDetail, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    ssr::respond(ssr::registry()?.package(&ssr::actor()?, &package, &at).await)
}

/// Whether there is a package of this name; not finding one is no error.
#[server(name = GetExistingPackage, prefix = "/rpc", endpoint = "existing_package", input = GetUrl)]
pub async fn existing_package(kind: String, namespace: String, name: String) -> Result<Option<ExistingPackage>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.existing_package(&ssr::actor()?, &package).await)
}

/// The card of a revision, rendered and sanitised; nothing when it has none.
#[server(name = GetCard, prefix = "/rpc", endpoint = "card", input = GetUrl)]
pub async fn card(kind: String, namespace: String, name: String, at: Option<String>) -> Result<Option<Card>, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    ssr::respond(ssr::registry()?.card(&ssr::actor()?, &package, &at).await)
}

/// What the folder `path` of a revision holds (the top when empty): folders first, then files, each by name.
#[server(prefix = "/rpc", endpoint = "tree", input = GetUrl)]
pub async fn tree(
    kind: String,
    namespace: String,
    name: String,
    at: Option<String>,
    path: Option<String>,
    cursor: Option<String>,
) -> Result<Page<TreeEntry>, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    let folder = ssr::folder(path.as_deref().unwrap_or_default())?;
    ssr::respond(ssr::registry()?.tree(&ssr::actor()?, &package, &at, folder.as_ref(), cursor.as_deref().into()).await)
}

/// The revisions of a package, newest first.
#[server(prefix = "/rpc", endpoint = "history", input = GetUrl)]
pub async fn history(
    kind: String,
    namespace: String,
    name: String,
    cursor: Option<String>,
) -> Result<Page<HistoryEntry>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.history(&ssr::actor()?, &package, cursor.as_deref().into()).await)
}

/// The newest report on a revision, and its newest job.
#[server(name = GetScores, prefix = "/rpc", endpoint = "scores", input = GetUrl)]
pub async fn scores(kind: String, namespace: String, name: String, at: Option<String>) -> Result<Scores, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    ssr::respond(ssr::registry()?.scores(&ssr::actor()?, &package, &at).await)
}

/// The newest report on a revision in brief; empty as long as there is none.
#[server(name = GetBrief, prefix = "/rpc", endpoint = "brief", input = GetUrl)]
pub async fn brief(kind: String, namespace: String, name: String, at: Option<String>) -> Result<Brief, AppError> {
    scores(kind, namespace, name, at).await.map(|scores| scores.report.map(Brief::from).unwrap_or_default())
}
