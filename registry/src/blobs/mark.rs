//! Which catalog a store belongs to. Files without a row are garbage only in the eyes of the catalog that has the others.

use std::{fs, io};

use super::{Blobs, FolderStore};
use crate::{Error, Result};

/// The file or object that names the catalog.
pub(super) const NAME: &str = "registry-id";

impl Blobs {
    /// What the store says about whose it is; nothing when nobody said so.
    ///
    /// # Errors
    /// Unavailable when the store cannot be reached.
    pub(crate) async fn owner(&self) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Folder(folder) => folder.owner(),
            Self::S3 { bucket, .. } => bucket.owner().await,
        }
    }

    /// Whether there are files or objects that are blobs, or look like them.
    ///
    /// # Errors
    /// Unavailable when the store cannot be reached.
    pub(crate) async fn holds_any(&self) -> Result<bool> {
        match self {
            Self::Folder(folder) => {
                let folder = folder.clone();
                let looked = tokio::task::spawn_blocking(move || {
                    (0..=u8::MAX).try_fold(false, |any, shelf| Ok::<_, Error>(any || !folder.on_shelf(shelf)?.is_empty()))
                });
                looked.await.map_err(|error| Error::internal("listing the blobs", error))?
            }
            Self::S3 { bucket, .. } => {
                let mut page = None;
                loop {
                    let (objects, next) = bucket.list(page).await?;
                    if !objects.is_empty() || next.is_none() {
                        return Ok(!objects.is_empty());
                    }
                    page = next;
                }
            }
        }
    }

    /// Notes whose the store is.
    ///
    /// # Errors
    /// Unavailable when the store cannot be reached.
    pub(crate) async fn set_owner(&self, id: &[u8]) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.set_owner(id),
            Self::S3 { bucket, .. } => bucket.set_owner(id).await,
        }
    }
}

impl FolderStore {
    fn owner(&self) -> Result<Option<Vec<u8>>> {
        match fs::read(self.blobs_folder().join(NAME)) {
            Ok(id) => Ok(Some(id)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("reading the folder of blobs", error)),
        }
    }

    fn set_owner(&self, id: &[u8]) -> Result<()> {
        fs::write(self.blobs_folder().join(NAME), id).map_err(|error| Error::io("writing to the folder of blobs", error))
    }
}
