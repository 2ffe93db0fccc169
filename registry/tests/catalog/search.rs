//! Searching finds the same on both engines, in the same order.

use domain::{
    ErrorKind, PackageKind, PackageRef,
    search::{Facet, Filters, PatternTarget, SearchQuery, Sort},
};
use registry::{Actor, Registry};
use time::{Duration, OffsetDateTime};

use crate::{
    engine::{Engine, TestCatalog},
    library::{asked, counted, fill_with_cards, found, import, multiply},
};

on_both_engines!(
    cards_and_facts_are_found,
    filters_and_orders_agree_however_many_there_are,
    names_that_fit_come_first_however_many_there_are,
    expressions_are_matched_page_by_page,
    what_is_common_is_counted,
    words_are_found_alike,
    pages_follow_each_other_without_gaps,
    names_are_one_whatever_their_case
);

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
    for (name, card) in PACKAGES {
        import(registry, name, card).await;
    }
}

async fn words_are_found_alike(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill(&registry).await;
    for (text, expected) in [
        ("bert", &["ann/bert-base-uncased"][..]),
        ("BER", &["ann/bert-base-uncased"]),
        // the last word may be the beginning of one, those before it not
        ("base ber", &["ann/bert-base-uncased"]),
        ("ber base", &[]),
        ("bert-ba", &["ann/bert-base-uncased"]),
        ("bert-ba english", &[]),
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
        let query = asked(Filters { text: text.into(), ..Filters::default() });
        assert_eq!(found(&registry, &query).await, expected, "{text:?}");
    }
    // two letters with which many words begin stand for themselves alone, three do not
    let begins_with = |text: &str| asked(Filters { text: text.into(), ..Filters::default() });
    assert_eq!(found(&registry, &begins_with("be")).await, ["ann/bert-base-uncased"]);
    catalog
        .run(
            "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100)
             INSERT INTO vocabulary (word) SELECT 'ber' || n FROM numbers",
        )
        .await;
    assert_eq!(found(&registry, &begins_with("be")).await, [""; 0]);
    assert_eq!(found(&registry, &begins_with("ber")).await, ["ann/bert-base-uncased"]);
    // without a word that could be found there is nothing to demand
    for text in ["", " ", "*", "- \" '"] {
        let query = asked(Filters { text: text.into(), ..Filters::default() });
        assert_eq!(found(&registry, &query).await.len(), PACKAGES.len(), "{text:?}");
    }
    let of_bob = asked(Filters { text: "base".into(), namespace: Some("BOB".parse().unwrap()), ..Filters::default() });
    assert_eq!(found(&registry, &of_bob).await, ["bob/whisper_large-v3"]);
    let data = asked(Filters { text: "base".into(), kind: Some(PackageKind::Dataset), ..Filters::default() });
    assert_eq!(found(&registry, &data).await, [""; 0]);
}

