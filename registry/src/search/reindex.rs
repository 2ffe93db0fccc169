//! Indexing packages anew that an older version of the registry has indexed.

use std::time::Duration;

use domain::{
    ErrorKind, PackageId, card,
    lineage::MAX_FILE_BYTES,
    refs::{DEFAULT_BRANCH, RefKind, RefName},
};

use crate::{
    Error, Registry, Result,
    catalog::{self, Conn, packages::Head, search::index::Outdated, transact},
    told::telling,
};

/// How many packages are looked for at once.
const BATCH: u32 = 100;
/// How long it waits when the catalog or the store is away.
const PAUSE: Duration = Duration::from_secs(5);
/// How long it waits before it comes back to the packages that could not be read while the store was there.
const LATER: Duration = Duration::from_secs(60);

/// How far the packages were looked through.
#[derive(Default)]
struct Round {
    /// The last one that was looked at.
    after: Option<Outdated>,
    /// How many could not be read now, and may be later.
    left: u64,
    /// How many were indexed, in the rounds before as well.
    done: u64,
}

impl Registry {
    /// Makes packages findable by all that this version of the registry knows of them. Does nothing when all are. What is away is
    /// waited for; a package that is damaged does not keep the others.
    pub(crate) async fn reindex(&self) {
        let mut round = Round::default();
        loop {
            match self.reindex_some(&mut round).await {
                Ok(true) => {}
                Ok(false) if round.left == 0 => break,
                Ok(false) => {
                    round = Round { done: round.done, ..Round::default() };
                    tokio::time::sleep(LATER).await;
                }
                Err(error) => {
                    error.log();
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        if round.done > 0 {
            tracing::info!(packages = round.done, "packages were indexed anew");
        }
    }

    /// Indexes some packages; false when the round is at its end. An error says that the catalog or the store is away.
    async fn reindex_some(&self, round: &mut Round) -> Result<bool> {
        let mut conn = self.0.catalog.read().await?;
        let outdated = catalog::search::index::outdated(&mut conn, round.after, BATCH).await?;
        drop(conn);
        let are_more = !outdated.is_empty();
        for found in outdated {
            let indexed = match self.reindex_package(found.1).await {
                Err(error) if !may_pass(&error) || self.has_lost_files(found.1).await => {
                    self.index_without_files(found.1, &error).await
                }
                indexed => indexed,
            };
            match indexed {
                Ok(()) => round.done += 1,
                Err(error) => {
                    let health = self.health().await;
                    if health.catalog.and(health.store).is_err() {
                        return Err(error);
                    }
                    // both are there, and do not give this
                    error.log();
                    round.left += 1;
                }
            }
            round.after = Some(found);
        }
        Ok(are_more)
    }

    /// Whether files that tell of a package are known to be missing or damaged: a bucket that lacks an object answers like one that is
    /// away for a moment.
    async fn has_lost_files(&self, id: PackageId) -> bool {
        let looked = async {
            let mut conn = self.0.catalog.read().await?;
            let Some(seen) = head(&mut conn, id).await? else { return Ok(false) };
            let files = catalog::entries::files(&mut conn, seen).await?;
            let mut blobs = Vec::new();
            for file in telling(&files).filter(|file| file.size <= card::MAX_BYTES.max(MAX_FILE_BYTES)) {
                blobs.extend(catalog::blobs::get(&mut conn, &file.sha256).await?);
            }
            drop(conn);
            for blob in blobs {
                if self.check_blob(&blob).await?.is_some() {
                    return Ok(true);
                }
            }
            Ok::<_, Error>(false)
        };
        looked.await.unwrap_or(false)
    }

    /// Indexes a package whose files cannot be read by what the catalog has of it: its name, and what an earlier version has read.
    async fn index_without_files(&self, id: PackageId, error: &Error) -> Result<()> {
        error.log();
        tracing::warn!(package.id = %id.0, "a package could not be indexed by its files: model-registry verify tells what is damaged");
        let indexed = transact!(self.0.catalog, async |conn| {
            catalog::packages::lock(conn, id).await?;
            catalog::search::index::refresh(conn, id).await
        });
        match indexed {
            Err(error) if may_pass(&error) => Err(error),
            // not even that: it is tried again after the next start
            Err(error) => {
                error.log();
                Ok(())
            }
            Ok(()) => Ok(()),
        }
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

/// Whether the same may work a while later.
fn may_pass(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::TooManyRequests | ErrorKind::InsufficientStorage => true,
        ErrorKind::NotFound
        | ErrorKind::Conflict
        | ErrorKind::Outdated
        | ErrorKind::Invalid
        | ErrorKind::TooLarge
        | ErrorKind::Unauthenticated
        | ErrorKind::Forbidden
        | ErrorKind::Internal => false,
    }
}

/// The head of `main`.
async fn head(conn: &mut Conn, id: PackageId) -> Result<Option<i64>> {
    let main: RefName = DEFAULT_BRANCH.parse()?;
    catalog::refs::resolve(conn, id, Some(RefKind::Branch), &main).await
}
