//! A backup's rows, put into an empty catalog.

use domain::{ErrorKind, Invalid, PackageId};
use serde_json::Value;
use sqlx::types::Json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{
    Conn, on_either, rows,
    tables::{Column, Kind, TABLES, Table},
};
use crate::{Error, Result};

/// Values that are bound in one statement: SQLite takes no more than 32 766.
const VALUES_AT_ONCE: usize = 10_000;
/// How many packages are made findable between two looks at the catalog.
const PACKAGES: i64 = 1000;

/// A value of a backup, read as what its column holds.
pub(crate) enum Cell {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Bool(Option<bool>),
    Int(Option<i64>),
    Small(Option<i32>),
    Real(Option<f64>),
    Moment(Option<OffsetDateTime>),
    Json(Option<Json<Value>>),
}

impl Cell {
    /// Reads a value.
    ///
    /// # Errors
    /// When it is not what the column holds.
    pub(crate) fn read(column: &Column, value: Value) -> Result<Self, Invalid> {
        let wrong = || Invalid::new(format!("“{value}” is no value of the column {}", column.name));
        let text = || value.as_str().ok_or_else(wrong);
        let is_there = !value.is_null();
        // absent values have a kind all the same: the engines want to know it
        Ok(match column.kind {
            Kind::Uuid => Self::Uuid(is_there.then(|| text()?.parse().map_err(|_| wrong())).transpose()?),
            Kind::Text => Self::Text(is_there.then(|| text().map(ToOwned::to_owned)).transpose()?),
            Kind::Bytes => Self::Bytes(is_there.then(|| hex::decode(text()?).map_err(|_| wrong())).transpose()?),
            Kind::Bool => Self::Bool(is_there.then(|| value.as_bool().ok_or_else(wrong)).transpose()?),
            Kind::Int | Kind::Serial => Self::Int(is_there.then(|| value.as_i64().ok_or_else(wrong)).transpose()?),
            Kind::Small => {
                let number = || value.as_i64().and_then(|number| i32::try_from(number).ok()).ok_or_else(wrong);
                Self::Small(is_there.then(number).transpose()?)
            }
            Kind::Real => Self::Real(is_there.then(|| value.as_f64().ok_or_else(wrong)).transpose()?),
            Kind::Moment => {
                let moment = || OffsetDateTime::parse(text()?, &Rfc3339).map_err(|_| wrong());
                Self::Moment(is_there.then(moment).transpose()?)
            }
            Kind::Json => Self::Json(is_there.then(|| Json(value.clone()))),
        })
    }
}

/// Whether the catalog holds nothing that a backup would keep, other than blobs; on PostgreSQL nobody adds an account until the change
/// ends.
pub(crate) async fn is_empty(conn: &mut Conn) -> Result<bool> {
    if let Conn::Postgres(_) = conn {
        conn.command("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    for table in TABLES.iter().filter(|table| table.name != super::tables::BLOBS) {
        // the name is one of ours
        let any: Option<i32> = on_either!(conn, |conn| {
            let mut statement = sqlx::QueryBuilder::new(format!("SELECT 1 FROM {} LIMIT 1", table.name));
            async move { statement.build_query_scalar().persistent(false).fetch_optional(conn).await }
        })?;
        if any.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets rows refer to later ones until the change ends, where the schema allows it.
pub(crate) async fn defer_references(conn: &mut Conn) -> Result<()> {
    let defer = match conn {
        Conn::Sqlite(_) => "PRAGMA defer_foreign_keys = ON",
        Conn::Postgres(_) => "SET CONSTRAINTS ALL DEFERRED",
    };
    Ok(conn.command(defer).await?)
}

/// How many rows of a table one statement adds.
pub(crate) fn rows_at_once(table: &Table) -> usize {
    VALUES_AT_ONCE / table.columns.len()
}

/// Adds rows to a table: no more than [`rows_at_once`].
pub(crate) async fn insert(conn: &mut Conn, table: &Table, rows: &[Vec<Cell>]) -> Result<()> {
    on_either!(conn, |conn| {
        let mut statement = sqlx::QueryBuilder::new(format!("INSERT INTO {} ({}) ", table.name, table.list));
        statement.push_values(rows, |mut values, row| {
            for cell in row {
                match cell {
                    Cell::Uuid(value) => values.push_bind(*value),
                    Cell::Text(value) => values.push_bind(value.as_deref()),
                    Cell::Bytes(value) => values.push_bind(value.as_deref()),
                    Cell::Bool(value) => values.push_bind(*value),
                    Cell::Int(value) => values.push_bind(*value),
                    Cell::Small(value) => values.push_bind(*value),
                    Cell::Real(value) => values.push_bind(*value),
                    Cell::Moment(value) => values.push_bind(*value),
                    Cell::Json(value) => values.push_bind(value.as_ref()),
                };
            }
        });
        async move { statement.build().persistent(false).execute(conn).await.map(|_| ()) }
    })
    .map_err(|error: sqlx::Error| match &error {
        sqlx::Error::Database(database) if database.kind() != sqlx::error::ErrorKind::Other => Error::caused(
            ErrorKind::Invalid,
            format!("The backup is damaged: rows of the table {} break a rule of the catalog. Nothing was restored.", table.name),
            error,
        ),
        _ => error.into(),
    })
}

/// Has the engine count on from the rows that were added. SQLite does so by itself.
pub(crate) async fn count_on(conn: &mut Conn) -> Result<()> {
    if let Conn::Sqlite(_) = conn {
        return Ok(());
    }
    for table in TABLES {
        for column in table.columns.iter().filter(|column| column.kind == Kind::Serial) {
            let (name, column) = (table.name, column.name);
            let _: Vec<i64> = on_either!(conn, |conn| {
                let mut statement = sqlx::QueryBuilder::new(format!(
                    "SELECT setval(pg_get_serial_sequence('{name}', '{column}'), max({column})) FROM {name} HAVING count(*) > 0"
                ));
                async move { statement.build_query_scalar().persistent(false).fetch_all(conn).await }
            })?;
        }
    }
    Ok(())
}

/// Makes all packages findable, the oldest first: so the index grows at its end.
pub(crate) async fn index_packages(conn: &mut Conn) -> Result<()> {
    super::search::recent::narrow(conn).await?;
    let mut after = (OffsetDateTime::UNIX_EPOCH, Uuid::nil());
    loop {
        let packages: Vec<(OffsetDateTime, Uuid)> = rows!(
            conn,
            "SELECT updated_at, id FROM packages WHERE (updated_at, id) > ($1, $2) ORDER BY updated_at, id LIMIT $3",
            after.0,
            after.1,
            PACKAGES
        )?;
        let Some(last) = packages.last() else { return Ok(()) };
        after = *last;
        for (_, id) in packages {
            super::search::index::index(conn, PackageId(id)).await?;
        }
    }
}
