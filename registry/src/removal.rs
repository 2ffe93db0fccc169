//! Deleting packages, and bringing them back.

use domain::{
    ErrorKind, NamespaceName, PackageId, PackageRef, account::Permission, lifecycle::DeletedPackage, listing::Page, units,
};

use crate::{
    Actor, Client, Error, Paging, Registry, Result, StateTag,
    catalog::{self, Conn, audit::Action, removal::Position, transact},
    cursor, now,
    packages::locked,
};

/// How many deleted packages a page holds.
const DELETED: usize = 30;

impl Registry {
    /// Deletes a package: nobody finds it any more, and its name stays taken. It can be brought back until it is purged.
    ///
    /// # Errors
    /// Invalid unless `confirmation` is the full name; not found when there is no such package; forbidden for who does not manage
    /// the namespace; outdated when its settings are not as they were seen.
    pub async fn delete_package(&self, actor: &Actor, package: &PackageRef, confirmation: &str) -> Result<DeletedPackage> {
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, package).await?;
            actor.require_manage_package(&stored)?;
            actor.require_seen(format!("“{}”", stored.package), Some(StateTag::of_stored(&stored)))?;
            let full_name = stored.package.full_name();
            if confirmation.trim() != full_name {
                return Err(Error::new(ErrorKind::Invalid, format!("To delete the package, type its full name: {full_name}.")));
            }
            let purge_at = at + self.0.settings.purge_after;
            if !catalog::removal::mark(conn, stored.id, actor.name(), at, purge_at).await? {
                return Err(Error::not_found(format!("The {} “{full_name}”", stored.package.kind)));
            }
            record(conn, actor.name(), actor.client(), Action::DeletePackage, &stored.package).await?;
            let package = stored.package;
            Ok(DeletedPackage { package, deleted_at: at, deleted_by: actor.name().to_owned(), purge_at, is_purging: false })
        })
    }

    /// Brings a deleted package back, as it was.
    ///
    /// # Errors
    /// Not found when there is no deleted package of this name, or the actor does not manage its namespace; conflict when its purge
    /// has begun; outdated when it was deleted at another time than was seen.
    pub async fn undelete_package(&self, actor: &Actor, package: &PackageRef) -> Result<PackageRef> {
        transact!(self.0.catalog, async |conn| {
            let missing = || actor.hidden(format!("A deleted {} “{package}”", package.kind));
            let (id, _) = managed(conn, actor, package).await?.ok_or_else(missing)?;
            catalog::packages::lock(conn, id).await?;
            // another may have brought it back, and deleted it once more, while the lock was waited for
            let (_, deleted) = managed(conn, actor, package).await?.filter(|(found, _)| *found == id).ok_or_else(missing)?;
            actor.require_seen(format!("“{}”", deleted.package), Some(StateTag::of_deleted(&deleted)))?;
            if !catalog::removal::unmark(conn, id).await? {
                return Err(Error::conflict(format!("“{}” is being removed for good already.", deleted.package)));
            }
            record(conn, actor.name(), actor.client(), Action::UndeletePackage, &deleted.package).await?;
            Ok(deleted.package)
        })
    }

    /// What became of a deleted package, for who may bring it back; nothing when there is none.
    ///
    /// # Errors
    /// Unauthenticated when nobody is signed in; forbidden without the permission to search.
    pub async fn deleted_package(&self, actor: &Actor, package: &PackageRef) -> Result<Option<DeletedPackage>> {
        actor.require_identity()?;
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        Ok(managed(&mut conn, actor, package).await?.map(|(_, deleted)| deleted))
    }

    /// The deleted packages of a namespace that the actor may bring back, those that were deleted last first: none for who does not
    /// manage it, as if there was nothing.
    ///
    /// # Errors
    /// Unauthenticated when nobody is signed in; forbidden without the permission to search; invalid when the cursor is damaged.
    pub async fn deleted_packages(
        &self,
        actor: &Actor,
        namespace: &NamespaceName,
        paging: Paging<'_>,
    ) -> Result<Page<DeletedPackage>> {
        actor.require_identity()?;
        actor.require(Permission::Search)?;
        let after = position(paging)?;
        if !actor.may_manage(namespace) {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let mut conn = self.0.catalog.read().await?;
        match catalog::namespaces::find(&mut conn, namespace).await? {
            Some(namespace) => list(&mut conn, Some(namespace.id), after, paging.size(DELETED)).await,
            None => Ok(Page { items: Vec::new(), next: None }),
        }
    }

    /// All deleted packages, those that were deleted last first.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the cursor is damaged.
    pub async fn all_deleted_packages(&self, actor: &Actor, paging: Paging<'_>) -> Result<Page<DeletedPackage>> {
        actor.require_admin()?;
        let after = position(paging)?;
        let mut conn = self.0.catalog.read().await?;
        list(&mut conn, None, after, paging.size(DELETED)).await
    }
}

