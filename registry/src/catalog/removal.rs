//! Packages that were deleted: marked, brought back, purged.

use domain::{PackageId, PackageRef, lifecycle::DeletedPackage};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, packages::package_ref, rows, scalars};
use crate::Result;

#[derive(FromRow)]
struct DeletedRow {
    id: Uuid,
    kind: String,
    namespace: String,
    name: String,
    deleted_at: OffsetDateTime,
    deleted_by: String,
    purge_at: OffsetDateTime,
    is_purging: bool,
}

impl DeletedRow {
    fn deleted(self) -> sqlx::Result<(PackageId, DeletedPackage)> {
        let deleted = DeletedPackage {
            package: package_ref(&self.kind, &self.namespace, &self.name)?,
            deleted_at: self.deleted_at,
            deleted_by: self.deleted_by,
            purge_at: self.purge_at,
            is_purging: self.is_purging,
        };
        Ok((PackageId(self.id), deleted))
    }
}

macro_rules! select_deleted {
    ($rest:literal) => {
        concat!(
            "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, deleted_at, deleted_by, purge_at, is_purging
             FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id WHERE deleted_at IS NOT NULL AND ",
            $rest
        )
    };
}

/// Where a page of deleted packages ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    pub(crate) purge_at: OffsetDateTime,
    pub(crate) id: Uuid,
}

impl Position {
    /// Whether a catalog could hold such values: a forged moment may be one that cannot be bound to a query.
    pub(crate) fn is_plausible(&self) -> bool {
        self.purge_at.offset().is_utc() && (1..=9999).contains(&self.purge_at.year())
    }
}

/// Deleted packages, of one namespace or of all, those that were deleted last first, after `after`.
pub(crate) async fn list(
    conn: &mut Conn,
    namespace: Option<Uuid>,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<(PackageId, DeletedPackage)>> {
    const LAST_MOMENT: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59 UTC);
    let after = after.unwrap_or(Position { purge_at: LAST_MOMENT, id: Uuid::max() });
    // two statements: PostgreSQL has no index for “this one or any”
    let rows: Vec<DeletedRow> = match namespace {
        Some(namespace) => rows!(
            conn,
            select_deleted!(
                "packages.namespace_id = $1 AND (purge_at, packages.id) < ($2, $3)
                 ORDER BY purge_at DESC, packages.id DESC LIMIT $4"
            ),
            namespace,
            after.purge_at,
            after.id,
            i64::from(limit)
        )?,
        None => rows!(
            conn,
            select_deleted!("(purge_at, packages.id) < ($1, $2) ORDER BY purge_at DESC, packages.id DESC LIMIT $3"),
            after.purge_at,
            after.id,
            i64::from(limit)
        )?,
    };
    Ok(rows.into_iter().map(DeletedRow::deleted).collect::<sqlx::Result<_>>()?)
}

/// A deleted package by its name, whatever its case.
pub(crate) async fn find(conn: &mut Conn, package: &PackageRef) -> Result<Option<(PackageId, DeletedPackage)>> {
    let row: Option<DeletedRow> = optional_row!(
        conn,
        select_deleted!("packages.kind = $1 AND namespaces.name_key = $2 AND packages.name_key = $3"),
        package.kind.as_str(),
        package.namespace.key(),
        package.name.key()
    )?;
    Ok(row.map(DeletedRow::deleted).transpose()?)
}

/// Marks a package as deleted; false when it was already.
pub(crate) async fn mark(conn: &mut Conn, id: PackageId, by: &str, at: OffsetDateTime, purge_at: OffsetDateTime) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE packages SET deleted_at = $2, deleted_by = $3, purge_at = $4 WHERE id = $1 AND deleted_at IS NULL",
        id.0,
        at,
        by,
        purge_at
    )?;
    Ok(done == 1)
}

/// Brings a package back; false when it is not deleted, or is being purged.
pub(crate) async fn unmark(conn: &mut Conn, id: PackageId) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE packages SET deleted_at = NULL, deleted_by = NULL, purge_at = NULL
         WHERE id = $1 AND deleted_at IS NOT NULL AND NOT is_purging",
        id.0
    )?;
    Ok(done == 1)
}

