//! What the page and its workers tell each other: an array of a JSON text and, where there is one, the file it is about.

use domain::{FilePath, Sha256Digest, manifest::Limits};
use js_sys::Array;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Blob;

/// What a worker is asked to do with a file.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Task {
    /// Compute its digest.
    Hash,
    /// Unpack it as a zip, and compute the digest of every file in it.
    Unpack(Limits),
}

/// What a worker reports on its task, in this order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    /// The zip was listed: these files will follow, in this order; so many are left out as clutter.
    Listed {
        /// The files with their sizes in bytes.
        files: Vec<(FilePath, u64)>,
        /// How many are left out.
        left_out: u64,
    },
    /// So many bytes of the current file are hashed.
    Progress(u64),
    /// The digest of the current file; with the unpacked content, when it comes from a zip.
    Hashed(Sha256Digest),
    /// The task is done.
    Finished,
    /// The task cannot be done, for this reason; nothing follows.
    Failed(String),
}

/// Packs a message and the file that belongs to it.
pub(super) fn pack<T: Serialize>(message: &T, file: Option<&Blob>) -> Result<JsValue, JsValue> {
    let text = serde_json::to_string(message).map_err(|error| JsValue::from_str(&error.to_string()))?;
    Ok(match file {
        Some(file) => Array::of2(&text.into(), file),
        None => Array::of1(&text.into()),
    }
    .into())
}

/// Unpacks a message; nothing when it is none.
pub(super) fn unpack<T: DeserializeOwned>(data: &JsValue) -> Option<(T, Option<Blob>)> {
    let parts: &Array = data.dyn_ref()?;
    let message = serde_json::from_str(&parts.get(0).as_string()?).ok()?;
    Some((message, parts.get(1).dyn_into().ok()))
}
