//! Other names for packages.

use axum::extract::State;
use domain::PackageRef;
use http::StatusCode;
use registry::{Registry, StateTag};

use super::{
    condition::{MatchHeader, Seeing, Tagged},
    idempotency::KeyHeader,
    input::{Json, PackagePath, Path},
    model::{NewName, PackageName},
    refusals::{Refusal, Refused},
};
use crate::{error::RouteError, middleware::identity::Acting};

/// Gives a package another name, perhaps in another namespace. Its old addresses lead to the new ones.
#[utoipa::path(post, path = "/{kind}/{namespace}/{name}/rename", tag = "packages", operation_id = "rename_package", params(KeyHeader, PackagePath, MatchHeader), request_body = NewName, responses((status = 200, body = PackageName, headers(("ETag" = String, description = "That of its settings"))), (status = 412, description = "The package's settings are not as you saw them: `ETag` and `current` say how they are", body = Refusal), Refused))]
pub(super) async fn rename(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<PackagePath>,
    Json(new): Json<NewName>,
) -> Result<Tagged<PackageName, StateTag>, RouteError> {
    let package = path.package()?;
    let namespace = new.namespace.map_or_else(|| Ok(package.namespace.clone()), |namespace| namespace.parse())?;
    let to = PackageRef { kind: package.kind, namespace, name: new.name.parse()? };
    let (renamed, tag) = registry.rename_package(&seeing.by(&acting)?, &package, &to).await?;
    Ok(Tagged(tag, renamed.into()))
}

/// Frees a name that a package had: its addresses lead nowhere from then on, and another package may take it.
#[utoipa::path(delete, path = "/{kind}/{namespace}/{name}/redirect", tag = "packages", operation_id = "release_name", params(PackagePath), responses((status = 204), Refused))]
pub(super) async fn release(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<StatusCode, RouteError> {
    registry.release_name(acting.actor()?, &path.package()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
