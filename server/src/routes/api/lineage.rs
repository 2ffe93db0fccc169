//! Lineage: what packages are made from, and what they weigh with it.

use axum::extract::State;
use http::StatusCode;
use registry::Registry;

use super::{
    idempotency::KeyHeader,
    input::{Json, PackagePath, Path, Query, RevisionPath},
    model::{Cost, Lineage, LineageEdge},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// What a package is made from, and what is made from it.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/lineage", tag = "lineage", params(PackagePath), responses((status = 200, body = Lineage), Refused))]
pub(super) async fn lineage(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<Json<Lineage>, RouteError> {
    Ok(Json(registry.lineage(acting.actor()?, &path.package()?).await?.into()))
}

/// Says what a package is made from. It stays until it is taken back, whatever is uploaded.
#[utoipa::path(post, path = "/{kind}/{namespace}/{name}/lineage", tag = "lineage", params(KeyHeader, PackagePath), request_body = LineageEdge, responses((status = 204), Refused))]
pub(super) async fn add(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Json(edge): Json<LineageEdge>,
) -> Result<StatusCode, RouteError> {
    registry.add_lineage(acting.actor()?, &path.package()?, &edge.edge()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back what a package is made from. What its files say stays away, too, also when they say it again.
#[utoipa::path(delete, path = "/{kind}/{namespace}/{name}/lineage", tag = "lineage", params(PackagePath, LineageEdge), responses((status = 204), Refused))]
pub(super) async fn remove(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(edge): Query<LineageEdge>,
) -> Result<StatusCode, RouteError> {
    registry.remove_lineage(acting.actor()?, &path.package()?, &edge.edge()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a revision weighs, alone and with everything here that its package is made from.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/cost/{revision}", tag = "lineage", params(RevisionPath), responses((status = 200, body = Cost), Refused))]
pub(super) async fn cost(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
) -> Result<Json<Cost>, RouteError> {
    let (package, revision) = path.revision()?;
    Ok(Json(registry.cost(acting.actor()?, &package, &revision).await?.into()))
}
