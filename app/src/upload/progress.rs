//! How far every file and the whole have come. Plain data: the engine writes, the page reads a [`Snapshot`].

use std::collections::{BTreeMap, HashMap};

use domain::{FilePath, Sha256Digest, manifest::ManifestFile, upload::MissingBlob};

use super::speed::Speed;

/// So many files are listed; of the others only those that move. A page with 20 000 rows would be slow and unreadable.
const LISTED_FILES: usize = 200;

/// Where one file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Nothing has happened yet.
    Waiting,
    /// It is being read; so many bytes are hashed.
    Hashing(u64),
    /// Its digest is known.
    Hashed,
    /// The registry had its content before.
    AlreadyThere,
    /// Its content is on the way; so many bytes have been sent.
    Sending(u64),
    /// Its content has arrived.
    Done,
}

/// A file as a line of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the selection.
    pub index: usize,
    /// Where it stands in the package.
    pub path: FilePath,
    /// Its length in bytes.
    pub size: u64,
    /// How far it is.
    pub state: FileState,
}

/// How far a step of the whole has come, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub done: u64,
    /// What is to be done in all.
    pub total: u64,
}

/// Everything that the page shows of the progress, at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Bytes hashed, of the bytes of all files.
    pub hashing: Step,
    /// Bytes sent, of the bytes that the registry did not have; each distinct content once. Nothing before it said so.
    pub sending: Option<Step>,
    /// The files whose content the registry had before, and their bytes.
    pub already_there: (u64, u64),
    /// The speed of the step that is running.
    pub speed: Speed,
    /// The files that move, and the first others.
    pub rows: Vec<Row>,
    /// How many files are not listed.
    pub more: u64,
}

struct FileProgress {
    path: FilePath,
    size: u64,
    hashed: Option<u64>,
    digest: Option<Sha256Digest>,
}

struct BlobProgress {
    there_before: bool,
    parts_left: u32,
    settled: u64,
    in_flight: BTreeMap<u32, u64>,
}

impl BlobProgress {
    fn sent(&self) -> u64 {
        self.settled + self.in_flight.values().sum::<u64>()
    }

    fn state(&self) -> FileState {
        match (self.there_before, self.parts_left, self.sent()) {
            (true, ..) => FileState::AlreadyThere,
            (false, 0, _) => FileState::Done,
            (false, _, 0) if self.in_flight.is_empty() => FileState::Hashed,
            (false, _, sent) => FileState::Sending(sent),
        }
    }
}

/// The progress of one selection, from the first hashed byte to the last one sent.
#[derive(Default)]
pub struct Progress {
    files: Vec<FileProgress>,
    /// Empty until the registry said what it misses.
    blobs: HashMap<Sha256Digest, BlobProgress>,
    sizes: HashMap<Sha256Digest, u64>,
    speed: Speed,
}

