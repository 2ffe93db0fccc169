//! Two revisions side by side, as data and as a page without JavaScript.

use domain::{
    compare::{Comparison, ContentComparison, FileComparison},
    listing::PackageFacts,
};

use super::page;
use crate::harness::{Client, Files, TestServer, Trouble, about};

fn weights(dtype: &str) -> Vec<u8> {
    let bytes = if dtype == "F32" { 8 } else { 4 };
    let header = format!(r#"{{"w":{{"dtype":"{dtype}","shape":[2],"data_offsets":[0,{bytes}]}}}}"#);
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; bytes]].concat()
}

async fn two_revisions(ann: &Client) {
    let first = Files::of("README.md", "# Bert\none\ntwo\n")
        .and("old.txt", "x")
        .and("same.txt", "same")
        .and("model.safetensors", weights("F32"));
    let second = Files::of("README.md", "# Bert\none\n<b>three</b>\n")
        .and("new.bin", [0, 255])
        .and("same.txt", "same")
        .and("model.safetensors", weights("BF16"))
        .and("bad.safetensors", "no header");
    ann.publish("ann/bert", Some("1.0.0"), &first).await;
    ann.publish("ann/bert", Some("2.0.0"), &second).await;
}

async fn file(client: &Client, path: &str) -> Result<FileComparison, Trouble> {
    client.read("compare_file", &[&about("ann/bert")[..], &[("base", "1.0.0"), ("head", "main"), ("path", path)]].concat()).await
}

#[tokio::test]
async fn files_are_added_removed_and_changed() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    two_revisions(&ann).await;
    let compared: Comparison =
        ann.read("compare", &[&about("ann/bert")[..], &[("base", "1.0.0"), ("head", "main")]].concat()).await.unwrap();
    let seen: Vec<_> =
        compared.files.iter().map(|file| (file.path.as_str(), file.before.is_some(), file.after.is_some())).collect();
    let expected = [
        ("README.md", true, true),
        ("bad.safetensors", false, true),
        ("model.safetensors", true, true),
        ("new.bin", false, true),
        ("old.txt", true, false),
    ];
    assert_eq!((seen, compared.unchanged), (expected.to_vec(), 1));
    let ContentComparison::Text { hunks, .. } = file(&ann, "README.md").await.unwrap().content else { panic!() };
    let lines: Vec<_> = hunks[0].lines.iter().map(|line| (line.before, line.after, line.text.as_str())).collect();
    assert_eq!(lines[2..], [(Some(3), None, "two"), (None, Some(3), "<b>three</b>")]);
    let ContentComparison::Tensors { tensors, .. } = file(&ann, "model.safetensors").await.unwrap().content else { panic!() };
    assert_eq!(tensors[0].after.as_ref().unwrap().dtype, "BF16");
    for path in ["bad.safetensors", "new.bin", "same.txt"] {
        assert!(matches!(file(&ann, path).await.unwrap().content, ContentComparison::Opaque { .. }), "{path}");
    }
    for (path, status) in [("missing.txt", 404), ("../etc", 422), ("", 422)] {
        assert_eq!(file(&ann, path).await.unwrap_err().status(), status, "{path}");
    }
    let search_only = server.with_permissions("ann", "search");
    assert_eq!(file(&search_only, "README.md").await.unwrap_err().status(), 403, "it shows content");
}

#[tokio::test]
async fn the_page_shows_it_without_javascript() {
    let server = TestServer::start().await;
    two_revisions(&server.user("ann")).await;
    let ann = server.browser("ann").await;
    let whole = page(&ann, "/ann/bert/compare?base=1.0.0&head=main").await.text().await.unwrap();
    for words in ["README.md", "removed", "added", "Metrics", "path=old.txt"] {
        assert!(whole.contains(words), "{words}: {whole}");
    }
    let one = page(&ann, "/ann/bert/compare?base=1.0.0&head=main&path=README.md").await.text().await.unwrap();
    assert!(one.contains("&lt;b&gt;three") && one.contains("diff-removed"), "{one}");
    let versions = page(&ann, "/ann/bert/versions").await.text().await.unwrap();
    assert!(versions.contains("/ann/bert/compare?base="), "{versions}");
    for (query, status) in [("base=nowhere&head=main", 404), ("base=1.0.0&head=main&path=missing", 404)] {
        assert_eq!(page(&ann, &format!("/ann/bert/compare?{query}")).await.status(), status, "{query}");
    }
}

#[tokio::test]
async fn the_card_of_main_tells_what_a_package_is() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let card = "---\nlicense: MIT\npipeline_tag: fill-mask\nlibrary_name: transformers\ntags: [nlp, bert]\n---\nWords.\n";
    ann.publish("ann/bert", None, &Files::of("README.md", card)).await;
    let facts = ann.package("ann/bert", "main").await.unwrap().facts;
    let expected = PackageFacts {
        license: Some("mit".into()),
        task: Some("fill-mask".into()),
        library: Some("transformers".into()),
        topics: vec!["bert".into(), "nlp".into()],
    };
    assert_eq!(facts, expected);
    ann.publish("ann/bert", None, &Files::of("README.md", "No front matter.")).await;
    assert_eq!(ann.package("ann/bert", "main").await.unwrap().facts, PackageFacts::default());
}
