//! Packages: found, read, browsed.

use std::collections::HashMap;

use domain::{
    ErrorKind, FilePath, NamespaceName, PackageId, PackageRef, RevisionId,
    account::Permission,
    listing::{ExistingPackage, HistoryEntry, PackageDetail, Page, RefSummary, SHOWN_REFS, Scores, TreeEntry},
    refs::{RefKind, RevisionSpec},
};

use crate::{
    Actor, Error, Paging, Registry, Result,
    catalog::{self, Conn, packages::StoredPackage, revisions::StoredRevision},
    cursor,
    removal::explain_missing,
};

/// How many entries of a folder, revisions or jobs a page holds.
pub(crate) const PAGE: usize = 100;

/// How many namespaces are offered to choose from. Of more, the rest is named.
const OFFERED: usize = 1000;

/// The namespaces that somebody may upload to.
#[derive(Clone, Debug)]
pub struct WritableNamespaces {
    /// By name, the own one first.
    pub names: Vec<NamespaceName>,
    /// Whether there are no others.
    pub are_all: bool,
}

impl Registry {
    /// A package with its refs and the revision that `at` names.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn package(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<PackageDetail> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = match locate(&mut conn, actor, package, at).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(explain_missing(&mut conn, actor, package, error).await);
            }
            found => found?,
        };
        let refs = refs(&mut conn, stored.id).await?;
        let job = catalog::jobs::newest(&mut conn, revision.seq).await?.map(|stored| stored.job);
        let score = catalog::reports::newest_score(&mut conn, revision.seq).await?;
        Ok(PackageDetail {
            id: stored.id,
            may_write: actor.may_write(&stored.package.namespace),
            visibility: stored.visibility,
            may_manage: actor.may_manage(&stored.package.namespace),
            facts: catalog::card_facts::get(&mut conn, stored.id).await?,
            package: stored.package,
            description: stored.description,
            at: spelled(at),
            revision: revision.summary,
            refs,
            job,
            score,
            downloads: catalog::counts::of_package(&mut conn, stored.id).await?,
            revision_downloads: catalog::counts::of_revision(&mut conn, revision.seq).await?,
        })
    }

    /// The names that point at revisions: branches, aliases, then versions, the highest first; the first 200 of each kind.
    ///
    /// # Errors
    /// Not found when there is no such package.
    pub async fn refs(&self, actor: &Actor, package: &PackageRef) -> Result<Vec<RefSummary>> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        refs(&mut conn, stored.id).await
    }

    /// Whether there is a package of this name.
    ///
    /// # Errors
    /// Forbidden without the permission to search.
    pub async fn existing_package(&self, actor: &Actor, package: &PackageRef) -> Result<Option<ExistingPackage>> {
        actor.require_identity()?;
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let found = catalog::packages::find(&mut conn, package).await?.filter(|found| actor.may_find(found));
        Ok(found.map(|found| ExistingPackage { version: found.version, visibility: found.visibility }))
    }

    /// What a folder of a revision holds; the top without one. Folders come first.
    ///
    /// # Errors
    /// Not found when there is no such package, revision or folder; invalid when the cursor is damaged.
    pub async fn tree(
        &self,
        actor: &Actor,
        package: &PackageRef,
        at: &RevisionSpec,
        folder: Option<&FilePath>,
        paging: Paging<'_>,
    ) -> Result<Page<TreeEntry>> {
        actor.require(Permission::Search)?;
        let (after, size) = (paging.after()?, paging.size(PAGE));
        let mut conn = self.0.catalog.read().await?;
        let (_, revision) = locate(&mut conn, actor, package, at).await?;
        if let Some(folder) = folder
            && catalog::entries::is_file(&mut conn, revision.seq, folder).await? != Some(false)
        {
            return Err(Error::not_found(format!("The folder “{folder}”")));
        }
        let folder = folder.map_or("", FilePath::as_str);
        let entries = catalog::entries::of_folder(&mut conn, revision.seq, folder, after.as_ref(), size as u32 + 1).await?;
        cursor::page(entries, size, |entry| catalog::entries::Position {
            is_file: entry.file.is_some(),
            path: entry.path.clone(),
        })
    }

    /// The revisions of a package, newest first.
    ///
    /// # Errors
    /// Not found when there is no such package; invalid when the cursor is damaged.
    pub async fn history(&self, actor: &Actor, package: &PackageRef, paging: Paging<'_>) -> Result<Page<HistoryEntry>> {
        const REVISIONS: usize = 30;
        actor.require(Permission::Search)?;
        let (before, size) = (paging.after()?, paging.size(REVISIONS));
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let revisions = catalog::revisions::history(&mut conn, stored.id, before, size as u32 + 1).await?;
        let page = cursor::page(revisions, size, |past| past.revision.seq)?;
        let mut refs = match (page.items.last(), page.items.first()) {
            (Some(oldest), Some(newest)) => {
                catalog::refs::of_revisions(&mut conn, stored.id, oldest.revision.seq, newest.revision.seq).await?
            }
            _ => HashMap::new(),
        };
        let items = page.items.into_iter().map(|past| HistoryEntry {
            refs: refs.remove(&past.revision.seq).unwrap_or_default(),
            job: past.job,
            score: past.score,
            downloads: past.downloads,
            revision: past.revision.summary,
        });
        Ok(Page { items: items.collect(), next: page.next })
    }

    /// The newest report on a revision, and its newest job.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn scores(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<Scores> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (_, revision) = locate(&mut conn, actor, package, at).await?;
        Ok(Scores {
            report: catalog::reports::newest(&mut conn, revision.seq).await?,
            job: catalog::jobs::newest(&mut conn, revision.seq).await?.map(|stored| stored.job),
        })
    }

    /// The namespaces that the actor may upload to, the own one first.
    ///
    /// # Errors
    /// When the catalog fails.
    pub async fn writable_namespaces(&self, actor: &Actor) -> Result<WritableNamespaces> {
        actor.require_identity()?;
        let mut conn = self.0.catalog.read().await?;
        let mut names = match actor.user().filter(|user| !user.admin) {
            Some(user) => catalog::members::writable(&mut conn, user.id, OFFERED as u32 + 1).await?,
            None => catalog::namespaces::names(&mut conn, OFFERED as u32 + 1).await?,
        };
        let are_all = names.len() <= OFFERED;
        names.truncate(OFFERED);
        if !are_all
            && let Ok(own) = actor.name().parse()
            && let Some(own) = catalog::namespaces::find(&mut conn, &own).await?
        {
            names.push(own.name);
        }
        names.retain(|name| actor.may_write(name));
        names.sort_by_key(|name| name.as_str() != actor.name());
        names.dedup();
        Ok(WritableNamespaces { names, are_all })
    }
}

