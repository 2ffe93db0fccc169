//! A registry of a test's own on the catalog and the store of this run, and what is behind it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use domain::{
    PackageKind, PackageRef, RevisionId, Sha256Digest,
    lifecycle::Expected,
    manifest::ManifestFile,
    refs::{RefName, RevisionSpec},
    upload::{BeginUpload, PartRequest, UploadState, UploadStatus},
};
use futures::stream;
use registry::{Actor, Error, PartSignature, Registry, S3Settings, Settings};
use sqlx::{AssertSqlSafe, Connection as _};
use time::Duration;
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

use crate::engine::{Engine, TestCatalog};

/// A catalog and a store. All is gone when it is dropped.
pub(crate) struct World {
    pub(crate) catalog: TestCatalog,
    pub(crate) settings: Settings,
    engine: Engine,
}

impl World {
    /// As the variables of this run say.
    pub(crate) async fn new() -> Self {
        let engine = match variable("TEST_CATALOG").as_deref() {
            None | Some("sqlite") => Engine::Sqlite,
            Some("postgres") => Engine::Postgres,
            Some(other) => panic!("TEST_CATALOG must be sqlite or postgres, not {other}"),
        };
        let is_s3 = match variable("TEST_STORE").as_deref() {
            None | Some("folder") => false,
            Some("s3") => true,
            Some(other) => panic!("TEST_STORE must be folder or s3, not {other}"),
        };
        Self::on(engine, is_s3).await
    }

    /// On this engine and store.
    pub(crate) async fn on(engine: Engine, is_s3: bool) -> Self {
        let catalog = TestCatalog::new(engine).await;
        let settings = Settings { s3: is_s3.then(bucket), ..catalog.settings() };
        Self { catalog, settings, engine }
    }

    /// With this grace period.
    pub(crate) fn with_grace(mut self, grace: Duration) -> Self {
        self.settings.garbage_grace = grace;
        self
    }

    pub(crate) async fn open(&self) -> Registry {
        Registry::open(self.settings.clone()).await.unwrap()
    }

    /// The folder where the files or objects of blobs are.
    pub(crate) fn store(&self) -> PathBuf {
        match &self.settings.s3 {
            None => self.settings.data_dir.clone(),
            Some(s3) => Path::new(&variable("TEST_S3_FOLDER").unwrap()).join(&s3.prefix),
        }
    }

    /// The contents that the store keeps as blobs, whether the catalog knows them or not.
    pub(crate) fn kept(&self) -> BTreeSet<Sha256Digest> {
        let mut kept = BTreeSet::new();
        let mut folders = vec![self.store().join("blobs")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    // the store of the tests keeps an object `…/<sha256>/<uuid>` as such a file
                    kept.extend(path.iter().filter_map(|part| part.to_str()?.parse::<Sha256Digest>().ok()));
                }
            }
        }
        kept
    }

    /// Takes the bytes of a blob away.
    pub(crate) fn lose(&self, blob: &Sha256Digest) {
        let hex = blob.to_hex();
        let shelf = self.store().join("blobs").join(&hex[..2]);
        match &self.settings.s3 {
            None => fs::remove_file(shelf.join(&hex[2..4]).join(&hex)).unwrap(),
            Some(_) => fs::remove_dir_all(shelf.join(&hex)).unwrap(),
        }
    }

    /// Runs statements behind the registry's back.
    pub(crate) async fn sql(&self, statements: String) {
        match self.engine {
            Engine::Sqlite => {
                let mut conn = self.catalog.sqlite().await;
                sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut conn).await.unwrap();
                conn.close().await.unwrap();
            }
            Engine::Postgres => {
                sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut self.catalog.postgres().await).await.unwrap();
            }
        }
    }

    /// Removes revisions for good with all that points at them, as the purge of a package does. `which` chooses rows of `revisions`.
    pub(crate) async fn purge(&self, which: &str) {
        let doomed = format!("(SELECT seq FROM revisions WHERE {which})");
        self.sql(format!(
            "BEGIN;
             DELETE FROM refs WHERE revision_seq IN {doomed};
             DELETE FROM alias_moves WHERE from_seq IN {doomed} OR to_seq IN {doomed};
             DELETE FROM reports WHERE revision_seq IN {doomed};
             DELETE FROM jobs WHERE revision_seq IN {doomed};
             DELETE FROM entries WHERE revision_seq IN {doomed};
             DELETE FROM revisions WHERE seq IN (SELECT seq FROM (SELECT seq FROM revisions WHERE {which}) AS doomed);
             COMMIT"
        ))
        .await;
    }
}

