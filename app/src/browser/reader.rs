//! A file of the browser as a synchronous reader. Workers only: elsewhere nobody may wait for a file.

use std::io::{Error, Read, Result, Seek, SeekFrom};

use js_sys::Uint8Array;
use web_sys::{Blob, FileReaderSync};

use super::blob::{CHANGED, describe, size_of, slice};

/// So much is fetched at once, at multiples of it: zips are read backwards at first, then in small steps.
const WINDOW: u64 = 4 << 20;

/// Reads pieces of a file.
pub(super) struct BlobReader {
    blob: Blob,
    reader: FileReaderSync,
    size: u64,
    position: u64,
    window: Vec<u8>,
    window_start: u64,
}

impl BlobReader {
    /// A reader at the beginning of `blob`.
    pub(super) fn new(blob: Blob) -> std::result::Result<Self, String> {
        let reader = FileReaderSync::new().map_err(|error| describe(&error))?;
        let size = size_of(&blob);
        Ok(Self { blob, reader, size, position: 0, window: Vec::new(), window_start: 0 })
    }

    /// Reads `length` bytes from `start`.
    fn fetch(&self, start: u64, length: u64) -> std::result::Result<Vec<u8>, String> {
        let slice = slice(&self.blob, start, start + length).map_err(|error| describe(&error))?;
        let bytes = self.reader.read_as_array_buffer(&slice).map_err(|error| describe(&error))?;
        if u64::from(bytes.byte_length()) != length {
            return Err(CHANGED.to_owned());
        }
        Ok(Uint8Array::new(&bytes).to_vec())
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.position >= self.size {
            return Ok(0);
        }
        let start = self.position - self.position % WINDOW;
        if self.window.is_empty() || self.window_start != start {
            self.window = self.fetch(start, WINDOW.min(self.size - start)).map_err(Error::other)?;
            self.window_start = start;
        }
        let offset = usize::try_from(self.position - start).map_err(Error::other)?;
        let mut rest = self.window.get(offset..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let position = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or_else(|| Error::other("a seek before the beginning"))?;
        Ok(self.position)
    }
}
