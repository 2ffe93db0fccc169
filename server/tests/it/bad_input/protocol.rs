//! The protocol itself: what the router and the readers of requests refuse is told in the same form as everything else.

use reqwest::{Method, Response};
use serde_json::Value;

use super::{document::operations, texts::with_a_model};

/// The status and the code of a refusal; panics when it has another form.
async fn refusal(answer: Response) -> (u16, String) {
    let (status, kind) = (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap().to_owned());
    assert_eq!(kind, "application/json", "{status}");
    let body: Value = answer.json().await.unwrap();
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.ends_with('.') && body["error"]["request_id"].is_string(), "{body}");
    (status, body["error"]["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_method_that_is_not_taken_is_told_which_are() {
    let (_server, owner) = with_a_model().await;
    let operations = operations(&owner).await;
    for operation in &operations {
        let answer = operation.request(&owner, None).build().unwrap();
        let path = answer.url().path().to_owned();
        let answer = owner.request(Method::PATCH, &path).send().await.unwrap();
        let allowed = answer.headers()["allow"].to_str().unwrap().to_owned();
        assert!(allowed.split(',').any(|method| method == operation.method.as_str()), "{} {path}: {allowed}", operation.method);
        assert_eq!(refusal(answer).await, (405, "method_not_allowed".to_owned()), "{path}");
    }
    for path in ["/health", "/api/v1/blobs/x/y", "/api/v1/openapi.json", "/docs"] {
        assert_eq!(refusal(owner.request(Method::PATCH, path).send().await.unwrap()).await.0, 405, "{path}");
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_is_not_there() {
    let (_server, owner) = with_a_model().await;
    for operation in operations(&owner).await {
        for (_, name) in operation.parameters.iter().filter(|(place, _)| place == "path") {
            let request = operation.request(&owner, Some(("path", name, b"\xff")));
            let request = match &operation.body {
                Some(body) => request.json(body),
                None => request,
            };
            let refused = refusal(request.send().await.unwrap()).await;
            assert_eq!(refused, (404, "not_found".to_owned()), "{} {} {name}", operation.method, operation.path);
        }
    }
    for (method, path) in [(Method::GET, "/api/v1/blobs/%ff/x?expires=1&signature=x"), (Method::PUT, "/api/v1/uploads/%ff/x/1")] {
        assert_eq!(refusal(owner.request(method, path).send().await.unwrap()).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn bodies_are_json_of_some_length() {
    let (_server, owner) = with_a_model().await;
    let mut with_bodies = 0;
    for operation in operations(&owner).await.into_iter().filter(|operation| operation.body.is_some()) {
        with_bodies += 1;
        let what = format!("{} {}", operation.method, operation.path);
        let body = operation.body.clone().unwrap().to_string();
        // the manifest of a revision is longer than anything else
        let too_much = if operation.path == "/api/v1/uploads" { 25 << 20 } else { 3 << 20 };
        for (kind, body, status, code) in [
            ("text/plain", body.clone(), 415, "unsupported_media_type"),
            ("", body, 415, "unsupported_media_type"),
            ("application/json", "{".into(), 422, "invalid"),
            ("application/json", "[]".into(), 422, "invalid"),
            ("application/json", String::new(), 422, "invalid"),
            ("application/json", format!("\"{}\"", "x".repeat(too_much)), 413, "too_large"),
        ] {
            let mut request = operation.request(&owner, None).body(body);
            if status == 413 {
                // the server closes the connection: nothing else is to go through it
                request = request.header("connection", "close");
            }
            if !kind.is_empty() {
                request = request.header("content-type", kind);
            }
            // a server that refuses may close before all is sent
            if let Ok(answer) = request.send().await {
                assert_eq!(refusal(answer).await, (status, code.to_owned()), "{what} {kind}");
            } else {
                assert_eq!(status, 413, "{what} {kind}");
            }
        }
    }
    assert!(with_bodies > 15, "{with_bodies}");
}

#[tokio::test]
async fn what_is_read_is_also_asked_about_without_its_body() {
    let (_server, owner) = with_a_model().await;
    for operation in operations(&owner).await.into_iter().filter(|operation| operation.method == Method::GET) {
        let get = operation.request(&owner, None).send().await.unwrap();
        let head = crate::bad_input::document::Operation { method: Method::HEAD, ..operation.clone() };
        let head = head.request(&owner, None).send().await.unwrap();
        // a store's address is given to who wants the bytes
        if get.status() != 307 {
            assert_eq!(head.status(), get.status(), "{}", operation.path);
        }
        assert_eq!(head.text().await.unwrap(), "", "{}", operation.path);
    }
}

#[tokio::test]
async fn what_was_made_says_where_it_is() {
    let (_server, owner) = with_a_model().await;
    let made = async |path: &str, body: Value| {
        let answer = owner.request(Method::POST, &format!("/api/v1{path}")).json(&body).send().await.unwrap();
        assert!([200, 201, 202].contains(&answer.status().as_u16()), "{path}: {}", answer.status());
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    let program = serde_json::json!({"name": "builder", "permission": "upload"});
    let token = serde_json::json!({"name": "ci", "permissions": ["search"], "days": 1});
    let upload = serde_json::json!({"kind": "model", "namespace": "owner", "name": "new", "files": [
        {"path": "a", "size": 1, "sha256": "0".repeat(64)}]});
    for (path, body) in [
        ("/organisations", serde_json::json!({"name": "team"})),
        ("/namespaces/team/programs", program),
        ("/models/owner/bert/jobs", serde_json::json!({"revision": "main"})),
        ("/uploads", upload),
    ] {
        let address = made(path, body).await;
        assert_eq!(owner.request(Method::GET, &address).send().await.unwrap().status(), 200, "{path}: {address}");
    }
    for (path, body) in
        [("/tokens", token.clone()), ("/users/builder/tokens", token), ("/invitations", serde_json::json!({"note": "x"}))]
    {
        let address = made(path, body).await;
        assert_eq!(owner.request(Method::DELETE, &address).send().await.unwrap().status(), 204, "{path}: {address}");
    }
}
