//! Restores that meet another registry's store, deleted packages, or a backup that is being written.

use std::{fs, path::Path, sync::Mutex};

use bytes::Bytes;
use domain::{ErrorKind, RevisionId};
use registry::{Actor, Collecting, ForeignStore, Progress, Registry, Settings};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use tokio::{runtime::Handle, sync::oneshot};

use crate::world::{World, downloads, package, publish};

const QUIET: &(dyn Fn(Progress) + Sync) = &|_| ();

fn contents() -> [Bytes; 2] {
    ["# Card", "weights"].map(Bytes::from)
}

/// A registry with a package, and a backup of it.
async fn backed_up(folder: &Path) -> (World, Registry, RevisionId) {
    let world = World::new().await;
    let registry = world.open().await;
    let revision = publish(&registry, "team/bert", &contents()).await;
    registry.backup(&Actor::operator(), folder.to_owned(), QUIET).await.unwrap();
    (world, registry, revision)
}

/// Another catalog, on the store of a world.
async fn beside(world: &World) -> (World, Registry) {
    let other = World::new().await;
    let store = world.settings.clone();
    let settings = Settings { data_dir: store.data_dir, s3: store.s3, ..other.settings.clone() };
    let registry = Registry::open(settings).await.unwrap();
    (other, registry)
}

async fn collect(registry: &Registry) -> bool {
    let later = OffsetDateTime::now_utc() + Duration::days(3);
    registry.collect_garbage(&Actor::operator(), Collecting::Remove, later).await.unwrap().is_own_store
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rehearsal_on_the_store_of_a_living_registry_is_refused_and_costs_it_nothing() {
    for is_signed in [false, true] {
        let folders = TempDir::new().unwrap();
        let folder = folders.path().join("backup");
        let (world, living, revision) = backed_up(&folder).await;
        // it signs its store with its first collection
        assert!(!is_signed || collect(&living).await);
        let kept = world.kept();
        let (_catalog, rehearsal) = beside(&world).await;
        for _ in 0..2 {
            let restored = rehearsal.restore(&Actor::operator(), folder.clone(), ForeignStore::Refuse, QUIET).await;
            let refused = restored.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Conflict);
            assert!(refused.message().contains("--take-over-store"), "{refused}");
            assert!(!collect(&rehearsal).await, "the store is not its own");
            assert_eq!(world.kept(), kept);
        }
        downloads(&living, "team/bert", revision, &contents()).await;
        assert!(collect(&living).await, "the store is its own as before");

        // the living one is given up
        rehearsal.restore(&Actor::operator(), folder.clone(), ForeignStore::TakeOver, QUIET).await.unwrap();
        assert!(!collect(&living).await);
        assert!(collect(&rehearsal).await);
        downloads(&rehearsal, "team/bert", revision, &contents()).await;
        rehearsal.close().await;
        living.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packages_that_were_deleted_can_be_brought_back_after_a_restore_however_late() {
    let folders = TempDir::new().unwrap();
    let folder = folders.path().join("backup");
    let operator = Actor::operator();
    let (world, registry, revision) = backed_up(&folder).await;
    for name in ["team/purging", "team/deleted"] {
        publish(&registry, name, &contents()).await;
        registry.delete_package(&operator, &package(name), name).await.unwrap();
    }
    // a month later; the purge of one has begun
    world
        .sql("UPDATE packages SET purge_at = deleted_at, is_purging = name = 'purging' WHERE deleted_at IS NOT NULL".into())
        .await;
    registry.backup(&operator, folder.clone(), QUIET).await.unwrap();
    registry.close().await;

    let moved = World::new().await;
    let registry = moved.open().await;
    let restored = registry.restore(&operator, folder, ForeignStore::Refuse, QUIET).await.unwrap();
    assert_eq!(restored.postponed, 1);
    assert_eq!(registry.purge_deleted().await.unwrap(), 1, "what had begun comes to its end");
    let deleted = registry.deleted_package(&operator, &package("team/deleted")).await.unwrap().unwrap();
    assert!(deleted.purge_at > OffsetDateTime::now_utc() + Duration::days(29), "{deleted:?}");
    registry.undelete_package(&operator, &package("team/deleted")).await.unwrap();
    downloads(&registry, "team/deleted", revision_of(&registry, "team/deleted").await, &contents()).await;
    downloads(&registry, "team/bert", revision, &contents()).await;
    registry.close().await;
}

async fn revision_of(registry: &Registry, name: &str) -> RevisionId {
    registry.package(&Actor::operator(), &package(name), &domain::refs::RevisionSpec::main()).await.unwrap().revision.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_backups_into_one_folder_do_not_get_into_each_others_way() {
    let folders = TempDir::new().unwrap();
    let folder = folders.path().join("backup");
    let world = World::new().await;
    let registry = world.open().await;
    let revision = publish(&registry, "team/bert", &contents()).await;
    let (copying, is_copying) = oneshot::channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let first = std::thread::spawn({
        let (registry, folder, runtime) = (registry.clone(), folder.clone(), Handle::current());
        let (copying, may_go_on) = (Mutex::new(Some(copying)), Mutex::new(may_go_on));
        move || {
            let tell = |_| {
                if let Some(copying) = copying.lock().unwrap().take() {
                    copying.send(()).unwrap();
                    may_go_on.lock().unwrap().recv().unwrap();
                }
            };
            runtime.block_on(registry.backup(&Actor::operator(), folder, &tell))
        }
    });
    is_copying.await.unwrap();
    let other = world.open().await;
    let refused = other.backup(&Actor::operator(), folder.clone(), QUIET).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert!(refused.message().starts_with("Another backup is being written to "), "{refused}");
    go_on.send(()).unwrap();
    assert_eq!(first.join().unwrap().unwrap().blobs, 2);
    // the folder is free again, also after one that failed
    other.backup(&Actor::operator(), folder.clone(), QUIET).await.unwrap();
    let catalogs = fs::read_dir(&folder)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("catalog-"));
    assert_eq!(catalogs.count(), 1);
    let moved = World::new().await.open().await;
    moved.restore(&Actor::operator(), folder, ForeignStore::Refuse, QUIET).await.unwrap();
    downloads(&moved, "team/bert", revision, &contents()).await;
    for registry in [moved, other, registry] {
        registry.close().await;
    }
}
