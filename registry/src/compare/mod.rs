//! What differs between two revisions of a package: files, texts, tensors, metrics.

mod tensors;
mod text;

use domain::{
    FilePath, PackageRef, Sha256Digest,
    account::Permission,
    compare::{self, Comparison, ContentComparison, FileChange, FileComparison, FileVersion, MAX_CHANGES},
    refs::RevisionSpec,
};
use tokio::{io::AsyncReadExt as _, sync::Semaphore};

use crate::{
    Actor, Error, Registry, Result,
    catalog::{self, revisions::StoredRevision},
    packages::locate,
};

/// Files that are compared at once: texts can be made to take as long as their time limit.
static COMPARING: Semaphore = Semaphore::const_new(2);

impl Registry {
    /// Two revisions side by side.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn compare(
        &self,
        actor: &Actor,
        package: &PackageRef,
        base: &RevisionSpec,
        head: &RevisionSpec,
    ) -> Result<Comparison> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (_, base) = locate(&mut conn, actor, package, base).await?;
        let (_, head) = locate(&mut conn, actor, package, head).await?;
        let before = catalog::entries::files(&mut conn, base.seq).await?;
        let after = catalog::entries::files(&mut conn, head.seq).await?;
        let report = catalog::reports::newest(&mut conn, base.seq).await?;
        let metrics = compare::metrics(report.as_ref(), catalog::reports::newest(&mut conn, head.seq).await?.as_ref());
        drop(conn);
        let (mut files, unchanged) = compare::files(&before, &after);
        let changed = files.len() as u64;
        files.truncate(MAX_CHANGES);
        Ok(Comparison { base: base.summary, head: head.summary, files, changed, unchanged, metrics })
    }

    /// One file on both sides, in detail. Reads content, so it needs the permission to download.
    ///
    /// # Errors
    /// Not found when there is no such package or revision, or the file is on neither side.
    pub async fn compare_file(
        &self,
        actor: &Actor,
        package: &PackageRef,
        base: &RevisionSpec,
        head: &RevisionSpec,
        path: &FilePath,
    ) -> Result<FileComparison> {
        actor.require(Permission::Download)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, base) = locate(&mut conn, actor, package, base).await?;
        actor.require_download(&stored)?;
        let (_, head) = locate(&mut conn, actor, package, head).await?;
        let mut version = async |revision: &StoredRevision| -> Result<Option<FileVersion>> {
            let file = catalog::entries::file(&mut conn, revision.seq, path).await?;
            Ok(file.map(|file| FileVersion { size: file.size, sha256: file.sha256 }))
        };
        let (before, after) = (version(&base).await?, version(&head).await?);
        drop(conn);
        if before.is_none() && after.is_none() {
            return Err(Error::not_found(format!("The file “{path}” in either revision of “{package}”")));
        }
        let change = FileChange { path: path.clone(), before, after };
        let content = if change.before.map(|file| file.sha256) == change.after.map(|file| file.sha256) {
            ContentComparison::Opaque { why: "The file is the same in both revisions.".to_owned() }
        } else {
            self.compare_content(&change).await?
        };
        Ok(FileComparison { change, content })
    }

    async fn compare_content(&self, change: &FileChange) -> Result<ContentComparison> {
        let is_weights = change.path.as_str().to_ascii_lowercase().ends_with(".safetensors");
        if !is_weights && [change.before, change.after].into_iter().flatten().any(|file| file.size > text::MAX_BYTES) {
            let limit = text::MAX_BYTES >> 10;
            return Ok(ContentComparison::Opaque { why: format!("Only texts of up to {limit} KiB are compared line by line.") });
        }
        let turn = COMPARING.acquire().await.map_err(|error| Error::internal("comparing files", error))?;
        let limit = if is_weights { tensors::MAX_HEADER + tensors::LENGTH_BYTES } else { text::MAX_BYTES };
        let before = self.beginning(change.before, limit).await?;
        let after = self.beginning(change.after, limit).await?;
        // CPU work: off the async threads
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            if is_weights {
                tensors::compare(before.as_deref(), after.as_deref())
            } else {
                text::compare(&before.unwrap_or_default(), &after.unwrap_or_default())
            }
        })
        .await
        .map_err(|error| Error::internal("comparing files", error))
    }

    /// The beginning of a file; nothing when there is no such file.
    async fn beginning(&self, file: Option<FileVersion>, limit: u64) -> Result<Option<Vec<u8>>> {
        match file {
            Some(file) => self.blob_beginning(&file.sha256, limit).await.map(Some),
            None => Ok(None),
        }
    }

    /// The first `limit` bytes of a blob.
    async fn blob_beginning(&self, sha256: &Sha256Digest, limit: u64) -> Result<Vec<u8>> {
        let mut conn = self.0.catalog.read().await?;
        let blob = catalog::blobs::get(&mut conn, sha256).await?.ok_or_else(|| Error::not_found("The file's content"))?;
        drop(conn);
        let mut bytes = Vec::new();
        let reader = self.0.blobs.read(&blob, 0).await?;
        reader.take(limit).read_to_end(&mut bytes).await.map_err(|error| Error::io("reading a file", error))?;
        Ok(bytes)
    }
}