async fn pages_follow_each_other_without_gaps(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill(&registry).await;
    catalog.run("UPDATE packages SET score = 0.5 WHERE name_key IN ('ecole', 'resnet50', 'empty')").await;
    catalog.run("UPDATE packages SET score = 0.75 WHERE name_key = 'zeichen'").await;
    catalog.run("UPDATE packages SET downloads = 7 WHERE name_key IN ('zeichen', 'ecole', 'empty')").await;
    catalog.run("UPDATE packages SET downloads = 5000000000 WHERE name_key = 'bert-base-uncased'").await;
    let yesterday = Some(OffsetDateTime::now_utc() - Duration::days(1));
    for (sort, updated_since) in
        [Sort::Newest, Sort::Score, Sort::Downloads].into_iter().flat_map(|sort| [(sort, None), (sort, yesterday)])
    {
        for (kind, namespace) in
            [(None, None), (Some(PackageKind::Model), None), (None, Some("bob")), (Some(PackageKind::Model), Some("bob"))]
        {
            let namespace = namespace.map(|name| name.parse().unwrap());
            let all = SearchQuery { sort, ..asked(Filters { kind, namespace, updated_since, ..Filters::default() }) };
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
            assert_eq!(whole.len(), if query.filters.namespace.is_some() { 3 } else { PACKAGES.len() });
        }
    }
    let best = SearchQuery { sort: Sort::Score, limit: Some(4), ..SearchQuery::default() };
    assert_eq!(found(&registry, &best).await, ["bob/zeichen", "team/empty", "bob/ecole", "ann/Resnet50"]);
    let most = SearchQuery { sort: Sort::Downloads, limit: Some(4), ..SearchQuery::default() };
    assert_eq!(found(&registry, &most).await, ["ann/bert-base-uncased", "team/empty", "bob/zeichen", "bob/ecole"]);
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

async fn cards_and_facts_are_found(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill_with_cards(&registry).await;
    let some = |text: &str| Some(text.to_owned());
    for (filters, expected) in [
        (Filters { text: "pile".into(), ..Filters::default() }, &["ann/bert-base"][..]),
        (Filters { text: "deep-learning".into(), ..Filters::default() }, &["ann/bert-base"]),
        (Filters { license: some("MIT"), ..Filters::default() }, &["bob/resnet", "ann/bert-large", "ann/bert-base"]),
        (Filters { license: some("mi"), ..Filters::default() }, &[]),
        (
            Filters { task: some("fill-mask"), library: some("transformers"), ..Filters::default() },
            &["bob/my-bert", "ann/bert-base"],
        ),
        (Filters { topic: some("deep learning"), ..Filters::default() }, &["ann/bert-base"]),
        (
            Filters { topic: some("nlp"), text: "bert".into(), license: some("mit"), ..Filters::default() },
            &["ann/bert-large", "ann/bert-base"],
        ),
        (Filters { text: "6d6974".into(), ..Filters::default() }, &[]),
    ] {
        assert_eq!(found(&registry, &asked(filters.clone())).await, expected, "{filters:?}");
    }
    let by_fit = |text: &str| SearchQuery { sort: Sort::Relevance, ..asked(Filters { text: text.into(), ..Filters::default() }) };
    assert_eq!(found(&registry, &by_fit("bert")).await, ["bob/my-bert", "ann/bert-large", "ann/bert-base"]);
    assert_eq!(found(&registry, &by_fit("my-bert")).await, ["bob/my-bert"]);
    assert_eq!(found(&registry, &by_fit("")).await[0], "bob/resnet", "without a text the newest come first");
    // a new head says other things
    import(&registry, "bob/resnet", "---\nlicense: bsd-3-clause\n---\nFifth.").await;
    let mit = asked(Filters { license: some("mit"), ..Filters::default() });
    assert_eq!(found(&registry, &mit).await, ["ann/bert-large", "ann/bert-base"]);
    let fourth = asked(Filters { text: "fourth".into(), ..Filters::default() });
    assert!(found(&registry, &fourth).await.is_empty());
    for wrong in [
        Filters { text: "x".repeat(201), ..Filters::default() },
        Filters { license: Some("x".repeat(201)), ..Filters::default() },
        Filters { pattern: Some("x".repeat(201)), ..Filters::default() },
        Filters { pattern: some("("), ..Filters::default() },
        Filters { min_score: Some(1.5), ..Filters::default() },
        Filters { min_score: Some(f64::NAN), ..Filters::default() },
    ] {
        let refused = registry.search_packages(&Actor::operator(), &asked(wrong.clone())).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid, "{wrong:?}");
    }
}

/// More packages than are put in order at once have what is asked for: the other way must find the same.
async fn filters_and_orders_agree_however_many_there_are(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill_with_cards(&registry).await;
    multiply(&catalog, engine).await;
    let query =
        |sort| SearchQuery { sort, limit: Some(100), ..asked(Filters { task: Some("fill-mask".into()), ..Filters::default() }) };
    for sort in [Sort::Newest, Sort::Score, Sort::Downloads] {
        let mut names = std::collections::BTreeSet::new();
        let mut asked = query(sort);
        let mut count = 0;
        loop {
            let page = registry.search_packages(&Actor::operator(), &asked).await.unwrap();
            count += page.items.len();
            names.extend(page.items.into_iter().map(|item| item.package.full_name()));
            let Some(next) = page.next else { break };
            asked.cursor = Some(next);
        }
        assert_eq!((count, names.len()), (5203, 5203), "{sort:?}: none twice, none left out");
    }
    let rare = asked(Filters { task: Some("fill-mask".into()), topic: Some("nlp".into()), ..Filters::default() });
    assert_eq!(found(&registry, &rare).await, ["ann/bert-large", "ann/bert-base"]);
    let counts = registry.facet_counts(&Actor::operator(), &query(Sort::Newest).filters).await.unwrap();
    assert_eq!((counts.counted, counts.is_complete), (2000, false));
}

/// So many packages have the words that they are not put in order: the steps must follow each other all the same.
async fn names_that_fit_come_first_however_many_there_are(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    // the oldest: by time alone they would come last
    import(&registry, "bob/my-third", "The third.").await;
    import(&registry, "ann/third", "Third.").await;
    fill_with_cards(&registry).await;
    multiply(&catalog, engine).await;
    catalog
        .run(
            "UPDATE packages SET name = replace(name, 'my-bert-', 'plain-'), name_key = replace(name, 'my-bert-', 'plain-')
             WHERE name LIKE 'my-bert-%'",
        )
        .await;
    multiply(&catalog, engine).await;
    for (text, first, fitting, others) in [
        ("third", ["ann/third", "bob/my-third"], 2, 10_401),
        ("my-bert", ["bob/my-bert", "bob/my-bert-"], 5201, 5200),
        // too short to be looked for within names; a card says “the”
        ("th", ["bob/", ""], 0, 10_404),
    ] {
        let filters = Filters { text: text.into(), ..Filters::default() };
        let mut query = SearchQuery { sort: Sort::Relevance, limit: Some(100), ..asked(filters) };
        let mut names = Vec::new();
        loop {
            let page = registry.search_packages(&Actor::operator(), &query).await.unwrap();
            names.extend(page.items.into_iter().map(|item| item.package.full_name()));
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
        }
        assert!(names.iter().zip(first).all(|(name, first)| name.starts_with(first)), "{text}: {:?}", &names[..2]);
        let fits = |name: &String| name.contains(text);
        assert!(fitting == 0 || names.iter().take(fitting).all(fits), "{text}: those that fit come first");
        assert!(fitting == 0 || !names.iter().skip(fitting).any(fits), "{text}: and all of them");
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (fitting + others, fitting + others), "{text}: none twice, none left out");
    }
}

