//! Sweeping: uploads that nobody goes on with are given up, and what is left of them is removed.

use std::{collections::HashSet, time::Duration};

use domain::UploadId;
use time::OffsetDateTime;

use crate::{
    Error, Registry, Result,
    blobs::Blobs,
    catalog::{self, transact},
};

/// After this time without a change what an import has begun is taken for left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 3600);

impl Registry {
    /// Gives up the uploads that nothing arrived for until now, and removes what is left in the store of uploads that are over and
    /// of imports that were killed. Answers how many folders were removed.
    pub(crate) async fn sweep_uploads(&self, now: OffsetDateTime) -> Result<u64> {
        self.expire_uploads(now).await?;
        let removed = self.sweep_folder().await?;
        if let Blobs::S3 { bucket, .. } = &self.0.blobs {
            self.sweep_objects(bucket, LEFT_BEHIND).await?;
        }
        Ok(removed)
    }

    /// Gives up the uploads that nothing arrived for until now.
    pub(crate) async fn expire_uploads(&self, now: OffsetDateTime) -> Result<()> {
        while transact!(self.0.catalog, async |conn| { catalog::uploads::expire(conn, now).await })? > 0 {}
        Ok(())
    }

    /// How many folders a sweep would remove now.
    pub(crate) async fn left_folders(&self) -> Result<u64> {
        let (uploads, scratch) = self.left_in_folder().await?;
        Ok((uploads.len() + scratch.len()) as u64)
    }

    async fn sweep_folder(&self) -> Result<u64> {
        let (uploads, scratch) = self.left_in_folder().await?;
        let removed = (uploads.len() + scratch.len()) as u64;
        for id in uploads {
            self.0.blobs.scratch().discard_upload(id).await?;
        }
        for folder in scratch {
            tokio::fs::remove_dir_all(folder).await.map_err(|error| Error::io("removing a scratch folder", error))?;
        }
        Ok(removed)
    }

    /// The uploads that are over and have a folder, and the scratch folders of those who were killed.
    async fn left_in_folder(&self) -> Result<(Vec<UploadId>, Vec<std::path::PathBuf>)> {
        // first what is on the disk, then what is open: an upload that begins in between is not taken for one that is over
        let folder = self.0.blobs.scratch().clone();
        let (mut uploads, scratch) =
            tokio::task::spawn_blocking(move || Ok::<_, Error>((folder.kept_uploads()?, folder.left_scratch(LEFT_BEHIND)?)))
                .await
                .map_err(|error| Error::internal("listing uploads", error))??;
        let mut conn = self.0.catalog.read().await?;
        let open: HashSet<_> = catalog::uploads::all_open(&mut conn).await?.into_iter().collect();
        uploads.retain(|id| !open.contains(id));
        Ok((uploads, scratch))
    }
}
