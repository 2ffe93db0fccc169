//! Blobs that nothing needs: marked, then removed.

use std::collections::BTreeMap;

use domain::Sha256Digest;
use time::OffsetDateTime;

use super::Tally;
use crate::{
    Error, Registry, Result,
    blobs::{Blobs, FolderStore, Place, Turn, shelf_of},
    catalog::{self, garbage::Range, transact},
};

/// How many blobs one transaction removes: others wait for no longer than that.
const AT_ONCE: usize = 50;

impl Registry {
    /// The blobs that nothing needs: those marked until `before`, and the others.
    pub(super) async fn unused_blobs(&self, before: OffsetDateTime) -> Result<(Tally, Tally)> {
        let (mut due, mut waiting) = (Tally::default(), Tally::default());
        let mut conn = self.0.catalog.read().await?;
        let mut range = Some(Range::first(&mut conn).await?);
        while let Some(page) = range {
            let (all, old) = catalog::garbage::unused(&mut conn, &page, before).await?;
            due.add(old);
            waiting.add((all.0 - old.0, all.1 - old.1));
            range = page.next(&mut conn).await?;
        }
        Ok((due, waiting))
    }

    /// Marks the blobs that nothing needs, page after page.
    pub(super) async fn mark_unused_blobs(&self, as_of: OffsetDateTime) -> Result<()> {
        let mut conn = self.0.catalog.read().await?;
        let mut range = Some(Range::first(&mut conn).await?);
        drop(conn);
        while let Some(page) = range {
            transact!(self.0.catalog, async |conn| { catalog::garbage::mark(conn, &page, as_of).await })?;
            let mut conn = self.0.catalog.read().await?;
            range = page.next(&mut conn).await?;
        }
        Ok(())
    }

    /// Removes the blobs that have been marked for the grace period.
    pub(super) async fn remove_unused_blobs(&self, as_of: OffsetDateTime) -> Result<Tally> {
        let before = as_of - self.0.settings.garbage_grace;
        let mut removed = Tally::default();
        loop {
            let mut conn = self.0.catalog.read().await?;
            let due = catalog::garbage::due(&mut conn, before).await?;
            drop(conn);
            if due.is_empty() {
                return Ok(removed);
            }
            match &self.0.blobs {
                Blobs::Folder(folder) => self.remove_files(folder, due, before, &mut removed).await?,
                Blobs::S3 { .. } => {
                    for some in due.chunks(AT_ONCE) {
                        removed.add(tally(&self.forget_blobs(some, before).await?));
                    }
                }
            }
        }
    }

    /// Removes blobs with their files, shelf by shelf.
    async fn remove_files(
        &self,
        folder: &FolderStore,
        due: Vec<Sha256Digest>,
        before: OffsetDateTime,
        removed: &mut Tally,
    ) -> Result<()> {
        let mut shelves: BTreeMap<u8, Vec<Sha256Digest>> = BTreeMap::new();
        for blob in due {
            shelves.entry(shelf_of(&blob)).or_default().push(blob);
        }
        for (shelf, blobs) in shelves {
            for some in blobs.chunks(AT_ONCE) {
                let turn = turn_to_remove(folder, shelf).await?;
                let forgotten = self.forget_blobs(some, before).await?;
                removed.add(tally(&forgotten));
                let folder = folder.clone();
                off_the_loop(move || forgotten.iter().try_for_each(|(blob, _)| folder.remove(blob, &turn))).await?;
            }
        }
        Ok(())
    }

    /// Forgets those of some blobs that are still not needed. Their objects are to be removed from here on; their files are the
    /// caller's, and strays if it dies.
    async fn forget_blobs(&self, blobs: &[Sha256Digest], before: OffsetDateTime) -> Result<Vec<(Sha256Digest, u64)>> {
        let mut ordered = blobs.to_vec();
        ordered.sort_unstable();
        transact!(self.0.catalog, async |conn| {
            let mut forgotten = Vec::new();
            for blob in &ordered {
                let Some((place, size)) = catalog::garbage::remove(conn, blob, before).await? else { continue };
                if let Place::Object(key) = place {
                    catalog::objects::discard(conn, &key, blob, crate::now()).await?;
                }
                forgotten.push((*blob, size));
            }
            Ok(forgotten)
        })
    }
}

fn tally(removed: &[(Sha256Digest, u64)]) -> Tally {
    Tally { count: removed.len() as u64, bytes: removed.iter().map(|(_, size)| size).sum() }
}

/// Waits for one's turn to remove files from a shelf.
pub(super) async fn turn_to_remove(folder: &FolderStore, shelf: u8) -> Result<Turn> {
    let folder = folder.clone();
    off_the_loop(move || folder.turn_to_remove(shelf)).await
}

/// Does what blocks where it holds nobody up.
pub(super) async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("removing blobs", error))?
}
