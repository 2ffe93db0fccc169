//! The engine: which command does what, and what is shown of it. At most one task runs at a time; a command that changes the
//! course drops it, and with it its workers and requests.

use std::{cell::RefCell, collections::HashMap, convert::Infallible, pin::pin, rc::Rc};

use domain::{FilePath, Sha256Digest, UploadId, manifest::ManifestFile, path::is_clutter};
use futures::future::{AbortHandle, Either, abortable, select};
use gloo_timers::future::TimeoutFuture;
use leptos::{
    ev::{self, DragEvent, Event},
    prelude::*,
    task::spawn_local,
};
use web_sys::Blob;

use super::{
    blob::size_of,
    connection::Connection,
    hashing::{Hashing, Unpacking, hash_all, unpack_zip},
    run::Run,
    source::{self, SourceFile},
};
use crate::{
    api::uploads::abort_upload,
    upload::{
        progress::Progress,
        selection::{self, Selection},
        state::{Phase, Target, UploadState},
        summary,
    },
};

/// How often the page's picture of the progress is renewed, in milliseconds.
const PICTURE_MS: u32 = 250;
/// How often the news change while nothing but numbers does, in milliseconds.
const NEWS_MS: f64 = 5000.0;

/// Everything that is to be uploaded, hashed.
pub(super) struct Chosen {
    /// The files of the revision.
    pub(super) files: Vec<ManifestFile>,
    /// One file for each distinct content.
    pub(super) blobs: HashMap<Sha256Digest, Blob>,
    /// How far it has come.
    pub(super) progress: Rc<RefCell<Progress>>,
}

struct Inner {
    connection: Rc<Connection>,
    task: Option<AbortHandle>,
    chosen: Option<Rc<Chosen>>,
    news_at: f64,
}

/// Takes the page's commands and reports to its state.
#[derive(Clone, Copy)]
pub struct Engine {
    state: UploadState,
    inner: StoredValue<Inner, LocalStorage>,
}

