//! What namespaces store: the contents of their revisions, each once, and the sum of them on the namespace's row.
//!
//! Commits add to it, with the namespace locked. What is removed is found out by counting anew, when garbage is collected: so nothing
//! that removes revisions has to know of it.

use domain::{NamespaceName, PackageId, UploadId, storage::NamespaceStorage};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, row, rows, scalar, scalars, signed, unsigned};
use crate::Result;

/// How many contents are counted anew in one change: commits to the namespace wait for no longer than that.
const PAGE: i64 = 2000;
/// Not below any digest.
const LAST: [u8; 32] = [0xff; 32];

/// What a namespace stores, and may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) stored: u64,
    pub(crate) quota: Option<u64>,
    /// What was added to it, or would be.
    pub(crate) added: u64,
}

impl Usage {
    /// Whether too much would be stored. What adds nothing is never too much.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.added > 0 && self.quota.is_some_and(|quota| self.stored > quota)
    }
}

/// What a namespace would store with an open upload; nothing when there is no such namespace yet.
pub(crate) async fn with_upload(conn: &mut Conn, namespace: &NamespaceName, upload: UploadId) -> Result<Option<Usage>> {
    let row: Option<(Uuid, i64, Option<i64>)> =
        optional_row!(conn, "SELECT id, stored_bytes, quota_bytes FROM namespaces WHERE name_key = $1", namespace.key())?;
    let Some((id, stored, quota)) = row else { return Ok(None) };
    // without a quota there is nothing to compare with
    let added: i64 = match quota {
        None => 0,
        Some(_) => scalar!(
            conn,
            "SELECT CAST(coalesce(sum(size), 0) AS bigint) FROM (
                 SELECT DISTINCT sha256, size FROM upload_files WHERE upload_id = $1 AND NOT EXISTS (
                     SELECT 1 FROM namespace_blobs
                     WHERE namespace_blobs.namespace_id = $2 AND namespace_blobs.sha256 = upload_files.sha256)) AS added",
            upload.0,
            id
        )?,
    };
    Ok(Some(Usage { stored: unsigned(stored) + unsigned(added), quota: quota.map(unsigned), added: unsigned(added) }))
}

/// Adds the contents of a new revision to what its namespace stores. The namespace must be locked.
pub(crate) async fn add_revision(conn: &mut Conn, namespace: Uuid, revision_seq: i64, bytes: u64) -> Result<Usage> {
    let new: Vec<i64> = scalars!(
        conn,
        "INSERT INTO namespace_blobs (namespace_id, sha256, size)
         SELECT DISTINCT $1, sha256, size FROM entries WHERE revision_seq = $2 AND is_file
         ON CONFLICT (namespace_id, sha256) DO NOTHING RETURNING size",
        namespace,
        revision_seq
    )?;
    add(conn, namespace, &new, bytes).await
}

/// Adds the contents of all revisions of a package to what its namespace stores, after it was moved there. The namespace must be
/// locked. What the former one stores is found out when garbage is collected.
pub(crate) async fn add_package(conn: &mut Conn, namespace: Uuid, package: PackageId) -> Result<Usage> {
    let new: Vec<i64> = scalars!(
        conn,
        "INSERT INTO namespace_blobs (namespace_id, sha256, size)
         SELECT DISTINCT $1, entries.sha256, entries.size FROM revisions JOIN entries ON entries.revision_seq = revisions.seq
         WHERE revisions.package_id = $2 AND entries.is_file
         ON CONFLICT (namespace_id, sha256) DO NOTHING RETURNING size",
        namespace,
        package.0
    )?;
    let bytes: i64 =
        scalar!(conn, "SELECT CAST(coalesce(sum(bytes), 0) AS bigint) FROM revisions WHERE package_id = $1", package.0)?;
    add(conn, namespace, &new, unsigned(bytes)).await
}

async fn add(conn: &mut Conn, namespace: Uuid, new: &[i64], logical: u64) -> Result<Usage> {
    let added = new.iter().map(|size| unsigned(*size)).sum();
    let (stored, quota): (i64, Option<i64>) = row!(
        conn,
        "UPDATE namespaces SET stored_bytes = stored_bytes + $2, logical_bytes = logical_bytes + $3 WHERE id = $1
         RETURNING stored_bytes, quota_bytes",
        namespace,
        signed(added),
        signed(logical)
    )?;
    Ok(Usage { stored: unsigned(stored), quota: quota.map(unsigned), added })
}

