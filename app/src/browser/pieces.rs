//! The pieces of a file, one after the other. While one is worked on, the browser reads the next.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::blob::{CHANGED, describe, size_of, slice};

/// The length of a piece: every read costs some milliseconds, whatever its length.
const PIECE: u64 = 16 << 20;

/// Reads a file in pieces.
pub(super) struct Pieces {
    blob: Blob,
    size: u64,
    asked: u64,
    next: Option<Promise>,
}

impl Pieces {
    /// Begins to read.
    pub(super) fn of(blob: Blob) -> Result<Self, String> {
        let mut pieces = Self { size: size_of(&blob), blob, asked: 0, next: None };
        pieces.ask().map_err(|error| describe(&error))?;
        Ok(pieces)
    }

    fn ask(&mut self) -> Result<(), JsValue> {
        let end = self.size.min(self.asked + PIECE);
        self.next = if self.asked < end { Some(slice(&self.blob, self.asked, end)?.array_buffer()) } else { None };
        self.asked = end;
        Ok(())
    }

    /// The next piece; nothing after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Uint8Array>, String> {
        let Some(reading) = self.next.take() else { return Ok(None) };
        let (end, start) = (self.asked, (self.asked - 1) / PIECE * PIECE);
        let bytes = JsFuture::from(reading).await.map_err(|error| describe(&error))?;
        self.ask().map_err(|error| describe(&error))?;
        let bytes = Uint8Array::new(bytes.unchecked_ref());
        if u64::from(bytes.length()) == end - start { Ok(Some(bytes)) } else { Err(CHANGED.to_owned()) }
    }
}
