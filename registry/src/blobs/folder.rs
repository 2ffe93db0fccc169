//! Blobs in a folder: `blobs/ab/cd/<sha256>`, and `uploads/<upload>/<sha256>` for what is on its way.

use std::{
    fs,
    io::{self, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use domain::{ErrorKind, Sha256Digest, UploadId};
use futures::{Stream, StreamExt as _};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncSeekExt as _, AsyncWriteExt as _},
};

use super::{Digests, Layout, Turn};
use crate::{Error, Result};

/// Bytes that are written at a time: a system call for every small piece of a request would cost more than the bytes.
const WRITE_BUFFER: usize = 1 << 20;

/// How long the sender of a part may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// What the names of scratch folders begin with.
const SCRATCH: &str = "incoming-";
/// The name of a copy in its scratch folder.
const COPY: &str = "copy";

/// A copy of a file of this machine, on its way to become a blob. Gone when it is dropped before.
pub(crate) struct Copied {
    pub(crate) digests: Digests,
    pub(crate) size: u64,
    scratch: tempfile::TempDir,
}

/// The store in a folder. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct FolderStore {
    blobs: PathBuf,
    uploads: PathBuf,
}

impl FolderStore {
    /// Opens the store below the data folder, and makes its folders.
    pub(crate) fn open(data: &Path) -> Result<Self> {
        let store = Self { blobs: data.join("blobs"), uploads: data.join("uploads") };
        for folder in [&store.blobs, &store.uploads] {
            fs::create_dir_all(folder).map_err(|error| {
                Error::caused(
                    ErrorKind::Unavailable,
                    format!(
                        "The data folder {} cannot be written to: choose another with DATA_DIR, or allow it.",
                        data.display()
                    ),
                    error,
                )
            })?;
        }
        Ok(store)
    }

    /// Whether the folder is there now.
    pub(crate) async fn check(&self) -> Result<()> {
        tokio::fs::read_dir(&self.blobs).await.map(drop).map_err(Error::store_away)
    }

    /// The folder of all blobs.
    pub(super) fn blobs_folder(&self) -> &Path {
        &self.blobs
    }

    /// Where a blob stands once it is sealed.
    pub(crate) fn blob_path(&self, sha256: &Sha256Digest) -> PathBuf {
        let hex = sha256.to_hex();
        self.blobs.join(&hex[..2]).join(&hex[2..4]).join(hex)
    }

    fn partial_path(&self, upload: UploadId, sha256: &Sha256Digest) -> PathBuf {
        self.uploads.join(upload.to_string()).join(sha256.to_hex())
    }

