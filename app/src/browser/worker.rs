//! What runs in the reading worker (`public/hash-worker.js`): digests, and zips.

use domain::{Sha256Digest, archive::Archive, manifest::Limits};
use futures::{FutureExt as _, future::LocalBoxFuture};
use js_sys::{Array, Uint8Array};
use sha2::{Digest as _, Sha256};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use wasm_split_helpers::wasm_split;
use web_sys::{Blob, DedicatedWorkerGlobalScope};

use super::{
    blob::describe,
    messages::{Report, Task, pack, unpack},
    pieces::Pieces,
    reader::BlobReader,
};
use crate::{error::AppError, upload::selection::check};

/// So many bytes of an unpacked file are handed to the browser at once.
const HANDFUL: usize = 4 << 20;
/// So many bytes are copied into the memory of the WASM at once.
const GULP: u32 = 1 << 20;

/// Does the task of a message and posts the reports on it.
///
/// # Errors
/// When the message is not understood, or a report cannot be posted.
#[wasm_bindgen(js_name = readInWorker)]
pub async fn read_in_worker(message: JsValue) -> Result<(), JsValue> {
    reading(message).await.map_err(|error| error.message)?.await
}

/// What the bundle exports is in its main part, which every page loads; digests and zips are not, thanks to this step between.
#[wasm_split(desk, fallible)]
fn reading(message: JsValue) -> Result<LocalBoxFuture<'static, Result<(), JsValue>>, AppError> {
    Ok(read(message).boxed_local())
}

async fn read(message: JsValue) -> Result<(), JsValue> {
    let (task, Some(file)) = unpack::<Task>(&message).ok_or("not a task")? else { return Err("a task without a file".into()) };
    let desk = Desk(js_sys::global().unchecked_into());
    let done = match task {
        Task::Hash => desk.hash(file).await,
        Task::Unpack(limits) => desk.unpack(file, &limits),
    };
    desk.post(&done.map_or_else(Report::Failed, |()| Report::Finished), None)
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

    async fn hash(&self, file: Blob) -> Result<(), String> {
        let mut pieces = Pieces::of(file)?;
        let (mut hasher, mut buffer, mut done) = (Sha256::new(), Vec::new(), 0);
        while let Some(piece) = pieces.next().await? {
            for start in (0..piece.length()).step_by(GULP as usize) {
                let gulp = piece.subarray(start, piece.length().min(start + GULP));
                buffer.resize(gulp.length() as usize, 0);
                gulp.copy_to(&mut buffer);
                hasher.update(&buffer);
            }
            done += u64::from(piece.length());
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
                    let is_handful = content.add(piece).map_err(|error| domain::Invalid::new(describe(&error)))?;
                    if is_handful {
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

/// The content of one file out of a zip. It is handed to the browser by and by, which may keep it on disk, so that no file has
/// to fit into the memory of the WASM.
#[derive(Default)]
struct Content {
    hasher: Sha256,
    held: Vec<u8>,
    blobs: Array,
    size: u64,
}

impl Content {
    /// Adds bytes; says whether they made up a handful.
    fn add(&mut self, bytes: &[u8]) -> Result<bool, JsValue> {
        self.hasher.update(bytes);
        self.held.extend_from_slice(bytes);
        self.size += bytes.len() as u64;
        let is_handful = self.held.len() >= HANDFUL;
        if is_handful {
            self.hand_over()?;
        }
        Ok(is_handful)
    }

    fn hand_over(&mut self) -> Result<(), JsValue> {
        let bytes = Array::of1(&Uint8Array::from(self.held.as_slice()));
        self.blobs.push(&Blob::new_with_u8_array_sequence(&bytes)?.into());
        self.held.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(Sha256Digest, Blob), JsValue> {
        if !self.held.is_empty() {
            self.hand_over()?;
        }
        Ok((Sha256Digest::from_bytes(self.hasher.finalize().into()), Blob::new_with_blob_sequence(&self.blobs)?))
    }
}
