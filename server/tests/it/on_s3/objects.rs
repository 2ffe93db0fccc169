//! Objects from the first part to the blob: completed by two servers at once, interrupted in between, given up.

use domain::Sha256Digest;
use url::Url;

use crate::harness::{Client, Deployment, Files, Store, TestServer, eventually};

/// The bucket's name for the multipart upload of an address.
fn multipart(address: &str) -> String {
    let url: Url = address.parse().unwrap();
    url.query_pairs().find(|(name, _)| name == "uploadId").unwrap().1.into_owned()
}

async fn on_a_bucket() -> (TestServer, Client) {
    let server = Deployment::on_store(Store::S3).serve().await;
    let ann = server.user("ann");
    (server, ann)
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn two_servers_complete_the_same_upload_at_once() {
    let (server, ann) = on_a_bucket().await;
    let second = server.deployment.beside().serve().await;
    let at_second = ann.at(&second.url);
    for round in 0..5 {
        let files = Files::various().and("round.txt", round.to_string());
        let status = ann.begin(&files.upload("ann/bert", Some(&format!("{round}.0.0")))).await.unwrap();
        ann.send_missing(&status, &files).await.unwrap();
        let patient = async |client: &Client| {
            eventually("the revision", async || match client.complete(status.id).await {
                Ok(revision) => Some(revision),
                Err(trouble) if trouble.status() == 503 => None,
                Err(other) => panic!("{other:?}"),
            })
            .await
        };
        let (one, two) = tokio::join!(patient(&ann), patient(&at_second));
        assert_eq!(one, two, "round {round}");
        assert_eq!(at_second.download("ann/bert", &format!("{round}.0.0"), &files).await, files);
    }
    assert_eq!(ann.history("ann/bert").await.unwrap().len(), 5);
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn the_same_content_of_two_uploads_is_kept_once() {
    let (server, ann) = on_a_bucket().await;
    let files = Files::various();
    let (one, two) = (files.upload("ann/one", None), files.upload("ann/two", None));
    let (one, two) = (ann.begin(&one).await.unwrap(), ann.begin(&two).await.unwrap());
    ann.send_missing(&one, &files).await.unwrap();
    ann.send_missing(&two, &files).await.unwrap();
    let (first, second) = tokio::join!(ann.complete(one.id), ann.complete(two.id));
    first.unwrap();
    second.unwrap();
    for package in ["ann/one", "ann/two"] {
        assert_eq!(ann.download(package, "main", &files).await, files, "{package}");
    }
    let bucket = server.deployment.bucket().unwrap();
    eventually("one object for each content", async || (bucket.objects().len() == files.0.len()).then_some(())).await;
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn what_is_given_up_goes_from_the_bucket() {
    let (server, ann) = on_a_bucket().await;
    let files = Files::of("ten.txt", "0123456789");
    let status = ann.begin(&files.upload("ann/bert", None)).await.unwrap();
    let address = ann.address(status.id, Sha256Digest::of(b"0123456789"), 1).await;
    ann.put(&address, "0123456789").await.unwrap();
    let bucket = server.deployment.bucket().unwrap();
    assert!(bucket.knows(&multipart(&address)));
    ann.abort(status.id).await.unwrap();
    assert!(!bucket.knows(&multipart(&address)));
    assert_eq!(bucket.objects(), [""; 0]);
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn an_object_with_wrong_content_goes_at_once() {
    let (server, ann) = on_a_bucket().await;
    let status = ann.begin(&Files::of("ten.txt", "0123456789").upload("ann/bert", None)).await.unwrap();
    let address = ann.address(status.id, Sha256Digest::of(b"0123456789"), 1).await;
    ann.put(&address, "9876543210").await.unwrap();
    let refused = ann.complete(status.id).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused:?}");
    assert_eq!(server.deployment.bucket().unwrap().objects(), [""; 0]);
    let again = ann.address(status.id, Sha256Digest::of(b"0123456789"), 1).await;
    assert_ne!(multipart(&again), multipart(&address), "the next attempt has an object of its own");
}

#[test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
fn registries_with_different_prefixes_share_a_bucket() {
    let deployment = Deployment::on_store(Store::S3);
    let bucket = deployment.bucket().unwrap();
    let other = Deployment::on_store(Store::S3);
    let other =
        bucket.variables().into_iter().fold(other, |other, (name, value)| other.with(name, value)).with("S3_PREFIX", "a/b");
    for (deployment, package) in [(&deployment, "team/a"), (&other, "team/b")] {
        Files::various().write(&deployment.path("files"));
        deployment.answer(&["import", "files", "--name", package]);
        deployment.answer(&["export", package, "out"]);
        assert_eq!(Files::read(&deployment.path("out")), Files::various(), "{package}");
    }
    let keys = bucket.objects();
    let (prefixed, plain): (Vec<_>, Vec<_>) = keys.iter().partition(|key| key.starts_with("a/b/blobs/"));
    assert_eq!((prefixed.len(), plain.len()), (6, 6), "{keys:?}");
    assert!(plain.iter().all(|key| key.starts_with("blobs/")), "{keys:?}");
}
