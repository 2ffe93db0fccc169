//! Indexing packages anew that an older version of the registry has indexed.

use domain::{
    PackageId,
    refs::{DEFAULT_BRANCH, RefKind, RefName},
};

use crate::{
    Registry, Result,
    catalog::{self, Conn, packages::Head, transact},
};

/// How many packages are looked for at once.
const BATCH: u32 = 100;

impl Registry {
    /// Makes packages findable by all that this version of the registry knows of them. Does nothing when all are.
    pub(crate) async fn reindex(&self) -> Result<()> {
        let mut count = 0_u64;
        loop {
            let mut conn = self.0.catalog.read().await?;
            let outdated = catalog::search::index::outdated(&mut conn, BATCH).await?;
            drop(conn);
            if outdated.is_empty() {
                break;
            }
            count += outdated.len() as u64;
            for id in outdated {
                self.reindex_package(id).await?;
            }
        }
        if count > 0 {
            tracing::info!(packages = count, "packages were indexed anew");
        }
        Ok(())
    }

    async fn reindex_package(&self, id: PackageId) -> Result<()> {
        let mut conn = self.0.catalog.read().await?;
        let Some(seen) = head(&mut conn, id).await? else {
            drop(conn);
            return transact!(self.0.catalog, async |conn| { catalog::search::index::refresh(conn, id).await });
        };
        let package = catalog::packages::get(&mut conn, id).await?;
        let files = catalog::entries::files(&mut conn, seen).await?;
        drop(conn);
        let told = self.told(&package.package, &files).await?;
        transact!(self.0.catalog, async |conn| {
            catalog::packages::lock(conn, id).await?;
            // a new head has indexed it already, and a package that was purged meanwhile is nowhere
            if head(conn, id).await? != Some(seen) {
                return Ok(());
            }
            let revision = catalog::revisions::get(conn, seen).await?;
            let report = catalog::reports::newest(conn, seen).await?;
            let head = Head::of(&told.card, revision.summary.bytes, report.as_ref());
            catalog::packages::describe(conn, id, &head).await?;
            catalog::lineage::replace_in_files(conn, id, package.package.kind, &told.edges).await
        })
    }
}

/// The head of `main`.
async fn head(conn: &mut Conn, id: PackageId) -> Result<Option<i64>> {
    let main: RefName = DEFAULT_BRANCH.parse()?;
    catalog::refs::resolve(conn, id, Some(RefKind::Branch), &main).await
}
