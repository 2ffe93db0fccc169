//! The catalog's connections.

use sqlx::{PgPool, SqlitePool, migrate::MigrateError};

use super::{CatalogAddress, Conn, postgres, sqlite};
use crate::{Error, Result};
use domain::ErrorKind;

/// The catalog, on one engine or the other. Cheap to clone; all clones share their connections.
#[derive(Clone, Debug)]
pub(crate) enum Catalog {
    /// A file. SQLite has one writer at a time: a pool of one connection makes the writers of this process queue up in order
    /// instead of polling for the lock; readers never wait for it (WAL).
    Sqlite {
        /// For queries.
        read: SqlitePool,
        /// For changes.
        write: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

impl Catalog {
    /// Opens the catalog and brings it to this binary's version. A file is made when missing; a database is not.
    ///
    /// # Errors
    /// Unavailable when it cannot be reached; conflict when it is of another version.
    pub(crate) async fn open(address: &CatalogAddress) -> Result<Self> {
        match address {
            CatalogAddress::Sqlite(file) => sqlite::open(file).await,
            CatalogAddress::Postgres(address) => postgres::open(address).await.map(Self::Postgres),
        }
    }

    /// A connection for queries.
    ///
    /// # Errors
    /// Unavailable when there is none within a few seconds.
    pub(crate) async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { read, .. } => Conn::Sqlite(read.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A connection for a change.
    pub(super) async fn writer(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { write, .. } => Conn::Sqlite(write.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// Finishes what is under way and closes the connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Says why the catalog at `place` is not brought to this version, and the way out.
pub(super) fn cannot_migrate(place: &str, error: MigrateError) -> Error {
    let conflict = |message: String| Error::new(ErrorKind::Conflict, format!("The catalog {place} {message}"));
    match error {
        MigrateError::VersionMissing(version) => conflict(format!(
            "was written by a newer version of the registry (migration {version}): run that version, or restore a backup."
        )),
        MigrateError::VersionMismatch(version) => {
            conflict(format!("was migrated by a different build (migration {version} differs): run that build."))
        }
        MigrateError::Dirty(version) => conflict(format!("was left half-migrated (migration {version}): restore a backup.")),
        other => Error::caused(ErrorKind::Unavailable, format!("The catalog {place} cannot be migrated."), other),
    }
}
