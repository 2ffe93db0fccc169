//! Verification: every blob read from its store and compared with its digest.

use std::{
    fs, io,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{ErrorKind, PackageKind, Sha256Digest};
use futures::{StreamExt as _, stream};
use serde::Serialize;

use crate::{
    Actor, Error, Progress, Registry, Result,
    blobs::{Blobs, Digests, FolderStore, Place, S3Store, StoredBlob},
    catalog,
    uploads::read_back,
};

/// How many blobs are read at once: enough to hide the store's latency, few enough to leave a server its disk.
const AT_ONCE: usize = 4;
/// How many blobs are looked up in one query.
const PAGE: u32 = 500;
/// How many files are named that have a blob.
const NAMED_FILES: u32 = 5;
/// How many blobs are told of by name. When more are wrong it is the store as a whole.
const TOLD: usize = 10_000;

/// What is wrong with a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "problem")]
pub enum Problem {
    /// Its bytes are not there.
    Missing,
    /// There are more or fewer of them.
    WrongSize {
        /// How many there are.
        found: u64,
    },
    /// They are others.
    Damaged,
    /// The disk does not give them back.
    Unreadable {
        /// What it says.
        why: String,
    },
}

/// A file of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldFile {
    /// What the package is.
    pub kind: PackageKind,
    /// Its full name.
    pub package: String,
    /// The revision.
    pub revision: String,
    /// Where the file stands in it.
    pub path: String,
}

/// A blob that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpoiltBlob {
    /// Its digest.
    pub sha256: Sha256Digest,
    /// How many bytes it should have.
    pub size: u64,
    /// What is wrong.
    #[serde(flatten)]
    pub problem: Problem,
    /// Where its bytes are looked for, in the words of the catalog.
    pub place: String,
    /// Some of the files that have it.
    pub files: Vec<HeldFile>,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many blobs were read.
    pub blobs: u64,
    /// Their bytes together, as the catalog has them.
    pub bytes: u64,
    /// How many of them are wrong.
    pub wrong: u64,
    /// Those: the first ten thousand.
    pub spoilt: Vec<SpoiltBlob>,
}

impl Registry {
    /// Reads every blob and compares it with its digest. Changes nothing; servers may run.
    ///
    /// # Errors
    /// Forbidden for others than administrators; when the catalog fails, or the store as a whole cannot be reached.
    pub async fn verify(&self, actor: &Actor, progress: &(dyn Fn(Progress) + Sync)) -> Result<Verified> {
        actor.require_admin()?;
        let mut conn = self.0.catalog.read().await?;
        let (all_blobs, all_bytes) = catalog::blobs::extent(&mut conn).await?;
        drop(conn);
        let found = Mutex::new(Verified::default());
        let mut after = None;
        loop {
            let mut conn = self.0.catalog.read().await?;
            let page = catalog::blobs::page(&mut conn, after.as_ref(), PAGE).await?;
            drop(conn);
            let Some(last) = page.last() else { break };
            after = Some(last.sha256);
            let checks = stream::iter(page).map(async |blob| {
                let spoilt = self.check_blob(&blob).await?;
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                found.blobs += 1;
                found.bytes += blob.size;
                if let Some(spoilt) = spoilt {
                    found.wrong += 1;
                    if found.spoilt.len() < TOLD {
                        found.spoilt.push(spoilt);
                    }
                }
                progress(Progress { blobs: found.blobs, all_blobs, bytes: found.bytes, all_bytes });
                Ok(())
            });
            checks.buffer_unordered(AT_ONCE).fold(Ok(()), async |all: Result<()>, one| all.and(one)).await?;
        }
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.spoilt.sort_by_key(|spoilt| spoilt.sha256);
        Ok(found)
    }

    /// Reads a blob, and compares it with its digest; nothing when it is as it should be.
    ///
    /// # Errors
    /// Unavailable when the store is: then nothing is known of the blob.
    pub(crate) async fn check_blob(&self, blob: &StoredBlob) -> Result<Option<SpoiltBlob>> {
        let problem = match (&self.0.blobs, &blob.place) {
            (Blobs::Folder(folder), Place::File) => check_file(folder.clone(), blob.clone()).await?,
            (Blobs::S3 { bucket, .. }, Place::Object(_)) => check_object(bucket, blob).await?,
            // the store was changed behind the registry's back
            (Blobs::Folder(_), Place::Object(_)) | (Blobs::S3 { .. }, Place::File) => Some(Problem::Missing),
        };
        let Some(problem) = problem else { return Ok(None) };
        let mut conn = self.0.catalog.read().await?;
        // it may have been removed while it was read
        if catalog::blobs::get(&mut conn, &blob.sha256).await?.as_ref() != Some(blob) {
            return Ok(None);
        }
        let files = catalog::entries::holders(&mut conn, &blob.sha256, NAMED_FILES).await?;
        let files = files.into_iter().map(|(package, revision, path)| HeldFile {
            kind: package.kind,
            package: package.full_name(),
            revision: revision.to_hex(),
            path,
        });
        let (sha256, size, place) = (blob.sha256, blob.size, blob.place.to_string());
        Ok(Some(SpoiltBlob { sha256, size, problem, place, files: files.collect() }))
    }
}

async fn check_file(folder: FolderStore, blob: StoredBlob) -> Result<Option<Problem>> {
    let check = move || {
        let path = folder.blob_path(&blob.sha256);
        match fs::metadata(&path).and_then(|facts| fs::File::open(path).map(|file| (facts.len(), file))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Problem::Missing),
            Err(error) => Some(Problem::Unreadable { why: error.to_string() }),
            Ok((length, _)) if length != blob.size => Some(Problem::WrongSize { found: length }),
            Ok((_, file)) => match Digests::of_reader(file, blob.size, &|_| ()) {
                Ok(digests) => (digests.sha256 != blob.sha256).then_some(Problem::Damaged),
                Err(error) => Some(Problem::Unreadable { why: error.to_string() }),
            },
        }
    };
    tokio::task::spawn_blocking(check).await.map_err(|error| Error::internal("verifying a blob", error))
}

async fn check_object(bucket: &S3Store, blob: &StoredBlob) -> Result<Option<Problem>> {
    let Place::Object(key) = &blob.place else { return Ok(Some(Problem::Missing)) };
    match bucket.length(key).await? {
        None => Ok(Some(Problem::Missing)),
        Some(length) if length != blob.size => Ok(Some(Problem::WrongSize { found: length })),
        Some(_) => match read_back(bucket, key, blob.size, Arc::default()).await {
            Ok(digests) => Ok((digests.sha256 != blob.sha256).then_some(Problem::Damaged)),
            Err(error) if error.kind() == ErrorKind::Unavailable => Err(error),
            Err(error) => Ok(Some(Problem::Unreadable { why: error.to_string() })),
        },
    }
}
