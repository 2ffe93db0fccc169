//! Versions: given once, never changed.

use domain::{refs::RefKind, upload::UploadState};

use crate::harness::{Client, Files, TestServer};

async fn tags(client: &Client, package: &str) -> Vec<(String, String)> {
    let detail = client.package(package, "main").await.unwrap();
    let tags = detail.refs.into_iter().filter(|reference| reference.kind == RefKind::Tag);
    tags.map(|tag| (tag.name, tag.revision.to_string())).collect()
}

#[tokio::test]
async fn a_version_that_is_taken_is_refused_before_anything_is_sent() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let first = ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let refused = ann.begin(&Files::of("other.txt", "other").upload("ann/bert", Some("1.0.0"))).await.unwrap_err();
    assert_eq!(refused.status(), 409);
    assert!(refused.message().contains("use another, such as 1.0.1"), "{refused:?}");
    assert_eq!(tags(&ann, "ann/bert").await, [("1.0.0".to_owned(), first.to_string())]);
}

#[tokio::test]
async fn the_same_files_for_the_same_version_are_the_same_revision() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let first = ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let again = ann.begin(&Files::various().upload("ann/bert", Some("1.0.0"))).await.unwrap();
    assert_eq!((again.state, again.missing), (UploadState::Committed { revision: first }, vec![]));
    assert_eq!(ann.history("ann/bert").await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_files_for_a_new_version_are_the_same_revision_with_one_more_tag() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let first = ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let again = ann.publish("ann/bert", Some("2.0.0"), &Files::various()).await;
    assert_eq!(again, first);
    assert_eq!(ann.history("ann/bert").await.unwrap().len(), 1);
    let id = first.to_string();
    assert_eq!(tags(&ann, "ann/bert").await, [("2.0.0".to_owned(), id.clone()), ("1.0.0".to_owned(), id)]);
}

#[tokio::test]
async fn of_two_uploads_for_one_version_one_wins() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.with_permissions("ann", "search,download,upload"));
    let (red, blue) = (Files::of("red.txt", "red"), Files::of("blue.txt", "blue"));
    let mut begun = Vec::new();
    for (client, files) in [(&ann, &red), (&bob, &blue)] {
        let status = client.begin(&files.upload("ann/bert", Some("1.0.0"))).await.unwrap();
        client.send_missing(&status, files).await.unwrap();
        begun.push(status.id);
    }
    let (one, two) = tokio::join!(ann.complete(begun[0]), bob.complete(begun[1]));
    let (winner, loser) = match (one, two) {
        (Ok(winner), Err(loser)) | (Err(loser), Ok(winner)) => (winner, loser),
        both => panic!("{both:?}"),
    };
    assert_eq!(loser.status(), 409);
    assert!(loser.message().contains("exists already with other files"), "{loser:?}");
    let history = ann.history("ann/bert").await.unwrap();
    assert_eq!(history.iter().map(|entry| entry.revision.id).collect::<Vec<_>>(), [winner], "nothing is left of the other");
    assert_eq!(tags(&ann, "ann/bert").await, [("1.0.0".to_owned(), winner.to_string())]);
}

#[tokio::test]
async fn branches_go_their_own_ways() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let main = ann.publish("ann/bert", None, &Files::of("a.txt", "on main")).await;
    let files = Files::of("a.txt", "on a branch");
    let mut upload = files.upload("ann/bert", Some("2.0.0-rc.1"));
    upload.branch = "feature/new-head".parse().unwrap();
    let branch = ann.upload(&upload, &files).await.unwrap();
    for (at, expected) in [("main", main), ("feature/new-head", branch), ("2.0.0-rc.1", branch)] {
        assert_eq!(ann.package("ann/bert", at).await.unwrap().revision.id, expected, "{at}");
    }
    assert_eq!(ann.file("ann/bert", "feature/new-head", "a.txt").await.unwrap(), b"on a branch");
}
