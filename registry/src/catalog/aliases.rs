//! Aliases, their moves and their protection. The package must be locked by whoever changes them.

use domain::{
    PackageId,
    lifecycle::{AliasMove, AliasSummary, is_protected_by_default},
    refs::RefName,
};
use sqlx::FromRow;
use time::OffsetDateTime;

use super::{Conn, execute, optional_row, optional_scalar, revision_id, rows};
use crate::Result;

/// The newest move of an alias.
pub(crate) struct LastMove {
    /// Where it pointed before.
    pub(crate) from: Option<i64>,
    /// When.
    pub(crate) at: OffsetDateTime,
}

/// The newest move of an alias, if it was ever there.
pub(crate) async fn last_move(conn: &mut Conn, package: PackageId, alias: &RefName) -> Result<Option<LastMove>> {
    let row: Option<(Option<i64>, OffsetDateTime)> = optional_row!(
        conn,
        "SELECT from_seq, moved_at FROM alias_moves WHERE package_id = $1 AND alias = $2 ORDER BY seq DESC LIMIT 1",
        package.0,
        alias.as_str()
    )?;
    Ok(row.map(|(from, at)| LastMove { from, at }))
}

/// A move to be made.
pub(crate) struct Move<'a> {
    pub(crate) package: PackageId,
    pub(crate) alias: &'a RefName,
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
    pub(crate) by: &'a str,
    pub(crate) at: OffsetDateTime,
    pub(crate) reason: &'a str,
}

/// Moves, makes or removes an alias, and notes it in the history.
pub(crate) async fn apply(conn: &mut Conn, step: &Move<'_>) -> Result<()> {
    match step.to {
        Some(seq) => execute!(
            conn,
            "INSERT INTO refs (package_id, kind, name, revision_seq, updated_at) VALUES ($1, 'alias', $2, $3, $4)
             ON CONFLICT (package_id, kind, name) DO UPDATE SET revision_seq = excluded.revision_seq, updated_at = excluded.updated_at",
            step.package.0,
            step.alias.as_str(),
            seq,
            step.at
        )?,
        None => execute!(
            conn,
            "DELETE FROM refs WHERE package_id = $1 AND kind = 'alias' AND name = $2",
            step.package.0,
            step.alias.as_str()
        )?,
    };
    execute!(
        conn,
        "INSERT INTO alias_moves (package_id, alias, from_seq, to_seq, moved_by, moved_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        step.package.0,
        step.alias.as_str(),
        step.from,
        step.to,
        step.by,
        step.at,
        step.reason
    )?;
    Ok(())
}

/// Where an alias pointed at a moment: nothing when there was none.
pub(crate) async fn at(conn: &mut Conn, package: PackageId, alias: &RefName, moment: OffsetDateTime) -> Result<Option<i64>> {
    let found: Option<Option<i64>> = optional_scalar!(
        conn,
        "SELECT to_seq FROM alias_moves WHERE package_id = $1 AND alias = $2 AND moved_at <= $3
         ORDER BY moved_at DESC, seq DESC LIMIT 1",
        package.0,
        alias.as_str(),
        moment
    )?;
    Ok(found.flatten())
}

/// A move with its place in the history.
#[derive(FromRow)]
pub(crate) struct MoveRow {
    pub(crate) seq: i64,
    from_revision: Option<Vec<u8>>,
    to_revision: Option<Vec<u8>>,
    moved_by: String,
    moved_at: OffsetDateTime,
    reason: String,
}

impl MoveRow {
    pub(crate) fn summary(self) -> Result<AliasMove> {
        Ok(AliasMove {
            from: self.from_revision.as_deref().map(revision_id).transpose()?,
            to: self.to_revision.as_deref().map(revision_id).transpose()?,
            by: self.moved_by,
            at: self.moved_at,
            reason: self.reason,
        })
    }
}

