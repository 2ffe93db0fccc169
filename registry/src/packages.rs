//! Packages: found, read, browsed.

use domain::{
    NamespaceName, PackageId, PackageRef, RevisionId,
    account::Permission,
    listing::{ExistingPackage, HistoryEntry, PackageDetail, PackageSummary, Page, RefSummary, Scores, TreeEntry},
    refs::{DEFAULT_BRANCH, RefKind, RevisionSpec, newest_version_first},
    search::{DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT, SearchQuery},
};

use crate::{
    Actor, Error, Registry, Result,
    catalog::{self, Conn, packages::StoredPackage, revisions::StoredRevision, search::Position},
    cursor,
};

/// How many entries of a folder, revisions or jobs a page holds.
pub(crate) const PAGE: usize = 100;
/// How many tags a package's pages offer.
const SHOWN_TAGS: u32 = 200;

impl Registry {
    /// Finds packages.
    ///
    /// # Errors
    /// Invalid when the text is too long or the cursor damaged.
    pub async fn search_packages(&self, actor: &Actor, query: &SearchQuery) -> Result<Page<PackageSummary>> {
        actor.require(Permission::Search)?;
        if query.text.chars().count() > MAX_TEXT {
            return Err(Error::new(domain::ErrorKind::Invalid, format!("Search for at most {MAX_TEXT} characters.")));
        }
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        let after: Option<Position> = cursor::decode(query.cursor.as_deref())?;
        if after.as_ref().is_some_and(|after| !after.is_plausible()) {
            return Err(cursor::damaged());
        }
        let mut conn = self.0.catalog.read().await?;
        let found =
            catalog::search::find(&mut conn, &query.text, query.kind, query.namespace.as_ref(), query.sort, after, limit + 1)
                .await?;
        let page = cursor::page(found, limit as usize, |found| found.position.clone())?;
        Ok(Page { items: page.items.into_iter().map(|found| found.summary).collect(), next: page.next })
    }

