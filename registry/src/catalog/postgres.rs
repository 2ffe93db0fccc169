//! Opening a catalog on a server.

use std::time::Duration;

use domain::ErrorKind;
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{address::PostgresAddress, pool::cannot_migrate};
use crate::{Error, Result};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// Connections of one server process. A statement takes a millisecond or so: this many answer thousands of requests a second,
/// and a handful of servers stay below the hundred connections that PostgreSQL allows by default.
const CONNECTIONS: u32 = 16;
/// How long a connection is waited for, and a new one may take. While the database is away this is how long callers wait for
/// their 503: short enough for them, long enough for a restart or a moment with more requests than connections.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Time-outs that the server keeps. They end what would hold others up, even when the process that began it is gone.
const SERVER_TIMEOUTS: [(&str, &str); 3] = [
    // of any statement: the slowest, which finds what is counted beside a search in a million packages, takes some hundred milliseconds
    ("statement_timeout", "10s"),
    // of waiting for a row: changes hold theirs for milliseconds, the commit of 20 000 files for a second or two
    ("lock_timeout", "5s"),
    // of a transaction that nobody goes on with, so that what it has locked is free again
    ("idle_in_transaction_session_timeout", "15s"),
];

/// How the server plans.
const PLANNING: [(&str, &str); 3] = [
    // for the values that are asked, each time: for any values it would plan a search by a word in all packages and one in ten alike,
    // and did so after five times
    ("plan_cache_mode", "force_custom_plan"),
    // what a database keeps on an SSD, or in memory: with the default of 4, for disks that turn, it read all packages to join the
    // hundred that have a word
    ("random_page_cost", "1.1"),
    // no statement is long enough for what compiling it takes
    ("jit", "off"),
];

/// Brings the catalog to this binary's version and opens it.
pub(super) async fn open(address: &PostgresAddress) -> Result<PgPool> {
    let options = introduced(address.options());
    migrate(address, &options).await?;
    Ok(PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // a connection that broke while nobody used it is replaced before anybody notices
        .test_before_acquire(true)
        .connect_lazy_with(options.options(SERVER_TIMEOUTS).options(PLANNING)))
}

/// Migrates on a connection of its own: without time-outs, as migrations and the wait for another server's may take long, and
/// closed afterwards, as that ends sqlx's advisory lock whatever happened.
async fn migrate(address: &PostgresAddress, options: &PgConnectOptions) -> Result<()> {
    let mut conn = match tokio::time::timeout(ACQUIRE_TIMEOUT, options.connect()).await {
        Ok(connected) => connected.map_err(|error| cannot_open(address, error))?,
        Err(_) => return Err(cannot_open(address, sqlx::Error::PoolTimedOut)),
    };
    // `run` is not `Send` for a borrowed connection
    let migrated = MIGRATIONS.run_direct(None, &mut conn, false).await;
    close(conn).await;
    migrated.map_err(|error| cannot_migrate(&address.to_string(), error))
}

async fn close(conn: PgConnection) {
    if let Err(error) = conn.close().await {
        tracing::debug!(%error, "the connection of the migration was gone already");
    }
}

/// With the name that the server's own lists show, unless the address gives another, and without the server's notices: the
/// driver would log at each start that there are tables already.
fn introduced(options: PgConnectOptions) -> PgConnectOptions {
    let options = options.options([("client_min_messages", "warning")]);
    match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("model-registry"),
    }
}

fn cannot_open(address: &PostgresAddress, error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(|error| error.code());
    let why = match code.as_deref() {
        Some("3D000") => "there is no such database: create it, or name another in DATABASE_URL",
        Some(code) if code.starts_with("28") => "the server refuses the user, the password or the sslmode of DATABASE_URL",
        _ => "the server cannot be reached with the address and the sslmode of DATABASE_URL",
    };
    Error::caused(ErrorKind::Unavailable, format!("The catalog {address} cannot be opened: {why}."), error)
}
