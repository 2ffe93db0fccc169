//! Branches, versions, aliases, deletion, renaming and comparisons by REST.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::versions;
use crate::{
    harness::{Client, Files, TestServer},
    rest::{answer, get, send},
};

/// A change of something of `ann/bert`.
fn change(client: &Client, method: Method, below: &str) -> RequestBuilder {
    client.request(method, &format!("/api/v1/models/ann/bert{below}"))
}

/// A change on a condition.
async fn change_if(client: &Client, method: Method, below: &str, condition: (&str, &str), body: &Value) -> (u16, Value) {
    answer(change(client, method, below).header(condition.0, condition.1).json(body)).await
}

/// The entity tag of a thing of `ann/bert`.
async fn tag_of(client: &Client, below: &str) -> String {
    let answer = change(client, Method::GET, below).send().await.unwrap();
    answer.headers()["etag"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_alias_moves_and_is_rolled_back_only_from_where_it_was_seen() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let [one, two, three] = versions(&ann, 3).await[..] else { panic!() };
    let at = |version: &str| json!({ "revision": version, "reason": "go" });
    let moved = change_if(&ann, Method::PUT, "/aliases/staging", ("if-match", "*"), &at("1.0.0")).await;
    assert_eq!(moved.0, 412, "there is none yet");
    let (status, made) = change_if(&ann, Method::PUT, "/aliases/staging", ("if-none-match", "*"), &at("1.0.0")).await;
    assert_eq!((status, &made["revision"], &made["previous"]), (200, &json!(one), &Value::Null), "{made}");
    let (status, refused) = change_if(&ann, Method::PUT, "/aliases/staging", ("if-none-match", "*"), &at("2.0.0")).await;
    assert_eq!((status, &refused["error"]["code"], &refused["error"]["current"]), (412, &json!("outdated"), &json!(one)));
    let seen = tag_of(&ann, "/aliases/staging").await;
    assert_eq!(seen, format!("\"{one}\""));
    // two saw the same, one is first
    let (status, moved) = change_if(&ann, Method::PUT, "/aliases/staging", ("if-match", &seen), &at("2.0.0")).await;
    assert_eq!((status, &moved["revision"], &moved["previous"]), (200, &json!(two), &json!(one)), "{moved}");
    let (status, late) = change_if(&ann, Method::PUT, "/aliases/staging", ("if-match", &seen), &at("3.0.0")).await;
    assert_eq!((status, &late["error"]["current"]), (412, &json!(two)), "{late}");
    let (status, _) = change_if(&ann, Method::POST, "/aliases/staging/rollback", ("if-match", &seen), &Value::Null).await;
    assert_eq!(status, 412);
    let rollback = change(&ann, Method::POST, "/aliases/staging/rollback?reason=worse").header("if-match", format!("\"{two}\""));
    let (status, back) = answer(rollback).await;
    assert_eq!((status, &back["revision"]), (200, &json!(one)), "{back}");
    // without a condition it moves from wherever it is
    assert_eq!(send(&ann, Method::PUT, "/models/ann/bert/aliases/staging", &at("3.0.0")).await.1["revision"], json!(three));
    let (_, listed) = get(&ann, "/models/ann/bert/aliases").await;
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["is_protected"]), (&json!("staging"), &json!(false)));
    let removed = change(&ann, Method::DELETE, "/aliases/staging?reason=done").header("if-match", format!("\"{three}\""));
    assert_eq!(answer(removed).await, (204, Value::Null));
    assert_eq!(get(&ann, "/models/ann/bert/aliases/staging").await.0, 404);
    let (_, history) = get(&ann, "/models/ann/bert/aliases/staging/history").await;
    let steps: Vec<_> = history["items"].as_array().unwrap().iter().map(|step| (&step["to"], &step["reason"])).collect();
    let (one, two, three) = (json!(one), json!(two), json!(three));
    let [go, worse, done] = ["go", "worse", "done"].map(Value::from);
    assert_eq!(steps, [(&Value::Null, &done), (&three, &go), (&one, &worse), (&two, &go), (&one, &go)], "{history}");
}

