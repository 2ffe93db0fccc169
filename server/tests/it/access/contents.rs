//! Content by its digest: an upload need not bring what its sender could download, and everything else.

use domain::{
    listing::Page,
    upload::{UploadState, UploadStatus},
};

use crate::harness::{Client, Files, TestServer, Trouble, about};

async fn set_visibility(client: &Client, package: &str, visibility: &str) {
    client.form::<()>("set_visibility", &[&about(package)[..], &[("visibility", visibility)]].concat()).await.unwrap();
}

/// `team/secret`, private, sent by `ann`, who may do everything there.
async fn secret(server: &TestServer) -> Files {
    let files = Files::of("model.bin", "weights that nobody else has").and("README.md", "# Secret");
    let ann = server.user("ann");
    let deployment = &server.deployment;
    deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let root = server.browser("root-user").await;
    root.form::<String>("create_organisation", &[("name", "team")]).await.unwrap();
    deployment.answer(&["grant", "team", "ann", "admin"]);
    ann.publish("team/secret", None, &files).await;
    set_visibility(&root, "team/secret", "private").await;
    files
}

fn narrow(server: &TestServer, user: &str, permissions: &str, namespace: &str) -> Client {
    let made = ["create-token", user, "--permissions", permissions, "--namespaces", namespace];
    server.anonymous().with_token(&server.deployment.answer(&made))
}

/// Panics unless a client is asked for all files, and has a package of them when it sends them and not before.
async fn must_send(client: &Client, package: &str, files: &Files) {
    let upload = files.upload(package, None);
    let begun = client.begin(&upload).await.unwrap();
    assert_eq!((&begun.state, begun.missing.len()), (&UploadState::Open, files.0.len()), "{package}");
    let refused = client.complete(begun.id).await.unwrap_err();
    assert_eq!((refused.status(), refused.message().contains("not complete yet")), (409, true), "{refused:?}");
    assert_eq!(client.package(package, "main").await.map(|_| ()).unwrap_err().status(), 404);
    // halfway, and interrupted: what has come counts
    let first = begun.missing[0].sha256;
    client.put(&client.address(begun.id, first, 1).await, files.blob(&first).to_vec()).await.unwrap();
    client.complete(begun.id).await.unwrap_err();
    let again = client.begin(&upload).await.unwrap();
    client.send_missing(&again, files).await.unwrap();
    client.complete(again.id).await.unwrap();
}

#[tokio::test]
async fn a_token_that_may_not_download_gets_no_content_by_naming_its_digest() {
    let server = TestServer::start().await;
    let files = secret(&server).await;
    let token = server.with_permissions("ann", "search,upload");
    must_send(&token, "ann/copy", &files).await;
    must_send(&token, "ann/second", &files).await;
    // what is public is nobody's secret, and what the user may download need not be sent with a token that may
    set_visibility(&server.browser("root-user").await, "team/secret", "public").await;
    assert_eq!(token.begin(&files.upload("ann/third", None)).await.unwrap().missing, []);
    set_visibility(&server.browser("root-user").await, "team/secret", "private").await;
    let whole = server.with_permissions("ann", "search,download,upload");
    assert_eq!(whole.begin(&files.upload("ann/fourth", None)).await.unwrap().missing, []);
}

#[tokio::test]
async fn a_token_for_one_namespace_brings_no_content_of_another_into_it() {
    let server = TestServer::start().await;
    let files = secret(&server).await;
    // whose user has sent it there, or may do everything everywhere
    must_send(&narrow(&server, "ann", "search,download,upload", "ann"), "ann/copy", &files).await;
    let more = files.clone().and("more.txt", "only in the secret package");
    server.browser("ann").await.publish("team/secret", None, &more).await;
    must_send(&narrow(&server, "root-user", "search,download,upload", "root-user"), "root-user/copy", &more).await;
    // its own namespace's content need not be sent
    let own = narrow(&server, "ann", "search,download,upload", "ann");
    assert_eq!(own.begin(&files.upload("ann/again", None)).await.unwrap().missing, []);
}

#[tokio::test]
async fn a_token_for_one_namespace_neither_sees_nor_ends_uploads_to_another() {
    let server = TestServer::start().await;
    let files = secret(&server).await.and("new.txt", "new");
    let ann = server.browser("ann").await;
    let begun = ann.begin(&files.upload("team/secret", None)).await.unwrap();
    let narrow = narrow(&server, "ann", "search,download,upload", "ann");
    let own = narrow.begin(&files.upload("ann/other", None)).await.unwrap();
    let listed = async |client: &Client| -> Vec<_> {
        let open = client.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items;
        open.into_iter().map(|upload| upload.id).collect()
    };
    assert_eq!(listed(&narrow).await, [own.id]);
    let status = narrow.get(&format!("/api/v1/uploads/{}", begun.id)).await.unwrap();
    assert_eq!(status.status(), 404);
    let blob = begun.missing[0].sha256;
    let refused: [(&str, Trouble); 3] = [
        ("addresses", narrow.addresses(begun.id, blob, &[1]).await.map(|_| ()).unwrap_err()),
        ("complete", narrow.complete(begun.id).await.map(|_| ()).unwrap_err()),
        ("abort", narrow.abort(begun.id).await.unwrap_err()),
    ];
    for (what, refused) in refused {
        assert_eq!(refused.status(), 404, "{what}: {refused:?}");
    }
    assert_eq!(listed(&ann).await, [own.id, begun.id], "its user sees both, and both are open");
    ann.send_missing(&begun, &files).await.unwrap();
    ann.complete(begun.id).await.unwrap();
    assert_eq!(ann.package("team/secret", "main").await.unwrap().revision.files, 3);
}
