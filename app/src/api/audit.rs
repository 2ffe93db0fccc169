//! The audit record.

use domain::{audit::AuditEntry, listing::Page};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// Who did what, newest first: for administrators. `by` is `actor` (also when empty), `action` or `object`.
#[server(name = GetAudit, prefix = "/rpc", endpoint = "audit", input = GetUrl)]
pub async fn audit(by: Option<String>, value: Option<String>, cursor: Option<String>) -> Result<Page<AuditEntry>, AppError> {
    use crate::ssr;
    let actor = ssr::actor()?;
    let filter = domain::audit::AuditFilter::parse(by.as_deref().unwrap_or_default(), value.as_deref().unwrap_or_default())?;
    ssr::respond(ssr::registry()?.audit(&actor, &filter, cursor.as_deref().into()).await)
}
