//! Shelves: the folders `blobs/ab`, and whose turn it is to change what stands there.
//!
//! A blob is a file and a row of the catalog, and no transaction spans both. Whoever gives a file its name, and tells the catalog
//! then, shares the shelf with others who do so; whoever removes files that the catalog does not know has it alone, and so never meets
//! one whose row is about to come. The lock is one of the file system: it holds between processes, and ends with them.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt as _,
    path::PathBuf,
};

use domain::Sha256Digest;
use rustix::fs::{FlockOperation, flock};
use time::OffsetDateTime;

use super::FolderStore;
use crate::{Error, Result};

/// The file that is locked. No blob has such a name.
const LOCK: &str = ".lock";

/// One's turn at a shelf; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _locked: File,
}

/// A file under the name of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shelved {
    pub(crate) sha256: Sha256Digest,
    pub(crate) size: u64,
    /// When it got its name.
    pub(crate) since: OffsetDateTime,
}

/// The shelf of a blob: the first byte of its digest.
pub(crate) fn shelf_of(sha256: &Sha256Digest) -> u8 {
    sha256.as_bytes()[0]
}

impl FolderStore {
    /// Waits for one's turn to give a file its name. Blocks.
    pub(super) fn turn_to_add(&self, sha256: &Sha256Digest) -> Result<Turn> {
        self.turn(shelf_of(sha256), FlockOperation::LockShared)
    }

    /// Waits for one's turn to remove files from a shelf. Blocks.
    pub(crate) fn turn_to_remove(&self, shelf: u8) -> Result<Turn> {
        self.turn(shelf, FlockOperation::LockExclusive)
    }

    fn turn(&self, shelf: u8, operation: FlockOperation) -> Result<Turn> {
        let failed = |error| Error::io("locking a folder of blobs", error);
        let folder = self.shelf(shelf);
        fs::create_dir_all(&folder).map_err(failed)?;
        let file = File::create(folder.join(LOCK)).map_err(failed)?;
        rustix::io::retry_on_intr(|| flock(&file, operation)).map_err(|error| failed(error.into()))?;
        Ok(Turn { _locked: file })
    }

    fn shelf(&self, shelf: u8) -> PathBuf {
        self.blobs_folder().join(format!("{shelf:02x}"))
    }

    /// The files of a shelf that stand where the blob of their name would; others are not the registry's. Blocks.
    pub(crate) fn on_shelf(&self, shelf: u8) -> Result<Vec<Shelved>> {
        let failed = |error| Error::io("listing the blobs", error);
        let mut found = Vec::new();
        for folder in entries(self.shelf(shelf)).map_err(failed)? {
            if !folder.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            for entry in entries(folder.path()).map_err(failed)? {
                let named = entry.file_name().to_str().and_then(|name| name.parse::<Sha256Digest>().ok());
                let Some(sha256) = named.filter(|sha256| self.blob_path(sha256) == entry.path()) else { continue };
                // it may have been removed meanwhile
                let Ok(facts) = entry.metadata() else { continue };
                let since = OffsetDateTime::from_unix_timestamp(facts.ctime()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
                found.push(Shelved { sha256, size: facts.len(), since });
            }
        }
        Ok(found)
    }

    /// Removes a file that is no blob any more; whoever does so has the [`Turn`]. Removing what is not there is no error. Blocks.
    pub(crate) fn remove(&self, sha256: &Sha256Digest, _turn: &Turn) -> Result<()> {
        match fs::remove_file(self.blob_path(sha256)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("removing a blob", error)),
            _ => Ok(()),
        }
    }
}

/// What a folder holds; nothing when it is not there.
fn entries(folder: PathBuf) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_the_name_of_a_blob_in_its_place_is_listed() {
        let data = tempfile::tempdir().unwrap();
        let store = FolderStore::open(data.path()).unwrap();
        let blob = Sha256Digest::of(b"x");
        let place = store.blob_path(&blob);
        drop(store.turn_to_add(&blob).unwrap());
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, "x").unwrap();
        fs::write(place.with_file_name("notes.txt"), "y").unwrap();
        fs::write(place.with_file_name(Sha256Digest::of(b"elsewhere").to_hex()), "z").unwrap();
        let found = store.on_shelf(shelf_of(&blob)).unwrap();
        assert_eq!(found.iter().map(|file| (file.sha256, file.size)).collect::<Vec<_>>(), [(blob, 1)]);
        assert_eq!(store.on_shelf(shelf_of(&blob).wrapping_add(1)).unwrap(), []);
    }

    #[test]
    fn who_removes_is_alone() {
        let data = tempfile::tempdir().unwrap();
        let store = FolderStore::open(data.path()).unwrap();
        let blob = Sha256Digest::of(b"x");
        let tried = |operation| store.turn(shelf_of(&blob), operation).is_ok();
        let adding = (store.turn_to_add(&blob).unwrap(), store.turn_to_add(&blob).unwrap());
        assert!(!tried(FlockOperation::NonBlockingLockExclusive));
        drop(adding);
        let removing = store.turn_to_remove(shelf_of(&blob)).unwrap();
        assert!(!tried(FlockOperation::NonBlockingLockShared));
        drop(removing);
        assert!(tried(FlockOperation::NonBlockingLockExclusive));
    }
}
