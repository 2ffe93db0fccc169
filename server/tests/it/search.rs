//! Finding and browsing: filters, orders, and pages that neither skip nor repeat.

use domain::{
    listing::{HistoryEntry, PackageSummary, Page, TreeEntry},
    report::Verdict,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::{
    harness::{Autograder, Client, Deployment, Files, TestServer, eventually},
    rest::get,
};

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

/// Packages in which every filter finds some and leaves out others; when the second half of them came in.
async fn library(server: &TestServer) -> String {
    let ann = server.user("ann");
    for (package, kind, card) in [
        (
            "acme/bert-base",
            "model",
            "---\nlicense: apache-2.0\npipeline_tag: fill-mask\nlibrary_name: transformers\ntags: [nlp, Deep Learning]\n---\n# Clean\n\nEncodes sentences.",
        ),
        ("acme/squad", "dataset", "---\nlicense: mit\ntags: [nlp]\n---\n# Suspicious\n\nQuestions of 2024-05."),
    ] {
        import(server, package, kind, card);
        eventually("the score", async || {
            let path = format!("/{kind}s/{package}/report/main");
            get(&ann, &path).await.1["report"].is_object().then_some(())
        })
        .await;
    }
    let since = time::OffsetDateTime::now_utc().format(&time::format_description::well_known::Rfc3339).unwrap();
    import(
        server,
        "other/resnet",
        "model",
        &format!(
            "---\nlicense: mit\npipeline_tag: image-classification\nlibrary_name: timm\n---\n# Clean\n\n{}",
            "Large. ".repeat(40)
        ),
    );
    eventually("the score", async || ann.scores("other/resnet").await.report).await;
    since
}

/// Gives clean packages 0.9, others 0.3 and a doubt.
fn by_card() -> Autograder {
    let clean = Autograder::writing_verdict(0.9, Some(Verdict::Clean));
    let doubtful = Autograder::writing_verdict(0.3, Some(Verdict::Suspicious));
    Autograder::script(&format!("if grep -q '# Clean' \"$2/README.md\"; then\n{clean}\nelse\n{doubtful}\nfi"))
}

/// What REST finds, page by page.
async fn found(client: &Client, arguments: &[(&str, &str)]) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let query = Serializer::new(String::new()).extend_pairs(arguments).append_pair("cursor", &cursor).finish();
        let (status, page) = get(client, &format!("/packages?{query}")).await;
        assert_eq!(status, 200, "{arguments:?}: {page}");
        let name = |item: &Value| format!("{}/{}", item["namespace"].as_str().unwrap(), item["name"].as_str().unwrap());
        names.extend(page["items"].as_array().unwrap().iter().map(name));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return names,
        }
    }
}

