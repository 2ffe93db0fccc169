//! Objects of the bucket that are to become blobs. Each has its row before it exists and until it is a blob or is gone, so that
//! nothing in the bucket is ever forgotten; whoever changes the row decides what becomes of the object.

use std::collections::{HashMap, HashSet};

use domain::{Sha256Digest, UploadId};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, on_either, optional_row, parsed, rows, sha256};
use crate::{Result, blobs::ObjectKey};

/// An object that takes the bytes of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredObject {
    pub(crate) key: ObjectKey,
    /// The bucket's name for the multipart upload.
    pub(crate) multipart: String,
    /// Whether all parts have arrived, and the object is being put together and verified.
    pub(crate) is_assembling: bool,
}

#[derive(FromRow)]
struct ObjectRow {
    sha256: Vec<u8>,
    key: String,
    multipart: String,
    is_assembling: bool,
}

impl ObjectRow {
    fn object(self) -> sqlx::Result<(Sha256Digest, StoredObject)> {
        let object = StoredObject { key: parsed(&self.key)?, multipart: self.multipart, is_assembling: self.is_assembling };
        Ok((sha256(&self.sha256)?, object))
    }
}

/// Notes that a multipart upload will be begun under this key.
pub(crate) async fn intend(
    conn: &mut Conn,
    key: &ObjectKey,
    upload: UploadId,
    blob: &Sha256Digest,
    at: OffsetDateTime,
) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO upload_objects (key, upload_id, sha256, state, created_at) VALUES ($1, $2, $3, 'intended', $4)",
        key.as_str(),
        upload.0,
        blob.as_bytes().as_slice(),
        at
    )?;
    Ok(())
}

/// Notes the bucket's name for the multipart upload: from here on the object takes the parts of its blob.
pub(crate) async fn receive(conn: &mut Conn, key: &ObjectKey, multipart: &str) -> Result<()> {
    execute!(
        conn,
        "UPDATE upload_objects SET state = 'receiving', multipart = $2 WHERE key = $1 AND state = 'intended'",
        key.as_str(),
        multipart
    )?;
    Ok(())
}

/// The object that takes a blob of an upload.
pub(crate) async fn of_blob(conn: &mut Conn, upload: UploadId, blob: &Sha256Digest) -> Result<Option<StoredObject>> {
    let row: Option<ObjectRow> = optional_row!(
        conn,
        "SELECT sha256, key, multipart, state = 'assembling' AS is_assembling FROM upload_objects
         WHERE upload_id = $1 AND sha256 = $2 AND state IN ('receiving', 'assembling')",
        upload.0,
        blob.as_bytes().as_slice()
    )?;
    Ok(row.map(ObjectRow::object).transpose()?.map(|(_, object)| object))
}

/// The objects that take the blobs of an upload.
pub(crate) async fn of_upload(conn: &mut Conn, upload: UploadId) -> Result<HashMap<Sha256Digest, StoredObject>> {
    let rows: Vec<ObjectRow> = rows!(
        conn,
        "SELECT sha256, key, multipart, state = 'assembling' AS is_assembling FROM upload_objects
         WHERE upload_id = $1 AND state IN ('receiving', 'assembling')",
        upload.0
    )?;
    Ok(rows.into_iter().map(ObjectRow::object).collect::<sqlx::Result<_>>()?)
}

/// Notes that all parts have arrived, and locks the row until the change ends. False when the object was given up meanwhile, or
/// is a blob already.
pub(crate) async fn assemble(conn: &mut Conn, key: &ObjectKey) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE upload_objects SET state = 'assembling' WHERE key = $1 AND state IN ('receiving', 'assembling')",
        key.as_str()
    )?;
    Ok(done == 1)
}

/// Ends the row of an object that becomes a blob, in the change in which it does: after [`assemble`] has locked it.
pub(crate) async fn finish(conn: &mut Conn, key: &ObjectKey) -> Result<()> {
    execute!(conn, "DELETE FROM upload_objects WHERE key = $1 AND state = 'assembling'", key.as_str())?;
    Ok(())
}

