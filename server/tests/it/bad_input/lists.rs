//! The lists of the document: how each is asked for, and something in all of them.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use super::document::operations;
use crate::{
    harness::{Client, Files, eventually},
    rest::{get, send},
};

/// What tells the items of a list apart.
type Key = fn(&Value) -> Value;

/// A list, and how it is asked for.
pub(super) struct List {
    /// As the document has it.
    pub(super) path: String,
    pub(super) address: String,
    /// Without a limit it has one page only here.
    pub(super) is_short: bool,
    key: Key,
}

impl List {
    /// The address of a page, with more of a query.
    pub(super) fn with(&self, query: &str) -> String {
        let sign = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{sign}{query}", self.address)
    }

    /// The address of a page, of a list that has several.
    pub(super) fn page(&self, cursor: &str) -> String {
        self.with(&format!("cursor={cursor}{}", if self.is_short { "&limit=1" } else { "" }))
    }

    /// All items in their order, page by page, and a cursor that was given for one of the pages.
    pub(super) async fn read(&self, client: &Client, limit: Option<usize>) -> (Vec<String>, Option<String>) {
        let (mut items, mut given, mut cursor) = (Vec::new(), None, String::new());
        loop {
            let limit_query = limit.map(|limit| format!("&limit={limit}")).unwrap_or_default();
            let (status, page) = get(client, &self.with(&format!("cursor={cursor}{limit_query}"))).await;
            assert_eq!(status, 200, "{}: {page}", self.address);
            let found = self.keys(&page);
            assert!(limit.is_none_or(|limit| found.len() <= limit), "{}: {page}", self.address);
            items.extend(found);
            match page["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
            given.get_or_insert(cursor.clone());
        }
        let distinct: BTreeSet<_> = items.iter().collect();
        assert_eq!(distinct.len(), items.len(), "{} repeats nothing", self.address);
        (items, given)
    }

    pub(super) fn keys(&self, page: &Value) -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| (self.key)(item).to_string()).collect()
    }
}

/// How many items the lists get.
#[derive(Clone, Copy)]
pub(super) struct Amounts {
    pub(super) files: usize,
    pub(super) revisions: usize,
    pub(super) others: usize,
}

/// More than a page of every list holds.
pub(super) const BEYOND_A_PAGE: Amounts = Amounts { files: 501, revisions: 31, others: 101 };

/// Fills every list of the document.
pub(super) async fn fill(owner: &Client, amounts: Amounts) {
    let mut files = Files::of("config.json", "{}");
    for number in 0..amounts.files {
        files = files.and(&format!("{number:03}.txt"), "x");
    }
    owner.publish("owner/many", Some("0.1.0"), &files).await;
    for number in 0..amounts.revisions {
        owner.publish("owner/many", None, &Files::of("n.txt", number.to_string())).await;
        let gone = format!("owner/gone-{number:02}");
        owner.publish(&gone, None, &Files::of("n.txt", "0")).await;
        assert_eq!(send(owner, Method::DELETE, &format!("/models/{gone}?confirm={gone}"), &json!({})).await.0, 200);
    }
    for number in 0..3 {
        begin(owner, number).await;
    }
    made_by(owner, Method::POST, "/namespaces/owner/programs", &json!({"name": "builder", "permission": "search"})).await;
    let requests = (0..amounts.others).flat_map(|number| {
        let at = json!({"revision": "main"});
        let note = json!({"note": format!("guest {number}")});
        let program = json!({"name": format!("program-{number:03}"), "permission": "search"});
        let token = json!({"name": format!("token {number}"), "permissions": ["search"]});
        [
            (Method::POST, "/tokens".to_owned(), token.clone()),
            (Method::POST, "/users/builder/tokens".to_owned(), token),
            (Method::POST, "/organisations".to_owned(), json!({"name": format!("team-{number:03}")})),
            (Method::POST, "/namespaces/owner/programs".to_owned(), program),
            (Method::PUT, format!("/models/owner/many/branches/b{number:03}"), at.clone()),
            (Method::PUT, format!("/models/owner/many/tags/1.0.{number}"), at.clone()),
            (Method::PUT, format!("/models/owner/many/aliases/a{number:03}"), at),
            (Method::POST, "/invitations".to_owned(), note),
        ]
    });
    let made = stream::iter(requests)
        .map(|(method, path, body)| async move { made_by(owner, method, &path, &body).await })
        .buffer_unordered(4);
    made.collect::<Vec<_>>().await;
    for number in 0..amounts.revisions {
        let to = json!({"revision": if number % 2 == 0 { "0.1.0" } else { "main" }, "reason": number.to_string()});
        assert_eq!(send(owner, Method::PUT, "/models/owner/many/aliases/moving", &to).await.0, 200);
    }
}

