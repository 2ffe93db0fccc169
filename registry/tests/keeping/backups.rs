//! Backups: made while uploads go on, again and again, and refused when they are damaged.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use domain::{ErrorKind, Sha256Digest, refs::RevisionSpec, search::SearchQuery};
use registry::{Actor, BackupSummary, ForeignStore};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    engine::Engine,
    filled::{CARD, QUIET, contents, filled, is_the_same, tables},
    world::{World, package, publish, upload},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_backup_copies_what_is_new_and_leaves_out_what_nothing_needs() {
    let filled = filled().await;
    let folders = TempDir::new().unwrap();
    let folder = folders.path().join("backup");
    let backup = async || filled.registry.backup(&Actor::operator(), folder.clone(), QUIET).await.unwrap();
    let of = |summary: BackupSummary| (summary.blobs, summary.bytes, summary.copied);
    let bytes = contents().iter().map(|bytes| bytes.len() as u64).sum::<u64>() + CARD.len() as u64;
    assert_eq!(of(backup().await), (4, bytes, 4));
    assert_eq!(of(backup().await), (4, bytes, 0));
    publish(&filled.registry, "team/bert", &[Bytes::from("new"), contents()[0].clone()]).await;
    assert_eq!(of(backup().await), (5, bytes + 3, 1));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 4, "one catalog, the blobs, the manifest, the lock");
    filled.world.purge("bytes = (SELECT max(bytes) FROM revisions)").await;
    filled.world.purge("package_id IN (SELECT id FROM packages WHERE name = 'other')").await;
    assert_eq!(backup().await.blobs, 4);
    filled.registry.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_with_something_else_are_left_alone() {
    let filled = filled().await;
    let folders = TempDir::new().unwrap();
    fs::write(folders.path().join("letter.txt"), "dear").unwrap();
    let refused = filled.registry.backup(&Actor::operator(), folders.path().to_owned(), QUIET).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    let backup = folders.path().join("backup");
    filled.registry.backup(&Actor::operator(), backup.clone(), QUIET).await.unwrap();
    let before = tables(&backup);
    let other = World::on(Engine::Sqlite, false).await.open().await;
    let refused = other.backup(&Actor::operator(), backup.clone(), QUIET).await.unwrap_err();
    assert!(refused.message().contains("of another registry"), "{refused}");
    assert_eq!(tables(&backup), before);
    other.close().await;
    filled.registry.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_that_is_damaged_in_the_store_is_told_and_replaces_no_backup() {
    let filled = filled().await;
    let folders = TempDir::new().unwrap();
    let backup = folders.path().join("backup");
    let blob = Sha256Digest::of(&contents()[0]);
    let hex = blob.to_hex();
    let file = filled.world.store().join("blobs").join(&hex[..2]).join(&hex[2..4]).join(&hex);
    let bytes = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    for damage in [None, Some("short".to_owned().into_bytes()), Some(vec![b'x'; bytes.len()])] {
        if let Some(damage) = damage {
            fs::write(&file, damage).unwrap();
        }
        let refused = filled.registry.backup(&Actor::operator(), backup.clone(), QUIET).await.unwrap_err();
        assert!(refused.kind() == ErrorKind::Internal && refused.message().contains(&hex), "{refused}");
        assert!(!backup.join("manifest.json").exists());
        fs::remove_file(&file).unwrap_or_default();
    }
    fs::write(&file, bytes).unwrap();
    filled.registry.backup(&Actor::operator(), backup, QUIET).await.unwrap();
    filled.registry.close().await;
}

/// Changes a file, and answers what it was.
fn change(file: &Path, with: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let before = fs::read(file).unwrap();
    fs::write(file, with(before.clone())).unwrap();
    before
}

fn flip(mut bytes: Vec<u8>) -> Vec<u8> {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

fn with(manifest: &[u8], field: &str, value: Value) -> Vec<u8> {
    let mut manifest: Value = serde_json::from_slice(manifest).unwrap();
    manifest[field] = value;
    serde_json::to_vec(&manifest).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_or_foreign_backup_is_refused_and_nothing_is_half_done() {
    let filled = filled().await;
    let folders = TempDir::new().unwrap();
    let backup = folders.path().join("backup");
    filled.registry.backup(&Actor::operator(), backup.clone(), QUIET).await.unwrap();
    let catalog = fs::read_dir(&backup).unwrap().map(|entry| entry.unwrap().path());
    let catalog = catalog.into_iter().find(|path| path.to_string_lossy().contains("catalog-")).unwrap();
    let hex = Sha256Digest::of(&contents()[0]).to_hex();
    let (manifest, blob) = (backup.join("manifest.json"), backup.join("blobs").join(&hex[..2]).join(&hex));
    let table = |name: &str| catalog.join(format!("{name}.jsonl"));
    let original = fs::read(&manifest).unwrap();
    type Damage = Box<dyn FnOnce(Vec<u8>) -> Vec<u8>>;
    let damages: Vec<(PathBuf, Damage, &str)> = vec![
        (table("users"), Box::new(flip), "users"),
        (table("entries"), Box::new(|bytes| bytes[..bytes.len() - 9].to_vec()), "entries"),
        (table("audit"), Box::new(|bytes| [bytes, b"[]\n".to_vec()].concat()), "audit"),
        (table("refs"), Box::new(|_| Vec::new()), "refs"),
        (table("reports"), Box::new(|_| b"[1, 2, 3, 4, 5]\n".to_vec()), "reports"),
        (blob.clone(), Box::new(flip), &hex),
        (blob.clone(), Box::new(|bytes| bytes[1..].to_vec()), &hex),
        (manifest.clone(), Box::new(|bytes| bytes[..bytes.len() / 2].to_vec()), "manifest cannot be read"),
        (manifest.clone(), Box::new(|bytes| with(&bytes, "format", json!(2))), "a newer version"),
        (manifest.clone(), Box::new(|_| b"{\"format\": 9, \"program\": \"7.0.0\"}".to_vec()), "a newer version (7.0.0)"),
        (manifest.clone(), Box::new(|bytes| with(&bytes, "schema", json!(9999))), "a newer version"),
        (manifest.clone(), Box::new(|bytes| with(&bytes, "schema", json!(1))), "an older version"),
        (manifest.clone(), Box::new(|bytes| with(&bytes, "blobs", json!(2))), "number of blobs"),
        (manifest.clone(), Box::new(|bytes| with(&bytes, "tables", json!([]))), "other tables"),
    ];
    let world = World::new().await;
    let registry = world.open().await;
    let refuse = async |words: &str| {
        let refused = registry.restore(&Actor::operator(), backup.clone(), ForeignStore::Refuse, QUIET).await.unwrap_err();
        assert!(refused.kind() == ErrorKind::Invalid && refused.message().contains(words), "{words}: {refused}");
        let query = SearchQuery::default();
        assert_eq!(registry.search_packages(&Actor::operator(), &query).await.unwrap().items, [], "{words}");
        assert_eq!(registry.users(&Actor::operator(), None.into()).await.unwrap().items.len(), 0, "{words}");
    };
    for (file, damage, words) in damages {
        let before = change(&file, damage);
        refuse(words).await;
        fs::write(&file, before).unwrap();
    }
    for file in [table("tokens"), blob] {
        let aside = folders.path().join("aside");
        fs::rename(&file, &aside).unwrap();
        refuse("is missing").await;
        fs::rename(&aside, &file).unwrap();
    }
    fs::remove_file(&manifest).unwrap();
    refuse("There is no backup").await;

    // whole again, it is restored where it was refused, and what had come in is not copied again
    fs::write(&manifest, original).unwrap();
    let restored = registry.restore(&Actor::operator(), backup.clone(), ForeignStore::Refuse, QUIET).await.unwrap();
    assert!(restored.backup.copied < restored.backup.blobs, "{restored:?}");
    is_the_same(&registry, &filled).await;
    let again = registry.restore(&Actor::operator(), backup, ForeignStore::Refuse, QUIET).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict, "it holds something now");
    registry.close().await;
    filled.registry.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_of_one_moment_while_uploads_go_on() {
    let filled = filled().await;
    let folders = TempDir::new().unwrap();
    let registry = filled.registry.clone();
    let uploads = tokio::spawn(async move {
        for number in 0..40 {
            publish(&registry, "team/busy", &[Bytes::from(format!("content {number}")), contents()[0].clone()]).await;
        }
    });
    for number in 0..4 {
        let folder = folders.path().join(number.to_string());
        filled.registry.backup(&Actor::operator(), folder.clone(), QUIET).await.unwrap();
        let world = World::on(Engine::Sqlite, false).await;
        let restored = world.open().await;
        restored.restore(&Actor::operator(), folder, ForeignStore::Refuse, QUIET).await.unwrap();
        if let Ok(history) = restored.history(&Actor::operator(), &package("team/busy"), None.into()).await {
            for (newer, older) in history.items.iter().zip(&history.items[1..]) {
                assert_eq!(newer.revision.parent, Some(older.revision.id), "no revision without the one before");
            }
            let head = history.items[0].revision.clone();
            let at = RevisionSpec::Id(head.id);
            let tree = restored.tree(&Actor::operator(), &package("team/busy"), &at, None, None.into()).await.unwrap();
            assert_eq!(tree.items.len(), 2);
            let names: Vec<_> = upload("team/busy", &[contents()[0].clone()]).files;
            assert!(tree.items.iter().any(|entry| entry.path == names[0].path.as_str()));
        }
        restored.close().await;
    }
    uploads.await.unwrap();
    filled.registry.close().await;
}
