//! Refs.

use std::collections::HashMap;

use domain::{
    PackageId,
    listing::RefSummary,
    refs::{DEFAULT_BRANCH, RefKind, RefName},
    version,
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, revision_id, rows};
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

/// The refs of one kind in their order, after the one of the name `after`: `main` first of the branches, the highest version first
/// of the tags, then by name.
pub(crate) async fn in_order(
    conn: &mut Conn,
    package: PackageId,
    kind: RefKind,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<RefSummary>> {
    let rows: Vec<RefRow> = rows!(
        conn,
        "SELECT refs.kind, refs.name, revisions.id AS revision, refs.updated_at
         FROM refs JOIN revisions ON revisions.seq = refs.revision_seq
         WHERE refs.package_id = $1 AND refs.kind = $2 AND (refs.order_key, refs.name) > ($3, $4)
         ORDER BY refs.order_key, refs.name LIMIT $5",
        package.0,
        kind.as_str(),
        after.map(|after| order_key(kind, after)).unwrap_or_default(),
        after.unwrap_or_default(),
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(RefRow::summary).collect::<sqlx::Result<_>>()?)
}

/// A ref by its kind and its name.
pub(crate) async fn find(conn: &mut Conn, package: PackageId, kind: RefKind, name: &RefName) -> Result<Option<RefSummary>> {
    let row: Option<RefRow> = optional_row!(
        conn,
        "SELECT refs.kind, refs.name, revisions.id AS revision, refs.updated_at
         FROM refs JOIN revisions ON revisions.seq = refs.revision_seq
         WHERE refs.package_id = $1 AND refs.kind = $2 AND refs.name = $3",
        package.0,
        kind.as_str(),
        name.as_str()
    )?;
    Ok(row.map(RefRow::summary).transpose()?)
}

/// What the refs of one kind are sorted by before their names.
fn order_key(kind: RefKind, name: &str) -> Vec<u8> {
    match kind {
        RefKind::Branch => vec![u8::from(name != DEFAULT_BRANCH)],
        RefKind::Tag => version::order_key(name),
        RefKind::Alias => Vec::new(),
    }
}

/// Some tags that have no place among the versions yet.
pub(crate) async fn without_order(conn: &mut Conn, limit: u32) -> Result<Vec<(PackageId, String)>> {
    let rows: Vec<(Uuid, String)> = rows!(
        conn,
        "SELECT package_id, name FROM refs WHERE kind = 'tag' AND length(order_key) = 0 ORDER BY package_id, name LIMIT $1",
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(|(package, name)| (PackageId(package), name)).collect())
}

/// Gives a tag its place among the versions.
pub(crate) async fn set_order(conn: &mut Conn, package: PackageId, tag: &str) -> Result<()> {
    execute!(
        conn,
        "UPDATE refs SET order_key = $3 WHERE package_id = $1 AND kind = 'tag' AND name = $2",
        package.0,
        tag,
        order_key(RefKind::Tag, tag)
    )?;
    Ok(())
}

/// The refs that point at the revisions of a package from one to another, by their places; the first 50 of each.
pub(crate) async fn of_revisions(
    conn: &mut Conn,
    package: PackageId,
    from: i64,
    to: i64,
) -> Result<HashMap<i64, Vec<RefSummary>>> {
    #[derive(FromRow)]
    struct Row {
        seq: i64,
        #[sqlx(flatten)]
        row: RefRow,
    }
    // from the revisions on: between these places lie those of other packages, too
    let rows: Vec<Row> = rows!(
        conn,
        "SELECT seq, kind, name, revision, updated_at FROM (
             SELECT revisions.seq, revisions.id AS revision, refs.kind, refs.name, refs.updated_at,
                    row_number() OVER (PARTITION BY revisions.seq ORDER BY refs.kind, refs.name) AS number
             FROM revisions JOIN refs ON refs.revision_seq = revisions.seq
             WHERE revisions.package_id = $1 AND revisions.seq BETWEEN $2 AND $3) AS found
         WHERE number <= 50 ORDER BY seq, kind, name",
        package.0,
        from,
        to
    )?;
    let mut refs: HashMap<i64, Vec<RefSummary>> = HashMap::new();
    for Row { seq, row } in rows {
        refs.entry(seq).or_default().push(row.summary()?);
    }
    Ok(refs)
}

/// Points a branch at a revision; it is made when missing.
pub(crate) async fn move_branch(
    conn: &mut Conn,
    package: PackageId,
    name: &RefName,
    revision_seq: i64,
    at: OffsetDateTime,
) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO refs (package_id, kind, name, revision_seq, updated_at, order_key) VALUES ($1, 'branch', $2, $3, $4, $5)
         ON CONFLICT (package_id, kind, name) DO UPDATE SET revision_seq = excluded.revision_seq, updated_at = excluded.updated_at",
        package.0,
        name.as_str(),
        revision_seq,
        at,
        order_key(RefKind::Branch, name.as_str())
    )?;
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
        "INSERT INTO refs (package_id, kind, name, revision_seq, updated_at, order_key) VALUES ($1, 'tag', $2, $3, $4, $5)
         ON CONFLICT (package_id, kind, name) DO NOTHING",
        package.0,
        name.as_str(),
        revision_seq,
        at,
        order_key(RefKind::Tag, name.as_str())
    )?;
    Ok(done == 1)
}

/// What a name is already, if it is not of this kind: a name means one thing.
pub(crate) async fn other_kind(conn: &mut Conn, package: PackageId, kind: RefKind, name: &RefName) -> Result<Option<RefKind>> {
    let found: Option<String> = optional_scalar!(
        conn,
        "SELECT kind FROM refs WHERE package_id = $1 AND kind IN ('branch', 'tag', 'alias') AND kind <> $2 AND name = $3 LIMIT 1",
        package.0,
        kind.as_str(),
        name.as_str()
    )?;
    Ok(found.as_deref().map(parsed).transpose()?)
}

/// Removes a branch.
pub(crate) async fn remove_branch(conn: &mut Conn, package: PackageId, name: &RefName) -> Result<()> {
    execute!(conn, "DELETE FROM refs WHERE package_id = $1 AND kind = 'branch' AND name = $2", package.0, name.as_str())?;
    Ok(())
}
