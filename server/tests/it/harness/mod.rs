//! What the stories are told with: deployments, servers, clients, packages.

/// Programs that stand in for the autograder.
mod autograder;
/// Databases of deployments.
mod catalog;
/// Calls over HTTP.
mod client;
/// A database server to stop and start.
mod cluster;
/// A data folder with its configuration, and commands on it.
mod deployment;
/// Files of packages.
mod files;
/// A network that fails.
mod proxy;
/// Numbers and bytes from a seed.
mod random;
/// A running server.
mod server;
/// What blobs are kept in.
mod store;
/// A store to kill and start.
mod store_server;
/// Uploads, step by step and as a whole.
mod upload;
/// Somebody who works with a package and remembers what was said.
mod worker;

pub(crate) use autograder::Autograder;
pub(crate) use catalog::Database;
pub(crate) use client::{Client, Trouble};
pub(crate) use cluster::{Cluster, End};
pub(crate) use deployment::{Deployment, Finished};
pub(crate) use files::Files;
pub(crate) use proxy::{Network, Proxy, Way};
pub(crate) use random::Random;
pub(crate) use server::TestServer;
pub(crate) use store::{Bucket, Store};
pub(crate) use store_server::StoreServer;
pub(crate) use upload::{SendPart, about};
pub(crate) use worker::Worker;

use std::time::{Duration, Instant};

/// Asks again and again until there is an answer.
///
/// Panics when there is none after a minute: long enough for the slowest machine.
pub(crate) async fn eventually<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
