//! What namespaces store, and how much they may.

use axum::extract::State;
use registry::{Error, Registry};

use super::{
    input::{Json, Paging, Path, Query},
    model::{NamespaceStorage, Page, Quota},
    namespaces::{NamespacePath, namespace},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// What all namespaces store, by name. Only administrators of the registry may know.
#[utoipa::path(get, path = "/storage", tag = "namespaces", operation_id = "storage", params(Paging), responses((status = 200, body = Page<NamespaceStorage>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<NamespaceStorage>>, RouteError> {
    Ok(Json(Page::of(registry.storage(acting.actor()?, paging.cursor.as_deref()).await?)))
}

/// What a namespace that you have a right on stores, and how much it may.
#[utoipa::path(get, path = "/namespaces/{namespace}/storage", tag = "namespaces", operation_id = "namespace_storage", params(NamespacePath), responses((status = 200, body = NamespaceStorage), Refused))]
pub(super) async fn of_namespace(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<NamespacePath>,
) -> Result<Json<NamespaceStorage>, RouteError> {
    let storage = registry.namespace_storage(acting.actor()?, &namespace(&path.namespace)?).await?;
    Ok(Json(storage.ok_or_else(|| Error::not_found(format!("The namespace “{}”", path.namespace)))?.into()))
}

/// Sets how much a namespace may store. What it stores already stays. Only administrators of the registry may.
#[utoipa::path(put, path = "/namespaces/{namespace}/quota", tag = "namespaces", params(NamespacePath), request_body = Quota, responses((status = 200, body = NamespaceStorage), Refused))]
pub(super) async fn set_quota(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<NamespacePath>,
    Json(quota): Json<Quota>,
) -> Result<Json<NamespaceStorage>, RouteError> {
    Ok(Json(registry.set_quota(acting.actor()?, &namespace(&path.namespace)?, quota.quota_bytes).await?.into()))
}
