//! Catalogs that older versions wrote: whichever migration was their last, this version brings them up to date and keeps every row.

use std::{collections::BTreeMap, fs};

use domain::{
    RevisionId, Sha256Digest,
    account::Permission,
    audit::{Action, AuditFilter},
    refs::RevisionSpec,
    report::{Facts, Metric, MetricName, Outcome, REPORT_VERSION, Report},
    search::{Filters, SearchQuery},
};
use registry::{Actor, CatalogAddress, Client, Registry, Scheduler};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _,
    migrate::{Migration, Migrator},
    sqlite::SqliteConnectOptions,
};
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

use crate::{
    engine::{Engine, TestCatalog},
    lifecycle::{import, model},
    waiting::until,
};

on_both_engines!(a_catalog_of_any_older_version_keeps_every_row);

static OF_SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static OF_POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

const CARD: &str = "---\nlicense: mit\n---\n# A quokka";
const SECRET: &str = "mr_0123456789012345678901234567890123456789012";
const REVISION: [u8; 20] = [7; 20];
const UPLOAD: Uuid = Uuid::from_u128(9);

/// A value as both engines read it.
fn bytes(engine: Engine, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match engine {
        Engine::Sqlite => format!("x'{hex}'"),
        Engine::Postgres => format!("'\\x{hex}'::bytea"),
    }
}

fn uuid(engine: Engine, number: u128) -> String {
    let id = Uuid::from_u128(number);
    match engine {
        Engine::Sqlite => bytes(engine, id.as_bytes()),
        Engine::Postgres => format!("'{id}'::uuid"),
    }
}

fn report() -> String {
    let outcome = Outcome::Scored { score: 0.25, parts: BTreeMap::new(), evidence: Vec::new() };
    let report = Report {
        version: REPORT_VERSION,
        autograder: "old".into(),
        metrics: vec![Metric { name: MetricName::NetScore, outcome, latency_us: 1 }],
        findings: Vec::new(),
        verdict: None,
        facts: Facts::default(),
        latency_ms: 1,
    };
    serde_json::to_string(&report).unwrap()
}

/// What the first version would have written: a user with a token, a package with a revision, an upload on its way.
fn rows(engine: Engine) -> String {
    let (ann, token, namespace, package, job, upload) =
        (uuid(engine, 1), uuid(engine, 2), uuid(engine, 3), uuid(engine, 4), uuid(engine, 5), uuid(engine, UPLOAD.as_u128()));
    let (secret, blob) = (Sha256Digest::of(SECRET.as_bytes()), Sha256Digest::of(CARD.as_bytes()));
    let (secret, blob) = (bytes(engine, secret.as_bytes()), bytes(engine, blob.as_bytes()));
    let (revision, manifest, git_id) = (bytes(engine, &REVISION), bytes(engine, &[8; 32]), bytes(engine, &[9; 20]));
    let (size, report) = (CARD.len(), report());
    let words = match engine {
        Engine::Sqlite => format!("(rowid, package_id, name, description) VALUES (1, {package}, 'bert', '')"),
        Engine::Postgres => format!("(package_id, words) VALUES ({package}, '''bert'':1')"),
    };
    let at = "'2025-03-01T12:00:00.123456Z'";
    format!(
        "INSERT INTO users (id, name, name_key, password_hash, is_admin, created_at) VALUES ({ann}, 'Ann', 'ann', '', FALSE, {at});
         INSERT INTO tokens (id, user_id, name, secret_hash, permissions, created_at)
         VALUES ({token}, {ann}, 'laptop', {secret}, 'search download upload', {at});
         INSERT INTO namespaces (id, name, name_key, owner_id, created_at) VALUES ({namespace}, 'Ann', 'ann', {ann}, {at});
         INSERT INTO packages (id, kind, namespace_id, name, name_key, description, version, score, created_at, updated_at)
         VALUES ({package}, 'model', {namespace}, 'bert', 'bert', '', '1.0.0', 0.25, {at}, {at});
         INSERT INTO package_words {words};
         INSERT INTO blobs (sha256, size, git_id, storage, verified_at) VALUES ({blob}, {size}, {git_id}, 'file', {at});
         INSERT INTO revisions (package_id, id, manifest, author_id, author, message, files, bytes, created_at)
         VALUES ({package}, {revision}, {manifest}, {ann}, 'Ann', 'First', 1, {size}, {at});
         INSERT INTO entries (revision_seq, path, parent, is_file, size, sha256) VALUES (1, 'README.md', '', TRUE, {size}, {blob});
         INSERT INTO refs (package_id, kind, name, revision_seq, updated_at)
         VALUES ({package}, 'branch', 'main', 1, {at}), ({package}, 'tag', '1.0.0', 1, {at});
         INSERT INTO jobs (id, package_id, revision_seq, state, attempt, cancel_requested, queued_at, not_before, log_tail)
         VALUES ({job}, {package}, 1, 'succeeded', 1, FALSE, {at}, {at}, '');
         INSERT INTO reports (job_id, revision_seq, net_score, body, created_at) VALUES ({job}, 1, 0.25, '{report}', {at});
         INSERT INTO uploads (id, user_id, kind, namespace, name, branch, message, manifest, target, state, created_at, expires_at)
         VALUES ({upload}, {ann}, 'model', 'Ann', 'next', 'main', '', {manifest}, {manifest}, 'open', {at}, '2999-01-01T00:00:00Z');
         INSERT INTO upload_files (upload_id, path, size, sha256) VALUES ({upload}, 'other.md', 3, {manifest});
         INSERT INTO audit (at, actor, action, object) VALUES ({at}, 'Ann', 'sign_in', 'Ann')"
    )
}

