//! What namespaces store, and how much they may.

use domain::storage::NamespaceStorage;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// What a namespace stores; nothing for those who have no right on it.
#[server(name = GetNamespaceStorage, prefix = "/rpc", endpoint = "namespace_storage", input = GetUrl)]
pub async fn namespace_storage(namespace: String) -> Result<Option<NamespaceStorage>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.namespace_storage(&ssr::actor()?, &ssr::namespace(&namespace)?).await)
}

/// Sets how much a namespace may store, such as `500 GB`; nothing: as much as there is room for. For administrators.
#[server(prefix = "/rpc", endpoint = "set_quota")]
pub async fn set_quota(namespace: String, quota: String) -> Result<(), AppError> {
    use crate::ssr;
    let quota = if quota.trim().is_empty() { None } else { Some(domain::units::parse_bytes(&quota)?) };
    ssr::respond(ssr::registry()?.set_quota(&ssr::actor()?, &ssr::namespace(&namespace)?, quota).await.map(drop))
}
