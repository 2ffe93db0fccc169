//! Sessions: from the first step to the last, interrupted, repeated, given up.

use std::{
    fs::File,
    time::{Duration, SystemTime},
};

use domain::{
    listing::Page,
    upload::{MIN_PART_BYTES, UploadState, UploadStatus},
};

use crate::harness::{Deployment, Files, Random, TestServer, eventually};

#[tokio::test]
async fn a_folder_comes_back_bit_for_bit() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let weights = Random::seeded(1).bytes(2 * MIN_PART_BYTES as usize + 5);
    let files = Files::various().and("model.bin", weights);
    let upload = files.upload("ann/bert", Some("1.0.0"));
    let status = ann.begin(&upload).await.unwrap();
    assert_eq!(status.state, UploadState::Open);
    assert_eq!((status.files, status.total_bytes), (7, files.manifest().total_bytes()));
    let parts: u32 = status.missing.iter().map(|blob| blob.plan.count()).sum();
    assert_eq!(parts, 6 + 3, "every small file is one part, the weights are three");
    ann.send_missing(&status, &files).await.unwrap();
    let revision = ann.complete(status.id).await.unwrap();
    assert_eq!(revision, files.manifest().revision_id(None, "ann", "Import"), "the id derives from the content alone");
    for at in ["main", "1.0.0", &revision.to_string(), &revision.to_string()[..7], "refs/heads/main", "refs/tags/1.0.0"] {
        assert_eq!(ann.download("ann/bert", at, &files).await, files, "{at}");
    }
}

#[tokio::test]
async fn a_new_revision_builds_on_the_one_before() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let first = ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let changed = Files::various().and("config.json", "{\"changed\": true}");
    let second = ann.publish("ann/bert", Some("1.1.0"), &changed).await;
    assert_eq!(second, changed.manifest().revision_id(Some(&first), "ann", "Import"));
    let history = ann.history("ann/bert").await.unwrap();
    assert_eq!(history.iter().map(|entry| entry.revision.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!(history[0].revision.parent, Some(first));
    assert_eq!(ann.download("ann/bert", "1.0.0", &Files::various()).await, Files::various());
    assert_eq!(ann.package("ann/bert", "main").await.unwrap().revision.id, second);
}

#[tokio::test]
async fn blobs_that_exist_are_not_asked_for_again() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/first", None, &Files::various()).await;
    let more = Files::various().and("copy/of/README.md", &Files::various().0["README.md"]).and("new.txt", "new");
    let status = ann.begin(&more.upload("ann/second", None)).await.unwrap();
    let asked: Vec<_> = status.missing.iter().map(|blob| more.blob(&blob.sha256)).collect();
    assert_eq!(asked, [b"new"]);
    ann.send_missing(&status, &more).await.unwrap();
    ann.complete(status.id).await.unwrap();
    assert_eq!(ann.download("ann/second", "main", &more).await, more);
}

#[tokio::test]
async fn an_interrupted_upload_goes_on_where_it_was_even_after_a_crash() {
    let mut server = TestServer::start().await;
    let ann = server.user("ann");
    let files = Files::of("model.bin", Random::seeded(2).bytes(MIN_PART_BYTES as usize + 100)).and("small.txt", "small");
    let upload = files.upload("ann/bert", Some("1.0.0"));
    let begun = ann.begin(&upload).await.unwrap();
    let large = begun.missing.iter().find(|blob| blob.plan.count() == 2).unwrap();
    let address = ann.address(begun.id, large.sha256, 2).await;
    ann.put(&address, files.0["model.bin"][MIN_PART_BYTES as usize..].to_vec()).await.unwrap();

    let again = ann.begin(&upload).await.unwrap();
    assert_eq!(again.id, begun.id, "the same files for the same version are the same session");
    let received =
        |status: &UploadStatus| status.missing.iter().find(|blob| blob.sha256 == large.sha256).unwrap().received.clone();
    assert_eq!(received(&again), [2]);

    server.kill();
    server.start_again().await;
    let ann = ann.at(&server.url);
    let resumed = ann.begin(&upload).await.unwrap();
    assert_eq!((resumed.id, received(&resumed)), (begun.id, vec![2]));
    let open = ann.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items;
    assert_eq!(open.iter().map(|status| status.id).collect::<Vec<_>>(), [begun.id]);

    ann.send_missing(&resumed, &files).await.unwrap();
    ann.complete(resumed.id).await.unwrap();
    assert_eq!(ann.download("ann/bert", "1.0.0", &files).await, files);
    assert_eq!(ann.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items, []);
}

