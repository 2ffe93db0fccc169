//! Requests that are sent twice under one `Idempotency-Key`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Client, TestServer},
    rest::{answer, get},
};

/// A request under a key.
async fn keyed(client: &Client, path: &str, key: &str, body: &Value) -> (u16, Value) {
    answer(client.request(Method::POST, &format!("/api/v1{path}")).header("idempotency-key", key).json(body)).await
}

fn token(name: &str) -> Value {
    json!({"name": name, "permissions": ["search"], "days": 30})
}

async fn tokens(client: &Client) -> usize {
    get(client, "/tokens").await.1.as_array().unwrap().iter().filter(|token| token["name"] != "browser").count()
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first_was() {
    let server = TestServer::start().await;
    server.user("ann");
    let ann = server.browser("ann").await;
    let before = tokens(&ann).await;
    let request = || {
        let body = token("ci").to_string();
        let request = ann.request(Method::POST, "/api/v1/tokens").header("content-type", "application/json");
        request.header("idempotency-key", "\"3f1c\"").body(body)
    };
    let first = request().send().await.unwrap();
    assert!(!first.headers().contains_key("idempotency-replayed"));
    let (status, made) = (first.status(), first.json::<Value>().await.unwrap());
    let again = request().send().await.unwrap();
    assert_eq!((again.status(), &again.headers()["idempotency-replayed"]), (status, &"true".parse().unwrap()));
    assert_eq!(again.json::<Value>().await.unwrap(), made, "the secret, too");
    assert_eq!(tokens(&ann).await, before + 1);
    // without a key, and under another one, it is another token
    assert_eq!(answer(ann.request(Method::POST, "/api/v1/tokens").json(&token("ci"))).await.0, 201);
    assert_ne!(keyed(&ann, "/tokens", "other", &token("ci")).await.1["secret"], made["secret"]);
    assert_eq!(tokens(&ann).await, before + 3);
    // the database alone does not give the secret away
    assert!(!server.deployment.dumped_database().contains(made["secret"].as_str().unwrap()));
}

#[tokio::test]
async fn a_key_is_for_one_request_of_one_user() {
    let server = TestServer::start().await;
    for name in ["ann", "bob"] {
        server.user(name);
    }
    let (ann, bob) = (server.browser("ann").await, server.browser("bob").await);
    let (status, made) = keyed(&ann, "/tokens", "k", &token("one")).await;
    assert_eq!(status, 201, "{made}");
    let (status, refused) = keyed(&ann, "/tokens", "k", &token("two")).await;
    assert_eq!((status, &refused["error"]["code"]), (422, &json!("invalid")), "{refused}");
    let (status, his) = keyed(&bob, "/tokens", "k", &token("one")).await;
    assert_eq!(status, 201, "{his}");
    assert_ne!(his["secret"], made["secret"]);
    // a token of hers that may only search is not told the secret that her session was told
    let (status, refused) = keyed(&server.with_permissions("ann", "search"), "/tokens", "k", &token("one")).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("forbidden")), "{refused}");
    for key in ["", " ", "a b", &"x".repeat(256)] {
        assert_eq!(keyed(&ann, "/tokens", key, &token("one")).await.0, 422, "{key:?}");
    }
    assert_eq!(keyed(&server.anonymous(), "/tokens", "k", &token("one")).await.0, 401);
    let long = token(&"x".repeat(70_000));
    assert_eq!(keyed(&ann, "/tokens", "long", &long).await.0, 413);
}

#[tokio::test]
async fn what_was_refused_may_come_again_under_its_key() {
    let server = TestServer::start().await;
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let root = server.browser("root-user").await;
    let team = json!({"name": "team"});
    let program = json!({"name": "builder", "permission": "upload"});
    assert_eq!(keyed(&root, "/namespaces/team/programs", "p", &program).await.0, 404);
    assert_eq!(keyed(&root, "/organisations", "o", &team).await.0, 201);
    assert_eq!(keyed(&root, "/organisations", "o", &team).await.0, 201, "not a conflict");
    assert_eq!(keyed(&root, "/organisations", "another", &team).await.0, 409);
    assert_eq!(keyed(&root, "/namespaces/team/programs", "p", &program).await, (201, Value::Null));
    assert_eq!(keyed(&root, "/namespaces/team/programs", "p", &program).await, (201, Value::Null));
}

#[tokio::test]
async fn of_many_at_once_one_happens() {
    let server = TestServer::start().await;
    server.user("ann");
    let ann = server.browser("ann").await;
    let before = tokens(&ann).await;
    let requests = (0..12).map(|_| async { keyed(&ann, "/tokens", "race", &token("ci")).await });
    let answers = futures::future::join_all(requests).await;
    let made: Vec<_> = answers.iter().filter(|(status, _)| *status == 201).map(|(_, body)| &body["secret"]).collect();
    assert!(!made.is_empty() && made.iter().all(|secret| *secret == made[0]), "{answers:?}");
    assert!(answers.iter().all(|(status, _)| [201, 409].contains(status)), "{answers:?}");
    assert_eq!(tokens(&ann).await, before + 1);
}
