//! A catalog of a test's own, on either engine.

use std::path::Path;

use registry::{CatalogAddress, Registry, Settings};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use uuid::Uuid;

use crate::waiting::until;

/// What the catalog is kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// An empty catalog with a data folder. Both are gone when it is dropped.
pub(crate) struct TestCatalog {
    folder: TempDir,
    address: CatalogAddress,
    database: Option<String>,
}

impl TestCatalog {
    pub(crate) async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = CatalogAddress::Sqlite(folder.path().join("catalog.db"));
        match engine {
            Engine::Sqlite => Self { folder, address: file, database: None },
            Engine::Postgres => {
                let name = format!("test_{}", Uuid::now_v7().simple());
                on_cluster(&format!("CREATE DATABASE {name}")).await;
                let address = at(&name).parse().unwrap();
                Self { folder, address, database: Some(name) }
            }
        }
    }

    /// What a registry on it is opened with.
    pub(crate) fn settings(&self) -> Settings {
        let program = Path::new("autograder").to_owned();
        Settings { catalog: self.address.clone(), ..Settings::in_folder(self.folder.path().to_owned(), program) }
    }

    /// Another registry on it, as another server would open it.
    pub(crate) async fn open(&self) -> Registry {
        Registry::open(self.settings()).await.unwrap()
    }

    /// Runs a statement behind the registry's back; how many rows it changed.
    pub(crate) async fn run(&self, statement: &'static str) -> u64 {
        match &self.database {
            None => {
                let mut conn = self.sqlite().await;
                let done = sqlx::query(statement).execute(&mut conn).await.unwrap();
                conn.close().await.unwrap();
                done.rows_affected()
            }
            Some(name) => {
                let mut conn = PgConnection::connect(&at(name)).await.unwrap();
                sqlx::query(statement).execute(&mut conn).await.unwrap().rows_affected()
            }
        }
    }

    /// A connection to the file.
    pub(crate) async fn sqlite(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.folder.path().join("catalog.db")).connect().await.unwrap()
    }

    /// Waits until a transaction on the database waits for another.
    pub(crate) async fn until_somebody_waits(&self) {
        let mut conn = self.postgres().await;
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        until("a transaction waits for another", async || {
            sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut conn).await.unwrap() > 0
        })
        .await;
    }

    /// A connection to the database.
    pub(crate) async fn postgres(&self) -> PgConnection {
        PgConnection::connect(&at(self.database.as_deref().unwrap())).await.unwrap()
    }
}

impl Drop for TestCatalog {
    fn drop(&mut self) {
        let Some(name) = self.database.take() else { return };
        let drop = async move { on_cluster(&format!("DROP DATABASE {name} WITH (FORCE)")).await };
        // a runtime of its own: the test's may be ending
        let dropping = std::thread::spawn(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(drop);
        });
        if dropping.join().is_err() {
            eprintln!("a test's database stays until its cluster goes");
        }
    }
}

/// Where the cluster of the tests is.
fn cluster() -> String {
    #[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
    let url = std::env::var("TEST_POSTGRES_URL");
    url.expect("TEST_POSTGRES_URL: run this with scripts/with-postgres.sh")
}

fn at(database: &str) -> String {
    let mut url = url::Url::parse(&cluster()).unwrap();
    url.set_path(database);
    url.to_string()
}

async fn on_cluster(statement: &str) {
    let mut conn = PgConnection::connect(&cluster()).await.unwrap();
    sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut conn).await.unwrap();
}
