//! Searching packages. Every combination of filters and order is a statement of its own, so that each can use its index.

use domain::{NamespaceName, PackageId, PackageKind, listing::PackageSummary, search::Sort};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Conn, execute,
    packages::package_ref,
    rows,
    words::{Phrases, tsvector, words},
};
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
    ($order:ident, $engine:expr, $words:expr, $kind:expr, $namespace:expr) => {
        match ($words, $kind, $namespace) {
            (false, false, false) => statement!("", "$1 IS NULL AND $2 IS NULL AND $3 IS NULL", $order),
            (false, true, false) => statement!("", "packages.kind = $1 AND $2 IS NULL AND $3 IS NULL", $order),
            (false, true, true) => statement!("", "packages.kind = $1 AND namespaces.name_key = $2 AND $3 IS NULL", $order),
            (false, false, true) => statement!("", "$1 IS NULL AND namespaces.name_key = $2 AND $3 IS NULL", $order),
            (true, _, _) => match $engine {
                Conn::Sqlite(_) => statement!(
                    " JOIN package_words ON package_words.package_id = packages.id",
                    "package_words MATCH $3 AND ($1 IS NULL OR packages.kind = $1) AND ($2 IS NULL OR namespaces.name_key = $2)",
                    $order
                ),
                Conn::Postgres(_) => statement!(
                    " JOIN package_words ON package_words.package_id = packages.id",
                    "package_words.words @@ CAST($3 AS tsquery) AND ($1 IS NULL OR packages.kind = $1)
                     AND ($2 IS NULL OR namespaces.name_key = $2)",
                    $order
                ),
            },
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
    let phrases = Phrases::of(text);
    let words = phrases.as_ref().map(|phrases| match conn {
        Conn::Sqlite(_) => phrases.fts5(),
        Conn::Postgres(_) => phrases.tsquery(),
    });
    let (of_kind, of_namespace) = (kind.map(PackageKind::as_str), namespace.map(NamespaceName::key));
    // the first page begins before everything
    let after =
        after.unwrap_or(Position { updated_at: time::macros::datetime!(9999-12-31 23:59:59 UTC), score: 2.0, id: Uuid::max() });
    let limit = i64::from(limit);
    let rows: Vec<FoundRow> = match sort {
        Sort::Newest => {
            let sql = filtered!(newest, conn, words.is_some(), kind.is_some(), namespace.is_some());
            rows!(conn, sql, of_kind, of_namespace, words, after.updated_at, after.id, limit)?
        }
        Sort::Score => {
            let sql = filtered!(score, conn, words.is_some(), kind.is_some(), namespace.is_some());
            rows!(conn, sql, of_kind, of_namespace, words, after.score, after.id, limit)?
        }
    };
    Ok(rows.into_iter().map(FoundRow::found).collect::<sqlx::Result<_>>()?)
}

/// Makes a package findable by its name and its description.
pub(super) async fn index(conn: &mut Conn, id: PackageId, name: &str, description: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => {
            let (name, description) = (words(name).join(" "), words(description).join(" "));
            execute!(
                conn,
                "INSERT OR REPLACE INTO package_words (rowid, package_id, name, description)
                 SELECT rowid, id, $2, $3 FROM packages WHERE id = $1",
                id.0,
                name,
                description
            )?;
        }
        Conn::Postgres(_) => {
            execute!(
                conn,
                "INSERT INTO package_words (package_id, words) VALUES ($1, CAST($2 AS tsvector))
                 ON CONFLICT (package_id) DO UPDATE SET words = excluded.words",
                id.0,
                tsvector(name, description)
            )?;
        }
    }
    Ok(())
}
