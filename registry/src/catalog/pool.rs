//! Opening the catalog: connections, migrations, and what can be wrong with them.

use std::{path::Path, time::Duration};

use domain::ErrorKind;
use sqlx::{
    Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Error, Result};

/// A connection to the catalog.
pub(crate) type Conn = SqliteConnection;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");

/// How long a writer waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// SQLite has one writer at a time. A pool of one connection makes writers of this process queue up in order instead of
/// polling for the lock; readers never wait for it (WAL).
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    read: SqlitePool,
    write: SqlitePool,
}

impl Catalog {
    /// Opens the catalog file, creates it when missing, and brings it to this binary's version.
    pub(crate) async fn open(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a commit that was answered survives a power cut, not just a crash
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .optimize_on_close(true, None);
        let pool = |size| {
            SqlitePoolOptions::new()
                .max_connections(size)
                .acquire_timeout(Duration::from_secs(15))
                // after some failures (a full disk) SQLite rolls back by itself, and sqlx loses count: such a connection could
                // begin no transaction any more, so a new one takes its place
                .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
        };
        let write = pool(1).connect_with(options.clone()).await.map_err(|error| cannot_open(file, error))?;
        MIGRATIONS.run(&write).await.map_err(|error| cannot_migrate(file, error))?;
        let read = pool(8).connect_lazy_with(options);
        Ok(Self { read, write })
    }

    /// A connection for queries.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Sqlite>> {
        Ok(self.read.acquire().await?)
    }

    /// Begins a change: all of it happens, or nothing. It takes the writer's lock at once: a transaction that reads first and writes later could not be
    /// retried by SQLite.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Finishes what is under way and writes the journal back.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

fn cannot_open(file: &Path, error: sqlx::Error) -> Error {
    Error::caused(
        ErrorKind::Unavailable,
        format!(
            "The catalog {} cannot be opened: it must be a SQLite database in a folder that can be written to.",
            file.display()
        ),
        error,
    )
}

fn cannot_migrate(file: &Path, error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(version) => Error::new(
            ErrorKind::Conflict,
            format!(
                "The catalog {} was written by a newer version of the registry (migration {version}): run that version, or restore a backup.",
                file.display()
            ),
        ),
        MigrateError::VersionMismatch(version) => Error::new(
            ErrorKind::Conflict,
            format!(
                "The catalog {} was migrated by a different build (migration {version} differs): run that build.",
                file.display()
            ),
        ),
        MigrateError::Dirty(version) => Error::new(
            ErrorKind::Conflict,
            format!("The catalog {} was left half-migrated (migration {version}): restore a backup.", file.display()),
        ),
        other => Error::caused(ErrorKind::Unavailable, format!("The catalog {} cannot be migrated.", file.display()), other),
    }
}
