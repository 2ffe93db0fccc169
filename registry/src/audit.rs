//! The audit record: who did what, when, from where. Each change and each download adds to it in its own transaction.

use domain::{
    audit::{AuditEntry, AuditFilter},
    listing::Page,
};

use crate::{Actor, Paging, Registry, Result, catalog, cursor};

/// How many entries a page holds.
const ENTRIES: usize = 100;

impl Registry {
    /// The entries of the audit record, newest first.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the cursor is damaged.
    pub async fn audit(&self, actor: &Actor, filter: &AuditFilter, paging: Paging<'_>) -> Result<Page<AuditEntry>> {
        actor.require_admin()?;
        let (before, size) = (paging.after()?, paging.size(ENTRIES));
        let mut conn = self.0.catalog.read().await?;
        let entries = catalog::audit::list(&mut conn, filter, before, size as u32 + 1).await?;
        cursor::page(entries, size, |entry| entry.id)
    }
}
