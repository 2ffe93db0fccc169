//! Sealing: recomputing a blob's digests and giving it its place, once, whoever asks how often.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use domain::{ErrorKind, Sha256Digest, UploadId, upload::PartPlan};
use tokio::sync::watch;

use super::{BlobKey, given_up};
use crate::{
    Error, Registry, Result,
    blobs::{Blobs, FolderStore, Place},
    catalog::{self, transact},
    now,
};

/// How a sealing ended: an error is shared by all who wait, hence kept as its kind and words.
type Ending = std::result::Result<(), (ErrorKind, String)>;

/// A sealing under way. Clones wait for the same one.
#[derive(Clone)]
pub(crate) struct Sealing {
    done: Arc<AtomicU64>,
    ending: watch::Receiver<Option<Ending>>,
}

impl Sealing {
    /// The bytes whose digest is known.
    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Waits for the end.
    pub(super) async fn finished(&self) -> Result<()> {
        let mut ending = self.ending.clone();
        let seen = ending.wait_for(Option::is_some).await.map(|seen| seen.clone());
        match seen {
            Ok(Some(Ok(()))) => Ok(()),
            Ok(Some(Err((kind, message)))) => Err(Error::new(kind, message)),
            Ok(None) | Err(_) => Err(Error::new(ErrorKind::Unavailable, "The registry is stopping: try again in a moment.")),
        }
    }
}

impl Registry {
    /// Starts sealing a blob whose parts are all there, or joins the sealing that is under way.
    pub(super) fn start_sealing(&self, upload: UploadId, sha256: Sha256Digest, size: u64) -> Sealing {
        let key: BlobKey = (upload, sha256);
        self.0.in_flight.sealing(key, || {
            let (sender, ending) = watch::channel(None);
            let done = Arc::new(AtomicU64::new(0));
            let (registry, progress) = (self.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let sealed = registry.seal(upload, sha256, size, progress).await;
                if let Err(error) = &sealed {
                    error.log();
                }
                registry.0.in_flight.sealed(&key);
                sender.send_replace(Some(sealed.map_err(|error| (error.kind(), error.message().to_owned()))));
            });
            Sealing { done, ending }
        })
    }

    async fn seal(&self, upload: UploadId, sha256: Sha256Digest, size: u64, done: Arc<AtomicU64>) -> Result<()> {
        let _alone = self.0.in_flight.seal((upload, sha256)).await;
        let mut conn = self.0.catalog.read().await?;
        // what others have sent is compared anew: the bytes are the proof of having them
        if catalog::blobs::was_sent(&mut conn, &sha256, upload).await? {
            return Ok(());
        }
        drop(conn);
        let is_right = match &self.0.blobs {
            Blobs::Folder(folder) => self.seal_file(folder.clone(), upload, sha256, size, done).await?,
            Blobs::S3 { bucket, .. } => self.seal_object(bucket, upload, &sha256, size, &done).await?,
        };
        if is_right { Ok(()) } else { Err(self.wrong_content(upload, &sha256).await) }
    }

    /// Makes a blob of a partial file. False when its content is not what was announced: its parts are asked for again then.
    /// Only a fault of the store keeps what has arrived.
    async fn seal_file(
        &self,
        folder: FolderStore,
        upload: UploadId,
        sha256: Sha256Digest,
        size: u64,
        done: Arc<AtomicU64>,
    ) -> Result<bool> {
        // never closed, so there is always a slot in the end
        let _slot = self.0.in_flight.sealing_slots.acquire().await;
        let mut conn = self.0.catalog.read().await?;
        // a sealing that ended meanwhile may have found them wrong: a blob of that name counts for who has sent its parts alone
        if catalog::uploads::count_parts(&mut conn, upload, &sha256).await? < u64::from(PartPlan::for_size(size).count()) {
            return Ok(false);
        }
        drop(conn);
        let partial = folder.clone();
        let sealed = tokio::task::spawn_blocking(move || {
            folder.seal(upload, &sha256, size, &|bytes| {
                done.fetch_add(bytes, Ordering::Relaxed);
            })
        })
        .await
        .map_err(|error| Error::internal("computing a digest", error))??;
        transact!(self.0.catalog, async |conn| {
            // what nobody waits for any more stays without a row, and is collected
            if !catalog::uploads::lock(conn, upload).await? {
                return Err(given_up());
            }
            if let Some((digests, _turn)) = &sealed {
                catalog::blobs::insert(conn, digests, size, &Place::File, now()).await?;
                catalog::blobs::note_sender(conn, &sha256, upload).await?;
            }
            catalog::uploads::forget_parts(conn, upload, &sha256).await
        })?;
        if sealed.is_none() {
            // last: wrong bytes must not be gone while they count as arrived
            partial.discard_partial(upload, &sha256).await?;
        }
        Ok(sealed.is_some())
    }

    async fn wrong_content(&self, upload: UploadId, sha256: &Sha256Digest) -> Error {
        let path = async {
            let mut conn = self.0.catalog.read().await?;
            catalog::uploads::path_of(&mut conn, upload, sha256).await
        };
        let file = match path.await {
            Ok(Some(path)) => format!("“{path}”"),
            Ok(None) => "A file".to_owned(),
            Err(error) => return error,
        };
        Error::conflict(format!(
            "{file} does not match its digest {}: it changed on the way or while it was read. Send it again.",
            sha256.short()
        ))
    }
}
