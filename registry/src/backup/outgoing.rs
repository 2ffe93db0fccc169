//! Blobs on their way into a backup.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use domain::{ErrorKind, Sha256Digest};
use tokio_util::io::SyncIoBridge;
use uuid::Uuid;

use super::format::Folder;
use crate::{Error, Registry, Result, blobs::Digests, catalog};

impl Registry {
    /// Copies a blob into a backup, and compares it with its digest on the way; false when the backup had it.
    ///
    /// # Errors
    /// Internal when the store's copy is missing or damaged.
    pub(super) async fn copy_out(&self, folder: &Folder, catalog: Uuid, blob: Sha256Digest, size: u64) -> Result<bool> {
        let target = folder.blob(&blob);
        if tokio::fs::metadata(&target).await.is_ok_and(|facts| facts.len() == size) {
            return Ok(false);
        }
        let mut conn = self.0.catalog.read().await?;
        let stored = catalog::blobs::get(&mut conn, &blob).await?;
        drop(conn);
        let stored = stored.ok_or_else(|| {
            Error::conflict("Content was removed for good while the backup was made, for that took too long: make it again.")
        })?;
        let reader = match self.0.blobs.read(&stored, 0).await {
            Ok(reader) => SyncIoBridge::new(reader),
            Err(error) if error.kind() == ErrorKind::Internal => return Err(spoilt(&blob, error)),
            Err(error) => return Err(error),
        };
        let part = folder.part(catalog, &blob);
        tokio::task::spawn_blocking(move || copy(reader, &part, &target, &blob, size))
            .await
            .map_err(|error| Error::internal("copying a blob", error))??;
        Ok(true)
    }
}

/// Copies the bytes of a blob. Blocks. The copy gets its name when it is whole.
fn copy(reader: impl Read, part: &Path, target: &Path, blob: &Sha256Digest, size: u64) -> Result<()> {
    let failed = |error| Error::io("writing the backup", error);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut copied = Copying { reader, file: File::create_new(part).map_err(failed)?, write_error: None };
    let digests = Digests::of_reader(&mut copied, size, &|_| ());
    if let Some(error) = copied.write_error {
        return Err(failed(error));
    }
    let digests = digests.map_err(|error| Error::io("reading a blob", error))?;
    if digests.sha256 != *blob {
        // it is of no use to anybody
        fs::remove_file(part).map_err(failed)?;
        return Err(spoilt(blob, io::Error::from(io::ErrorKind::InvalidData)));
    }
    fs::rename(part, target).map_err(failed)
}

/// A reader whose bytes are written to a file as they are read.
struct Copying<R> {
    reader: R,
    file: File,
    /// A full disk is not the store's fault.
    write_error: Option<io::Error>,
}

impl<R: Read> Read for Copying<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if let Err(error) = self.file.write_all(&buffer[..read]) {
            self.write_error = Some(error);
            return Err(io::Error::other("the copy cannot be written"));
        }
        Ok(read)
    }
}

fn spoilt(blob: &Sha256Digest, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::caused(
        ErrorKind::Internal,
        format!("The content {blob} is missing or damaged in the store: model-registry verify tells what is, and which files."),
        error,
    )
}
