//! Packages: found, read, browsed.

use axum::extract::State;
use domain::{FilePath, listing::MAX_LIMIT, search::SearchParams};
use registry::{Error, Registry, StateTag};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    condition::Tagged,
    input::{Json, PackagePath, Paging, Path, Query, RevisionPath, wanted},
    model::{Card, FacetCounts, HistoryEntry, Package, PackageDetail, Page, Ref, Scores, TreeEntry},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// What is searched for; all conditions hold at once.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Words of names, descriptions, topics and cards; the last may be the beginning of one.
    q: Option<String>,
    /// `model`, `dataset` or `code`.
    #[param(pattern = "^(model|dataset|code)?$")]
    kind: Option<String>,
    /// A user or an organisation.
    namespace: Option<String>,
    /// The licence that the card names.
    license: Option<String>,
    /// The task that the card names.
    task: Option<String>,
    /// The library that the card names.
    library: Option<String>,
    /// A topic (`tags`) of the card.
    topic: Option<String>,
    /// `clean`, `suspicious`, `dangerous` or `unreadable`.
    #[param(pattern = "^(clean|suspicious|dangerous|unreadable)?$")]
    verdict: Option<String>,
    /// The least net score, from 0 to 1.
    #[param(value_type = Option<f64>, minimum = 0, maximum = 1)]
    min_score: Option<String>,
    /// The least size of the head of `main`, in bytes.
    #[param(value_type = Option<u64>)]
    min_size: Option<String>,
    /// The largest size of the head of `main`, in bytes.
    #[param(value_type = Option<u64>)]
    max_size: Option<String>,
    /// A day (`2026-01-31`) or a moment: only what has a revision since then.
    since: Option<String>,
    /// A regular expression in the syntax of RE2, compared without regard to case. A page may then hold fewer packages than asked
    /// for, or none, and still have a `next`: a call compares a bounded number.
    regex: Option<String>,
    /// What the expression is compared with: `name` (`namespace/name`, the default) or `card`.
    #[param(pattern = "^(name|card)?$")]
    regex_in: Option<String>,
    /// `newest` (the default), `score`, `downloads` or `relevance`: packages of exactly that name, then those whose name holds the
    /// words, then those that have them in their description, topics or card; each group by time.
    #[param(pattern = "^(newest|score|downloads|relevance)?$")]
    sort: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many at once: 1 to 100, 20 when nothing.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

impl From<Search> for SearchParams {
    fn from(search: Search) -> Self {
        Self {
            q: search.q.unwrap_or_default(),
            kind: search.kind.unwrap_or_default(),
            namespace: search.namespace.unwrap_or_default(),
            license: search.license.unwrap_or_default(),
            task: search.task.unwrap_or_default(),
            library: search.library.unwrap_or_default(),
            topic: search.topic.unwrap_or_default(),
            verdict: search.verdict.unwrap_or_default(),
            min_score: search.min_score.unwrap_or_default(),
            min_size: search.min_size.unwrap_or_default(),
            max_size: search.max_size.unwrap_or_default(),
            since: search.since.unwrap_or_default(),
            regex: search.regex.unwrap_or_default(),
            regex_in: search.regex_in.unwrap_or_default(),
            sort: search.sort.unwrap_or_default(),
            cursor: search.cursor.unwrap_or_default(),
            limit: search.limit.unwrap_or_default(),
        }
    }
}

/// Finds packages.
#[utoipa::path(get, path = "/packages", tag = "packages", params(Search), responses((status = 200, body = Page<Package>), Refused))]
pub(super) async fn search(
    State(registry): State<Registry>,
    acting: Acting,
    Query(search): Query<Search>,
) -> Result<Json<Page<Package>>, RouteError> {
    let query = SearchParams::from(search).query()?;
    Ok(Json(Page::of(registry.search_packages(acting.actor()?, &query).await?)))
}

/// Counts what the packages that a search finds have in common: over all of them, or over the newest when there are many.
#[utoipa::path(get, path = "/packages/facets", tag = "packages", params(Search), responses((status = 200, body = FacetCounts), Refused))]
pub(super) async fn facets(
    State(registry): State<Registry>,
    acting: Acting,
    Query(search): Query<Search>,
) -> Result<Json<FacetCounts>, RouteError> {
    let query = SearchParams::from(search).query()?;
    Ok(Json(registry.facet_counts(acting.actor()?, &query.filters).await?.into()))
}

/// A package with the head of `main`. The `ETag` is that of its settings, its name and its visibility: what `If-Match` compares.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}", tag = "packages", params(PackagePath), responses((status = 200, body = PackageDetail, headers(("ETag" = String, description = "That of its settings"))), Refused))]
pub(super) async fn package(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<Tagged<PackageDetail, StateTag>, RouteError> {
    let detail = registry.package(acting.actor()?, &path.package()?, &domain::refs::RevisionSpec::main()).await?;
    Ok(Tagged(StateTag::of_package(&detail), detail.into()))
}

/// The names that point at revisions: branches, aliases, then versions, the highest first; the first 200 of each kind.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/refs", tag = "packages", params(PackagePath), responses((status = 200, body = Vec<Ref>), Refused))]
pub(super) async fn refs(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<Json<Vec<Ref>>, RouteError> {
    let refs = registry.refs(acting.actor()?, &path.package()?).await?;
    Ok(Json(refs.into_iter().map(Into::into).collect()))
}

/// The revisions of a package, newest first; 30 at once when `limit` is not given.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/revisions", tag = "packages", params(PackagePath, Paging), responses((status = 200, body = Page<HistoryEntry>), Refused))]
pub(super) async fn revisions(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<HistoryEntry>>, RouteError> {
    Ok(Json(Page::of(registry.history(acting.actor()?, &path.package()?, paging.wanted()?).await?)))
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
    /// How many at once: 1 to 100, 100 when nothing.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// The folder of a path; nothing at the top. What cannot be a path does not exist.
fn folder_at(path: &str) -> Result<Option<FilePath>, RouteError> {
    Ok(FilePath::of_folder(path).map_err(|_| Error::not_found("The folder"))?)
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
    let folder_path = folder.path.as_deref().map(folder_at).transpose()?.flatten();
    let paging = wanted(folder.cursor.as_deref(), folder.limit.as_deref(), MAX_LIMIT)?;
    let page = registry.tree(acting.actor()?, &package, &revision, folder_path.as_ref(), paging).await?;
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
