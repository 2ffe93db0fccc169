//! A pipe from a thread that writes to a response that is sent. What the writer has not brought to its end breaks off for the
//! reader, too; a reader that takes nothing, or too little, is given up.

use std::{
    io,
    time::{Duration, Instant},
};

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
    /// The reader took something now and then, and too little on the whole.
    Slow,
}

/// How fast a reader has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How long it may take nothing.
    pub(crate) patience: Duration,
    /// The bytes a second that it has to take on the whole. Only the time counts in which it was waited for.
    pub(crate) least_rate: u64,
}

impl Pace {
    /// For how much longer a reader may be waited for that has taken so many bytes, and was waited for as long as this.
    fn left(self, taken: u64, waited: Duration) -> Duration {
        let earned = Duration::from_millis(taken.saturating_mul(1000) / self.least_rate.max(1));
        self.patience.saturating_add(earned).saturating_sub(waited)
    }
}

/// The end of the pipe that is written to, by a thread that may block. Dropped before [`Writer::finish`] it breaks off.
pub(crate) struct Writer {
    /// Pieces, and nothing for the end.
    pieces: mpsc::Sender<Option<Bytes>>,
    runtime: Handle,
    pace: Pace,
    /// How much the reader took, and for how long it was waited for.
    taken: u64,
    waited: Duration,
    buffer: BytesMut,
    lost: Option<Lost>,
}

/// Makes a pipe whose reader keeps a pace. What is read ends with an error unless the writer finished.
pub(crate) fn pipe(pace: Pace) -> (Writer, impl Stream<Item = io::Result<Bytes>> + Send + use<>) {
    let (pieces, receiver) = mpsc::channel(PIECES);
    let writer = Writer {
        pieces,
        runtime: Handle::current(),
        pace,
        taken: 0,
        waited: Duration::ZERO,
        buffer: BytesMut::with_capacity(PIECE),
        lost: None,
    };
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
        // what stands in the pipe counts as taken: it is little
        self.taken += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        let piece = match self.pieces.try_send(piece) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Full(piece) | TrySendError::Closed(piece)) => piece,
        };
        let left = self.pace.left(self.taken, self.waited);
        let since = Instant::now();
        let sent = self.runtime.block_on(self.pieces.send_timeout(piece, left.min(self.pace.patience)));
        self.waited += since.elapsed();
        let lost = match sent {
            Ok(()) => return Ok(()),
            Err(SendTimeoutError::Timeout(_)) if left < self.pace.patience => Lost::Slow,
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
            Lost::Silent | Lost::Slow => io::ErrorKind::TimedOut.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use futures::{StreamExt as _, TryStreamExt as _};

    use super::*;

    const LONG: Pace = Pace { patience: Duration::from_secs(60), least_rate: 1 };
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
        let (mut writer, read) = pipe(Pace { patience: Duration::from_millis(20), least_rate: 1 });
        let lost = tokio::task::spawn_blocking(move || {
            let failed = writer.write_all(&[7; MUCH]).unwrap_err();
            writer.write_all(&[7; MUCH]).expect("nothing waits for it again");
            (failed.kind(), writer.lost(), writer.finish().is_err())
        });
        assert_eq!(lost.await.unwrap(), (io::ErrorKind::TimedOut, Some(Lost::Silent), true));
        assert!(read.collect::<Vec<_>>().await.pop().unwrap().is_err());
    }

    #[test]
    fn what_a_reader_takes_earns_it_time() {
        let pace = Pace { patience: Duration::from_secs(60), least_rate: 1 << 10 };
        let left = |taken, waited| pace.left(taken, Duration::from_secs(waited)).as_secs();
        assert_eq!([left(0, 0), left(0, 59), left(0, 60), left(0, 9000)], [60, 1, 0, 0]);
        assert_eq!([left(100 << 10, 100), left(100 << 10, 159), left(100 << 10, 161)], [60, 1, 0]);
        assert!(left(u64::MAX, 9000) > 60 && Pace { least_rate: 0, ..pace }.left(1, Duration::MAX).is_zero());
    }

    #[tokio::test]
    async fn a_reader_that_takes_a_little_now_and_then_is_given_up() {
        // nothing is earned: however quickly it takes each piece, being waited for adds up
        let (mut writer, read) = pipe(Pace { patience: Duration::from_millis(20), least_rate: u64::MAX });
        let written = tokio::task::spawn_blocking(move || {
            while writer.write_all(&[7; PIECE]).is_ok() {}
            writer.lost()
        });
        let slowly = read.then(async |piece| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            piece
        });
        let pieces: Vec<_> = slowly.collect().await;
        assert!(pieces.last().unwrap().is_err());
        assert!(matches!(written.await.unwrap(), Some(Lost::Slow | Lost::Silent)));
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_is_noticed() {
        let (mut writer, read) = pipe(LONG);
        drop(read);
        let lost = tokio::task::spawn_blocking(move || (writer.write_all(&[7; MUCH]).is_err(), writer.lost()));
        assert_eq!(lost.await.unwrap(), (true, Some(Lost::Gone)));
    }
}
