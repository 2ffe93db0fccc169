//! Two revisions side by side.

use axum::extract::State;
use domain::refs::{DEFAULT_BRANCH, RevisionSpec};
use registry::{Error, Registry};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    input::{Json, PackagePath, Path, Query},
    model::{Comparison, FileComparison},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// Which revisions are compared.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Sides {
    /// What is compared with: a branch, a version, an alias, or a revision id.
    base: String,
    /// What is compared; `main` when nothing.
    head: Option<String>,
}

/// Which file of which revisions is compared.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FileSides {
    /// What is compared with: a branch, a version, an alias, or a revision id.
    base: String,
    /// What is compared; `main` when nothing.
    head: Option<String>,
    /// The file.
    path: String,
}

/// A revision by its name. What cannot be a name does not exist.
fn revision(name: &str) -> Result<RevisionSpec, RouteError> {
    Ok(name.parse().map_err(|_| Error::not_found(format!("The revision “{name}”")))?)
}

/// What differs between two revisions: files, and metrics side by side.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/compare", tag = "packages", operation_id = "compare", params(PackagePath, Sides), responses((status = 200, body = Comparison), Refused))]
pub(super) async fn compare(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(sides): Query<Sides>,
) -> Result<Json<Comparison>, RouteError> {
    let (base, head) = (revision(&sides.base)?, revision(sides.head.as_deref().unwrap_or(DEFAULT_BRANCH))?);
    Ok(Json(registry.compare(acting.actor()?, &path.package()?, &base, &head).await?.into()))
}

/// What differs inside one file: lines of a text, or tensors of weights. It shows content: the right `download` is needed.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/compare/file", tag = "packages", operation_id = "compare_file", params(PackagePath, FileSides), responses((status = 200, body = FileComparison), Refused))]
pub(super) async fn compare_file(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(sides): Query<FileSides>,
) -> Result<Json<FileComparison>, RouteError> {
    let (base, head) = (revision(&sides.base)?, revision(sides.head.as_deref().unwrap_or(DEFAULT_BRANCH))?);
    let file = sides.path.parse()?;
    Ok(Json(registry.compare_file(acting.actor()?, &path.package()?, &base, &head, &file).await?.into()))
}
