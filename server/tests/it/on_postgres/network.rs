//! Faults that come and go between a server and its database while people work: connections break and are closed in the middle of
//! statements and commits, fall silent, are slow. Everybody is answered or told to wait, and afterwards everything is there.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures::future::join_all;

use super::outages::is_ready;
use crate::harness::{Cluster, Database, Deployment, Network, Proxy, Random, TestServer, Trouble, Worker};

const ROUNDS: u32 = 40;
const WORKERS: u64 = 3;
/// For how long a fault stays, in milliseconds.
const STAY: std::ops::Range<u64> = 20..400;
/// How many bytes pass before a connection breaks: from within its first answers to some hundred statements later.
const BYTES: std::ops::Range<u64> = 0..60_000;
/// No answer takes longer: the documented times of several statements.
const LIMIT: Duration = Duration::from_secs(45);

/// Works until told to stop; how often there was nothing but to wait.
async fn work(worker: &mut Worker, stop: &AtomicBool) -> u32 {
    let mut told_to_wait = 0;
    while !stop.load(Ordering::Relaxed) {
        match tokio::time::timeout(LIMIT, worker.step()).await.expect("there is an answer in time") {
            Ok(()) => {}
            Err(Trouble::Refused { status: 503, .. }) => told_to_wait += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    told_to_wait
}

async fn behind_a_proxy(cluster: &Cluster) -> (TestServer, Proxy) {
    let database = Database::on(cluster.url());
    let mut url = database.url();
    let target: SocketAddr = url.socket_addrs(|| None).unwrap()[0];
    let proxy = Proxy::to(target).await;
    url.set_port(Some(proxy.address.port())).unwrap();
    let deployment = Deployment::new()
        .on(database)
        .with("DATABASE_URL", url)
        .with("REQUESTS_PER_MINUTE", 1_000_000)
        .with("ANONYMOUS_REQUESTS_PER_MINUTE", 1_000_000);
    (deployment.serve().await, proxy)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn nothing_acknowledged_is_lost_and_nothing_half_done_shows_whatever_the_network_does() {
    let mut random = Random::seeded(7);
    let cluster = Cluster::start();
    let (server, proxy) = behind_a_proxy(&cluster).await;
    server.user("ann");
    let ann = server.browser("ann").await;
    let mut workers: Vec<_> =
        (0..WORKERS).map(|number| Worker::new(ann.clone(), &format!("ann/work-{number}"), random.next())).collect();
    let stop = AtomicBool::new(false);
    let working = join_all(workers.iter_mut().map(|worker| work(worker, &stop)));
    let (told_to_wait, ()) = tokio::join!(working, async {
        for _ in 0..ROUNDS {
            let fault = Network::any_fault(&mut random, BYTES);
            proxy.set(fault);
            // the delay is what is tested: the fault stays for a while, and goes
            tokio::time::sleep(Duration::from_millis(random.within(STAY))).await;
            proxy.set(Network::Up);
            is_ready(&server).await;
        }
        stop.store(true, Ordering::Relaxed);
    });
    for worker in &mut workers {
        worker.finish().await;
    }
    let (told_to_wait, acknowledged) =
        (told_to_wait.iter().sum::<u32>(), workers.iter().map(Worker::acknowledged).sum::<usize>());
    eprintln!("{} connections broke, 503 came {told_to_wait} times, {acknowledged} revisions are there", proxy.faults());
    assert!(proxy.faults() >= u64::from(ROUNDS) && told_to_wait > 0 && acknowledged > WORKERS as usize);
    assert!(!server.log().contains("panicked"));
}
