//! Branches are made from revisions and removed; names mean one thing.

use domain::{
    RevisionId,
    lifecycle::Expected,
    listing::{Page, RefSummary},
    upload::UploadStatus,
};

use super::{change, page, shift, versions};
use crate::harness::{Client, Files, TestServer, about};

async fn names(client: &Client, kind: &str) -> Vec<String> {
    let page: Page<RefSummary> = client.read("refs", &[&about("ann/bert")[..], &[("ref_kind", kind)]].concat()).await.unwrap();
    page.items.into_iter().map(|reference| reference.name).collect()
}

#[tokio::test]
async fn a_branch_is_made_from_a_revision_and_removed() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let revisions = versions(&ann, 2).await;
    let make = async |client: &Client, branch: &str, from: &str| {
        change::<RevisionId>(client, "create_branch", "ann/bert", &[("branch", branch), ("from", from)]).await
    };
    assert_eq!(make(&ann, "fix", "1.0.0").await.unwrap(), revisions[0]);
    assert_eq!(make(&ann, "fix", "1.0.0").await.unwrap(), revisions[0], "again is no error");
    assert_eq!(names(&ann, "branch").await, ["main", "fix"]);
    for (branch, from, status) in [("fix", "2.0.0", 409), ("1.0.0", "main", 409), ("a b", "main", 422), ("x", "nowhere", 404)] {
        assert_eq!(make(&ann, branch, from).await.unwrap_err().status(), status, "{branch} {from}");
    }
    assert_eq!(make(&bob, "mine", "main").await.unwrap_err().status(), 403);
    let remove = async |branch: &str| change::<()>(&ann, "delete_branch", "ann/bert", &[("branch", branch)]).await;
    assert_eq!(remove("main").await.unwrap_err().status(), 422);
    remove("fix").await.unwrap();
    assert_eq!(remove("fix").await.unwrap_err().status(), 404);
    assert_eq!(ann.history("ann/bert").await.unwrap().len(), 2, "the revisions stay");
}

#[tokio::test]
async fn a_revision_that_is_there_gets_a_version() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let revisions = versions(&ann, 2).await;
    let make = async |client: &Client, version: &str, at: &str| {
        change::<RevisionId>(client, "create_tag", "ann/bert", &[("version", version), ("at", at)]).await
    };
    assert_eq!(make(&ann, "1.0.1", "1.0.0").await.unwrap(), revisions[0]);
    assert_eq!(make(&ann, " 1.0.1 ", "1.0.0").await.unwrap(), revisions[0], "again is no error");
    assert_eq!(names(&ann, "tag").await, ["2.0.0", "1.0.1", "1.0.0"]);
    assert_eq!(ann.package("ann/bert", "1.0.1").await.unwrap().revision.id, revisions[0]);
    for (version, at, status) in [("1.0.1", "2.0.0", 409), ("main", "main", 409), ("1 0", "main", 422), ("3.0.0", "nowhere", 404)]
    {
        assert_eq!(make(&ann, version, at).await.unwrap_err().status(), status, "{version} {at}");
    }
    assert_eq!(make(&bob, "4.0.0", "main").await.unwrap_err().status(), 403);
    let told = page(&server.browser("ann").await, "/ann/bert/versions").await.text().await.unwrap();
    assert!(told.contains("Create the version") && told.contains("2.0.1"), "the next one is suggested: {told}");
    let told = page(&server.browser("bob").await, "/ann/bert/versions").await.text().await.unwrap();
    assert!(!told.contains("Create the version"), "{told}");
}

#[tokio::test]
async fn versions_are_listed_by_precedence() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    for version in ["1.9.0", "1.10.0", "2.0.0-rc.1", "1.10.1"] {
        ann.publish("ann/bert", Some(version), &Files::of("a.txt", version)).await;
    }
    assert_eq!(names(&ann, "tag").await, ["2.0.0-rc.1", "1.10.1", "1.10.0", "1.9.0"]);
}

#[tokio::test]
async fn uploads_give_no_name_that_an_alias_has() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    versions(&ann, 1).await;
    shift(&ann, "staging", "main", "").await.unwrap();
    let files = Files::of("a.txt", "new");
    let mut to_branch = files.upload("ann/bert", None);
    to_branch.branch = "staging".parse().unwrap();
    for upload in [to_branch, files.upload("ann/bert", Some("staging"))] {
        let refused = ann.upload(&upload, &files).await.unwrap_err();
        assert_eq!(refused.status(), 409, "{refused:?}");
        assert!(refused.message().contains("an alias"), "{refused:?}");
    }
    assert_eq!(ann.history("ann/bert").await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_who_commit_to_one_branch_one_wins_and_the_other_is_told_the_new_head() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let base = ann.publish("ann/bert", None, &Files::of("base.txt", "base")).await;
    let (red, blue) = (Files::of("red.txt", "red"), Files::of("blue.txt", "blue"));
    let mut begun = Vec::new();
    for files in [&red, &blue] {
        let status = ann.begin(&files.upload("ann/bert", None)).await.unwrap();
        ann.send_missing(&status, files).await.unwrap();
        begun.push(status.id);
    }
    let (one, two) = tokio::join!(ann.complete(begun[0]), ann.complete(begun[1]));
    let (winner, loser, files) = match (one, two) {
        (Ok(winner), Err(loser)) => (winner, loser, blue),
        (Err(loser), Ok(winner)) => (winner, loser, red),
        both => panic!("{both:?}"),
    };
    assert_eq!(loser.status(), 409);
    assert!(loser.message().contains(&winner.to_string()), "{loser:?}");
    let chain = async || -> Vec<_> {
        let entries = ann.history("ann/bert").await.unwrap();
        entries.iter().map(|entry| (entry.revision.id, entry.revision.parent)).collect()
    };
    assert_eq!(chain().await, [(winner, Some(base)), (base, None)], "nothing is left of the other");
    // who has seen the new head begins again, and sends nothing again
    let mut upload = files.upload("ann/bert", None);
    upload.parent = Expected::Revision(winner);
    let again = ann.begin(&upload).await.unwrap();
    assert_eq!(again.missing, vec![]);
    let second = ann.complete(again.id).await.unwrap();
    assert_eq!(chain().await[0], (second, Some(winner)));
}

#[tokio::test]
async fn an_upload_names_what_it_builds_on() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revisions = versions(&ann, 2).await;
    let files = Files::of("a.txt", "new");
    let mut upload = files.upload("ann/bert", None);
    for (branch, parent, status) in [
        ("main", Expected::Revision(revisions[0]), 409),
        ("main", Expected::Nothing, 409),
        ("next", Expected::Something, 409),
        ("next", Expected::Revision(revisions[1]), 409),
    ] {
        (upload.branch, upload.parent) = (branch.parse().unwrap(), parent);
        let refused = ann.begin(&upload).await.unwrap_err();
        assert_eq!(refused.status(), status, "{branch} {parent:?}: {refused:?}");
    }
    assert_eq!(ann.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items, vec![], "before anything is sent");
    for (branch, parent) in [("next", Expected::Nothing), ("main", Expected::Something)] {
        (upload.branch, upload.parent) = (branch.parse().unwrap(), parent);
        ann.upload(&upload, &files).await.unwrap();
    }
    // whose answer was lost may ask again: the very same files are there already
    (upload.branch, upload.parent) = ("main".parse().unwrap(), Expected::Revision(revisions[1]));
    ann.upload(&upload, &files).await.unwrap();
    assert_eq!(ann.history("ann/bert").await.unwrap().len(), 4);
}
