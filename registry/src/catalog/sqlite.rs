//! Opening a catalog in a file.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use domain::ErrorKind;
use sqlx::{
    Connection as _, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Catalog, faults::Fault, pool::cannot_migrate};
use crate::{Error, Result};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");

/// How long a writer waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection is waited for: longer than one writer waits for another process, as the next in line waits for both.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// Readers share the file without waiting for each other: enough for what a small machine answers at once.
const READERS: u32 = 8;

/// Opens the catalog file, creates it when missing, and brings it to this binary's version.
pub(super) async fn open(file: &Path) -> Result<Catalog> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a commit that was answered survives a power cut, not just a crash
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .optimize_on_close(true, None);
    let pool = |size| SqlitePoolOptions::new().max_connections(size).acquire_timeout(ACQUIRE_TIMEOUT);
    let begun = Instant::now();
    // when several processes make the file at once, all but one are turned away from the switch to WAL without being made to wait
    let write = loop {
        match pool(1).connect_with(options.clone()).await {
            Err(error) if Fault::of(&error) == Fault::Collision && begun.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => break opened.map_err(|error| cannot_open(file, error))?,
        }
    };
    migrate(&write).await.map_err(|error| cannot_migrate(&file.display().to_string(), error))?;
    Ok(Catalog::Sqlite { read: pool(READERS).connect_lazy_with(options), write })
}

/// The writer's lock of the file is the lock of the migration: whoever comes second finds nothing left to do.
async fn migrate(write: &SqlitePool) -> Result<(), MigrateError> {
    let mut conn = write.acquire().await?;
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    // `run` is not `Send` for a borrowed connection
    MIGRATIONS.run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
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
