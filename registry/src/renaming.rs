//! Renaming packages. Old names lead to the new one until they are released.

use domain::{ErrorKind, PackageRef, account::Permission};

use crate::{
    Actor, Error, Registry, Result, StateTag,
    catalog::{self, audit::Action, transact},
    now,
    packages::{find, locked},
    removal::{record, require_open},
    storage::require_within,
};

impl Registry {
    /// Gives a package another name, perhaps in another namespace. Addresses with the old name lead to the new one. Answers the new
    /// name in the spelling that it has now, and the tag of the settings.
    ///
    /// # Errors
    /// Invalid when the kind would change; not found when there is no such package; forbidden for who does not manage its namespace
    /// or may not write to the new one; outdated when its settings are not as they were seen; conflict when the name is taken, by a package, a deleted one or a redirect.
    pub async fn rename_package(&self, actor: &Actor, package: &PackageRef, to: &PackageRef) -> Result<(PackageRef, StateTag)> {
        if package.kind != to.kind {
            return Err(Error::new(ErrorKind::Invalid, "A package keeps its kind when it is renamed."));
        }
        actor.require_identity()?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            actor.require_manage_package(&find(conn, actor, package).await?)?;
            actor.require_write(&to.namespace)?;
            // locks the namespace: whatever gets a name there comes through here
            let namespace = catalog::namespaces::get_or_insert(conn, &to.namespace, at).await?;
            let stored = locked(conn, actor, package).await?;
            // it may have been moved to another namespace while the lock was waited for
            actor.require_manage_package(&stored)?;
            actor.require_seen(format!("“{}”", stored.package), Some(StateTag::of_stored(&stored)))?;
            if catalog::renaming::find(conn, to).await? != Some(stored.id) {
                require_open(conn, actor, to).await?;
            }
            if catalog::packages::find(conn, to).await?.is_some_and(|found| found.id != stored.id) {
                return Err(Error::conflict(format!("There is a {} “{to}” already: choose another name.", to.kind)));
            }
            catalog::renaming::rename(conn, stored.id, namespace, &to.name).await?;
            if stored.package.namespace.key() != to.namespace.key() {
                require_within(&to.namespace, catalog::storage::add_package(conn, namespace, stored.id).await?)?;
            }
            let renamed = catalog::packages::get(conn, stored.id).await?;
            catalog::search::index::index(conn, stored.id).await?;
            let object = format!("{}/{} -> {}", stored.package.kind, stored.package, renamed.package);
            catalog::audit::record(conn, actor.name(), actor.client(), Action::RenamePackage, &object, at).await?;
            let tag = StateTag::of_stored(&renamed);
            Ok((renamed.package, tag))
        })
    }

    /// Ends the redirect from a name that a package had: the name is free, and old addresses lead nowhere.
    ///
    /// # Errors
    /// Not found when the name leads nowhere; forbidden for who does not manage its namespace.
    pub async fn release_name(&self, actor: &Actor, old: &PackageRef) -> Result<()> {
        actor.require_manage(&old.namespace)?;
        transact!(self.0.catalog, async |conn| {
            if !catalog::renaming::release(conn, old).await? {
                return Err(Error::not_found(format!("A former name “{old}”")));
            }
            record(conn, actor.name(), actor.client(), Action::ReleaseName, old).await
        })
    }

    /// What a package is called now whose former name this is; nothing when it is nobody's former name.
    ///
    /// # Errors
    /// Forbidden without the permission to search; not found when the package was deleted.
    pub async fn renamed_to(&self, actor: &Actor, old: &PackageRef) -> Result<Option<PackageRef>> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        if catalog::renaming::find(&mut conn, old).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(find(&mut conn, actor, old).await?.package))
    }
}
