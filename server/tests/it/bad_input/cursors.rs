//! Positions in lists that were not given, or not for this list: refused, or a page of that list all the same.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::listing::Page;
use futures::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use super::{document::operations, texts::with_a_model};
use crate::{
    harness::{Client, Files},
    rest::{get, send},
};

/// What tells the items of a list apart.
type Key = fn(&Value) -> Value;

/// A list, and how it is asked for so that it has several pages here.
struct List {
    address: String,
    key: Key,
}

impl List {
    fn page(&self, cursor: &str) -> String {
        let sign = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{sign}cursor={cursor}", self.address)
    }

    /// All items, page by page, and a cursor that was given for one of the pages.
    async fn read(&self, client: &Client) -> (BTreeSet<String>, String) {
        let (mut items, mut given, mut cursor) = (BTreeSet::new(), None, String::new());
        loop {
            let (status, page) = get(client, &self.page(&cursor)).await;
            assert_eq!(status, 200, "{}: {page}", self.address);
            let before = items.len();
            items.extend(self.keys(&page));
            assert_eq!(items.len(), before + page["items"].as_array().unwrap().len(), "{} repeats nothing", self.address);
            match page["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
            given.get_or_insert(cursor.clone());
        }
        (items, given.unwrap_or_else(|| panic!("{} has one page only", self.address)))
    }

    fn keys(&self, page: &Value) -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| (self.key)(item).to_string()).collect()
    }
}

/// Fills every list of the document beyond its first page.
async fn fill(owner: &Client) {
    let mut files = Files::of("config.json", "{}");
    for number in 0..501 {
        files = files.and(&format!("{number:03}.txt"), "x");
    }
    owner.publish("owner/many", Some("0.1.0"), &files).await;
    for number in 0..31 {
        owner.publish("owner/many", None, &Files::of("n.txt", number.to_string())).await;
        let gone = format!("owner/gone-{number:02}");
        owner.publish(&gone, None, &Files::of("n.txt", "0")).await;
        assert_eq!(send(owner, Method::DELETE, &format!("/models/{gone}?confirm={gone}"), &json!({})).await.0, 200);
    }
    let requests = (0..101).flat_map(|number| {
        let at = json!({"revision": "main"});
        let note = json!({"note": format!("guest {number}")});
        let program = json!({"name": format!("program-{number:03}"), "permission": "search"});
        [
            (Method::POST, "/organisations".to_owned(), json!({"name": format!("team-{number:03}")})),
            (Method::POST, "/namespaces/owner/programs".to_owned(), program),
            (Method::PUT, format!("/models/owner/many/branches/b{number:03}"), at.clone()),
            (Method::PUT, format!("/models/owner/many/tags/1.0.{number}"), at.clone()),
            (Method::PUT, format!("/models/owner/many/aliases/a{number:03}"), at),
            (Method::POST, "/invitations".to_owned(), note),
        ]
    });
    let made = stream::iter(requests)
        .map(|(method, path, body)| async move {
            let (status, answer) = send(owner, method.clone(), &path, &body).await;
            assert!(status < 300, "{method} {path}: {status} {answer}");
        })
        .buffer_unordered(4);
    made.collect::<Vec<_>>().await;
    for number in 0..31 {
        let to = json!({"revision": if number % 2 == 0 { "0.1.0" } else { "main" }, "reason": number.to_string()});
        assert_eq!(send(owner, Method::PUT, "/models/owner/many/aliases/moving", &to).await.0, 200);
    }
}

/// The lists of the document that come in pages. A new one is missed here by its path.
async fn lists(owner: &Client) -> Vec<List> {
    let by_name: Key = |item| item["name"].clone();
    let by_id: Key = |item| item["id"].clone();
    let by_path: Key = |item| item["path"].clone();
    let whole: Key = Value::clone;
    let package = "/api/v1/{kind}/{namespace}/{name}";
    let mut known: BTreeMap<String, (Vec<&str>, Key)> = BTreeMap::from([
        ("/api/v1/users".into(), (vec!["/users"], by_name)),
        ("/api/v1/invitations".into(), (vec!["/invitations"], by_id)),
        ("/api/v1/storage".into(), (vec!["/storage"], |item| item["namespace"].clone())),
        ("/api/v1/audit".into(), (vec!["/audit?by=action&value=create_program"], by_id)),
        ("/api/v1/namespaces/{namespace}/members".into(), (vec!["/namespaces/owner/members"], |item| item["user"].clone())),
        ("/api/v1/namespaces/{namespace}/deleted".into(), (vec!["/namespaces/owner/deleted"], by_name)),
        (
            "/api/v1/packages".into(),
            (
                vec![
                    "/packages?limit=1",
                    "/packages?limit=1&sort=score",
                    "/packages?limit=1&sort=downloads",
                    "/packages?limit=1&sort=relevance&q=owner",
                    "/packages?limit=1&regex=m|b",
                ],
                by_name,
            ),
        ),
        (format!("{package}/revisions"), (vec!["/models/owner/many/revisions"], |item| item["revision"]["id"].clone())),
        (format!("{package}/jobs"), (vec!["/models/owner/many/jobs"], by_id)),
        (format!("{package}/branches"), (vec!["/models/owner/many/branches"], by_name)),
        (format!("{package}/tags"), (vec!["/models/owner/many/tags"], by_name)),
        (format!("{package}/aliases"), (vec!["/models/owner/many/aliases"], by_name)),
        (format!("{package}/aliases/{{ref}}/history"), (vec!["/models/owner/many/aliases/moving/history"], whole)),
        (format!("{package}/tree/{{revision}}"), (vec!["/models/owner/many/tree/0.1.0"], by_path)),
        (format!("{package}/addresses/{{revision}}"), (vec!["/models/owner/many/addresses/0.1.0"], by_path)),
    ]);
    let mut lists = Vec::new();
    for operation in operations(owner).await {
        // the counts take the parameters of the search, and have no pages
        let has_pages = operation.method == Method::GET && operation.path != "/api/v1/packages/facets";
        if has_pages && operation.parameters.contains(&("query".into(), "cursor".into())) {
            let (addresses, key) = known
                .remove(&operation.path)
                .unwrap_or_else(|| panic!("{} is a list: say here how it is asked for", operation.path));
            lists.extend(addresses.into_iter().map(|address| List { address: address.to_owned(), key }));
        }
    }
    assert!(known.is_empty(), "no lists any more: {:?}", known.keys());
    lists
}

