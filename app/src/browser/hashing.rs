//! The page's side of the reading workers: two at most, each with one file at a time.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use domain::{FilePath, Sha256Digest, manifest::Limits};
use futures::{
    StreamExt as _,
    channel::mpsc::{UnboundedReceiver, unbounded},
    future::try_join_all,
};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::messages::{Report, Task, pack, unpack};

/// Where the worker's script is served.
const WORKER_URL: &str = "/hash-worker.js";
/// More workers than this would wait for the same disk.
const MAX_WORKERS: usize = 2;

#[wasm_bindgen]
extern "C" {
    /// The address of the bundle that is running, for the workers to load.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MODULE_URL: String;
}

/// A worker that runs this bundle. It ends when this is dropped, whatever it is doing.
struct ReadingWorker {
    worker: Worker,
    reports: UnboundedReceiver<(Report, Option<Blob>)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

impl ReadingWorker {
    fn start() -> Result<Self, String> {
        let broken = |_: JsValue| "The browser could not start its file reader. Reload the page, then try again.".to_owned();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER_URL, &options).map_err(broken)?;
        let (sender, reports) = unbounded();
        let failures = sender.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(report) = unpack(&event.data()) {
                // nobody listens any more: the worker is about to end
                let _ = sender.unbounded_send(report);
            }
        });
        let on_error = Closure::new(move |_: JsValue| {
            let why = "The file reader could not be loaded. Reload the page, then try again.".to_owned();
            let _ = failures.unbounded_send((Report::Failed(why), None));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let bundle = Object::new();
        Reflect::set(&bundle, &"module".into(), &MODULE_URL.with(Clone::clone).into()).map_err(broken)?;
        Reflect::set(&bundle, &"wasm".into(), &wasm_bindgen::module()).map_err(broken)?;
        worker.post_message(&bundle).map_err(broken)?;
        Ok(Self { worker, reports, _on_message: on_message, _on_error: on_error })
    }

    /// Gives the worker a task; every report but the last is handed on.
    async fn work(&mut self, task: &Task, file: &Blob, mut on_report: impl FnMut(Report, Option<Blob>)) -> Result<(), String> {
        let message = pack(task, Some(file)).map_err(|_| "The file could not be handed to its reader.".to_owned())?;
        self.worker.post_message(&message).map_err(|_| "The file could not be handed to its reader.".to_owned())?;
        while let Some((report, blob)) = self.reports.next().await {
            match report {
                Report::Finished => return Ok(()),
                Report::Failed(why) => return Err(why),
                Report::Listed { .. } | Report::Progress(_) | Report::Hashed(_) => on_report(report, blob),
            }
        }
        Err("The file reader has gone away.".to_owned())
    }
}

impl Drop for ReadingWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// What happens to the file with this place in the list.
pub(super) enum Hashing {
    /// So many of its bytes are hashed.
    Progress(usize, u64),
    /// Its digest is known.
    Hashed(usize, Sha256Digest),
}

/// Hashes all files.
///
/// # Errors
/// When one cannot be read, in words that name it.
pub(super) async fn hash_all(files: &[(FilePath, Blob)], on_event: impl Fn(Hashing)) -> Result<(), String> {
    let queue: RefCell<VecDeque<usize>> = RefCell::new((0..files.len()).collect());
    let lanes = (0..worker_count().min(files.len())).map(async |_| {
        let mut worker = ReadingWorker::start()?;
        loop {
            let next = queue.borrow_mut().pop_front();
            let Some(index) = next else { return Ok(()) };
            let Some((path, blob)) = files.get(index) else { return Ok(()) };
            let tell = |report, _| match report {
                Report::Progress(bytes) => on_event(Hashing::Progress(index, bytes)),
                Report::Hashed(digest) => on_event(Hashing::Hashed(index, digest)),
                Report::Listed { .. } | Report::Finished | Report::Failed(_) => {}
            };
            worker.work(&Task::Hash, blob, tell).await.map_err(|why| format!("“{path}”: {why}"))?;
        }
    });
    try_join_all(lanes).await.map(drop)
}

/// What a zip turns out to hold, while it is unpacked.
pub(super) enum Unpacking {
    /// Its files with their sizes, and how many are left out as clutter.
    Listed(Vec<(FilePath, u64)>, u64),
    /// What happens to one of them.
    File(Hashing),
}

/// Unpacks a zip; its files come back as blobs, in the order in which they were listed.
///
/// # Errors
/// When it cannot be read or breaks a rule.
pub(super) async fn unpack_zip(zip: &Blob, limits: Limits, on_event: impl Fn(Unpacking)) -> Result<Vec<Blob>, String> {
    let (current, unpacked) = (Cell::new(0), RefCell::new(Vec::new()));
    let tell = |report, blob: Option<Blob>| match report {
        Report::Listed { files, left_out } => on_event(Unpacking::Listed(files, left_out)),
        Report::Progress(bytes) => on_event(Unpacking::File(Hashing::Progress(current.get(), bytes))),
        Report::Hashed(digest) => {
            on_event(Unpacking::File(Hashing::Hashed(current.get(), digest)));
            current.set(current.get() + 1);
            unpacked.borrow_mut().extend(blob);
        }
        Report::Finished | Report::Failed(_) => {}
    };
    ReadingWorker::start()?.work(&Task::Unpack(limits), zip, tell).await?;
    Ok(unpacked.into_inner())
}

fn worker_count() -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number of processors is small")]
    let processors = leptos::prelude::window().navigator().hardware_concurrency() as usize;
    processors.clamp(1, MAX_WORKERS)
}
