//! Telling how far a long command is: on standard error, now and then.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::units;
use registry::Progress;

/// A line that often, at the most.
const EVERY: Duration = Duration::from_secs(2);

/// Tells how far something is.
pub(super) struct Teller {
    what: &'static str,
    told: Mutex<Instant>,
}

impl Teller {
    /// Nothing is told in the first seconds: what is short needs no progress.
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, told: Mutex::new(Instant::now()) }
    }

    /// Tells, unless it did a moment ago.
    pub(super) fn tell(&self, progress: Progress) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.elapsed() < EVERY {
            return;
        }
        *told = Instant::now();
        let Progress { blobs, all_blobs, bytes, all_bytes } = progress;
        eprintln!(
            "{blobs} of {} {}, {} of {}",
            units::plural(all_blobs, "blob"),
            self.what,
            units::bytes(bytes),
            units::bytes(all_bytes)
        );
    }
}
