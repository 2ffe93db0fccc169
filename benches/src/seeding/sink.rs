//! Where rows go: a catalog on either engine, opened beside the registry. Batches are transactions; the schema is the same afterwards,
//! but what only costs time while nobody reads is put off: the disk's confirmations, references that the seeder keeps by itself
//! (`tests.rs` checks them), and PostgreSQL's index of words, which is made several times as quickly at once as row by row.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, QueryBuilder, Sqlite, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::rows::{Batch, Value};
use crate::Outcome;

/// SQLite takes as many values in a statement.
const VALUES: usize = 32_000;

/// What a catalog is kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A connection to a catalog.
pub(crate) enum Sink {
    Sqlite(SqliteConnection),
    /// With the statement that makes the index of words again, while it is not there.
    Postgres(PgConnection, Option<String>),
}

/// Where the rows of a catalog end.
pub(super) struct Places {
    /// The next revision.
    pub(super) next_seq: i64,
    /// Whether there are packages.
    pub(super) has_packages: bool,
    /// The words that packages are found by.
    pub(super) vocabulary: HashSet<String>,
    /// The namespaces by their keys.
    pub(super) namespaces: HashMap<String, Uuid>,
}

/// Makes the index of recent packages anew.
const RECENT: &str = "TRUNCATE package_words_recent;
    DROP INDEX package_words_recent_by_word;
    UPDATE package_words_recent_since SET since = coalesce(
        (SELECT updated_at FROM packages ORDER BY updated_at DESC, id DESC LIMIT 1 OFFSET 32767), '-infinity');
    INSERT INTO package_words_recent (package_id, updated_at, words)
        SELECT package_words.package_id, package_words.updated_at, package_words.words
        FROM packages JOIN package_words ON package_words.package_id = packages.id
        WHERE packages.updated_at >= (SELECT since FROM package_words_recent_since);
    CREATE INDEX package_words_recent_by_word ON package_words_recent USING gin (updated_at, words) WITH (fastupdate = off)";

macro_rules! ask {
    ($sink:expr, $kind:ident, $sql:expr) => {
        match $sink {
            Sink::Sqlite(conn) => sqlx::$kind($sql).fetch_all(conn).await?,
            Sink::Postgres(conn, _) => sqlx::$kind($sql).fetch_all(conn).await?,
        }
    };
}

impl Sink {
    /// To a file.
    pub(crate) async fn file(path: &Path) -> Outcome<Self> {
        let options = SqliteConnectOptions::new().filename(path).foreign_keys(false).synchronous(SqliteSynchronous::Off);
        Ok(Self::Sqlite(options.pragma("cache_size", "-3000000").connect().await?))
    }

