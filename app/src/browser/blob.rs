//! Files of the browser: their length, their slices, and why they cannot be read.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, DomException};

/// What to say of a file that is not what it was when it was chosen.
pub(super) const CHANGED: &str = "it changed or vanished while it was read: choose it again";

/// The length of a file in bytes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length is a whole number below 2^53")]
pub(super) fn size_of(blob: &Blob) -> u64 {
    blob.size() as u64
}

/// The bytes from `start` to `end` of a file, without reading them.
pub(super) fn slice(blob: &Blob, start: u64, end: u64) -> Result<Blob, JsValue> {
    #[expect(clippy::cast_precision_loss, reason = "a length is a whole number below 2^53")]
    blob.slice_with_f64_and_f64(start as f64, end as f64)
}

/// Why a file could not be read, for a person.
pub(super) fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
        Some("NotReadableError" | "NotFoundError") => CHANGED.to_owned(),
        Some("SecurityError") => "the browser does not let the page read it".to_owned(),
        Some(name) => format!("it cannot be read ({name})"),
        None => "it cannot be read".to_owned(),
    }
}
