//! Many downloads at once: what the server holds in memory meanwhile.

use std::time::Instant;

use domain::{PackageKind, PackageRef, units};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::{Duration, sleep};

use crate::{
    Outcome, Row,
    client::Client,
    seconds,
    server::{Place, Server},
    transfer,
};

/// Bytes of the file that everybody downloads.
const SIZE: u64 = 200 << 20;
/// Downloads at once.
const MANY: usize = 100;
/// What a slow reader takes a second.
const SLOW: u64 = 8 << 20;

/// The peak memory of the server with one download, and with many slow ones at once: each time of a server that was just started.
pub(crate) async fn concurrent() -> Outcome<Vec<Row>> {
    let folder = tempfile::tempdir_in("target")?;
    transfer::write_random(&folder.path().join("model.bin"), SIZE)?;
    let server = Server::start().await?;
    let client = Client::of(&server).await?;
    let package = PackageRef::parse(PackageKind::Model, "bench/large")?;
    client.upload(&package, folder.path(), &["model.bin"]).await?;
    let token = client.into_token();
    let (one, _, place) = peak(server.stop().await?, &token, &package, 1).await?;
    let (many, took, _) = peak(place, &token, &package, MANY).await?;
    let what = units::bytes(SIZE);
    Ok(vec![Row {
        what: format!(
            "peak memory of the server, {MANY} downloads of {what} at once by slow readers ({} a second each)",
            units::bytes(SLOW)
        ),
        ours: format!("{} (one download: {}; all done after {})", units::bytes(many), units::bytes(one), seconds(took)),
        peer: String::new(),
        aim: "flat".to_owned(),
    }])
}

async fn peak(place: Place, token: &str, package: &PackageRef, readers: usize) -> Outcome<(u64, Duration, Place)> {
    let server = Server::start_in(place).await?;
    let address = format!("{}{}", server.url, package.file_url("main", "model.bin"));
    let begun = Instant::now();
    let read: Vec<u64> =
        stream::iter(0..readers).map(|_| read_slowly(&address, token)).buffer_unordered(readers).try_collect().await?;
    if read.iter().any(|read| *read != SIZE) {
        return Err("a download was cut short".into());
    }
    Ok((server.peak_memory()?, begun.elapsed(), server.stop().await?))
}

/// Downloads at the pace of a slow reader, on a connection of its own; how many bytes came.
async fn read_slowly(address: &str, token: &str) -> Outcome<u64> {
    let begun = Instant::now();
    let response = reqwest::Client::new().get(address).bearer_auth(token).send().await?.error_for_status()?;
    let mut body = response.bytes_stream();
    let mut read = 0;
    while let Some(piece) = body.next().await {
        read += piece?.len() as u64;
        let due = Duration::from_millis(read * 1000 / SLOW);
        if let Some(early) = due.checked_sub(begun.elapsed()) {
            sleep(early).await;
        }
    }
    Ok(read)
}