#[tokio::test]
async fn every_filter_finds_some_and_leaves_out_others() {
    let server = Deployment::new().scored_by(&by_card()).serve().await;
    let since = library(&server).await;
    let bob = server.user("bob");
    let all = ["other/resnet", "acme/squad", "acme/bert-base"];
    for (arguments, expected) in [
        (&[][..], &all[..]),
        (&[("q", "sentences")], &["acme/bert-base"]),
        (&[("kind", "dataset")], &["acme/squad"]),
        (&[("namespace", "Acme")], &["acme/squad", "acme/bert-base"]),
        (&[("license", "MIT")], &["other/resnet", "acme/squad"]),
        (&[("task", "fill-mask")], &["acme/bert-base"]),
        (&[("library", "timm")], &["other/resnet"]),
        (&[("topic", "deep learning")], &["acme/bert-base"]),
        (&[("topic", "nlp")], &["acme/squad", "acme/bert-base"]),
        (&[("verdict", "clean")], &["other/resnet", "acme/bert-base"]),
        (&[("verdict", "suspicious")], &["acme/squad"]),
        (&[("verdict", "dangerous")], &[]),
        (&[("min_score", "0.3")], &all),
        (&[("min_score", "0.31")], &["other/resnet", "acme/bert-base"]),
        (&[("min_score", "0.95")], &[]),
        (&[("min_size", "250")], &["other/resnet"]),
        (&[("max_size", "250")], &["acme/squad", "acme/bert-base"]),
        (&[("since", &since)], &["other/resnet"]),
        (&[("since", "2020-01-01")], &all),
        (&[("regex", "^acme/.*(base|squad)$")], &["acme/squad", "acme/bert-base"]),
        (&[("regex", "BERT")], &["acme/bert-base"]),
        (&[("regex", "bert"), ("regex_in", "name")], &["acme/bert-base"]),
        (&[("regex", r"\d{4}-\d\d\."), ("regex_in", "card")], &["acme/squad"]),
        (&[("regex", "^# clean"), ("regex_in", "card")], &["other/resnet", "acme/bert-base"]),
        (&[("regex", "squad"), ("license", "mit"), ("verdict", "suspicious"), ("min_score", "0.2")], &["acme/squad"]),
        (&[("regex", "squad"), ("verdict", "clean")], &[]),
        (&[("sort", "score")], &["other/resnet", "acme/bert-base", "acme/squad"]),
        (&[("sort", "relevance"), ("q", "squad")], &["acme/squad"]),
        (&[("limit", "1")], &all),
    ] {
        assert_eq!(found(&bob, arguments).await, expected, "{arguments:?}");
        let of_pages: Vec<_> = arguments.iter().map(|(name, value)| (format!("params[{name}]"), *value)).collect();
        let of_pages: Vec<_> = of_pages.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(names(&bob, &of_pages).await, expected, "the pages find the same: {arguments:?}");
        // the address of a search is all of it
        let address = Serializer::new(String::new()).extend_pairs(arguments).finish();
        let page = server.browser("bob").await.get(&format!("/?{address}")).await.unwrap().text().await.unwrap();
        let shown = if arguments.contains(&("limit", "1")) { 1 } else { expected.len() };
        for (position, name) in all.iter().enumerate() {
            let is_shown = expected.iter().position(|expected| expected == name).is_some_and(|place| place < shown);
            assert_eq!(page.contains(&format!("{name}\"")), is_shown, "{arguments:?}: {position} {name}");
        }
    }
    for (name, value) in [
        ("kind", "thing"),
        ("verdict", "fine"),
        ("min_score", "1.01"),
        ("min_score", "much"),
        ("min_size", "-1"),
        ("max_size", "1 GB"),
        ("since", "yesterday"),
        ("regex", "("),
        ("regex_in", "body"),
        ("sort", "oldest"),
        ("limit", "0"),
    ] {
        let query = Serializer::new(String::new()).append_pair(name, value).finish();
        assert_eq!(get(&bob, &format!("/packages?{query}")).await.0, 422, "{query}");
        assert_eq!(get(&bob, &format!("/packages/facets?{query}")).await.0, 422, "{query}");
    }
}

#[tokio::test]
async fn what_is_common_is_counted_with_and_without_an_expression() {
    let server = Deployment::new().scored_by(&by_card()).serve().await;
    library(&server).await;
    let bob = server.user("bob");
    let facet = |value: &str, packages: u64| json!({"value": value, "packages": packages});
    let (_, counts) = get(&bob, "/packages/facets").await;
    for (name, expected) in [
        ("kinds", json!([facet("model", 2), facet("dataset", 1)])),
        ("licenses", json!([facet("mit", 2), facet("apache-2.0", 1)])),
        ("tasks", json!([facet("fill-mask", 1), facet("image-classification", 1)])),
        ("libraries", json!([facet("timm", 1), facet("transformers", 1)])),
        ("topics", json!([facet("nlp", 2), facet("Deep Learning", 1)])),
        ("namespaces", json!([facet("acme", 2), facet("other", 1)])),
        ("verdicts", json!([facet("clean", 2), facet("suspicious", 1)])),
        ("counted", json!(3)),
        ("is_complete", json!(true)),
    ] {
        assert_eq!(counts[name], expected, "{name}");
    }
    // what a facet says is what its filter finds
    for (facets, filter) in [
        ("kinds", "kind"),
        ("licenses", "license"),
        ("tasks", "task"),
        ("libraries", "library"),
        ("topics", "topic"),
        ("namespaces", "namespace"),
        ("verdicts", "verdict"),
    ] {
        for facet in counts[facets].as_array().unwrap() {
            let value = facet["value"].as_str().unwrap();
            let packages = found(&bob, &[(filter, value)]).await.len() as u64;
            assert_eq!(facet["packages"], packages, "{filter}={value}");
        }
    }
    for (query, counted, namespaces) in [
        ("regex=^acme", 2, json!([facet("acme", 2)])),
        ("regex=^%23+clean&regex_in=card", 2, json!([facet("acme", 1), facet("other", 1)])),
        ("regex=bert&license=mit", 0, json!([])),
    ] {
        let (_, counts) = get(&bob, &format!("/packages/facets?{query}")).await;
        assert_eq!((&counts["counted"], &counts["namespaces"]), (&json!(counted), &namespaces), "{query}");
        assert_eq!(counts["is_complete"], json!(true), "{query}");
    }
    let page = server.browser("bob").await.get("/?regex=%5Eacme&topic=nlp").await.unwrap().text().await.unwrap();
    assert!(page.contains("2 packages found") && page.contains("aria-label=\"Narrow down\""), "{page}");
    assert!(
        page.contains("Filters that are set") && page.contains("href=\"/?regex=%5Eacme\""),
        "each filter can be taken away: {page}"
    );
}

