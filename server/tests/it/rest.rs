//! REST as a program uses it, and the document that describes it.

use std::fs;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::{Client, Files, TestServer, eventually};

/// The status, and the body as JSON (`null` without one).
async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

async fn get(client: &Client, path: &str) -> (u16, Value) {
    answer(client.request(Method::GET, &format!("/api/v1{path}"))).await
}

async fn send(client: &Client, method: Method, path: &str, body: &Value) -> (u16, Value) {
    answer(client.request(method, &format!("/api/v1{path}")).json(body)).await
}

#[tokio::test]
async fn a_revision_goes_in_is_read_and_scored_by_rest_alone() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let files = Files::various();
    let listed: Vec<_> = files
        .manifest()
        .files()
        .iter()
        .map(|file| json!({"path": file.path, "size": file.size, "sha256": file.sha256.to_hex()}))
        .collect();
    let new =
        json!({"kind": "model", "namespace": "ann", "name": "bert", "version": "1.0.0", "message": "First", "files": listed});
    let (status, upload) = send(&ann, Method::POST, "/uploads", &new).await;
    assert_eq!((status, &upload["state"]), (200, &json!("open")), "{upload}");
    let id = upload["id"].as_str().unwrap();
    for blob in upload["missing"].as_array().unwrap() {
        let numbers: Vec<_> = (1..=blob["parts"].as_u64().unwrap()).collect();
        let wanted = json!({"sha256": blob["sha256"], "numbers": numbers});
        let (status, addresses) = send(&ann, Method::POST, &format!("/uploads/{id}/parts"), &wanted).await;
        assert_eq!(status, 200, "{addresses}");
        let content = files.blob(&blob["sha256"].as_str().unwrap().parse().unwrap()).to_vec();
        ann.put(addresses[0]["url"].as_str().unwrap(), content).await.unwrap();
    }
    let (_, now) = get(&ann, &format!("/uploads/{id}")).await;
    assert_eq!(now["state"], "open", "{now}");
    let committed = eventually("the revision", async || {
        let (_, upload) = send(&ann, Method::POST, &format!("/uploads/{id}/complete"), &json!({})).await;
        (upload["state"] == "committed").then_some(upload)
    })
    .await;
    let revision = committed["revision"].as_str().unwrap();

    let (_, package) = get(&ann, "/models/ann/bert").await;
    assert_eq!((&package["revision"]["id"], &package["revision"]["message"]), (&json!(revision), &json!("First")));
    assert!(package["revision"]["created_at"].as_str().unwrap().ends_with('Z'), "{package}");
    for path in ["1.0.0", "main", revision, &revision[..7]] {
        let (status, at) = get(&ann, &format!("/models/ann/bert/revisions/{path}")).await;
        assert_eq!((status, &at["revision"]["id"]), (200, &json!(revision)), "{path}");
    }
    let (_, refs) = get(&ann, "/models/ann/bert/refs").await;
    assert_eq!(refs.as_array().unwrap().len(), 2, "{refs}");
    let (_, revisions) = get(&ann, "/models/ann/bert/revisions").await;
    assert_eq!(revisions["items"][0]["revision"]["id"], revision);
    let (_, tree) = get(&ann, "/models/ann/bert/tree/main").await;
    assert!(tree["items"].as_array().unwrap().iter().any(|entry| entry["path"] == "config.json"), "{tree}");
    let (status, _) = get(&ann, "/models/ann/bert/card/main").await;
    assert_eq!(status, 200);
    let (_, found) = get(&ann, "/packages?q=bert&kind=model&sort=newest&limit=1").await;
    assert_eq!(found["items"][0]["name"], "bert");

    let report = eventually("the report", async || {
        let (_, scores) = get(&ann, "/models/ann/bert/report/main").await;
        scores["report"].is_object().then(|| scores["report"].clone())
    })
    .await;
    assert_eq!((&report["metrics"][0]["name"], &report["metrics"][0]["score"]), (&json!("net_score"), &json!(0.5)), "{report}");
    let (status, job) = send(&ann, Method::POST, "/models/ann/bert/jobs", &json!({"revision": "main"})).await;
    assert_eq!(status, 202, "{job}");
    let (status, same) = get(&ann, &format!("/jobs/{}", job["id"].as_str().unwrap())).await;
    assert_eq!((status, &same["id"]), (200, &job["id"]));
    let (_, user) = get(&ann, "/user").await;
    assert_eq!(user, json!({"name": "ann", "admin": false}));
}

