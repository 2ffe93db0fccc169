//! Upload sessions, their manifests and the parts that have arrived.

use std::collections::HashMap;

use domain::{
    FilePath, PackageRef, RevisionId, Sha256Digest, UploadId, UserId,
    lifecycle::Expected,
    manifest::{Manifest, ManifestFile},
    people::Visibility,
    refs::RefName,
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Conn, execute, insert_all, optional_row, optional_scalar,
    packages::package_ref,
    parsed, revision_id, row, rows, scalar, scalars, sha256, signed, signed_small, small, unsigned,
    visible::{Holder, visible},
};
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
    pub(crate) visibility: Option<Visibility>,
    pub(crate) parent: Expected,
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
    visibility: Option<String>,
    parent: String,
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
            visibility: self.visibility.as_deref().map(parsed).transpose()?,
            parent: parsed(&self.parent)?,
            message: self.message,
            state: match (self.state.as_str(), self.revision) {
                ("open", _) => StoredState::Open,
                ("committed", Some(revision)) => StoredState::Committed(revision_id(&revision)?),
                ("aborted", _) => StoredState::Aborted,
                (state, _) => return Err(sqlx::Error::Decode(format!("an upload in the state “{state}”").into())),
            },
            created_at: self.created_at,
            expires_at: self.expires_at,
        })
    }
}

/// Adds a session with its manifest; false when one for the same target was begun at the same moment.
pub(crate) async fn insert(conn: &mut Conn, upload: &StoredUpload, target: &Sha256Digest, manifest: &Manifest) -> Result<bool> {
    let added = execute!(
        conn,
        "INSERT INTO uploads (id, user_id, kind, namespace, name, branch, version, message, manifest, target, state, created_at,
                              expires_at, parent, visibility)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $13, $14)
         ON CONFLICT (target) WHERE state = 'open' DO NOTHING",
        upload.id.0,
        upload.user.map(|user| user.0),
        upload.package.kind.as_str(),
        upload.package.namespace.as_str(),
        upload.package.name.as_str(),
        upload.branch.as_str(),
        upload.version.as_ref().map(RefName::as_str),
        &upload.message,
        manifest.digest().as_bytes().as_slice(),
        target.as_bytes().as_slice(),
        upload.created_at,
        upload.expires_at,
        upload.parent.to_string(),
        upload.visibility.map(Visibility::as_str)
    )?;
    if added == 0 {
        return Ok(false);
    }
    insert_all!(conn, "INSERT INTO upload_files (upload_id, path, size, sha256) ", manifest.files(), |file| [
        upload.id.0,
        file.path.as_str(),
        signed(file.size),
        file.sha256.as_bytes().as_slice()
    ])?;
    Ok(true)
}

/// A session by its id.
pub(crate) async fn get(conn: &mut Conn, id: UploadId) -> Result<Option<StoredUpload>> {
    let row: Option<UploadRow> = optional_row!(
        conn,
        "SELECT id, user_id, kind, namespace, name, branch, version, visibility, parent, message, state, revision, created_at,
                expires_at
         FROM uploads WHERE id = $1",
        id.0
    )?;
    Ok(row.map(UploadRow::upload).transpose()?)
}

/// Goes on with the open session that was begun for the same target, if there is one: its end is postponed, and the message
/// and the parent that were given last hold, and so does who may find the package, when that was said again.
pub(crate) async fn resume(
    conn: &mut Conn,
    target: &Sha256Digest,
    expires_at: OffsetDateTime,
    message: &str,
    parent: Expected,
    visibility: Option<Visibility>,
) -> Result<Option<UploadId>> {
    let id: Option<Uuid> = optional_scalar!(
        conn,
        "UPDATE uploads SET expires_at = $2, message = $3, parent = $4, visibility = coalesce($5, visibility)
         WHERE target = $1 AND state = 'open' RETURNING id",
        target.as_bytes().as_slice(),
        expires_at,
        message,
        parent.to_string(),
        visibility.map(Visibility::as_str)
    )?;
    Ok(id.map(UploadId))
}

/// Locks a session until the change ends; false when it is not open any more.
pub(crate) async fn lock(conn: &mut Conn, id: UploadId) -> Result<bool> {
    Ok(execute!(conn, "UPDATE uploads SET expires_at = expires_at WHERE id = $1 AND state = 'open'", id.0)? == 1)
}

macro_rules! newest_open {
    ($of:literal) => {
        concat!(
            "SELECT id, user_id, kind, namespace, name, branch, version, visibility, parent, message, state, revision, created_at,
                    expires_at
             FROM uploads WHERE ",
            $of,
            " AND state = 'open' ORDER BY id DESC"
        )
    };
}