/// A package that the actor may find, or the answer that there is none.
pub(crate) async fn find(conn: &mut Conn, actor: &Actor, package: &PackageRef) -> Result<StoredPackage> {
    let found = catalog::packages::find(conn, package).await?;
    found.filter(|found| actor.may_find(found)).ok_or_else(|| actor.hidden(format!("The {} “{package}”", package.kind)))
}

/// A package that the actor may find, locked until the change ends.
pub(crate) async fn locked(conn: &mut Conn, actor: &Actor, package: &PackageRef) -> Result<StoredPackage> {
    let id = find(conn, actor, package).await?.id;
    catalog::packages::lock(conn, id).await?;
    // it may have been renamed, hidden or deleted while the lock was waited for
    if !catalog::removal::is_deleted(conn, id).await? {
        let stored = catalog::packages::get(conn, id).await?;
        if actor.may_find(&stored) {
            return Ok(stored);
        }
    }
    Err(actor.hidden(format!("The {} “{package}”", package.kind)))
}

/// A package that the actor may find, and the revision that `at` names.
pub(crate) async fn locate(
    conn: &mut Conn,
    actor: &Actor,
    package: &PackageRef,
    at: &RevisionSpec,
) -> Result<(StoredPackage, StoredRevision)> {
    let stored = find(conn, actor, package).await?;
    let revision = resolve(conn, stored.id, at)
        .await?
        .ok_or_else(|| Error::not_found(format!("The revision “{}” of “{package}”", spelled(at))))?;
    Ok((stored, revision))
}

async fn resolve(conn: &mut Conn, package: PackageId, at: &RevisionSpec) -> Result<Option<StoredRevision>> {
    let (kind, name) = match at {
        RevisionSpec::Id(id) => return catalog::revisions::find(conn, package, id).await,
        RevisionSpec::Name(name) => (None, name),
        RevisionSpec::Qualified(kind, name) => (Some(*kind), name),
    };
    if let Some(seq) = catalog::refs::resolve(conn, package, kind, name).await? {
        return catalog::revisions::get(conn, seq).await.map(Some);
    }
    let Some(prefix) = at.id_prefix() else { return Ok(None) };
    let bound = |filler: &str| -> Result<RevisionId> { Ok(format!("{prefix}{}", filler.repeat(40 - prefix.len())).parse()?) };
    let mut found = catalog::revisions::between(conn, package, &bound("0")?, &bound("f")?).await?;
    if found.len() > 1 {
        return Err(Error::conflict(format!("“{prefix}” is the beginning of several revisions: give more digits.")));
    }
    Ok(found.pop())
}

/// Branches, aliases, and the highest versions.
async fn refs(conn: &mut Conn, package: PackageId) -> Result<Vec<RefSummary>> {
    let mut refs = Vec::new();
    for kind in [RefKind::Branch, RefKind::Alias, RefKind::Tag] {
        refs.extend(catalog::refs::in_order(conn, package, kind, None, SHOWN_REFS).await?);
    }
    Ok(refs)
}

fn spelled(at: &RevisionSpec) -> String {
    match at {
        RevisionSpec::Id(id) => id.to_string(),
        RevisionSpec::Name(name) | RevisionSpec::Qualified(_, name) => name.to_string(),
    }
}
