//! Backups: from any engine and store to any other and back, refused when they are damaged.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use domain::{
    ErrorKind, RevisionId, Sha256Digest,
    account::{NewToken, Permission},
    lifecycle::Expected,
    lineage::{Edge, Relation},
    people::NewInvitation,
    refs::{RefName, RevisionSpec},
    search::{Filters, SearchQuery, Sort},
};
use registry::{Actor, AliasStep, BackupSummary, Client, Collecting, ForeignStore, ImportTarget, NewUser, Progress, Registry};
use serde_json::{Value, json};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

use crate::{
    engine::Engine,
    world::{World, downloads, package, publish, upload},
};

const CARD: &str = "---\nlicense: mit\ntags: [nlp]\nbase_model: team/bert\n---\n# A card";

const QUIET: &(dyn Fn(Progress) + Sync) = &|_| ();

fn contents() -> Vec<Bytes> {
    [Bytes::from("# Card\nof a model"), Bytes::new(), Bytes::from(vec![7; 3 << 20])].into()
}

/// A registry with something of everything, and what its users have.
struct Filled {
    world: World,
    registry: Registry,
    token: String,
    revisions: Vec<RevisionId>,
}

async fn filled() -> Filled {
    let world = World::on(Engine::Sqlite, false).await;
    let registry = world.open().await;
    let operator = Actor::operator();
    for (name, admin) in [("ann", false), ("root", true)] {
        let new = NewUser { name: name.parse().unwrap(), password: Some("correct horse".to_owned().into()), admin };
        registry.create_user(&operator, new).await.unwrap();
    }
    registry.create_organisation(&operator, &"team".parse().unwrap()).await.unwrap();
    registry.grant(&operator, &"team".parse().unwrap(), &"ann".parse().unwrap(), Permission::Upload).await.unwrap();
    // its account and its namespace refer to each other
    registry.create_program(&operator, &"team".parse().unwrap(), &"ci".parse().unwrap(), Permission::Upload).await.unwrap();
    registry.invite(&operator, &NewInvitation { note: "Bob".into(), admin: false, days: 7 }).await.unwrap();
    let token = NewToken {
        name: "laptop".into(),
        permissions: vec![Permission::Search, Permission::Download],
        days: Some(9),
        namespaces: vec!["team".parse().unwrap()],
    };
    let token = registry.create_token_for(&operator, &"ann".parse().unwrap(), &token).await.unwrap().secret;
    let first = publish(&registry, "team/bert", &contents()[..2]).await;
    let second = publish(&registry, "team/bert", &contents()).await;
    publish(&registry, "ann/other", &contents()[1..]).await;
    live(&registry, &world, first, second).await;
    // what only scoring, and other engines' words for numbers, would bring
    world
        .sql(
            "INSERT INTO reports (job_id, revision_seq, net_score, body, created_at)
             SELECT id, revision_seq, 0.1 + 0.2, '{\"b\": [0.1, 1e-7, 12345678901, null], \"a\": {\"z\": \"ä\", \"y\": true}}', queued_at
             FROM jobs;
             INSERT INTO blob_senders SELECT sha256, users.id FROM blobs, users WHERE users.name = 'ann';
             UPDATE packages SET score = 1.0 / 3, version = '1.0.0'"
                .to_owned(),
        )
        .await;
    Filled { world, registry, token, revisions: vec![first, second] }
}

/// Lets something happen to the packages: everything that a package may have besides revisions.
async fn live(registry: &Registry, world: &World, first: RevisionId, second: RevisionId) {
    let operator = Actor::operator();
    let source = world.settings.data_dir.join("source");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("README.md"), CARD).unwrap();
    let target = ImportTarget {
        package: package("team/draft"),
        branch: RefName::default_branch(),
        version: Some("1.0.0".parse().unwrap()),
        message: String::new(),
    };
    registry.import(&operator, source, &target).await.unwrap();
    registry.rename_package(&operator, &package("team/draft"), &package("team/tuned")).await.unwrap();
    let step = AliasStep {
        package: package("team/bert"),
        alias: "production".parse().unwrap(),
        expected: Expected::Anything,
        reason: "It is good.".into(),
    };
    for revision in [first, second] {
        registry.move_alias(&operator, &step, &RevisionSpec::Id(revision)).await.unwrap();
    }
    registry.protect_alias(&operator, &package("team/bert"), &"staging".parse().unwrap(), true).await.unwrap();
    let edge = Edge { relation: Relation::TrainedOn, target: "elsewhere/corpus".parse().unwrap() };
    registry.add_lineage(&operator, &package("team/bert"), &edge).await.unwrap();
    registry.set_quota(&operator, &"team".parse().unwrap(), Some(1 << 40)).await.unwrap();
    downloads(registry, "team/bert", first, &contents()[..2]).await;
    registry.sum_downloads().await.unwrap();
    registry.delete_package(&operator, &package("ann/other"), "ann/other").await.unwrap();
}