/// Gives an object up, whatever it was: nothing makes a blob of it any more, and it can be removed. False when it is a blob
/// already, or gone.
pub(crate) async fn abandon(conn: &mut Conn, key: &ObjectKey) -> Result<bool> {
    Ok(execute!(conn, "UPDATE upload_objects SET state = 'abandoned' WHERE key = $1", key.as_str())? == 1)
}

/// Gives an object up whose parts are gone. False when all of them had arrived: it is being put together then.
pub(crate) async fn abandon_receiving(conn: &mut Conn, key: &ObjectKey) -> Result<bool> {
    let done =
        execute!(conn, "UPDATE upload_objects SET state = 'abandoned' WHERE key = $1 AND state = 'receiving'", key.as_str())?;
    Ok(done == 1)
}

/// Notes that the object of a blob is to be removed, in the change in which it ceases to be one.
pub(crate) async fn discard(conn: &mut Conn, key: &ObjectKey, blob: &Sha256Digest, at: OffsetDateTime) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO upload_objects (key, upload_id, sha256, state, created_at) VALUES ($1, $2, $3, 'abandoned', $4)",
        key.as_str(),
        Uuid::nil(),
        blob.as_bytes().as_slice(),
        at
    )?;
    Ok(())
}

/// Which of these have a row.
pub(crate) async fn known(conn: &mut Conn, keys: &[ObjectKey]) -> Result<HashSet<ObjectKey>> {
    let mut known = HashSet::new();
    for chunk in keys.chunks(super::conn::ROWS_AT_ONCE) {
        let rows: Vec<String> = on_either!(conn, |conn| {
            let mut statement = sqlx::QueryBuilder::new("SELECT key FROM upload_objects WHERE key IN (");
            let mut list = statement.separated(", ");
            for key in chunk {
                list.push_bind(key.as_str());
            }
            statement.push(")");
            async move { statement.build_query_scalar().persistent(false).fetch_all(conn).await }
        })?;
        for key in rows {
            known.insert(parsed(&key)?);
        }
    }
    Ok(known)
}

/// Gives up all objects of an upload that is over.
pub(crate) async fn abandon_upload(conn: &mut Conn, upload: UploadId) -> Result<()> {
    execute!(conn, "UPDATE upload_objects SET state = 'abandoned' WHERE upload_id = $1", upload.0)?;
    Ok(())
}

/// Gives up what nobody can go on with: objects of uploads that are over, and of imports and beginnings that are older than
/// `before`.
pub(crate) async fn abandon_left_behind(conn: &mut Conn, before: OffsetDateTime) -> Result<()> {
    execute!(
        conn,
        "UPDATE upload_objects SET state = 'abandoned'
         WHERE state <> 'abandoned' AND (
            EXISTS (SELECT 1 FROM uploads WHERE uploads.id = upload_objects.upload_id AND uploads.state <> 'open')
            OR created_at < $1 AND (
                upload_objects.state = 'intended'
                OR NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.id = upload_objects.upload_id)))",
        before
    )?;
    Ok(())
}

/// Objects that were given up and are to be removed, with the bucket's name for their multipart upload; at most 1 000.
pub(crate) async fn abandoned(conn: &mut Conn) -> Result<Vec<(ObjectKey, Option<String>)>> {
    removable(rows!(conn, "SELECT key, multipart FROM upload_objects WHERE state = 'abandoned' ORDER BY key LIMIT 1000")?)
}

/// The same, of one upload.
pub(crate) async fn abandoned_of_upload(conn: &mut Conn, upload: UploadId) -> Result<Vec<(ObjectKey, Option<String>)>> {
    removable(rows!(
        conn,
        "SELECT key, multipart FROM upload_objects WHERE upload_id = $1 AND state = 'abandoned' LIMIT 1000",
        upload.0
    )?)
}

fn removable(rows: Vec<(String, Option<String>)>) -> Result<Vec<(ObjectKey, Option<String>)>> {
    rows.into_iter()
        .map(|(key, multipart)| Ok((parsed(&key)?, multipart)))
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// Forgets an object that is gone.
pub(crate) async fn forget(conn: &mut Conn, key: &ObjectKey) -> Result<()> {
    execute!(conn, "DELETE FROM upload_objects WHERE key = $1 AND state = 'abandoned'", key.as_str())?;
    Ok(())
}
