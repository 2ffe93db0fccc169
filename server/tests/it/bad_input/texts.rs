//! Texts that no engine, or not each, can store or compare with: NUL above all, which PostgreSQL refuses; numbers, days and names
//! beyond all measure.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::document::operations;
use crate::harness::{Client, Deployment, Files, TestServer};

/// What is tried in every place for a text.
const TEXTS: [&str; 13] = [
    "\0",
    "a\0b",
    "owner/\0",
    "\u{fffe}\u{202e}\u{1f600}",
    "'; -- \\ % _ \" : * ( & |",
    "-1",
    "99999999999999999999",
    "1e400",
    "0000-01-01",
    "99999-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "..%2f..",
    "NaN",
];

/// A server with a model, and the browser of its owner, who administers the registry.
pub(super) async fn with_a_model() -> (TestServer, Client) {
    let server = Deployment::new().with("REQUESTS_PER_MINUTE", 10_000_000).with("ANONYMOUS_REQUESTS_PER_MINUTE", 10_000_000);
    let server = server.serve().await;
    server.deployment.answer(&["create-user", "owner", "--admin", "--password", "correct horse"]);
    let owner = server.browser("owner").await;
    owner.publish("owner/bert", Some("1.0.0"), &Files::various()).await;
    (server, owner)
}

/// Asks, and demands that the answer is no fault of the registry; its status.
async fn ask(what: &str, request: RequestBuilder) -> u16 {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    // among what is asked for is a quota of a byte
    assert!(status < 500 || status == 507, "{what}: {status} {text}");
    status
}

/// The places of texts in a body, as JSON pointers.
fn places(body: &Value, at: &str, found: &mut Vec<String>) {
    match body {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{at}/{index}"), found)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| places(field, &format!("{at}/{name}"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[tokio::test]
async fn no_text_in_any_place_of_any_request_is_the_registrys_fault() {
    let (server, owner) = with_a_model().await;
    let operations = operations(&owner).await;
    assert!(operations.len() > 70, "{}", operations.len());
    let long = "x".repeat(5000);
    let mut asked = 0;
    for operation in &operations {
        for text in TEXTS.into_iter().chain([long.as_str()]) {
            for (place, name) in &operation.parameters {
                let what = format!("{} {} {name}={text:?}", operation.method, operation.path);
                let request = operation.request(&owner, Some((place, name, text.as_bytes())));
                let request = match &operation.body {
                    Some(body) => request.json(body),
                    None => request,
                };
                ask(&what, request).await;
                asked += 1;
            }
            let Some(body) = &operation.body else { continue };
            let mut found = Vec::new();
            places(body, "", &mut found);
            for place in found {
                let mut changed = body.clone();
                *changed.pointer_mut(&place).unwrap() = text.into();
                let what = format!("{} {} {place}={text:?}", operation.method, operation.path);
                ask(&what, operation.request(&owner, None).json(&changed)).await;
                asked += 1;
            }
        }
    }
    assert!(asked > 2000, "{asked}");
    assert_eq!(ask("the end", owner.request(Method::GET, "/api/v1/user")).await, 200);
    assert!(!server.log().contains("panicked"));
}

#[tokio::test]
async fn pages_and_server_functions_take_no_nul_either() {
    let (_server, owner) = with_a_model().await;
    let target = "kind=model&namespace=owner&name=bert";
    for (path, status) in [
        (format!("/rpc/tree?{target}&path=%00"), 404),
        (format!("/rpc/tree?{target}&path=a%00b&at=main"), 404),
        (format!("/rpc/tree?{target}&at=%00"), 404),
        (format!("/rpc/compare_file?{target}&path=%00"), 422),
        (format!("/rpc/refs?{target}&ref_kind=tag&cursor=IlwwIg"), 422),
        ("/rpc/search_packages?params[q]=%00&params[license]=%00&params[topic]=%00".to_owned(), 200),
        ("/rpc/search_packages?params[regex]=abc%5Cx00def".to_owned(), 200),
        ("/rpc/search_packages?params[regex]=abc%00def&params[regex_in]=card".to_owned(), 200),
        ("/rpc/audit?by=object&value=%00".to_owned(), 422),
        ("/rpc/package?kind=model&namespace=%00&name=bert".to_owned(), 404),
    ] {
        assert_eq!(ask(&path, owner.request(Method::GET, &path)).await, status, "{path}");
    }
    for path in [
        "/owner/bert/tree/main?path=%00",
        "/owner/bert/tree/main/%00",
        "/owner/bert/tree/%00",
        "/owner/bert?at=%00",
        "/owner/bert/compare?base=%00",
        "/?q=%00&license=a%00&regex=%00",
        "/?cursor=%00",
        "/%00/bert",
        "/admin/audit?by=actor&value=%00",
        "/join?invitation=%00",
    ] {
        ask(path, owner.request(Method::GET, path).header("accept", "text/html")).await;
    }
}

#[tokio::test]
async fn files_that_hold_nul_are_taken_and_found_all_the_same() {
    let (_server, owner) = with_a_model().await;
    let card = "---\nlicense: \"mi\\0t\"\ntags: [\"to\\0pic\"]\nlibrary_name: \"\\0\"\nbase_model: \"acme/ba\\0se\"\n---\n# Odd\0ity\nA w\0ord.\n";
    let files = Files::of("README.md", card)
        .and("config.json", "{\"_name_or_path\": \"acme/b\\u0000\", \"model_type\": \"\\u0000\"}")
        .and("adapter_config.json", "{\"base_model_name_or_path\": \"a\\u0000/b\"}");
    owner.publish("owner/odd", Some("1.0.0"), &files).await;
    let answer = owner.request(Method::GET, "/api/v1/packages?topic=topic&license=mit").send().await.unwrap();
    let found: Value = answer.json().await.unwrap();
    assert_eq!(found["items"][0]["name"], "odd", "{found}");
    assert_eq!(ask("the lineage", owner.request(Method::GET, "/api/v1/models/owner/odd/lineage")).await, 200);
    assert_eq!(ask("the page", owner.request(Method::GET, "/owner/odd").header("accept", "text/html")).await, 200);
}