async fn made_by(owner: &Client, method: Method, path: &str, body: &Value) {
    let (status, answer) = send(owner, method.clone(), path, body).await;
    assert!(status < 300, "{method} {path}: {status} {answer}");
}

/// Begins an upload that nothing is sent for.
async fn begin(owner: &Client, number: usize) {
    let file = json!({"path": "a.txt", "size": 14, "sha256": format!("{:064x}", number + 1)});
    let new = json!({"kind": "model", "namespace": "owner", "name": format!("begun-{number}"), "files": [file]});
    made_by(owner, Method::POST, "/uploads", &new).await;
}

/// Waits until scores, which are part of positions, do not change any more.
pub(super) async fn all_jobs_ended(owner: &Client) {
    eventually("all jobs", async || {
        let found = get(owner, "/models/owner/many/jobs").await.1;
        found["items"].as_array().unwrap().iter().all(|job| job["state"] != "queued" && job["state"] != "running").then_some(())
    })
    .await;
}

/// The lists of the document that come in pages. A new one is missed here by its path.
pub(super) async fn lists(owner: &Client) -> Vec<List> {
    let by_name: Key = |item| item["name"].clone();
    let by_id: Key = |item| item["id"].clone();
    let by_path: Key = |item| item["path"].clone();
    let whole: Key = Value::clone;
    let package = "/api/v1/{kind}/{namespace}/{name}";
    let mut known: BTreeMap<String, (Vec<&str>, Key)> = BTreeMap::from([
        ("/api/v1/users".into(), (vec!["/users"], by_name)),
        ("/api/v1/invitations".into(), (vec!["/invitations"], by_id)),
        ("/api/v1/storage".into(), (vec!["/storage"], |item| item["namespace"].clone())),
        ("/api/v1/tokens".into(), (vec!["/tokens"], by_id)),
        ("/api/v1/users/{user}/tokens".into(), (vec!["/users/builder/tokens"], by_id)),
        ("/api/v1/uploads".into(), (vec!["/uploads"], by_id)),
        ("/api/v1/audit".into(), (vec!["/audit?by=action&value=create_program"], by_id)),
        ("/api/v1/namespaces/{namespace}/members".into(), (vec!["/namespaces/owner/members"], |item| item["user"].clone())),
        ("/api/v1/namespaces/{namespace}/deleted".into(), (vec!["/namespaces/owner/deleted"], by_name)),
        (
            "/api/v1/packages".into(),
            (
                vec![
                    "/packages",
                    "/packages?sort=score",
                    "/packages?sort=downloads",
                    "/packages?sort=relevance&q=owner",
                    "/packages?regex=m|b",
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
            let is_short = ["/api/v1/packages", "/api/v1/uploads"].contains(&operation.path.as_str());
            let list = |address: &str| List { path: operation.path.clone(), address: address.to_owned(), is_short, key };
            lists.extend(addresses.into_iter().map(list));
        }
    }
    assert!(known.is_empty(), "no lists any more: {:?}", known.keys());
    lists
}
