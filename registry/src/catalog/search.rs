//! Searching packages. Every combination of filters and order is a statement of its own, so that each can use its index.

use domain::{NamespaceName, PackageId, PackageKind, listing::PackageSummary, search::Sort};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, packages::package_ref};
use crate::Result;

/// What stands in `packages.score` while there is none: below every score, so that the order is total.
pub(crate) const NO_SCORE: f64 = -1.0;

/// Where a page ended: the values that the order compares.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    pub(crate) updated_at: OffsetDateTime,
    pub(crate) score: f64,
    pub(crate) id: Uuid,
}

impl Position {
    /// Whether a catalog could hold such values: a forged moment may be one that cannot be bound to a query.
    pub(crate) fn is_plausible(&self) -> bool {
        self.updated_at.offset().is_utc() && (1..=9999).contains(&self.updated_at.year()) && self.score.is_finite()
    }
}

/// A found package, with its position in the order.
pub(crate) struct Found {
    pub(crate) summary: PackageSummary,
    pub(crate) position: Position,
}

#[derive(FromRow)]
struct FoundRow {
    id: Uuid,
    kind: String,
    namespace: String,
    name: String,
    description: String,
    version: Option<String>,
    score: f64,
    updated_at: OffsetDateTime,
}

impl FoundRow {
    fn found(self) -> sqlx::Result<Found> {
        Ok(Found {
            summary: PackageSummary {
                package: package_ref(&self.kind, &self.namespace, &self.name)?,
                description: self.description,
                version: self.version,
                score: (self.score > NO_SCORE).then_some(self.score),
                updated_at: self.updated_at,
            },
            position: Position { updated_at: self.updated_at, score: self.score, id: self.id },
        })
    }
}

// $1 kind, $2 namespace, $3 words, $4 and $5 the position, $6 the limit; unused ones are bound all the same
macro_rules! statement {
    ($from:literal, $filter:literal, newest) => {
        concat!(
            statement!(@select), $from, " WHERE ", $filter,
            " AND (packages.updated_at, packages.id) < ($4, $5) ORDER BY packages.updated_at DESC, packages.id DESC LIMIT $6"
        )
    };
    ($from:literal, $filter:literal, score) => {
        concat!(
            statement!(@select), $from, " WHERE ", $filter,
            " AND (packages.score, packages.id) < ($4, $5) ORDER BY packages.score DESC, packages.id DESC LIMIT $6"
        )
    };
    (@select) => {
        "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, packages.description, packages.version,
                packages.score, packages.updated_at FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id"
    };
}

macro_rules! filtered {
    ($order:ident, $words:expr, $kind:expr, $namespace:expr) => {
        match ($words, $kind, $namespace) {
            (false, false, false) => statement!("", "$1 IS NULL AND $2 IS NULL AND $3 IS NULL", $order),
            (false, true, false) => statement!("", "packages.kind = $1 AND $2 IS NULL AND $3 IS NULL", $order),
            (false, kind, true) => {
                if kind {
                    statement!("", "packages.kind = $1 AND namespaces.name_key = $2 AND $3 IS NULL", $order)
                } else {
                    statement!("", "$1 IS NULL AND namespaces.name_key = $2 AND $3 IS NULL", $order)
                }
            }
            (true, _, _) => statement!(
                " JOIN package_words ON package_words.package_id = packages.id",
                "package_words MATCH $3 AND ($1 IS NULL OR packages.kind = $1) AND ($2 IS NULL OR namespaces.name_key = $2)",
                $order
            ),
        }
    };
}

/// The packages that fulfil all conditions, after `after`, at most `limit`.
pub(crate) async fn find(
    conn: &mut Conn,
    text: &str,
    kind: Option<PackageKind>,
    namespace: Option<&NamespaceName>,
    sort: Sort,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<Found>> {
    let words = words(text);
    let sql = match sort {
        Sort::Newest => filtered!(newest, words.is_some(), kind.is_some(), namespace.is_some()),
        Sort::Score => filtered!(score, words.is_some(), kind.is_some(), namespace.is_some()),
    };
    let query = sqlx::query_as::<_, FoundRow>(sql)
        .bind(kind.map(PackageKind::as_str))
        .bind(namespace.map(NamespaceName::key))
        .bind(words);
    // the first page begins before everything
    let query = match (sort, after) {
        (Sort::Newest, Some(after)) => query.bind(after.updated_at).bind(after.id),
        (Sort::Newest, None) => query.bind(time::macros::datetime!(9999-12-31 23:59:59 UTC)).bind(Uuid::max()),
        (Sort::Score, Some(after)) => query.bind(after.score).bind(after.id),
        (Sort::Score, None) => query.bind(2.0).bind(Uuid::max()),
    };
    let rows = query.bind(limit).fetch_all(conn).await?;
    Ok(rows.into_iter().map(FoundRow::found).collect::<sqlx::Result<_>>()?)
}

/// A full-text query that demands every word as the beginning of one: quoted, so that no operator of FTS5 gets through.
fn words(text: &str) -> Option<String> {
    let words: Vec<_> = text
        // FTS5 takes a NUL for the end
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("\"{}\"*", word.replace('"', "\"\"")))
        .collect();
    if words.is_empty() { None } else { Some(words.join(" ")) }
}

/// Makes a package findable by its name.
pub(super) async fn insert(conn: &mut Conn, id: PackageId, full_name: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO package_words (rowid, package_id, name, description) SELECT rowid, id, $2, '' FROM packages WHERE id = $1",
    )
    .bind(id.0)
    .bind(full_name)
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes a package findable by its description.
pub(super) async fn set_description(conn: &mut Conn, id: PackageId, description: &str) -> Result<()> {
    sqlx::query("UPDATE package_words SET description = $2 WHERE rowid = (SELECT rowid FROM packages WHERE id = $1)")
        .bind(id.0)
        .bind(description)
        .execute(conn)
        .await?;
    Ok(())
}
