//! A registry with something of everything, and comparing others with it.

use std::{collections::BTreeMap, fmt::Debug, fs, path::Path};

use bytes::Bytes;
use domain::{
    FilePath, PackageRef, RevisionId, Sha256Digest,
    account::{NewToken, Permission},
    audit::{AuditEntry, AuditFilter},
    lifecycle::Expected,
    lineage::{Edge, Relation},
    people::NewInvitation,
    refs::{RefKind, RevisionSpec},
    report::{Facts, Metric, MetricName, Outcome, REPORT_VERSION, Report},
    search::{Filters, SearchQuery, Sort},
};
use registry::{Actor, AliasStep, Client, ImportTarget, NewUser, Progress, Registry};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;

use crate::{
    engine::Engine,
    importing::on_main,
    world::{World, downloads, package, publish},
};

pub(crate) const CARD: &str = "---\nlicense: mit\ntags: [nlp]\nbase_model: team/bert\n---\n# A card";

pub(crate) const QUIET: &(dyn Fn(Progress) + Sync) = &|_| ();

pub(crate) fn contents() -> Vec<Bytes> {
    [Bytes::from("# Card\nof a model"), Bytes::new(), Bytes::from(vec![7; 3 << 20])].into()
}

/// A registry with something of everything, and what its users have.
pub(crate) struct Filled {
    pub(crate) world: World,
    pub(crate) registry: Registry,
    pub(crate) token: String,
    pub(crate) revisions: Vec<RevisionId>,
}

pub(crate) async fn filled() -> Filled {
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
    let report = serde_json::to_string(&report()).unwrap();
    world.sql(format!("UPDATE reports SET body = '{report}' WHERE revision_seq = (SELECT min(seq) FROM revisions)")).await;
    Filled { world, registry, token, revisions: vec![first, second] }
}

/// Lets something happen to the packages: everything that a package may have besides revisions.
async fn live(registry: &Registry, world: &World, first: RevisionId, second: RevisionId) {
    let operator = Actor::operator();
    let source = world.settings.data_dir.join("source");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("README.md"), CARD).unwrap();
    let target = ImportTarget { version: Some("1.0.0".parse().unwrap()), ..on_main(package("team/draft")) };
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

/// One that pages can read.
fn report() -> Report {
    let outcome = Outcome::Scored { score: 0.1 + 0.2, parts: BTreeMap::new(), evidence: Vec::new() };
    Report {
        version: REPORT_VERSION,
        autograder: "none".into(),
        metrics: vec![Metric { name: MetricName::NetScore, outcome, latency_us: 1 }],
        findings: Vec::new(),
        verdict: None,
        facts: Facts::default(),
        latency_ms: 1,
    }
}

/// The digests of the tables of a backup. Of the packages it is the rows: a restore postpones the purge of deleted ones, and nothing else.
pub(crate) fn tables(folder: &Path) -> BTreeMap<String, Value> {
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let tables = manifest["tables"].as_array().unwrap().clone();
    let mut tables: BTreeMap<_, _> =
        tables.into_iter().map(|table| (table["name"].as_str().unwrap().to_owned(), table)).collect();
    let packages = tables.get_mut("packages").unwrap();
    let purge_at = packages["columns"].as_array().unwrap().iter().position(|column| column == "purge_at").unwrap();
    let file = folder.join(format!("catalog-{}", manifest["catalog"].as_str().unwrap())).join("packages.jsonl");
    let rows = fs::read_to_string(file).unwrap();
    let rows = rows.lines().map(|line| {
        let mut row: Value = serde_json::from_str(line).unwrap();
        row[purge_at] = row[purge_at].is_string().into();
        row
    });
    packages["sha256"] = rows.collect();
    tables
}