/// The moves of an alias, newest first, older than `before`.
pub(crate) async fn moves(
    conn: &mut Conn,
    package: PackageId,
    alias: &RefName,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<MoveRow>> {
    Ok(rows!(
        conn,
        "SELECT alias_moves.seq, old.id AS from_revision, new.id AS to_revision, moved_by, moved_at, reason
         FROM alias_moves LEFT JOIN revisions AS old ON old.seq = from_seq LEFT JOIN revisions AS new ON new.seq = to_seq
         WHERE alias_moves.package_id = $1 AND alias = $2 AND alias_moves.seq < $3 ORDER BY alias_moves.seq DESC LIMIT $4",
        package.0,
        alias.as_str(),
        before.unwrap_or(i64::MAX),
        i64::from(limit)
    )?)
}

#[derive(FromRow)]
struct AliasRow {
    name: String,
    revision: Vec<u8>,
    updated_at: OffsetDateTime,
    is_protected: Option<bool>,
    previous: Option<Vec<u8>>,
}

impl AliasRow {
    fn summary(self) -> Result<AliasSummary> {
        Ok(AliasSummary {
            revision: revision_id(&self.revision)?,
            updated_at: self.updated_at,
            is_protected: self.is_protected.unwrap_or_else(|| is_protected_by_default(&self.name)),
            previous: self.previous.as_deref().map(revision_id).transpose()?,
            name: self.name,
        })
    }
}

macro_rules! select_aliases {
    ($rest:literal) => {
        concat!(
            "SELECT refs.name, revisions.id AS revision, refs.updated_at, alias_protections.is_protected,
                    (SELECT old.id FROM alias_moves LEFT JOIN revisions AS old ON old.seq = alias_moves.from_seq
                     WHERE alias_moves.package_id = refs.package_id AND alias_moves.alias = refs.name
                     ORDER BY alias_moves.seq DESC LIMIT 1) AS previous
             FROM refs JOIN revisions ON revisions.seq = refs.revision_seq
             LEFT JOIN alias_protections ON alias_protections.package_id = refs.package_id AND alias_protections.alias = refs.name
             WHERE refs.package_id = $1 AND refs.kind = 'alias' AND ",
            $rest
        )
    };
}

/// An alias by its name.
pub(crate) async fn find(conn: &mut Conn, package: PackageId, alias: &RefName) -> Result<Option<AliasSummary>> {
    let row: Option<AliasRow> = optional_row!(conn, select_aliases!("refs.name = $2"), package.0, alias.as_str())?;
    row.map(AliasRow::summary).transpose()
}

/// The aliases of a package by name, after `after`.
pub(crate) async fn of_package(
    conn: &mut Conn,
    package: PackageId,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<AliasSummary>> {
    let rows: Vec<AliasRow> = rows!(
        conn,
        select_aliases!("refs.name > $2 ORDER BY refs.name LIMIT $3"),
        package.0,
        after.unwrap_or_default(),
        i64::from(limit)
    )?;
    rows.into_iter().map(AliasRow::summary).collect()
}

/// Whether an alias is protected, whether or not it is there.
pub(crate) async fn is_protected(conn: &mut Conn, package: PackageId, alias: &RefName) -> Result<bool> {
    let said: Option<bool> = optional_scalar!(
        conn,
        "SELECT is_protected FROM alias_protections WHERE package_id = $1 AND alias = $2",
        package.0,
        alias.as_str()
    )?;
    Ok(said.unwrap_or_else(|| is_protected_by_default(alias.as_str())))
}

/// Says whether an alias is protected.
pub(crate) async fn protect(conn: &mut Conn, package: PackageId, alias: &RefName, is_protected: bool) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO alias_protections (package_id, alias, is_protected) VALUES ($1, $2, $3)
         ON CONFLICT (package_id, alias) DO UPDATE SET is_protected = excluded.is_protected",
        package.0,
        alias.as_str(),
        is_protected
    )?;
    Ok(())
}