impl Progress {
    /// Nothing is done yet.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = (FilePath, u64)>) -> Self {
        let files = files.into_iter().map(|(path, size)| FileProgress { path, size, hashed: None, digest: None }).collect();
        Self { files, ..Self::default() }
    }

    /// So many bytes of a file are hashed.
    pub fn hashing(&mut self, index: usize, bytes: u64) {
        if let Some(file) = self.files.get_mut(index) {
            file.hashed = Some(bytes.min(file.size));
        }
    }

    /// The digest of a file is known.
    pub fn hashed(&mut self, index: usize, digest: Sha256Digest) {
        if let Some(file) = self.files.get_mut(index) {
            file.hashed = Some(file.size);
            file.digest = Some(digest);
            self.sizes.insert(digest, file.size);
        }
    }

    /// The files with their digests; nothing before all are hashed.
    #[must_use]
    pub fn manifest(&self) -> Option<Vec<ManifestFile>> {
        let file = |file: &FileProgress| Some(ManifestFile { path: file.path.clone(), size: file.size, sha256: file.digest? });
        self.files.iter().map(file).collect()
    }

    /// A path that holds this content.
    #[must_use]
    pub fn path_of(&self, digest: &Sha256Digest) -> Option<&FilePath> {
        self.files.iter().find(|file| file.digest.as_ref() == Some(digest)).map(|file| &file.path)
    }

    /// The registry said which blobs it misses: all others it has. What this upload brought before stays `Done`.
    pub fn begun(&mut self, missing: &[MissingBlob]) {
        let missing: HashMap<_, _> = missing.iter().map(|blob| (blob.sha256, blob)).collect();
        for (&digest, &size) in &self.sizes {
            let there_before = self.blobs.get(&digest).is_none_or(|blob| blob.there_before);
            let (there_before, parts_left, settled) = match missing.get(&digest) {
                None => (there_before, 0, size),
                Some(blob) => {
                    let settled =
                        blob.received.iter().filter_map(|&number| blob.plan.part(number)).map(|(_, length)| length).sum();
                    let received = u32::try_from(blob.received.len()).unwrap_or(u32::MAX);
                    (false, blob.plan.count().saturating_sub(received), settled)
                }
            };
            self.blobs.insert(digest, BlobProgress { there_before, parts_left, settled, in_flight: BTreeMap::new() });
        }
    }

    /// So many bytes of a part are on the way.
    pub fn part_moved(&mut self, digest: &Sha256Digest, number: u32, bytes: u64) {
        if let Some(blob) = self.blobs.get_mut(digest) {
            blob.in_flight.insert(number, bytes);
        }
    }

    /// A part did not arrive: its bytes do not count.
    pub fn part_lost(&mut self, digest: &Sha256Digest, number: u32) {
        if let Some(blob) = self.blobs.get_mut(digest) {
            blob.in_flight.remove(&number);
        }
    }

    /// A part of `length` bytes has arrived.
    pub fn part_done(&mut self, digest: &Sha256Digest, number: u32, length: u64) {
        if let Some(blob) = self.blobs.get_mut(digest) {
            blob.in_flight.remove(&number);
            blob.settled += length;
            blob.parts_left = blob.parts_left.saturating_sub(1);
        }
    }

    /// Everything on the way was given up.
    pub fn interrupted(&mut self) {
        for blob in self.blobs.values_mut() {
            blob.in_flight.clear();
        }
    }

    /// Forgets the speed: the next step has another.
    pub fn reset_speed(&mut self) {
        self.speed = Speed::default();
    }

    fn state(&self, file: &FileProgress) -> FileState {
        match (&file.digest, file.hashed) {
            (None, None) => FileState::Waiting,
            (None, Some(bytes)) => FileState::Hashing(bytes),
            (Some(digest), _) => self.blobs.get(digest).map_or(FileState::Hashed, BlobProgress::state),
        }
    }

    fn sending(&self) -> Option<Step> {
        let mine = || self.blobs.iter().filter(|(_, blob)| !blob.there_before);
        (!self.blobs.is_empty()).then(|| Step {
            done: mine().map(|(_, blob)| blob.sent()).sum(),
            total: mine().filter_map(|(digest, _)| self.sizes.get(digest)).sum(),
        })
    }

    /// The progress at `now_ms`, which also feeds the speed.
    pub fn snapshot(&mut self, now_ms: f64) -> Snapshot {
        let hashing = Step {
            done: self.files.iter().filter_map(|file| file.hashed).sum(),
            total: self.files.iter().map(|file| file.size).sum(),
        };
        let sending = self.sending();
        self.speed.record(now_ms, sending.unwrap_or(hashing).done);
        let mut snapshot = Snapshot { hashing, sending, speed: self.speed.clone(), ..Snapshot::default() };
        for (index, file) in self.files.iter().enumerate() {
            let state = self.state(file);
            if state == FileState::AlreadyThere {
                snapshot.already_there.0 += 1;
                snapshot.already_there.1 += file.size;
            }
            if index < LISTED_FILES || matches!(state, FileState::Hashing(_) | FileState::Sending(_)) {
                snapshot.rows.push(Row { index, path: file.path.clone(), size: file.size, state });
            } else {
                snapshot.more += 1;
            }
        }
        snapshot
    }
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;
