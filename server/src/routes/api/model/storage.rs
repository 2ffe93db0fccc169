//! What namespaces store.

use domain::storage;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a namespace stores.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct NamespaceStorage {
    /// The user or organisation.
    namespace: String,
    /// The bytes of all contents that its revisions have, each counted once: what the quota is compared with. What was purged counts
    /// until garbage is collected.
    stored_bytes: u64,
    /// The bytes of all its revisions, as if nothing was shared.
    logical_bytes: u64,
    /// How many bytes it may store; nothing: as many as there is room for.
    quota_bytes: Option<u64>,
}

impl From<storage::NamespaceStorage> for NamespaceStorage {
    fn from(storage: storage::NamespaceStorage) -> Self {
        Self {
            namespace: storage.namespace.to_string(),
            stored_bytes: storage.stored_bytes,
            logical_bytes: storage.logical_bytes,
            quota_bytes: storage.quota_bytes,
        }
    }
}

/// How much a namespace may store.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Quota {
    /// In bytes; nothing: as many as there is room for.
    pub(in super::super) quota_bytes: Option<u64>,
}
