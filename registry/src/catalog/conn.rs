//! One connection to the catalog, on either engine, and the macros that run a statement on it.
//!
//! A statement is static text that both engines understand: `$1` placeholders, `ON CONFLICT`, `RETURNING`. It is written once,
//! and the macro compiles it for both. Rows are structs with `#[derive(FromRow)]` or tuples; numbers in them are `i32` and
//! `i64`, since PostgreSQL has no unsigned ones.

use std::{io, time::Duration};

use futures::TryFutureExt as _;
use sqlx::{Postgres, Sqlite, pool::PoolConnection};

/// How long an answer of PostgreSQL is waited for. The server ends statements earlier by itself (see `postgres.rs`): one that
/// is silent for longer is gone without having closed the connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(12);

/// A connection to the catalog, given back to its pool when it is dropped.
pub(crate) enum Conn {
    /// To the file.
    Sqlite(PoolConnection<Sqlite>),
    /// To the server.
    Postgres(PoolConnection<Postgres>),
}

/// Runs what stands behind `|conn|` on the engine that the connection leads to.
macro_rules! on_either {
    ($to:expr, |$conn:ident| $ask:expr) => {
        match $to {
            $crate::catalog::Conn::Sqlite(pooled) => {
                let $conn = &mut **pooled;
                $ask.await
            }
            $crate::catalog::Conn::Postgres(pooled) => {
                let answer = {
                    let $conn = &mut **pooled;
                    tokio::time::timeout($crate::catalog::conn::PATIENCE, $ask).await
                };
                answer.unwrap_or_else(|_| Err($crate::catalog::conn::silent(pooled)))
            }
        }
    };
}

/// Runs a statement; how many rows it changed.
macro_rules! execute {
    ($to:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::catalog::conn::on_either!($to, |conn| {
            futures::TryFutureExt::map_ok(sqlx::query($sql)$(.bind($value))*.execute(conn), |done| done.rows_affected())
        })
    };
}

/// The one row of a query.
macro_rules! row {
    ($to:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::catalog::conn::on_either!($to, |conn| sqlx::query_as($sql)$(.bind($value))*.fetch_one(conn))
    };
}

/// The row of a query that finds one at most.
macro_rules! optional_row {
    ($to:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::catalog::conn::on_either!($to, |conn| sqlx::query_as($sql)$(.bind($value))*.fetch_optional(conn))
    };
}

/// All rows of a query.
macro_rules! rows {
    ($to:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::catalog::conn::on_either!($to, |conn| sqlx::query_as($sql)$(.bind($value))*.fetch_all(conn))
    };
}

/// The one value of a query.
macro_rules! scalar {
    ($to:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::catalog::conn::on_either!($to, |conn| sqlx::query_scalar($sql)$(.bind($value))*.fetch_one(conn))
    };
}

/// The value of a query that finds one at most.
macro_rules! optional_scalar {
    ($to:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::catalog::conn::on_either!($to, |conn| sqlx::query_scalar($sql)$(.bind($value))*.fetch_optional(conn))
    };
}

/// All values of a query.
macro_rules! scalars {
    ($to:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::catalog::conn::on_either!($to, |conn| sqlx::query_scalar($sql)$(.bind($value))*.fetch_all(conn))
    };
}

/// Adds many rows, some hundred a statement: a manifest may have 20 000 files, and a statement each would be a journey each.
macro_rules! insert_all {
    ($to:expr, $insert:literal, $rows:expr, |$row:ident| [$($value:expr),+ $(,)?]) => {{
        let mut done = Ok(());
        for chunk in $rows.chunks($crate::catalog::conn::ROWS_AT_ONCE) {
            done = $crate::catalog::conn::on_either!($to, |conn| {
                let mut statement = sqlx::QueryBuilder::new($insert);
                statement.push_values(chunk, |mut values, $row| {
                    $(values.push_bind($value);)+
                });
                // every length is a text of its own: not worth a place among the prepared statements
                async move { statement.build().persistent(false).execute(conn).await.map(|_| ()) }
            });
            if done.is_err() {
                break;
            }
        }
        done
    }};
}

/// Both engines take more than 30 000 values in a statement.
pub(super) const ROWS_AT_ONCE: usize = 500;

pub(super) use {execute, insert_all, on_either, optional_row, optional_scalar, row, rows, scalar, scalars};

impl Conn {
    /// Runs a statement without values and without an answer, such as `COMMIT`.
    pub(super) async fn command(&mut self, statement: &'static str) -> sqlx::Result<()> {
        on_either!(self, |conn| sqlx::raw_sql(statement).execute(conn).map_ok(|_| ()))
    }

    /// Has the connection closed instead of given back: nobody knows in which state it is.
    pub(super) fn close_on_drop(&mut self) {
        match self {
            Self::Sqlite(conn) => conn.close_on_drop(),
            Self::Postgres(conn) => conn.close_on_drop(),
        }
    }
}

/// Gives up a connection that does not answer.
pub(super) fn silent(conn: &mut PoolConnection<Postgres>) -> sqlx::Error {
    conn.close_on_drop();
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database does not answer"))
}
