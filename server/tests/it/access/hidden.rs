//! What is hidden is not told in other ways either.

use crate::harness::{Client, Files, TestServer, about};

async fn set_visibility(client: &Client, package: &str, visibility: &str) {
    client.form::<()>("set_visibility", &[&about(package)[..], &[("visibility", visibility)]].concat()).await.unwrap();
}

#[tokio::test]
async fn what_is_hidden_answers_word_for_word_like_what_is_not_there() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    ann.publish("ann/secret", None, &Files::various()).await;
    set_visibility(&server.browser("ann").await, "ann/secret", "private").await;
    for client in [bob, server.anonymous()] {
        let hidden = client.package("ann/secret", "main").await.unwrap_err();
        let missing = client.package("ann/absent", "main").await.unwrap_err();
        assert_eq!(hidden.status(), missing.status());
        assert_eq!(hidden.message().replace("secret", "absent"), missing.message());
    }
}

#[tokio::test]
async fn nobody_learns_by_uploading_what_others_keep_private() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let files = Files::of("weights.bin", "what only ann has");
    ann.publish("ann/secret", None, &files).await;
    let again = ann.begin(&files.upload("ann/other", None)).await.unwrap();
    assert_eq!(again.missing, vec![], "who has sent the bytes need not do so again");
    ann.abort(again.id).await.unwrap();
    let known = bob.begin(&files.upload("bob/known", None)).await.unwrap();
    assert_eq!(known.missing, vec![], "what may be downloaded need not be sent");
    set_visibility(&server.browser("ann").await, "ann/secret", "private").await;

    let begun = bob.begin(&files.upload("bob/copy", None)).await.unwrap();
    assert_eq!(begun.missing.len(), 1, "as if the registry did not have it");
    assert_eq!(bob.complete(begun.id).await.unwrap_err().status(), 409, "without the bytes there is no revision");
    let mut guessed = files.upload("bob/guess", None);
    guessed.files[0].size += 1;
    assert_eq!(bob.begin(&guessed).await.unwrap().missing.len(), 1, "the true size is not told either");

    let address = bob.address(begun.id, begun.missing[0].sha256, 1).await;
    bob.put(&address, "x".repeat("what only ann has".len())).await.unwrap();
    assert_eq!(bob.complete(begun.id).await.unwrap_err().status(), 409, "other bytes are no proof");
    bob.send_missing(&bob.begin(&files.upload("bob/copy", None)).await.unwrap(), &files).await.unwrap();
    bob.complete(begun.id).await.unwrap();
    assert_eq!(bob.file("bob/copy", "main", "weights.bin").await.unwrap(), b"what only ann has");
    assert_eq!(ann.file("ann/secret", "main", "weights.bin").await.unwrap(), b"what only ann has");
}

#[tokio::test]
async fn a_package_says_what_its_reader_may_do_with_it() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    ann.publish("ann/bert", None, &Files::various()).await;
    let owner = server.browser("ann").await;
    for (client, expected) in [(&owner, (true, true)), (&ann, (true, false)), (&bob, (false, false))] {
        let told = client.package("ann/bert", "main").await.unwrap();
        assert_eq!((told.may_write, told.may_manage), expected);
    }
}
