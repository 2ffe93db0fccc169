//! Every filter finds some packages and leaves out others, in every order, on both engines.

use std::collections::BTreeSet;

use domain::{
    PackageKind, PackageRef,
    report::Verdict,
    search::{Filters, PatternTarget, SearchQuery, Sort},
};
use registry::{Actor, Registry};
use time::OffsetDateTime;

use crate::{
    engine::{Engine, TestCatalog},
    library::{CARDS, asked, fill_with_cards, found, import},
};

on_both_engines!(
    each_filter_finds_some_and_leaves_out_others,
    filters_hold_all_at_once,
    what_is_public_is_filtered_for_everybody
);

const ALL: [&str; 4] = ["ann/bert-base", "ann/bert-large", "bob/my-bert", "bob/resnet"];

/// The packages of [`CARDS`], with verdicts and scores of all but the last.
async fn fill(catalog: &TestCatalog, registry: &Registry) {
    fill_with_cards(registry).await;
    catalog.run("UPDATE packages SET score = 0.8, verdict = 'clean' WHERE name = 'bert-base'").await;
    catalog.run("UPDATE packages SET score = 0.5, verdict = 'suspicious' WHERE name = 'bert-large'").await;
    catalog.run("UPDATE packages SET score = 0, verdict = 'dangerous' WHERE name = 'my-bert'").await;
    // the index learns of it with the next change
    for (name, _) in CARDS {
        let package = PackageRef::parse(PackageKind::Model, name).unwrap();
        let (version, main) = ("1.0.0".parse().unwrap(), "main".parse().unwrap());
        registry.create_tag(&Actor::operator(), &package, &version, &main).await.unwrap();
    }
}