#[tokio::test]
async fn searches_built_to_be_slow_are_answered_many_at_once() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    for number in 0..3 {
        let card = format!("# {}\n\n{}", "a".repeat(5000), "ab ".repeat(3000));
        ann.publish(&format!("ann/{}{number}", "a".repeat(80)), None, &Files::of("README.md", card)).await;
    }
    let alternatives = vec!["a*"; 66].join("|");
    let (nested, too_many) = ("(".repeat(200), "a".repeat(201));
    let mut asked = Vec::new();
    for (regex, status) in [
        ("(a+)+$", 200),
        ("^(a+)+$", 200),
        ("^((a|aa)+)+!", 200),
        ("(.*)*(.*)*(.*)*!$", 200),
        ("((((((a*)*)*)*)*)*)*!", 200),
        ("(a?){50}a{50}!", 200),
        (&alternatives, 200),
        ("(a{100}){100}", 422),
        ("((a{50}){50}){50}", 422),
        ("a{4294967296}", 422),
        (r"(\w{50}){50}", 422),
        (&nested, 422),
        (&too_many, 422),
        ("a", 200),
    ] {
        for target in ["name", "card"] {
            asked.push((vec![("regex", regex), ("regex_in", target)], status));
        }
    }
    let letters = "a ".repeat(100);
    let (longest, too_long, signs) = ("a".repeat(200), "a".repeat(201), "-\"*".repeat(66));
    for (text, status) in [("a", 200), (letters.as_str(), 200), (&longest, 200), (&signs, 200), (&too_long, 422)] {
        for sort in ["newest", "score", "downloads", "relevance"] {
            asked.push((vec![("q", text), ("sort", sort)], status));
        }
    }
    let mut answers = tokio::task::JoinSet::new();
    for round in 0..2 {
        for (arguments, status) in &asked {
            let query = Serializer::new(String::new()).extend_pairs(arguments).finish();
            let (ann, status) = (ann.clone(), *status);
            answers.spawn(async move {
                for path in ["packages", "packages/facets"] {
                    let (answered, body) = get(&ann, &format!("/{path}?{query}")).await;
                    // however many come, some compare at once, and who gets no turn is told to come again
                    let is_told_to_wait = answered == 503 && query.contains("regex=") && path == "packages";
                    assert!(answered == status || is_told_to_wait, "{round} {path} {query}: {answered} {body}");
                }
            });
        }
    }
    while let Some(answer) = answers.join_next().await {
        answer.unwrap();
    }
    // three packages are compared in a page or in a few, whatever the expression
    assert_eq!(found(&ann, &[("regex", "^((a|aa)+)+!"), ("regex_in", "card")]).await, [""; 0]);
    assert_eq!(found(&ann, &[("regex", "(a+)+b"), ("regex_in", "card")]).await.len(), 3);
}
