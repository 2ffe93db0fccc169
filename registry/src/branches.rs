//! Refs as lists, and branches: made from a revision, removed.

use domain::{
    ErrorKind, PackageId, PackageRef,
    account::Permission,
    lifecycle::{Expected, is_protected_by_default},
    listing::{Page, RefSummary},
    refs::{DEFAULT_BRANCH, RefKind, RefName, RevisionSpec},
};

use crate::{
    Actor, Error, Paging, Registry, Result,
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
        paging: Paging<'_>,
    ) -> Result<Page<RefSummary>> {
        actor.require(Permission::Search)?;
        let (after, size) = (paging.after::<RefName>()?, paging.size(PAGE));
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let after = after.as_ref().map(RefName::as_str);
        let found = catalog::refs::in_order(&mut conn, stored.id, kind, after, size as u32 + 1).await?;
        cursor::page(found, size, |reference| reference.name.clone())
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
    /// the name is taken; forbidden without the right to write, or without the right to manage for the name of a protected alias.
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
            require_free(conn, actor, &stored, RefKind::Branch, name).await?;
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

/// Demands that a ref of this kind may have a name: it is not that of a ref of another kind, nor a protected alias's that the actor may
/// not give away. The package must be locked.
pub(crate) async fn require_free(
    conn: &mut Conn,
    actor: &Actor,
    package: &StoredPackage,
    kind: RefKind,
    name: &RefName,
) -> Result<()> {
    if let Some(other) = catalog::refs::other_kind(conn, package.id, kind, name).await? {
        let word = in_words(other);
        return Err(Error::conflict(format!("“{name}” is {word} of “{}” already: choose another name.", package.package)));
    }
    require_unprotected(conn, actor, (&package.package, Some(package.id)), kind, name).await
}

/// Demands that a name is not that of a protected alias, or that the actor may manage those. Whether there is such an alias yet does not
/// matter: a branch or a version of its name would take its place, and versions never go. What has the name already keeps it.
pub(crate) async fn require_unprotected(
    conn: &mut Conn,
    actor: &Actor,
    (package, id): (&PackageRef, Option<PackageId>),
    kind: RefKind,
    name: &RefName,
) -> Result<()> {
    // steps of aliases have a rule of their own
    if kind == RefKind::Alias || actor.may_manage(&package.namespace) {
        return Ok(());
    }
    let is_protected = match id {
        Some(id) => {
            catalog::aliases::is_protected(conn, id, name).await? && catalog::refs::find(conn, id, kind, name).await?.is_none()
        }
        None => is_protected_by_default(name.as_str()),
    };
    if !is_protected {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        format!(
            "“{name}” is kept for a protected alias of “{package}”: only who manages the namespace “{}” may make {} of this name. \
             Choose another name.",
            package.namespace,
            in_words(kind)
        ),
    ))
}

fn in_words(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Branch => "a branch",
        RefKind::Tag => "a version",
        RefKind::Alias => "an alias",
    }
}
