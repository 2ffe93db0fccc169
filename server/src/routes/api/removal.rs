//! Whole packages: deleted, and brought back.

use axum::extract::State;
use registry::{Error, Registry, StateTag};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    condition::{MatchHeader, Seeing, Tagged},
    idempotency::KeyHeader,
    input::{Json, PackagePath, Paging, Path, Query},
    model::{Deleted, PackageName, Page},
    namespaces::{NamespacePath, namespace},
    refusals::{Refusal, Refused},
};
use crate::{error::RouteError, middleware::identity::Acting};

/// That it is meant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Confirmation {
    /// The full name of the package, `namespace/name`, once more.
    confirm: Option<String>,
}

/// Deletes a package: nobody finds it any more, and its name stays taken. It can be brought back until it is purged.
#[utoipa::path(delete, path = "/{kind}/{namespace}/{name}", tag = "packages", operation_id = "delete_package", params(PackagePath, Confirmation, MatchHeader), responses((status = 200, body = Deleted, headers(("ETag" = String, description = "That of the deletion"))), (status = 412, description = "The package's settings are not as you saw them: `ETag` and `current` say how they are", body = Refusal), Refused))]
pub(super) async fn delete(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<PackagePath>,
    Query(confirmation): Query<Confirmation>,
) -> Result<Tagged<Deleted, StateTag>, RouteError> {
    let confirmation = confirmation.confirm.unwrap_or_default();
    let deleted = registry.delete_package(&seeing.by(&acting)?, &path.package()?, &confirmation).await?;
    Ok(Tagged(StateTag::of_deleted(&deleted), deleted.into()))
}

/// When a package was deleted and is purged, for who may bring it back.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/deleted", tag = "packages", operation_id = "deleted_package", params(PackagePath), responses((status = 200, body = Deleted, headers(("ETag" = String, description = "That of the deletion"))), Refused))]
pub(super) async fn deleted(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<Tagged<Deleted, StateTag>, RouteError> {
    let package = path.package()?;
    let missing = || Error::not_found(format!("A deleted {} “{package}”", package.kind));
    let deleted = registry.deleted_package(acting.actor()?, &package).await?.ok_or_else(missing)?;
    Ok(Tagged(StateTag::of_deleted(&deleted), deleted.into()))
}

/// The deleted packages of a namespace that you may bring back, those that were deleted last first; 30 at once when `limit` is not
/// given.
#[utoipa::path(get, path = "/namespaces/{namespace}/deleted", tag = "packages", operation_id = "deleted_packages", params(NamespacePath, Paging), responses((status = 200, body = Page<Deleted>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<NamespacePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Deleted>>, RouteError> {
    let namespace = namespace(&path.namespace)?;
    Ok(Json(Page::of(registry.deleted_packages(acting.actor()?, &namespace, paging.wanted()?).await?)))
}

/// Brings a deleted package back, as it was.
#[utoipa::path(post, path = "/{kind}/{namespace}/{name}/undelete", tag = "packages", operation_id = "undelete_package", params(KeyHeader, PackagePath, MatchHeader), responses((status = 200, body = PackageName), (status = 412, description = "It was deleted at another time than you saw: `ETag` and `current` name that", body = Refusal), Refused))]
pub(super) async fn undelete(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<PackagePath>,
) -> Result<Json<PackageName>, RouteError> {
    Ok(Json(registry.undelete_package(&seeing.by(&acting)?, &path.package()?).await?.into()))
}
