//! Requests that are sent twice under one `Idempotency-Key`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Files, TestServer},
    rest::{answer, get, send},
};

/// A request under a key.
async fn keyed(client: &Client, path: &str, key: &str, body: &Value) -> (u16, Value) {
    answer(client.request(Method::POST, &format!("/api/v1{path}")).header("idempotency-key", key).json(body)).await
}

fn token(name: &str) -> Value {
    json!({"name": name, "permissions": ["search"], "days": 30})
}

async fn tokens(client: &Client) -> usize {
    get(client, "/tokens").await.1["items"].as_array().unwrap().iter().filter(|token| token["name"] != "browser").count()
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

/// What must not be kept: how far an upload is, addresses that expire.
const NOT_KEPT: [&str; 2] = ["/api/v1/uploads/{upload}/complete", "/api/v1/uploads/{upload}/parts"];

#[tokio::test]
async fn all_that_takes_post_takes_a_key() {
    let server = TestServer::start().await;
    let (_, document) = get(&server.user("ann"), "/openapi.json").await;
    let takes_key = |operation: &Value| {
        operation["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["name"] == "Idempotency-Key")
    };
    let mut with_key = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        if let Some(post) = methods.get("post") {
            assert_eq!(takes_key(post), !NOT_KEPT.contains(&path.as_str()), "POST {path}");
        }
        with_key.extend(methods.get("put").filter(|put| takes_key(put)).map(|_| path.rsplit('/').nth(1).unwrap().to_owned()));
    }
    assert_eq!(with_key, ["aliases", "branches", "tags"], "what moves or makes a ref by PUT");
}

#[tokio::test]
async fn a_rollback_that_is_sent_again_does_not_roll_forward() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let mut revisions = Vec::new();
    for version in ["1.0.0", "2.0.0"] {
        revisions.push(json!(ann.publish("ann/bert", Some(version), &Files::of("a.txt", version)).await));
    }
    let path = "/models/ann/bert/aliases/staging";
    for version in ["1.0.0", "2.0.0"] {
        assert_eq!(send(&ann, Method::PUT, path, &json!({"revision": version})).await.0, 200);
    }
    let roll = async |key: &str| {
        let request = ann.request(Method::POST, &format!("/api/v1{path}/rollback")).header("idempotency-key", key);
        let answer = request.send().await.unwrap();
        let (status, tag) = (answer.status().as_u16(), answer.headers()["etag"].to_str().unwrap().to_owned());
        let replayed = answer.headers().contains_key("idempotency-replayed");
        (status, tag, replayed, answer.json::<Value>().await.unwrap()["revision"].clone())
    };
    let tag = format!("\"{}\"", revisions[0].as_str().unwrap());
    assert_eq!(roll("one").await, (200, tag.clone(), false, revisions[0].clone()));
    assert_eq!(roll("one").await, (200, tag, true, revisions[0].clone()), "with its entity tag");
    assert_eq!(get(&ann, path).await.1["revision"], revisions[0]);
    assert_eq!(roll("two").await.3, revisions[1], "another rollback is another one");
}

#[tokio::test]
async fn refs_relations_and_uploads_are_made_once_under_a_key() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::of("a.txt", "a")).await;
    let under = async |method: Method, path: &str, key: &str, body: &Value| {
        let request = ann.request(method, &format!("/api/v1{path}")).header("idempotency-key", key).json(body);
        let answer = request.send().await.unwrap();
        let replayed = answer.headers().contains_key("idempotency-replayed");
        (answer.status().as_u16(), replayed, answer.text().await.unwrap())
    };
    let files = json!([{"path": "b.txt", "size": 1, "sha256": "0".repeat(64)}]);
    let upload = json!({"kind": "model", "namespace": "ann", "name": "bert", "files": files});
    for (method, path, body) in [
        (Method::POST, "/models/ann/bert/lineage", json!({"relation": "derived_from", "target": "acme/base"})),
        (Method::PUT, "/models/ann/bert/tags/1.1.0", json!({"revision": "main"})),
        (Method::PUT, "/models/ann/bert/branches/next", json!({"revision": "main"})),
        (Method::PUT, "/models/ann/bert/aliases/staging", json!({"revision": "main"})),
        (Method::POST, "/uploads", upload.clone()),
    ] {
        let (status, replayed, first) = under(method.clone(), path, path, &body).await;
        assert!([200, 204].contains(&status) && !replayed, "{path}: {status} {first}");
        assert_eq!(under(method.clone(), path, path, &body).await, (status, true, first), "{path}");
        let (status, _, other) = under(method, path, path, &json!({"other": 1})).await;
        assert_eq!(status, 422, "{path}: {other}");
    }
    // who takes the branch away meanwhile is not overruled by a request that is sent again
    assert_eq!(answer(ann.request(Method::DELETE, "/api/v1/models/ann/bert/branches/next")).await.0, 204);
    let at = json!({"revision": "main"});
    assert!(under(Method::PUT, "/models/ann/bert/branches/next", "/models/ann/bert/branches/next", &at).await.1);
    assert_eq!(get(&ann, "/models/ann/bert/branches/next").await.0, 404);
    // a manifest may be long
    let many: Vec<_> = (0..20_000).map(|n| json!({"path": format!("{n}"), "size": 1, "sha256": format!("{n:064x}")})).collect();
    let mut long = upload;
    long["files"] = many.into();
    let (status, _, begun) = under(Method::POST, "/uploads", "long", &long).await;
    assert_eq!(status, 200, "{}", &begun[..begun.len().min(200)]);
    let (status, replayed, again) = under(Method::POST, "/uploads", "long", &long).await;
    assert!(status == 200 && replayed && again == begun, "{status} {replayed}");
}
