//! Faults that come and go while people upload and download: a network to the bucket that drops, delays and truncates, for the server and for
//! its clients alike, and a store that is killed. Everybody is answered or told to wait, and afterwards everything is there.

use std::{
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures::future::join_all;

use crate::harness::{Client, Deployment, Network, Proxy, Random, Store, StoreServer, TestServer, Trouble, Worker, eventually};

const ROUNDS: u32 = 60;
const KILLS: u32 = 25;
const WORKERS: u64 = 3;
/// For how long a fault stays, in milliseconds.
const STAY: Range<u64> = 20..400;
/// For how long the store runs before it is killed, in milliseconds: some uploads take that long.
const LIFE: Range<u64> = 20..600;
/// How many bytes pass before a connection breaks: from within the first request to some files later.
const BYTES: Range<u64> = 0..150_000;
/// No answer takes longer: the documented times of several calls.
const LIMIT: Duration = Duration::from_secs(150);

/// What somebody met who worked.
#[derive(Default)]
struct Met {
    /// How often the server said to wait.
    waits: u32,
    /// How often a transfer to or from the store failed.
    broken: u32,
}

/// Works until told to stop.
async fn work(worker: &mut Worker, stop: &AtomicBool) -> Met {
    let mut met = Met::default();
    while !stop.load(Ordering::Relaxed) {
        match tokio::time::timeout(LIMIT, worker.step()).await.expect("there is an answer in time") {
            Ok(()) => {}
            Err(Trouble::Refused { status: 503, .. }) => met.waits += 1,
            Err(Trouble::Lost { .. }) => met.broken += 1,
            // what the store says to half a request
            Err(Trouble::Refused { message, .. }) if message.starts_with('<') => met.broken += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    met
}

async fn is_ready(server: &TestServer) {
    let anonymous = server.anonymous();
    eventually("ready", async || anonymous.get("/health/ready").await.ok().filter(|answer| answer.status() == 200)).await;
}

/// Lets several people work while something happens, and looks at everything afterwards.
async fn work_meanwhile(server: &TestServer, random: &mut Random, happens: impl AsyncFnOnce(&mut Random)) {
    server.user("ann");
    let ann: Client = server.browser("ann").await;
    let mut workers: Vec<_> = (0..WORKERS)
        .map(|number| Worker::new(ann.clone(), &format!("ann/storm-{number}"), random.next()).whose_store_may_lose_parts(true))
        .collect();
    let stop = AtomicBool::new(false);
    let working = join_all(workers.iter_mut().map(|worker| work(worker, &stop)));
    let (met, ()) = tokio::join!(working, async {
        happens(random).await;
        stop.store(true, Ordering::Relaxed);
    });
    for worker in &mut workers {
        worker.finish().await;
    }
    let (waits, broken) = (met.iter().map(|met| met.waits).sum::<u32>(), met.iter().map(|met| met.broken).sum::<u32>());
    let acknowledged: usize = workers.iter().map(Worker::acknowledged).sum();
    let lost: u32 = workers.iter().map(|worker| worker.lost).sum();
    eprintln!("503 came {waits} times, {broken} transfers broke, {lost} uploads lost parts, {acknowledged} revisions are there");
    // a call of the server is tried three times: it need not say so
    assert!(waits + broken > 0 && acknowledged > 0, "{waits}, {broken}, {acknowledged}");
    assert!(!server.log().contains("panicked"));
}

fn patient(deployment: Deployment) -> Deployment {
    deployment.with("REQUESTS_PER_MINUTE", 1_000_000).with("ANONYMOUS_REQUESTS_PER_MINUTE", 1_000_000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn nothing_acknowledged_is_lost_whatever_the_network_to_the_bucket_does() {
    let mut random = Random::unless_repeated_by("STORM_SEED");
    let deployment = patient(Deployment::on_store(Store::S3));
    let proxy = Proxy::to(deployment.bucket().unwrap().address()).await;
    // the server's addresses lead clients through it, too
    let server = deployment.with("S3_ENDPOINT_URL", format!("http://{}", proxy.address)).serve().await;
    work_meanwhile(&server, &mut random, async |random| {
        for _ in 0..ROUNDS {
            proxy.set(Network::any_fault(random, BYTES));
            // the delay is what is tested: the fault stays for a while, and goes
            tokio::time::sleep(Duration::from_millis(random.within(STAY))).await;
            proxy.set(Network::Up);
            is_ready(&server).await;
        }
    })
    .await;
    assert!(proxy.faults() >= u64::from(ROUNDS), "{} connections broke", proxy.faults());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn nothing_acknowledged_is_lost_when_the_store_is_killed_again_and_again() {
    let mut random = Random::unless_repeated_by("STORM_SEED");
    let mut store = StoreServer::start().await;
    let server = patient(Deployment::on_bucket(store.bucket())).serve().await;
    work_meanwhile(&server, &mut random, async |random| {
        for _ in 0..KILLS {
            // the delay is what is tested: the crash comes at any moment
            tokio::time::sleep(Duration::from_millis(random.within(LIFE))).await;
            store.kill();
            tokio::time::sleep(Duration::from_millis(random.within(STAY))).await;
            store.start_again().await;
            is_ready(&server).await;
        }
    })
    .await;
}
