//! REST as a program uses it, and the document that describes it.

use std::fs;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::{Client, Files, TestServer, eventually};

/// The status, and the body as JSON (`null` without one).
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

/// `GET` below `/api/v1`.
pub(crate) async fn get(client: &Client, path: &str) -> (u16, Value) {
    answer(client.request(Method::GET, &format!("/api/v1{path}"))).await
}

/// A request with a body below `/api/v1`.
pub(crate) async fn send(client: &Client, method: Method, path: &str, body: &Value) -> (u16, Value) {
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
async fn people_are_managed_by_rest() {
    let server = TestServer::start().await;
    server.user("ann").publish("ann/bert", None, &Files::various()).await;
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let (root, ann) = (server.browser("root-user").await, server.browser("ann").await);
    let (status, made) = send(&root, Method::POST, "/users", &json!({"name": "bob"})).await;
    assert_eq!(status, 201, "{made}");
    let bob = server.anonymous().sign_in("bob", made["password"].as_str().unwrap()).await.unwrap();
    let change = json!({"old": made["password"], "new": "battery staple"});
    assert_eq!(get(&bob, "/packages").await.0, 403, "a given password is changed first");
    assert_eq!(send(&bob, Method::PUT, "/user/password", &change).await, (204, Value::Null));
    let bob = server.anonymous().sign_in("bob", "battery staple").await.unwrap();

    assert_eq!(send(&ann, Method::POST, "/organisations", &json!({"name": "team"})).await.0, 403);
    let (status, team) = send(&root, Method::POST, "/organisations", &json!({"name": "team"})).await;
    assert_eq!((status, &team["right"], &team["is_organisation"]), (201, &json!("admin"), &json!(true)), "{team}");
    assert_eq!(get(&bob, "/namespaces/team").await.0, 404);
    let upload = json!({"permission": "upload"});
    assert_eq!(send(&root, Method::PUT, "/namespaces/team/members/bob", &upload).await, (204, Value::Null));
    assert_eq!(get(&bob, "/namespaces/team").await.1["right"], "upload");
    assert_eq!(send(&bob, Method::PUT, "/namespaces/team/members/ann", &upload).await.0, 403);
    let (_, members) = get(&bob, "/namespaces/team/members").await;
    let names: Vec<_> = members["items"].as_array().unwrap().iter().map(|member| member["user"].as_str().unwrap()).collect();
    assert_eq!(names, ["root-user", "bob"], "{members}");
    let program = json!({"name": "builder", "permission": "upload"});
    assert_eq!(send(&root, Method::POST, "/namespaces/team/programs", &program).await.0, 201);
    let new = json!({"name": "ci", "permissions": ["search"], "days": 1, "namespaces": ["team"]});
    let (status, token) = send(&root, Method::POST, "/users/builder/tokens", &new).await;
    assert_eq!((status, &token["token"]["namespaces"]), (201, &json!(["team"])), "{token}");
    let builder = server.anonymous().with_token(token["secret"].as_str().unwrap());
    assert_eq!(get(&builder, "/namespaces/team").await.0, 200);
    let path = format!("/api/v1/users/builder/tokens/{}", token["token"]["id"].as_str().unwrap());
    assert_eq!(get(&root, "/users/builder/tokens").await.1["items"][0]["name"], "ci");
    assert_eq!(answer(root.request(Method::DELETE, &path)).await.0, 204);
    assert_eq!(get(&builder, "/namespaces/team").await.0, 401);
    assert_eq!(answer(root.request(Method::DELETE, "/api/v1/namespaces/team/members/bob")).await.0, 204);
    assert_eq!(get(&bob, "/namespaces/team").await.0, 404);

    assert_eq!(get(&bob, "/models/ann/bert").await.1["visibility"], "internal");
    assert_eq!(send(&ann, Method::PUT, "/models/ann/bert/visibility", &json!({"visibility": "private"})).await.0, 204);
    assert_eq!(get(&bob, "/models/ann/bert").await.0, 404);
    assert_eq!(get(&ann, "/users").await.0, 403);
    assert_eq!(answer(root.request(Method::POST, "/api/v1/users/bob/disable")).await.0, 204);
    assert_eq!(get(&bob, "/user").await.0, 401);
    let (_, users) = get(&root, "/users").await;
    let bob = users["items"].as_array().unwrap().iter().find(|user| user["name"] == "bob").unwrap();
    assert!(bob["disabled_at"].is_string(), "{users}");
    assert_eq!(answer(root.request(Method::POST, "/api/v1/users/bob/enable")).await.0, 204);
    let (status, reset) = answer(root.request(Method::POST, "/api/v1/users/bob/password")).await;
    assert_eq!((status, reset["password"].is_string()), (200, true));

    let (status, invited) = send(&root, Method::POST, "/invitations", &json!({"note": "Carl"})).await;
    assert_eq!(status, 201, "{invited}");
    assert!(invited["path"].as_str().unwrap().starts_with("/join?invitation="), "{invited}");
    assert_eq!(get(&root, "/invitations").await.1["items"][0]["note"], "Carl");
    let path = format!("/api/v1/invitations/{}", invited["invitation"]["id"].as_str().unwrap());
    assert_eq!(answer(root.request(Method::DELETE, &path)).await.0, 204);
    assert_eq!(get(&root, "/invitations").await.1["items"], json!([]));
    for (path, body, status) in [
        ("/users", json!({"name": "bob"}), 409),
        ("/users", json!({"name": "x/y"}), 422),
        ("/users", json!({"name": "carl", "password": "short"}), 422),
        ("/organisations", json!({"name": "ann"}), 409),
        ("/namespaces/team/programs", json!({"name": "other", "permission": "owner"}), 422),
        ("/namespaces/none/programs", json!({"name": "other", "permission": "upload"}), 404),
        ("/invitations", json!({"days": 1000}), 422),
        ("/users/nobody/disable", Value::Null, 404),
    ] {
        let (got, said) = send(&root, Method::POST, path, &body).await;
        assert_eq!(got, status, "{path} {body}: {said}");
    }
}

#[tokio::test]
async fn storage_and_the_audit_record_are_read_by_rest() {
    let server = TestServer::start().await;
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let (ann, bob, root) = (server.user("ann"), server.user("bob"), server.browser("root-user").await);
    ann.publish("ann/bert", None, &Files::of("a.txt", "ten bytes.")).await;
    let (status, own) = get(&ann, "/namespaces/ann/storage").await;
    assert_eq!((status, &own["stored_bytes"], &own["quota_bytes"]), (200, &json!(10), &Value::Null), "{own}");
    assert_eq!(get(&bob, "/namespaces/ann/storage").await.0, 404, "without a right on it");
    let quota = json!({"quota_bytes": 15});
    assert_eq!(send(&server.browser("ann").await, Method::PUT, "/namespaces/ann/quota", &quota).await.0, 403);
    let (status, set) = send(&root, Method::PUT, "/namespaces/ann/quota", &quota).await;
    assert_eq!((status, &set["quota_bytes"]), (200, &json!(15)), "{set}");
    let refused = ann.begin(&Files::of("b.txt", "six by").upload("ann/other", None)).await.unwrap_err();
    assert_eq!(refused.status(), 507, "{refused:?}");
    assert!(refused.message().contains("“ann” may store 15 B, and stores 10 B"), "{}", refused.message());
    assert_eq!(send(&root, Method::PUT, "/namespaces/none/quota", &quota).await.0, 404);
    assert_eq!(send(&root, Method::PUT, "/namespaces/ann/quota", &json!({"quota": 1})).await.0, 422);
    assert_eq!(send(&root, Method::PUT, "/namespaces/ann/quota", &json!({"quota_bytes": -1})).await.0, 422);
    let (_, all) = get(&root, "/storage").await;
    assert!(all["items"].as_array().unwrap().contains(&set), "{all}");

    ann.file("ann/bert", "main", "a.txt").await.unwrap();
    let (_, entries) = get(&root, "/audit?by=action&value=download_file").await;
    let [download] = &entries["items"].as_array().unwrap()[..] else { panic!("{entries}") };
    assert_eq!((&download["actor"], download["token"]["id"].is_string()), (&json!("ann"), true), "{download}");
    assert_eq!(get(&root, "/audit").await.1["items"][0]["action"], "download_file");
    assert_eq!(get(&root, "/audit?by=size&value=1").await.0, 422);
    assert_eq!(get(&root, "/audit?by=action&value=download").await.0, 422);
    assert_eq!(get(&root, "/audit?cursor=x").await.0, 422);
    for path in ["/storage", "/audit"] {
        assert_eq!(get(&server.browser("ann").await, path).await.0, 403, "{path}");
        assert_eq!(get(&server.anonymous(), path).await.0, 401, "{path}");
    }
    assert_eq!(get(&server.anonymous(), "/namespaces/ann/storage").await.0, 401);
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
    assert_eq!(answer(text).await.0, 415);
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