    /// To a server, as a superuser.
    pub(crate) async fn server(url: &str) -> Outcome<Self> {
        Ok(Self::Postgres(PgConnection::connect(url).await?, None))
    }

    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(..) => Engine::Postgres,
        }
    }

    pub(super) async fn places(&mut self) -> Outcome<Places> {
        let namespaces: Vec<(String, Uuid)> = ask!(self, query_as, "SELECT name_key, id FROM namespaces");
        let last: Vec<i64> = ask!(self, query_scalar, "SELECT coalesce(max(seq), 0) FROM revisions");
        let has_packages: Vec<bool> = ask!(self, query_scalar, "SELECT EXISTS (SELECT 1 FROM packages)");
        let vocabulary: Vec<String> = ask!(self, query_scalar, "SELECT word FROM vocabulary");
        Ok(Places {
            next_seq: last[0] + 1,
            has_packages: has_packages[0],
            vocabulary: vocabulary.into_iter().collect(),
            namespaces: namespaces.into_iter().collect(),
        })
    }

    pub(super) async fn prepare(&mut self) -> Outcome<()> {
        if let Self::Postgres(conn, index) = self {
            let settings =
                "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '2GB'";
            sqlx::raw_sql(settings).execute(&mut *conn).await?;
            *index = sqlx::query_scalar("SELECT indexdef FROM pg_indexes WHERE indexname = 'package_words_by_word'")
                .fetch_optional(&mut *conn)
                .await?;
            sqlx::raw_sql("DROP INDEX IF EXISTS package_words_by_word").execute(conn).await?;
        }
        Ok(())
    }

    pub(super) async fn write(&mut self, batch: Batch) -> Outcome<()> {
        match self {
            Self::Sqlite(conn) => {
                let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
                for (table, columns, rows) in batch.tables() {
                    insert(&mut tx, table, columns, rows).await?;
                }
                tx.commit().await?;
            }
            Self::Postgres(conn, _) => {
                let mut tx = conn.begin().await?;
                for (table, columns, rows) in batch.tables() {
                    let statement = format!("COPY {table} ({columns}) FROM STDIN");
                    let mut copy = tx.copy_in_raw(&statement).await?;
                    copy.send(lines(rows)?.into_bytes()).await?;
                    copy.finish().await?;
                }
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// What the engines do by themselves in the course of a day: statistics, and lists of what is not sorted in yet.
    pub(super) async fn finish(&mut self) -> Outcome<()> {
        match self {
            Self::Sqlite(conn) => {
                // as on closing a catalog
                sqlx::raw_sql("PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002; PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(conn)
                    .await?;
            }
            Self::Postgres(conn, index) => {
                if let Some(index) = index.take() {
                    sqlx::raw_sql(sqlx::AssertSqlSafe(index)).execute(&mut *conn).await?;
                }
                // as the migration that made the table filled it
                sqlx::raw_sql(RECENT).execute(&mut *conn).await?;
                let next = "SELECT setval(pg_get_serial_sequence('revisions', 'seq'), (SELECT max(seq) FROM revisions))";
                sqlx::raw_sql(next).execute(&mut *conn).await?;
                sqlx::raw_sql("VACUUM (ANALYZE)").execute(conn).await?;
            }
        }
        Ok(())
    }
}

async fn insert(conn: &mut SqliteConnection, table: &str, columns: &str, mut rows: Vec<Vec<Value>>) -> Outcome<()> {
    let width = rows.first().map_or(1, Vec::len);
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(500.min(VALUES / width)));
        let mut statement: QueryBuilder<Sqlite> = QueryBuilder::new(format!("INSERT INTO {table} ({columns}) "));
        statement.push_values(rows, |mut values, row| {
            for value in row {
                match value {
                    Value::Null => values.push_bind(None::<String>),
                    Value::Bool(value) => values.push_bind(value),
                    Value::Int(value) => values.push_bind(value),
                    Value::Real(value) => values.push_bind(value),
                    Value::Text(value) => values.push_bind(value),
                    Value::Bytes(value) => values.push_bind(value),
                    Value::Id(value) => values.push_bind(value),
                    Value::Moment(value) => values.push_bind(value),
                };
            }
        });
        statement.build().execute(&mut *conn).await?;
        rows = rest;
    }
    Ok(())
}

/// Rows in the text format of COPY.
fn lines(rows: Vec<Vec<Value>>) -> Outcome<String> {
    let mut text = String::new();
    for row in rows {
        for (at, value) in row.into_iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            match value {
                Value::Null => text += "\\N",
                Value::Bool(value) => text += if value { "t" } else { "f" },
                Value::Int(value) => text += &value.to_string(),
                Value::Real(value) => text += &value.to_string(),
                Value::Text(value) => escape(&mut text, &value),
                Value::Bytes(value) => {
                    text += "\\\\x";
                    text += &hex::encode(value);
                }
                Value::Id(value) => text += &value.to_string(),
                Value::Moment(value) => text += &value.format(&Rfc3339)?,
            }
        }
        text.push('\n');
    }
    Ok(text)
}

fn escape(text: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '\\' => *text += "\\\\",
            '\t' => *text += "\\t",
            '\n' => *text += "\\n",
            '\r' => *text += "\\r",
            other => text.push(other),
        }
    }
}