/// Where a list goes on.
fn position(paging: Paging<'_>) -> Result<Option<Position>> {
    let after: Option<Position> = paging.after()?;
    if after.as_ref().is_some_and(|after| !after.is_plausible()) {
        return Err(cursor::damaged());
    }
    Ok(after)
}

async fn list(
    conn: &mut Conn,
    namespace: Option<uuid::Uuid>,
    after: Option<Position>,
    size: usize,
) -> Result<Page<DeletedPackage>> {
    let found = catalog::removal::list(conn, namespace, after, size as u32 + 1).await?;
    let page = cursor::page(found, size, |(id, deleted)| Position { purge_at: deleted.purge_at, id: id.0 })?;
    Ok(Page { items: page.items.into_iter().map(|(_, deleted)| deleted).collect(), next: page.next })
}

/// A deleted package that the actor may bring back. To others it is not there.
async fn managed(conn: &mut Conn, actor: &Actor, package: &PackageRef) -> Result<Option<(PackageId, DeletedPackage)>> {
    let found = catalog::removal::find(conn, package).await?;
    Ok(found.filter(|(_, deleted)| actor.may_manage(&deleted.package.namespace)))
}

/// The answer to who looks for a package that is not there. Who may bring it back is told how.
pub(crate) async fn explain_missing(conn: &mut Conn, actor: &Actor, package: &PackageRef, missing: Error) -> Error {
    match managed(conn, actor, package).await {
        Ok(Some((_, deleted))) => Error::new(
            ErrorKind::NotFound,
            format!(
                "“{}” was deleted on {} and is removed for good on {}. Bring it back at {}/settings.",
                deleted.package,
                units::moment(deleted.deleted_at),
                units::moment(deleted.purge_at),
                deleted.package.page()
            ),
        ),
        Ok(None) => missing,
        Err(error) => error,
    }
}

/// Demands that uploads to a name go where their sender means: not to a deleted package, nor to a name that only leads on.
///
/// # Errors
/// Conflict, with the way out.
pub(crate) async fn require_open(conn: &mut Conn, actor: &Actor, package: &PackageRef) -> Result<()> {
    if let Some((_, deleted)) = catalog::removal::find(conn, package).await? {
        return Err(Error::conflict(format!(
            "“{}” was deleted, and its name stays taken until {}: bring it back at {}/settings, or use another name.",
            deleted.package,
            units::moment(deleted.purge_at),
            deleted.package.page()
        )));
    }
    let Some(id) = catalog::renaming::find(conn, package).await? else { return Ok(()) };
    let renamed = catalog::packages::get(conn, id).await?;
    if !actor.may_find(&renamed) {
        return Err(Error::conflict(format!("“{package}” is the former name of another package: choose another name.")));
    }
    let renamed = renamed.package;
    Err(Error::conflict(format!(
        "“{package}” is called “{renamed}” now: upload there. To use the old name for another package, release it at {}/settings.",
        renamed.page()
    )))
}

/// Records what was done to a whole package.
pub(crate) async fn record(conn: &mut Conn, by: &str, client: &Client, action: Action, package: &PackageRef) -> Result<()> {
    catalog::audit::record(conn, by, client, action, &format!("{}/{package}", package.kind), now()).await
}
