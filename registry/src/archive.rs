//! Whole revisions as one zip, written while it is sent: never on disk, never whole in memory.

use std::io::{self, BufReader, Write};

use domain::{FilePath, PackageRef, RevisionId, account::Permission, refs::RevisionSpec};
use tokio::{io::DuplexStream, runtime::Handle};
use tokio_util::io::SyncIoBridge;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{
    Actor, Registry, Result,
    blobs::{Blobs, StoredBlob},
    catalog::{self, audit::Action},
    packages::locate,
};

/// Bytes between the writer and the network.
const BUFFER: usize = 1 << 20;

/// A revision, ready to be sent as a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveDownload {
    /// The package, in the spelling of its owner.
    pub package: PackageRef,
    /// The revision.
    pub revision: RevisionId,
    /// What the zip and the folder in it are to be called, without an ending.
    pub title: String,
    files: Vec<(FilePath, StoredBlob)>,
}

impl Registry {
    /// Finds the files of a revision. Nothing is read or recorded yet.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn archive(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<ArchiveDownload> {
        actor.require(Permission::Download)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, package, at).await?;
        let files = catalog::entries::stored_files(&mut conn, revision.seq).await?;
        drop(conn);
        let id = revision.summary.id;
        let named = match at {
            RevisionSpec::Name(name) | RevisionSpec::Qualified(_, name) => name.as_str().replace('/', "-"),
            RevisionSpec::Id(id) => id.short(),
        };
        let title = format!("{}-{named}", stored.package.name);
        Ok(ArchiveDownload { package: stored.package, revision: id, title, files })
    }

    /// Starts writing the zip, and records the download. Files are stored, not compressed: weights do not shrink, and the speed
    /// is the store's. An end without a complete zip means that something failed; unpackers notice.
    ///
    /// # Errors
    /// When the catalog fails.
    pub async fn open_archive(&self, actor: &Actor, archive: ArchiveDownload) -> Result<DuplexStream> {
        let object = format!("{}/{}@{}", archive.package.kind, archive.package, archive.revision);
        self.record_download(actor, Action::DownloadArchive, &object).await?;
        let (reader, writer) = tokio::io::duplex(BUFFER);
        let store = self.0.blobs.clone();
        let mut writer = SyncIoBridge::new(writer);
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = write_zip(&runtime, &store, &archive.title, &archive.files, &mut writer) {
                // a reader that went away is no fault
                tracing::debug!(%error, revision = %archive.revision, "a zip was not sent to its end");
            }
            writer.shutdown()
        });
        Ok(reader)
    }
}

fn write_zip(
    runtime: &Handle,
    store: &Blobs,
    folder: &str,
    files: &[(FilePath, StoredBlob)],
    out: &mut impl Write,
) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(out);
    for (path, blob) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            // always the same bytes for the same revision
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(blob.size >= u64::from(u32::MAX));
        zip.start_file(format!("{folder}/{path}"), options).map_err(io::Error::other)?;
        let reader = runtime.block_on(store.read(blob, 0)).map_err(io::Error::other)?;
        let reader = SyncIoBridge::new_with_handle(reader, runtime.clone());
        io::copy(&mut BufReader::with_capacity(BUFFER, reader), &mut zip)?;
    }
    zip.finish().map(|_| ()).map_err(io::Error::other)
}