/// A user's open sessions, newest first: all, nobody has many. Those of the operator when there is no user.
pub(crate) async fn open_of_user(conn: &mut Conn, user: Option<UserId>) -> Result<Vec<StoredUpload>> {
    // not `IS NOT DISTINCT FROM`, for which PostgreSQL uses no index
    let rows: Vec<UploadRow> = match user {
        Some(user) => rows!(conn, newest_open!("user_id = $1"), user.0)?,
        None => rows!(conn, newest_open!("user_id IS NULL"))?,
    };
    Ok(rows.into_iter().map(UploadRow::upload).collect::<sqlx::Result<_>>()?)
}

/// Gives up open sessions that nothing arrived for in time, at most 100; those that are used meanwhile stay. Answers how many.
pub(crate) async fn expire(conn: &mut Conn, now: OffsetDateTime) -> Result<usize> {
    let ids: Vec<Uuid> = scalars!(
        conn,
        "UPDATE uploads SET state = 'aborted' WHERE state = 'open' AND expires_at <= $1
         AND id IN (SELECT id FROM uploads WHERE state = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT 100) RETURNING id",
        now
    )?;
    for id in &ids {
        forget(conn, UploadId(*id)).await?;
    }
    Ok(ids.len())
}

/// The ids of all open sessions.
pub(crate) async fn all_open(conn: &mut Conn) -> Result<Vec<UploadId>> {
    let ids: Vec<Uuid> = scalars!(conn, "SELECT id FROM uploads WHERE state = 'open'")?;
    Ok(ids.into_iter().map(UploadId).collect())
}

/// Postpones the end of a session that is in use, and locks it until the change ends. False when it is not open any more.
pub(crate) async fn extend(conn: &mut Conn, id: UploadId, expires_at: OffsetDateTime) -> Result<bool> {
    let open = execute!(conn, "UPDATE uploads SET expires_at = $2 WHERE id = $1 AND state = 'open'", id.0, expires_at)?;
    Ok(open == 1)
}

