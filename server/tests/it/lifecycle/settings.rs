//! Settings are changed only as they were seen, for who says what that was: of packages, quotas, members, protections of aliases.

use reqwest::Method;
use serde_json::{Value, json};

use super::versions;
use crate::{
    harness::{Client, TestServer},
    rest::{get, send},
};

/// The entity tag of what is at an address.
async fn seen(client: &Client, path: &str) -> String {
    let answer = client.request(Method::GET, &format!("/api/v1{path}")).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.headers()["etag"].to_str().unwrap().to_owned()
}

/// A change on a condition: its status and the entity tag of the answer.
async fn change(client: &Client, method: Method, path: &str, condition: (&str, &str), body: &Value) -> (u16, String) {
    let request = client.request(method, &format!("/api/v1{path}")).header(condition.0, condition.1);
    let answer = request.json(body).send().await.unwrap();
    let (status, tag) = (answer.status().as_u16(), answer.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned()));
    let tag = tag.unwrap_or_default();
    if status == 412 {
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], "outdated", "{body}");
        let current = body["error"]["current"].as_str().map(|current| format!("\"{current}\"")).unwrap_or_default();
        assert_eq!(current, tag, "{body}");
    }
    (status, tag)
}

async fn start() -> (TestServer, Client, Client) {
    let server = TestServer::start().await;
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    versions(&server.user("ann"), 2).await;
    let (ann, root) = (server.browser("ann").await, server.browser("root-user").await);
    (server, ann, root)
}

#[tokio::test]
async fn of_two_who_change_what_both_saw_the_second_is_told_how_it_is_now() {
    let (server, ann, root) = start().await;
    server.user("bob");
    assert_eq!(send(&ann, Method::PUT, "/namespaces/ann/members/bob", &json!({"permission": "search"})).await.0, 204);
    let package = "/models/ann/bert";
    for (read, changed, first, second) in [
        (package.to_owned(), format!("{package}/visibility"), json!({"visibility": "public"}), json!({"visibility": "private"})),
        (
            "/namespaces/ann/storage".to_owned(),
            "/namespaces/ann/quota".to_owned(),
            json!({"quota_bytes": 1000}),
            json!({"quota_bytes": 2000}),
        ),
        (
            "/namespaces/ann/members/bob".to_owned(),
            "/namespaces/ann/members/bob".to_owned(),
            json!({"permission": "upload"}),
            json!({"permission": "download"}),
        ),
        (
            format!("{package}/aliases/production/protection"),
            format!("{package}/aliases/production/protection"),
            json!({"is_protected": false}),
            json!({"is_protected": true}),
        ),
    ] {
        let before = seen(&root, &read).await;
        assert_eq!(seen(&root, &read).await, before, "{read}: it does not change by itself");
        let (status, _) = change(&root, Method::PUT, &changed, ("if-match", &before), &first).await;
        assert!([200, 204].contains(&status), "{changed}: {status}");
        let now = seen(&root, &read).await;
        assert_ne!(now, before, "{read}");
        let late = change(&root, Method::PUT, &changed, ("if-match", &before), &second).await;
        assert_eq!(late, (412, now.clone()), "{changed}");
        assert_eq!(seen(&root, &read).await, now, "{changed}: nothing happened");
        for (name, value, expected) in
            [("if-none-match", "*", 412), ("if-match", "\"x\"", 412), ("if-match", "\"a\", \"b\"", 422)]
        {
            assert_eq!(
                change(&root, Method::PUT, &changed, (name, value), &second).await.0,
                expected,
                "{changed} {name}: {value}"
            );
        }
        // who looked again decides
        let (status, tag) = change(&root, Method::PUT, &changed, ("if-match", &now), &second).await;
        assert!([200, 204].contains(&status), "{changed}: {status}");
        let after = seen(&root, &read).await;
        assert_eq!(tag, after, "{changed}");
        assert_eq!(change(&root, Method::PUT, &changed, ("if-match", "*"), &second).await.0, status, "{changed}");
    }
}