    /// A package with its refs and the revision that `at` names.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn package(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<PackageDetail> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, package, at).await?;
        let refs = refs(&mut conn, stored.id).await?;
        let job = catalog::jobs::newest(&mut conn, revision.seq).await?.map(|stored| stored.job);
        let score = catalog::reports::newest_score(&mut conn, revision.seq).await?;
        Ok(PackageDetail {
            id: stored.id,
            may_write: actor.may_write(&stored.package.namespace),
            package: stored.package,
            description: stored.description,
            at: spelled(at),
            revision: revision.summary,
            refs,
            job,
            score,
        })
    }

    /// The names that point at revisions: branches and aliases, then the tags of the newest revisions, the highest versions first.
    ///
    /// # Errors
    /// Not found when there is no such package.
    pub async fn refs(&self, actor: &Actor, package: &PackageRef) -> Result<Vec<RefSummary>> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, package).await?;
        refs(&mut conn, stored.id).await
    }

    /// Whether there is a package of this name.
    ///
    /// # Errors
    /// Forbidden without the permission to search.
    pub async fn existing_package(&self, actor: &Actor, package: &PackageRef) -> Result<Option<ExistingPackage>> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let found = catalog::packages::find(&mut conn, package).await?;
        Ok(found.map(|found| ExistingPackage { version: found.version }))
    }

    /// What a folder of a revision holds; the top when `folder` is empty. Folders come first.
    ///
    /// # Errors
    /// Not found when there is no such package, revision or folder; invalid when the cursor is damaged.
    pub async fn tree(
        &self,
        actor: &Actor,
        package: &PackageRef,
        at: &RevisionSpec,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<Page<TreeEntry>> {
        actor.require(Permission::Search)?;
        let after = cursor::decode(cursor)?;
        let folder = folder.trim_matches('/');
        let mut conn = self.0.catalog.read().await?;
        let (_, revision) = locate(&mut conn, package, at).await?;
        if !folder.is_empty() && catalog::entries::is_file(&mut conn, revision.seq, folder).await? != Some(false) {
            return Err(Error::not_found(format!("The folder “{folder}”")));
        }
        let entries = catalog::entries::of_folder(&mut conn, revision.seq, folder, after.as_ref(), PAGE as u32 + 1).await?;
        cursor::page(entries, PAGE, |entry| catalog::entries::Position {
            is_file: entry.file.is_some(),
            path: entry.path.clone(),
        })
    }

    /// The revisions of a package, newest first.
    ///
    /// # Errors
    /// Not found when there is no such package; invalid when the cursor is damaged.
    pub async fn history(&self, actor: &Actor, package: &PackageRef, cursor: Option<&str>) -> Result<Page<HistoryEntry>> {
        const REVISIONS: usize = 30;
        actor.require(Permission::Search)?;
        let before = cursor::decode(cursor)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, package).await?;
        let revisions = catalog::revisions::of_package(&mut conn, stored.id, before, REVISIONS as u32 + 1).await?;
        let page = cursor::page(revisions, REVISIONS, |revision| revision.seq)?;
        let mut items = Vec::with_capacity(page.items.len());
        for revision in page.items {
            items.push(HistoryEntry {
                refs: catalog::refs::of_revision(&mut conn, revision.seq).await?,
                job: catalog::jobs::newest(&mut conn, revision.seq).await?.map(|stored| stored.job.state),
                score: catalog::reports::newest_score(&mut conn, revision.seq).await?,
                revision: revision.summary,
            });
        }
        Ok(Page { items, next: page.next })
    }

    /// The newest report on a revision, and its newest job.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn scores(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<Scores> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (_, revision) = locate(&mut conn, package, at).await?;
        Ok(Scores {
            report: catalog::reports::newest(&mut conn, revision.seq).await?,
            job: catalog::jobs::newest(&mut conn, revision.seq).await?.map(|stored| stored.job),
        })
    }

    /// The namespaces that the actor may upload to, the own one first.
    ///
    /// # Errors
    /// When the catalog fails.
    pub async fn writable_namespaces(&self, actor: &Actor) -> Result<Vec<NamespaceName>> {
        let mut conn = self.0.catalog.read().await?;
        let owner = if actor.is_admin() { None } else { actor.user_id() };
        let mut names = catalog::namespaces::names(&mut conn, owner).await?;
        names.retain(|name| actor.may_write(name));
        names.sort_by_key(|name| name.as_str() != actor.name());
        Ok(names)
    }
}

/// A package, or the answer that there is none.
pub(crate) async fn find(conn: &mut Conn, package: &PackageRef) -> Result<StoredPackage> {
    catalog::packages::find(conn, package).await?.ok_or_else(|| Error::not_found(format!("The {} “{package}”", package.kind)))
}

/// A package and the revision that `at` names.
pub(crate) async fn locate(conn: &mut Conn, package: &PackageRef, at: &RevisionSpec) -> Result<(StoredPackage, StoredRevision)> {
    let stored = find(conn, package).await?;
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

/// Branches and aliases, then the tags of the newest revisions, the highest versions first.
async fn refs(conn: &mut Conn, package: PackageId) -> Result<Vec<RefSummary>> {
    let mut refs = catalog::refs::newest(conn, package, RefKind::Branch, SHOWN_TAGS).await?;
    refs.sort_by_key(|reference| reference.name != DEFAULT_BRANCH);
    refs.extend(catalog::refs::newest(conn, package, RefKind::Alias, SHOWN_TAGS).await?);
    let mut tags = catalog::refs::newest(conn, package, RefKind::Tag, SHOWN_TAGS).await?;
    tags.sort_by(|a, b| newest_version_first(&a.name, &b.name));
    refs.extend(tags);
    Ok(refs)
}

fn spelled(at: &RevisionSpec) -> String {
    match at {
        RevisionSpec::Id(id) => id.to_string(),
        RevisionSpec::Name(name) | RevisionSpec::Qualified(_, name) => name.to_string(),
    }
}
