//! Recomputing digests: SHA-256 and the git blob id, side by side.

use std::{
    fs::File,
    io::Read,
    path::Path,
    sync::{Arc, mpsc::sync_channel},
};

use domain::{GitBlobId, Sha256Digest};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::{Error, Result};

/// What is known of content that was read from its first byte to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) sha256: Sha256Digest,
    pub(crate) git_id: GitBlobId,
}

/// Bytes read at a time.
const PIECE: usize = 1 << 20;
/// From this length on the two digests are computed on two threads.
const PARALLEL_FROM: u64 = 16 << 20;

impl Digests {
    /// Reads a whole file. Blocks. `progress` is told the number of bytes read since it was told last.
    pub(crate) fn of_file(path: &Path, size: u64, progress: &dyn Fn(u64)) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::io("reading a file", error))?;
        Self::of_reader(file, size, progress).map_err(|error| Error::io("reading a file", error))
    }

    /// Reads to the end, which should come after `size` bytes. Blocks. `progress` is told the number of bytes read since it was
    /// told last.
    pub(crate) fn of_reader(mut reader: impl Read, size: u64, progress: &dyn Fn(u64)) -> std::io::Result<Self> {
        let mut sha256 = Sha256::new();
        let mut git = Sha1::new();
        git.update(format!("blob {size}\0"));
        if size < PARALLEL_FROM {
            let mut buffer = vec![0; PIECE.min(usize::try_from(size).unwrap_or(PIECE)).max(1)];
            loop {
                let read = reader.read(&mut buffer)?;
                if read == 0 {
                    return Ok(Self::from_states(sha256, git));
                }
                sha256.update(&buffer[..read]);
                git.update(&buffer[..read]);
                progress(read as u64);
            }
        }
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel::<Arc<[u8]>>(4);
            let git = scope.spawn(move || {
                for piece in receiver {
                    git.update(&piece);
                }
                git
            });
            let mut buffer = vec![0; PIECE];
            loop {
                let read = reader.read(&mut buffer)?;
                if read == 0 {
                    break;
                }
                if sender.send(Arc::from(&buffer[..read])).is_err() {
                    break;
                }
                sha256.update(&buffer[..read]);
                progress(read as u64);
            }
            drop(sender);
            let git = git.join().map_err(|_| std::io::Error::other("a digest could not be computed"))?;
            Ok(Self::from_states(sha256, git))
        })
    }

    fn from_states(sha256: Sha256, git: Sha1) -> Self {
        Self { sha256: Sha256Digest::from_bytes(sha256.finalize().into()), git_id: GitBlobId::from_bytes(git.finalize().into()) }
    }
}