async fn expressions_are_matched_page_by_page(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill_with_cards(&registry).await;
    let matching =
        |pattern: &str, pattern_target| asked(Filters { pattern: Some(pattern.into()), pattern_target, ..Filters::default() });
    for (pattern, target, expected) in [
        ("^ann/BERT-(base|large)$", PatternTarget::Name, &["ann/bert-large", "ann/bert-base"][..]),
        ("bert$", PatternTarget::Name, &["bob/my-bert"]),
        ("b.*t", PatternTarget::Name, &["bob/resnet", "bob/my-bert", "ann/bert-large", "ann/bert-base"]),
        ("transformers", PatternTarget::Name, &[]),
        (r"\d{4}-\d\d", PatternTarget::Card, &["bob/my-bert"]),
        ("^# bert", PatternTarget::Card, &["ann/bert-large", "ann/bert-base"]),
    ] {
        assert_eq!(found(&registry, &matching(pattern, target)).await, expected, "{pattern}");
    }
    let mut query = SearchQuery { limit: Some(1), ..matching("ber", PatternTarget::Name) };
    let mut pages = Vec::new();
    loop {
        let page = registry.search_packages(&Actor::operator(), &query).await.unwrap();
        pages.extend(page.items.into_iter().map(|item| item.package.full_name()));
        let Some(next) = page.next else { break };
        query.cursor = Some(next);
    }
    assert_eq!(pages, ["bob/my-bert", "ann/bert-large", "ann/bert-base"]);
    multiply(&catalog, engine).await;
    let filters = matching("-[0-9]+$", PatternTarget::Name).filters;
    loop {
        let counts = registry.facet_counts(&Actor::operator(), &filters).await.unwrap();
        assert!(!counts.is_complete, "a call compares some and says that there are more: {counts:?}");
        // on a busy machine there may be no turn, or no time
        if counts.counted > 0 {
            break;
        }
    }
}

async fn what_is_common_is_counted(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill_with_cards(&registry).await;
    let counts = registry.facet_counts(&Actor::operator(), &Filters::default()).await.unwrap();
    let facet = |value: &str, packages| Facet { value: value.into(), packages };
    assert_eq!(counts.kinds, [facet("model", 4)]);
    assert_eq!(counts.licenses, [facet("mit", 3), facet("apache-2.0", 1)]);
    assert_eq!(counts.tasks, [facet("fill-mask", 3), facet("image-classification", 1)]);
    assert_eq!(counts.libraries, [facet("transformers", 2), facet("onnx", 1)]);
    assert_eq!(counts.topics, [facet("nlp", 2), facet("Deep Learning", 1)]);
    assert_eq!(counts.namespaces, [facet("ann", 2), facet("bob", 2)]);
    assert_eq!((counts.counted, counts.is_complete), (4, true));
    let filters = Filters { license: Some("mit".into()), ..Filters::default() };
    let narrowed = registry.facet_counts(&Actor::operator(), &filters).await.unwrap();
    assert_eq!(narrowed.tasks, [facet("fill-mask", 2), facet("image-classification", 1)]);
    // with an expression what it matches is counted
    for (pattern, pattern_target, licenses, namespaces) in [
        ("bert", PatternTarget::Name, &[facet("mit", 2), facet("apache-2.0", 1)][..], &[facet("ann", 2), facet("bob", 1)][..]),
        ("^bob/", PatternTarget::Name, &[facet("apache-2.0", 1), facet("mit", 1)], &[facet("bob", 2)]),
        ("^# bert", PatternTarget::Card, &[facet("mit", 2)], &[facet("ann", 2)]),
        ("nowhere", PatternTarget::Card, &[], &[]),
    ] {
        let filters = Filters { pattern: Some(pattern.into()), pattern_target, ..Filters::default() };
        let counts = counted(&registry, &Actor::operator(), &filters).await;
        assert_eq!((&counts.licenses[..], &counts.namespaces[..]), (licenses, namespaces), "{pattern}");
        assert_eq!(counts.counted, namespaces.iter().map(|facet| facet.packages).sum::<u64>(), "{pattern}");
    }
    let anonymous = registry.facet_counts(&Actor::anonymous(registry::Client::default()), &Filters::default()).await.unwrap();
    assert_eq!(anonymous.counted, 0, "what may not be seen is not counted");
}
