//! The server under test: the release binary on a fresh folder and a free port.

use std::{
    path::PathBuf,
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

/// A running server. It ends with the value.
pub(crate) struct Server {
    process: Child,
    folder: TempDir,
    /// Where it is.
    pub(crate) url: String,
}

impl Server {
    /// Starts on a fresh folder.
    pub(crate) async fn start() -> Outcome<Self> {
        Self::start_in(tempfile::tempdir_in("target")?).await
    }

    async fn start_in(folder: TempDir) -> Outcome<Self> {
        let mut process = command(folder.path())
            .args(["serve", "--listen-addr", "127.0.0.1:0", "--log", "warn"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        let greeting = lines.next_line().await?.ok_or("the server said nothing")?;
        let url = greeting.rsplit(' ').next().ok_or("the server named no address")?.to_owned();
        Ok(Self { process, folder, url })
    }

    /// A token with all rights of an administrator who is made for it.
    pub(crate) async fn token(&self) -> Outcome<String> {
        for arguments in [&["create-user", USER, "--admin"][..], &["create-token", USER]] {
            let output = command(self.folder.path()).args(arguments).output().await?;
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

    async fn stop(mut self) -> Outcome<TempDir> {
        self.process.kill().await?;
        Ok(self.folder)
    }
}

fn command(folder: &std::path::Path) -> Command {
    let mut command = Command::new(PathBuf::from(BINARY));
    command.env("DATA_DIR", folder);
    command
}

/// From the start of the process to the first answer of `/health`: the very first start, which makes the catalog and hashes a
/// password, and the median of ten later ones.
pub(crate) async fn start_times() -> Outcome<Vec<Row>> {
    let mut folder = tempfile::tempdir_in("target")?;
    let mut times = Vec::new();
    for _ in 0..11 {
        let started = Instant::now();
        let server = Server::start_in(folder).await?;
        reqwest::get(format!("{}/health", server.url)).await?.error_for_status()?;
        times.push(started.elapsed());
        folder = server.stop().await?;
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