/// Has all deleted packages whose purge has not begun wait until this moment, unless they wait longer; how many had to.
pub(crate) async fn postpone(conn: &mut Conn, purge_at: OffsetDateTime) -> Result<u64> {
    Ok(execute!(
        conn,
        "UPDATE packages SET purge_at = $1 WHERE deleted_at IS NOT NULL AND NOT is_purging AND purge_at < $1",
        purge_at
    )?)
}

/// Whether a package is deleted or gone.
pub(crate) async fn is_deleted(conn: &mut Conn, id: PackageId) -> Result<bool> {
    let alive: Option<(i32,)> = optional_row!(conn, "SELECT 1 FROM packages WHERE id = $1 AND deleted_at IS NULL", id.0)?;
    Ok(alive.is_none())
}

/// Some packages whose time is over, those that have waited longest first.
pub(crate) async fn due(conn: &mut Conn, now: OffsetDateTime, limit: u32) -> Result<Vec<PackageId>> {
    let ids: Vec<Uuid> = scalars!(
        conn,
        "SELECT id FROM packages WHERE deleted_at IS NOT NULL AND purge_at <= $1 ORDER BY purge_at LIMIT $2",
        now,
        i64::from(limit)
    )?;
    Ok(ids.into_iter().map(PackageId).collect())
}

/// Begins the purge of a package and locks it; false when it was brought back or is gone. From here on there is no way back.
pub(crate) async fn begin_purge(conn: &mut Conn, id: PackageId, now: OffsetDateTime) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE packages SET is_purging = TRUE WHERE id = $1 AND deleted_at IS NOT NULL AND purge_at <= $2",
        id.0,
        now
    )?;
    Ok(done == 1)
}

/// Removes some of what points at revisions of a package; how many.
pub(crate) async fn purge_refs(conn: &mut Conn, id: PackageId, limit: u32) -> Result<u64> {
    let refs = execute!(
        conn,
        "DELETE FROM refs WHERE package_id = $1 AND (kind, name) IN
         (SELECT kind, name FROM refs WHERE package_id = $1 ORDER BY kind, name LIMIT $2)",
        id.0,
        i64::from(limit)
    )?;
    let moves = execute!(
        conn,
        "DELETE FROM alias_moves WHERE seq IN
         (SELECT seq FROM alias_moves WHERE package_id = $1 ORDER BY alias, seq LIMIT $2)",
        id.0,
        i64::from(limit)
    )?;
    Ok(refs + moves)
}

/// Some revisions of a package.
pub(crate) async fn some_revisions(conn: &mut Conn, id: PackageId, limit: u32) -> Result<Vec<i64>> {
    Ok(scalars!(conn, "SELECT seq FROM revisions WHERE package_id = $1 ORDER BY seq DESC LIMIT $2", id.0, i64::from(limit))?)
}

/// Removes some files of a revision; how many.
pub(crate) async fn purge_entries(conn: &mut Conn, revision_seq: i64, limit: u32) -> Result<u64> {
    Ok(execute!(
        conn,
        "DELETE FROM entries WHERE revision_seq = $1 AND path IN
         (SELECT path FROM entries WHERE revision_seq = $1 ORDER BY path LIMIT $2)",
        revision_seq,
        i64::from(limit)
    )?)
}

/// Removes a revision that has no files any more, with its jobs and their reports.
pub(crate) async fn purge_revision(conn: &mut Conn, revision_seq: i64) -> Result<()> {
    execute!(conn, "DELETE FROM reports WHERE revision_seq = $1", revision_seq)?;
    execute!(conn, "DELETE FROM jobs WHERE revision_seq = $1", revision_seq)?;
    execute!(conn, "DELETE FROM revisions WHERE seq = $1", revision_seq)?;
    Ok(())
}

/// Removes a package that has no revisions any more: its name is free then.
pub(crate) async fn purge_package(conn: &mut Conn, id: PackageId) -> Result<()> {
    super::search::index::forget(conn, id).await?;
    execute!(conn, "DELETE FROM alias_protections WHERE package_id = $1", id.0)?;
    execute!(conn, "DELETE FROM package_topics WHERE package_id = $1", id.0)?;
    execute!(conn, "DELETE FROM package_redirects WHERE package_id = $1", id.0)?;
    execute!(conn, "DELETE FROM packages WHERE id = $1", id.0)?;
    Ok(())
}
