//! What is made by REST says where it is.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Files, TestServer},
    rest::{get, send},
};

#[tokio::test]
async fn everything_that_is_made_has_an_address() {
    let server = TestServer::start().await;
    server.deployment.answer(&["create-user", "owner", "--admin", "--password", "correct horse"]);
    let owner = server.browser("owner").await;
    owner.publish("owner/bert", None, &Files::various()).await;
    let token = json!({"name": "ci", "permissions": ["search"]});
    // what has nothing to be read there is at least taken back there
    let creates = [
        ("/organisations", "/organisations", json!({"name": "acme"}), Method::GET),
        ("/users", "/users", json!({"name": "eve"}), Method::GET),
        (
            "/namespaces/{namespace}/programs",
            "/namespaces/acme/programs",
            json!({"name": "builder", "permission": "search"}),
            Method::GET,
        ),
        ("/tokens", "/tokens", token.clone(), Method::DELETE),
        ("/users/{user}/tokens", "/users/builder/tokens", token, Method::DELETE),
        ("/invitations", "/invitations", json!({"note": "guest"}), Method::DELETE),
        ("/{kind}/{namespace}/{name}/jobs", "/models/owner/bert/jobs", json!({"revision": "main"}), Method::GET),
    ];
    let (_, document) = get(&owner, "/openapi.json").await;
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (status, answer) in operations["post"]["responses"].as_object().into_iter().flatten() {
            if ["201", "202"].contains(&status.as_str()) {
                assert!(answer["headers"]["Location"].is_object(), "{path}: {answer}");
                described.insert(path.strip_prefix("/api/v1").unwrap());
            }
        }
    }
    assert_eq!(creates.iter().map(|create| create.0).collect::<BTreeSet<_>>(), described);
    for (_, path, body, method) in creates {
        let answer = owner.request(Method::POST, &format!("/api/v1{path}")).json(&body).send().await.unwrap();
        assert!([201, 202].contains(&answer.status().as_u16()), "{path}: {}", answer.text().await.unwrap());
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        let below = location.strip_prefix("/api/v1").unwrap();
        let (status, found) = send(&owner, method, below, &Value::Null).await;
        assert!([200, 204].contains(&status), "{location}: {status} {found}");
    }
}