impl Engine {
    /// An engine that reports to `state`, for as long as the page is shown.
    #[must_use]
    pub fn new(state: UploadState) -> Self {
        let connection = Rc::new(Connection::new(state));
        let inner = Inner { connection: Rc::clone(&connection), task: None, chosen: None, news_at: 0.0 };
        let engine = Self { state, inner: StoredValue::new_local(inner) };
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if state.phase.with_untracked(Phase::is_busy) {
                event.prevent_default();
            }
        });
        let online = window_event_listener(ev::online, move |_| engine.retry_now());
        on_cleanup(move || {
            leaving.remove();
            online.remove();
            engine.stop_task();
        });
        engine
    }

    /// Takes what was dropped.
    pub fn choose_dropped(self, event: &DragEvent) {
        let Some(data) = event.data_transfer() else { return };
        let dropped = source::dropped(&data);
        self.read(dropped.walk());
    }

    /// Takes what was chosen in a file input.
    pub fn choose_input(self, event: &Event) {
        let files = source::chosen(event);
        self.read(async { Ok(files) });
    }

    /// Forgets what was chosen.
    pub fn forget(self) {
        self.stop_task();
        self.inner.update_value(|inner| inner.chosen = None);
        self.state.session.set(None);
        self.state.selection.set(None);
        self.state.target.set(None);
        self.state.notice.set(None);
        self.state.progress.set(crate::upload::progress::Snapshot::default());
        self.enter(Phase::Empty);
    }

    /// Uploads what was chosen, as soon as it is hashed.
    pub fn start(self, target: Target) {
        self.state.target.set(Some(target));
        if self.inner.with_value(|inner| inner.chosen.is_some()) {
            self.resume();
        }
    }

    /// Stops sending until [`Self::resume`].
    pub fn pause(self) {
        self.stop_task();
        self.enter(Phase::Paused);
        if let Some(chosen) = self.inner.with_value(|inner| inner.chosen.clone()) {
            chosen.progress.borrow_mut().interrupted();
            self.show(&chosen.progress);
        }
    }

    /// Goes on.
    pub fn resume(self) {
        self.run_task(self.upload());
    }

    /// Tries again at once instead of waiting for the connection.
    pub fn retry_now(self) {
        self.inner.with_value(|inner| inner.connection.retry_now());
    }

    /// Gives the upload up, and lets the registry remove what has arrived.
    pub fn cancel(self) {
        let session = self.state.session.get_untracked();
        self.forget();
        let Some(session) = session else { return };
        self.run_task(async move {
            self.state.notice.set(Some(match abort_upload(session.to_string()).await {
                Ok(()) => "The upload was cancelled, and what had arrived is removed.".to_owned(),
                Err(error) => format!("The upload was cancelled. What had arrived could not be removed: {error}"),
            }));
        });
    }

    /// The registry knows the upload by this id.
    pub(super) fn begun(self, session: UploadId) {
        self.state.session.set(Some(session));
    }

    /// Moves on to a phase, which is news.
    pub(super) fn enter(self, phase: Phase) {
        self.state.phase.set(phase);
        self.tell_news();
    }

    fn tell_news(self) {
        self.inner.update_value(|inner| inner.news_at = js_sys::Date::now());
        let news = self.state.phase.with_untracked(|phase| self.state.progress.with_untracked(|p| summary::news(phase, p)));
        self.state.news.set(news);
    }

    fn read(self, listing: impl Future<Output = Result<Vec<SourceFile>, String>> + 'static) {
        self.forget();
        self.run_task(async move {
            self.enter(Phase::Listing);
            match self.prepare(listing).await {
                Ok(chosen) => {
                    self.inner.update_value(|inner| inner.chosen = Some(Rc::new(chosen)));
                    self.enter(Phase::Ready);
                    self.upload().await;
                }
                Err(why) => {
                    self.forget();
                    self.state.notice.set(Some(summary::sentence(&why)));
                }
            }
        });
    }

    /// From a listing to hashed files, all checked.
    async fn prepare(self, listing: impl Future<Output = Result<Vec<SourceFile>, String>>) -> Result<Chosen, String> {
        let (kept, clutter): (Vec<_>, Vec<_>) = listing.await?.into_iter().partition(|file| !is_clutter(&file.path));
        if let [zip] = kept.as_slice()
            && selection::is_zip(&zip.path)
        {
            return self.prepare_zip(zip).await;
        }
        let top = selection::top_folder(kept.iter().map(|file| file.path.as_str()));
        let sizes: Vec<_> = kept.iter().map(|file| (file.path.as_str(), size_of(&file.file))).collect();
        let paths = selection::check(&sizes, top.as_deref(), &self.state.limits.get_value()).map_err(|e| e.to_string())?;
        let files: Vec<(FilePath, Blob)> = paths.into_iter().zip(kept.iter().map(|kept| kept.file.clone().into())).collect();
        self.state.selection.set(Some(Selection {
            folder: top,
            files: files.len() as u64,
            bytes: sizes.iter().map(|(_, size)| size).sum(),
            left_out: clutter.len() as u64,
        }));
        let sized = files.iter().zip(&sizes).map(|((path, _), (_, size))| (path.clone(), *size));
        let progress = Rc::new(RefCell::new(Progress::new(sized)));
        self.enter(Phase::Hashing);
        self.showing(&progress, hash_all(&files, |event| note(&progress, event))).await?;
        Ok(chosen(progress, files.into_iter().map(|(_, blob)| blob)))
    }

    async fn prepare_zip(self, zip: &SourceFile) -> Result<Chosen, String> {
        let progress = Rc::new(RefCell::new(Progress::default()));
        let limits = self.state.limits.get_value();
        self.enter(Phase::Hashing);
        let on_event = |event| match event {
            Unpacking::Listed(files, left_out) => {
                let bytes = files.iter().map(|(_, size)| size).sum();
                let summary = Selection { folder: Some(zip.path.clone()), files: files.len() as u64, bytes, left_out };
                self.state.selection.set(Some(summary));
                *progress.borrow_mut() = Progress::new(files);
            }
            Unpacking::File(event) => note(&progress, event),
        };
        let blobs = self.showing(&progress, unpack_zip(&zip.file, limits, on_event)).await?;
        Ok(chosen(Rc::clone(&progress), blobs))
    }

    async fn upload(self) {
        let Some(target) = self.state.target.get_untracked() else { return };
        let Some((chosen, connection)) =
            self.inner.with_value(|inner| Some((inner.chosen.clone()?, Rc::clone(&inner.connection))))
        else {
            return;
        };
        chosen.progress.borrow_mut().reset_speed();
        let run = Run { engine: self, chosen: &chosen, connection: &connection, target: &target };
        match self.showing(&chosen.progress, run.finish()).await {
            Ok(revision) => self.enter(Phase::Committed { package: target.package.clone(), revision }),
            Err(message) => {
                self.state.target.set(None);
                self.enter(Phase::Stopped { message: summary::sentence(&message) });
            }
        }
    }

    fn run_task(self, task: impl Future<Output = ()> + 'static) {
        self.stop_task();
        let (task, handle) = abortable(task);
        self.inner.update_value(|inner| inner.task = Some(handle));
        spawn_local(async {
            // an aborted task has nothing to say: who aborted it has
            let _ = task.await;
        });
    }

    fn stop_task(self) {
        let task = self.inner.try_update_value(|inner| inner.task.take()).flatten();
        if let Some(task) = task {
            task.abort();
        }
        self.state.waiting.try_set(None);
    }

    /// Works, and shows the progress meanwhile.
    async fn showing<T>(self, progress: &RefCell<Progress>, work: impl Future<Output = T>) -> T {
        let done = match select(pin!(work), pin!(self.renew(progress))).await {
            Either::Left((done, _)) => done,
            Either::Right((never, _)) => match never {},
        };
        self.show(progress);
        done
    }

    async fn renew(self, progress: &RefCell<Progress>) -> Infallible {
        loop {
            self.show(progress);
            if js_sys::Date::now() - self.inner.with_value(|inner| inner.news_at) >= NEWS_MS {
                self.tell_news();
            }
            TimeoutFuture::new(PICTURE_MS).await;
        }
    }

    fn show(self, progress: &RefCell<Progress>) {
        self.state.progress.set(progress.borrow_mut().snapshot(js_sys::Date::now()));
    }
}

fn note(progress: &RefCell<Progress>, event: Hashing) {
    match event {
        Hashing::Progress(index, bytes) => progress.borrow_mut().hashing(index, bytes),
        Hashing::Hashed(index, digest) => progress.borrow_mut().hashed(index, digest),
    }
}

fn chosen(progress: Rc<RefCell<Progress>>, blobs: impl IntoIterator<Item = Blob>) -> Chosen {
    let files = progress.borrow().manifest().unwrap_or_default();
    let blobs = files.iter().map(|file| file.sha256).zip(blobs).collect();
    Chosen { files, blobs, progress }
}
