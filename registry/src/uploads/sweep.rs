//! Sweeping: uploads that nobody goes on with are given up, and what is left of them is removed.

use std::{collections::HashSet, time::Duration};

use crate::{
    Error, Registry, Result,
    catalog::{self, transact},
    now,
};

/// After this time without a change the scratch folder of an import is taken for left behind.
const SCRATCH_TIME: Duration = Duration::from_secs(24 * 3600);

impl Registry {
    /// Gives up the uploads that nothing arrived for in time, and removes the partial files of uploads that are over and
    /// the copies of imports that were killed.
    pub(crate) async fn sweep_uploads(&self) -> Result<()> {
        transact!(self.0.catalog, async |conn| { catalog::uploads::expire(conn, now()).await })?;
        // first what is on the disk, then what is open: an upload that begins in between is not taken for one that is over
        let store = self.0.blobs.clone();
        let kept = tokio::task::spawn_blocking(move || {
            store.sweep_scratch(SCRATCH_TIME)?;
            store.kept_uploads()
        })
        .await
        .map_err(|error| Error::internal("listing uploads", error))??;
        let mut conn = self.0.catalog.read().await?;
        let open: HashSet<_> = catalog::uploads::all_open(&mut conn).await?.into_iter().collect();
        drop(conn);
        for id in kept.into_iter().filter(|id| !open.contains(id)) {
            self.0.blobs.discard_upload(id).await?;
        }
        Ok(())
    }
}