/// The files of a session, by path.
pub(crate) async fn files(conn: &mut Conn, id: UploadId) -> Result<Vec<ManifestFile>> {
    let rows: Vec<(String, i64, Vec<u8>)> =
        rows!(conn, "SELECT path, size, sha256 FROM upload_files WHERE upload_id = $1 ORDER BY path", id.0)?;
    rows.into_iter()
        .map(|(path, size, bytes)| Ok(ManifestFile { path: parsed(&path)?, size: unsigned(size), sha256: sha256(&bytes)? }))
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// The number of files of a session, and their bytes together.
pub(crate) async fn extent(conn: &mut Conn, id: UploadId) -> Result<(u64, u64)> {
    let (files, bytes): (i64, i64) =
        row!(conn, "SELECT count(*), CAST(coalesce(sum(size), 0) AS bigint) FROM upload_files WHERE upload_id = $1", id.0)?;
    Ok((unsigned(files), unsigned(bytes)))
}

/// The length of a blob of a session; nothing when the session does not hold it.
pub(crate) async fn blob_size(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<Option<u64>> {
    let size: Option<i64> = optional_scalar!(
        conn,
        "SELECT size FROM upload_files WHERE upload_id = $1 AND sha256 = $2 LIMIT 1",
        id.0,
        blob.as_bytes().as_slice()
    )?;
    Ok(size.map(unsigned))
}

/// The path of a file of a session that has this content.
pub(crate) async fn path_of(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<Option<FilePath>> {
    let path: Option<String> = optional_scalar!(
        conn,
        "SELECT path FROM upload_files WHERE upload_id = $1 AND sha256 = $2 ORDER BY path LIMIT 1",
        id.0,
        blob.as_bytes().as_slice()
    )?;
    Ok(path.as_deref().map(parsed).transpose()?)
}

// $1 the upload, $2 to $5 who uploads: a blob counts as there when this upload has brought it, for who may see all, who has sent it
// before, and who may download a package that holds it. For everybody else it is as if the registry did not have it.
macro_rules! known {
    () => {
        concat!(
            "EXISTS (SELECT 1 FROM blobs WHERE blobs.sha256 = upload_files.sha256 AND (upload_files.is_sent OR $2 AND $4 IS NULL
             OR EXISTS (SELECT 1 FROM blob_senders WHERE blob_senders.sha256 = blobs.sha256 AND blob_senders.user_id = $5)
             OR EXISTS (SELECT 1 FROM entries JOIN revisions ON revisions.seq = entries.revision_seq
                        JOIN packages ON packages.id = revisions.package_id
                        WHERE entries.sha256 = blobs.sha256 AND ",
            visible!(2, 3, 4, content),
            ")))"
        )
    };
}

/// The blobs of a session that have to be sent, with their lengths: the registry does not have them, or who sends them may not know
/// that it has.
pub(crate) async fn missing_blobs(conn: &mut Conn, id: UploadId, holder: Holder) -> Result<Vec<(Sha256Digest, u64)>> {
    let rows: Vec<(Vec<u8>, i64)> = rows!(
        conn,
        concat!(
            "SELECT DISTINCT upload_files.sha256, upload_files.size FROM upload_files
             WHERE upload_files.upload_id = $1 AND NOT ",
            known!(),
            " ORDER BY upload_files.sha256"
        ),
        id.0,
        holder.viewer.all,
        holder.viewer.user,
        holder.viewer.token,
        holder.sender
    )?;
    rows.into_iter()
        .map(|(bytes, size)| Ok((sha256(&bytes)?, unsigned(size))))
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// A file of a session whose announced size is not that of the content with this digest, and the true size; only of content that
/// who sends it may know of.
pub(crate) async fn wrong_size(conn: &mut Conn, id: UploadId, holder: Holder) -> Result<Option<(String, u64)>> {
    let row: Option<(String, i64)> = optional_row!(
        conn,
        concat!(
            "SELECT upload_files.path, held.size FROM upload_files JOIN blobs AS held ON held.sha256 = upload_files.sha256
             WHERE upload_files.upload_id = $1 AND upload_files.size <> held.size AND ",
            known!(),
            " LIMIT 1"
        ),
        id.0,
        holder.viewer.all,
        holder.viewer.user,
        holder.viewer.token,
        holder.sender
    )?;
    Ok(row.map(|(path, size)| (path, unsigned(size))))
}

/// The parts of a session that have arrived, by blob, ascending.
pub(crate) async fn parts(conn: &mut Conn, id: UploadId) -> Result<HashMap<Sha256Digest, Vec<u32>>> {
    let rows: Vec<(Vec<u8>, i32)> =
        rows!(conn, "SELECT sha256, number FROM upload_parts WHERE upload_id = $1 ORDER BY sha256, number", id.0)?;
    let mut parts: HashMap<_, Vec<u32>> = HashMap::new();
    for (bytes, number) in rows {
        parts.entry(sha256(&bytes)?).or_default().push(small(number));
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
    if !extend(conn, id, expires_at).await? {
        return Ok(false);
    }
    execute!(
        conn,
        "INSERT INTO upload_parts (upload_id, sha256, number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        id.0,
        blob.as_bytes().as_slice(),
        signed_small(number)
    )?;
    Ok(true)
}

/// The number of parts of one blob that have arrived.
pub(crate) async fn count_parts(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<u64> {
    let count = scalar!(
        conn,
        "SELECT count(*) FROM upload_parts WHERE upload_id = $1 AND sha256 = $2",
        id.0,
        blob.as_bytes().as_slice()
    )?;
    Ok(unsigned(count))
}

/// Forgets the parts of one blob: their content was wrong, or became a blob.
pub(crate) async fn forget_parts(conn: &mut Conn, id: UploadId, blob: &Sha256Digest) -> Result<()> {
    execute!(conn, "DELETE FROM upload_parts WHERE upload_id = $1 AND sha256 = $2", id.0, blob.as_bytes().as_slice())?;
    Ok(())
}

/// Closes a session; what it knew of its files and parts is forgotten, the session itself stays as a record. False when it was
/// not open any more.
pub(crate) async fn close(conn: &mut Conn, id: UploadId, revision: Option<&RevisionId>) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE uploads SET state = $2, revision = $3 WHERE id = $1 AND state = 'open'",
        id.0,
        if revision.is_some() { "committed" } else { "aborted" },
        revision.map(|revision| revision.as_bytes().as_slice())
    )?;
    forget(conn, id).await?;
    Ok(done == 1)
}

/// Forgets the files and parts of a session.
async fn forget(conn: &mut Conn, id: UploadId) -> Result<()> {
    execute!(conn, "DELETE FROM upload_parts WHERE upload_id = $1", id.0)?;
    execute!(conn, "DELETE FROM upload_files WHERE upload_id = $1", id.0)?;
    Ok(())
}

/// How many open sessions a user has.
pub(crate) async fn count_open(conn: &mut Conn, user: Option<UserId>) -> Result<u64> {
    // two statements: PostgreSQL has no index for IS NOT DISTINCT FROM
    let count: i64 = match user {
        Some(user) => scalar!(conn, "SELECT count(*) FROM uploads WHERE user_id = $1 AND state = 'open'", user.0)?,
        None => scalar!(conn, "SELECT count(*) FROM uploads WHERE user_id IS NULL AND state = 'open'")?,
    };
    Ok(unsigned(count))
}
