//! A database that goes away in the middle of everything and comes back: callers are told to wait, nothing is lost, and things go
//! on by themselves.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use domain::{RevisionId, job::JobState};
use futures::future::join_all;
use reqwest::Response;

use crate::harness::{
    Client, Cluster, Database, Deployment, End, Files, Network, Proxy, Random, Store, TestServer, Trouble, eventually,
};

/// How long a caller may wait for the answer that the database is away.
const FEW_SECONDS: Duration = Duration::from_secs(9);
/// How long when the network swallows everything: the wait for a statement and for a new connection.
const SILENCE: Duration = Duration::from_secs(20);

/// Panics unless this is the answer that the catalog is away, in time and with the way on.
async fn told_to_wait(what: &str, answer: reqwest::Result<Response>, asked: Instant, within: Duration) {
    let (answer, took) = (answer.unwrap(), asked.elapsed());
    assert_eq!(answer.status(), 503, "{what}");
    assert!(answer.headers().contains_key("retry-after"), "{what}: {answer:?}");
    assert!(took < within, "{what}: {took:?}");
    let body = answer.text().await.unwrap();
    assert!(body.contains("Try again in a moment"), "{what}: {body}");
}

/// Asks for all kinds of things at once.
async fn everything_is_told_to_wait(ann: &Client, part: &str, within: Duration) {
    let asked = Instant::now();
    let form = [("name", "ann"), ("password", "correct horse")];
    tokio::join!(
        async { told_to_wait("a page", ann.get("/ann/bert").await, asked, within).await },
        async { told_to_wait("a call", ann.get("/rpc/search_packages?params[q]=bert").await, asked, within).await },
        async {
            let address = "/api/v1/models/ann/bert/resolve/main/config.json";
            told_to_wait("a download", ann.get(address).await, asked, within).await;
        },
        async {
            // into a bucket it goes past the server
            if Store::of_this_run() == Store::Folder {
                told_to_wait("a part", ann.put_request(part).body("small").send().await, asked, within).await;
            }
        },
        async {
            let sign_in = ann.anonymous().form_request("sign_in", &form).send().await;
            told_to_wait("a sign-in", sign_in, asked, within).await;
        },
        async { assert_eq!(ann.get("/health").await.unwrap().status(), 200, "the process is well") },
        async {
            let ready = ann.get("/health/ready").await.unwrap();
            assert_eq!((ready.status().as_u16(), ready.headers().contains_key("retry-after")), (503, true));
        },
    );
}

/// Uploads revisions to a package of its own, again after each refusal, until told to stop; what was acknowledged, which is counted
/// meanwhile.
async fn upload_until(
    ann: &Client,
    package: &str,
    seed: u64,
    stop: &AtomicBool,
    count: &AtomicUsize,
) -> Vec<(RevisionId, Files)> {
    let mut random = Random::seeded(seed);
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let files = Files::of("a.bin", random.bytes(20_000)).and("folder/b.bin", random.bytes(100));
        let upload = files.upload(package, None);
        loop {
            match ann.upload(&upload, &files).await {
                Ok(revision) => {
                    count.fetch_add(1, Ordering::Relaxed);
                    break acknowledged.push((revision, files));
                }
                Err(Trouble::Refused { status: 503, .. }) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(other) => panic!("{package}: {other:?}"),
            }
        }
    }
    acknowledged
}

pub(super) async fn is_ready(server: &TestServer) {
    let anonymous = server.anonymous();
    eventually("ready", async || anonymous.get("/health/ready").await.ok().filter(|answer| answer.status() == 200)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn uploads_go_on_after_the_database_was_stopped_and_after_it_crashed() {
    let cluster = Cluster::start();
    let server = Deployment::new().on(Database::on(cluster.url())).serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    let small = Files::of("small.txt", "small");
    let begun = ann.begin(&small.upload("ann/later", None)).await.unwrap();
    let part = ann.address(begun.id, begun.missing[0].sha256, 1).await;
    let stop = AtomicBool::new(false);
    let packages = ["ann/one", "ann/two"];
    let counts = packages.map(|_| AtomicUsize::new(0));
    let uploads = packages.iter().zip(1..).zip(&counts);
    let uploads = join_all(uploads.map(|((package, seed), count)| upload_until(&ann, package, seed, &stop, count)));
    let (acknowledged, ()) = tokio::join!(uploads, async {
        for end in [End::Orderly, End::Crash, End::Crash] {
            let before = counts.each_ref().map(|count| count.load(Ordering::Relaxed));
            eventually("each has uploaded since the last outage", async || {
                counts.iter().zip(before).all(|(count, before)| count.load(Ordering::Relaxed) > before).then_some(())
            })
            .await;
            cluster.stop(end);
            everything_is_told_to_wait(&ann, &part, FEW_SECONDS).await;
            cluster.start_again();
            is_ready(&server).await;
        }
        stop.store(true, Ordering::Relaxed);
    });
    for (package, acknowledged) in packages.iter().zip(acknowledged) {
        assert!(acknowledged.len() > 2, "{package}: {}", acknowledged.len());
        let visible: Vec<_> = ann.history(package).await.unwrap().iter().map(|entry| entry.revision.id).collect();
        for (revision, files) in &acknowledged {
            assert!(visible.contains(revision), "{package}@{revision} was acknowledged and is gone");
            assert_eq!(&ann.download(package, &revision.to_string(), files).await, files);
        }
        assert_eq!(visible.len(), acknowledged.len(), "{package}: nothing appeared that nobody was told of");
    }
    // the upload that was begun before goes on where it was
    ann.put(&part, "small").await.unwrap();
    ann.complete(begun.id).await.unwrap();
    assert_eq!(ann.download("ann/later", "main", &small).await, small);
    for package in ["ann/bert", "ann/later", "ann/one", "ann/two"] {
        eventually("the scheduler goes on", async || {
            let jobs = ann.jobs(package).await;
            jobs.iter().all(|job| job.state == JobState::Succeeded).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn a_network_that_breaks_or_falls_silent_is_told_and_got_over() {
    let cluster = Cluster::start();
    let database = Database::on(cluster.url());
    let mut url = database.url();
    let proxy = Proxy::to(url.socket_addrs(|| None).unwrap()[0]).await;
    url.set_port(Some(proxy.address.port())).unwrap();
    let server = Deployment::new().on(database).with("DATABASE_URL", url).serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    let begun = ann.begin(&Files::of("small.txt", "small").upload("ann/later", None)).await.unwrap();
    let part = ann.address(begun.id, begun.missing[0].sha256, 1).await;
    for (network, within) in [(Network::Cut, FEW_SECONDS), (Network::Silent, SILENCE), (Network::Cut, FEW_SECONDS)] {
        proxy.set(network);
        everything_is_told_to_wait(&ann, &part, within).await;
        proxy.set(Network::Up);
        is_ready(&server).await;
        assert_eq!(ann.download("ann/bert", "main", &Files::various()).await, Files::various());
    }
    ann.put(&part, "small").await.unwrap();
    ann.complete(begun.id).await.unwrap();
}
