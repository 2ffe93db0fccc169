//! A data folder and perhaps a bucket with their configuration: what servers and commands run on.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use domain::Sha256Digest;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::{Autograder, Bucket, Database, Store, TestServer};

/// A folder for everything that one registry needs, removed when it is dropped.
pub(crate) struct Deployment {
    folder: TempDir,
    variables: Vec<(String, String)>,
    database: Option<Database>,
    bucket: Option<Bucket>,
}

/// A command that came to its end.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The exit code; nothing when a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it answered.
    pub(crate) stdout: String,
    /// What it told.
    pub(crate) stderr: String,
}

impl Finished {
    /// Panics unless the command succeeded; its answer without the end of the line.
    pub(crate) fn answer(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout.trim_end().to_owned()
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Deployment {
    /// With a quick script as the autograder, an empty catalog on the engine that is tested, and the store that is tested.
    pub(crate) fn new() -> Self {
        Self::on_store(Store::of_this_run())
    }

    /// On this store, whichever is tested.
    pub(crate) fn on_store(store: Store) -> Self {
        match store {
            Store::Folder => Self::bare().on_tested_engine(),
            Store::S3 => Self::on_bucket(Bucket::new()),
        }
    }

    /// With its blobs in this bucket.
    pub(crate) fn on_bucket(bucket: Bucket) -> Self {
        let mut deployment = Self::bare().with_variables_of(&bucket);
        deployment.bucket = Some(bucket);
        deployment.on_tested_engine()
    }

    fn on_tested_engine(self) -> Self {
        match Database::of_deployment() {
            Some(database) => self.on(database),
            None => self,
        }
    }

    /// With its catalog in this database.
    pub(crate) fn on(mut self, database: Database) -> Self {
        let url = database.url();
        self.database = Some(database);
        self.with("DATABASE_URL", url)
    }

    /// Another server's, on the same catalog and blobs as this one's, with a data folder of its own.
    pub(crate) fn beside(&self) -> Self {
        let other = Self::bare();
        let catalog = format!("sqlite:{}", self.data().join("catalog.db").display());
        let other = other.with("DATABASE_URL", self.database.as_ref().map_or(catalog, |database| database.url().to_string()));
        if let Some(bucket) = &self.bucket {
            return other.with_variables_of(bucket);
        }
        // what a folder on the network would be
        fs::create_dir_all(self.data().join("blobs")).unwrap();
        fs::create_dir_all(other.data()).unwrap();
        std::os::unix::fs::symlink(self.data().join("blobs"), other.data().join("blobs")).unwrap();
        other
    }

    fn with_variables_of(self, bucket: &Bucket) -> Self {
        bucket.variables().into_iter().fold(self, |deployment, (name, value)| deployment.with(name, value))
    }

    fn bare() -> Self {
        let deployment = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new(), database: None, bucket: None };
        fs::create_dir_all(deployment.path("site/pkg")).unwrap();
        fs::write(deployment.path("site/pkg/small.css"), "body {}").unwrap();
        let (data, site) = (deployment.path("data"), deployment.path("site"));
        deployment
            .with("DATA_DIR", data.display())
            .with("SITE_DIR", site.display())
            .with("LISTEN_ADDR", "127.0.0.1:0")
            .with("LOG_FORMAT", "json")
            .scored_by(&Autograder::quick())
    }

    /// With another value of a variable.
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_string()));
        self
    }

    /// With another autograder.
    pub(crate) fn scored_by(self, autograder: &Autograder) -> Self {
        let program = autograder.install(&self.path("autograder.sh"));
        self.with("AUTOGRADER", program.display())
    }

    /// Writes another script in the place of the one that scores.
    pub(crate) fn replace_script(&self, autograder: &Autograder) {
        autograder.install(&self.path("autograder.sh"));
    }

    /// The bucket, when it keeps its blobs in one.
    pub(crate) fn bucket(&self) -> Option<&Bucket> {
        self.bucket.as_ref()
    }

    /// Takes the bytes of all files away.
    pub(crate) fn lose_blobs(&self) {
        match &self.bucket {
            Some(bucket) => bucket.lose_objects(),
            None => {
                for entry in fs::read_dir(self.data().join("blobs")).unwrap() {
                    fs::remove_dir_all(entry.unwrap().path()).unwrap();
                }
            }
        }
    }

    /// The file in which the store has a blob.
    pub(crate) fn blob_file(&self, blob: &Sha256Digest) -> PathBuf {
        let hex = blob.to_hex();
        match &self.bucket {
            None => self.data().join("blobs").join(&hex[..2]).join(&hex[2..4]).join(hex),
            Some(bucket) => bucket.object_of(&hex),
        }
    }

    /// A path in the deployment's folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        Path::new(self.variable("DATA_DIR")).to_owned()
    }

    /// What the catalog's database holds, as text; nothing when it is a file of the data folder.
    pub(crate) fn dumped_database(&self) -> String {
        self.database.as_ref().map(Database::dump).unwrap_or_default()
    }

    /// Runs statements on the catalog behind the registry's back, such as one that makes something older.
    pub(crate) async fn sql(&self, statements: &'static str) {
        match &self.database {
            Some(database) => {
                let mut conn = PgConnection::connect(database.url().as_str()).await.unwrap();
                sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
            }
            None => {
                let file = SqliteConnectOptions::new().filename(self.data().join("catalog.db"));
                let mut conn = file.busy_timeout(Duration::from_secs(60)).connect().await.unwrap();
                sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
                conn.close().await.unwrap();
            }
        }
    }

    /// The value of a variable; empty when it is not set.
    pub(super) fn variable(&self, name: &str) -> &str {
        self.variables.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The binary with this configuration and nothing else in its environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_model-registry"));
        command
            .args(arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs a command, and panics unless it succeeds; its answer.
    pub(crate) fn answer(&self, arguments: &[&str]) -> String {
        self.run(arguments).answer()
    }

    /// Starts a server.
    pub(crate) async fn serve(self) -> TestServer {
        TestServer::on(self).await
    }
}
