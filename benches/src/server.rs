//! The server under test: the release binary on a fresh folder and a free port.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{Outcome, Row};

const BINARY: &str = "target/release/model-registry";
const USER: &str = "bench";
const READER: &str = "reader";
/// More requests than are made.
const UNLIMITED: &str = "100000000";

/// Where a server keeps what it keeps.
pub(crate) struct Place {
    folder: PathBuf,
    database: Option<String>,
    /// Removes the folder with the value, unless it is to be kept; a database stays.
    _temporary: Option<TempDir>,
}

impl Place {
    /// A fresh folder, with the catalog in it or in an empty database.
    pub(crate) fn new(database: Option<String>) -> Outcome<Self> {
        let temporary = tempfile::tempdir_in("target")?;
        Ok(Self { folder: temporary.path().to_owned(), database, _temporary: Some(temporary) })
    }

    /// A folder that is kept, made when it is not there.
    pub(crate) fn kept(folder: &Path, database: Option<String>) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), database, _temporary: None })
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn command(&self) -> Command {
        let mut command = Command::new(PathBuf::from(BINARY));
        command
            .env("DATA_DIR", self.folder())
            .env("REQUESTS_PER_MINUTE", UNLIMITED)
            .env("ANONYMOUS_REQUESTS_PER_MINUTE", UNLIMITED);
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database);
        }
        command
    }
}

/// A running server. It ends with the value.
pub(crate) struct Server {
    process: Child,
    place: Place,
    /// Where it is.
    pub(crate) url: String,
}

impl Server {
    /// Starts on a fresh folder.
    pub(crate) async fn start() -> Outcome<Self> {
        Self::start_in(Place::new(None)?).await
    }

    /// Starts where another server was.
    pub(crate) async fn start_in(place: Place) -> Outcome<Self> {
        let mut process = place
            .command()
            .args(["serve", "--listen-addr", "127.0.0.1:0", "--log", "warn"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        let greeting = lines.next_line().await?.ok_or("the server said nothing")?;
        let url = greeting.rsplit(' ').next().ok_or("the server named no address")?.to_owned();
        Ok(Self { process, place, url })
    }

    /// A token with all rights of an administrator who is made for it.
    pub(crate) async fn token(&self) -> Outcome<String> {
        self.token_of(&["create-user", USER, "--admin"], USER).await
    }

    /// A token of a user like any other who is made for it.
    pub(crate) async fn reader_token(&self) -> Outcome<String> {
        self.token_of(&["create-user", READER], READER).await
    }

    async fn token_of(&self, creation: &[&str], user: &str) -> Outcome<String> {
        for arguments in [creation, &["create-token", user]] {
            let output = self.place.command().args(arguments).output().await?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            if arguments[0] == "create-token" {
                return Ok(String::from_utf8(output.stdout)?.trim().to_owned());
            }
        }
        Err("no token was made".into())
    }

    /// The most memory that the process has held so far, in bytes (`VmHWM`).
    pub(crate) fn peak_memory(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id().ok_or("the server is gone")?))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
        let kib: u64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
        Ok(kib << 10)
    }

    /// Ends the server in good order, so that it closes its catalog.
    pub(crate) async fn stop(mut self) -> Outcome<Place> {
        let id = self.process.id().ok_or("the server is gone")?.to_string();
        Command::new("kill").args(["-TERM", &id]).status().await?;
        self.process.wait().await?;
        Ok(self.place)
    }
}

/// From the start of the process to the first answer of `/health`: the very first start, which makes the catalog and hashes a
/// password, and the median of ten later ones.
pub(crate) async fn start_times() -> Outcome<Vec<Row>> {
    let mut place = Place::new(None)?;
    let mut times = Vec::new();
    for _ in 0..11 {
        let started = Instant::now();
        let server = Server::start_in(place).await?;
        reqwest::get(format!("{}/health", server.url)).await?.error_for_status()?;
        times.push(started.elapsed());
        place = server.stop().await?;
    }
    let first = times.remove(0);
    times.sort();
    let row = |what: &str, time: Duration| Row {
        what: what.to_owned(),
        ours: format!("{} ms", time.as_millis()),
        peer: String::new(),
        aim: "under 150 ms".to_owned(),
    };
    Ok(vec![
        row("start to healthy, an existing registry (median of 10)", times[times.len() / 2]),
        row("start to healthy, the very first time", first),
    ])
}
