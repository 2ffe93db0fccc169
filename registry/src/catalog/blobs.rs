//! Blobs: content that was verified, and where it lies.

use domain::{Sha256Digest, UploadId};
use time::OffsetDateTime;

use super::{Conn, execute, optional_row, optional_scalar, parsed, row, rows, scalar, sha256, signed, unsigned};
use crate::{
    Result,
    blobs::{Digests, Place, StoredBlob},
};

/// Whether an upload has brought a blob whole, or is committed: then it needs nothing more. What the same user has sent by another
/// does not count here, for tokens differ in what they may refer to. The operator, who may know all, counts as having sent every
/// blob.
pub(crate) async fn was_sent(conn: &mut Conn, sha256: &Sha256Digest, upload: UploadId) -> Result<bool> {
    Ok(scalar!(
        conn,
        "SELECT EXISTS (SELECT 1 FROM blobs WHERE blobs.sha256 = $2 AND (
             NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.id = $1 AND uploads.user_id IS NOT NULL)
             OR EXISTS (SELECT 1 FROM uploads WHERE uploads.id = $1 AND uploads.state = 'committed')
             OR EXISTS (SELECT 1 FROM upload_files WHERE upload_files.upload_id = $1 AND upload_files.sha256 = $2
                        AND upload_files.is_sent)))",
        upload.0,
        sha256.as_bytes().as_slice()
    )?)
}

/// Notes that an upload, and so its user, has brought a blob whole. The operator needs no such note.
pub(crate) async fn note_sender(conn: &mut Conn, sha256: &Sha256Digest, upload: UploadId) -> Result<()> {
    execute!(
        conn,
        "UPDATE upload_files SET is_sent = TRUE WHERE upload_id = $1 AND sha256 = $2",
        upload.0,
        sha256.as_bytes().as_slice()
    )?;
    execute!(
        conn,
        "INSERT INTO blob_senders (sha256, user_id) SELECT $2, user_id FROM uploads WHERE id = $1 AND user_id IS NOT NULL
         ON CONFLICT DO NOTHING",
        upload.0,
        sha256.as_bytes().as_slice()
    )?;
    Ok(())
}

/// A blob and where it lies; nothing when the registry does not have it.
pub(crate) async fn get(conn: &mut Conn, blob: &Sha256Digest) -> Result<Option<StoredBlob>> {
    let row: Option<(i64, String)> =
        optional_row!(conn, "SELECT size, storage FROM blobs WHERE sha256 = $1", blob.as_bytes().as_slice())?;
    let Some((size, place)) = row else { return Ok(None) };
    Ok(Some(StoredBlob { sha256: *blob, size: unsigned(size), place: parsed(&place)? }))
}

/// How many blobs there are, and their bytes together.
pub(crate) async fn extent(conn: &mut Conn) -> Result<(u64, u64)> {
    let (count, bytes): (i64, i64) = row!(conn, "SELECT count(*), CAST(coalesce(sum(size), 0) AS bigint) FROM blobs")?;
    Ok((unsigned(count), unsigned(bytes)))
}

/// Blobs by their digest, after `after`.
pub(crate) async fn page(conn: &mut Conn, after: Option<&Sha256Digest>, limit: u32) -> Result<Vec<StoredBlob>> {
    let rows: Vec<(Vec<u8>, i64, String)> = rows!(
        conn,
        "SELECT sha256, size, storage FROM blobs WHERE sha256 > $1 ORDER BY sha256 LIMIT $2",
        after.map_or([].as_slice(), |after| after.as_bytes().as_slice()),
        i64::from(limit)
    )?;
    rows.into_iter()
        .map(|(digest, size, place)| Ok(StoredBlob { sha256: sha256(&digest)?, size: unsigned(size), place: parsed(&place)? }))
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// Where some blob lies; nothing when there is none. All of them lie in one store.
pub(crate) async fn any_place(conn: &mut Conn) -> Result<Option<Place>> {
    let place: Option<String> = optional_scalar!(conn, "SELECT storage FROM blobs LIMIT 1")?;
    Ok(place.as_deref().map(parsed).transpose()?)
}

/// Adds a blob whose digests were recomputed and whose bytes are in their place. False when it is there already, and then
/// nothing changes: what was verified stays where it is.
pub(crate) async fn insert(conn: &mut Conn, digests: &Digests, size: u64, place: &Place, at: OffsetDateTime) -> Result<bool> {
    let added = execute!(
        conn,
        "INSERT INTO blobs (sha256, size, git_id, storage, verified_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (sha256) DO NOTHING",
        digests.sha256.as_bytes().as_slice(),
        signed(size),
        digests.git_id.as_bytes().as_slice(),
        place.to_string(),
        at
    )?;
    Ok(added == 1)
}
