//! Reading blobs, whichever store has them.

use std::{
    io,
    path::PathBuf,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use domain::ErrorKind;
use futures::{StreamExt as _, stream};
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncWriteExt as _, BufReader},
};
use url::Url;

use super::{Blobs, FolderStore, Place, S3Store, StoredBlob};
use crate::{Error, Result, settings::Settings};

/// The bytes of a blob, as they come from its store.
pub type BlobReader = Pin<Box<dyn AsyncRead + Send>>;

/// How many blobs are brought to the disk at once: enough to hide the store's latency, few enough for memory and disk.
const AT_ONCE: usize = 4;
/// Bytes written to the disk at a time.
const PIECE: usize = 1 << 20;

/// How long the store may take to answer a probe: less than those who ask wait.
const PROBE_TIME: Duration = Duration::from_secs(3);

/// What a file is called, and which type it has, where its bytes come from elsewhere.
pub(crate) struct Attachment<'a> {
    /// The value of `Content-Disposition`.
    pub(crate) disposition: &'a str,
    /// The value of `Content-Type`.
    pub(crate) content_type: &'a str,
}

/// How files are laid out in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// To be read and removed: links to the read-only blobs do where they can be made.
    Borrowed,
    /// To be kept by whoever asked.
    Owned,
}

impl Blobs {
    /// Opens the configured store, and makes what is missing.
    ///
    /// # Errors
    /// Unavailable when the data folder cannot be written to or the bucket cannot be used; the message says what to change.
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let folder = FolderStore::open(&settings.data_dir)?;
        match &settings.s3 {
            None => Ok(Self::Folder(folder)),
            Some(s3) => Ok(Self::S3 { bucket: S3Store::open(s3).await?, scratch: folder }),
        }
    }

    /// The folder store for what needs a file for a while.
    pub(crate) fn scratch(&self) -> &FolderStore {
        match self {
            Self::Folder(folder) | Self::S3 { scratch: folder, .. } => folder,
        }
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// Unavailable, when it does not.
    pub(crate) async fn check(&self) -> Result<()> {
        let asked = async {
            match self {
                Self::Folder(folder) => folder.check().await,
                Self::S3 { bucket, .. } => bucket.check().await,
            }
        };
        tokio::time::timeout(PROBE_TIME, asked).await.unwrap_or_else(|late| Err(Error::store_away(late)))
    }

    /// Makes sure that this store has the blobs of the catalog, of which one lies at `place`.
    ///
    /// # Errors
    /// Unavailable when they are kept elsewhere.
    pub(crate) fn require(&self, place: Option<Place>) -> Result<()> {
        match (self, place) {
            (_, None) | (Self::Folder(_), Some(Place::File)) | (Self::S3 { .. }, Some(Place::Object(_))) => Ok(()),
            (Self::Folder(_), Some(place @ Place::Object(_))) | (Self::S3 { .. }, Some(place @ Place::File)) => {
                Err(elsewhere(&place))
            }
        }
    }

    /// Opens a blob for reading, from byte `start` on. A store that breaks off is asked again for the rest.
    ///
    /// # Errors
    /// Unavailable when the store cannot be reached.
    pub(crate) async fn read(&self, blob: &StoredBlob, start: u64) -> Result<BlobReader> {
        match (self, &blob.place) {
            (Self::Folder(folder), Place::File) => Ok(Box::pin(folder.read(&blob.sha256, start).await?)),
            (Self::S3 { bucket, .. }, Place::Object(key)) => Ok(Box::pin(bucket.read(key, start, blob.size).await?)),
            (Self::Folder(_), Place::Object(_)) | (Self::S3 { .. }, Place::File) => Err(elsewhere(&blob.place)),
        }
    }

    /// An address where whoever has it gets the blob, without further credentials, when the download begins within this time;
    /// nothing when the store has none to give.
    ///
    /// # Errors
    /// Unavailable when there are no credentials to sign with.
    pub(crate) async fn address(&self, blob: &StoredBlob, attachment: &Attachment<'_>, time: Duration) -> Result<Option<Url>> {
        match (self, &blob.place) {
            (Self::S3 { bucket, .. }, Place::Object(key)) => Ok(Some(bucket.download_address(key, attachment, time).await?)),
            (Self::Folder(_), Place::File) => Ok(None),
            (Self::Folder(_), Place::Object(_)) | (Self::S3 { .. }, Place::File) => Err(elsewhere(&blob.place)),
        }
    }

    /// Lays blobs out as files, some at once. A file that is there already is an error. Nothing is written any more once it
    /// has come back.
    ///
    /// # Errors
    /// Unavailable when the store cannot be reached; insufficient storage when the disk is full.
    pub(crate) async fn lay_out(&self, files: Vec<(StoredBlob, PathBuf)>, layout: Layout) -> Result<()> {
        let stop = AtomicBool::new(false);
        stream::iter(files)
            .map(|(blob, target)| self.lay_out_unless(&stop, blob, target, layout))
            .buffer_unordered(AT_ONCE)
            .fold(Ok(()), async |all: Result<()>, one| all.and(one))
            .await
    }

    /// Lays one blob out, unless another failed before.
    async fn lay_out_unless(&self, stop: &AtomicBool, blob: StoredBlob, target: PathBuf, layout: Layout) -> Result<()> {
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let done = self.lay_out_one(blob, target, layout).await;
        if done.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        done
    }

    async fn lay_out_one(&self, blob: StoredBlob, target: PathBuf, layout: Layout) -> Result<()> {
        let failed = |error| Error::io("writing a file", error);
        if let Some(parent) = target.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(failed)?;
        }
        if let (Self::Folder(folder), Place::File) = (self, &blob.place) {
            let folder = folder.clone();
            return tokio::task::spawn_blocking(move || folder.lay_out(&blob.sha256, &target, layout))
                .await
                .map_err(|error| Error::internal("writing a file", error))?;
        }
        let mut reader = BufReader::with_capacity(PIECE, self.read(&blob, 0).await?);
        let mut out = File::create_new(&target).await.map_err(failed)?;
        let written = tokio::io::copy_buf(&mut reader, &mut out).await.map_err(failed)?;
        out.flush().await.map_err(failed)?;
        if written == blob.size {
            return Ok(());
        }
        let short = io::Error::new(io::ErrorKind::UnexpectedEof, format!("{written} of {} bytes", blob.size));
        Err(Error::internal("reading a blob", short))
    }
}

/// The store was changed, and its blobs were left where they were.
fn elsewhere(place: &Place) -> Error {
    let (has, lacks) = match place {
        Place::File => ("the data folder", "unset S3_BUCKET_NAME"),
        Place::Object(_) => ("a bucket", "name it with S3_BUCKET_NAME"),
    };
    Error::new(ErrorKind::Unavailable, format!("The files of this registry are kept in {has}: {lacks}, or move them first."))
}
