//! Blobs: content that was verified.

use domain::{GitBlobId, Sha256Digest};
use time::OffsetDateTime;

use super::{Conn, execute, optional_scalar, signed, unsigned};
use crate::Result;

/// The length of a verified blob; nothing when the registry does not have it.
pub(crate) async fn size(conn: &mut Conn, sha256: &Sha256Digest) -> Result<Option<u64>> {
    let size: Option<i64> = optional_scalar!(conn, "SELECT size FROM blobs WHERE sha256 = $1", sha256.as_bytes().as_slice())?;
    Ok(size.map(unsigned))
}

/// Adds a blob whose digest was recomputed and whose bytes are in their place. Adding it again changes nothing.
pub(crate) async fn insert(
    conn: &mut Conn,
    sha256: &Sha256Digest,
    size: u64,
    git_id: &GitBlobId,
    at: OffsetDateTime,
) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO blobs (sha256, size, git_id, storage, verified_at) VALUES ($1, $2, $3, 'file', $4)
         ON CONFLICT (sha256) DO NOTHING",
        sha256.as_bytes().as_slice(),
        signed(size),
        git_id.as_bytes().as_slice(),
        at
    )?;
    Ok(())
}