/// Panics unless the registry is what was backed up, in the eyes of those who use it.
pub(crate) async fn is_the_same(registry: &Registry, filled: &Filled) {
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
    let moves =
        registry.alias_history(&operator, &package("team/bert"), &"production".parse().unwrap(), None.into()).await.unwrap();
    assert_eq!((moves.items.len(), moves.items[0].to), (2, Some(filled.revisions[1])));
    let query = SearchQuery { sort: Sort::Downloads, ..SearchQuery::default() };
    let most = registry.search_packages(&operator, &query).await.unwrap().items;
    assert_eq!(most[0].package.full_name(), "team/bert");
    assert!(most.iter().all(|found| found.package.full_name() != "ann/other"), "what is deleted stays so");
    let storage = registry.namespace_storage(&operator, &"team".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(storage.quota_bytes, Some(1 << 40));
    registry.sign_in("root", "correct horse".to_owned().into(), &Client::default()).await.unwrap();
}

/// Whatever is told of a registry, but for its audit record and its downloads of files: equal when nothing was changed on the way.
pub(crate) async fn told(registry: &Registry) -> Vec<String> {
    let operator = Actor::operator();
    let (team, ann) = ("team".parse().unwrap(), "ann".parse().unwrap());
    let found = registry.search_packages(&operator, &SearchQuery::default()).await.unwrap();
    let packages: Vec<PackageRef> = found.items.iter().map(|found| found.package.clone()).collect();
    assert_eq!(packages.len(), 2, "{packages:?}");
    let deleted = registry.deleted_package(&operator, &package("ann/other")).await.unwrap().expect("it was deleted");
    let mut all = vec![
        text(found.items),
        text(registry.users(&operator, None.into()).await.unwrap().items),
        text(registry.members(&operator, &team, None.into()).await.unwrap().items),
        text(registry.tokens_of(&operator, &ann, None.into()).await.unwrap().items),
        text(registry.invitations(&operator, None.into()).await.unwrap().items),
        text(registry.storage(&operator, None.into()).await.unwrap().items),
        text(registry.total_storage(&operator).await.unwrap()),
        text(registry.facet_counts(&operator, &Filters::default()).await.unwrap()),
        // when it is purged is left out: a restore postpones that
        text((deleted.package, deleted.deleted_at, deleted.deleted_by, deleted.is_purging)),
        text(registry.renamed_to(&operator, &package("team/draft")).await.unwrap().expect("it was renamed")),
    ];
    for package in packages {
        for kind in [RefKind::Branch, RefKind::Tag] {
            all.push(text(registry.refs_of_kind(&operator, &package, kind, None.into()).await.unwrap().items));
        }
        for alias in registry.aliases(&operator, &package, None.into()).await.unwrap().items {
            all.push(text(
                registry.alias_history(&operator, &package, &alias.name.parse().unwrap(), None.into()).await.unwrap().items,
            ));
            all.push(text(alias));
        }
        all.push(text(registry.lineage(&operator, &package).await.unwrap()));
        all.push(text(registry.jobs(&operator, &package, None.into()).await.unwrap().items));
        for entry in registry.history(&operator, &package, None.into()).await.unwrap().items {
            let at = RevisionSpec::Id(entry.revision.id);
            all.push(text(entry));
            all.push(text(registry.package(&operator, &package, &at).await.unwrap()));
            all.push(text(registry.tree(&operator, &package, &at, None, None.into()).await.unwrap().items));
            all.push(text(registry.card(&operator, &package, &at).await.unwrap()));
            all.push(text(registry.components(&operator, &package, &at).await.unwrap()));
            all.push(text(registry.cost(&operator, &package, &at).await.unwrap()));
            // not every report is one of this version
            all.push(text(registry.scores(&operator, &package, &at).await.map_err(|error| error.kind())));
        }
    }
    all
}

/// With the numbers to the last bit: `Debug` writes the shortest that reads back.
fn text(told: impl Debug) -> String {
    format!("{told:#?}")
}

/// The whole audit record, newest first.
pub(crate) async fn record(registry: &Registry) -> Vec<AuditEntry> {
    let page = registry.audit(&Actor::operator(), &AuditFilter::All, None.into()).await.unwrap();
    assert_eq!(page.next, None);
    page.items
}

/// Reads every file of every revision of a package, and compares it with its digest; how many there are.
pub(crate) async fn every_file_downloads(registry: &Registry, package: &PackageRef) -> usize {
    let operator = Actor::operator();
    let mut files = 0;
    for entry in registry.history(&operator, package, None.into()).await.unwrap().items {
        let at = RevisionSpec::Id(entry.revision.id);
        for found in registry.tree(&operator, package, &at, None, None.into()).await.unwrap().items {
            let path: FilePath = found.path.parse().unwrap();
            let file = registry.file(&operator, package, &at, &path).await.unwrap();
            let mut bytes = Vec::new();
            registry.open_file(&operator, &file, 0).await.unwrap().read_to_end(&mut bytes).await.unwrap();
            assert_eq!((Sha256Digest::of(&bytes), bytes.len() as u64), (file.sha256, file.size), "{package}@{at:?}/{path}");
            files += 1;
        }
    }
    files
}
