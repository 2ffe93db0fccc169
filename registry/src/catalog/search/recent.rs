//! The index of recent packages, on PostgreSQL: what `package_words` says of those that were changed last, in a small table of its own.
//!
//! PostgreSQL's index of words tells what has two words by going through the list of one of them, however few of the newest packages are
//! wanted. In a table of some ten thousand packages the lists are short, and most pages are filled from it.

use domain::PackageId;
use time::OffsetDateTime;

use crate::{
    Result,
    catalog::{Conn, execute, scalar},
};

/// How many packages it keeps at least, if there are as many.
pub(super) const KEPT: i64 = 32_768;

/// Notes what `package_words` says of a package now, if it is one of the recent.
pub(super) async fn note(conn: &mut Conn, id: PackageId, updated_at: OffsetDateTime) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO package_words_recent (package_id, updated_at, words)
         SELECT package_id, updated_at, words FROM package_words
         WHERE package_id = $1 AND $2 >= (SELECT since FROM package_words_recent_since)
         ON CONFLICT (package_id) DO UPDATE SET updated_at = excluded.updated_at, words = excluded.words",
        id.0,
        updated_at
    )?;
    Ok(())
}

/// Takes a package out.
pub(super) async fn forget(conn: &mut Conn, id: PackageId) -> Result<()> {
    execute!(conn, "DELETE FROM package_words_recent WHERE package_id = $1", id.0)?;
    Ok(())
}

/// Takes out what is not recent any more, once there are twice as many as are kept.
pub(crate) async fn sweep(conn: &mut Conn) -> Result<()> {
    let Conn::Postgres(_) = conn else { return Ok(()) };
    let noted: i64 = scalar!(conn, "SELECT count(*) FROM package_words_recent")?;
    if noted < 2 * KEPT { Ok(()) } else { narrow(conn).await }
}

/// Takes out all but the newest that are kept, and notes no other from now on.
pub(crate) async fn narrow(conn: &mut Conn) -> Result<()> {
    let Conn::Postgres(_) = conn else { return Ok(()) };
    // what is noted meanwhile is newer than this and stays, for its own moment is looked at; an older package that is indexed anew
    // meanwhile stays as well, and is not asked for
    execute!(
        conn,
        "UPDATE package_words_recent_since SET since = greatest(since, (SELECT updated_at FROM packages
         ORDER BY updated_at DESC, id DESC LIMIT 1 OFFSET $1))",
        KEPT - 1
    )?;
    execute!(conn, "DELETE FROM package_words_recent WHERE updated_at < (SELECT since FROM package_words_recent_since)")?;
    Ok(())
}
