//! Putting a backup into an empty registry.

use std::path::PathBuf;

use futures::TryStreamExt as _;

use super::{
    format::{Folder, ForeignStore, Manifest, Progress, RestoreSummary, damaged, invalid},
    incoming::{listed, require},
    table_file::TableReader,
    write::{Counter, blobs_table, off_the_loop, summary, with_all},
};
use crate::{
    Actor, Error, Registry, Result,
    blobs::Blobs,
    catalog::{
        self, Conn,
        audit::Action,
        load,
        tables::{BLOBS, TABLES, Table},
        transact,
    },
    intake::Intake,
    now,
};

impl Registry {
    /// Fills an empty registry from a backup, of whichever engine and store. Until the last step nothing of it is there but contents
    /// that nothing needs; a restore that was interrupted can be begun again, and those are not copied twice.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the folder holds no backup, a damaged one, or one of another version;
    /// conflict when the registry holds something, or the store belongs to another registry, unless it is to be taken over.
    pub async fn restore(
        &self,
        actor: &Actor,
        folder: PathBuf,
        foreign: ForeignStore,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<RestoreSummary> {
        actor.require_admin()?;
        let folder = Folder::new(folder);
        let manifest = {
            let folder = folder.clone();
            off_the_loop(move || folder.manifest()).await?
        };
        let manifest = manifest.ok_or_else(|| {
            let folder = folder.path().display();
            invalid(format!("There is no backup in {folder}: a backup has a manifest.json, unless it was interrupted."))
        })?;
        manifest.require_known(catalog::dump::schema(&mut self.0.catalog.read().await?).await?)?;
        transact!(self.0.catalog, async |conn| { require_empty(conn).await })?;
        match foreign {
            ForeignStore::Refuse => self.require_own_store().await?,
            ForeignStore::TakeOver => {}
        }
        check(&folder, &manifest).await?;
        if foreign == ForeignStore::Refuse {
            // now, so that a restore that is interrupted finds it its own
            self.own_store().await?;
        }
        let intake = Intake::begin();
        let restored = self.restore_held(actor, &folder, &manifest, intake, progress).await;
        self.let_go(intake).await;
        let (copied, postponed) = restored?;
        // not before: what of the other registry is left is not collected for a restore that failed
        self.own_store().await?;
        self.0.job_queued.notify_one();
        Ok(RestoreSummary { backup: summary(&manifest, copied), postponed })
    }

    /// Demands a store that is this registry's, or empty. In one of another registry each would take the other's files for garbage.
    async fn require_own_store(&self) -> Result<()> {
        let whose = match self.0.blobs.owner().await? {
            Some(owner) if owner == self.own_id().await? => return Ok(()),
            Some(_) => "belongs to another registry",
            None if !self.0.blobs.holds_any().await? => return Ok(()),
            None => "holds the files of a registry that has not signed it yet",
        };
        let other = match &self.0.blobs {
            Blobs::Folder(_) => "another DATA_DIR",
            Blobs::S3 { .. } => "another S3_PREFIX or an empty bucket",
        };
        Err(Error::conflict(format!(
            "The store {whose}, which would lose its files to this one: restore into {other}. If that registry is never to be used \
             again, --take-over-store restores here."
        )))
    }

    async fn restore_held(
        &self,
        actor: &Actor,
        folder: &Folder,
        manifest: &Manifest,
        intake: Intake,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(u64, u64)> {
        let done = Counter::new(manifest, progress);
        let copied = with_all(listed(open(folder, manifest, blobs_table()?).await?), async |blob, size| {
            let is_new = self.copy_in(folder, intake, blob).await?;
            done.count(size);
            Ok(is_new)
        })
        .await?;
        let object = folder.path().display().to_string();
        let at = now();
        let postponed = transact!(self.0.catalog, async |conn| {
            require_empty(conn).await?;
            load::defer_references(conn).await?;
            for table in TABLES.iter().filter(|table| table.name != BLOBS) {
                fill(conn, open(folder, manifest, table).await?, table).await?;
            }
            load::count_on(conn).await?;
            load::index_packages(conn).await?;
            // their time may have run out since the backup: whoever restores to have them back finds them
            let postponed = catalog::removal::postpone(conn, at + self.0.settings.purge_after).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::Restore, &object, at).await?;
            Ok(postponed)
        })?;
        Ok((copied, postponed))
    }
}

async fn require_empty(conn: &mut Conn) -> Result<()> {
    if load::is_empty(conn).await? {
        return Ok(());
    }
    Err(Error::conflict("The registry holds something already: restore into a new one, before its first start."))
}

/// Reads all tables, and looks whether all blobs are there.
async fn check(folder: &Folder, manifest: &Manifest) -> Result<()> {
    for (table, expected) in TABLES.iter().zip(&manifest.tables) {
        open(folder, manifest, table).await?.check(expected).await?;
    }
    let (blobs, bytes) = listed(open(folder, manifest, blobs_table()?).await?)
        .try_fold((0, 0), async |(blobs, bytes), (blob, size)| {
            require(folder, blob, size).await?;
            Ok((blobs + 1, bytes + size))
        })
        .await?;
    if (blobs, bytes) == (manifest.blobs, manifest.bytes) {
        return Ok(());
    }
    Err(damaged("its manifest tells of another number of blobs than its table"))
}

async fn open<'a>(folder: &Folder, manifest: &Manifest, table: &'a Table) -> Result<TableReader<'a>> {
    TableReader::open(&folder.table(manifest.catalog, table.name), table).await
}

async fn fill(conn: &mut Conn, mut reader: TableReader<'_>, table: &Table) -> Result<()> {
    let mut rows = Vec::with_capacity(load::rows_at_once(table));
    while let Some(row) = reader.next().await? {
        rows.push(row);
        if rows.len() == load::rows_at_once(table) {
            load::insert(conn, table, &rows).await?;
            rows.clear();
        }
    }
    if rows.is_empty() { Ok(()) } else { load::insert(conn, table, &rows).await }
}
