//! Files and folders of revisions.

use std::collections::BTreeMap;

use domain::{
    FilePath, GitBlobId, Sha256Digest,
    listing::{FileFacts, TreeEntry},
    manifest::Manifest,
};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{Conn, git_id, insert_all, optional_row, optional_scalar, parsed, rows, sha256, signed, unsigned};
use crate::{Result, blobs::StoredBlob};

/// Adds the files of a revision, and the folders above them with the sums of what they hold.
pub(crate) async fn insert(conn: &mut Conn, revision_seq: i64, manifest: &Manifest) -> Result<()> {
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    for file in manifest.files() {
        for folder in file.path.ancestors() {
            *folders.entry(folder).or_default() += file.size;
        }
    }
    let folders: Vec<_> = folders.into_iter().collect();
    insert_all!(conn, "INSERT INTO entries (revision_seq, path, parent, is_file, size, sha256) ", manifest.files(), |file| [
        revision_seq,
        file.path.as_str(),
        file.path.parent(),
        true,
        signed(file.size),
        file.sha256.as_bytes().as_slice()
    ])?;
    insert_all!(conn, "INSERT INTO entries (revision_seq, path, parent, is_file, size) ", folders, |folder| [
        revision_seq,
        folder.0,
        folder.0.rsplit_once('/').map_or("", |(parent, _)| parent),
        false,
        signed(folder.1)
    ])?;
    Ok(())
}

/// A file of a revision whose size is not that of its content, and the true size.
pub(crate) async fn wrong_size(conn: &mut Conn, revision_seq: i64) -> Result<Option<(String, u64)>> {
    let row: Option<(String, i64)> = optional_row!(
        conn,
        "SELECT entries.path, blobs.size FROM entries JOIN blobs ON blobs.sha256 = entries.sha256
         WHERE entries.revision_seq = $1 AND entries.size <> blobs.size LIMIT 1",
        revision_seq
    )?;
    Ok(row.map(|(path, size)| (path, unsigned(size))))
}

/// Where a page of a folder ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    pub(crate) is_file: bool,
    pub(crate) path: String,
}

#[derive(FromRow)]
struct EntryRow {
    path: String,
    size: i64,
    sha256: Option<Vec<u8>>,
    git_id: Option<Vec<u8>>,
}

impl EntryRow {
    fn entry(self) -> sqlx::Result<TreeEntry> {
        let file = match (self.sha256, self.git_id) {
            (Some(sha256_bytes), Some(git_bytes)) => {
                Some(FileFacts { sha256: sha256(&sha256_bytes)?, git_blob_id: git_id(&git_bytes)? })
            }
            _ => None,
        };
        Ok(TreeEntry { path: self.path, size: unsigned(self.size), file })
    }
}

/// What a folder holds: folders first, each by name, after `after`.
pub(crate) async fn of_folder(
    conn: &mut Conn,
    revision_seq: i64,
    folder: &str,
    after: Option<&Position>,
    limit: u32,
) -> Result<Vec<TreeEntry>> {
    let rows: Vec<EntryRow> = rows!(
        conn,
        "SELECT entries.path, entries.size, entries.sha256, blobs.git_id
         FROM entries LEFT JOIN blobs ON blobs.sha256 = entries.sha256
         WHERE entries.revision_seq = $1 AND entries.parent = $2 AND (entries.is_file, entries.path) > ($3, $4)
         ORDER BY entries.is_file, entries.path LIMIT $5",
        revision_seq,
        folder,
        after.is_some_and(|after| after.is_file),
        after.map_or("", |after| after.path.as_str()),
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(EntryRow::entry).collect::<sqlx::Result<_>>()?)
}

/// Whether a path is there, and then whether it is a file.
pub(crate) async fn is_file(conn: &mut Conn, revision_seq: i64, path: &str) -> Result<Option<bool>> {
    Ok(optional_scalar!(conn, "SELECT is_file FROM entries WHERE revision_seq = $1 AND path = $2", revision_seq, path)?)
}

/// A file of a revision.
pub(crate) struct StoredFile {
    pub(crate) size: u64,
    pub(crate) sha256: Sha256Digest,
    pub(crate) git_id: GitBlobId,
}

/// A file by its path.
pub(crate) async fn file(conn: &mut Conn, revision_seq: i64, path: &FilePath) -> Result<Option<StoredFile>> {
    let row: Option<(i64, Vec<u8>, Vec<u8>)> = optional_row!(
        conn,
        "SELECT entries.size, entries.sha256, blobs.git_id FROM entries JOIN blobs ON blobs.sha256 = entries.sha256
         WHERE entries.revision_seq = $1 AND entries.path = $2",
        revision_seq,
        path.as_str()
    )?;
    let Some((size, sha256_bytes, git_bytes)) = row else { return Ok(None) };
    Ok(Some(StoredFile { size: unsigned(size), sha256: sha256(&sha256_bytes)?, git_id: git_id(&git_bytes)? }))
}

/// The file at the top that has this name in whatever case, the exact spelling first. The name must be ASCII.
pub(crate) async fn top_file_named(conn: &mut Conn, revision_seq: i64, name: &str) -> Result<Option<(u64, Sha256Digest)>> {
    let row: Option<(i64, Vec<u8>)> = optional_row!(
        conn,
        "SELECT size, sha256 FROM entries WHERE revision_seq = $1 AND parent = '' AND is_file AND lower(path) = $3
         ORDER BY path <> $2 LIMIT 1",
        revision_seq,
        name,
        name.to_ascii_lowercase()
    )?;
    let Some((size, bytes)) = row else { return Ok(None) };
    Ok(Some((unsigned(size), sha256(&bytes)?)))
}

/// All files of a revision, by path, with where their bytes lie.
pub(crate) async fn stored_files(conn: &mut Conn, revision_seq: i64) -> Result<Vec<(FilePath, StoredBlob)>> {
    let rows: Vec<(String, Vec<u8>, i64, String)> = rows!(
        conn,
        "SELECT entries.path, blobs.sha256, blobs.size, blobs.storage FROM entries JOIN blobs ON blobs.sha256 = entries.sha256
         WHERE entries.revision_seq = $1 AND entries.is_file ORDER BY entries.path",
        revision_seq
    )?;
    rows.into_iter()
        .map(|(path, bytes, size, place)| {
            let blob = StoredBlob { sha256: sha256(&bytes)?, size: unsigned(size), place: parsed(&place)? };
            Ok((parsed(&path)?, blob))
        })
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}
