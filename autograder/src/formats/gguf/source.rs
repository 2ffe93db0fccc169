//! Reading little-endian values in turn, never further than the file and the budget for a header reach.

use std::io::{self, BufRead, Read as _};

use super::{HEADER_INVALID, HEADER_TOO_LARGE, Problem, TRUNCATED};
use crate::text;

/// The most bytes that key-value pairs and tensor lines may take together; a large vocabulary takes some 20 MB.
const MAX_HEADER: u64 = 256 << 20;

/// A reader that knows where it is and how long the file is.
pub(super) struct Source<R> {
    reader: R,
    position: u64,
    length: u64,
}

impl<R: BufRead> Source<R> {
    pub(super) const fn new(reader: R, length: u64) -> Self {
        Self { reader, position: 0, length }
    }

    /// How many bytes were read.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// How many bytes follow in the file.
    pub(super) const fn left(&self) -> u64 {
        self.length - self.position
    }

    /// Makes sure that `count` more bytes are there, and takes note of them.
    fn advance(&mut self, count: u64) -> Result<(), Problem> {
        if count > self.left() {
            let message = format!("at byte {} the header needs {count} more bytes, but {} follow", self.position, self.left());
            return Err(Problem::new(TRUNCATED, &message));
        }
        self.position += count;
        if self.position > MAX_HEADER {
            return Err(Problem::new(HEADER_TOO_LARGE, &format!("the header is longer than {} MiB", MAX_HEADER >> 20)));
        }
        Ok(())
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        self.advance(N as u64)?;
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes).map_err(|error| ended(&error))?;
        Ok(bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Problem> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Problem> {
        self.array().map(u64::from_le_bytes)
    }

    /// Passes over `count` bytes.
    pub(super) fn skip(&mut self, count: u64) -> Result<(), Problem> {
        self.advance(count)?;
        let passed = io::copy(&mut self.reader.by_ref().take(count), &mut io::sink()).map_err(|error| Problem::io(&error))?;
        if passed < count { Err(ended(&io::ErrorKind::UnexpectedEof.into())) } else { Ok(()) }
    }

    /// A string, of which the first `most` bytes are kept; bytes that are no UTF-8 are replaced.
    pub(super) fn string(&mut self, most: u64) -> Result<String, Problem> {
        let length = self.u64()?;
        let bytes = self.bytes(length.min(most))?;
        self.skip(length.saturating_sub(most))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A string that must be UTF-8 and at most `most` bytes long; `what` says what it is.
    pub(super) fn name(&mut self, most: u64, what: &str) -> Result<String, Problem> {
        let length = self.u64()?;
        if length > most {
            return Err(Problem::new(HEADER_INVALID, &format!("{what} has {length} bytes: at most {most} are allowed")));
        }
        String::from_utf8(self.bytes(length)?).map_err(|error| {
            let shown = text::quote(&String::from_utf8_lossy(error.as_bytes()));
            Problem::new(HEADER_INVALID, &format!("{what} is no UTF-8: {shown}"))
        })
    }

    /// Bytes that are known to be few; the buffer grows with what is there.
    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, Problem> {
        self.advance(count)?;
        let mut bytes = Vec::new();
        self.reader.by_ref().take(count).read_to_end(&mut bytes).map_err(|error| Problem::io(&error))?;
        if (bytes.len() as u64) < count { Err(ended(&io::ErrorKind::UnexpectedEof.into())) } else { Ok(bytes) }
    }
}

/// The file is shorter than it was when its length was taken, or cannot be read.
fn ended(error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Problem::new(TRUNCATED, "the file ends in the middle of its header"),
        _ => Problem::io(error),
    }
}