/// Some namespaces, by their ids, after `after`.
pub(crate) async fn namespaces(conn: &mut Conn, after: Uuid) -> Result<Vec<Uuid>> {
    Ok(scalars!(conn, "SELECT id FROM namespaces WHERE id > $1 ORDER BY id LIMIT $2", after, PAGE)?)
}

/// Forgets those contents of a namespace that none of its revisions has any more, from one digest on; where to go on, or nothing
/// at the end.
pub(crate) async fn count_anew(conn: &mut Conn, namespace: Uuid, after: &[u8]) -> Result<Option<Vec<u8>>> {
    execute!(conn, "UPDATE namespaces SET stored_bytes = stored_bytes WHERE id = $1", namespace)?;
    let until: Option<Vec<u8>> = optional_scalar!(
        conn,
        "SELECT sha256 FROM namespace_blobs WHERE namespace_id = $1 AND sha256 > $2 ORDER BY sha256 LIMIT 1 OFFSET $3",
        namespace,
        after,
        PAGE - 1
    )?;
    let gone: Vec<i64> = scalars!(
        conn,
        "DELETE FROM namespace_blobs WHERE namespace_id = $1 AND sha256 > $2 AND sha256 <= $3 AND NOT EXISTS (
             SELECT 1 FROM entries JOIN revisions ON revisions.seq = entries.revision_seq
             JOIN packages ON packages.id = revisions.package_id
             WHERE entries.sha256 = namespace_blobs.sha256 AND packages.namespace_id = $1) RETURNING size",
        namespace,
        after,
        until.as_deref().unwrap_or(&LAST)
    )?;
    let gone: i64 = gone.iter().sum();
    execute!(conn, "UPDATE namespaces SET stored_bytes = stored_bytes - $2 WHERE id = $1", namespace, gone)?;
    if until.is_none() {
        execute!(
            conn,
            "UPDATE namespaces SET logical_bytes = (
                 SELECT CAST(coalesce(sum(revisions.bytes), 0) AS bigint) FROM packages
                 JOIN revisions ON revisions.package_id = packages.id WHERE packages.namespace_id = namespaces.id) WHERE id = $1",
            namespace
        )?;
    }
    Ok(until)
}

#[derive(FromRow)]
struct StorageRow {
    name: String,
    stored_bytes: i64,
    logical_bytes: i64,
    quota_bytes: Option<i64>,
}

impl StorageRow {
    fn storage(self, may_set_quota: bool) -> sqlx::Result<NamespaceStorage> {
        Ok(NamespaceStorage {
            namespace: parsed(&self.name)?,
            stored_bytes: unsigned(self.stored_bytes),
            logical_bytes: unsigned(self.logical_bytes),
            quota_bytes: self.quota_bytes.map(unsigned),
            may_set_quota,
        })
    }
}

/// What a namespace stores.
pub(crate) async fn of(conn: &mut Conn, namespace: &NamespaceName, may_set_quota: bool) -> Result<Option<NamespaceStorage>> {
    let row: Option<StorageRow> = optional_row!(
        conn,
        "SELECT name, stored_bytes, logical_bytes, quota_bytes FROM namespaces WHERE name_key = $1",
        namespace.key()
    )?;
    Ok(row.map(|row| row.storage(may_set_quota)).transpose()?)
}

/// What namespaces store, by name, after `after`.
pub(crate) async fn list(conn: &mut Conn, after: &str, limit: u32) -> Result<Vec<NamespaceStorage>> {
    let rows: Vec<StorageRow> = rows!(
        conn,
        "SELECT name, stored_bytes, logical_bytes, quota_bytes FROM namespaces WHERE name_key > $1 ORDER BY name_key LIMIT $2",
        after,
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(|row| row.storage(true)).collect::<sqlx::Result<_>>()?)
}

/// Sets what a namespace may store.
pub(crate) async fn set_quota(conn: &mut Conn, namespace: &NamespaceName, quota: Option<u64>) -> Result<()> {
    execute!(conn, "UPDATE namespaces SET quota_bytes = $2 WHERE name_key = $1", namespace.key(), quota.map(signed))?;
    Ok(())
}
