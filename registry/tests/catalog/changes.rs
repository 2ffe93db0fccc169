//! Changes that several servers make at the same moment: each happens as a whole, and none is lost.

use std::{
    collections::HashSet,
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use domain::{
    ErrorKind, PackageKind, PackageRef, RevisionId, Sha256Digest,
    account::{NewToken, Permission},
    job::JobState,
    lifecycle::Expected,
    manifest::ManifestFile,
    refs::{RefName, RevisionSpec},
    upload::{BeginUpload, PartRequest, UploadState, UploadStatus},
};
use futures::{future::join_all, stream};
use registry::{Actor, Client, Error, ImportTarget, NewUser, PartSignature, Registry};
use sqlx::Connection as _;

use crate::{
    engine::{Engine, TestCatalog},
    importing::on_main,
    waiting::until,
};

/// How many do the same at once.
const CROWD: usize = 12;

on_both_engines!(
    commits_to_one_branch_become_one_chain,
    a_version_is_given_once,
    an_upload_that_is_begun_at_once_is_one,
    parts_and_completions_from_everywhere_make_one_revision,
    an_upload_is_either_committed_or_given_up,
    a_user_is_made_once,
    a_job_is_queued_once_and_cancelled_once,
);

/// Three servers on one catalog, each asked in its turn.
struct Servers {
    servers: Vec<Registry>,
    sources: tempfile::TempDir,
    catalog: TestCatalog,
}

impl Servers {
    async fn start(engine: Engine) -> Self {
        let catalog = TestCatalog::new(engine).await;
        let servers = vec![catalog.open().await, catalog.open().await, catalog.open().await];
        Self { servers, sources: tempfile::tempdir().unwrap(), catalog }
    }

    /// Has the crowd do the same on all servers at once.
    async fn all_at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        act: impl Fn(Registry, usize) -> F,
    ) -> Vec<T> {
        let acts = (0..CROWD).map(|number| tokio::spawn(act(self.servers[number % self.servers.len()].clone(), number)));
        join_all(acts).await.into_iter().map(Result::unwrap).collect()
    }

    /// A folder with one file.
    fn folder(&self, content: &str) -> PathBuf {
        let folder = self.sources.path().join(content);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("file.txt"), content).unwrap();
        folder
    }

    /// Somebody who uploads.
    async fn ann(&self) -> Actor {
        let operator = Actor::operator();
        let new = NewUser { name: "ann".parse().unwrap(), password: None, admin: false };
        self.servers[0].create_user(&operator, new).await.unwrap();
        let permissions = vec![Permission::Search, Permission::Download, Permission::Upload];
        let token = NewToken { name: "test".into(), permissions, days: None, namespaces: vec![] };
        let token = self.servers[0].create_token_for(&operator, &"ann".parse().unwrap(), &token).await.unwrap();
        self.servers[0].token_actor(&token.secret.into(), Client::default()).await.unwrap()
    }
}

fn package() -> PackageRef {
    PackageRef::parse(PackageKind::Model, "ann/bert").unwrap()
}

fn target(version: Option<&str>) -> ImportTarget {
    ImportTarget { version: version.map(|version| version.parse().unwrap()), ..on_main(package()) }
}

fn main_branch() -> RevisionSpec {
    "main".parse().unwrap()
}

/// The revisions with their parents, newest first.
async fn chain(registry: &Registry) -> Vec<(RevisionId, Option<RevisionId>)> {
    let page = registry.history(&Actor::operator(), &package(), None.into()).await.unwrap();
    page.items.iter().map(|entry| (entry.revision.id, entry.revision.parent)).collect()
}

/// Panics unless there is one success; the rest collided.
fn one_succeeded<T>(ended: Vec<Result<T, Error>>) -> T {
    let (done, failed): (Vec<_>, Vec<_>) = ended.into_iter().partition(Result::is_ok);
    for error in failed.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
    assert_eq!(done.len(), 1);
    done.into_iter().find_map(Result::ok).unwrap()
}

async fn commits_to_one_branch_become_one_chain(engine: Engine) {
    let servers = Servers::start(engine).await;
    let folders: Arc<Vec<_>> = Arc::new((0..CROWD).map(|number| servers.folder(&number.to_string())).collect());
    let imported = servers
        .all_at_once(|registry, number| {
            let folder = folders[number].clone();
            async move { registry.import(&Actor::operator(), folder, &target(None)).await.unwrap().revision }
        })
        .await;
    let chain = chain(&servers.servers[0]).await;
    let revisions: HashSet<_> = chain.iter().map(|(id, _)| *id).collect();
    assert_eq!(revisions, imported.into_iter().collect());
    assert_eq!(chain.len(), CROWD);
    for (newer, older) in chain.iter().zip(&chain[1..]) {
        assert_eq!(newer.1, Some(older.0), "each revision follows the one before");
    }
    assert_eq!(chain[CROWD - 1].1, None);
    let head = servers.servers[1].package(&Actor::operator(), &package(), &main_branch()).await.unwrap();
    assert_eq!(head.revision.id, chain[0].0);
}

