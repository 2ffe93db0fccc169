//! What is under way in this process: who writes to which partial file, and which digests are being computed.
//!
//! Nothing here is the only copy of anything: after a crash the catalog and the partial files say all that is needed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, Semaphore};

use super::{BlobKey, seal::Sealing};

/// How many partial files are hashed at once, each with some MiB of buffers: memory stays flat however many arrive. (Objects of a
/// bucket have turns of their own: they wait for the network more than for a core.)
const SEALING_SLOTS: usize = 4;

/// Locks and sealings by blob.
pub(crate) struct InFlight {
    locks: Mutex<HashMap<BlobKey, Arc<RwLock<()>>>>,
    sealings: Mutex<HashMap<BlobKey, Sealing>>,
    pub(super) sealing_slots: Semaphore,
}

impl Default for InFlight {
    fn default() -> Self {
        Self { locks: Mutex::default(), sealings: Mutex::default(), sealing_slots: Semaphore::new(SEALING_SLOTS) }
    }
}

impl InFlight {
    /// For writing a part. Many may write parts of one blob at once.
    pub(super) async fn write_part(&self, key: BlobKey) -> OwnedRwLockReadGuard<()> {
        self.lock(key).read_owned().await
    }

    /// For computing the digests: waits until no part is being written and lets none begin, so that what is sealed is what was
    /// read, even when a part is sent twice.
    pub(super) async fn seal(&self, key: BlobKey) -> OwnedRwLockWriteGuard<()> {
        self.lock(key).write_owned().await
    }

    fn lock(&self, key: BlobKey) -> Arc<RwLock<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // locks that nobody holds any more go when the map has grown
        if locks.len() > 4096 {
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        }
        Arc::clone(locks.entry(key).or_default())
    }

    /// The sealing that is under way for a blob, or the one that `start` starts.
    pub(super) fn sealing(&self, key: BlobKey, start: impl FnOnce() -> Sealing) -> Sealing {
        let mut sealings = self.sealings.lock().unwrap_or_else(PoisonError::into_inner);
        sealings.entry(key).or_insert_with(start).clone()
    }

    /// Forgets a sealing that came to its end.
    pub(super) fn sealed(&self, key: &BlobKey) {
        self.sealings.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}
