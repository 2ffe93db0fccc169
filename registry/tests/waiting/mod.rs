//! Waiting for what a registry does by itself.

use std::time::{Duration, Instant};

/// Asks again and again until it is so.
///
/// Panics when it is not after a minute: long enough for the slowest machine.
#[cfg(test)]
pub(crate) async fn until(what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !ask().await {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