#[tokio::test]
async fn a_package_is_renamed_deleted_and_brought_back_only_as_it_was_seen() {
    let (_server, ann, _) = start().await;
    let nothing = Value::Null;
    let before = seen(&ann, "/models/ann/bert").await;
    assert_eq!(send(&ann, Method::PUT, "/models/ann/bert/visibility", &json!({"visibility": "private"})).await.0, 204);
    let rename = json!({"name": "albert"});
    let hidden = seen(&ann, "/models/ann/bert").await;
    let late = change(&ann, Method::POST, "/models/ann/bert/rename", ("if-match", &before), &rename).await;
    assert_eq!(late, (412, hidden.clone()));
    let (status, renamed) = change(&ann, Method::POST, "/models/ann/bert/rename", ("if-match", &hidden), &rename).await;
    assert_eq!((status, &renamed), (200, &seen(&ann, "/models/ann/albert").await));
    let delete = "/models/ann/albert?confirm=ann/albert";
    assert_eq!(change(&ann, Method::DELETE, delete, ("if-match", &hidden), &nothing).await, (412, renamed.clone()));
    let (status, deleted) = change(&ann, Method::DELETE, delete, ("if-match", &renamed), &nothing).await;
    assert_eq!((status, &seen(&ann, "/models/ann/albert/deleted").await), (200, &deleted));
    let undelete = "/models/ann/albert/undelete";
    assert_eq!(change(&ann, Method::POST, undelete, ("if-match", &renamed), &nothing).await, (412, deleted.clone()));
    assert_eq!(change(&ann, Method::POST, undelete, ("if-match", &deleted), &nothing).await.0, 200);
    assert_eq!(seen(&ann, "/models/ann/albert").await, renamed, "as it was");
    // it was deleted once more since that was seen
    let again = change(&ann, Method::DELETE, delete, ("if-match", "*"), &nothing).await.1;
    assert_eq!(change(&ann, Method::POST, undelete, ("if-match", &deleted), &nothing).await, (412, again));
}

#[tokio::test]
async fn a_member_is_added_and_removed_only_as_it_was_seen() {
    let (server, ann, _) = start().await;
    server.user("bob");
    let bob = "/namespaces/ann/members/bob";
    let (upload, search) = (json!({"permission": "upload"}), json!({"permission": "search"}));
    assert_eq!(get(&ann, bob).await.0, 404);
    assert_eq!(change(&ann, Method::PUT, bob, ("if-match", "*"), &upload).await, (412, String::new()), "not there");
    let (status, made) = change(&ann, Method::PUT, bob, ("if-none-match", "*"), &upload).await;
    assert_eq!((status, &made), (204, &seen(&ann, bob).await));
    assert_eq!(get(&ann, bob).await.1["permission"], "upload");
    let (status, lowered) = change(&ann, Method::PUT, bob, ("if-match", &made), &search).await;
    assert_eq!(status, 204);
    assert_eq!(change(&ann, Method::DELETE, bob, ("if-match", &made), &Value::Null).await, (412, lowered.clone()));
    assert_eq!(change(&ann, Method::DELETE, bob, ("if-match", &lowered), &Value::Null).await.0, 204);
    assert_eq!(get(&ann, bob).await.0, 404);
    assert_eq!(get(&server.anonymous(), bob).await.0, 401);
    assert_eq!(get(&server.browser("bob").await, "/namespaces/ann/members/ann").await.0, 404);
}

#[tokio::test]
async fn of_many_at_once_who_saw_the_same_one_is_first() {
    let (_server, _, root) = start().await;
    let before = seen(&root, "/namespaces/ann/storage").await;
    let changes = (1..=10).map(|number| {
        let (root, before) = (&root, &before);
        async move {
            let quota = json!({"quota_bytes": number * 1000});
            change(root, Method::PUT, "/namespaces/ann/quota", ("if-match", before), &quota).await.0
        }
    });
    let mut told = futures::future::join_all(changes).await;
    told.sort_unstable();
    assert_eq!(told, [&[200][..], &[412; 9]].concat());
}
