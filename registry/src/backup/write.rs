//! Making a backup.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{ErrorKind, Sha256Digest};
use futures::{Stream, StreamExt as _};
use serde_json::Value;
use uuid::Uuid;

use super::{
    format::{BackupSummary, Folder, Manifest, Progress},
    incoming::listed,
    table_file::{TableReader, TableWriter},
};
use crate::{
    Actor, Error, Registry, Result,
    catalog::{
        self,
        audit::Action,
        dump::Snapshot,
        tables::{BLOBS, TABLES, Table},
        transact,
    },
    now,
};

/// How many blobs are on the way at once: enough to hide the store's latency.
const AT_ONCE: usize = 4;

impl Registry {
    /// Writes all that the registry holds into a folder: a new one, or one with an earlier backup of the same registry, which it
    /// replaces. What is under way is left out: open uploads, sessions of browsers. Servers may run.
    ///
    /// # Errors
    /// Forbidden for others than administrators; conflict when the folder holds something else or is being written to; internal when content is missing or
    /// damaged in the store; insufficient storage when the disk is full. What was copied counts for the next attempt.
    pub async fn backup(&self, actor: &Actor, folder: PathBuf, progress: &(dyn Fn(Progress) + Sync)) -> Result<BackupSummary> {
        actor.require_admin()?;
        let id = String::from_utf8_lossy(&self.own_id().await?).into_owned();
        let folder = Folder::new(folder);
        let catalog = Uuid::now_v7();
        let _writing = {
            let (folder, id) = (folder.clone(), id.clone());
            off_the_loop(move || {
                let writing = folder.prepare(&id)?;
                fs::create_dir(folder.catalog(catalog)).map_err(|error| Error::io("writing the backup", error))?;
                Ok(writing)
            })
            .await?
        };
        let (manifest, copied) = match self.fill_backup(&folder, id, catalog, progress).await {
            Ok(filled) => filled,
            Err(error) => {
                if let Err(error) = tokio::fs::remove_dir_all(folder.catalog(catalog)).await {
                    tracing::warn!(%error, "the tables of an unfinished backup could not be removed");
                }
                return Err(error);
            }
        };
        let object = folder.path().display().to_string();
        let summary = summary(&manifest, copied);
        off_the_loop(move || folder.publish(&manifest)).await?;
        transact!(self.0.catalog, async |conn| {
            catalog::audit::record(conn, actor.name(), actor.client(), Action::Backup, &object, now()).await
        })?;
        Ok(summary)
    }

    /// Writes the tables of this moment, then the blobs that they name; how many of these were copied.
    async fn fill_backup(
        &self,
        folder: &Folder,
        id: String,
        catalog: Uuid,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(Manifest, u64)> {
        let made_at = now();
        let mut snapshot = Snapshot::take(&self.0.catalog).await?;
        let mut manifest = Manifest::new(snapshot.schema().await?, id, catalog, made_at);
        for table in TABLES {
            let mut file = TableWriter::create(&folder.table(manifest.catalog, table.name)).await?;
            let mut bytes = 0;
            snapshot
                .rows(table, async |row: Vec<Value>| {
                    if table.name == BLOBS {
                        bytes += row.last().and_then(Value::as_u64).unwrap_or_default();
                    }
                    file.add(&row).await
                })
                .await?;
            let written = file.finish(table).await?;
            if table.name == BLOBS {
                (manifest.blobs, manifest.bytes) = (written.rows, bytes);
            }
            manifest.tables.push(written);
        }
        drop(snapshot);
        let copied = self.copy_blobs(folder, &manifest, progress).await?;
        Ok((manifest, copied))
    }

    async fn copy_blobs(&self, folder: &Folder, manifest: &Manifest, progress: &(dyn Fn(Progress) + Sync)) -> Result<u64> {
        let reader = TableReader::open(&folder.table(manifest.catalog, BLOBS), blobs_table()?).await?;
        let done = Counter::new(manifest, progress);
        with_all(listed(reader), async |blob, size| {
            let is_new = self.copy_out(folder, manifest.catalog, blob, size).await?;
            done.count(size);
            Ok(is_new)
        })
        .await
    }
}

/// Does something with all blobs, some at once, and answers how often it was true. When one fails those under way are waited for,
/// and no other is begun.
pub(super) async fn with_all(
    blobs: impl Stream<Item = Result<(Sha256Digest, u64)>>,
    each: impl AsyncFn(Sha256Digest, u64) -> Result<bool>,
) -> Result<u64> {
    let failed = AtomicBool::new(false);
    blobs
        .map(async |blob| {
            if failed.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let done = async {
                let (blob, size) = blob?;
                each(blob, size).await
            };
            let done = done.await;
            if done.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            done
        })
        .buffer_unordered(AT_ONCE)
        .fold(Ok(0), async |sum, one| Ok(sum? + u64::from(one?)))
        .await
}

/// The table of blobs.
///
/// # Errors
/// Internal when a backup holds none.
pub(super) fn blobs_table() -> Result<&'static Table> {
    let table = TABLES.iter().find(|table| table.name == BLOBS);
    table.ok_or_else(|| Error::new(ErrorKind::Internal, "Backups hold no table of blobs."))
}

/// What a manifest says, for people.
pub(super) fn summary(manifest: &Manifest, copied: u64) -> BackupSummary {
    BackupSummary {
        made_at: manifest.made_at,
        rows: manifest.tables.iter().map(|table| table.rows).sum(),
        blobs: manifest.blobs,
        bytes: manifest.bytes,
        copied,
    }
}

/// Counts blobs that are done, and tells.
pub(super) struct Counter<'a> {
    progress: Mutex<Progress>,
    tell: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Counter<'a> {
    pub(super) fn new(manifest: &Manifest, tell: &'a (dyn Fn(Progress) + Sync)) -> Self {
        let progress = Progress { all_blobs: manifest.blobs, all_bytes: manifest.bytes, ..Progress::default() };
        Self { progress: Mutex::new(progress), tell }
    }

    pub(super) fn count(&self, bytes: u64) {
        let mut progress = self.progress.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        progress.blobs += 1;
        progress.bytes += bytes;
        (self.tell)(*progress);
    }
}

/// Does what blocks where it holds nobody up.
pub(super) async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("writing the backup", error))?
}
