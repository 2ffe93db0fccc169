//! Changes: transactions that happen as a whole or not at all, run again when the engine asks for it.

use std::time::{Duration, Instant};

use super::{Catalog, Conn, faults::Fault};
use crate::{Error, Result};

/// How often a change is run again.
const MAX_RETRIES: u32 = 8;
/// No attempt begins later than this after the first one: whoever waits should get an answer.
const RETRY_FOR: Duration = Duration::from_secs(5);
/// The longest pause before the second attempt; it doubles for each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// A transaction under way.
///
/// # Isolation
/// SQLite has one writer at a time: `BEGIN IMMEDIATE` takes its lock before the first read, so changes happen one after the
/// other. (One that reads first and writes later could not be run again by SQLite.)
///
/// On PostgreSQL several servers change the catalog at once, at READ COMMITTED: each statement sees what was committed before
/// it began. What is right on SQLite by itself is kept right there by one rule: **whatever a change decides on, it locks first.**
/// - What one statement can say, one statement does: the condition stands in its `WHERE`, which PostgreSQL checks again when it
///   had to wait for the row; `ON CONFLICT DO NOTHING` waits for whoever is adding the same row, and the next statement sees it.
/// - Whoever reads the state of an upload or of a package in order to change it locks that row first by an update that changes
///   nothing ([`uploads::lock`](super::uploads::lock), [`packages::lock`](super::packages::lock)); only then does it read. A
///   package's row stands for its refs and its score.
/// - Rows are locked in one order, so that nobody waits in a circle: upload, object of the bucket, blob, namespace, package, job.
///   Should it happen all the same, PostgreSQL breaks the circle (40P01), and [`transact!`](super::transact) runs the change again.
///
/// SERIALIZABLE would need no rule, and would cancel commits to unrelated packages that happen to share an index page.
pub(crate) struct Change {
    conn: Conn,
    open: bool,
}

impl Catalog {
    /// Begins a change. For [`transact!`](super::transact) alone.
    pub(crate) async fn begin(&self) -> Result<Change> {
        let conn = self.writer().await?;
        let begin = match conn {
            Conn::Sqlite(_) => "BEGIN IMMEDIATE",
            Conn::Postgres(_) => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        // open before it is known to be: an answer that is lost may hide a transaction
        let mut change = Change { conn, open: true };
        if let Err(error) = change.conn.command(begin).await {
            change.open = Fault::of(&error) != Fault::Collision;
            return Err(error.into());
        }
        Ok(change)
    }
}

impl Change {
    /// The connection to make the change on.
    pub(crate) const fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Makes the change last when the work succeeded, and takes it back when it failed.
    ///
    /// # Errors
    /// That of the work, or of the commit. When the connection breaks off in the middle of a commit nobody knows whether it
    /// happened: the answer is unavailable, and every change may be asked for again.
    pub(crate) async fn end<T>(mut self, work: Result<T>) -> Result<T> {
        match &work {
            Ok(_) => {
                self.conn.command("COMMIT").await?;
                self.open = false;
            }
            Err(error) => match Fault::behind(error) {
                Fault::Unreachable | Fault::ReadOnly => {}
                // after some failures (a full disk) SQLite has rolled back by itself: then this fails, and the connection goes
                Fault::Collision | Fault::Full | Fault::Value | Fault::Other => {
                    self.open = self.conn.command("ROLLBACK").await.is_err()
                }
            },
        }
        work
    }
}

impl Drop for Change {
    /// A change that was cut off, by an error or because nobody waits for it any more, ends with its connection.
    fn drop(&mut self) {
        if self.open {
            self.conn.close_on_drop();
        }
    }
}

/// Counts the attempts at a change.
pub(crate) struct Retries {
    begun: Instant,
    done: u32,
}

impl Retries {
    pub(crate) fn start() -> Self {
        Self { begun: Instant::now(), done: 0 }
    }

    /// Waits until the change may be run again.
    ///
    /// # Errors
    /// The error itself, when another attempt would change nothing or there were enough.
    pub(crate) async fn again_after(&mut self, error: Error) -> Result<()> {
        if Fault::behind(&error) != Fault::Collision || self.done == MAX_RETRIES || self.begun.elapsed() > RETRY_FOR {
            return Err(error);
        }
        // of random length, so that those who collided do not do so again
        let random = getrandom::u32().unwrap_or(u32::MAX);
        tokio::time::sleep((FIRST_PAUSE * 2_u32.pow(self.done)).mul_f64(f64::from(random) / f64::from(u32::MAX))).await;
        self.done += 1;
        tracing::debug!(attempt = self.done + 1, "a change of the catalog collided with another and is run again");
        Ok(())
    }
}

/// Runs a change of the catalog: all of it happens, or nothing. The work may be run several times, so it changes nothing but the
/// catalog; `?` in it ends the change with an error, and takes it back.
///
/// A macro, because a function cannot demand that the future of a closure that borrows is `Send`:
/// <https://github.com/rust-lang/rust/issues/110338>.
macro_rules! transact {
    ($catalog:expr, async |$conn:ident| $work:block) => {{
        let mut retries = $crate::catalog::Retries::start();
        loop {
            let attempt = async {
                let mut change = $catalog.begin().await?;
                let work = async {
                    let $conn = change.conn();
                    $work
                };
                let done: $crate::Result<_> = work.await;
                change.end(done).await
            };
            match attempt.await {
                Ok(done) => break Ok(done),
                Err(error) => {
                    if let Err(error) = retries.again_after(error).await {
                        break Err(error);
                    }
                }
            }
        }
    }};
}
pub(crate) use transact;
