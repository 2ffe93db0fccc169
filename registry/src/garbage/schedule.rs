//! The collection on the server's schedule.

use std::time::Duration;

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::Collected;
use crate::{
    Client, Registry, Result,
    catalog::{self, transact},
    now,
};

/// How often it is asked whether the time has come.
const LOOK: Duration = Duration::from_secs(60);
/// What the chore is called in the catalog.
const CHORE: &str = "collect_garbage";

impl Registry {
    /// Collects garbage every so often, one server for all, until it is stopped. What a stop interrupts the next collection goes on
    /// with.
    pub(crate) async fn collect_on_schedule(self, stop: CancellationToken) {
        let Some(every) = self.0.settings.garbage_every else { return };
        let collecting = async {
            loop {
                match self.collect_when_due(every, now()).await {
                    Ok(Some(done)) => tracing::info!(
                        blobs = done.blobs.count,
                        bytes = done.blobs.bytes,
                        strays = done.strays.count,
                        incomplete = done.incomplete,
                        waiting = done.waiting.count,
                        "what nothing needs was removed"
                    ),
                    Ok(None) => {}
                    Err(error) => error.log(),
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = collecting => {}
        }
    }

    async fn collect_when_due(&self, every: time::Duration, at: OffsetDateTime) -> Result<Option<Collected>> {
        if !transact!(self.0.catalog, async |conn| { catalog::chores::take(conn, CHORE, at, at - every).await })? {
            return Ok(None);
        }
        self.remove_garbage("scheduler", &Client::default(), at).await.map(Some)
    }
}
