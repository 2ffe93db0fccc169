//! Whole registries on the move: from any engine and store to any other, and back, with nothing lost and nothing changed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use domain::audit::AuditEntry;
use registry::{Actor, Collecting, ForeignStore};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

use crate::{
    engine::Engine,
    filled::{Filled, QUIET, every_file_downloads, filled, is_the_same, record, tables, told},
    world::{World, package, publish},
};

/// The names of the files of the contents in a backup.
fn blobs(folder: &Path) -> BTreeSet<PathBuf> {
    let folders = fs::read_dir(folder.join("blobs")).unwrap().map(|entry| entry.unwrap().path());
    folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into())).collect()
}

/// Takes a registry through these worlds, one after the other, and compares it in each with what it was.
async fn moves_through(worlds: &[World]) {
    let filled: Filled = filled().await;
    let folders = TempDir::new().unwrap();
    let folder = |number: usize| folders.path().join(number.to_string());
    let (all, audit) = (told(&filled.registry).await, record(&filled.registry).await);
    filled.registry.backup(&Actor::operator(), folder(0), QUIET).await.unwrap();
    let (mut original, contents) = (tables(&folder(0)), blobs(&folder(0)));
    assert!(original.values().all(|table| table["rows"].as_u64() > Some(0)), "something of everything: {original:?}");
    original.remove("audit");
    for (number, world) in worlds.iter().enumerate() {
        let registry = world.open().await;
        let restored = registry.restore(&Actor::operator(), folder(number), ForeignStore::Refuse, QUIET).await.unwrap().backup;
        assert_eq!((restored.blobs, contents.len()), (restored.copied, restored.blobs as usize), "{number}");
        let now = record(&registry).await;
        let kept: Vec<&AuditEntry> = now.iter().skip(now.len() - audit.len()).collect();
        assert_eq!(kept, audit.iter().collect::<Vec<_>>(), "{number}: the audit record goes on");
        assert!(now.len() > audit.len(), "{number}: that it was restored is recorded");
        assert_eq!(told(&registry).await, all, "{number}");
        registry.backup(&Actor::operator(), folder(number + 1), QUIET).await.unwrap();
        let mut copied = tables(&folder(number + 1));
        let rows = copied.remove("audit").unwrap()["rows"].as_u64();
        assert!(rows > Some(audit.len() as u64), "{number}");
        assert_eq!(copied, original, "{number}: every row is the same, to the last bit");
        assert_eq!(blobs(&folder(number + 1)), contents, "{number}");
        is_the_same(&registry, &filled).await;
        registry.undelete_package(&Actor::operator(), &package("ann/other")).await.unwrap();
        for (name, files) in [("team/bert", 5), ("team/tuned", 1), ("ann/other", 2)] {
            assert_eq!(every_file_downloads(&registry, &package(name)).await, files, "{number}: {name}");
        }
        // it counts on where the other stopped, and owns what it has
        publish(&registry, "team/new", &[Bytes::from("new")]).await;
        let kept = world.kept();
        let later = OffsetDateTime::now_utc() + Duration::days(3);
        assert!(registry.collect_garbage(&Actor::operator(), Collecting::Remove, later).await.unwrap().is_own_store);
        assert_eq!(world.kept(), kept);
        registry.close().await;
    }
    filled.registry.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_moves_to_the_engine_and_the_store_of_this_run_and_back() {
    moves_through(&[World::new().await, World::on(Engine::Sqlite, false).await]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and S3: scripts/with-postgres.sh scripts/with-s3.sh"]
async fn a_registry_moves_from_a_laptop_to_postgres_and_s3_and_back() {
    let worlds = [
        World::on(Engine::Postgres, true).await,
        World::on(Engine::Sqlite, false).await,
        World::on(Engine::Postgres, false).await,
        World::on(Engine::Sqlite, true).await,
        World::on(Engine::Postgres, true).await,
        World::on(Engine::Sqlite, false).await,
    ];
    moves_through(&worlds).await;
}
