//! Counting on blobs that are there: what is noted here no collection of garbage removes.

use domain::{Sha256Digest, UploadId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_scalar, scalar};
use crate::Result;

/// Locks the blobs of an upload whose files have been noted, until the change ends: those that are there stay from here on.
pub(crate) async fn keep_for_upload(conn: &mut Conn, upload: UploadId) -> Result<()> {
    if let Conn::Postgres(_) = conn {
        // in the order in which the collection locks; the files of a manifest that is begun twice wait for nobody
        let _: i64 = scalar!(
            conn,
            "WITH kept AS (SELECT 1 FROM blobs WHERE sha256 IN (SELECT sha256 FROM upload_files WHERE upload_id = $1)
             ORDER BY sha256 FOR KEY SHARE) SELECT count(*) FROM kept",
            upload.0
        )?;
    }
    execute!(
        conn,
        "UPDATE blobs SET unused_since = NULL
         WHERE unused_since IS NOT NULL AND sha256 IN (SELECT sha256 FROM upload_files WHERE upload_id = $1)",
        upload.0
    )?;
    Ok(())
}

/// Keeps a blob, whether it is there yet or not, until `until` or until its holder lets go of it.
pub(crate) async fn hold(conn: &mut Conn, holder: Uuid, blob: &Sha256Digest, until: OffsetDateTime) -> Result<()> {
    let digest = blob.as_bytes().as_slice();
    execute!(
        conn,
        "INSERT INTO blob_holds (holder, sha256, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (holder, sha256) DO UPDATE SET expires_at = excluded.expires_at",
        holder,
        digest,
        until
    )?;
    if let Conn::Postgres(_) = conn {
        let _: Option<i32> = optional_scalar!(conn, "SELECT 1 FROM blobs WHERE sha256 = $1 FOR KEY SHARE", digest)?;
    }
    execute!(conn, "UPDATE blobs SET unused_since = NULL WHERE sha256 = $1 AND unused_since IS NOT NULL", digest)?;
    Ok(())
}

/// Lets go of all that a holder holds.
pub(crate) async fn release(conn: &mut Conn, holder: Uuid) -> Result<()> {
    execute!(conn, "DELETE FROM blob_holds WHERE holder = $1", holder)?;
    Ok(())
}

/// Lets go of what was held for too long: its holder was killed.
pub(crate) async fn expire(conn: &mut Conn, now: OffsetDateTime) -> Result<()> {
    execute!(conn, "DELETE FROM blob_holds WHERE expires_at <= $1", now)?;
    Ok(())
}
