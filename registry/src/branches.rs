//! Refs as lists, and branches: made from a revision, removed.

use domain::{
    ErrorKind, PackageRef,
    account::Permission,
    lifecycle::Expected,
    listing::{Page, RefSummary},
    refs::{DEFAULT_BRANCH, RefKind, RefName, RevisionSpec},
};

use crate::{
    Actor, Error, Registry, Result,
    catalog::{self, Conn, audit::Action, packages::StoredPackage, transact},
    cursor,
    expected::require_expected,
    now,
    packages::{PAGE, find, locate, locked},
};

impl Registry {
    /// The refs of one kind in pages: `main` first of the branches, the highest version first of the tags, then by name.
    ///
    /// # Errors
    /// Not found when there is no such package; invalid when the cursor is damaged.
    pub async fn refs_of_kind(
        &self,
        actor: &Actor,
        package: &PackageRef,
        kind: RefKind,
        cursor: Option<&str>,
    ) -> Result<Page<RefSummary>> {
        actor.require(Permission::Search)?;
        let after: Option<RefName> = cursor::decode(cursor)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let after = after.as_ref().map(RefName::as_str);
        let found = catalog::refs::in_order(&mut conn, stored.id, kind, after, PAGE as u32 + 1).await?;
        cursor::page(found, PAGE, |reference| reference.name.clone())
    }

    /// A branch or a tag by its name.
    ///
    /// # Errors
    /// Not found when there is no such package or ref.
    pub async fn named_ref(&self, actor: &Actor, package: &PackageRef, kind: RefKind, name: &RefName) -> Result<RefSummary> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let found = catalog::refs::find(&mut conn, stored.id, kind, name).await?;
        found.ok_or_else(|| Error::not_found(format!("The {} “{name}” of “{package}”", kind.as_str())))
    }

    /// Makes a branch at a revision. Making it again at the same revision is no error.
    ///
    /// # Errors
    /// Not found when there is no such package or revision; outdated when the branch is not where it was expected; conflict when
    /// the name is taken; forbidden without the right to write.
    pub async fn create_branch(
        &self,
        actor: &Actor,
        package: &PackageRef,
        name: &RefName,
        expected: Expected,
        from: &RevisionSpec,
    ) -> Result<RefSummary> {
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, package).await?;
            actor.require_write(&stored.package.namespace)?;
            require_free(conn, &stored, RefKind::Branch, name).await?;
            let (_, revision) = locate(conn, actor, &stored.package, from).await?;
            let existing = catalog::refs::find(conn, stored.id, RefKind::Branch, name).await?;
            require_expected(name, expected, existing.as_ref().map(|existing| existing.revision))?;
            match existing {
                Some(existing) if existing.revision == revision.summary.id => return Ok(existing),
                Some(existing) => {
                    let message = format!("“{}” has a branch “{name}” already: choose another name.", stored.package);
                    return Err(Error::conflict(message).at(Some(existing.revision)));
                }
                None => {}
            }
            let at = now();
            catalog::refs::move_branch(conn, stored.id, name, revision.seq, at).await?;
            let object = format!("{}/{}@{name}", stored.package.kind, stored.package);
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CreateBranch, &object, at).await?;
            Ok(RefSummary { kind: RefKind::Branch, name: name.to_string(), revision: revision.summary.id, updated_at: at })
        })
    }

    /// Removes a branch. Its revisions stay in the history.
    ///
    /// # Errors
    /// Invalid for `main`, which every package has; not found when there is none; outdated when it is not where it was expected;
    /// forbidden without the right to write.
    pub async fn delete_branch(&self, actor: &Actor, package: &PackageRef, name: &RefName, expected: Expected) -> Result<()> {
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, package).await?;
            actor.require_write(&stored.package.namespace)?;
            if name.as_str() == DEFAULT_BRANCH {
                let message = format!("The branch “{DEFAULT_BRANCH}” stays: every package has it.");
                return Err(Error::new(ErrorKind::Invalid, message));
            }
            let missing = || Error::not_found(format!("The branch “{name}” of “{}”", stored.package));
            let existing = catalog::refs::find(conn, stored.id, RefKind::Branch, name).await?.ok_or_else(missing)?;
            require_expected(name, expected, Some(existing.revision))?;
            catalog::refs::remove_branch(conn, stored.id, name).await?;
            let object = format!("{}/{}@{name}", stored.package.kind, stored.package);
            catalog::audit::record(conn, actor.name(), actor.client(), Action::DeleteBranch, &object, now()).await
        })
    }
}

/// Demands that a name is not that of a ref of another kind. The package must be locked.
pub(crate) async fn require_free(conn: &mut Conn, package: &StoredPackage, kind: RefKind, name: &RefName) -> Result<()> {
    match catalog::refs::other_kind(conn, package.id, kind, name).await? {
        None => Ok(()),
        Some(other) => {
            let word = match other {
                RefKind::Branch => "a branch",
                RefKind::Tag => "a version",
                RefKind::Alias => "an alias",
            };
            Err(Error::conflict(format!("“{name}” is {word} of “{}” already: choose another name.", package.package)))
        }
    }
}
