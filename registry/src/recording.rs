//! The records of downloads, written many at once.
//!
//! A download is answered only when its record is safe, and SQLite has one writer, who waits for the disk each time: a hundred
//! downloads at the same moment would wait for a hundred confirmations one after the other. So what comes while one transaction is
//! being confirmed goes into the next one together.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ErrorKind;
use time::OffsetDateTime;
use tokio::sync::oneshot;

use crate::{
    Actor, Client, Error, Registry, Result,
    catalog::{self, Conn, audit::Action, counts::Downloaded, transact},
    now,
};

/// How many records one transaction writes at the most.
const AT_ONCE: usize = 500;

/// The records that wait to be written.
#[derive(Default)]
pub(crate) struct Recording(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Whether a task writes them.
    is_written: bool,
}

struct Waiting {
    download: Download,
    told: oneshot::Sender<Told>,
}

/// How it went; why it failed in words, as one failure is that of many.
type Told = Result<(), (ErrorKind, String)>;

/// A download, as it is recorded.
struct Download {
    actor: String,
    client: Client,
    action: Action,
    object: String,
    at: OffsetDateTime,
    of: Option<Downloaded>,
}

impl Recording {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // nothing that is done under the lock can fail half-way
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a record; whether it needs a task that writes it.
    fn add(&self, waiting: Waiting) -> bool {
        let mut queue = self.queue();
        queue.waiting.push(waiting);
        !std::mem::replace(&mut queue.is_written, true)
    }

    /// The records of the next transaction; none is the end of the task that asks.
    fn next(&self) -> Vec<Waiting> {
        let mut queue = self.queue();
        let some = queue.waiting.len().min(AT_ONCE);
        queue.is_written = some > 0;
        queue.waiting.drain(..some).collect()
    }
}

/// The task that writes. Should it break off, the next record begins another one.
struct Writer<'a>(&'a Recording);

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.queue().is_written = false;
        }
    }
}

impl Registry {
    /// Records a download, and counts it unless it is the rest of one that was. Returns when that is safe.
    pub(crate) async fn record_download(
        &self,
        actor: &Actor,
        action: Action,
        object: &str,
        of: Option<Downloaded>,
    ) -> Result<()> {
        let (told, written) = oneshot::channel();
        let (actor, client, object) = (actor.name().to_owned(), actor.client().clone(), object.to_owned());
        let download = Download { actor, client, action, object, at: now(), of };
        if self.0.recording.add(Waiting { download, told }) {
            // a task of its own: who began it may go away while others wait for it
            tokio::spawn(self.clone().write_waiting());
        }
        match written.await {
            Ok(written) => written.map_err(|(kind, message)| Error::new(kind, message)),
            Err(error) => Err(Error::internal("recording a download", error)),
        }
    }

    /// Writes what waits, until nothing does.
    async fn write_waiting(self) {
        let _writer = Writer(&self.0.recording);
        loop {
            let waiting = self.0.recording.next();
            if waiting.is_empty() {
                break;
            }
            let (downloads, told): (Vec<_>, Vec<_>) =
                waiting.into_iter().map(|Waiting { download, told }| (download, told)).unzip();
            match self.write(&downloads).await {
                // one of them may be to blame
                Err(error) if downloads.len() > 1 && error.kind() != ErrorKind::Unavailable => {
                    for (download, told) in downloads.iter().zip(told) {
                        tell(told, in_words(self.write(std::slice::from_ref(download)).await));
                    }
                }
                written => {
                    let written = in_words(written);
                    told.into_iter().for_each(|told| tell(told, written.clone()));
                }
            }
        }
    }

    async fn write(&self, downloads: &[Download]) -> Result<()> {
        transact!(self.0.catalog, async |conn| { record_and_count(conn, downloads).await })
    }
}

async fn record_and_count(conn: &mut Conn, downloads: &[Download]) -> Result<()> {
    for Download { actor, client, action, object, at, of: _ } in downloads {
        catalog::audit::record(conn, actor, client, *action, object, *at).await?;
    }
    catalog::counts::count(conn, downloads.iter().filter_map(|download| download.of)).await
}

fn in_words(written: Result<()>) -> Told {
    written.map_err(|error| {
        error.log();
        (error.kind(), error.message().to_owned())
    })
}

fn tell(told: oneshot::Sender<Told>, written: Told) {
    if told.send(written).is_err() {
        tracing::debug!("who was to be told of a record has gone away");
    }
}
