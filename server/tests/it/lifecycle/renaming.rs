//! Renamed packages are found by either name, until the old one is released.

use domain::{
    PackageRef,
    listing::{PackageSummary, Page},
};

use super::{change, model, page, versions};
use crate::harness::{Client, Files, TestServer, Trouble, about};

async fn rename(client: &Client, from: &str, to: &str) -> Result<PackageRef, Trouble> {
    let (namespace, name) = to.split_once('/').unwrap();
    change(client, "rename_package", from, &[("new_namespace", namespace), ("new_name", name)]).await
}

#[tokio::test]
async fn old_names_lead_to_the_new_one() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    let ann = server.browser("ann").await;
    let revisions = versions(&program, 1).await;
    assert_eq!(rename(&ann, "ann/bert", "ann/albert").await.unwrap(), model("ann/albert"));
    assert_eq!(rename(&ann, "ann/bert", "ann/robert").await.unwrap(), model("ann/robert"), "by its first name");
    for name in ["ann/bert", "ann/albert", "ANN/Robert"] {
        let detail = ann.package(name, "main").await.unwrap();
        assert_eq!((detail.package, detail.revision.id), (model("ann/robert"), revisions[0]), "{name}");
    }
    for (old, new) in [
        ("/ann/bert", "/ann/robert"),
        ("/ann/albert/versions?alias=x%20y", "/ann/robert/versions?alias=x%20y"),
        ("/ann/bert/tree/main/a%20b", "/ann/robert/tree/main/a%20b"),
        ("/api/v1/models/ann/bert/resolve/main/README.md", "/api/v1/models/ann/robert/resolve/main/README.md"),
        ("/api/v1/models/ann/albert/archive/1.0.0", "/api/v1/models/ann/robert/archive/1.0.0"),
    ] {
        let answer = page(&ann, old).await;
        assert_eq!(answer.status(), 308, "{old}");
        assert_eq!(answer.headers()["location"], new);
        assert_eq!(answer.headers()["cache-control"], "no-store", "the name may come back");
        let told = page(&server.anonymous(), old).await;
        assert!(told.headers().get("location").is_none_or(|to| to != new), "nobody else learns it");
    }
    let hits: Page<PackageSummary> = ann.read("search_packages", &[("params[q]", "robert")]).await.unwrap();
    assert_eq!(hits.items.len(), 1);
    let hits: Page<PackageSummary> = ann.read("search_packages", &[("params[q]", "albert")]).await.unwrap();
    assert_eq!(hits.items.len(), 0);
}

#[tokio::test]
async fn renaming_back_works_and_leaves_no_circle() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    let ann = server.browser("ann").await;
    versions(&program, 1).await;
    rename(&ann, "ann/bert", "ann/albert").await.unwrap();
    assert_eq!(rename(&ann, "ann/albert", "ann/bert").await.unwrap(), model("ann/bert"));
    assert_eq!(page(&ann, "/ann/bert").await.status(), 200);
    assert_eq!(page(&ann, "/ann/albert").await.headers()["location"], "/ann/bert");
    assert_eq!(rename(&ann, "ann/bert", "ann/BERT").await.unwrap(), model("ann/BERT"), "another spelling");
    assert_eq!(page(&ann, "/ann/bert").await.status(), 200);
}

#[tokio::test]
async fn a_former_name_is_free_only_when_it_was_released() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    server.user("bob");
    let ann = server.browser("ann").await;
    versions(&program, 1).await;
    rename(&ann, "ann/bert", "ann/albert").await.unwrap();
    let files = Files::of("other.txt", "another package");
    let refused = program.begin(&files.upload("ann/bert", None)).await.unwrap_err();
    assert_eq!(refused.status(), 409);
    assert!(refused.message().contains("“ann/albert” now"), "{refused:?}");
    for (client, status) in [(&program, 403), (&server.browser("bob").await, 404)] {
        assert_eq!(change::<()>(client, "release_name", "ann/bert", &[]).await.unwrap_err().status(), status);
    }
    change::<()>(&ann, "release_name", "ann/bert", &[]).await.unwrap();
    assert_eq!(change::<()>(&ann, "release_name", "ann/bert", &[]).await.unwrap_err().status(), 404);
    let other = program.publish("ann/bert", None, &files).await;
    assert_eq!(program.package("ann/bert", "main").await.unwrap().revision.id, other);
    assert_ne!(program.package("ann/albert", "main").await.unwrap().revision.id, other);
}

#[tokio::test]
async fn an_upload_that_was_under_way_is_told_the_new_name() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    let ann = server.browser("ann").await;
    versions(&program, 1).await;
    let files = Files::of("late.txt", "late");
    let begun = program.begin(&files.upload("ann/bert", None)).await.unwrap();
    program.send_missing(&begun, &files).await.unwrap();
    rename(&ann, "ann/bert", "ann/albert").await.unwrap();
    let refused = program.complete(begun.id).await.unwrap_err();
    assert_eq!(refused.status(), 409);
    assert!(refused.message().contains("ann/albert"), "{refused:?}");
    assert_eq!(program.history("ann/albert").await.unwrap().len(), 1);
}

#[tokio::test]
async fn names_that_cannot_be_given_are_refused() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    server.user("bob");
    let (ann, bob) = (server.browser("ann").await, server.browser("bob").await);
    versions(&program, 1).await;
    program.publish("ann/other", None, &Files::of("a", "other")).await;
    program.publish("ann/gone", None, &Files::of("a", "gone")).await;
    change::<domain::lifecycle::DeletedPackage>(&ann, "delete_package", "ann/gone", &[("confirmation", "ann/gone")])
        .await
        .unwrap();
    for (client, from, to, status) in [
        (&ann, "ann/bert", "ann/other", 409),
        (&ann, "ann/bert", "ANN/OTHER", 409),
        (&ann, "ann/bert", "ann/gone", 409),
        (&ann, "ann/bert", "ann/a b", 422),
        (&ann, "ann/bert", "models/bert", 422),
        (&ann, "ann/bert", "bob/bert", 403),
        (&bob, "ann/bert", "bob/bert", 403),
        (&program, "ann/bert", "ann/albert", 403),
        (&ann, "ann/nothing", "ann/albert", 404),
        (&ann, "ann/gone", "ann/albert", 404),
    ] {
        let refused = rename(client, from, to).await.unwrap_err();
        assert_eq!(refused.status(), status, "{from} -> {to}: {refused:?}");
    }
    assert_eq!(ann.package("ann/bert", "main").await.unwrap().package, model("ann/bert"));
}

#[tokio::test]
async fn readers_find_a_package_while_it_is_renamed() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    let ann = server.browser("ann").await;
    let revisions = versions(&program, 1).await;
    let renaming = async {
        for to in ["ann/albert", "ann/bert", "ann/albert", "ann/bert"] {
            rename(&ann, "ann/bert", to).await.unwrap();
        }
    };
    let reading = async {
        for _ in 0..40 {
            let detail: domain::listing::PackageDetail = program.read("package", &about("ann/bert")).await.unwrap();
            assert_eq!(detail.revision.id, revisions[0]);
        }
    };
    tokio::join!(renaming, reading);
}