/// What is found in each of the orders, which must be the same packages.
async fn in_all_orders(registry: &Registry, filters: &Filters) -> BTreeSet<String> {
    let mut sets = Vec::new();
    for sort in Sort::ALL {
        let names = found(registry, &SearchQuery { sort, ..asked(filters.clone()) }).await;
        let set: BTreeSet<_> = names.iter().cloned().collect();
        assert_eq!(set.len(), names.len(), "{sort:?} {filters:?}: none twice");
        sets.push(set);
    }
    assert!(sets.windows(2).all(|pair| pair[0] == pair[1]), "{filters:?}: {sets:?}");
    sets.remove(0)
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

async fn each_filter_finds_some_and_leaves_out_others(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill(&catalog, &registry).await;
    let some = |text: &str| Some(text.to_owned());
    let bytes = |name: &str| CARDS.iter().find(|(known, _)| *known == name).unwrap().1.len() as u64;
    let none = Filters::default;
    for (filters, expected) in [
        (Filters { text: "first".into(), ..none() }, &["ann/bert-base"][..]),
        (Filters { text: "bert".into(), ..none() }, &["ann/bert-base", "ann/bert-large", "bob/my-bert"]),
        (Filters { namespace: Some("ann".parse().unwrap()), ..none() }, &["ann/bert-base", "ann/bert-large"]),
        (Filters { license: some("apache-2.0"), ..none() }, &["bob/my-bert"]),
        (Filters { task: some("image-classification"), ..none() }, &["bob/resnet"]),
        (Filters { library: some("Transformers"), ..none() }, &["ann/bert-base", "bob/my-bert"]),
        (Filters { topic: some("nlp"), ..none() }, &["ann/bert-base", "ann/bert-large"]),
        (Filters { verdict: Some(Verdict::Clean), ..none() }, &["ann/bert-base"]),
        (Filters { verdict: Some(Verdict::Suspicious), ..none() }, &["ann/bert-large"]),
        (Filters { verdict: Some(Verdict::Dangerous), ..none() }, &["bob/my-bert"]),
        (Filters { verdict: Some(Verdict::Unreadable), ..none() }, &[]),
        (Filters { min_score: Some(0.0), ..none() }, &["ann/bert-base", "ann/bert-large", "bob/my-bert"]),
        (Filters { min_score: Some(0.01), ..none() }, &["ann/bert-base", "ann/bert-large"]),
        (Filters { min_score: Some(0.5), ..none() }, &["ann/bert-base", "ann/bert-large"]),
        (Filters { min_score: Some(0.51), ..none() }, &["ann/bert-base"]),
        (Filters { min_score: Some(0.8), ..none() }, &["ann/bert-base"]),
        (Filters { min_score: Some(0.81), ..none() }, &[]),
        (Filters { min_bytes: Some(bytes("ann/bert-base")), ..none() }, &["ann/bert-base"]),
        (Filters { min_bytes: Some(bytes("bob/resnet") + 1), ..none() }, &["ann/bert-base", "ann/bert-large", "bob/my-bert"]),
        (Filters { max_bytes: Some(bytes("bob/resnet")), ..none() }, &["bob/resnet"]),
        (Filters { max_bytes: Some(bytes("ann/bert-base") - 1), ..none() }, &["ann/bert-large", "bob/my-bert", "bob/resnet"]),
        (Filters { pattern: some("^bob/"), ..none() }, &["bob/my-bert", "bob/resnet"]),
        (
            Filters { pattern: some("^# bert"), pattern_target: PatternTarget::Card, ..none() },
            &["ann/bert-base", "ann/bert-large"],
        ),
    ] {
        assert_eq!(in_all_orders(&registry, &filters).await, set(expected), "{filters:?}");
    }
    assert_eq!(in_all_orders(&registry, &Filters::default()).await, set(&ALL), "without any");
}

async fn filters_hold_all_at_once(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let before = OffsetDateTime::now_utc();
    fill(&catalog, &registry).await;
    let after = OffsetDateTime::now_utc();
    for (since, expected) in [(before, &ALL[..]), (after, &[])] {
        let filters = Filters { updated_since: Some(since), ..Filters::default() };
        assert_eq!(in_all_orders(&registry, &filters).await, set(expected), "{filters:?}");
    }
    // two of them change once more
    for name in ["ann/bert-large", "bob/resnet"] {
        import(&registry, name, "---\nlicense: mit\n---\nOnce more.").await;
    }
    let all = Filters {
        text: "once".into(),
        kind: Some(PackageKind::Model),
        license: Some("mit".into()),
        min_bytes: Some(10),
        max_bytes: Some(1000),
        updated_since: Some(after),
        pattern: Some("bert".into()),
        ..Filters::default()
    };
    assert_eq!(in_all_orders(&registry, &all).await, set(&["ann/bert-large"]));
    let since = Filters { updated_since: Some(after), ..Filters::default() };
    assert_eq!(in_all_orders(&registry, &since).await, set(&["ann/bert-large", "bob/resnet"]));
    for one_wrong in [
        Filters { text: "first".into(), ..all.clone() },
        Filters { kind: Some(PackageKind::Code), ..all.clone() },
        Filters { namespace: Some("bob".parse().unwrap()), ..all.clone() },
        Filters { license: Some("apache-2.0".into()), ..all.clone() },
        Filters { task: Some("fill-mask".into()), ..all.clone() },
        Filters { library: Some("onnx".into()), ..all.clone() },
        Filters { topic: Some("nlp".into()), ..all.clone() },
        Filters { verdict: Some(Verdict::Clean), ..all.clone() },
        Filters { min_score: Some(0.1), ..all.clone() },
        Filters { min_bytes: Some(1000), ..all.clone() },
        Filters { max_bytes: Some(10), ..all.clone() },
        Filters { updated_since: Some(OffsetDateTime::now_utc()), ..all.clone() },
        Filters { pattern: Some("albert".into()), ..all.clone() },
    ] {
        assert_eq!(in_all_orders(&registry, &one_wrong).await, set(&[]), "{one_wrong:?}");
    }
}

async fn what_is_public_is_filtered_for_everybody(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill(&catalog, &registry).await;
    catalog.run("UPDATE packages SET visibility = 'public' WHERE name IN ('bert-base', 'resnet')").await;
    let anonymous = Actor::anonymous(registry::Client::default());
    for (filters, expected) in [
        (Filters::default(), &["ann/bert-base", "bob/resnet"][..]),
        (Filters { verdict: Some(Verdict::Clean), ..Filters::default() }, &["ann/bert-base"]),
        (Filters { verdict: Some(Verdict::Dangerous), ..Filters::default() }, &[]),
        (Filters { min_score: Some(0.5), ..Filters::default() }, &["ann/bert-base"]),
        (Filters { license: Some("mit".into()), ..Filters::default() }, &["ann/bert-base", "bob/resnet"]),
        (Filters { pattern: Some("bert".into()), ..Filters::default() }, &["ann/bert-base"]),
    ] {
        for sort in Sort::ALL {
            let query = SearchQuery { sort, ..asked(filters.clone()) };
            let page = registry.search_packages(&anonymous, &query).await.unwrap();
            let names: BTreeSet<_> = page.items.into_iter().map(|item| item.package.full_name()).collect();
            assert_eq!(names, set(expected), "{sort:?} {filters:?}");
        }
        let counts = registry.facet_counts(&anonymous, &filters).await.unwrap();
        assert_eq!(counts.counted, expected.len() as u64, "{filters:?}");
    }
}