#[tokio::test]
async fn what_a_killed_import_left_is_swept_after_a_day() {
    let deployment = Deployment::new();
    deployment.answer(&["migrate"]);
    let uploads = deployment.data().join("uploads");
    for (name, hours) in [("incoming-old", 25), ("incoming-new", 1)] {
        Files::of("copy", "half of a file").write(&uploads.join(name));
        let at = SystemTime::now() - Duration::from_secs(hours * 3600);
        File::open(uploads.join(name)).unwrap().set_modified(at).unwrap();
    }
    let _server = deployment.serve().await;
    eventually("the sweep", async || (!uploads.join("incoming-old").exists()).then_some(())).await;
    assert!(uploads.join("incoming-new/copy").exists(), "an import may be under way");
}

#[tokio::test]
async fn completing_twice_gives_the_same_revision() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let status = ann.begin(&Files::various().upload("ann/bert", None)).await.unwrap();
    ann.send_missing(&status, &Files::various()).await.unwrap();
    let (one, two) = tokio::join!(ann.complete(status.id), ann.complete(status.id));
    let one = one.unwrap();
    assert_eq!(one, two.unwrap(), "at once");
    assert_eq!(one, ann.complete(status.id).await.unwrap(), "afterwards");
    assert_eq!(ann.history("ann/bert").await.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_is_visible_before_all_blobs_are_there() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let files = Files::of("a.txt", "aaa").and("b.txt", "bbb");
    let status = ann.begin(&files.upload("ann/bert", Some("1.0.0"))).await.unwrap();
    let blob = &status.missing[0];
    ann.put(&ann.address(status.id, blob.sha256, 1).await, files.blob(&blob.sha256).to_vec()).await.unwrap();
    let refused = ann.complete(status.id).await.unwrap_err();
    assert_eq!(refused.status(), 409);
    assert!(refused.message().contains("not complete yet"), "{refused:?}");
    assert_eq!(ann.package("ann/bert", "main").await.unwrap_err().status(), 404);
    assert_eq!(ann.file("ann/bert", "main", "a.txt").await.unwrap_err().status(), 404);
    let found: domain::listing::Page<domain::listing::PackageSummary> = ann.read("search_packages", &[]).await.unwrap();
    assert_eq!(found.items, []);
}

#[tokio::test]
async fn an_upload_is_given_up_once_and_begun_anew() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let upload = Files::various().upload("ann/bert", None);
    let status = ann.begin(&upload).await.unwrap();
    let sha256 = status.missing[0].sha256;
    let address = ann.address(status.id, sha256, 1).await;
    ann.put(&address, Files::various().blob(&sha256).to_vec()).await.unwrap();
    ann.abort(status.id).await.unwrap();
    ann.abort(status.id).await.expect("doing it again is no error");
    for refused in [
        ann.complete(status.id).await.map(|_| ()).unwrap_err(),
        ann.addresses(status.id, sha256, &[1]).await.map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(refused.status(), 409, "{refused:?}");
    }
    let anew = ann.begin(&upload).await.unwrap();
    assert_ne!(anew.id, status.id);
    assert!(anew.missing.iter().all(|blob| blob.received.is_empty()));
    ann.send_missing(&anew, &Files::various()).await.unwrap();
    ann.complete(anew.id).await.unwrap();
    let late = ann.abort(anew.id).await.unwrap_err();
    assert_eq!((late.status(), late.message().contains("committed already")), (409, true), "{late:?}");
    assert_eq!(ann.download("ann/bert", "main", &Files::various()).await, Files::various());
}

#[tokio::test]
async fn an_upload_belongs_to_whoever_began_it() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let status = ann.begin(&Files::various().upload("ann/bert", None)).await.unwrap();
    let sha256 = status.missing[0].sha256;
    for (what, refused) in [
        ("addresses", bob.addresses(status.id, sha256, &[1]).await.map(|_| ()).unwrap_err()),
        ("complete", bob.complete(status.id).await.map(|_| ()).unwrap_err()),
        ("abort", bob.abort(status.id).await.unwrap_err()),
    ] {
        assert_eq!(refused.status(), 404, "{what}: {refused:?}");
    }
    assert_eq!(bob.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items, []);
    let elsewhere = bob.begin(&Files::various().upload("ann/bert", None)).await.unwrap_err();
    assert_eq!(elsewhere.status(), 403);
    assert!(elsewhere.message().contains("use your own, “bob”"), "{elsewhere:?}");
    ann.send_missing(&status, &Files::various()).await.unwrap();
    ann.complete(status.id).await.unwrap();
}
