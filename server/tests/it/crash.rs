//! `kill -9` at a hundred random moments of uploads, moves, deletions and downloads: whatever was visible or acknowledged before is
//! there afterwards, intact, what was not is not, and nothing needs repair.

use std::time::{Duration, Instant};

use domain::job::{JobState, MAX_ATTEMPTS};
use futures::future::join_all;

use crate::harness::{Deployment, Files, Random, Store, Trouble, Worker, eventually};

const ROUNDS: u32 = 100;
const WORKERS: u64 = 3;

/// Works until the server is gone.
async fn work(worker: &mut Worker) {
    loop {
        match worker.step().await {
            Ok(()) => {}
            Err(Trouble::Lost { .. }) => return,
            Err(refused) => panic!("{refused:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_hundred_crashes_all_that_was_acknowledged_is_intact_and_nothing_else_shows() {
    let mut random = Random::unless_repeated_by("CRASH_SEED");
    let mut server = Deployment::new().with("REQUESTS_PER_MINUTE", 1_000_000).serve().await;
    server.user("ann");
    let mut ann = server.browser("ann").await;
    let packages: Vec<_> = (0..WORKERS).map(|number| format!("ann/crash-{number}")).collect();
    let mut workers: Vec<_> = packages
        .iter()
        .map(|package| Worker::new(ann.clone(), package, random.next()))
        .map(|worker| worker.whose_store_may_lose_parts(Store::of_this_run() == Store::S3))
        .collect();
    // a kill comes at any moment of an upload, however slow the machine and the store are
    let begun = Instant::now();
    for first in join_all(workers.iter_mut().map(Worker::step)).await {
        first.unwrap();
    }
    let moments = 1..begun.elapsed().as_micros() as u64;
    for _ in 0..ROUNDS {
        let moment = Duration::from_micros(random.within(moments.clone()));
        let working = join_all(workers.iter_mut().map(work));
        // the delay is what is tested: the crash comes at any moment
        tokio::join!(working, async {
            tokio::time::sleep(moment).await;
            server.kill();
        });
        server.start_again().await;
        ann = ann.at(&server.url);
        for worker in &mut workers {
            worker.client = ann.clone();
        }
        join_all(workers.iter_mut().map(|worker| worker.check(false))).await;
    }
    join_all(workers.iter_mut().map(Worker::finish)).await;
    let acknowledged: usize = workers.iter().map(Worker::acknowledged).sum();
    let resumed: u32 = workers.iter().map(|worker| worker.resumed).sum();
    let lost: u32 = workers.iter().map(|worker| worker.lost).sum();
    eprintln!("{acknowledged} revisions were acknowledged, {resumed} uploads went on where they were, {lost} lost their parts");
    assert!(lost <= ROUNDS / 10, "{lost} uploads lost their parts");
    assert!(acknowledged > packages.len() && resumed > 0, "the crashes came between uploads");
    ann.publish("ann/last", None, &Files::various()).await;
    for package in packages.iter().map(String::as_str).chain(["ann/last"]) {
        eventually("the queue goes on", async || ann.jobs(package).await.iter().all(|job| job.state.is_final()).then_some(()))
            .await;
        for job in ann.jobs(package).await {
            // a job that runs at three crashes is given up
            assert!(job.state == JobState::Succeeded || job.attempt == MAX_ATTEMPTS, "{package}: {job:?}");
        }
    }
    assert!(server.stop().success());
}
