//! Backup and restore: a whole registry as a folder that any engine and any store can be filled from.
//!
//! ```text
//! manifest.json               what is there: format, schema, tables with their rows and digests, blobs; written last
//! catalog-<id>/<table>.jsonl  a row a line: a JSON array, in the order of the columns that the manifest names
//! blobs/ab/<sha256>           the bytes of files
//! .lock                       locked by who writes
//! ```
//!
//! The catalog is that of one moment. Blobs never change, so they are copied afterwards, and a folder that has some of them from
//! before gets the others only: a backup that was interrupted goes on, and the next one takes as long as what is new. The manifest
//! is put in its place last, whole: until then the folder is the backup that it was before, or none.
//!
//! A restore reads and compares everything before anything counts: tables against the manifest, contents against their digests. The
//! catalog is filled in one transaction, at the end.

/// The manifest, and where things stand in the folder.
mod format;
/// Blobs out of a backup.
mod incoming;
/// Blobs on their way into a backup.
mod outgoing;
/// Putting a backup into an empty registry.
mod restore;
/// The rows of one table as a file.
mod table_file;
/// Making a backup.
mod write;

pub use format::{BackupSummary, ForeignStore, Progress, RestoreSummary};