#[tokio::test]
async fn tokens_are_managed_with_a_session() {
    let server = TestServer::start().await;
    let token = server.user("ann");
    let ann = server.browser("ann").await;
    let new = json!({"name": "ci", "permissions": ["search"], "days": 30});
    let (status, made) = send(&ann, Method::POST, "/tokens", &new).await;
    assert_eq!(status, 201, "{made}");
    let ci = server.anonymous().with_token(made["secret"].as_str().unwrap());
    assert_eq!(get(&ci, "/packages").await.0, 200);
    let id = made["token"]["id"].as_str().unwrap();
    let path = format!("/api/v1/tokens/{id}");
    assert_eq!(answer(token.request(Method::DELETE, &path)).await.0, 403);
    assert_eq!(answer(ann.request(Method::DELETE, &path)).await, (204, Value::Null));
    assert_eq!(get(&ci, "/packages").await.0, 401);
}

#[tokio::test]
async fn what_cannot_be_done_is_told_in_one_form() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let nothing = "00000000-0000-0000-0000-000000000000";
    for (method, path, body, status, code) in [
        (Method::GET, "/packages?sort=oldest", Value::Null, 422, "invalid"),
        (Method::GET, "/packages?limit=many", Value::Null, 422, "invalid"),
        (Method::GET, "/packages?cursor=x", Value::Null, 422, "invalid"),
        (Method::GET, "/models/ann/none", Value::Null, 404, "not_found"),
        (Method::GET, "/models/a%20b/none", Value::Null, 404, "not_found"),
        (Method::GET, "/things/ann/bert", Value::Null, 404, "not_found"),
        (Method::GET, "/models/ann/bert/revisions/9.9.9", Value::Null, 404, "not_found"),
        (Method::GET, "/models/ann/bert/tree/main?path=nowhere", Value::Null, 404, "not_found"),
        (Method::GET, "/models/ann/%ff", Value::Null, 404, "not_found"),
        (Method::GET, "/jobs/x", Value::Null, 422, "invalid"),
        (Method::GET, &format!("/jobs/{nothing}"), Value::Null, 404, "not_found"),
        (Method::GET, &format!("/uploads/{nothing}"), Value::Null, 404, "not_found"),
        (Method::POST, "/uploads", json!({}), 422, "invalid"),
        (Method::POST, "/uploads", json!({"kind": "model", "namespace": "ann", "name": "x", "files": []}), 422, "invalid"),
        (
            Method::POST,
            "/uploads",
            json!({"kind": "model", "namespace": "bob", "name": "x", "files": [], "x": 1}),
            422,
            "invalid",
        ),
        (Method::POST, "/models/ann/bert/jobs", json!({"revision": "a b"}), 422, "invalid"),
        (Method::POST, "/models/ann/bert/jobs", json!({"revision": "9.9.9"}), 404, "not_found"),
        (Method::POST, "/tokens", json!({"name": "x", "permissions": ["search"]}), 403, "forbidden"),
    ] {
        let (got, answer) = if body.is_null() { get(&ann, path).await } else { send(&ann, method.clone(), path, &body).await };
        assert_eq!((got, &answer["error"]["code"]), (status, &json!(code)), "{method} {path}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().ends_with(['.', '!']), "{answer}");
        assert!(answer["error"]["request_id"].is_string(), "{answer}");
        let (got, answer) = get(&server.anonymous(), path).await;
        assert!([401, 404, 405, 422].contains(&got), "nobody learns anything: {path}: {answer}");
    }
    let text = ann.request(Method::POST, "/api/v1/uploads").header("content-type", "text/plain").body("{}");
    assert_eq!(answer(text).await.0, 422);
    let broken = ann.request(Method::POST, "/api/v1/uploads").header("content-type", "application/json").body("{");
    assert_eq!(answer(broken).await.0, 422);
}

/// The document is what programs were written against: it changes deliberately, with `UPDATE_SNAPSHOT=1 cargo test`.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of the product")]
async fn the_document_is_the_one_in_the_repository() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let (status, document) = get(&ann, "/openapi.json").await;
    assert_eq!((status, document["openapi"].as_str().unwrap()), (200, "3.1.0"));
    let served = serde_json::to_string_pretty(&document).unwrap() + "\n";
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOT").is_some() {
        fs::write(file, &served).unwrap();
    }
    assert!(
        fs::read_to_string(file).unwrap() == served,
        "docs/openapi.json is not what is served: look at the difference, then UPDATE_SNAPSHOT=1"
    );
}

#[tokio::test]
async fn people_read_the_document_as_a_page() {
    let server = TestServer::start().await;
    let page = server.user("ann").get("/docs").await.unwrap();
    assert_eq!((page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()), (200, "text/html; charset=utf-8"));
    let page = page.text().await.unwrap();
    for words in ["GET /api/v1/packages", "POST /api/v1/uploads", "Finds packages.", "href=\"#PackageDetail\""] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<script"));
}
