//! Searching finds the same on both engines, in the same order.

use std::fs;

use domain::{
    ErrorKind, PackageKind, PackageRef,
    refs::RefName,
    search::{SearchQuery, Sort},
};
use registry::{Actor, ImportTarget, Registry};

use crate::engine::{Engine, TestCatalog};

on_both_engines!(words_are_found_alike, pages_follow_each_other_without_gaps, names_are_one_whatever_their_case);

/// Packages with what their cards say.
const PACKAGES: [(&str, &str); 7] = [
    ("ann/bert-base-uncased", "A small transformer for English text, version 1.5 of 2024."),
    ("ann/Resnet50", "Image classification. It's state-of-the-art (almost)."),
    ("bob/ecole", "Modèle français de l'École, naïve et sûre."),
    ("bob/zeichen", "Größe und Straße, 文字 認識, e-mail: a.b@example.com, https://example.com/x?y=1"),
    ("bob/whisper_large-v3", "Speech to text; base model for many."),
    ("team/empty", ""),
    ("team/nul", "odd \u{0} characters \u{202e} within"),
];

async fn fill(registry: &Registry) {
    let sources = tempfile::tempdir().unwrap();
    for (name, card) in PACKAGES {
        let folder = sources.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("README.md"), card).unwrap();
        let target = ImportTarget {
            package: PackageRef::parse(PackageKind::Model, name).unwrap(),
            branch: RefName::default_branch(),
            version: None,
            message: "Import".into(),
        };
        registry.import(&Actor::operator(), folder, &target).await.unwrap();
    }
}

async fn found(registry: &Registry, query: &SearchQuery) -> Vec<String> {
    let page = registry.search_packages(&Actor::operator(), query).await.unwrap();
    page.items.into_iter().map(|item| item.package.full_name()).collect()
}

async fn words_are_found_alike(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill(&registry).await;
    for (text, expected) in [
        ("bert", &["ann/bert-base-uncased"][..]),
        ("BER", &["ann/bert-base-uncased"]),
        ("ann", &["ann/Resnet50", "ann/bert-base-uncased"]),
        ("base", &["bob/whisper_large-v3", "ann/bert-base-uncased"]),
        ("bert-base", &["ann/bert-base-uncased"]),
        ("base-bert", &[]),
        ("base bert", &["ann/bert-base-uncased"]),
        ("uncased-A", &[]),
        ("1.5", &["ann/bert-base-uncased"]),
        ("5.1", &[]),
        ("20", &["ann/bert-base-uncased"]),
        ("resnet", &["ann/Resnet50"]),
        ("net50", &[]),
        ("state-of-the-art", &["ann/Resnet50"]),
        ("it's", &["ann/Resnet50"]),
        ("école", &["bob/ecole"]),
        ("Modele NAIVE", &["bob/ecole"]),
        ("größe", &["bob/zeichen"]),
        ("grosse", &[]),
        ("STRASS", &[]),
        ("文字", &["bob/zeichen"]),
        ("文", &["bob/zeichen"]),
        ("a.b@example.com", &["bob/zeichen"]),
        ("example.com/x", &["bob/zeichen"]),
        ("whisper_large", &["bob/whisper_large-v3"]),
        ("v3", &["bob/whisper_large-v3"]),
        ("odd within", &["team/nul"]),
        ("the", &["ann/Resnet50"]),
        ("nothing-of-this", &[]),
        ("\" OR 1=1 --", &[]),
        ("bert & !x | (y <-> z):* '\\", &[]),
        ("bert\0", &["ann/bert-base-uncased"]),
        ("NEAR(bert base)", &[]),
    ] {
        let query = SearchQuery { text: text.into(), ..SearchQuery::default() };
        assert_eq!(found(&registry, &query).await, expected, "{text:?}");
    }
    // without a word that could be found there is nothing to demand
    for text in ["", " ", "*", "- \" '"] {
        let query = SearchQuery { text: text.into(), ..SearchQuery::default() };
        assert_eq!(found(&registry, &query).await.len(), PACKAGES.len(), "{text:?}");
    }
    let of_bob = SearchQuery { text: "base".into(), namespace: Some("BOB".parse().unwrap()), ..SearchQuery::default() };
    assert_eq!(found(&registry, &of_bob).await, ["bob/whisper_large-v3"]);
    let data = SearchQuery { text: "base".into(), kind: Some(PackageKind::Dataset), ..SearchQuery::default() };
    assert_eq!(found(&registry, &data).await, [""; 0]);
}

async fn pages_follow_each_other_without_gaps(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill(&registry).await;
    catalog.run("UPDATE packages SET score = 0.5 WHERE name_key IN ('ecole', 'resnet50', 'empty')").await;
    catalog.run("UPDATE packages SET score = 0.75 WHERE name_key = 'zeichen'").await;
    for sort in [Sort::Newest, Sort::Score] {
        for (kind, namespace) in
            [(None, None), (Some(PackageKind::Model), None), (None, Some("bob")), (Some(PackageKind::Model), Some("bob"))]
        {
            let namespace = namespace.map(|name| name.parse().unwrap());
            let all = SearchQuery { sort, kind, namespace, ..SearchQuery::default() };
            let whole = found(&registry, &all).await;
            let mut pieces = Vec::new();
            let mut query = SearchQuery { limit: Some(2), ..all };
            loop {
                let page = registry.search_packages(&Actor::operator(), &query).await.unwrap();
                pieces.extend(page.items.into_iter().map(|item| item.package.full_name()));
                query.cursor = page.next;
                if query.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(pieces, whole, "{query:?}");
            assert_eq!(whole.len(), if query.namespace.is_some() { 3 } else { PACKAGES.len() });
        }
    }
    let best = SearchQuery { sort: Sort::Score, limit: Some(4), ..SearchQuery::default() };
    assert_eq!(found(&registry, &best).await, ["bob/zeichen", "team/empty", "bob/ecole", "ann/Resnet50"]);
}

async fn names_are_one_whatever_their_case(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill(&registry).await;
    let spelled = PackageRef::parse(PackageKind::Model, "ANN/resNET50").unwrap();
    let found = registry.package(&Actor::operator(), &spelled, &"main".parse().unwrap()).await.unwrap();
    assert_eq!(found.package.full_name(), "ann/Resnet50");
    let card = registry.card(&Actor::operator(), &spelled, &"main".parse().unwrap()).await.unwrap().unwrap();
    assert!(card.html.contains("Image classification"));
    let other = PackageRef::parse(PackageKind::Dataset, "ann/Resnet50").unwrap();
    let missing = registry.package(&Actor::operator(), &other, &"main".parse().unwrap()).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}
