//! Blobs: content that was verified, and where it lies.

use domain::Sha256Digest;
use time::OffsetDateTime;

use super::{Conn, execute, optional_row, optional_scalar, parsed, signed, unsigned};
use crate::{
    Result,
    blobs::{Digests, Place, StoredBlob},
};

/// The length of a verified blob; nothing when the registry does not have it.
pub(crate) async fn size(conn: &mut Conn, sha256: &Sha256Digest) -> Result<Option<u64>> {
    let size: Option<i64> = optional_scalar!(conn, "SELECT size FROM blobs WHERE sha256 = $1", sha256.as_bytes().as_slice())?;
    Ok(size.map(unsigned))
}

/// A blob and where it lies; nothing when the registry does not have it.
pub(crate) async fn get(conn: &mut Conn, blob: &Sha256Digest) -> Result<Option<StoredBlob>> {
    let row: Option<(i64, String)> =
        optional_row!(conn, "SELECT size, storage FROM blobs WHERE sha256 = $1", blob.as_bytes().as_slice())?;
    let Some((size, place)) = row else { return Ok(None) };
    Ok(Some(StoredBlob { sha256: *blob, size: unsigned(size), place: parsed(&place)? }))
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
