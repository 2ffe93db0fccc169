//! Blobs out of a backup.

use domain::Sha256Digest;
use futures::{Stream, stream};
use tokio::runtime::Handle;

use super::{
    format::{Folder, damaged},
    table_file::TableReader,
};
use crate::{Error, Registry, Result, catalog::load::Cell, intake::Intake};

/// The blobs that the table of a backup lists, with their lengths.
pub(super) fn listed(reader: TableReader<'_>) -> impl Stream<Item = Result<(Sha256Digest, u64)>> {
    stream::try_unfold(reader, async |mut reader| {
        let Some(row) = reader.next().await? else { return Ok(None) };
        let (digest, size) = match row.as_slice() {
            [Cell::Bytes(Some(digest)), Cell::Int(Some(size))] => {
                (Sha256Digest::try_from(digest.as_slice()), u64::try_from(*size))
            }
            _ => return Err(damaged("its table of blobs holds something else")),
        };
        match (digest, size) {
            (Ok(digest), Ok(size)) => Ok(Some(((digest, size), reader))),
            _ => Err(damaged("its table of blobs holds something else")),
        }
    })
}

/// Demands that a blob is there, as far as its length tells.
pub(super) async fn require(folder: &Folder, blob: Sha256Digest, size: u64) -> Result<()> {
    match tokio::fs::metadata(folder.blob(&blob)).await {
        Ok(facts) if facts.len() == size => Ok(()),
        Ok(facts) => Err(damaged(format!("the content {blob} has {} bytes, not {size}", facts.len()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(damaged(format!("the content {blob} is missing"))),
        Err(error) => Err(Error::io("reading the backup", error)),
    }
}

impl Registry {
    /// Brings a blob into the store, unless it is there; false when it was. It is held until the restore ends.
    ///
    /// # Errors
    /// Invalid when its bytes are not those of its digest.
    pub(super) async fn copy_in(&self, folder: &Folder, intake: Intake, blob: Sha256Digest) -> Result<bool> {
        if self.hold(intake, &blob).await? {
            return Ok(false);
        }
        let (registry, runtime, file) = (self.clone(), Handle::current(), folder.blob(&blob));
        let wrong = move || damaged(format!("the content {blob} is not the one that was written"));
        let taken = tokio::task::spawn_blocking(move || {
            registry.take_in_file(
                &runtime,
                intake,
                &file,
                |digests, _| if digests.sha256 == blob { Ok(()) } else { Err(wrong()) },
            )
        });
        let taken = taken.await.map_err(|error| Error::internal("restoring a blob", error))??;
        taken.map(|_| true).ok_or_else(|| damaged(format!("the content {blob} changed while it was read")))
    }
}
