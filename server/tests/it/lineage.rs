//! What packages are made from, as pages, programs and people come by it.

use domain::lineage::{Cost, Graph};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Files, TestServer, about},
    rest::{answer, get, send},
};

const TUNED: &str = "/models/ann/tuned/lineage";

/// `ann/tuned` is made from `ann/base`, and learnt from data elsewhere.
async fn with_a_tuned_model() -> (TestServer, Client) {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let base = Files::of("model.bin", [1; 1000]).and("vocab.txt", "a\nb\n");
    ann.publish("ann/Base", Some("1.0.0"), &base).await;
    let card = "---\nbase_model: ann/base\ndatasets:\n- squad\n---\n# Tuned\n";
    let tuned = Files::of("README.md", card).and("model.bin", [2; 500]).and("vocab.txt", "a\nb\n");
    ann.publish("ann/tuned", None, &tuned).await;
    (server, ann)
}

async fn page(client: &Client, path: &str) -> String {
    let answer = client.request(Method::GET, path).header("accept", "text/html").send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

fn added(relation: &str, target: &str) -> Value {
    json!({"relation": relation, "target": target})
}

#[tokio::test]
async fn programs_and_pages_are_told_the_same() {
    let (_server, ann) = with_a_tuned_model().await;
    let (status, lineage) = get(&ann, TUNED).await;
    assert_eq!(status, 200, "{lineage}");
    let node = |kind: &str, name: &str, is_here: bool| json!({"kind": kind, "name": name, "is_here": is_here});
    let expected = json!([node("model", "ann/tuned", true), node("model", "ann/Base", true), node("dataset", "squad", false)]);
    assert_eq!(lineage["nodes"], expected);
    assert_eq!(
        lineage["links"],
        json!([
            {"from": 0, "to": 1, "relation": "fine_tuned_from", "origin": "files"},
            {"from": 0, "to": 2, "relation": "trained_on", "origin": "files"}
        ])
    );
    assert_eq!(lineage["is_complete"], true);
    let graph: Graph = ann.read("lineage", &about("ann/tuned")).await.unwrap();
    assert_eq!((graph.nodes.len(), graph.links.len(), graph.elsewhere()), (3, 2, 1));

    let (_, cost) = get(&ann, "/models/ann/tuned/cost/main").await;
    let expected = json!({"alone": 559, "with_ancestors": 1559, "ancestors": 1, "is_complete": true});
    assert_eq!(cost, expected, "the vocabulary is shared");
    let same: Cost = ann.read("cost", &about("ann/tuned")).await.unwrap();
    assert_eq!((same.alone, same.with_ancestors), (559, 1559));

    let tuned = page(&ann, "/ann/tuned/lineage").await;
    for words in ["<svg", "href=\"/ann/Base\"", "fine-tuned from", "trained on", "squad, not here", "1.56 kB"] {
        assert!(tuned.contains(words), "{words}: {tuned}");
    }
    let base = page(&ann, "/ann/base/lineage").await;
    assert!(
        base.contains("href=\"/ann/tuned\"") && !base.contains("squad"),
        "what is made from it, not what else that is made from"
    );
}

#[tokio::test]
async fn a_package_without_lineage_says_how_it_gets_one() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    ann.publish("ann/bert", None, &Files::various()).await;
    let own = page(&ann, "/ann/bert/lineage").await;
    for words in ["No lineage yet", "base_model", "Add what it is made from"] {
        assert!(own.contains(words), "{words}");
    }
    let of_another = page(&bob, "/ann/bert/lineage").await;
    assert!(of_another.contains("No lineage yet") && !of_another.contains("Add what it is made from"));
}