#[tokio::test]
async fn what_an_alias_was_is_asked_by_day_or_moment() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revision = versions(&ann, 1).await[0];
    send(&ann, Method::PUT, "/models/ann/bert/aliases/staging", &json!({"revision": "main"})).await;
    let then = async |moment: &str| get(&ann, &format!("/models/ann/bert/aliases/staging/at?moment={moment}")).await;
    assert_eq!(then("2020-03-01").await, (200, json!({"at": "2020-03-01T00:00:00Z", "revision": null})));
    let (_, later) = then("9999-01-01T01:00:00%2B01:00").await;
    assert_eq!((&later["at"], &later["revision"]["id"]), (&json!("9999-01-01T00:00:00Z"), &json!(revision)), "{later}");
    for moment in ["yesterday", "", "2026-02-30"] {
        assert_eq!(then(moment).await.0, 422, "{moment}");
    }
}

#[tokio::test]
async fn conditions_that_make_no_sense_are_refused() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    versions(&ann, 1).await;
    let unknown = format!("W/\"{}\"", "0".repeat(40));
    for (name, value, status) in [
        ("if-match", "\"x\"", 412),
        ("if-match", &unknown, 412),
        ("if-match", "main", 412),
        ("if-match", "\"a\", \"b\"", 422),
        ("if-none-match", "\"a\"", 422),
    ] {
        for (method, below) in [(Method::PUT, "/aliases/staging"), (Method::PUT, "/branches/next")] {
            let (got, said) = change_if(&ann, method, below, (name, value), &json!({"revision": "main"})).await;
            assert_eq!(got, status, "{name}: {value}: {said}");
        }
    }
    let both = change(&ann, Method::PUT, "/aliases/staging").header("if-match", "*").header("if-none-match", "*");
    assert_eq!(answer(both.json(&json!({"revision": "main"}))).await.0, 422);
    assert_eq!(get(&ann, "/models/ann/bert/aliases").await.1["items"], json!([]));
    assert_eq!(get(&ann, "/models/ann/bert/branches").await.1["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn protected_aliases_take_the_right_admin() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let (ann, admin) = (server.browser("ann").await, server.with_permissions("root-user", "search,upload,admin"));
    versions(&program, 2).await;
    let at = |version: &str| json!({ "revision": version });
    let path = "/models/ann/bert/aliases/production";
    assert_eq!(send(&program, Method::PUT, path, &at("1.0.0")).await.0, 403);
    assert_eq!(send(&admin, Method::PUT, path, &at("1.0.0")).await.0, 200);
    assert_eq!(send(&ann, Method::PUT, path, &at("2.0.0")).await.0, 200);
    for (method, below) in [(Method::POST, "/aliases/production/rollback"), (Method::DELETE, "/aliases/production")] {
        assert_eq!(answer(change(&program, method, below)).await.0, 403, "{below}");
    }
    let unprotect = json!({"is_protected": false});
    let protection = format!("{path}/protection");
    assert_eq!(send(&program, Method::PUT, &protection, &unprotect).await.0, 403);
    assert_eq!(send(&ann, Method::PUT, &protection, &unprotect).await.0, 204);
    assert_eq!(answer(change(&program, Method::POST, "/aliases/production/rollback")).await.0, 200);
}

#[tokio::test]
async fn branches_and_versions_are_made_and_listed_in_order() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let [one, two] = versions(&ann, 2).await[..] else { panic!() };
    let (status, made) =
        change_if(&ann, Method::PUT, "/branches/fix%2Fa", ("if-none-match", "*"), &json!({"revision": "1.0.0"})).await;
    assert_eq!((status, &made["name"], &made["revision"]), (200, &json!("fix/a"), &json!(one)), "{made}");
    let (status, refused) = send(&ann, Method::PUT, "/models/ann/bert/branches/fix%2Fa", &json!({"revision": "2.0.0"})).await;
    assert_eq!((status, &refused["error"]["current"]), (409, &json!(one)), "branches are moved by commits: {refused}");
    let (_, branches) = get(&ann, "/models/ann/bert/branches").await;
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&branches), ["main", "fix/a"]);
    // somebody commits before it is removed
    let seen = tag_of(&ann, "/branches/fix%2Fa").await;
    let mut upload = Files::of("a.txt", "new").upload("ann/bert", None);
    upload.branch = "fix/a".parse().unwrap();
    let head = ann.upload(&upload, &Files::of("a.txt", "new")).await.unwrap();
    let (status, late) = answer(change(&ann, Method::DELETE, "/branches/fix%2Fa").header("if-match", seen)).await;
    assert_eq!((status, &late["error"]["current"]), (412, &json!(head)), "{late}");
    let seen = tag_of(&ann, "/branches/fix%2Fa").await;
    assert_eq!(answer(change(&ann, Method::DELETE, "/branches/fix%2Fa").header("if-match", seen)).await.0, 204);
    assert_eq!(answer(change(&ann, Method::DELETE, "/branches/main")).await.0, 422);

    for version in ["1.10.0", "1.9.0", "1.10.0-rc.1"] {
        let tagged = send(&ann, Method::PUT, &format!("/models/ann/bert/tags/{version}"), &json!({"revision": "main"})).await;
        assert_eq!((tagged.0, &tagged.1["revision"]), (200, &json!(two)));
    }
    let (_, tags) = get(&ann, "/models/ann/bert/tags").await;
    assert_eq!(names(&tags), ["2.0.0", "1.10.0", "1.10.0-rc.1", "1.9.0", "1.0.0"]);
    let (status, refused) = send(&ann, Method::PUT, "/models/ann/bert/tags/1.9.0", &json!({"revision": "1.0.0"})).await;
    assert_eq!((status, &refused["error"]["current"]), (409, &json!(two)), "{refused}");
    assert_eq!(get(&ann, "/models/ann/bert/tags/1.9.0").await.1["revision"], json!(two));
    for (path, body, status) in [
        ("/tags/a%20b", json!({"revision": "main"}), 422),
        ("/tags/main", json!({"revision": "main"}), 409),
        ("/branches/1.9.0", json!({"revision": "main"}), 409),
        ("/branches/next", json!({"revision": "nowhere"}), 404),
        ("/branches/next", json!({}), 422),
        ("/aliases/next", json!({"revision": "main", "why": "x"}), 422),
    ] {
        let (got, said) = send(&ann, Method::PUT, &format!("/models/ann/bert{path}"), &body).await;
        assert_eq!(got, status, "{path} {body}: {said}");
    }
}

