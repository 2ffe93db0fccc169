//! What namespaces store, and the audit record.

use domain::{audit, storage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::moment;

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

/// Something that somebody did: a change, a download, or an attempt to sign in.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct AuditEntry {
    /// Its number: later entries have higher ones.
    id: i64,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it: a user's name, or `operator` (at the command line), `scheduler` (a server by itself), `anonymous`.
    actor: String,
    /// What was done: `download_file`.
    action: &'static str,
    /// What it was done to.
    object: String,
    /// The address that the request came from; nothing when there was no request.
    address: Option<String>,
    /// The token that the request came with.
    token: Option<AuditToken>,
    /// Under which id the log tells of the request.
    request_id: Option<String>,
}

/// A token, as an audit entry names it.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct AuditToken {
    /// Its id.
    #[schema(format = Uuid)]
    id: String,
    /// What its owner called it; nothing when it is gone.
    name: Option<String>,
}

impl From<audit::AuditEntry> for AuditEntry {
    fn from(entry: audit::AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: moment(entry.at),
            actor: entry.actor,
            action: entry.action.as_str(),
            object: entry.object,
            address: entry.address,
            token: entry.token.map(|token| AuditToken { id: token.id.to_string(), name: token.name }),
            request_id: entry.request_id,
        }
    }
}
