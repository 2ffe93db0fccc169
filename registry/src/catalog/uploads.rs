//! Upload sessions, their manifests and the parts that have arrived.

use std::collections::HashMap;

use domain::{
    FilePath, PackageRef, RevisionId, Sha256Digest, UploadId, UserId,
    manifest::{Manifest, ManifestFile},
    refs::RefName,
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, packages::package_ref, parsed, revision_id, sha256, signed, unsigned};
use crate::Result;

/// Where a session stands in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoredState {
    Open,
    Committed(RevisionId),
    Aborted,
}

/// A session as the catalog has it.
#[derive(Clone, Debug)]
pub(crate) struct StoredUpload {
    pub(crate) id: UploadId,
    pub(crate) user: Option<UserId>,
    pub(crate) package: PackageRef,
    pub(crate) branch: RefName,
    pub(crate) version: Option<RefName>,
    pub(crate) message: String,
    pub(crate) state: StoredState,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

#[derive(FromRow)]
struct UploadRow {
    id: Uuid,
    user_id: Option<Uuid>,
    kind: String,
    namespace: String,
    name: String,
    branch: String,
    version: Option<String>,
    message: String,
    state: String,
    revision: Option<Vec<u8>>,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

impl UploadRow {
    fn upload(self) -> sqlx::Result<StoredUpload> {
        Ok(StoredUpload {
            id: UploadId(self.id),
            user: self.user_id.map(UserId),
            package: package_ref(&self.kind, &self.namespace, &self.name)?,
            branch: parsed(&self.branch)?,
            version: self.version.as_deref().map(parsed).transpose()?,
            message: self.message,
            state: match (self.state.as_str(), self.revision) {
                ("open", _) => StoredState::Open,
                ("committed", Some(revision)) => StoredState::Committed(revision_id(&revision)?),
                _ => StoredState::Aborted,
            },
            created_at: self.created_at,
            expires_at: self.expires_at,
        })
    }
}

/// Adds a session with its manifest.
pub(crate) async fn insert(conn: &mut Conn, upload: &StoredUpload, target: &Sha256Digest, manifest: &Manifest) -> Result<()> {
    sqlx::query(
        "INSERT INTO uploads (id, user_id, kind, namespace, name, branch, version, message, manifest, target, state, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12)",
    )
    .bind(upload.id.0)
    .bind(upload.user.map(|user| user.0))
    .bind(upload.package.kind.as_str())
    .bind(upload.package.namespace.as_str())
    .bind(upload.package.name.as_str())
    .bind(upload.branch.as_str())
    .bind(upload.version.as_ref().map(RefName::as_str))
    .bind(&upload.message)
    .bind(manifest.digest().as_bytes().as_slice())
    .bind(target.as_bytes().as_slice())
    .bind(upload.created_at)
    .bind(upload.expires_at)
    .execute(&mut *conn)
    .await?;
    for file in manifest.files() {
        sqlx::query("INSERT INTO upload_files (upload_id, path, size, sha256) VALUES ($1, $2, $3, $4)")
            .bind(upload.id.0)
            .bind(file.path.as_str())
            .bind(signed(file.size))
            .bind(file.sha256.as_bytes().as_slice())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// A session by its id.
pub(crate) async fn get(conn: &mut Conn, id: UploadId) -> Result<Option<StoredUpload>> {
    let row: Option<UploadRow> = sqlx::query_as(
        "SELECT id, user_id, kind, namespace, name, branch, version, message, state, revision, created_at, expires_at
         FROM uploads WHERE id = $1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(UploadRow::upload).transpose()?)
}

/// The open session that was begun for the same target.
pub(crate) async fn open_for(conn: &mut Conn, target: &Sha256Digest) -> Result<Option<UploadId>> {
    let id: Option<Uuid> = sqlx::query_scalar("SELECT id FROM uploads WHERE target = $1 AND state = 'open'")
        .bind(target.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    Ok(id.map(UploadId))
}

/// A user's open sessions, newest first; the newest 50.
pub(crate) async fn open_of_user(conn: &mut Conn, user: Option<UserId>) -> Result<Vec<StoredUpload>> {
    let rows: Vec<UploadRow> = sqlx::query_as(
        "SELECT id, user_id, kind, namespace, name, branch, version, message, state, revision, created_at, expires_at
         FROM uploads WHERE user_id IS $1 AND state = 'open' ORDER BY id DESC LIMIT 50",
    )
    .bind(user.map(|user| user.0))
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(UploadRow::upload).collect::<sqlx::Result<_>>()?)
}

/// Open sessions that nothing arrived for in time; at most 100.
pub(crate) async fn expired(conn: &mut Conn, now: OffsetDateTime) -> Result<Vec<UploadId>> {
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM uploads WHERE state = 'open' AND expires_at <= $1 LIMIT 100")
        .bind(now)
        .fetch_all(conn)
        .await?;
    Ok(ids.into_iter().map(UploadId).collect())
}

/// The ids of all open sessions.
pub(crate) async fn all_open(conn: &mut Conn) -> Result<Vec<UploadId>> {
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM uploads WHERE state = 'open'").fetch_all(conn).await?;
    Ok(ids.into_iter().map(UploadId).collect())
}

/// Postpones the end of a session that is in use, with the message that was given last. False when it is not open any more.
/// Whoever changes what belongs to a session begins with this: the others then wait for the end of the transaction.
pub(crate) async fn extend(conn: &mut Conn, id: UploadId, expires_at: OffsetDateTime, message: Option<&str>) -> Result<bool> {
    let done =
        sqlx::query("UPDATE uploads SET expires_at = $2, message = coalesce($3, message) WHERE id = $1 AND state = 'open'")
            .bind(id.0)
            .bind(expires_at)
            .bind(message)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// The files of a session, by path.
pub(crate) async fn files(conn: &mut Conn, id: UploadId) -> Result<Vec<ManifestFile>> {
    let rows: Vec<(String, i64, Vec<u8>)> =
        sqlx::query_as("SELECT path, size, sha256 FROM upload_files WHERE upload_id = $1 ORDER BY path")
            .bind(id.0)
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|(path, size, bytes)| Ok(ManifestFile { path: parsed(&path)?, size: unsigned(size), sha256: sha256(&bytes)? }))
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// The length of a blob of a session; nothing when the session does not hold it.
pub(crate) async fn blob_size(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<Option<u64>> {
    let size: Option<i64> = sqlx::query_scalar("SELECT size FROM upload_files WHERE upload_id = $1 AND sha256 = $2 LIMIT 1")
        .bind(id.0)
        .bind(blob.as_bytes().as_slice())
        .fetch_optional(conn)
        .await?;
    Ok(size.map(unsigned))
}

/// The path of a file of a session that has this content.
pub(crate) async fn path_of(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<Option<FilePath>> {
    let path: Option<String> =
        sqlx::query_scalar("SELECT path FROM upload_files WHERE upload_id = $1 AND sha256 = $2 ORDER BY path LIMIT 1")
            .bind(id.0)
            .bind(blob.as_bytes().as_slice())
            .fetch_optional(conn)
            .await?;
    Ok(path.as_deref().map(parsed).transpose()?)
}

/// The blobs of a session that the registry does not have, with their lengths.
pub(crate) async fn missing_blobs(conn: &mut Conn, id: UploadId) -> Result<Vec<(Sha256Digest, u64)>> {
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT DISTINCT upload_files.sha256, upload_files.size FROM upload_files
         WHERE upload_files.upload_id = $1 AND NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.sha256 = upload_files.sha256)
         ORDER BY upload_files.sha256",
    )
    .bind(id.0)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(bytes, size)| Ok((sha256(&bytes)?, unsigned(size))))
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// The parts of a session that have arrived, by blob, ascending.
pub(crate) async fn parts(conn: &mut Conn, id: UploadId) -> Result<HashMap<Sha256Digest, Vec<u32>>> {
    let rows: Vec<(Vec<u8>, u32)> =
        sqlx::query_as("SELECT sha256, number FROM upload_parts WHERE upload_id = $1 ORDER BY sha256, number")
            .bind(id.0)
            .fetch_all(conn)
            .await?;
    let mut parts: HashMap<_, Vec<u32>> = HashMap::new();
    for (bytes, number) in rows {
        parts.entry(sha256(&bytes)?).or_default().push(number);
    }
    Ok(parts)
}

/// Notes that a part has arrived whole. False when the session is not open any more.
pub(crate) async fn insert_part(
    conn: &mut Conn,
    id: UploadId,
    blob: &Sha256Digest,
    number: u32,
    expires_at: OffsetDateTime,
) -> Result<bool> {
    let open = sqlx::query("UPDATE uploads SET expires_at = $2 WHERE id = $1 AND state = 'open'")
        .bind(id.0)
        .bind(expires_at)
        .execute(&mut *conn)
        .await?;
    if open.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO upload_parts (upload_id, sha256, number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(id.0)
        .bind(blob.as_bytes().as_slice())
        .bind(number)
        .execute(conn)
        .await?;
    Ok(true)
}

/// The number of parts of one blob that have arrived.
pub(crate) async fn count_parts(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<u32> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM upload_parts WHERE upload_id = $1 AND sha256 = $2")
        .bind(id.0)
        .bind(blob.as_bytes().as_slice())
        .fetch_one(conn)
        .await?)
}

/// Forgets the parts of one blob: their content was wrong, or became a blob.
pub(crate) async fn forget_parts(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<()> {
    sqlx::query("DELETE FROM upload_parts WHERE upload_id = $1 AND sha256 = $2")
        .bind(id.0)
        .bind(blob.as_bytes().as_slice())
        .execute(conn)
        .await?;
    Ok(())
}

/// Closes a session; what it knew of its files and parts is forgotten, the session itself stays as a record. False when it was
/// not open any more.
pub(crate) async fn close(conn: &mut Conn, id: UploadId, revision: Option<&RevisionId>) -> Result<bool> {
    let done = sqlx::query("UPDATE uploads SET state = $2, revision = $3 WHERE id = $1 AND state = 'open'")
        .bind(id.0)
        .bind(if revision.is_some() { "committed" } else { "aborted" })
        .bind(revision.map(|revision| revision.as_bytes().as_slice()))
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM upload_parts WHERE upload_id = $1").bind(id.0).execute(&mut *conn).await?;
    sqlx::query("DELETE FROM upload_files WHERE upload_id = $1").bind(id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}
