//! Committing: the one step in which a revision appears.

use domain::{
    PackageRef, RevisionId,
    lifecycle::Expected,
    manifest::Manifest,
    people::Visibility,
    refs::{DEFAULT_BRANCH, RefKind, RefName},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    begin::{taken, wrong_size},
    parent, visibility,
};
use crate::{
    Actor, Registry, Result,
    branches::require_free,
    catalog::{
        self, Conn,
        audit::Action,
        packages::{Head, StoredPackage},
        revisions::{NewRevision, StoredRevision},
        transact,
        uploads::StoredUpload,
    },
    now,
    removal::require_open,
    storage::require_within,
    tags::is_newest,
    told::Told,
};

/// What is committed, and where to.
pub(crate) struct Commit<'a> {
    pub(crate) package: &'a PackageRef,
    pub(crate) branch: &'a RefName,
    pub(crate) version: Option<&'a RefName>,
    /// Who may find the package, when that was said.
    pub(crate) visibility: Option<Visibility>,
    /// Where the branch must point.
    pub(crate) parent: Expected,
    pub(crate) message: &'a str,
    pub(crate) manifest: &'a Manifest,
    /// What the files say about the package.
    pub(crate) told: &'a Told,
}

impl Registry {
    /// Commits an upload whose blobs are all there. Somebody else may have done so meanwhile: then nothing is left to do.
    pub(super) async fn commit_upload(&self, actor: &Actor, upload: &StoredUpload) -> Result<()> {
        actor.require_write(&upload.package.namespace)?;
        let mut conn = self.0.catalog.read().await?;
        let files = catalog::uploads::files(&mut conn, upload.id).await?;
        drop(conn);
        if files.is_empty() {
            return Ok(());
        }
        let manifest = Manifest::new(files, &self.0.settings.limits)?;
        let told = self.told(&upload.package, manifest.files()).await?;
        let commit = Commit {
            package: &upload.package,
            branch: &upload.branch,
            version: upload.version.as_ref(),
            visibility: upload.visibility,
            parent: upload.parent,
            message: &upload.message,
            manifest: &manifest,
            told: &told,
        };
        let committed = transact!(self.0.catalog, async |conn| {
            if !catalog::uploads::lock(conn, upload.id).await? {
                return Ok(false);
            }
            let revision = self.commit(conn, actor, &commit).await?;
            catalog::uploads::close(conn, upload.id, Some(&revision)).await
        })?;
        if !committed {
            return Ok(());
        }
        self.0.job_queued.notify_one();
        // the revision is there: what cannot be removed now is swept later
        if let Err(error) = self.discard_upload(upload.id).await {
            error.log();
        }
        Ok(())
    }

