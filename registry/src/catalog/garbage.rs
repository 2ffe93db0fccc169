//! Blobs that nothing needs: seen and marked, removed once they have been marked for long enough.
//!
//! What is marked may be needed again a moment later. So whoever removes a blob locks it and then looks again, and whoever counts on
//! a blob that is there notes so first and then locks it (`holds.rs`): one of the two comes second, and sees what the other did.

use domain::Sha256Digest;
use time::OffsetDateTime;

use super::{Conn, execute, on_either, optional_row, optional_scalar, parsed, row, scalar, scalars, sha256, unsigned};
use crate::{Result, blobs::Place};

/// What needs a blob: a file of a revision, an upload that is open, a command that brings it in. Reports hold no bytes of their own.
macro_rules! needed {
    () => {
        "(EXISTS (SELECT 1 FROM entries WHERE entries.sha256 = blobs.sha256)
          OR EXISTS (SELECT 1 FROM upload_files WHERE upload_files.sha256 = blobs.sha256)
          OR EXISTS (SELECT 1 FROM blob_holds WHERE blob_holds.sha256 = blobs.sha256))"
    };
}

/// How many blobs are looked at in one statement, as SQL has it.
const PAGE: i64 = 1000;
/// Not below any digest.
const LAST: [u8; 32] = [0xff; 32];

/// A range of digests: all of them, page after page.
pub(crate) struct Range {
    after: Vec<u8>,
    until: Vec<u8>,
}

impl Range {
    /// The first page.
    pub(crate) async fn first(conn: &mut Conn) -> Result<Self> {
        Self::after(conn, Vec::new()).await
    }

    /// The page after this one; nothing when this was the last.
    pub(crate) async fn next(self, conn: &mut Conn) -> Result<Option<Self>> {
        if self.until == LAST { Ok(None) } else { Self::after(conn, self.until).await.map(Some) }
    }

    async fn after(conn: &mut Conn, after: Vec<u8>) -> Result<Self> {
        let until: Option<Vec<u8>> = optional_scalar!(
            conn,
            "SELECT sha256 FROM blobs WHERE sha256 > $1 ORDER BY sha256 LIMIT 1 OFFSET $2",
            after.as_slice(),
            PAGE - 1
        )?;
        Ok(Self { after, until: until.unwrap_or(LAST.to_vec()) })
    }
}

/// Marks the blobs of a range that nothing needs, unless they are marked already, and takes the mark from those that are needed.
pub(crate) async fn mark(conn: &mut Conn, range: &Range, at: OffsetDateTime) -> Result<()> {
    execute!(
        conn,
        concat!(
            "UPDATE blobs SET unused_since = NULL WHERE sha256 > $1 AND sha256 <= $2 AND unused_since IS NOT NULL AND ",
            needed!()
        ),
        range.after.as_slice(),
        range.until.as_slice()
    )?;
    execute!(
        conn,
        concat!(
            "UPDATE blobs SET unused_since = $3 WHERE sha256 > $1 AND sha256 <= $2 AND unused_since IS NULL AND NOT ",
            needed!()
        ),
        range.after.as_slice(),
        range.until.as_slice(),
        at
    )?;
    Ok(())
}

/// How many blobs something is true of, and their bytes together.
pub(crate) type Extent = (u64, u64);

/// The blobs of a range that nothing needs: all of them, and those that were marked until `before`.
pub(crate) async fn unused(conn: &mut Conn, range: &Range, before: OffsetDateTime) -> Result<(Extent, Extent)> {
    let (count, bytes, due, due_bytes): (i64, i64, i64, i64) = row!(
        conn,
        concat!(
            "SELECT count(*), CAST(coalesce(sum(size), 0) AS bigint),
                    count(*) FILTER (WHERE unused_since <= $3),
                    CAST(coalesce(sum(size) FILTER (WHERE unused_since <= $3), 0) AS bigint)
             FROM blobs WHERE sha256 > $1 AND sha256 <= $2 AND NOT ",
            needed!()
        ),
        range.after.as_slice(),
        range.until.as_slice(),
        before
    )?;
    Ok(((unsigned(count), unsigned(bytes)), (unsigned(due), unsigned(due_bytes))))
}

