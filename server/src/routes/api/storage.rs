//! What namespaces store, and how much they may.

use axum::extract::State;
use registry::{Error, Registry, StateTag};

use super::{
    condition::{MatchHeader, Seeing, Tagged},
    input::{Json, Paging, Path, Query},
    model::{NamespaceStorage, Page, Quota},
    namespaces::{NamespacePath, namespace},
    refusals::{Refusal, Refused},
};
use crate::{error::RouteError, middleware::identity::Acting};

/// What all namespaces store, by name; 100 at once when `limit` is not given. Only administrators of the registry may know.
#[utoipa::path(get, path = "/storage", tag = "namespaces", operation_id = "storage", params(Paging), responses((status = 200, body = Page<NamespaceStorage>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<NamespaceStorage>>, RouteError> {
    Ok(Json(Page::of(registry.storage(acting.actor()?, paging.wanted()?).await?)))
}

/// What a namespace that you have a right on stores, and how much it may.
#[utoipa::path(get, path = "/namespaces/{namespace}/storage", tag = "namespaces", operation_id = "namespace_storage", params(NamespacePath), responses((status = 200, body = NamespaceStorage, headers(("ETag" = String, description = "That of the quota"))), Refused))]
pub(super) async fn of_namespace(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<NamespacePath>,
) -> Result<Tagged<NamespaceStorage, StateTag>, RouteError> {
    let missing = || Error::not_found(format!("The namespace “{}”", path.namespace));
    let storage = registry.namespace_storage(acting.actor()?, &namespace(&path.namespace)?).await?.ok_or_else(missing)?;
    Ok(Tagged(StateTag::of_quota(&storage), storage.into()))
}

/// Sets how much a namespace may store. What it stores already stays. Only administrators of the registry may.
#[utoipa::path(put, path = "/namespaces/{namespace}/quota", tag = "namespaces", params(NamespacePath, MatchHeader), request_body = Quota, responses((status = 200, body = NamespaceStorage, headers(("ETag" = String, description = "That of the quota"))), (status = 412, description = "The quota is not as you saw it: `ETag` and `current` say how it is", body = Refusal), Refused))]
pub(super) async fn set_quota(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<NamespacePath>,
    Json(quota): Json<Quota>,
) -> Result<Tagged<NamespaceStorage, StateTag>, RouteError> {
    let storage = registry.set_quota(&seeing.by(&acting)?, &namespace(&path.namespace)?, quota.quota_bytes).await?;
    Ok(Tagged(StateTag::of_quota(&storage), storage.into()))
}
