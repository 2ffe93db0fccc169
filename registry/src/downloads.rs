//! Downloads of single files.

use std::time::Duration;

use domain::{FilePath, GitBlobId, PackageId, PackageRef, RevisionId, Sha256Digest, account::Permission, refs::RevisionSpec};
use url::Url;
use uuid::Uuid;

use crate::{
    Actor, BlobReader, Error, Registry, Result,
    blobs::{Attachment, StoredBlob},
    catalog::{self, audit::Action, counts::Downloaded, transact},
    packages::locate,
};

/// How long an address that a download is led to begins it.
const REDIRECT_TIME: Duration = Duration::from_secs(300);

/// How many packages are looked up at once whose downloads are to be summed.
const SUMMED: u32 = 100;

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
    of: Downloaded,
}

impl Registry {
    /// Finds a file. Nothing is read or recorded yet.
    ///
    /// # Errors
    /// Not found when there is no such package, revision or file.
    pub async fn file(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec, path: &FilePath) -> Result<FileDownload> {
        actor.require(Permission::Download)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, actor, package, at).await?;
        actor.require_download(&stored)?;
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
            of: Downloaded { package: stored.id, revision_seq: revision.seq },
        })
    }

    /// Opens a file for reading from byte `start` on, and records that. It counts as a download when it starts at the beginning:
    /// what resumes a transfer is not another one.
    ///
    /// # Errors
    /// When the store or the catalog fails.
    pub async fn open_file(&self, actor: &Actor, file: &FileDownload, start: u64) -> Result<BlobReader> {
        let reader = self.0.blobs.read(&self.blob_of(file).await?, start).await?;
        self.record_file(actor, file, start).await?;
        Ok(reader)
    }

    /// An address where whoever has it gets the file's bytes for a few minutes, straight from the store; nothing when the store
    /// gives none. It answers with this disposition and content type. Giving it is recorded, whatever is asked for there, and
    /// counts as the download from byte `start` on.
    ///
    /// # Errors
    /// When the store or the catalog fails.
    pub async fn file_address(
        &self,
        actor: &Actor,
        file: &FileDownload,
        start: u64,
        disposition: &str,
        content_type: &str,
    ) -> Result<Option<Url>> {
        let attachment = Attachment { disposition, content_type };
        let address = self
            .0
            .blobs
            .address(&self.blob_of(file).await?, &attachment, REDIRECT_TIME.min(self.0.settings.address_time))
            .await?;
        if address.is_some() {
            self.record_file(actor, file, start).await?;
        }
        Ok(address)
    }

    async fn blob_of(&self, file: &FileDownload) -> Result<StoredBlob> {
        let mut conn = self.0.catalog.read().await?;
        catalog::blobs::get(&mut conn, &file.sha256).await?.ok_or_else(|| Error::not_found("The file"))
    }

    async fn record_file(&self, actor: &Actor, file: &FileDownload, start: u64) -> Result<()> {
        let object = format!("{}/{}@{}/{}", file.package.kind, file.package, file.revision, file.path);
        self.record_download(actor, Action::DownloadFile, &object, (start == 0).then_some(file.of)).await
    }

    /// Brings the sums by which packages are sorted up to date with their downloads. The servers do so by themselves.
    ///
    /// # Errors
    /// When the catalog fails.
    pub async fn sum_downloads(&self) -> Result<()> {
        let mut after = PackageId(Uuid::nil());
        loop {
            let mut conn = self.0.catalog.read().await?;
            let packages = catalog::counts::to_sum(&mut conn, after, SUMMED).await?;
            drop(conn);
            let Some(last) = packages.last() else { return Ok(()) };
            after = *last;
            for package in packages {
                transact!(self.0.catalog, async |conn| { catalog::counts::sum(conn, package).await })?;
            }
        }
    }
}
