//! Uploads, imports, deletions, undeletions and purges at once, while garbage is collected without any grace: whatever counted on a blob finds it.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use domain::{ErrorKind, refs::RevisionSpec};
use registry::{Actor, Collecting, Registry};
use time::{Duration, OffsetDateTime};

use crate::{
    importing::on_main,
    world::{World, complete, downloads, package, publish, send, upload, variable},
};

const WORKERS: usize = 4;

/// What several workers have in common, and what makes each round different.
fn contents(worker: usize, round: usize) -> Vec<Bytes> {
    let shared = (0..3).map(|number| format!("shared {}", (round + number) % 4));
    shared.chain([format!("of {worker} in {round}")]).map(Bytes::from).collect()
}

async fn work(world: Arc<World>, registry: Registry, worker: usize, rounds: usize) -> usize {
    let mut came_back = 0;
    for round in 0..rounds {
        let name = format!("team/p{worker}-{round}");
        let bytes = contents(worker, round);
        let revision = match (worker + round) % 3 {
            // given up once, then uploaded after all
            0 => {
                let status = registry.begin_upload(&Actor::operator(), upload(&name, &bytes)).await.unwrap();
                send(&registry, &status, &bytes).await.unwrap();
                registry.abort_upload(&Actor::operator(), status.id).await.unwrap();
                publish(&registry, &name, &bytes).await
            }
            // what is there already when the upload begins is not sent, and needed when it ends
            1 => {
                let status = registry.begin_upload(&Actor::operator(), upload(&name, &bytes)).await.unwrap();
                tokio::task::yield_now().await;
                send(&registry, &status, &bytes).await.unwrap();
                complete(&registry, &status).await.unwrap()
            }
            _ => import(&world, &registry, &name, &bytes).await,
        };
        downloads(&registry, &name, revision, &bytes).await;
        delete(&registry, &name).await;
        // the packages of all are due at once: the others purge them, too
        match registry.undelete_package(&Actor::operator(), &package(&name)).await {
            Ok(_) => {
                downloads(&registry, &name, revision, &bytes).await;
                delete(&registry, &name).await;
                came_back += 1;
            }
            Err(late) => assert!(matches!(late.kind(), ErrorKind::NotFound | ErrorKind::Conflict), "{late}"),
        }
        let purged = async {
            while registry.deleted_package(&Actor::operator(), &package(&name)).await.unwrap().is_some() {
                registry.purge_deleted(OffsetDateTime::now_utc()).await.unwrap();
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), purged)
            .await
            .expect("it is purged within a minute, by whomever");
        let gone = registry.package(&Actor::operator(), &package(&name), &RevisionSpec::main()).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
    }
    came_back
}

async fn delete(registry: &Registry, name: &str) {
    registry.delete_package(&Actor::operator(), &package(name), name).await.unwrap();
}

async fn import(world: &World, registry: &Registry, name: &str, contents: &[Bytes]) -> domain::RevisionId {
    let folder = world.settings.data_dir.join("sources").join(name);
    fs::create_dir_all(&folder).unwrap();
    for (file, bytes) in upload(name, contents).files.iter().zip(contents) {
        fs::write(folder.join(file.path.as_str()), bytes).unwrap();
    }
    registry.import(&Actor::operator(), folder, &on_main(package(name))).await.unwrap().revision
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_counts_on_a_blob_finds_it_however_short_the_grace_period() {
    let mut world = World::new().await.with_grace(Duration::ZERO);
    world.settings.purge_after = Duration::ZERO;
    let world = Arc::new(world);
    let registry = world.open().await;
    let rounds = if variable("TEST_STORE").as_deref() == Some("s3") { 12 } else { 30 };
    let done = Arc::new(AtomicBool::new(false));
    let collectors: Vec<_> = (0..2)
        .map(|_| {
            let (registry, done) = (registry.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut removed = 0;
                while !done.load(Ordering::Relaxed) {
                    let at = OffsetDateTime::now_utc();
                    removed += registry.collect_garbage(&Actor::operator(), Collecting::Remove, at).await.unwrap().blobs.count;
                }
                removed
            })
        })
        .collect();
    let workers: Vec<_> =
        (0..WORKERS).map(|worker| tokio::spawn(work(Arc::clone(&world), registry.clone(), worker, rounds))).collect();
    let mut came_back = 0;
    for worker in workers {
        came_back += worker.await.unwrap();
    }
    assert!(came_back > 0, "every package was purged before it was brought back");
    done.store(true, Ordering::Relaxed);
    let mut removed = 0;
    for collector in collectors {
        removed += collector.await.unwrap();
    }
    assert!(removed > 10, "there was garbage in between: {removed}");
    registry.collect_garbage(&Actor::operator(), Collecting::Remove, OffsetDateTime::now_utc() + Duration::DAY).await.unwrap();
    assert_eq!(world.kept().len(), 0, "nothing is needed in the end");
    registry.close().await;
}