/// What is put in the place of each value of a position.
fn wild() -> Vec<Value> {
    let numbers =
        [json!(-1), json!(0), json!(i64::MIN), json!(i64::MAX), json!(u64::MAX), json!(1.5), json!(-1e308), json!(99_999)];
    let texts = [
        "",
        "\0",
        "a\0b",
        "x",
        "/",
        "0000-01-01T00:00:00Z",
        "99999-01-01T00:00:00Z",
        "\u{10ffff}",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ];
    let others = [Value::Null, json!(true), json!([]), json!({}), json!("x".repeat(3000))];
    numbers.into_iter().chain(texts.map(Value::from)).chain(others).collect()
}

/// A position with each of its values changed, left out, and with one more.
fn changed(position: &Value) -> Vec<Value> {
    let mut all = wild();
    match position {
        Value::Object(fields) => {
            for (name, field) in fields {
                all.extend(changed(field).into_iter().map(|value| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), value);
                    fields.into()
                }));
                let mut fewer = fields.clone();
                fewer.remove(name);
                all.push(fewer.into());
            }
            let mut more = fields.clone();
            more.insert("unknown".into(), json!(1));
            all.push(more.into());
        }
        Value::Array(items) => {
            for index in 0..items.len() {
                all.extend(wild().into_iter().map(|value| {
                    let mut items = items.clone();
                    items[index] = value;
                    items.into()
                }));
            }
            all.push(items[1..].to_vec().into());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

#[tokio::test]
async fn a_cursor_that_was_changed_or_is_another_lists_is_refused_or_begins_this_list_elsewhere() {
    let (server, owner) = with_a_model().await;
    fill(&owner).await;
    // scores are part of positions: nothing moves any more when all are there
    crate::harness::eventually("all jobs", async || {
        let found = get(&owner, "/models/owner/many/jobs").await.1;
        found["items"].as_array().unwrap().iter().all(|job| job["state"] != "queued" && job["state"] != "running").then_some(())
    })
    .await;
    let lists = lists(&owner).await;
    let mut read = Vec::new();
    for list in &lists {
        read.push(list.read(&owner).await);
    }
    let (mut refused, mut pages) = (0, 0);
    for (list, (items, given)) in lists.iter().zip(&read) {
        let position: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(given).unwrap()).unwrap();
        let garbage = ["x", "AAAA", "%00", "MQ==", "%ff", "..", "e30", "bnVsbA", &"A".repeat(5000), "AP__"].map(str::to_owned);
        let garbage = garbage.into_iter().chain([URL_SAFE_NO_PAD.encode("{\"a\":"), format!("{given}A"), given[1..].to_owned()]);
        let forged = changed(&position).into_iter().map(|position| URL_SAFE_NO_PAD.encode(position.to_string()));
        let others = read.iter().map(|(_, cursor)| cursor.clone());
        for cursor in garbage.chain(forged).chain(others) {
            let (status, answer) = get(&owner, &list.page(&cursor)).await;
            match status {
                422 => {
                    assert_eq!(answer["error"]["code"], "invalid", "{answer}");
                    refused += 1;
                }
                200 => {
                    let found = list.keys(&answer);
                    let distinct: BTreeSet<_> = found.iter().cloned().collect();
                    assert_eq!(distinct.len(), found.len(), "{} {cursor}: repeats", list.address);
                    assert!(distinct.is_subset(items), "{} {cursor}: {answer}", list.address);
                    pages += 1;
                }
                // of what is no UTF-8 the query itself is not read
                other => panic!("{} {cursor}: {other} {answer}", list.address),
            }
        }
    }
    assert!(refused > 500 && pages > 50, "{refused} {pages}");
    assert!(!server.log().contains("panicked"));
}

#[tokio::test]
async fn server_functions_refuse_the_same_cursors() {
    let (_server, owner) = with_a_model().await;
    let target = [("kind", "model"), ("namespace", "owner"), ("name", "bert")];
    let nul = URL_SAFE_NO_PAD.encode("{\"is_file\":false,\"path\":\"a\\u0000\"}");
    for (function, arguments) in [
        ("search_packages", &[][..]),
        ("tree", &target),
        ("history", &target),
        ("jobs", &target),
        ("aliases", &target),
        ("users", &[]),
        ("invitations", &[]),
        ("audit", &[]),
        ("members", &target[1..2]),
    ] {
        let name = if function == "search_packages" { "params[cursor]" } else { "cursor" };
        for cursor in ["x", "AAAA", "%00", "eyJ4IjoxfQ", "MQ==", &nul] {
            let arguments = [arguments, &[(name, cursor)]].concat();
            let refused = owner.read::<Page<Value>>(function, &arguments).await.unwrap_err();
            assert_eq!(refused.status(), 422, "{function} {cursor}: {refused:?}");
        }
    }
}