/// A part of the bucket of this run.
fn bucket() -> S3Settings {
    S3Settings {
        endpoint: Some(variable("TEST_S3_ENDPOINT").expect("run this with scripts/with-s3.sh").parse().unwrap()),
        bucket: variable("TEST_S3_BUCKET").unwrap(),
        region: None,
        path_style: true,
        encryption: None,
        // short: the store of the tests makes one name of a file from bucket and key
        prefix: Uuid::now_v7().simple().to_string()[24..].to_owned(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

pub(crate) fn package(name: &str) -> PackageRef {
    PackageRef::parse(PackageKind::Model, name).unwrap()
}

/// What becomes a revision of these contents.
pub(crate) fn upload(name: &str, contents: &[Bytes]) -> BeginUpload {
    let file = |bytes: &Bytes| {
        let sha256 = Sha256Digest::of(bytes);
        ManifestFile { path: format!("{}.txt", sha256.short()).parse().unwrap(), size: bytes.len() as u64, sha256 }
    };
    BeginUpload {
        package: package(name),
        branch: RefName::default_branch(),
        version: None,
        visibility: None,
        parent: Expected::Anything,
        message: String::new(),
        files: contents.iter().map(file).collect(),
    }
}

/// Sends all that is missing of an upload.
pub(crate) async fn send(registry: &Registry, status: &UploadStatus, contents: &[Bytes]) -> Result<(), Error> {
    for blob in status.missing.iter().filter(|blob| blob.received.is_empty()) {
        let bytes = contents.iter().find(|bytes| Sha256Digest::of(bytes) == blob.sha256).unwrap().clone();
        let request = PartRequest { upload: status.id, sha256: blob.sha256, numbers: vec![1] };
        let address = registry.part_addresses(&Actor::operator(), &request).await?.remove(0).url;
        if address.starts_with("http") {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            client.put(address).body(bytes).send().await.unwrap().error_for_status().unwrap();
            continue;
        }
        // taken apart as the route does it
        let address = url::Url::parse("http://registry").unwrap().join(&address).unwrap();
        let value = |name| address.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        let part = PartSignature {
            upload: status.id,
            sha256: blob.sha256,
            number: 1,
            expires: value("expires").parse().unwrap(),
            signature: value("signature"),
        };
        registry.receive_part(&part, None, stream::iter([Ok::<_, std::io::Error>(bytes)])).await?;
    }
    Ok(())
}

/// Completes, however long it takes.
pub(crate) async fn complete(registry: &Registry, status: &UploadStatus) -> Result<RevisionId, Error> {
    loop {
        match registry.complete_upload(&Actor::operator(), status.id).await?.state {
            UploadState::Committed { revision } => return Ok(revision),
            UploadState::Verifying { .. } => {}
            state @ (UploadState::Open | UploadState::Aborted) => panic!("completed, and yet {state:?}"),
        }
    }
}

/// From the first step to the last.
pub(crate) async fn publish(registry: &Registry, name: &str, contents: &[Bytes]) -> RevisionId {
    let status = registry.begin_upload(&Actor::operator(), upload(name, contents)).await.unwrap();
    send(registry, &status, contents).await.unwrap();
    complete(registry, &status).await.unwrap()
}

/// Panics unless every file of a revision has its content.
pub(crate) async fn downloads(registry: &Registry, name: &str, revision: RevisionId, contents: &[Bytes]) {
    for file in upload(name, contents).files {
        let found = registry.file(&Actor::operator(), &package(name), &RevisionSpec::Id(revision), &file.path).await.unwrap();
        let mut bytes = Vec::new();
        registry.open_file(&Actor::operator(), &found, 0).await.unwrap().read_to_end(&mut bytes).await.unwrap();
        assert_eq!(Sha256Digest::of(&bytes), file.sha256, "{} of {revision}", file.path);
    }
}
