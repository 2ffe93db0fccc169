//! Uploads and downloads of a large file against `cp` and `sha256sum`, and the way of the real model to its scores.

use std::{
    io::Write as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use domain::{PackageKind, PackageRef, units};
use sha2::{Digest as _, Sha256};

use crate::{Outcome, Row, client::Client, seconds, server::Server};

/// How many times the peer's time ours may be.
const AIM: &str = "within 1.5x";

/// A file of random bytes, up and down on loopback.
pub(crate) async fn large_file(size: u64) -> Outcome<Vec<Row>> {
    let folder = tempfile::tempdir_in("target")?;
    write_random(&folder.path().join("model.bin"), size)?;
    let peer = copy_and_hash(&folder.path().join("model.bin"), &folder.path().join("copy.bin"))?;
    std::fs::remove_file(folder.path().join("copy.bin"))?;

    let server = Server::start().await?;
    let client = Client::of(&server).await?;
    let package = PackageRef::parse(PackageKind::Model, "bench/large")?;
    let started = Instant::now();
    client.upload(&package, folder.path(), &["model.bin"]).await?;
    let upload = started.elapsed();
    let started = Instant::now();
    client.download(&package, "model.bin", &folder.path().join("down.bin")).await?;
    let download = started.elapsed();

    let what = units::bytes(size);
    let against = |name: &str, time: Duration| Row {
        what: format!("{name} of {what} on loopback, hashed at both ends"),
        ours: format!("{} ({:.2}x)", seconds(time), time.as_secs_f64() / peer.as_secs_f64()),
        peer: format!("`cp` + `sha256sum`: {}", seconds(peer)),
        aim: AIM.to_owned(),
    };
    let memory = Row {
        what: format!("peak memory of the server during both ({what})"),
        ours: units::bytes(server.peak_memory()?),
        peer: String::new(),
        aim: "under 100 MB".to_owned(),
    };
    Ok(vec![against("upload", upload), against("download", download), memory])
}

/// From the commit of the real model to its report.
pub(crate) async fn commit_to_scored(model: &Path) -> Outcome<Vec<Row>> {
    let server = Server::start().await?;
    let client = Client::of(&server).await?;
    let package = PackageRef::parse(PackageKind::Model, "bench/real")?;
    let files = list(model)?;
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    client.upload(&package, model, &names).await?;
    let committed = Instant::now();
    loop {
        let scores = client.scores(&package).await?;
        if let Some(report) = scores.report {
            return Ok(vec![Row {
                what: "commit to scored, all-MiniLM-L6-v2".to_owned(),
                ours: format!("{} (of these {} ms in the autograder)", seconds(committed.elapsed()), report.latency_ms),
                peer: String::new(),
                aim: String::new(),
            }]);
        }
        if scores.job.is_some_and(|job| job.state.is_final()) {
            return Err("the job failed".into());
        }
        tokio::task::yield_now().await;
    }
}

fn list(folder: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.to_str().ok_or("a name is no UTF-8")?.to_owned());
            }
        }
    }
    Ok(found)
}

/// What nothing that stores and verifies can do without: a copy, and a digest of it.
fn copy_and_hash(from: &Path, to: &Path) -> Outcome<Duration> {
    let started = Instant::now();
    for status in [
        Command::new("cp").arg(from).arg(to).status()?,
        Command::new("sha256sum").arg(to).stdout(std::process::Stdio::null()).status()?,
    ] {
        if !status.success() {
            return Err("the peer failed".into());
        }
    }
    Ok(started.elapsed())
}

/// Random enough that nothing compresses or deduplicates it: a chain of digests, each block distinct.
pub(crate) fn write_random(path: &Path, size: u64) -> Outcome<()> {
    let mut file = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    let mut block = Vec::with_capacity(1 << 16);
    while block.len() < 1 << 16 {
        let next = Sha256::digest(&block);
        block.extend_from_slice(&next);
    }
    let mut written = 0_u64;
    while written < size {
        block[..8].copy_from_slice(&written.to_le_bytes());
        let length = usize::try_from((size - written).min(block.len() as u64))?;
        file.write_all(&block[..length])?;
        written += length as u64;
    }
    Ok(file.into_inner()?.sync_all()?)
}