#[tokio::test]
async fn of_two_uploads_on_one_head_the_second_is_told_the_new_one() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let base = ann.publish("ann/bert", None, &Files::of("base.txt", "base")).await;
    let mut begun = Vec::new();
    for name in ["red", "blue"] {
        let files = Files::of(name, name);
        let listed: Vec<_> = files.manifest().files().iter().map(|file| json!(file)).collect();
        let new = json!({"kind": "model", "namespace": "ann", "name": "bert", "parent": base, "files": listed});
        let (status, upload) = send(&ann, Method::POST, "/uploads", &new).await;
        assert_eq!(status, 200, "{upload}");
        // the same upload by its other name: it is resumed with the parent of now, which is the same
        ann.send_missing(&ann.begin(&files.upload("ann/bert", None)).await.unwrap(), &files).await.unwrap();
        begun.push((upload["id"].as_str().unwrap().to_owned(), new));
    }
    let complete = async |id: &str| loop {
        let (status, upload) = send(&ann, Method::POST, &format!("/uploads/{id}/complete"), &json!({})).await;
        if upload["state"] != "verifying" {
            break (status, upload);
        }
    };
    let (one, two) = tokio::join!(complete(&begun[0].0), complete(&begun[1].0));
    let (winner, loser, new) = if one.0 == 200 { (one, two, &begun[1].1) } else { (two, one, &begun[0].1) };
    let head = &winner.1["revision"];
    assert_eq!((winner.0, loser.0, &loser.1["error"]["current"]), (200, 409, head), "{winner:?} {loser:?}");
    let (status, stale) = send(&ann, Method::POST, "/uploads", new).await;
    assert_eq!((status, &stale["error"]["current"]), (409, head), "before anything is sent: {stale}");
    let mut new = new.clone();
    new["parent"] = head.clone();
    let (_, again) = send(&ann, Method::POST, "/uploads", &new).await;
    assert_eq!(again["missing"], json!([]), "{again}");
    let (status, done) = complete(again["id"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{done}");
    let (_, package) = get(&ann, "/models/ann/bert").await;
    assert_eq!((&package["revision"]["id"], &package["revision"]["parent"]), (&done["revision"], head));
}

#[tokio::test]
async fn a_package_is_deleted_brought_back_and_renamed() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    let ann = server.browser("ann").await;
    versions(&program, 1).await;
    for (below, status) in [("", 422), ("?confirm=bert", 422)] {
        assert_eq!(answer(change(&ann, Method::DELETE, below)).await.0, status, "{below}");
    }
    assert_eq!(answer(change(&program, Method::DELETE, "?confirm=ann/bert")).await.0, 403);
    assert_eq!(get(&ann, "/models/ann/bert/deleted").await.0, 404);
    let (status, deleted) = answer(change(&ann, Method::DELETE, "?confirm=ann/bert")).await;
    assert_eq!((status, &deleted["name"], &deleted["deleted_by"]), (200, &json!("bert"), &json!("ann")), "{deleted}");
    assert_eq!(get(&ann, "/models/ann/bert").await.0, 404);
    assert_eq!(get(&ann, "/models/ann/bert/deleted").await.1["purge_at"], deleted["purge_at"]);
    assert_eq!(get(&program, "/models/ann/bert/deleted").await.0, 404);
    assert_eq!(answer(change(&program, Method::POST, "/undelete")).await.0, 404);
    let name = |name: &str| json!({"kind": "model", "namespace": "ann", "name": name});
    assert_eq!(answer(change(&ann, Method::POST, "/undelete")).await, (200, name("bert")));
    let rename = async |body: &Value| answer(change(&ann, Method::POST, "/rename").json(body)).await;
    assert_eq!(rename(&json!({"name": "albert"})).await, (200, name("albert")));
    let old = change(&ann, Method::GET, "/aliases").send().await.unwrap();
    assert_eq!((old.status().as_u16(), old.headers()["location"].to_str().unwrap()), (308, "/api/v1/models/ann/albert/aliases"));
    assert_eq!(rename(&json!({"namespace": "bob", "name": "bert"})).await.0, 403);
    assert_eq!(rename(&json!({"name": "a b"})).await.0, 422);
    assert_eq!(answer(change(&ann, Method::DELETE, "/redirect")).await.0, 204);
    assert_eq!(change(&ann, Method::GET, "").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn two_revisions_are_compared() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let card = "---\nlicense: MIT\ntags: [nlp]\n---\n# Bert\n";
    ann.publish("ann/bert", Some("1.0.0"), &Files::of("README.md", "# Bert\n").and("old.bin", [0, 255])).await;
    ann.publish("ann/bert", Some("2.0.0"), &Files::of("README.md", card)).await;
    let (status, compared) = get(&ann, "/models/ann/bert/compare?base=1.0.0").await;
    assert_eq!((status, &compared["changed"], &compared["unchanged"]), (200, &json!(2), &json!(0)), "{compared}");
    let files: Vec<_> =
        compared["files"].as_array().unwrap().iter().map(|file| (&file["path"], file["after"].is_null())).collect();
    assert_eq!(files, [(&json!("README.md"), false), (&json!("old.bin"), true)]);
    let (_, text) = get(&ann, "/models/ann/bert/compare/file?base=1.0.0&head=2.0.0&path=README.md").await;
    let added = json!({"before": null, "after": 2, "text": "license: MIT"});
    assert!(text["text"]["hunks"][0].as_array().unwrap().contains(&added), "{text}");
    assert!(text["tensors"].is_null() && text["opaque"].is_null(), "{text}");
    let (_, binary) = get(&ann, "/models/ann/bert/compare/file?base=1.0.0&path=old.bin").await;
    assert!(binary["opaque"].as_str().unwrap().ends_with('.'), "{binary}");
    for (query, status) in
        [("?base=nowhere", 404), ("", 422), ("/file?base=1.0.0&path=none", 404), ("/file?base=1.0.0&path=..%2Fx", 422)]
    {
        assert_eq!(get(&ann, &format!("/models/ann/bert/compare{query}")).await.0, status, "{query}");
    }
    let facts = &get(&ann, "/models/ann/bert").await.1["facts"];
    assert_eq!(facts, &json!({"license": "mit", "task": null, "library": null, "topics": ["nlp"]}));
}