    /// Writes one part at its place. Returns only after exactly `length` bytes have arrived; a shorter or longer body is an
    /// error, and the part then does not count.
    pub(crate) async fn write_part<E: std::error::Error + Send + Sync + 'static>(
        &self,
        upload: UploadId,
        sha256: &Sha256Digest,
        (start, length): (u64, u64),
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<()> {
        let failed = |error| Error::io("writing a part", error);
        let path = self.partial_path(upload, sha256);
        let mut file = open_partial(&path).await.map_err(failed)?;
        file.seek(SeekFrom::Start(start)).await.map_err(failed)?;
        let mut file = tokio::io::BufWriter::with_capacity(WRITE_BUFFER, file);
        let mut left = length;
        while let Some(piece) = next_piece(&mut body).await? {
            let piece = piece
                .map_err(|error| Error::caused(ErrorKind::Invalid, "The part broke off before its end: send it again.", error))?;
            left = left
                .checked_sub(piece.len() as u64)
                .ok_or_else(|| Error::new(ErrorKind::Invalid, format!("The part is longer than {length} bytes.")))?;
            file.write_all(&piece).await.map_err(failed)?;
        }
        if left > 0 {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("The part is too short: {} of {length} bytes arrived.", length - left),
            ));
        }
        file.flush().await.map_err(failed)
    }

    /// Recomputes the digests of what has arrived and, when they fit, moves it to its place for good. Blocks. Nothing when the
    /// content is not what was announced; the partial file stays then. The turn is kept until the catalog knows of the blob.
    pub(crate) fn seal(
        &self,
        upload: UploadId,
        sha256: &Sha256Digest,
        size: u64,
        progress: &dyn Fn(u64),
    ) -> Result<Option<(Digests, Turn)>> {
        let partial = self.partial_path(upload, sha256);
        let sealed = self.blob_path(sha256);
        if !partial.exists() {
            let turn = self.turn_to_add(sha256)?;
            if fs::metadata(&sealed).is_ok_and(|facts| facts.len() == size) {
                // the process died between giving the blob its name and telling the catalog
                let digests = Digests::of_file(&sealed, size, progress)?;
                if digests.sha256 == *sha256 {
                    return Ok(Some((digests, turn)));
                }
            }
        }
        let length = match fs::metadata(&partial) {
            Ok(facts) => facts.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(Error::io("reading what was uploaded", error)),
        };
        let digests = if length == size { Some(Digests::of_file(&partial, size, progress)?) } else { None };
        let Some(digests) = digests.filter(|digests| digests.sha256 == *sha256) else { return Ok(None) };
        let turn = self.settle(&partial, sha256)?;
        Ok(Some((digests, turn)))
    }

    /// Copies a file of this machine to where it can become a blob. Blocks. The digests are computed from the copy, so what is
    /// stored is what was hashed.
    pub(crate) fn copy_in(&self, source: &Path) -> Result<Copied> {
        let scratch = self.scratch_folder()?;
        let copy = scratch.path().join(COPY);
        let size = fs::copy(source, &copy).map_err(|error| Error::io("copying a file", error))?;
        let digests = Digests::of_file(&copy, size, &|_| ())?;
        Ok(Copied { digests, size, scratch })
    }

    /// Moves a copy to its place for good. Blocks. The turn is kept until the catalog knows of the blob.
    pub(crate) fn settle_copy(&self, copied: &Copied) -> Result<Turn> {
        self.settle(&copied.scratch.path().join(COPY), &copied.digests.sha256)
    }

    /// A folder on the same file system as the blobs, removed when it is dropped.
    pub(crate) fn scratch_folder(&self) -> Result<tempfile::TempDir> {
        tempfile::Builder::new().prefix(SCRATCH).tempdir_in(&self.uploads).map_err(|error| Error::io("making a folder", error))
    }

    /// Makes the bytes durable, then gives them their name: nobody ever sees half a blob under it.
    fn settle(&self, partial: &Path, sha256: &Sha256Digest) -> Result<Turn> {
        let failed = |error| Error::io("storing a blob", error);
        let target = self.blob_path(sha256);
        create_parent(&target).map_err(failed)?;
        let file = fs::File::open(partial).map_err(failed)?;
        let mut rights = file.metadata().map_err(failed)?.permissions();
        rights.set_readonly(true);
        file.set_permissions(rights).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let turn = self.turn_to_add(sha256)?;
        fs::rename(partial, &target).map_err(failed)?;
        // the folders too: they may be new, and a name that is not on the disk is lost with the power
        for folder in target.ancestors().skip(1).take(3) {
            fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(turn)
    }

    /// Opens a blob for reading, at an offset.
    pub(crate) async fn read(&self, sha256: &Sha256Digest, start: u64) -> Result<File> {
        let failed = |error| Error::io("reading a blob", error);
        let mut file = File::open(self.blob_path(sha256)).await.map_err(failed)?;
        if start > 0 {
            file.seek(SeekFrom::Start(start)).await.map_err(failed)?;
        }
        Ok(file)
    }

    /// Puts a blob's bytes under another name. Blocks.
    pub(crate) fn lay_out(&self, sha256: &Sha256Digest, target: &Path, layout: Layout) -> Result<()> {
        let failed = |error| Error::io("writing a file", error);
        let blob = self.blob_path(sha256);
        // some file systems know no hard links, others limit how many a file may have: then it is copied
        if layout == Layout::Borrowed && fs::hard_link(&blob, target).is_ok() {
            return Ok(());
        }
        let mut out = fs::File::create_new(target).map_err(failed)?;
        io::copy(&mut fs::File::open(blob).map_err(failed)?, &mut out).map_err(failed)?;
        Ok(())
    }

    /// Removes what has arrived of one blob. Removing what is not there is no error.
    pub(crate) async fn discard_partial(&self, upload: UploadId, sha256: &Sha256Digest) -> Result<()> {
        match tokio::fs::remove_file(self.partial_path(upload, sha256)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("removing a file", error)),
            _ => Ok(()),
        }
    }

    /// Removes all that has arrived for an upload. Removing what is not there is no error.
    pub(crate) async fn discard_upload(&self, upload: UploadId) -> Result<()> {
        match tokio::fs::remove_dir_all(self.uploads.join(upload.to_string())).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("removing an upload", error)),
            _ => Ok(()),
        }
    }

    /// Scratch folders that nothing has changed in for so long: whoever made them was killed. Blocks.
    pub(crate) fn left_scratch(&self, unchanged_for: Duration) -> Result<Vec<PathBuf>> {
        let folder = fs::read_dir(&self.uploads).map_err(|error| Error::io("listing uploads", error))?;
        let is_left = |entry: &fs::DirEntry| {
            let is_scratch = entry.file_name().to_str().is_some_and(|name| name.starts_with(SCRATCH));
            let changed = entry.metadata().and_then(|facts| facts.modified());
            // who is at work may remove it meanwhile
            is_scratch && changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > unchanged_for))
        };
        Ok(folder.flatten().filter(is_left).map(|entry| entry.path()).collect())
    }

    /// The uploads that something is kept for.
    pub(crate) fn kept_uploads(&self) -> Result<Vec<UploadId>> {
        let folder = fs::read_dir(&self.uploads).map_err(|error| Error::io("listing uploads", error))?;
        Ok(folder.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
    }
}

/// A sender that falls silent must not hold the blob's lock for ever.
async fn next_piece<S: Stream + Unpin>(body: &mut S) -> Result<Option<S::Item>> {
    tokio::time::timeout(SILENCE, body.next())
        .await
        .map_err(|_| Error::new(ErrorKind::Invalid, "Nothing arrived for a while: send the part again."))
}

async fn open_partial(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    match options.open(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = path.parent() {
                tokio::fs::create_dir_all(parent).await?;
            }
            options.open(path).await
        }
        other => other,
    }
}

fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}
