//! The catalog as a backup has it: all tables of one moment, row by row.

use domain::ErrorKind;
use futures::TryStreamExt as _;
use serde_json::{Map, Value};
use sqlx::{Row as _, types::Json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{
    Catalog, Conn, scalar,
    tables::{Kind, Table},
};
use crate::{Error, Result};

/// The catalog of one moment: what others change meanwhile is not seen.
pub(crate) struct Snapshot {
    conn: Conn,
}

/// The value of a column, as JSON. The drivers have no one type for the rows of both engines.
macro_rules! value {
    ($row:expr, $index:expr, $kind:expr) => {{
        let (row, index) = ($row, $index);
        match $kind {
            Kind::Uuid => row.try_get::<Option<Uuid>, _>(index)?.map(|id| Value::from(id.to_string())),
            Kind::Text => row.try_get::<Option<String>, _>(index)?.map(Value::from),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map(|bytes| Value::from(hex::encode(bytes))),
            Kind::Bool => row.try_get::<Option<bool>, _>(index)?.map(Value::from),
            Kind::Int | Kind::Serial => row.try_get::<Option<i64>, _>(index)?.map(Value::from),
            Kind::Small => row.try_get::<Option<i32>, _>(index)?.map(Value::from),
            Kind::Real => row.try_get::<Option<f64>, _>(index)?.map(Value::from),
            Kind::Moment => row.try_get::<Option<OffsetDateTime>, _>(index)?.map(moment).transpose()?,
            Kind::Json => row.try_get::<Option<Json<Value>>, _>(index)?.map(|Json(value)| ordered(value)),
        }
        .unwrap_or(Value::Null)
    }};
}

macro_rules! each_row {
    ($conn:expr, $table:expr, $each:expr) => {{
        let mut rows = sqlx::query($table.select).persistent(false).fetch($conn);
        while let Some(row) = rows.try_next().await? {
            let mut values = Vec::with_capacity($table.columns.len());
            for (index, column) in $table.columns.iter().enumerate() {
                values.push(value!(&row, index, column.kind));
            }
            $each(values).await?;
        }
    }};
}

impl Snapshot {
    /// Holds the moment.
    pub(crate) async fn take(catalog: &Catalog) -> Result<Self> {
        let mut conn = catalog.read().await?;
        let begin = match conn {
            Conn::Sqlite(_) => "BEGIN",
            // the time-outs are for those who wait for an answer: a table may take longer
            Conn::Postgres(_) => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0;
                 SET LOCAL idle_in_transaction_session_timeout = 0"
            }
        };
        // whatever becomes of it, nobody else gets a connection that is in a transaction
        conn.close_on_drop();
        conn.command(begin).await?;
        Ok(Self { conn })
    }

    /// The last migration of the catalog.
    pub(crate) async fn schema(&mut self) -> Result<i64> {
        schema(&mut self.conn).await
    }

    /// Gives all rows of a table that are kept, as the values of its columns.
    pub(crate) async fn rows(&mut self, table: &Table, mut each: impl AsyncFnMut(Vec<Value>) -> Result<()>) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(conn) => each_row!(&mut **conn, table, each),
            Conn::Postgres(conn) => each_row!(&mut **conn, table, each),
        }
        Ok(())
    }
}

/// The last migration of the catalog.
pub(crate) async fn schema(conn: &mut Conn) -> Result<i64> {
    Ok(scalar!(conn, "SELECT max(version) FROM _sqlx_migrations")?)
}

fn moment(at: OffsetDateTime) -> Result<Value> {
    let text = at.to_offset(time::UtcOffset::UTC).format(&Rfc3339);
    text.map(Value::from).map_err(|error| Error::caused(ErrorKind::Internal, "The catalog holds a moment that is none.", error))
}

/// With the keys of objects in order: one engine keeps the order in which they were written, the other has its own.
fn ordered(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(key, value)| (key, ordered(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(Map::from_iter(entries))
        }
        Value::Array(values) => Value::Array(values.into_iter().map(ordered).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
