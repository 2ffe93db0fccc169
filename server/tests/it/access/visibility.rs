//! A package is seen by whom it is meant for, from its first moment on.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::{
    ErrorKind,
    listing::{ExistingPackage, PackageSummary, Page},
    people::Visibility,
    search::FacetCounts,
    upload::{BeginUpload, UploadStatus},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{Client, Files, TestServer, about, eventually},
    rest::send,
};

/// Whether somebody finds anything of `ann/<name>`, by whatever way.
async fn sees(client: &Client, name: &str) -> bool {
    let package = format!("ann/{name}");
    let found: Page<PackageSummary> = client.read("search_packages", &[("params[q]", name)]).await.unwrap();
    let listed: Page<PackageSummary> = client.read("search_packages", &[("params[namespace]", "ann")]).await.unwrap();
    let expression = [("params[regex]", name), ("params[regex_in]", "card")];
    let matched: Page<PackageSummary> = client.read("search_packages", &expression).await.unwrap();
    let counted: FacetCounts = client.read("facet_counts", &[("params[namespace]", "ann")]).await.unwrap();
    let existing = client.read::<Option<ExistingPackage>>("existing_package", &about(&package)).await;
    let page = client.request(Method::GET, &format!("/{package}")).header("accept", "text/html").send().await.unwrap();
    let zip = client.request(Method::GET, &format!("/api/v1/models/{package}/archive/main")).send().await.unwrap();
    !found.items.is_empty()
        || !listed.items.is_empty()
        || !matched.items.is_empty()
        || counted.counted > 0
        || existing.is_ok_and(|existing| existing.is_some())
        || client.package(&package, "main").await.is_ok()
        || client.file(&package, "main", "README.md").await.is_ok()
        || page.status() == StatusCode::OK
        || zip.status().is_success()
}

fn private(name: &str, files: &Files) -> BeginUpload {
    BeginUpload { visibility: Some(Visibility::Private), ..files.upload(&format!("ann/{name}"), None) }
}

#[tokio::test]
async fn a_private_package_is_visible_to_others_at_no_time() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let others = [bob.clone(), server.browser("bob").await, server.anonymous()];
    let files = Files::of("README.md", "# Secret\n\nWhat secret plans say.");
    let unseen = async |when: &str| {
        for other in &others {
            assert!(!sees(other, "secret").await, "{when}");
        }
    };
    let begun = ann.begin(&private("secret", &files)).await.unwrap();
    assert_eq!(begun.visibility, Some(Visibility::Private));
    unseen("begun").await;
    ann.send_missing(&begun, &files).await.unwrap();
    unseen("sent").await;
    ann.complete(begun.id).await.unwrap();
    unseen("committed").await;
    eventually("the score", async || ann.scores("ann/secret").await.report).await;
    unseen("scored").await;
    ann.publish("ann/secret", Some("1.0.0"), &files.clone().and("more.txt", "more")).await;
    unseen("changed").await;
    assert!(sees(&ann, "secret").await, "its owner finds it by the same ways");
    assert_eq!(ann.package("ann/secret", "main").await.unwrap().visibility, Visibility::Private);
    let audit = server.deployment.answer(&["audit", "--action", "set_visibility"]);
    assert!(audit.contains("ann  set_visibility  model/ann/secret private"), "{audit}");
}

#[tokio::test]
async fn whoever_looks_all_the_time_never_sees_a_private_package() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let is_over = AtomicBool::new(false);
    let publish = async {
        for number in 0..8 {
            let files = Files::of("README.md", format!("# Secret\n\nNumber {number}."));
            ann.upload(&private(&format!("secret{number}"), &files), &files).await.unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    };
    let look = async {
        let mut looks = 0;
        while !is_over.load(Ordering::Relaxed) || looks == 0 {
            assert!(!sees(&bob, "secret").await, "look {looks}");
            looks += 1;
        }
    };
    tokio::join!(publish, look);
    let own: Page<PackageSummary> = ann.read("search_packages", &[("params[q]", "secret")]).await.unwrap();
    assert_eq!(own.items.len(), 8);
}

#[tokio::test]
async fn it_is_said_of_new_packages_and_holds_until_it_is_changed() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let files = Files::various();
    ann.publish("ann/open", None, &files).await;
    assert_eq!(ann.package("ann/open", "main").await.unwrap().visibility, Visibility::Internal, "unless it is said");
    ann.upload(&private("secret", &files), &files).await.unwrap();

    let next = files.clone().and("next.txt", "next");
    let refused = ann.begin(&private("open", &next)).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused:?}");
    assert!(refused.message().contains("“ann/open” exists already and is internal, not private"), "{refused:?}");
    for said in [Some(Visibility::Private), None] {
        let next = next.clone().and("said.txt", format!("{said:?}"));
        ann.upload(&BeginUpload { visibility: said, ..private("secret", &next) }, &next).await.expect("it is that already");
        assert_eq!(ann.package("ann/secret", "main").await.unwrap().visibility, Visibility::Private);
    }
    assert!(bob.package("ann/open", "main").await.is_ok());
    assert!(bob.package("ann/secret", "main").await.is_err());
}

