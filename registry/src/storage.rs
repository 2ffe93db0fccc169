//! What namespaces store, and quotas.

use domain::{
    ErrorKind, NamespaceName, UploadId,
    listing::Page,
    storage::{NamespaceStorage, TotalStorage},
    units,
};
use uuid::Uuid;

use crate::{
    Actor, Error, Paging, Registry, Result, StateTag,
    catalog::{self, Conn, audit::Action, storage::Usage, transact},
    cursor, now,
};

/// How many namespaces a page holds.
const NAMESPACES: usize = 100;

impl Registry {
    /// What all namespaces store, by name.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the cursor is damaged.
    pub async fn storage(&self, actor: &Actor, paging: Paging<'_>) -> Result<Page<NamespaceStorage>> {
        actor.require_admin()?;
        let (after, size) = (paging.after::<String>()?.unwrap_or_default(), paging.size(NAMESPACES));
        let mut conn = self.0.catalog.read().await?;
        let found = catalog::storage::list(&mut conn, &after, size as u32 + 1).await?;
        cursor::page(found, size, |storage| storage.namespace.key())
    }

    /// What the registry stores, all namespaces together.
    ///
    /// # Errors
    /// Forbidden for others than administrators.
    pub async fn total_storage(&self, actor: &Actor) -> Result<TotalStorage> {
        actor.require_admin()?;
        let mut conn = self.0.catalog.read().await?;
        let (blobs, stored_bytes) = catalog::blobs::extent(&mut conn).await?;
        Ok(TotalStorage { blobs, stored_bytes })
    }

    /// What a namespace stores; nothing for those who have no right on it, and when there is none.
    ///
    /// # Errors
    /// Unauthenticated when nobody is signed in.
    pub async fn namespace_storage(&self, actor: &Actor, namespace: &NamespaceName) -> Result<Option<NamespaceStorage>> {
        actor.require_identity()?;
        if actor.right_on(namespace).is_none() {
            return Ok(None);
        }
        let mut conn = self.0.catalog.read().await?;
        catalog::storage::of(&mut conn, namespace, actor.is_admin()).await
    }

    /// Sets how many bytes a namespace may store; nothing: as many as there is room for. What it stores already stays.
    ///
    /// # Errors
    /// Forbidden for others than administrators; not found when there is no such namespace; outdated when the quota is not as it was
    /// seen; invalid when it is more than can be counted.
    pub async fn set_quota(&self, actor: &Actor, namespace: &NamespaceName, quota: Option<u64>) -> Result<NamespaceStorage> {
        actor.require_admin()?;
        if quota.is_some_and(|quota| i64::try_from(quota).is_err()) {
            return Err(Error::new(ErrorKind::Invalid, "The quota is too large: leave it out to set none."));
        }
        let missing = || Error::not_found(format!("The namespace “{namespace}”"));
        let object = format!("{namespace} {}", quota.map_or_else(|| "none".to_owned(), |quota| quota.to_string()));
        transact!(self.0.catalog, async |conn| {
            catalog::namespaces::lock(conn, namespace).await?.ok_or_else(missing)?;
            let before = catalog::storage::of(conn, namespace, true).await?.ok_or_else(missing)?;
            actor.require_seen(format!("The quota of “{namespace}”"), Some(StateTag::of_quota(&before)))?;
            catalog::storage::set_quota(conn, namespace, quota).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::SetQuota, &object, now()).await?;
            catalog::storage::of(conn, namespace, true).await?.ok_or_else(missing)
        })
    }

    /// Finds out what namespaces store no more: revisions were purged, packages moved.
    pub(crate) async fn count_storage_anew(&self) -> Result<()> {
        let mut after = Uuid::nil();
        loop {
            let mut conn = self.0.catalog.read().await?;
            let namespaces = catalog::storage::namespaces(&mut conn, after).await?;
            drop(conn);
            let Some(last) = namespaces.last() else { return Ok(()) };
            after = *last;
            for namespace in namespaces {
                let mut from = Some(Vec::new());
                while let Some(digest) = from {
                    from =
                        transact!(self.0.catalog, async |conn| { catalog::storage::count_anew(conn, namespace, &digest).await })?;
                }
            }
        }
    }
}

/// Demands that an upload fits into what its namespace may store, before anything is sent.
///
/// # Errors
/// Insufficient storage.
pub(crate) async fn require_room(conn: &mut Conn, namespace: &NamespaceName, upload: UploadId) -> Result<()> {
    match catalog::storage::with_upload(conn, namespace, upload).await? {
        Some(usage) => require_within(namespace, usage),
        None => Ok(()),
    }
}

/// Demands that a namespace stores no more than it may, now that something was added.
///
/// # Errors
/// Insufficient storage.
pub(crate) fn require_within(namespace: &NamespaceName, usage: Usage) -> Result<()> {
    let Some(quota) = usage.quota.filter(|_| usage.is_exceeded()) else { return Ok(()) };
    Err(Error::new(
        ErrorKind::InsufficientStorage,
        format!(
            "The namespace “{namespace}” may store {}, and stores {}: this would add {}. Delete packages, or ask an administrator \
             for more.",
            units::bytes(quota),
            units::bytes(usage.stored - usage.added),
            units::bytes(usage.added)
        ),
    ))
}
