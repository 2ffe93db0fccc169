//! Files and folders of revisions.

use std::collections::BTreeMap;

use domain::{
    ErrorKind, FilePath, GitBlobId, PackageRef, RevisionId, Sha256Digest,
    listing::{FileFacts, TreeEntry},
    manifest::{Manifest, ManifestFile},
};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{
    Conn, git_id, insert_all, optional_row, optional_scalar, packages::package_ref, parsed, revision_id, rows, sha256, signed,
    unsigned,
};
use crate::{Error, Result, blobs::StoredBlob};

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
    ])
    .map_err(missing_content)?;
    insert_all!(conn, "INSERT INTO entries (revision_seq, path, parent, is_file, size) ", folders, |folder| [
        revision_seq,
        folder.0,
        folder.0.rsplit_once('/').map_or("", |(parent, _)| parent),
        false,
        signed(folder.1)
    ])?;
    Ok(())
}

/// Nothing holds a revision together but the reference to its blobs: what is not there, or not there any more, is told.
fn missing_content(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(database) if database.is_foreign_key_violation() => Error::caused(
            ErrorKind::Conflict,
            "Some content of this revision is not there any more, for it took too long: begin again.",
            error,
        ),
        _ => error.into(),
    }
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
pub(crate) async fn is_file(conn: &mut Conn, revision_seq: i64, path: &FilePath) -> Result<Option<bool>> {
    let sql = "SELECT is_file FROM entries WHERE revision_seq = $1 AND path = $2";
    Ok(optional_scalar!(conn, sql, revision_seq, path.as_str())?)
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

/// The paths and lengths of all files of a revision.
pub(crate) async fn file_sizes(conn: &mut Conn, revision_seq: i64) -> Result<Vec<(FilePath, u64)>> {
    let rows: Vec<(String, i64)> =
        rows!(conn, "SELECT path, size FROM entries WHERE revision_seq = $1 AND is_file", revision_seq)?;
    Ok(rows.into_iter().map(|(path, size)| Ok((parsed(&path)?, unsigned(size)))).collect::<sqlx::Result<_>>()?)
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

/// All files of a revision, by path.
pub(crate) async fn files(conn: &mut Conn, revision_seq: i64) -> Result<Vec<ManifestFile>> {
    let rows: Vec<(String, i64, Vec<u8>)> =
        rows!(conn, "SELECT path, size, sha256 FROM entries WHERE revision_seq = $1 AND is_file ORDER BY path", revision_seq)?;
    rows.into_iter()
        .map(|(path, size, bytes)| Ok(ManifestFile { path: parsed(&path)?, size: unsigned(size), sha256: sha256(&bytes)? }))
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// All files of a revision, by path, with where their bytes lie.
pub(crate) async fn stored_files(conn: &mut Conn, revision_seq: i64) -> Result<Vec<(FilePath, StoredBlob)>> {
    stored_files_after(conn, revision_seq, "", u32::MAX).await
}

/// Some files of a revision, by path, those after a path, with where their bytes lie.
pub(crate) async fn stored_files_after(
    conn: &mut Conn,
    revision_seq: i64,
    after: &str,
    limit: u32,
) -> Result<Vec<(FilePath, StoredBlob)>> {
    let rows: Vec<(String, Vec<u8>, i64, String)> = rows!(
        conn,
        "SELECT entries.path, blobs.sha256, blobs.size, blobs.storage FROM entries JOIN blobs ON blobs.sha256 = entries.sha256
         WHERE entries.revision_seq = $1 AND entries.path > $2 AND entries.is_file ORDER BY entries.path LIMIT $3",
        revision_seq,
        after,
        i64::from(limit)
    )?;
    rows.into_iter()
        .map(|(path, bytes, size, place)| {
            let blob = StoredBlob { sha256: sha256(&bytes)?, size: unsigned(size), place: parsed(&place)? };
            Ok((parsed(&path)?, blob))
        })
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// Some files that have a blob: the package, the revision, the path.
pub(crate) async fn holders(conn: &mut Conn, blob: &Sha256Digest, limit: u32) -> Result<Vec<(PackageRef, RevisionId, String)>> {
    let rows: Vec<(String, String, String, Vec<u8>, String)> = rows!(
        conn,
        "SELECT packages.kind, namespaces.name, packages.name, revisions.id, entries.path
         FROM entries JOIN revisions ON revisions.seq = entries.revision_seq JOIN packages ON packages.id = revisions.package_id
         JOIN namespaces ON namespaces.id = packages.namespace_id WHERE entries.sha256 = $1 LIMIT $2",
        blob.as_bytes().as_slice(),
        i64::from(limit)
    )?;
    rows.into_iter()
        .map(|(kind, namespace, name, id, path)| Ok((package_ref(&kind, &namespace, &name)?, revision_id(&id)?, path)))
        .collect::<sqlx::Result<_>>()
        .map_err(Error::from)
}
