//! Packages: found, read, browsed.

use axum::extract::State;
use domain::search::SearchQuery;
use registry::Registry;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    input::{Json, PackagePath, Paging, Path, Query, RevisionPath},
    model::{Card, HistoryEntry, Package, PackageDetail, Page, Ref, Scores, TreeEntry},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// What is searched for; all conditions hold at once.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Words of names and descriptions; each may be the beginning of one.
    q: Option<String>,
    /// `model`, `dataset` or `code`.
    kind: Option<String>,
    /// A user or an organisation.
    namespace: Option<String>,
    /// `newest` (the default) or `score`.
    sort: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many at once: 1 to 100, 20 when nothing.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Finds packages.
#[utoipa::path(get, path = "/packages", tag = "packages", params(Search), responses((status = 200, body = Page<Package>), Refused))]
pub(super) async fn search(
    State(registry): State<Registry>,
    acting: Acting,
    Query(search): Query<Search>,
) -> Result<Json<Page<Package>>, RouteError> {
    let query = SearchQuery {
        text: search.q.unwrap_or_default(),
        kind: search.kind.map(|kind| kind.parse()).transpose()?,
        namespace: search.namespace.map(|namespace| namespace.parse()).transpose()?,
        sort: search.sort.map(|sort| sort.parse()).transpose()?.unwrap_or_default(),
        cursor: search.cursor,
        limit: search.limit,
    };
    Ok(Json(Page::of(registry.search_packages(acting.actor()?, &query).await?)))
}

/// A package with the head of `main`.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}", tag = "packages", params(PackagePath), responses((status = 200, body = PackageDetail), Refused))]
pub(super) async fn package(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<Json<PackageDetail>, RouteError> {
    let detail = registry.package(acting.actor()?, &path.package()?, &domain::refs::RevisionSpec::main()).await?;
    Ok(Json(detail.into()))
}

/// The names that point at revisions: branches, aliases, the newest 200 versions, the highest first.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/refs", tag = "packages", params(PackagePath), responses((status = 200, body = Vec<Ref>), Refused))]
pub(super) async fn refs(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<Json<Vec<Ref>>, RouteError> {
    let refs = registry.refs(acting.actor()?, &path.package()?).await?;
    Ok(Json(refs.into_iter().map(Into::into).collect()))
}

/// The revisions of a package, newest first.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/revisions", tag = "packages", params(PackagePath, Paging), responses((status = 200, body = Page<HistoryEntry>), Refused))]
pub(super) async fn revisions(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<HistoryEntry>>, RouteError> {
    Ok(Json(Page::of(registry.history(acting.actor()?, &path.package()?, paging.cursor.as_deref()).await?)))
}

/// A package with one of its revisions.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/revisions/{revision}", tag = "packages", params(RevisionPath), responses((status = 200, body = PackageDetail), Refused))]
pub(super) async fn revision(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
) -> Result<Json<PackageDetail>, RouteError> {
    let (package, revision) = path.revision()?;
    Ok(Json(registry.package(acting.actor()?, &package, &revision).await?.into()))
}

/// Which folder of a revision is listed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Folder {
    /// The folder; the top when nothing.
    path: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What a folder of a revision holds: folders first, then files, each by name.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/tree/{revision}", tag = "packages", params(RevisionPath, Folder), responses((status = 200, body = Page<TreeEntry>), Refused))]
pub(super) async fn tree(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
    Query(folder): Query<Folder>,
) -> Result<Json<Page<TreeEntry>>, RouteError> {
    let (package, revision) = path.revision()?;
    let folder_path = folder.path.unwrap_or_default();
    let page = registry.tree(acting.actor()?, &package, &revision, &folder_path, folder.cursor.as_deref()).await?;
    Ok(Json(Page::of(page)))
}

/// The card of a revision; `null` when it has none.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/card/{revision}", tag = "packages", params(RevisionPath), responses((status = 200, body = Option<Card>), Refused))]
pub(super) async fn card(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
) -> Result<Json<Option<Card>>, RouteError> {
    let (package, revision) = path.revision()?;
    Ok(Json(registry.card(acting.actor()?, &package, &revision).await?.map(Into::into)))
}

/// The newest report on a revision, and its newest job.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/report/{revision}", tag = "packages", params(RevisionPath), responses((status = 200, body = Scores), Refused))]
pub(super) async fn report(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
) -> Result<Json<Scores>, RouteError> {
    let (package, revision) = path.revision()?;
    Ok(Json(registry.scores(acting.actor()?, &package, &revision).await?.into()))
}
