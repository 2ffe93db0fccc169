//! The edges that packages have. Walks along them are in `walks.rs`.

use std::collections::HashSet;

use domain::{PackageId, PackageKind, lineage::Edge};
use sqlx::FromRow;

use super::{Conn, execute, insert_all, optional_scalar, parsed, row, rows, unsigned};
use crate::Result;

#[derive(FromRow)]
struct EdgeRow {
    relation: String,
    target: String,
    in_files: bool,
    by_hand: String,
}

/// Notes what the files of a new head of `main` say, in the place of what those of the old one said. What was added or removed by
/// hand stays so. The package must be locked.
pub(crate) async fn replace_in_files(conn: &mut Conn, package: PackageId, kind: PackageKind, edges: &[Edge]) -> Result<()> {
    let known: Vec<EdgeRow> =
        rows!(conn, "SELECT relation, target, in_files, by_hand FROM lineage WHERE package_id = $1", package.0)?;
    let key = |edge: &Edge| (edge.relation, edge.target.key());
    let now: HashSet<_> = edges.iter().map(key).collect();
    let mut before = HashSet::new();
    for row in known {
        let edge = Edge { relation: parsed(&row.relation)?, target: parsed(&row.target)? };
        let is_told = now.contains(&key(&edge));
        if is_told != row.in_files {
            tell(conn, package, &edge, is_told, &row.by_hand).await?;
        }
        before.insert(key(&edge));
    }
    let new: Vec<_> = edges
        .iter()
        .filter(|edge| !before.contains(&key(edge)))
        .filter_map(|edge| Some((edge, edge.relation.target_kind(kind)?, edge.target.key())))
        .collect();
    insert_all!(
        conn,
        "INSERT INTO lineage (package_id, relation, target_kind, target_namespace, target_name, target, in_files, by_hand) ",
        new,
        |row| [
            package.0,
            row.0.relation.as_str(),
            row.1.as_str(),
            row.2.0.as_str(),
            row.2.1.as_str(),
            row.0.target.to_string(),
            true,
            "untouched"
        ]
    )?;
    Ok(())
}

/// Notes whether files name an edge that is known.
async fn tell(conn: &mut Conn, package: PackageId, edge: &Edge, is_told: bool, by_hand: &str) -> Result<()> {
    let (namespace, name) = edge.target.key();
    if is_told || by_hand != "untouched" {
        execute!(
            conn,
            "UPDATE lineage SET in_files = $5
             WHERE package_id = $1 AND relation = $2 AND target_namespace = $3 AND target_name = $4",
            package.0,
            edge.relation.as_str(),
            namespace,
            name,
            is_told
        )?;
    } else {
        delete(conn, package, edge).await?;
    }
    Ok(())
}

async fn delete(conn: &mut Conn, package: PackageId, edge: &Edge) -> Result<()> {
    let (namespace, name) = edge.target.key();
    execute!(
        conn,
        "DELETE FROM lineage WHERE package_id = $1 AND relation = $2 AND target_namespace = $3 AND target_name = $4",
        package.0,
        edge.relation.as_str(),
        namespace,
        name
    )?;
    Ok(())
}

/// Adds an edge by hand, or keeps one that the files name; false when it was added before.
pub(crate) async fn add_by_hand(conn: &mut Conn, package: PackageId, edge: &Edge, target_kind: PackageKind) -> Result<bool> {
    let (namespace, name) = edge.target.key();
    let done = execute!(
        conn,
        "INSERT INTO lineage (package_id, relation, target_kind, target_namespace, target_name, target, in_files, by_hand)
         VALUES ($1, $2, $3, $4, $5, $6, FALSE, 'added')
         ON CONFLICT (package_id, relation, target_namespace, target_name) DO UPDATE SET by_hand = 'added'
         WHERE lineage.by_hand <> 'added'",
        package.0,
        edge.relation.as_str(),
        target_kind.as_str(),
        namespace,
        name,
        edge.target.to_string()
    )?;
    Ok(done == 1)
}

/// Removes an edge; false when there is none. One that the files name stays away also when they name it again. The package must be
/// locked.
pub(crate) async fn remove_by_hand(conn: &mut Conn, package: PackageId, edge: &Edge) -> Result<bool> {
    let (namespace, name) = edge.target.key();
    let in_files: Option<bool> = optional_scalar!(
        conn,
        "SELECT in_files FROM lineage WHERE package_id = $1 AND relation = $2 AND target_namespace = $3 AND target_name = $4
         AND by_hand <> 'removed'",
        package.0,
        edge.relation.as_str(),
        &namespace,
        &name
    )?;
    let Some(in_files) = in_files else { return Ok(false) };
    if in_files {
        execute!(
            conn,
            "UPDATE lineage SET by_hand = 'removed'
             WHERE package_id = $1 AND relation = $2 AND target_namespace = $3 AND target_name = $4",
            package.0,
            edge.relation.as_str(),
            namespace,
            name
        )?;
    } else {
        delete(conn, package, edge).await?;
    }
    Ok(true)
}

/// How many edges of a package were added by hand, and how many of what its files say were taken back.
pub(crate) async fn count_by_hand(conn: &mut Conn, package: PackageId) -> Result<(u64, u64)> {
    let (added, removed): (i64, i64) = row!(
        conn,
        "SELECT coalesce(sum(CASE by_hand WHEN 'added' THEN 1 ELSE 0 END), 0),
                coalesce(sum(CASE by_hand WHEN 'removed' THEN 1 ELSE 0 END), 0)
         FROM lineage WHERE package_id = $1",
        package.0
    )?;
    Ok((unsigned(added), unsigned(removed)))
}
