//! What runs in the reading worker (`public/hash-worker.js`): digests, and zips.

use domain::{Sha256Digest, archive::Archive, manifest::Limits};
use js_sys::{Array, Uint8Array};
use sha2::{Digest as _, Sha256};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use web_sys::{Blob, DedicatedWorkerGlobalScope};

use super::{
    messages::{Report, Task, pack, unpack},
    reader::{BlobReader, describe},
};
use crate::upload::selection::check;

/// So many bytes are read and hashed between two reports.
const PIECE: u64 = 4 << 20;

/// Does the task of a message and posts the reports on it.
///
/// # Errors
/// When the message is not understood, or a report cannot be posted.
#[wasm_bindgen(js_name = readInWorker)]
pub fn read_in_worker(message: &JsValue) -> Result<(), JsValue> {
    let (task, Some(file)) = unpack::<Task>(message).ok_or("not a task")? else { return Err("a task without a file".into()) };
    let reader = Desk(js_sys::global().unchecked_into());
    let done = match task {
        Task::Hash => reader.hash(file),
        Task::Unpack(limits) => reader.unpack(file, &limits),
    };
    reader.post(&done.map_or_else(Report::Failed, |()| Report::Finished), None)
}

/// Where reports are posted.
struct Desk(DedicatedWorkerGlobalScope);

impl Desk {
    fn post(&self, report: &Report, file: Option<&Blob>) -> Result<(), JsValue> {
        self.0.post_message(&pack(report, file)?)
    }

    fn tell(&self, report: &Report, file: Option<&Blob>) -> Result<(), String> {
        self.post(report, file).map_err(|error| describe(&error))
    }

    fn hash(&self, file: Blob) -> Result<(), String> {
        let reader = BlobReader::new(file)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; usize::try_from(PIECE.min(reader.size())).unwrap_or_default()];
        let mut done = 0;
        while done < reader.size() {
            let bytes = reader.fetch(done, PIECE.min(reader.size() - done))?;
            let piece = buffer.get_mut(..bytes.length() as usize).ok_or("it cannot be read")?;
            bytes.copy_to(piece);
            hasher.update(piece);
            done += u64::from(bytes.length());
            self.tell(&Report::Progress(done), None)?;
        }
        self.tell(&Report::Hashed(Sha256Digest::from_bytes(hasher.finalize().into())), None)
    }

    fn unpack(&self, zip: Blob, limits: &Limits) -> Result<(), String> {
        let mut archive = Archive::open(BlobReader::new(zip)?, limits).map_err(|error| error.to_string())?;
        let files = archive.files().to_vec();
        let sizes: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.size)).collect();
        check(&sizes, None, limits).map_err(|error| error.to_string())?;
        let listed = files.iter().map(|file| (file.path.clone(), file.size)).collect();
        self.tell(&Report::Listed { files: listed, left_out: archive.left_out() }, None)?;
        for file in &files {
            let mut content = Content::default();
            archive
                .unpack(file, |piece| {
                    let complete = content.add(piece).map_err(|error| domain::Invalid::new(describe(&error)))?;
                    if complete {
                        self.tell(&Report::Progress(content.size), None).map_err(domain::Invalid::new)?;
                    }
                    Ok(())
                })
                .map_err(|error| error.to_string())?;
            let (digest, blob) = content.finish().map_err(|error| describe(&error))?;
            self.tell(&Report::Hashed(digest), Some(&blob))?;
        }
        Ok(())
    }
}

/// The content of one file out of a zip. It is handed to the browser in pieces, which may keep them on disk, so that no file
/// has to fit into the memory of the WASM.
#[derive(Default)]
struct Content {
    hasher: Sha256,
    piece: Vec<u8>,
    blobs: Array,
    size: u64,
}

impl Content {
    /// Adds bytes; says whether a piece became complete.
    fn add(&mut self, bytes: &[u8]) -> Result<bool, JsValue> {
        self.hasher.update(bytes);
        self.piece.extend_from_slice(bytes);
        self.size += bytes.len() as u64;
        let complete = self.piece.len() as u64 >= PIECE;
        if complete {
            self.hand_over()?;
        }
        Ok(complete)
    }

    fn hand_over(&mut self) -> Result<(), JsValue> {
        let bytes = Array::of1(&Uint8Array::from(self.piece.as_slice()));
        self.blobs.push(&Blob::new_with_u8_array_sequence(&bytes)?.into());
        self.piece.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(Sha256Digest, Blob), JsValue> {
        if !self.piece.is_empty() {
            self.hand_over()?;
        }
        Ok((Sha256Digest::from_bytes(self.hasher.finalize().into()), Blob::new_with_blob_sequence(&self.blobs)?))
    }
}
