//! Components of revisions: how much they are, and as a zip.

use domain::{
    PackageKind, PackageRef,
    component::{Component, ComponentSize},
};
use reqwest::Method;
use serde_json::json;

use crate::{
    harness::{Client, Files, TestServer, about},
    rest::get,
};

/// A file of each component, and a card.
fn model() -> Files {
    Files::of("README.md", "# Bert\n")
        .and("model.safetensors", [7; 300])
        .and("model.safetensors.index.json", "{}")
        .and("config.json", "{}")
        .and("tokenizer/vocab.txt", "a\n")
        .and("modeling.py", "pass\n")
}

fn address(component: &str) -> String {
    format!("/api/v1/models/ann/bert/archive/1.0.0?component={component}")
}

async fn with_a_model() -> (TestServer, Client) {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &model()).await;
    (server, ann)
}

#[tokio::test]
async fn how_much_each_is_is_told_beforehand() {
    let (_server, ann) = with_a_model().await;
    let size = |component: &str, files: u64, bytes: u64| json!({"component": component, "files": files, "bytes": bytes});
    let (status, sizes) = get(&ann, "/models/ann/bert/components/1.0.0").await;
    let expected = json!([
        size("whole", 6, 318),
        size("weights", 2, 302),
        size("configuration", 2, 4),
        size("data", 0, 0),
        size("code", 1, 5)
    ]);
    assert_eq!((status, sizes), (200, expected));
    let sizes: Vec<ComponentSize> = ann.read("components", &about("ann/bert")).await.unwrap();
    assert_eq!(sizes[1], ComponentSize { component: Component::Weights, files: 2, bytes: 302 });

    let page = ann.request(Method::GET, "/ann/bert?at=1.0.0").header("accept", "text/html").send().await.unwrap();
    let page = page.text().await.unwrap();
    for words in [&address("weights")[..], "302 B", "Configuration and tokenizer", &address("code")] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains(&address("data")), "nothing is offered that is empty");
}

#[tokio::test]
async fn a_zip_holds_one_component_and_nothing_else() {
    let (_server, ann) = with_a_model().await;
    for (component, paths) in [
        ("whole", &model().0.keys().map(String::as_str).collect::<Vec<_>>()[..]),
        ("weights", &["model.safetensors", "model.safetensors.index.json"]),
        ("configuration", &["config.json", "tokenizer/vocab.txt"]),
        ("code", &["modeling.py"]),
    ] {
        let folder = if component == "whole" { "bert-1.0.0".to_owned() } else { format!("bert-1.0.0-{component}") };
        let answer = ann.get(&address(component)).await.unwrap();
        assert_eq!(answer.status(), 200, "{component}");
        assert!(answer.headers()["content-disposition"].to_str().unwrap().contains(&format!("\"{folder}.zip\"")));
        let unzipped = Files::unzip(&answer.bytes().await.unwrap());
        let expected = paths.iter().map(|path| (format!("{folder}/{path}"), model().0[*path].clone())).collect();
        assert_eq!(unzipped, Files(expected), "{component}");
    }
    let all = PackageRef::parse(PackageKind::Model, "ann/bert").unwrap().archive_url("1.0.0");
    let (all, whole) = (ann.get(&all).await.unwrap(), ann.get(&address("whole")).await.unwrap());
    assert_eq!(all.bytes().await.unwrap(), whole.bytes().await.unwrap());
}

#[tokio::test]
async fn what_is_empty_or_no_component_is_refused() {
    let (server, ann) = with_a_model().await;
    let searcher = server.with_permissions("ann", "search");
    for (client, component, status) in [
        (&ann, "data", 404),
        (&ann, "everything", 422),
        (&ann, "", 422),
        (&ann, "%ff", 422),
        (&ann, "weights&component=code", 422),
        (&searcher, "weights", 403),
        (&server.anonymous(), "weights", 401),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = client.request(method.clone(), &address(component)).send().await.unwrap();
            assert_eq!(answer.status(), status, "{method} {component}");
        }
    }
    assert_eq!(get(&searcher, "/models/ann/bert/components/main").await.0, 200);
    assert_eq!(get(&server.anonymous(), "/models/ann/bert/components/main").await.0, 401);
    assert_eq!(get(&ann, "/models/ann/bert/components/9.9.9").await.0, 404);
}
