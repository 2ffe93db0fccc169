//! Revisions, and components of them, as one zip, written while it is sent: never on disk, never whole in memory.

use std::{
    io::{self, BufReader},
    time::Duration,
};

use bytes::Bytes;
use domain::{ErrorKind, FilePath, PackageRef, RevisionId, account::Permission, component::Component, refs::RevisionSpec};
use futures::Stream;
use tokio::runtime::Handle;
use tokio_util::io::SyncIoBridge;
use tracing::Span;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{
    Actor, Error, Registry, Result,
    blobs::{Blobs, StoredBlob},
    catalog::{self, audit::Action, counts::Downloaded},
    components::object_of,
    packages::locate,
    pipe::{Lost, Pace, Writer, pipe},
    turns::NoTurn,
};

/// How many zips are written at once: each keeps a thread for as long as its reader takes.
pub(crate) const AT_ONCE: usize = 16;
/// How many of them one caller may have: the others are for others.
pub(crate) const OF_ONE_CALLER: usize = 4;
/// How long a reader may take nothing, and how fast it has to be on the whole: a zip is given up that would take days.
const PACE: Pace = Pace { patience: Duration::from_secs(60), least_rate: 64 << 10 };
/// How long whoever has as many as one may have should wait.
const PAUSE: Duration = Duration::from_secs(5);
/// Bytes read from the store at a time.
const BUFFER: usize = 1 << 20;

/// A component of a revision, ready to be sent as a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveDownload {
    /// The package, in the spelling of its owner.
    pub package: PackageRef,
    /// The revision.
    pub revision: RevisionId,
    /// What the zip and the folder in it are to be called, without an ending.
    pub title: String,
    component: Component,
    files: Vec<(FilePath, StoredBlob)>,
    of: Downloaded,
}

impl Registry {
    /// Finds the files of a component of a revision. Nothing is read or recorded yet.
    ///
    /// # Errors
    /// Not found when there is no such package or revision, or the component is empty.
    pub async fn archive(
        &self,
        actor: &Actor,
        package: &PackageRef,
        at: &RevisionSpec,
        component: Component,
    ) -> Result<ArchiveDownload> {
        actor.require(Permission::Download)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, actor, package, at).await?;
        actor.require_download(&stored)?;
        let mut files = catalog::entries::stored_files(&mut conn, revision.seq).await?;
        drop(conn);
        files.retain(|(path, _)| component.holds(stored.package.kind, path));
        if files.is_empty() {
            return Err(Error::not_found(format!("The component “{component}” of “{package}”")));
        }
        let id = revision.summary.id;
        let named = match at {
            RevisionSpec::Name(name) | RevisionSpec::Qualified(_, name) => name.as_str().replace('/', "-"),
            RevisionSpec::Id(id) => id.short(),
        };
        let part = if component == Component::Whole { String::new() } else { format!("-{component}") };
        let title = format!("{}-{named}{part}", stored.package.name);
        let of = Downloaded { package: stored.id, revision_seq: revision.seq };
        Ok(ArchiveDownload { package: stored.package, revision: id, title, component, files, of })
    }

    /// Starts writing the zip, and records the download. Files are stored, not compressed: weights do not shrink, and the speed
    /// is the store's. What cannot be written to its end breaks off with an error.
    ///
    /// # Errors
    /// Too many requests when the caller is downloading several zips already; unavailable when too many are being written for others;
    /// when the catalog fails.
    pub async fn open_archive(
        &self,
        actor: &Actor,
        archive: ArchiveDownload,
    ) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>> {
        let turn = self.0.archive_turns.take(actor.caller()).map_err(|none| match none {
            NoTurn::OfCaller => Error::too_many(
                format!("You are downloading {OF_ONE_CALLER} archives already: wait until one of them is done."),
                PAUSE,
            ),
            NoTurn::AtAll => {
                Error::new(ErrorKind::Unavailable, "Many archives are being downloaded right now. Try again in a moment.")
            }
        })?;
        let object = object_of(&archive.package, &archive.revision, archive.component);
        self.record_download(actor, Action::DownloadArchive, &object, Some(archive.of)).await?;
        let (mut out, read) = pipe(PACE);
        let (store, runtime, request) = (self.0.blobs.clone(), Handle::current(), Span::current());
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let _request = request.enter();
            let written = write_zip(&runtime, &store, &archive, &mut out);
            match (written, out.lost()) {
                (Ok(()), _) => {}
                (Err(_), Some(Lost::Gone)) => tracing::debug!(revision = %archive.revision, "the reader of a zip went away"),
                (Err(_), Some(Lost::Silent)) => {
                    tracing::info!(revision = %archive.revision, "a zip was given up: its reader took nothing");
                }
                (Err(_), Some(Lost::Slow)) => {
                    tracing::info!(revision = %archive.revision, "a zip was given up: its reader took too little");
                }
                (Err(error), None) => error.log(),
            }
        });
        Ok(read)
    }
}

/// Writes the zip to its end. Blocks.
fn write_zip(runtime: &Handle, store: &Blobs, archive: &ArchiveDownload, out: &mut Writer) -> Result<()> {
    let failed = |error| Error::io("writing a zip", error);
    let mut zip = ZipWriter::new_stream(&mut *out);
    for (path, blob) in &archive.files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            // always the same bytes for the same revision
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(blob.size >= u64::from(u32::MAX));
        zip.start_file(format!("{}/{path}", archive.title), options).map_err(|error| failed(error.into()))?;
        let reader = SyncIoBridge::new_with_handle(runtime.block_on(store.read(blob, 0))?, runtime.clone());
        let copied = io::copy(&mut BufReader::with_capacity(BUFFER, reader), &mut zip).map_err(failed)?;
        if copied != blob.size {
            return Err(failed(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("{copied} of {} bytes of {path}", blob.size),
            )));
        }
    }
    zip.finish().map_err(|error| failed(error.into()))?;
    out.finish().map_err(failed)
}