async fn a_version_is_given_once(engine: Engine) {
    let servers = Servers::start(engine).await;
    let folders: Arc<Vec<_>> = Arc::new((0..CROWD).map(|number| servers.folder(&number.to_string())).collect());
    let imported = servers
        .all_at_once(|registry, number| {
            let folder = folders[number].clone();
            async move { registry.import(&Actor::operator(), folder, &target(Some("1.0.0"))).await }
        })
        .await;
    let winner = one_succeeded(imported).revision;
    assert_eq!(chain(&servers.servers[0]).await, [(winner, None)], "nothing is left of the others");
}

/// Forty small files.
fn contents() -> Vec<Bytes> {
    (0..40).map(|number| Bytes::from(format!("file {number}"))).collect()
}

fn upload() -> BeginUpload {
    let files = contents().into_iter().enumerate().map(|(number, bytes)| ManifestFile {
        path: format!("{number}.txt").parse().unwrap(),
        size: bytes.len() as u64,
        sha256: Sha256Digest::of(&bytes),
    });
    BeginUpload {
        package: package(),
        branch: RefName::default_branch(),
        version: Some("1.0.0".parse().unwrap()),
        visibility: None,
        parent: Expected::Anything,
        message: "First".into(),
        files: files.collect(),
    }
}

async fn an_upload_that_is_begun_at_once_is_one(engine: Engine) {
    let servers = Servers::start(engine).await;
    let ann = servers.ann().await;
    let begun = servers
        .all_at_once(|registry, _| {
            let ann = ann.clone();
            async move { registry.begin_upload(&ann, upload()).await.unwrap() }
        })
        .await;
    let ids: HashSet<_> = begun.iter().map(|status| status.id).collect();
    assert_eq!(ids.len(), 1);
    assert!(begun.iter().all(|status| status.missing.len() == contents().len()));
}

/// Waits until a server has verified all that has arrived: servers that share a folder for their blobs do not verify the same file
/// at once.
async fn verified(registry: &Registry, ann: &Actor) {
    until("all that has arrived is verified", async || registry.begin_upload(ann, upload()).await.unwrap().missing.is_empty())
        .await;
}

/// Sends one part, with its address taken apart as the route does it.
async fn send(registry: &Registry, ann: &Actor, upload: &UploadStatus, bytes: Bytes) -> Result<(), Error> {
    let sha256 = Sha256Digest::of(&bytes);
    let request = PartRequest { upload: upload.id, sha256, numbers: vec![1] };
    let url = registry.part_addresses(ann, &request).await?.remove(0).url;
    let url = url::Url::parse("http://registry").unwrap().join(&url).unwrap();
    let value = |name| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let part = PartSignature {
        upload: upload.id,
        sha256,
        number: 1,
        expires: value("expires").parse().unwrap(),
        signature: value("signature"),
    };
    registry.receive_part(&part, None, stream::iter([Ok::<_, std::io::Error>(bytes)])).await
}

async fn parts_and_completions_from_everywhere_make_one_revision(engine: Engine) {
    let servers = Servers::start(engine).await;
    let ann = servers.ann().await;
    let status = Arc::new(servers.servers[0].begin_upload(&ann, upload()).await.unwrap());
    servers
        .all_at_once(|registry, number| {
            let (ann, status) = (ann.clone(), Arc::clone(&status));
            // each sends its share
            async move {
                for bytes in contents().into_iter().skip(number).step_by(CROWD) {
                    send(&registry, &ann, &status, bytes).await.unwrap();
                }
            }
        })
        .await;
    verified(&servers.servers[0], &ann).await;
    let completed = servers
        .all_at_once(|registry, _| {
            let (ann, id) = (ann.clone(), status.id);
            async move { registry.complete_upload(&ann, id).await.unwrap().state }
        })
        .await;
    let [(revision, None)] = chain(&servers.servers[0]).await[..] else { panic!("one revision") };
    assert!(completed.iter().all(|state| *state == UploadState::Committed { revision }), "{completed:?}");
}