/// Leaves a catalog as a version did whose last migration was this.
async fn written_by(catalog: &TestCatalog, engine: Engine, last: usize) {
    let first = |all: &Migrator, count| Migrator::with_migrations(all.iter().take(count).cloned().collect::<Vec<Migration>>());
    let rows = sqlx::raw_sql(AssertSqlSafe(rows(engine)));
    match catalog.settings().catalog {
        CatalogAddress::Sqlite(file) => {
            let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
            let mut conn = options.connect().await.unwrap();
            first(&OF_SQLITE, 1).run(&mut conn).await.unwrap();
            rows.execute(&mut conn).await.unwrap();
            first(&OF_SQLITE, last).run(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        }
        CatalogAddress::Postgres(_) => {
            let mut conn = catalog.postgres().await;
            first(&OF_POSTGRES, 1).run(&mut conn).await.unwrap();
            rows.execute(&mut conn).await.unwrap();
            first(&OF_POSTGRES, last).run(&mut conn).await.unwrap();
        }
    }
    let hex = Sha256Digest::of(CARD.as_bytes()).to_hex();
    let folder = catalog.settings().data_dir.join("blobs").join(&hex[..2]).join(&hex[2..4]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(hex), CARD).unwrap();
}

async fn a_catalog_of_any_older_version_keeps_every_row(engine: Engine) {
    assert_eq!(OF_SQLITE.iter().count(), OF_POSTGRES.iter().count());
    for last in 1..=OF_SQLITE.iter().count() {
        let catalog = TestCatalog::new(engine).await;
        written_by(&catalog, engine, last).await;
        let registry = catalog.open().await;
        let ann = registry.token_actor(&SECRET.to_owned().into(), Client::default()).await.unwrap();
        assert!(ann.require(Permission::Upload).is_ok() && ann.require(Permission::Admin).is_err(), "{last}");
        is_all_there(&registry, &ann, last).await;
        is_found_by_its_card(&registry, &ann, last).await;
        // it goes on where the older version stopped
        import(&registry, &model("ann/bert"), "next").await.unwrap();
        assert_eq!(registry.history(&ann, &model("ann/bert"), None.into()).await.unwrap().items.len(), 2, "{last}");
        registry.close().await;
    }
}

async fn is_all_there(registry: &Registry, ann: &Actor, last: usize) {
    let (package, revision) = (model("ann/bert"), RevisionId::from_bytes(REVISION));
    let detail = registry.package(ann, &package, &RevisionSpec::main()).await.unwrap();
    assert_eq!((detail.package.full_name().as_str(), detail.revision.id), ("Ann/bert", revision), "{last}");
    assert_eq!(detail.revision.created_at.to_string(), "2025-03-01 12:00:00.123456 +00:00:00", "{last}");
    for at in ["main", "1.0.0"] {
        let file = registry.file(ann, &package, &at.parse().unwrap(), &"README.md".parse().unwrap()).await.unwrap();
        let mut text = String::new();
        registry.open_file(ann, &file, 0).await.unwrap().read_to_string(&mut text).await.unwrap();
        assert_eq!((file.revision, text.as_str()), (revision, CARD), "{last}: {at}");
    }
    let scores = registry.scores(ann, &package, &RevisionSpec::main()).await.unwrap();
    assert_eq!(scores.report.unwrap().autograder, "old", "{last}");
    assert_eq!(registry.jobs(ann, &package, None.into()).await.unwrap().items.len(), 1, "{last}");
    let upload = registry.upload(ann, domain::UploadId(UPLOAD)).await.unwrap();
    assert_eq!((upload.package.full_name().as_str(), upload.missing.len()), ("Ann/next", 1), "{last}");
    let users = registry.users(&Actor::operator(), None.into()).await.unwrap().items;
    assert_eq!(users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Ann"], "{last}");
    let signed_in = registry.audit(&Actor::operator(), &AuditFilter::Action(Action::SignIn), None.into()).await.unwrap();
    assert_eq!(signed_in.items.len(), 1, "{last}");
}

/// Older versions did not index cards: the servers do so after the start.
async fn is_found_by_its_card(registry: &Registry, ann: &Actor, last: usize) {
    let words = async |text: &str| {
        let query = SearchQuery { filters: Filters { text: text.into(), ..Filters::default() }, ..SearchQuery::default() };
        registry.search_packages(ann, &query).await.unwrap().items.len()
    };
    assert_eq!(words("bert").await, 1, "{last}: it is found as before");
    let scheduler = Scheduler::start(registry.clone());
    until("it is indexed anew", async || words("quokka").await > 0).await;
    scheduler.stop().await;
    let detail = registry.package(ann, &model("ann/bert"), &RevisionSpec::main()).await.unwrap();
    assert_eq!(detail.facts.license.as_deref(), Some("mit"), "{last}");
}
