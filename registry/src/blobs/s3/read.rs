//! Objects as streams. A connection that breaks off in the middle of gigabytes is made again where it ended.

use std::{io, time::Duration};

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use futures::{Stream, stream};
use tokio::io::AsyncRead;
use tokio_util::io::StreamReader;

use super::{S3Store, failure};
use crate::{Error, Result, blobs::ObjectKey};

/// How often in a row a stream is begun again without a byte in between.
const TRIES: u32 = 4;
/// The first wait before a stream is begun again; it doubles.
const WAIT: Duration = Duration::from_millis(200);

/// An object, read up to a place.
struct Reading {
    store: S3Store,
    key: ObjectKey,
    at: u64,
    end: u64,
    body: Option<ByteStream>,
    failures: u32,
}

impl S3Store {
    /// Reads an object of this length from byte `start` on. What ends before the length is an error, never a short object.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn read(&self, key: &ObjectKey, start: u64, length: u64) -> Result<impl AsyncRead + Send + use<>> {
        let mut reading = Reading { store: self.clone(), key: key.clone(), at: start, end: length, body: None, failures: 0 };
        if start < length {
            reading.open().await?;
        }
        Ok(StreamReader::new(Box::pin(reading.pieces())))
    }
}

impl Reading {
    async fn open(&mut self) -> Result<()> {
        let object = self
            .store
            .client
            .get_object()
            .bucket(&*self.store.bucket)
            .key(self.store.key(&self.key))
            .range(format!("bytes={}-{}", self.at, self.end - 1))
            .send()
            .await
            .map_err(failure::away)?;
        self.body = Some(object.body);
        Ok(())
    }

    fn pieces(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::try_unfold(self, async |mut reading: Self| Ok(reading.next().await?.map(|piece| (piece, reading))))
    }

    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.at < self.end {
            match self.piece().await {
                Ok(piece) => {
                    self.at += piece.len() as u64;
                    self.failures = 0;
                    return Ok(Some(piece));
                }
                Err(error) if self.failures < TRIES => {
                    self.failures += 1;
                    self.body = None;
                    tracing::debug!(%error, "an object broke off and is read on");
                    tokio::time::sleep(WAIT * 2_u32.pow(self.failures - 1)).await;
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::ConnectionAborted, error)),
            }
        }
        Ok(None)
    }

    /// The next piece; an end that comes too early is an error.
    async fn piece(&mut self) -> Result<Bytes> {
        if self.body.is_none() {
            self.open().await?;
        }
        let body = self.body.as_mut();
        let next = match body {
            Some(body) => body.next().await,
            None => None,
        };
        match next {
            Some(Ok(piece)) if piece.len() as u64 <= self.end - self.at => Ok(piece),
            Some(Ok(_)) => Err(Error::store_away(io::Error::other("the object is longer than it was"))),
            Some(Err(error)) => Err(Error::store_away(error)),
            None => Err(Error::store_away(io::Error::from(io::ErrorKind::UnexpectedEof))),
        }
    }
}
