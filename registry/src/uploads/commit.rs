//! Committing: the one step in which a revision appears.

use domain::{
    PackageRef, RevisionId, card,
    manifest::Manifest,
    refs::{DEFAULT_BRANCH, RefKind, RefName, newest_version_first},
};
use time::OffsetDateTime;

use super::begin::{taken, wrong_size};
use crate::{
    Actor, Error, Registry, Result,
    catalog::{
        self, Conn,
        audit::Action,
        packages::StoredPackage,
        revisions::{NewRevision, StoredRevision},
        search::NO_SCORE,
        transact,
        uploads::StoredUpload,
    },
    now,
};

/// What is committed, and where to.
pub(crate) struct Commit<'a> {
    pub(crate) package: &'a PackageRef,
    pub(crate) branch: &'a RefName,
    pub(crate) version: Option<&'a RefName>,
    pub(crate) message: &'a str,
    pub(crate) manifest: &'a Manifest,
    /// What the card says that the package is.
    pub(crate) description: &'a str,
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
        let description = self.description(&manifest).await?;
        let commit = Commit {
            package: &upload.package,
            branch: &upload.branch,
            version: upload.version.as_ref(),
            message: &upload.message,
            manifest: &manifest,
            description: &description,
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
    /// first, so that commits to one branch at the same moment become one chain. The foreign key from entries to blobs keeps a revision from ever pointing at a blob that is not there.
    pub(crate) async fn commit(&self, conn: &mut Conn, actor: &Actor, commit: &Commit<'_>) -> Result<RevisionId> {
        let at = now();
        let owner = actor.user().filter(|user| user.name.key() == commit.package.namespace.key()).map(|user| user.id);
        let namespace = catalog::namespaces::get_or_insert(conn, &commit.package.namespace, owner, at).await?;
        let id = catalog::packages::get_or_insert(conn, commit.package, namespace, at).await?;
        let package = catalog::packages::get(conn, id).await?;
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
        let head = match catalog::refs::resolve(conn, id, Some(RefKind::Branch), commit.branch).await? {
            Some(seq) => Some(catalog::revisions::get(conn, seq).await?),
            None => None,
        };
        let newest = commit.version.filter(|version| is_newest(version, package.version.as_deref())).map(RefName::as_str);
        let (seq, revision) = match head {
            // nothing changed: the version names what is there
            Some(head) if head.manifest == commit.manifest.digest() => {
                if commit.version.is_some() {
                    catalog::packages::touch(conn, id, newest, at).await?;
                }
                (head.seq, head.summary.id)
            }
            head => self.add_revision(conn, actor, commit, &package, head.as_ref(), newest, at).await?,
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
        package: &StoredPackage,
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
                catalog::jobs::queue(conn, package.id, seq, at).await?;
                seq
            }
        };
        catalog::refs::move_branch(conn, package.id, commit.branch, seq, at).await?;
        if commit.branch.as_str() == DEFAULT_BRANCH {
            let score = catalog::reports::newest_score(conn, seq).await?.unwrap_or(NO_SCORE);
            catalog::packages::set_head(conn, package, commit.description, newest, score, at).await?;
        } else {
            catalog::packages::touch(conn, package.id, newest, at).await?;
        }
        Ok((seq, revision))
    }

    /// What the card of a manifest says that the package is; empty without a card.
    pub(crate) async fn description(&self, manifest: &Manifest) -> Result<String> {
        let is_card = |file: &&domain::manifest::ManifestFile| file.path.as_str().eq_ignore_ascii_case(card::FILE_NAME);
        let Some(file) = manifest.files().iter().find(is_card) else { return Ok(String::new()) };
        let Some(text) = self.card_text(&file.sha256).await? else { return Ok(String::new()) };
        // hostile YAML may take a while
        tokio::task::spawn_blocking(move || card::parse(&text).description())
            .await
            .map_err(|error| Error::internal("reading the card", error))
    }
}

fn is_newest(version: &RefName, newest: Option<&str>) -> bool {
    newest.is_none_or(|newest| newest_version_first(version.as_str(), newest).is_lt())
}