#[tokio::test]
async fn people_and_programs_say_it_and_take_it_back() {
    let (_server, ann) = with_a_tuned_model().await;
    assert_eq!(send(&ann, Method::POST, TUNED, &added("uses_code", "ann/train")).await, (204, Value::Null));
    let (status, again) = send(&ann, Method::POST, TUNED, &added("uses_code", "Ann/Train")).await;
    assert_eq!((status, &again["error"]["code"]), (409, &json!("conflict")), "{again}");
    let (_, lineage) = get(&ann, TUNED).await;
    assert_eq!(lineage["links"][2], json!({"from": 0, "to": 3, "relation": "uses_code", "origin": "hand"}));

    let remove = |query: &str| ann.request(Method::DELETE, &format!("/api/v1{TUNED}?{query}"));
    assert_eq!(answer(remove("relation=fine_tuned_from&target=ann%2Fbase")).await, (204, Value::Null));
    assert_eq!(answer(remove("relation=fine_tuned_from&target=ann%2Fbase")).await.0, 404);
    let (_, lineage) = get(&ann, TUNED).await;
    assert_eq!(lineage["links"].as_array().unwrap().len(), 2, "{lineage}");

    // as forms, by server functions
    let edge = |relation| [&about("ann/tuned")[..], &[("relation", relation), ("target", "ann/train")]].concat();
    ann.form::<()>("remove_lineage", &edge("uses_code")).await.unwrap();
    ann.form::<()>("add_lineage", &edge("merged_from")).await.unwrap();
    let graph: Graph = ann.read("lineage", &about("ann/tuned")).await.unwrap();
    let own: Vec<_> = graph.own_links().map(|link| link.relation.as_str()).collect();
    assert_eq!(own, ["merged_from", "trained_on"]);
}

#[tokio::test]
async fn only_who_may_upload_may_say_it() {
    let (server, ann) = with_a_tuned_model().await;
    let bob = server.user("bob");
    let (searcher, downloader) = (server.with_permissions("ann", "search"), server.with_permissions("ann", "download"));
    let edge = added("trained_on", "a/b");
    for (who, client, reads, writes) in [
        ("the owner", &ann, 200, 204),
        ("another user", &bob, 200, 403),
        ("a token that may search", &searcher, 200, 403),
        ("a token that may download", &downloader, 403, 403),
        ("nobody", &server.anonymous(), 401, 401),
    ] {
        assert_eq!(get(client, TUNED).await.0, reads, "{who}");
        assert_eq!(get(client, "/models/ann/tuned/cost/main").await.0, reads, "{who}");
        assert_eq!(send(client, Method::POST, TUNED, &edge).await.0, writes, "{who}");
        let remove = client.request(Method::DELETE, &format!("/api/v1{TUNED}?relation=trained_on&target=a%2Fb"));
        assert_eq!(answer(remove).await.0, writes, "{who}");
    }
    let (_, lineage) = get(&ann, TUNED).await;
    assert_eq!(lineage["links"].as_array().unwrap().len(), 2, "{lineage}");
}

#[tokio::test]
async fn what_cannot_be_said_is_told_in_one_form() {
    let (_server, ann) = with_a_tuned_model().await;
    for (path, body, status) in [
        (TUNED, added("made_of", "a/b"), 422),
        (TUNED, added("derived_from", ""), 422),
        (TUNED, added("derived_from", "../../etc/passwd"), 422),
        (TUNED, added("derived_from", "a/b\u{0}"), 422),
        (TUNED, added("derived_from", &"x".repeat(5000)), 422),
        (TUNED, added("derived_from", "ann/tuned"), 422),
        (TUNED, json!({"relation": "derived_from"}), 422),
        (TUNED, json!({"relation": "derived_from", "target": "a/b", "x": 1}), 422),
        ("/models/ann/none/lineage", added("derived_from", "a/b"), 404),
        ("/datasets/ann/tuned/lineage", added("derived_from", "a/b"), 404),
        ("/models/a%20b/none/lineage", added("derived_from", "a/b"), 404),
    ] {
        let (got, answer) = send(&ann, Method::POST, path, &body).await;
        assert_eq!(got, status, "{path} {body}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().ends_with(['.', '!']), "{answer}");
    }
    for query in ["", "?relation=x&target=a", "?relation=derived_from", "?relation=derived_from&target=%ff"] {
        let (got, answer) = answer(ann.request(Method::DELETE, &format!("/api/v1{TUNED}{query}"))).await;
        assert_eq!(got, 422, "{query}: {answer}");
    }
    assert_eq!(get(&ann, "/models/ann/none/lineage").await.0, 404);
    assert_eq!(get(&ann, "/models/ann/tuned/cost/9.9.9").await.0, 404);
    let (_, lineage) = get(&ann, TUNED).await;
    assert_eq!(lineage["links"].as_array().unwrap().len(), 2, "{lineage}");
}
