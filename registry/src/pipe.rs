//! A pipe from a thread that writes to a response that is sent. What the writer has not brought to its end breaks off for the
//! reader, too; a reader that takes nothing is given up.

use std::{io, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use tokio::{
    runtime::Handle,
    sync::mpsc::{
        self,
        error::{SendTimeoutError, TrySendError},
    },
};

/// Bytes handed on at a time.
const PIECE: usize = 64 << 10;
/// How many pieces wait for the reader.
const PIECES: usize = 8;

/// Why nobody takes what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The reader went away.
    Gone,
    /// The reader took nothing for too long.
    Silent,
}

/// The end of the pipe that is written to, by a thread that may block. Dropped before [`Writer::finish`] it breaks off.
pub(crate) struct Writer {
    /// Pieces, and nothing for the end.
    pieces: mpsc::Sender<Option<Bytes>>,
    runtime: Handle,
    patience: Duration,
    buffer: BytesMut,
    lost: Option<Lost>,
}

/// Makes a pipe whose reader may take nothing for so long. What is read ends with an error unless the writer finished.
pub(crate) fn pipe(patience: Duration) -> (Writer, impl Stream<Item = io::Result<Bytes>> + Send + use<>) {
    let (pieces, receiver) = mpsc::channel(PIECES);
    let writer = Writer { pieces, runtime: Handle::current(), patience, buffer: BytesMut::with_capacity(PIECE), lost: None };
    let read = stream::unfold(Some(receiver), async |receiver: Option<mpsc::Receiver<Option<Bytes>>>| {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Some(piece)) => Some((Ok(piece), Some(receiver))),
            Some(None) => None,
            None => Some((Err(io::Error::other("what was sent broke off")), None)),
        }
    });
    (writer, read)
}

impl Writer {
    /// Hands on what is left, and ends what is read.
    ///
    /// # Errors
    /// When the reader is lost.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        io::Write::flush(self)?;
        self.hand_on(None)?;
        self.lost.map_or(Ok(()), |lost| Err(lost.into()))
    }

    /// Whether the reader is lost: then it is what failed.
    pub(crate) const fn lost(&self) -> Option<Lost> {
        self.lost
    }

    fn hand_on(&mut self, piece: Option<Bytes>) -> io::Result<()> {
        if self.lost.is_some() {
            // it was told: what writes on does so only to clean up behind itself
            return Ok(());
        }
        let piece = match self.pieces.try_send(piece) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Full(piece) | TrySendError::Closed(piece)) => piece,
        };
        let lost = match self.runtime.block_on(self.pieces.send_timeout(piece, self.patience)) {
            Ok(()) => return Ok(()),
            Err(SendTimeoutError::Timeout(_)) => Lost::Silent,
            Err(SendTimeoutError::Closed(_)) => Lost::Gone,
        };
        self.lost = Some(lost);
        Err(lost.into())
    }
}

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == PIECE {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = self.buffer.split().freeze();
        self.buffer.reserve(PIECE);
        self.hand_on(Some(piece))
    }
}

impl From<Lost> for io::Error {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Gone => io::ErrorKind::BrokenPipe.into(),
            Lost::Silent => io::ErrorKind::TimedOut.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use futures::{StreamExt as _, TryStreamExt as _};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    /// More than waits in the pipe.
    const MUCH: usize = PIECE * (PIECES + 3) + 1;

    #[tokio::test]
    async fn what_is_finished_is_read_whole() {
        let (mut writer, read) = pipe(LONG);
        let written = tokio::task::spawn_blocking(move || writer.write_all(&[7; MUCH]).and_then(|()| writer.finish()));
        let pieces: Vec<Bytes> = read.try_collect().await.unwrap();
        assert_eq!(pieces.concat(), [7; MUCH]);
        written.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn what_is_not_finished_breaks_off() {
        let (mut writer, read) = pipe(LONG);
        let written = tokio::task::spawn_blocking(move || writer.write_all(&[7; 2 * PIECE]));
        let pieces: Vec<_> = read.collect().await;
        assert_eq!(pieces.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
        written.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_reader_that_takes_nothing_is_given_up_and_told() {
        let (mut writer, read) = pipe(Duration::from_millis(20));
        let lost = tokio::task::spawn_blocking(move || {
            let failed = writer.write_all(&[7; MUCH]).unwrap_err();
            writer.write_all(&[7; MUCH]).expect("nothing waits for it again");
            (failed.kind(), writer.lost(), writer.finish().is_err())
        });
        assert_eq!(lost.await.unwrap(), (io::ErrorKind::TimedOut, Some(Lost::Silent), true));
        assert!(read.collect::<Vec<_>>().await.pop().unwrap().is_err());
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_is_noticed() {
        let (mut writer, read) = pipe(LONG);
        drop(read);
        let lost = tokio::task::spawn_blocking(move || (writer.write_all(&[7; MUCH]).is_err(), writer.lost()));
        assert_eq!(lost.await.unwrap(), (true, Some(Lost::Gone)));
    }
}
