//! What is stored, how much may be, and who did what: as REST tells it, and to whom.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Files, TestServer, eventually},
    rest::{get, send},
};

async fn people(server: &TestServer) -> [(&'static str, Client); 5] {
    let deployment = &server.deployment;
    let ann = server.user("ann");
    let member = server.user("member");
    deployment.answer(&["grant", "ann", "member", "search"]);
    let stranger = server.user("stranger");
    deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let root = server.browser("root-user").await;
    [("anonymous", server.anonymous()), ("stranger", stranger), ("member", member), ("owner", ann), ("root-user", root)]
}

#[tokio::test]
async fn each_is_told_as_much_as_it_may_know() {
    let server = TestServer::start().await;
    let people = people(&server).await;
    people[3].1.publish("ann/bert", None, &Files::of("model.bin", "weights")).await;
    let quota = json!({ "quota_bytes": 1_000_000 });
    for (way, expected) in [
        ((Method::GET, "/storage"), [401, 403, 403, 403, 200]),
        ((Method::GET, "/audit"), [401, 403, 403, 403, 200]),
        ((Method::GET, "/audit?by=actor&value=ann"), [401, 403, 403, 403, 200]),
        ((Method::GET, "/namespaces/ann/storage"), [401, 404, 200, 200, 200]),
        ((Method::GET, "/namespaces/nobody/storage"), [401, 404, 404, 404, 404]),
        ((Method::PUT, "/namespaces/ann/quota"), [401, 403, 403, 403, 200]),
        ((Method::PUT, "/namespaces/nobody/quota"), [401, 403, 403, 403, 404]),
    ] {
        let (method, path) = way;
        for ((name, client), expected) in people.iter().zip(expected) {
            let (status, body) = match method {
                Method::GET => get(client, path).await,
                _ => send(client, method.clone(), path, &quota).await,
            };
            assert_eq!(status, expected, "{name} {method} {path}: {body}");
        }
    }
}

#[tokio::test]
async fn an_upload_beyond_the_quota_is_refused_and_goes_in_when_there_is_room() {
    let server = TestServer::start().await;
    let people = people(&server).await;
    let (ann, root) = (&people[3].1, &people[4].1);
    ann.publish("ann/bert", None, &Files::of("model.bin", "weights")).await;
    let (status, storage) = send(root, Method::PUT, "/namespaces/ann/quota", &json!({ "quota_bytes": 10 })).await;
    assert_eq!((status, &storage["stored_bytes"], &storage["quota_bytes"]), (200, &json!(7), &json!(10)), "{storage}");
    let more = Files::of("model.bin", "more weights");
    let refused = ann.begin(&more.upload("ann/bert", None)).await.unwrap_err();
    assert_eq!(refused.status(), 507, "{refused:?}");
    let (status, storage) = send(root, Method::PUT, "/namespaces/ann/quota", &json!({ "quota_bytes": null })).await;
    assert_eq!((status, &storage["quota_bytes"]), (200, &Value::Null), "{storage}");
    ann.publish("ann/bert", None, &more).await;
    assert_eq!(get(ann, "/namespaces/ann/storage").await.1["stored_bytes"], json!(19));
    for wrong in [json!({ "quota_bytes": -1 }), json!({ "quota_bytes": u64::MAX }), json!({ "quota_bytes": "1 GB" })] {
        let (status, body) = send(root, Method::PUT, "/namespaces/ann/quota", &wrong).await;
        assert_eq!(status, 422, "{wrong}: {body}");
    }
}

#[tokio::test]
async fn who_did_what_is_listed_by_actor_action_and_object() {
    let server = TestServer::start().await;
    let people = people(&server).await;
    let (ann, root) = (&people[3].1, &people[4].1);
    ann.publish("ann/bert", Some("1.0.0"), &Files::of("model.bin", "weights")).await;
    ann.file("ann/bert", "1.0.0", "model.bin").await.unwrap();
    let downloads = eventually("the download", async || {
        let (_, page) = get(root, "/audit?by=action&value=download_file").await;
        page["items"].as_array().filter(|items| !items.is_empty()).cloned()
    })
    .await;
    let download = &downloads[0];
    assert_eq!((&download["actor"], &download["address"]), (&json!("ann"), &json!("127.0.0.1")), "{download}");
    assert!(download["object"].as_str().unwrap().contains("ann/bert"), "{download}");
    assert!(download["token"].is_object() && download["request_id"].is_string(), "{download}");
    let (_, page) = get(root, "/audit?by=actor&value=nobody").await;
    assert_eq!(page["items"], json!([]));
    for path in ["/audit?by=colour&value=red", "/audit?cursor=garbage"] {
        assert_eq!(get(root, path).await.0, 422, "{path}");
    }
}

#[tokio::test]
async fn what_is_downloaded_most_comes_first_when_that_is_asked_for() {
    let mut server = TestServer::start().await;
    let ann = server.user("ann");
    for package in ["ann/liked", "ann/loved", "ann/new"] {
        ann.publish(package, None, &Files::of("model.bin", "weights")).await;
    }
    for (package, times) in [("ann/liked", 1), ("ann/loved", 3)] {
        for _ in 0..times {
            ann.file(package, "main", "model.bin").await.unwrap();
        }
    }
    // servers bring the sums up to date when they start, and every minute
    server.kill();
    server.start_again().await;
    let ann = ann.at(&server.url);
    let found = eventually("the downloads", async || {
        let (_, page) = get(&ann, "/packages?sort=downloads&limit=2").await;
        (page["items"][0]["downloads"] == 3 && page["items"][1]["downloads"] == 1).then_some(page)
    })
    .await;
    assert_eq!((&found["items"][0]["name"], &found["items"][1]["name"]), (&json!("loved"), &json!("liked")), "{found}");
    let next = found["next"].as_str().unwrap();
    let (_, rest) = get(&ann, &format!("/packages?sort=downloads&limit=2&cursor={next}")).await;
    assert_eq!(rest["items"][0]["name"], "new", "{rest}");
}