async fn an_upload_is_either_committed_or_given_up(engine: Engine) {
    let servers = Servers::start(engine).await;
    let ann = servers.ann().await;
    let status = servers.servers[0].begin_upload(&ann, upload()).await.unwrap();
    for bytes in contents() {
        send(&servers.servers[0], &ann, &status, bytes).await.unwrap();
    }
    verified(&servers.servers[0], &ann).await;
    let ended = servers
        .all_at_once(|registry, number| {
            let (ann, id) = (ann.clone(), status.id);
            async move {
                match number % 2 {
                    0 => (true, registry.complete_upload(&ann, id).await.map(|_| ())),
                    _ => (false, registry.abort_upload(&ann, id).await),
                }
            }
        })
        .await;
    let committed = ended.iter().any(|(completing, ended)| *completing && ended.is_ok());
    let aborted = ended.iter().any(|(completing, ended)| !completing && ended.is_ok());
    assert!(committed != aborted, "{ended:?}");
    let found = servers.servers[1].package(&Actor::operator(), &package(), &main_branch()).await;
    assert_eq!(found.is_ok(), committed, "{ended:?}");
}

async fn a_user_is_made_once(engine: Engine) {
    let servers = Servers::start(engine).await;
    let made = servers
        .all_at_once(|registry, number| async move {
            let name = if number % 2 == 0 { "ann" } else { "Ann" };
            let new = NewUser { name: name.parse().unwrap(), password: None, admin: false };
            registry.create_user(&Actor::operator(), new).await
        })
        .await;
    one_succeeded(made);
}

async fn a_job_is_queued_once_and_cancelled_once(engine: Engine) {
    let servers = Servers::start(engine).await;
    servers.servers[0].import(&Actor::operator(), servers.folder("a"), &target(None)).await.unwrap();
    let cancel = |job| servers.all_at_once(move |registry, _| async move { registry.cancel_job(&Actor::operator(), job).await });
    let first = servers.servers[0].jobs(&Actor::operator(), &package(), None.into()).await.unwrap().items.remove(0);
    let cancelled = one_succeeded(cancel(first.id).await);
    assert_eq!(cancelled.state, JobState::Cancelled);
    let queued = servers
        .all_at_once(|registry, _| async move {
            registry.score_again(&Actor::operator(), &package(), &main_branch()).await.unwrap().id
        })
        .await;
    assert_eq!(queued.iter().collect::<HashSet<_>>().len(), 1);
    assert_ne!(queued[0], first.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn a_change_that_postgres_breaks_off_is_run_again() {
    let servers = Servers::start(Engine::Postgres).await;
    let ann = servers.ann().await;
    servers.servers[0].import(&Actor::operator(), servers.folder("a"), &target(None)).await.unwrap();
    let status = servers.servers[0].begin_upload(&ann, upload()).await.unwrap();
    for bytes in contents() {
        send(&servers.servers[0], &ann, &status, bytes).await.unwrap();
    }
    verified(&servers.servers[0], &ann).await;
    // somebody who locks in the other order, and whom PostgreSQL lets wait longer
    let mut stranger = servers.catalog.postgres().await;
    let mut tx = stranger.begin().await.unwrap();
    sqlx::raw_sql("SET LOCAL deadlock_timeout = '60s'; UPDATE packages SET name = name").execute(&mut *tx).await.unwrap();
    let (registry, completing) = (servers.servers[1].clone(), (ann.clone(), status.id));
    let completing = tokio::spawn(async move { registry.complete_upload(&completing.0, completing.1).await });
    servers.catalog.until_somebody_waits().await;
    // now each waits for the other, until PostgreSQL ends the registry's transaction
    sqlx::raw_sql("UPDATE uploads SET message = message").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let completed = completing.await.unwrap().unwrap();
    assert!(matches!(completed.state, UploadState::Committed { .. }), "{completed:?}");
    assert_eq!(chain(&servers.servers[0]).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn a_lock_that_nobody_gives_back_is_not_waited_for_long() {
    let servers = Servers::start(Engine::Postgres).await;
    servers.servers[0].import(&Actor::operator(), servers.folder("a"), &target(None)).await.unwrap();
    let mut stranger = servers.catalog.postgres().await;
    let mut tx = stranger.begin().await.unwrap();
    sqlx::query("UPDATE packages SET name = name").execute(&mut *tx).await.unwrap();
    let asked = Instant::now();
    let refused = servers.servers[1].import(&Actor::operator(), servers.folder("b"), &target(None)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
    tx.rollback().await.unwrap();
    servers.servers[1].import(&Actor::operator(), servers.folder("b"), &target(None)).await.unwrap();
    assert_eq!(chain(&servers.servers[0]).await.len(), 2);
}
