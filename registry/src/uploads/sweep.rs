//! Sweeping: uploads that nobody goes on with are given up, and what is left of them is removed.

use std::{collections::HashSet, time::Duration};

use crate::{
    Error, Registry, Result,
    blobs::Blobs,
    catalog::{self, transact},
    now,
};

/// After this time without a change what an import has begun is taken for left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 3600);

impl Registry {
    /// Gives up the uploads that nothing arrived for in time, and removes what is left in the store of uploads
    /// that are over and of imports that were killed.
    pub(crate) async fn sweep_uploads(&self) -> Result<()> {
        transact!(self.0.catalog, async |conn| { catalog::uploads::expire(conn, now()).await })?;
        self.sweep_folder().await?;
        match &self.0.blobs {
            Blobs::Folder(_) => Ok(()),
            Blobs::S3 { bucket, .. } => self.sweep_objects(bucket, LEFT_BEHIND).await,
        }
    }

    async fn sweep_folder(&self) -> Result<()> {
        // first what is on the disk, then what is open: an upload that begins in between is not taken for one that is over
        let folder = self.0.blobs.scratch().clone();
        let kept = tokio::task::spawn_blocking(move || {
            folder.sweep_scratch(LEFT_BEHIND)?;
            folder.kept_uploads()
        })
        .await
        .map_err(|error| Error::internal("listing uploads", error))??;
        let mut conn = self.0.catalog.read().await?;
        let open: HashSet<_> = catalog::uploads::all_open(&mut conn).await?.into_iter().collect();
        drop(conn);
        for id in kept.into_iter().filter(|id| !open.contains(id)) {
            self.0.blobs.scratch().discard_upload(id).await?;
        }
        Ok(())
    }
}
