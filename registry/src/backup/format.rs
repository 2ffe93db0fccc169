//! The manifest, and where things stand in the folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::{ErrorKind, Sha256Digest};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Error, Result, catalog::tables::TABLES};

/// The form of backups that this version writes and reads.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const CATALOG: &str = "catalog-";
const BLOBS: &str = "blobs";
/// The file that whoever writes a backup locks.
const LOCK: &str = ".lock";
/// A manifest lists some twenty tables: what is larger is none.
const MAX_MANIFEST: u64 = 1 << 20;

/// How much of the blobs is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many blobs are done, those that were there before among them.
    pub blobs: u64,
    /// How many there are.
    pub all_blobs: u64,
    /// The bytes of those that are done.
    pub bytes: u64,
    /// The bytes of all.
    pub all_bytes: u64,
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupSummary {
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
    /// How many rows the catalog has.
    pub rows: u64,
    /// How many blobs there are.
    pub blobs: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// How many of them had to be copied: the others were there.
    pub copied: u64,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoreSummary {
    /// What the backup holds; copied is what the store did not have.
    #[serde(flatten)]
    pub backup: BackupSummary,
    /// How many deleted packages were given the whole time again in which they can be brought back.
    pub postponed: u64,
}

/// What a restore does with a store that holds the files of another registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignStore {
    /// It is refused.
    Refuse,
    /// The store becomes this registry's: the other's files are collected as garbage.
    TakeOver,
}

/// Whoever holds this writes to the folder of a backup, alone; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Writing {
    _locked: fs::File,
}

/// What says that a folder is a backup, and which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// The version of the program that wrote it.
    pub(super) program: String,
    /// The last migration of the catalog.
    pub(super) schema: i64,
    /// The id of the registry that it is of.
    pub(super) registry: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) made_at: OffsetDateTime,
    /// Which `catalog-<id>` it is.
    pub(super) catalog: Uuid,
    pub(super) tables: Vec<TableSummary>,
    pub(super) blobs: u64,
    pub(super) bytes: u64,
}

/// The file of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableSummary {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: u64,
    pub(super) sha256: Sha256Digest,
}

impl Manifest {
    /// What this version writes about this moment.
    pub(super) fn new(schema: i64, registry: String, catalog: Uuid, made_at: OffsetDateTime) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, program, schema, registry, made_at, catalog, tables: Vec::new(), blobs: 0, bytes: 0 }
    }

    /// Demands a backup that this version can restore into a catalog of this schema.
    ///
    /// # Errors
    /// Invalid, saying which version can.
    pub(super) fn require_known(&self, schema: i64) -> Result<()> {
        if self.format > FORMAT || self.schema > schema {
            return Err(invalid(format!(
                "The backup was made by a newer version ({}): restore it with that version of the program.",
                self.program
            )));
        }
        if self.schema < schema {
            return Err(invalid(format!(
                "The backup was made by an older version ({}): restore it with that version of the program, then start this one.",
                self.program
            )));
        }
        let is_known = |(table, known): (&TableSummary, &crate::catalog::tables::Table)| {
            table.name == known.name && table.columns.iter().eq(known.columns.iter().map(|column| column.name))
        };
        if self.tables.len() != TABLES.len() || !self.tables.iter().zip(TABLES).all(is_known) {
            return Err(damaged("its manifest lists other tables than the version that it names has"));
        }
        Ok(())
    }
}