/// The digests of the tables of a backup. Of the packages it is the rows: a restore postpones the purge of deleted ones, and nothing else.
fn tables(folder: &Path) -> BTreeMap<String, Value> {
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let tables = manifest["tables"].as_array().unwrap().clone();
    let mut tables: BTreeMap<_, _> =
        tables.into_iter().map(|table| (table["name"].as_str().unwrap().to_owned(), table)).collect();
    let packages = tables.get_mut("packages").unwrap();
    let purge_at = packages["columns"].as_array().unwrap().iter().position(|column| column == "purge_at").unwrap();
    let file = folder.join(format!("catalog-{}", manifest["catalog"].as_str().unwrap())).join("packages.jsonl");
    let text = fs::read_to_string(file).unwrap();
    let rows = text.lines().map(|line| {
        let mut row: Value = serde_json::from_str(line).unwrap();
        row[purge_at] = row[purge_at].is_string().into();
        row
    });
    packages["sha256"] = rows.collect();
    tables
}

/// Panics unless the registry is what was backed up, in the eyes of those who use it.
async fn is_the_same(registry: &Registry, filled: &Filled) {
    for (revision, count) in filled.revisions.iter().zip([2, 3]) {
        downloads(registry, "team/bert", *revision, &contents()[..count]).await;
    }
    let ann = registry.token_actor(&filled.token.clone().into(), Client::default()).await.unwrap();
    let at: RevisionSpec = "main".parse().unwrap();
    let detail = registry.package(&ann, &package("team/bert"), &at).await.unwrap();
    assert_eq!(detail.revision.id, filled.revisions[1]);
    let query = SearchQuery { filters: Filters { text: "bert".into(), ..Filters::default() }, ..SearchQuery::default() };
    assert_eq!(registry.search_packages(&ann, &query).await.unwrap().items.len(), 1, "words are found");
    let operator = Actor::operator();
    let graph = registry.lineage(&operator, &package("team/bert")).await.unwrap();
    let expected = filled.registry.lineage(&operator, &package("team/bert")).await.unwrap();
    assert!(graph == expected && graph.links.len() == 2, "{graph:?}");
    let former = registry.package(&operator, &package("team/draft"), &at).await.unwrap();
    assert_eq!((former.package.full_name().as_str(), &former.facts.topics[..]), ("team/tuned", &["nlp".to_owned()][..]));
    let moves = registry.alias_history(&operator, &package("team/bert"), &"production".parse().unwrap(), None).await.unwrap();
    assert_eq!((moves.items.len(), moves.items[0].to), (2, Some(filled.revisions[1])));
    let query = SearchQuery { sort: Sort::Downloads, ..SearchQuery::default() };
    let most = registry.search_packages(&operator, &query).await.unwrap().items;
    assert_eq!(most[0].package.full_name(), "team/bert");
    assert!(most.iter().all(|found| found.package.full_name() != "ann/other"), "what is deleted stays so");
    let storage = registry.namespace_storage(&operator, &"team".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(storage.quota_bytes, Some(1 << 40));
    registry.sign_in("root", "correct horse".to_owned().into(), &Client::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_moves_between_engines_and_stores_and_back() {
    let filled = filled().await;
    let folders = TempDir::new().unwrap();
    let folder = |name: &str| folders.path().join(name);
    filled.registry.backup(&Actor::operator(), folder("first"), QUIET).await.unwrap();
    let original = tables(&folder("first"));
    assert!(original.values().all(|table| table["rows"].as_u64() > Some(0)), "something of everything: {original:?}");

    // there and back: with TEST_CATALOG=postgres TEST_STORE=s3 to others
    let worlds = [World::new().await, World::on(Engine::Sqlite, false).await];
    let mut from = folder("first");
    for (world, name) in worlds.iter().zip(["second", "third"]) {
        let registry = world.open().await;
        registry.restore(&Actor::operator(), from, ForeignStore::Refuse, QUIET).await.unwrap();
        let mut copied =
            { registry.backup(&Actor::operator(), folder(name), QUIET).await.map(|_| tables(&folder(name))).unwrap() };
        let mut expected = original.clone();
        let rows = |tables: &mut BTreeMap<String, Value>| tables.remove("audit").unwrap()["rows"].as_u64().unwrap();
        assert!(rows(&mut copied) > rows(&mut expected), "that it was restored is recorded");
        assert_eq!(copied, expected, "{name}: every row is the same, to the last bit");
        is_the_same(&registry, &filled).await;
        // it counts on where the other stopped, and owns what it has
        publish(&registry, "team/new", &[Bytes::from("new")]).await;
        let kept = world.kept();
        let later = OffsetDateTime::now_utc() + Duration::days(3);
        assert!(registry.collect_garbage(&Actor::operator(), Collecting::Remove, later).await.unwrap().is_own_store);
        assert_eq!(world.kept(), kept);
        registry.close().await;
        from = folder(name);
    }
    filled.registry.close().await;
}

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
        assert_eq!(registry.users(&Actor::operator(), None).await.unwrap().items.len(), 0, "{words}");
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
        if let Ok(history) = restored.history(&Actor::operator(), &package("team/busy"), None).await {
            for (newer, older) in history.items.iter().zip(&history.items[1..]) {
                assert_eq!(newer.revision.parent, Some(older.revision.id), "no revision without the one before");
            }
            let head = history.items[0].revision.clone();
            let at = RevisionSpec::Id(head.id);
            let tree = restored.tree(&Actor::operator(), &package("team/busy"), &at, "", None).await.unwrap();
            assert_eq!(tree.items.len(), 2);
            let names: Vec<_> = upload("team/busy", &[contents()[0].clone()]).files;
            assert!(tree.items.iter().any(|entry| entry.path == names[0].path.as_str()));
        }
        restored.close().await;
    }
    uploads.await.unwrap();
    filled.registry.close().await;
}
