//! Refs.

use domain::{
    PackageId,
    listing::RefSummary,
    refs::{RefKind, RefName},
};
use sqlx::FromRow;
use time::OffsetDateTime;

use super::{Conn, execute, optional_scalar, parsed, revision_id, rows};
use crate::Result;

#[derive(FromRow)]
struct RefRow {
    kind: String,
    name: String,
    revision: Vec<u8>,
    updated_at: OffsetDateTime,
}

impl RefRow {
    fn summary(self) -> sqlx::Result<RefSummary> {
        Ok(RefSummary {
            kind: parsed(&self.kind)?,
            name: self.name,
            revision: revision_id(&self.revision)?,
            updated_at: self.updated_at,
        })
    }
}

/// Where a name points: the place of the revision. Branches win over tags, tags over aliases, unless the kind is said.
pub(crate) async fn resolve(conn: &mut Conn, package: PackageId, kind: Option<RefKind>, name: &RefName) -> Result<Option<i64>> {
    Ok(optional_scalar!(
        conn,
        "SELECT revision_seq FROM refs WHERE package_id = $1 AND name = $2 AND kind IN ('branch', 'tag', 'alias')
         AND ($3 IS NULL OR kind = $3) ORDER BY CASE kind WHEN 'branch' THEN 0 WHEN 'tag' THEN 1 ELSE 2 END LIMIT 1",
        package.0,
        name.as_str(),
        kind.map(RefKind::as_str)
    )?)
}

/// The refs of one kind, those of the newest revisions first.
pub(crate) async fn newest(conn: &mut Conn, package: PackageId, kind: RefKind, limit: u32) -> Result<Vec<RefSummary>> {
    let rows: Vec<RefRow> = rows!(
        conn,
        "SELECT refs.kind, refs.name, revisions.id AS revision, refs.updated_at
         FROM refs JOIN revisions ON revisions.seq = refs.revision_seq
         WHERE refs.package_id = $1 AND refs.kind = $2 ORDER BY refs.revision_seq DESC LIMIT $3",
        package.0,
        kind.as_str(),
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(RefRow::summary).collect::<sqlx::Result<_>>()?)
}

/// The refs that point at a revision; the first 50.
pub(crate) async fn of_revision(conn: &mut Conn, revision_seq: i64) -> Result<Vec<RefSummary>> {
    let rows: Vec<RefRow> = rows!(
        conn,
        "SELECT refs.kind, refs.name, revisions.id AS revision, refs.updated_at
         FROM refs JOIN revisions ON revisions.seq = refs.revision_seq
         WHERE refs.revision_seq = $1 ORDER BY refs.kind, refs.name LIMIT 50",
        revision_seq
    )?;
    Ok(rows.into_iter().map(RefRow::summary).collect::<sqlx::Result<_>>()?)
}

/// Points a branch at a revision; it is made when missing.
pub(crate) async fn move_branch(
    conn: &mut Conn,
    package: PackageId,
    name: &RefName,
    revision_seq: i64,
    at: OffsetDateTime,
) -> Result<()> {
    execute!(conn, "INSERT INTO refs (package_id, kind, name, revision_seq, updated_at) VALUES ($1, 'branch', $2, $3, $4)
         ON CONFLICT (package_id, kind, name) DO UPDATE SET revision_seq = excluded.revision_seq, updated_at = excluded.updated_at", package.0, name.as_str(), revision_seq, at)?;
    Ok(())
}

/// Makes a tag; false when there is one of this name. Tags never move.
pub(crate) async fn insert_tag(
    conn: &mut Conn,
    package: PackageId,
    name: &RefName,
    revision_seq: i64,
    at: OffsetDateTime,
) -> Result<bool> {
    let done = execute!(
        conn,
        "INSERT INTO refs (package_id, kind, name, revision_seq, updated_at) VALUES ($1, 'tag', $2, $3, $4)
         ON CONFLICT (package_id, kind, name) DO NOTHING",
        package.0,
        name.as_str(),
        revision_seq,
        at
    )?;
    Ok(done == 1)
}