/// A folder with a backup, or for one.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn table(&self, catalog: Uuid, name: &str) -> PathBuf {
        self.catalog(catalog).join(format!("{name}.jsonl"))
    }

    pub(super) fn catalog(&self, id: Uuid) -> PathBuf {
        self.0.join(format!("{CATALOG}{id}"))
    }

    /// Where a blob is written until it is whole: beside the tables of its backup, so that it goes with them.
    pub(super) fn part(&self, catalog: Uuid, blob: &Sha256Digest) -> PathBuf {
        self.catalog(catalog).join(format!("{blob}.part"))
    }

    pub(super) fn blob(&self, blob: &Sha256Digest) -> PathBuf {
        let hex = blob.to_hex();
        self.0.join(BLOBS).join(&hex[..2]).join(hex)
    }

    /// The manifest; nothing when there is none. Blocks.
    ///
    /// # Errors
    /// Invalid when it cannot be read as one.
    pub(super) fn manifest(&self) -> Result<Option<Manifest>> {
        let file = self.0.join(MANIFEST);
        let text = match fs::metadata(&file) {
            Ok(facts) if facts.len() > MAX_MANIFEST => return Err(damaged("its manifest is too large")),
            Ok(_) => fs::read(&file).map_err(|error| Error::io("reading the backup", error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("reading the backup", error)),
        };
        // a newer form may have other fields: its number is read first
        #[derive(Deserialize)]
        struct Form {
            format: u32,
            program: String,
        }
        match serde_json::from_slice::<Form>(&text) {
            Ok(form) if form.format > FORMAT => Err(invalid(format!(
                "The backup was made by a newer version ({}): restore it with that version of the program.",
                form.program
            ))),
            Ok(_) => serde_json::from_slice(&text).map(Some).map_err(|_| damaged("its manifest cannot be read")),
            Err(_) => Err(damaged("its manifest cannot be read")),
        }
    }

    /// Makes the folder and locks it, unless it holds something else than a backup of this registry, whole or interrupted. Blocks.
    ///
    /// # Errors
    /// Conflict, when it does, or while somebody else writes to it.
    pub(super) fn prepare(&self, registry: &str) -> Result<Writing> {
        let failed = |error| Error::io("writing the backup", error);
        fs::create_dir_all(&self.0).map_err(failed)?;
        for entry in fs::read_dir(&self.0).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let name = name.to_string_lossy();
            if name != MANIFEST && name != BLOBS && name != LOCK && !name.starts_with(CATALOG) {
                return Err(Error::conflict(format!(
                    "The folder {} holds something else than a backup: name a new one.",
                    self.0.display()
                )));
            }
        }
        let writing = self.lock()?;
        match self.manifest()? {
            Some(manifest) if manifest.registry != registry => Err(Error::conflict(format!(
                "The folder {} holds the backup of another registry: name a new one.",
                self.0.display()
            ))),
            _ => Ok(writing),
        }
    }

    fn lock(&self) -> Result<Writing> {
        let failed = |error| Error::io("writing the backup", error);
        // not truncated, never removed: another process may hold the lock of it
        let file = fs::File::options().create(true).append(true).open(self.0.join(LOCK)).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Error::conflict(format!(
                    "Another backup is being written to {}: wait until it is done, or name another folder.",
                    self.0.display()
                )));
            }
            Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                tracing::warn!("the file system of the backup has no locks: see to it that no two are made at once");
            }
            Err(fs::TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Writing { _locked: file })
    }

    /// Puts the manifest in its place, when all that it names is on the disk. What earlier backups had of the catalog goes. Blocks.
    pub(super) fn publish(&self, manifest: &Manifest) -> Result<()> {
        let failed = |error| Error::io("writing the backup", error);
        let text = serde_json::to_vec_pretty(manifest).map_err(|error| Error::internal("writing the manifest", error))?;
        let draft = self.catalog(manifest.catalog).join(MANIFEST);
        fs::write(&draft, text).map_err(failed)?;
        let folder = fs::File::open(&self.0).map_err(failed)?;
        // thousands of files, each waiting for the disk by itself, would take minutes
        rustix::fs::syncfs(&folder).map_err(|error| failed(error.into()))?;
        fs::rename(draft, self.0.join(MANIFEST)).map_err(failed)?;
        folder.sync_all().map_err(failed)?;
        for entry in fs::read_dir(&self.0).map_err(failed)?.flatten() {
            let is_catalog = entry.file_name().to_string_lossy().starts_with(CATALOG);
            if is_catalog && entry.path() != self.catalog(manifest.catalog) {
                fs::remove_dir_all(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }
}

/// What is wrong with a backup.
pub(super) fn damaged(why: impl std::fmt::Display) -> Error {
    invalid(format!("The backup is damaged: {why}. Nothing was restored."))
}

pub(super) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::Invalid, message)
}
