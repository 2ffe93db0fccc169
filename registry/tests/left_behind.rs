//! What nobody goes on with leaves the bucket: run with `scripts/with-s3.sh`, ignored without.

#[cfg(test)]
mod waiting;

use std::path::Path;

use domain::{
    PackageKind, PackageRef, Sha256Digest,
    lifecycle::Expected,
    manifest::ManifestFile,
    refs::RefName,
    upload::{BeginUpload, PartRequest},
};
use registry::{Actor, Registry, S3Settings, Scheduler, Settings};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
#[cfg(test)]
use waiting::until;

/// The bucket that the script has made.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
fn bucket() -> S3Settings {
    let variable = |name| std::env::var(name).unwrap_or_else(|_| panic!("{name}: run this with scripts/with-s3.sh"));
    S3Settings {
        endpoint: Some(variable("TEST_S3_ENDPOINT").parse().unwrap()),
        bucket: variable("TEST_S3_BUCKET"),
        region: None,
        path_style: true,
        encryption: None,
        prefix: String::new(),
    }
}

#[cfg(test)]
fn settings(folder: &Path, s3: S3Settings, upload_lifetime: time::Duration) -> Settings {
    Settings { s3: Some(s3), upload_lifetime, ..Settings::in_folder(folder.to_owned(), "autograder".into()) }
}

#[cfg(test)]
fn upload() -> BeginUpload {
    BeginUpload {
        package: PackageRef::parse(PackageKind::Model, "team/bert").unwrap(),
        branch: RefName::default_branch(),
        version: None,
        visibility: None,
        parent: Expected::Anything,
        message: "Import".into(),
        files: vec![ManifestFile { path: "ten.txt".parse().unwrap(), size: 10, sha256: Sha256Digest::of(b"0123456789") }],
    }
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn objects_of_expired_uploads_and_of_servers_that_died_are_swept() {
    let folder = tempfile::tempdir().unwrap();
    // the uploads of this registry expire at once
    let settings = settings(folder.path(), bucket(), time::Duration::ZERO);
    let registry = Registry::open(settings.clone()).await.unwrap();
    let begun = registry.begin_upload(&Actor::operator(), upload()).await.unwrap();
    let request = PartRequest { upload: begun.id, sha256: begun.missing[0].sha256, numbers: vec![1] };
    registry.part_addresses(&Actor::operator(), &request).await.unwrap();
    let catalog = SqliteConnectOptions::new().filename(folder.path().join("catalog.db"));
    let mut conn = SqliteConnection::connect_with(&catalog).await.unwrap();
    // another server died two days ago before the bucket told it the name of a multipart upload, a third one only just now
    for (key, at) in [("blobs/00/old", "2020-01-01T00:00:00+00:00"), ("blobs/00/new", "2999-01-01T00:00:00+00:00")] {
        sqlx::query(
            "INSERT INTO upload_objects (key, upload_id, sha256, state, created_at) VALUES ($1, x'01', x'02', 'intended', $2)",
        )
        .bind(key)
        .bind(at)
        .execute(&mut conn)
        .await
        .unwrap();
    }
    let scheduler = Scheduler::start(registry.clone());
    let mut left = Vec::new();
    until("what nobody goes on with is given up", async || {
        left = sqlx::query_scalar::<_, String>("SELECT key FROM upload_objects ORDER BY key").fetch_all(&mut conn).await.unwrap();
        left.len() == 1
    })
    .await;
    assert_eq!(left, ["blobs/00/new"], "only what somebody may be at is left");
    scheduler.stop().await;
    registry.close().await;
}