#[tokio::test]
async fn an_upload_that_is_gone_on_with_keeps_what_was_said() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let files = Files::various();
    let begun = ann.begin(&private("secret", &files)).await.unwrap();
    let again = ann.begin(&files.upload("ann/secret", None)).await.unwrap();
    assert_eq!((again.id, again.visibility), (begun.id, Some(Visibility::Private)), "nothing was said: it stays");
    let open = ann.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items;
    assert_eq!(open[0].visibility, Some(Visibility::Private));
    let internal = BeginUpload { visibility: Some(Visibility::Internal), ..private("secret", &files) };
    assert_eq!(ann.begin(&internal).await.unwrap().visibility, Some(Visibility::Internal), "what was said last holds");
    ann.begin(&private("secret", &files)).await.unwrap();

    // somebody makes the package meanwhile, for everybody who is signed in
    ann.send_missing(&begun, &files).await.unwrap();
    ann.publish("ann/secret", None, &Files::of("a.txt", "a")).await;
    let refused = ann.complete(begun.id).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused:?}");
    assert!(refused.message().contains("is internal, not private"), "{refused:?}");
    assert_eq!(ann.history("ann/secret").await.unwrap().len(), 1, "nothing half-done is left");
}

#[tokio::test]
async fn only_who_may_open_a_package_later_makes_a_public_one() {
    let server = TestServer::start().await;
    let run = |arguments: &[&str]| server.deployment.answer(arguments);
    for name in ["root-user", "uploader", "manager"] {
        run(&["create-user", name, "--password", "correct horse", "--admin"][..if name == "root-user" { 5 } else { 4 }]);
    }
    let root = server.browser("root-user").await;
    root.form::<String>("create_organisation", &[("name", "team")]).await.unwrap();
    run(&["grant", "team", "uploader", "upload"]);
    run(&["grant", "team", "manager", "admin"]);
    let (uploader, manager) = (server.browser("uploader").await, server.browser("manager").await);
    let program = server.with_permissions("manager", "search,download,upload");
    let files = Files::various();
    let begin = async |client: &Client, name: &str, visibility| {
        let upload = BeginUpload { visibility: Some(visibility), ..files.upload(&format!("team/{name}"), None) };
        client.upload(&upload, &files).await
    };
    for (client, name, visibility) in [
        (&uploader, "one", Visibility::Private),
        (&uploader, "two", Visibility::Internal),
        (&manager, "three", Visibility::Public),
        (&program, "four", Visibility::Private),
    ] {
        begin(client, name, visibility).await.unwrap();
        assert_eq!(manager.package(&format!("team/{name}"), "main").await.unwrap().visibility, visibility, "{name}");
    }
    for client in [&uploader, &program] {
        let refused = begin(client, "five", Visibility::Public).await.unwrap_err();
        assert_eq!(refused.status(), ErrorKind::Forbidden.status(), "{refused:?}");
        assert!(refused.message().contains("make it private or internal"), "{refused:?}");
        begin(client, "three", Visibility::Public).await.expect("it is public already");
    }
    assert!(server.anonymous().package("team/three", "main").await.is_ok());

    // the right is asked for again when the package appears
    let upload = BeginUpload { visibility: Some(Visibility::Public), ..files.upload("team/six", None) };
    let begun = manager.begin(&upload).await.unwrap();
    run(&["grant", "team", "manager", "upload"]);
    assert_eq!(manager.complete(begun.id).await.unwrap_err().status(), 403);
    assert_eq!(root.package("team/six", "main").await.unwrap_err().status(), 404);
}

#[tokio::test]
async fn it_is_said_by_rest_and_at_the_command_line_too() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let files = Files::various();
    let listed: Vec<_> =
        files.listed().iter().map(|file| json!({"path": file.path, "size": file.size, "sha256": file.sha256.to_hex()})).collect();
    let new = |visibility: &str| json!({"kind": "model", "namespace": "ann", "name": "rest", "visibility": visibility, "files": listed});
    let (status, refused) = send(&ann, Method::POST, "/uploads", &new("secret")).await;
    assert_eq!(status, 422, "{refused}");
    let (status, begun) = send(&ann, Method::POST, "/uploads", &new("private")).await;
    assert_eq!((status, &begun["visibility"]), (200, &json!("private")), "{begun}");
    let upload = ann.begin(&private("rest", &files)).await.unwrap();
    assert_eq!(begun["id"].as_str().unwrap(), upload.id.to_string(), "the same upload");
    ann.send_missing(&upload, &files).await.unwrap();
    ann.complete(upload.id).await.unwrap();
    assert!(!sees(&bob, "rest").await && sees(&ann, "rest").await);

    files.write(&server.deployment.path("bert"));
    let import = |visibility: &str| server.deployment.run(&["import", "bert", "--name", "ann/line", "--visibility", visibility]);
    assert_eq!(import("secret").code, Some(2));
    import("private").answer();
    assert!(!sees(&bob, "line").await && sees(&ann, "line").await);
    let refused = import("public");
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.stderr.contains("is private, not public"), "{refused:?}");
    import("private").answer();
}
