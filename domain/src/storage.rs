//! What namespaces store, and how much they may.

use serde::{Deserialize, Serialize};

use crate::NamespaceName;

/// What a namespace stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceStorage {
    /// The namespace.
    pub namespace: NamespaceName,
    /// The bytes of all contents that its revisions have, each counted once: what quotas are compared with. What was purged counts
    /// until garbage is collected.
    pub stored_bytes: u64,
    /// The bytes of all its revisions, as if nothing was shared.
    pub logical_bytes: u64,
    /// How many bytes it may store; as many as there is room for, when nothing.
    pub quota_bytes: Option<u64>,
    /// Whether the acting user may change that.
    pub may_set_quota: bool,
}

impl NamespaceStorage {
    /// How many bytes are left; nothing without a quota.
    #[must_use]
    pub fn left_bytes(&self) -> Option<u64> {
        self.quota_bytes.map(|quota| quota.saturating_sub(self.stored_bytes))
    }
}

/// What the registry stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalStorage {
    /// How many contents there are.
    pub blobs: u64,
    /// Their bytes together: what namespaces share is counted once.
    pub stored_bytes: u64,
}
