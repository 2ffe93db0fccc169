//! Finding and browsing: filters, orders, and pages that neither skip nor repeat.

use domain::listing::{HistoryEntry, PackageSummary, Page, TreeEntry};
use serde::de::DeserializeOwned;

use crate::harness::{Client, Files, TestServer, eventually};

/// All items of a list, page by page.
async fn all<T: DeserializeOwned>(client: &Client, function: &str, arguments: &[(&str, &str)]) -> Vec<T> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let arguments = [arguments, &[("cursor", cursor.as_str())]].concat();
        let page: Page<T> = client.read(function, &arguments).await.unwrap();
        items.extend(page.items);
        match page.next {
            Some(next) => cursor = next,
            None => return items,
        }
    }
}

async fn names(client: &Client, arguments: &[(&str, &str)]) -> Vec<String> {
    let mut found: Vec<PackageSummary> = Vec::new();
    let mut cursor = String::new();
    loop {
        let arguments = [arguments, &[("params[cursor]", cursor.as_str())]].concat();
        let page: Page<PackageSummary> = client.read("search_packages", &arguments).await.unwrap();
        found.extend(page.items);
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    found.iter().map(|found| found.package.full_name()).collect()
}

fn import(server: &TestServer, package: &str, kind: &str, card: &str) {
    let folder = server.deployment.path(&package.replace('/', "-"));
    Files::of("README.md", card).write(&folder);
    server.deployment.answer(&["import", folder.to_str().unwrap(), "--name", package, "--kind", kind]);
}

#[tokio::test]
async fn words_kinds_and_namespaces_narrow_a_search() {
    let server = TestServer::start().await;
    import(&server, "acme/bert-base", "model", "# BERT\n\nEncodes sentences for café menus.");
    import(&server, "acme/squad", "dataset", "# SQuAD\n\nQuestions on sentences.");
    import(&server, "other/bert-tiny", "model", "# Tiny\n\nA small encoder.");
    let ann = server.user("ann");
    for (arguments, expected) in [
        (&[][..], &["other/bert-tiny", "acme/squad", "acme/bert-base"][..]),
        (&[("params[q]", "bert")], &["other/bert-tiny", "acme/bert-base"]),
        (&[("params[q]", "BERT base")], &["acme/bert-base"]),
        (&[("params[q]", "sent")], &["acme/squad", "acme/bert-base"]),
        (&[("params[q]", "cafe")], &["acme/bert-base"]),
        (&[("params[q]", "bert"), ("params[namespace]", "OTHER")], &["other/bert-tiny"]),
        (&[("params[q]", "sentences"), ("params[kind]", "dataset")], &["acme/squad"]),
        (&[("params[kind]", "model")], &["other/bert-tiny", "acme/bert-base"]),
        (&[("params[namespace]", "acme"), ("params[kind]", "model")], &["acme/bert-base"]),
        (&[("params[namespace]", "nobody")], &[]),
        (&[("params[q]", "bert squad")], &[]),
        // nothing in a text is an operator, and nothing in it can break the search
        (&[("params[q]", "bert OR squad")], &[]),
        (&[("params[q]", "\"bert")], &["other/bert-tiny", "acme/bert-base"]),
        (&[("params[q]", "bert\0")], &["other/bert-tiny", "acme/bert-base"]),
        (&[("params[q]", "-* ( ) ^ NEAR")], &[]),
    ] {
        assert_eq!(names(&ann, arguments).await, expected, "{arguments:?}");
    }
}

#[tokio::test]
async fn pages_of_a_search_neither_skip_nor_repeat() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let mut expected = Vec::new();
    for number in 0..45 {
        let package = format!("ann/p{number}");
        ann.publish(&package, None, &Files::of("README.md", "# One")).await;
        expected.insert(0, package);
    }
    assert_eq!(names(&ann, &[]).await, expected);
    assert_eq!(names(&ann, &[("params[q]", "p")]).await, expected);
    // a score that arrives in between moves its package
    for package in &expected {
        eventually("the score", async || ann.scores(package).await.report).await;
    }
    let mut by_score = names(&ann, &[("params[sort]", "score")]).await;
    by_score.sort();
    expected.sort();
    assert_eq!(by_score, expected);
}

#[tokio::test]
async fn pages_of_folders_and_histories_neither_skip_nor_repeat() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let mut files = Files::of("z.txt", "z");
    for number in 0..150 {
        files = files.and(&format!("{number:03}.txt"), "x").and(&format!("d{number:03}/x"), "x");
    }
    ann.publish("ann/many", None, &files).await;
    let target = [("kind", "model"), ("namespace", "ann"), ("name", "many")];
    let listed: Vec<TreeEntry> = all(&ann, "tree", &target).await;
    let folders = (0..150).map(|number| format!("d{number:03}"));
    let expected: Vec<_> = folders.chain((0..150).map(|number| format!("{number:03}.txt"))).chain(["z.txt".into()]).collect();
    assert_eq!(listed.iter().map(|entry| entry.path.clone()).collect::<Vec<_>>(), expected);

    for number in 0..65 {
        ann.publish("ann/often", None, &Files::of("n.txt", number.to_string())).await;
    }
    let target = [("kind", "model"), ("namespace", "ann"), ("name", "often")];
    let history: Vec<HistoryEntry> = all(&ann, "history", &target).await;
    assert_eq!(history.len(), 65);
    for pair in history.windows(2) {
        assert_eq!(pair[0].revision.parent, Some(pair[1].revision.id), "each follows its parent");
    }
}
