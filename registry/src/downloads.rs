//! Downloads of single files.

use domain::{FilePath, GitBlobId, PackageRef, RevisionId, Sha256Digest, account::Permission, refs::RevisionSpec};
use tokio::fs::File;

use crate::{
    Actor, Error, Registry, Result,
    catalog::{self, audit::Action, transact},
    now,
    packages::locate,
};

/// A file of a revision, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDownload {
    /// The package, in the spelling of its owner.
    pub package: PackageRef,
    /// The revision that was found.
    pub revision: RevisionId,
    /// The file.
    pub path: FilePath,
    /// Its length in bytes.
    pub size: u64,
    /// Its content address; a perfect entity tag.
    pub sha256: Sha256Digest,
    /// What git calls it.
    pub git_id: GitBlobId,
}

impl Registry {
    /// Finds a file. Nothing is read or recorded yet.
    ///
    /// # Errors
    /// Not found when there is no such package, revision or file.
    pub async fn file(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec, path: &FilePath) -> Result<FileDownload> {
        actor.require(Permission::Download)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, package, at).await?;
        let file = catalog::entries::file(&mut conn, revision.seq, path)
            .await?
            .ok_or_else(|| Error::not_found(format!("The file “{path}” in “{package}”")))?;
        Ok(FileDownload {
            package: stored.package,
            revision: revision.summary.id,
            path: path.clone(),
            size: file.size,
            sha256: file.sha256,
            git_id: file.git_id,
        })
    }

    /// Opens a file for reading from byte `start` on, and records the download when it starts at the beginning: what resumes a
    /// transfer is not another one.
    ///
    /// # Errors
    /// When the store or the catalog fails.
    pub async fn open_file(&self, actor: &Actor, file: &FileDownload, start: u64) -> Result<File> {
        let reader = self.0.blobs.read(&file.sha256, start).await?;
        if start == 0 {
            let object = format!("{}/{}@{}/{}", file.package.kind, file.package, file.revision, file.path);
            self.record_download(actor, Action::DownloadFile, &object).await?;
        }
        Ok(reader)
    }

    pub(crate) async fn record_download(&self, actor: &Actor, action: Action, object: &str) -> Result<()> {
        transact!(self.0.catalog, async |conn| {
            catalog::audit::record(conn, actor.name(), actor.client(), action, object, now()).await
        })
    }
}
