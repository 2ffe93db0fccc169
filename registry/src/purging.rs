//! Purging: what was deleted and not brought back in time goes for good.

use std::time::Duration;

use domain::{ErrorKind, PackageId};
use time::OffsetDateTime;

use crate::{
    Client, Registry, Result, as_stored,
    catalog::{self, audit::Action, transact},
    now,
    removal::record,
};

/// How often the packages are looked for whose time is over.
const SWEEP: Duration = Duration::from_secs(600);
/// How many packages one sweep begins with.
const PACKAGES: u32 = 100;
/// How many revisions are looked up at a time.
const REVISIONS: u32 = 100;
/// How many refs, or files, one transaction removes: others wait for no longer than that.
const ROWS: u32 = 2000;

impl Registry {
    /// Purges whatever is due, again and again.
    pub(crate) async fn keep_purging(&self) {
        loop {
            match self.purge_deleted(now()).await {
                // there may be more
                Ok(purged) if purged == u64::from(PACKAGES) => continue,
                Ok(_) => {}
                Err(error) => error.log(),
            }
            tokio::time::sleep(SWEEP).await;
        }
    }

    /// Removes the packages for good whose time is over at a moment: now, unless a test moves the clock. Revisions, refs, jobs,
    /// reports go step by step, so that nobody waits for long. What a crash interrupts is gone on with. One that cannot be removed
    /// does not keep the others. The blobs stay for the garbage collection. Answers how many are gone.
    ///
    /// # Errors
    /// When the catalog cannot be reached.
    pub async fn purge_deleted(&self, as_of: OffsetDateTime) -> Result<u64> {
        let as_of = as_stored(as_of);
        let mut conn = self.0.catalog.read().await?;
        let due = catalog::removal::due(&mut conn, as_of, PACKAGES).await?;
        drop(conn);
        let mut purged = 0;
        for id in due {
            match self.purge(id, as_of).await {
                Ok(gone) => purged += u64::from(gone),
                Err(error) if error.kind() == ErrorKind::Unavailable => return Err(error),
                Err(error) => error.log(),
            }
        }
        Ok(purged)
    }

    /// Purges one package; false when it was brought back meanwhile, or another server came to the end first.
    async fn purge(&self, id: PackageId, as_of: OffsetDateTime) -> Result<bool> {
        if !transact!(self.0.catalog, async |conn| { catalog::removal::begin_purge(conn, id, as_of).await })? {
            return Ok(false);
        }
        while transact!(self.0.catalog, async |conn| { catalog::removal::purge_refs(conn, id, ROWS).await })? > 0 {}
        while self.purge_some_revisions(id).await? {}
        transact!(self.0.catalog, async |conn| {
            if !catalog::removal::begin_purge(conn, id, as_of).await? {
                return Ok(false);
            }
            let package = catalog::packages::get(conn, id).await?.package;
            catalog::removal::purge_package(conn, id).await?;
            record(conn, "scheduler", &Client::default(), Action::PurgePackage, &package).await?;
            Ok(true)
        })
    }

    /// Removes some revisions of a package, each by itself; false when there are none left.
    async fn purge_some_revisions(&self, id: PackageId) -> Result<bool> {
        let mut conn = self.0.catalog.read().await?;
        let revisions = catalog::removal::some_revisions(&mut conn, id, REVISIONS).await?;
        drop(conn);
        for seq in &revisions {
            while transact!(self.0.catalog, async |conn| { catalog::removal::purge_entries(conn, *seq, ROWS).await })? > 0 {}
            transact!(self.0.catalog, async |conn| {
                catalog::packages::lock(conn, id).await?;
                catalog::removal::purge_revision(conn, *seq).await
            })?;
        }
        Ok(!revisions.is_empty())
    }
}
