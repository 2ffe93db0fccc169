//! How often packages and revisions were downloaded.
//!
//! A count that many raise at the same moment is kept in shares: each raises one by chance, and the sum is the count. So nobody waits
//! for whoever downloads the same, and no download is lost. What packages are sorted by is the sum on their rows, which the servers
//! bring up to date every so often.

use std::collections::BTreeMap;

use domain::PackageId;
use uuid::Uuid;

use super::{Conn, execute, scalar, scalars, signed_small, unsigned};
use crate::Result;

/// How many shares a count has: about as many as download at the very same moment.
const SHARES: u32 = 16;

/// What a download is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Downloaded {
    pub(crate) package: PackageId,
    pub(crate) revision_seq: i64,
}

/// Counts downloads: in the change in which they are recorded, as the last thing. What was purged meanwhile is not counted.
pub(crate) async fn count(conn: &mut Conn, downloads: impl Iterator<Item = Downloaded> + Send) -> Result<()> {
    let mut counts: BTreeMap<Downloaded, i64> = BTreeMap::new();
    for of in downloads {
        *counts.entry(of).or_default() += 1;
    }
    // one share for all, raised in one order: changes that wait for each other do not do so in a circle
    let share = signed_small(getrandom::u32().unwrap_or_default() % SHARES);
    for (of, downloads) in counts {
        execute!(
            conn,
            "INSERT INTO revision_downloads (revision_seq, share, downloads) SELECT seq, $2, $3 FROM revisions WHERE seq = $1
             ON CONFLICT (revision_seq, share) DO UPDATE SET downloads = revision_downloads.downloads + excluded.downloads",
            of.revision_seq,
            share,
            downloads
        )?;
        execute!(
            conn,
            "INSERT INTO package_downloads (package_id, share, downloads, is_summed)
             SELECT id, $2, $3, FALSE FROM packages WHERE id = $1
             ON CONFLICT (package_id, share) DO UPDATE
             SET downloads = package_downloads.downloads + excluded.downloads, is_summed = FALSE",
            of.package.0,
            share,
            downloads
        )?;
    }
    Ok(())
}

/// Some packages with downloads that are not in their sums, by their ids, after `after`.
pub(crate) async fn to_sum(conn: &mut Conn, after: PackageId, limit: u32) -> Result<Vec<PackageId>> {
    let ids: Vec<Uuid> = scalars!(
        conn,
        "SELECT DISTINCT package_id FROM package_downloads WHERE NOT is_summed AND package_id > $1 ORDER BY package_id LIMIT $2",
        after.0,
        i64::from(limit)
    )?;
    Ok(ids.into_iter().map(PackageId).collect())
}

/// Brings the sum of a package's downloads, by which packages are sorted, up to date.
pub(crate) async fn sum(conn: &mut Conn, package: PackageId) -> Result<()> {
    super::packages::lock(conn, package).await?;
    // a share that is raised from here on waits, and is to be summed again
    execute!(conn, "UPDATE package_downloads SET is_summed = TRUE WHERE package_id = $1 AND NOT is_summed", package.0)?;
    execute!(
        conn,
        "UPDATE packages SET downloads = (
             SELECT CAST(coalesce(sum(downloads), 0) AS bigint) FROM package_downloads WHERE package_id = packages.id) WHERE id = $1",
        package.0
    )?;
    Ok(())
}

/// The downloads of all revisions of a package.
pub(crate) async fn of_package(conn: &mut Conn, package: PackageId) -> Result<u64> {
    let count: i64 = scalar!(
        conn,
        "SELECT CAST(coalesce(sum(downloads), 0) AS bigint) FROM package_downloads WHERE package_id = $1",
        package.0
    )?;
    Ok(unsigned(count))
}

/// The downloads of a revision.
pub(crate) async fn of_revision(conn: &mut Conn, revision_seq: i64) -> Result<u64> {
    let count: i64 = scalar!(
        conn,
        "SELECT CAST(coalesce(sum(downloads), 0) AS bigint) FROM revision_downloads WHERE revision_seq = $1",
        revision_seq
    )?;
    Ok(unsigned(count))
}