/// All blobs that are marked.
pub(crate) async fn marked(conn: &mut Conn) -> Result<Extent> {
    let (count, bytes): (i64, i64) =
        row!(conn, "SELECT count(*), CAST(coalesce(sum(size), 0) AS bigint) FROM blobs WHERE unused_since IS NOT NULL")?;
    Ok((unsigned(count), unsigned(bytes)))
}

/// Some blobs that were marked until `before`, those marked first first.
pub(crate) async fn due(conn: &mut Conn, before: OffsetDateTime) -> Result<Vec<Sha256Digest>> {
    let digests: Vec<Vec<u8>> =
        scalars!(conn, "SELECT sha256 FROM blobs WHERE unused_since <= $1 ORDER BY unused_since, sha256 LIMIT $2", before, PAGE)?;
    Ok(digests.iter().map(|digest| sha256(digest)).collect::<sqlx::Result<_>>()?)
}

/// Forgets a blob that was marked until `before` and that nothing needs; where it lies, and its bytes. One that is needed after all
/// loses its mark.
pub(crate) async fn remove(conn: &mut Conn, blob: &Sha256Digest, before: OffsetDateTime) -> Result<Option<(Place, u64)>> {
    let digest = blob.as_bytes().as_slice();
    if let Conn::Postgres(_) = conn {
        // an update that changes nothing would not wait for those who refer to the row
        let _: Option<i32> = optional_scalar!(conn, "SELECT 1 FROM blobs WHERE sha256 = $1 FOR UPDATE", digest)?;
    }
    execute!(conn, concat!("UPDATE blobs SET unused_since = NULL WHERE sha256 = $1 AND ", needed!()), digest)?;
    let removed: Option<(String, i64)> = optional_row!(
        conn,
        concat!("DELETE FROM blobs WHERE sha256 = $1 AND unused_since <= $2 AND NOT ", needed!(), " RETURNING storage, size"),
        digest,
        before
    )?;
    Ok(removed.map(|(place, size)| Ok::<_, sqlx::Error>((parsed(&place)?, unsigned(size)))).transpose()?)
}

/// Which of these the registry has, as blobs; in any order.
pub(crate) async fn known(conn: &mut Conn, blobs: &[Sha256Digest]) -> Result<Vec<(Sha256Digest, Place)>> {
    let mut known = Vec::new();
    for chunk in blobs.chunks(super::conn::ROWS_AT_ONCE) {
        let rows: Vec<(Vec<u8>, String)> = on_either!(conn, |conn| {
            let mut statement = sqlx::QueryBuilder::new("SELECT sha256, storage FROM blobs WHERE sha256 IN (");
            let mut list = statement.separated(", ");
            for blob in chunk {
                list.push_bind(blob.as_bytes().as_slice());
            }
            statement.push(")");
            async move { statement.build_query_as().persistent(false).fetch_all(conn).await }
        })?;
        for (digest, place) in rows {
            known.push((sha256(&digest)?, parsed(&place)?));
        }
    }
    Ok(known)
}

/// Whether a file of the folder is a blob, or may become one: somebody has sent it, and the catalog does not know yet.
pub(crate) async fn is_wanted(conn: &mut Conn, blob: &Sha256Digest) -> Result<bool> {
    Ok(scalar!(
        conn,
        "SELECT EXISTS (SELECT 1 FROM blobs WHERE sha256 = $1)
             OR EXISTS (SELECT 1 FROM upload_files WHERE sha256 = $1)
             OR EXISTS (SELECT 1 FROM blob_holds WHERE sha256 = $1)",
        blob.as_bytes().as_slice()
    )?)
}