    /// Makes the revision, moves the branch, sets the tag, queues the job: all within the caller's change. The package is locked
    /// first, so that commits to one branch come one after the other, and each sees the head that it goes on. The foreign key from entries to blobs keeps a
    /// revision from ever pointing at a blob that is not there.
    pub(crate) async fn commit(&self, conn: &mut Conn, actor: &Actor, commit: &Commit<'_>) -> Result<RevisionId> {
        let at = now();
        // an account comes with its namespace: one that is not there yet is made by somebody who may write everywhere
        let namespace = catalog::namespaces::get_or_insert(conn, &commit.package.namespace, at).await?;
        let visibility = commit.visibility.unwrap_or_default();
        let (id, is_new) = catalog::packages::get_or_insert(conn, commit.package, namespace, visibility, at).await?;
        // asked with the package locked: it may have been deleted or renamed since the upload began
        require_open(conn, actor, commit.package).await?;
        let package = catalog::packages::get(conn, id).await?;
        if let Some(wanted) = commit.visibility {
            visibility::require(actor, &package.package, (!is_new).then_some(package.visibility), wanted)?;
            if is_new {
                visibility::record(conn, actor, &package.package, wanted, at).await?;
            }
        }
        require_free(conn, actor, &package, RefKind::Branch, commit.branch).await?;
        if let Some(version) = commit.version {
            require_free(conn, actor, &package, RefKind::Tag, version).await?;
        }
        if let Some(version) = commit.version
            && let Some(seq) = catalog::refs::resolve(conn, id, Some(RefKind::Tag), version).await?
        {
            let existing = catalog::revisions::get(conn, seq).await?;
            return if existing.manifest == commit.manifest.digest() {
                Ok(existing.summary.id)
            } else {
                Err(taken(version.as_str(), package.version.as_deref()))
            };
        }
        let head = parent::head(conn, id, commit.branch).await?;
        parent::require(commit.parent, commit.branch, head.as_ref(), &commit.manifest.digest())?;
        let newest = commit.version.filter(|version| is_newest(version, package.version.as_deref())).map(RefName::as_str);
        let (seq, revision) = match head {
            // nothing changed: the version names what is there
            Some(head) if head.manifest == commit.manifest.digest() => {
                if commit.version.is_some() {
                    catalog::packages::touch(conn, id, newest, at).await?;
                }
                (head.seq, head.summary.id)
            }
            head => self.add_revision(conn, actor, commit, (namespace, &package), head.as_ref(), newest, at).await?,
        };
        if let Some(version) = commit.version
            && !catalog::refs::insert_tag(conn, id, version, seq, at).await?
        {
            return Err(taken(version.as_str(), package.version.as_deref()));
        }
        let object = format!("{}/{}@{revision}", package.package.kind, package.package);
        catalog::audit::record(conn, actor.name(), actor.client(), Action::CommitRevision, &object, at).await?;
        Ok(revision)
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one commit")]
    async fn add_revision(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        commit: &Commit<'_>,
        (namespace, package): (Uuid, &StoredPackage),
        head: Option<&StoredRevision>,
        newest: Option<&str>,
        at: OffsetDateTime,
    ) -> Result<(i64, RevisionId)> {
        let parent = head.map(|head| head.summary.id);
        let revision = commit.manifest.revision_id(parent.as_ref(), actor.name(), commit.message);
        let seq = match catalog::revisions::find(conn, package.id, &revision).await? {
            Some(existing) => existing.seq,
            None => {
                let new = NewRevision {
                    package: package.id,
                    id: &revision,
                    parent: parent.as_ref(),
                    manifest: &commit.manifest.digest(),
                    author_id: actor.user_id(),
                    author: actor.name(),
                    message: commit.message,
                    files: commit.manifest.files().len() as u64,
                    bytes: commit.manifest.total_bytes(),
                    created_at: at,
                };
                let seq = catalog::revisions::insert(conn, &new).await?;
                catalog::entries::insert(conn, seq, commit.manifest).await?;
                // the blob may have come by another upload since the sizes were announced
                if let Some((path, size)) = catalog::entries::wrong_size(conn, seq).await? {
                    return Err(wrong_size(&path, size));
                }
                let stored = catalog::storage::add_revision(conn, namespace, seq, commit.manifest.total_bytes()).await?;
                require_within(&package.package.namespace, stored)?;
                catalog::jobs::queue(conn, package.id, seq, at).await?;
                seq
            }
        };
        catalog::refs::move_branch(conn, package.id, commit.branch, seq, at).await?;
        if commit.branch.as_str() == DEFAULT_BRANCH {
            let report = catalog::reports::newest(conn, seq).await?;
            let head = Head::of(&commit.told.card, commit.manifest.total_bytes(), report.as_ref());
            catalog::packages::set_head(conn, package.id, &head, newest, at).await?;
            catalog::lineage::replace_in_files(conn, package.id, package.package.kind, &commit.told.edges).await?;
        } else {
            catalog::packages::touch(conn, package.id, newest, at).await?;
        }
        Ok((seq, revision))
    }
}
