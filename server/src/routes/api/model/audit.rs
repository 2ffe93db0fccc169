//! The audit record.

use domain::audit;
use serde::Serialize;
use utoipa::ToSchema;

use super::moment;

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
    action: String,
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
            action: entry.action,
            object: entry.object,
            address: entry.address,
            token: entry.token.map(|token| AuditToken { id: token.id.to_string(), name: token.name }),
            request_id: entry.request_id,
        }
    }
}
