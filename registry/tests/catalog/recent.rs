//! The index of recent packages on PostgreSQL: what is found does not depend on which packages are in it.

use std::collections::BTreeSet;

use domain::search::{Filters, SearchQuery, Sort};
use registry::{Actor, Registry, Scheduler};
use time::{Duration, OffsetDateTime};

use crate::{
    engine::{Engine, TestCatalog},
    library::{asked, import},
    waiting::until,
};

/// All pages of a search by words.
async fn walked(registry: &Registry, text: &str, sort: Sort) -> Vec<String> {
    walked_by(registry, SearchQuery { sort, limit: Some(7), ..asked(Filters { text: text.into(), ..Filters::default() }) }).await
}

async fn walked_by(registry: &Registry, mut query: SearchQuery) -> Vec<String> {
    let mut names = Vec::new();
    loop {
        let page = registry.search_packages(&Actor::operator(), &query).await.unwrap();
        names.extend(page.items.into_iter().map(|item| item.package.name.to_string()));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return names;
        }
    }
}

/// Numbered packages, the newest with the highest number, each with one word, some with another. Behind the registry's back: it would
/// take an hour otherwise.
async fn fill(catalog: &TestCatalog) {
    catalog
        .run(
            "INSERT INTO packages (id, kind, namespace_id, name, name_key, description, score, created_at, updated_at, index_form)
             SELECT gen_random_uuid(), kind, namespace_id, 'p' || n, 'p' || n, '', -1, created_at,
                    updated_at - (70000 - n) * INTERVAL '1 millisecond', index_form
             FROM packages, generate_series(1, 70000) AS n WHERE name = 'first'",
        )
        .await;
    catalog.run("UPDATE packages SET updated_at = updated_at - INTERVAL '1 day' WHERE name = 'first'").await;
    catalog.run("UPDATE package_words SET updated_at = updated_at - INTERVAL '1 day'").await;
    catalog.run("UPDATE package_words_recent SET updated_at = updated_at - INTERVAL '1 day'").await;
    catalog
        .run(
            "INSERT INTO package_words (package_id, updated_at, words)
             SELECT id, updated_at, CAST('''stripe'':1' || CASE WHEN name LIKE '%0000' THEN ' ''zebra'':2'
                                         WHEN name LIKE '%000' THEN ' ''quagga'':2'
                                         WHEN name LIKE '%5' THEN ' ''okapi'':2' ELSE '' END AS tsvector)
             FROM packages WHERE name <> 'first'",
        )
        .await;
    catalog.run("UPDATE packages SET score = 0.5 WHERE name IN ('p15', 'p25', 'p65005')").await;
    catalog
        .run(
            "INSERT INTO package_words_recent (package_id, updated_at, words)
             SELECT package_id, updated_at, words FROM package_words ON CONFLICT DO NOTHING",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn the_same_is_found_whichever_packages_are_recent() {
    let catalog = TestCatalog::new(Engine::Postgres).await;
    let registry = catalog.open().await;
    import(&registry, "ann/first", "A zebra and a quagga.").await;
    fill(&catalog).await;
    let noted = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM package_words_recent").fetch_one(&mut catalog.postgres().await).await.unwrap()
    };
    let numbered = |numbers: &mut dyn Iterator<Item = u32>| numbers.map(|number| format!("p{number}000")).collect::<Vec<_>>();
    let zebras = [numbered(&mut (1..=7).rev().map(|number| number * 10)), vec!["first".into()]].concat();
    let quaggas = [numbered(&mut (1..=70).rev().filter(|number| number % 10 > 0)), vec!["first".into()]].concat();
    let before = noted().await;
    assert_eq!(before, 70_001);
    for is_swept in [false, true] {
        if is_swept {
            let scheduler = Scheduler::start(registry.clone());
            until("what is not recent is taken out", async || noted().await < before).await;
            scheduler.stop().await;
            assert_eq!(noted().await, 32_768);
        }
        for sort in [Sort::Newest, Sort::Relevance] {
            assert_eq!(walked(&registry, "zebra", sort).await, zebras, "{sort:?}, swept: {is_swept}");
            assert_eq!(walked(&registry, "quagga", sort).await, quaggas, "{sort:?}, swept: {is_swept}");
        }
        // more than are recent, and something else that leaves most out: without a score, or old
        let okapis = SearchQuery { limit: Some(100), ..asked(Filters { text: "okapi".into(), ..Filters::default() }) };
        let found = walked_by(&registry, okapis.clone()).await;
        assert!(found.iter().eq((0..7000).rev().map(|number| format!("p{}", number * 10 + 5)).collect::<Vec<_>>().iter()));
        let scored = Filters { min_score: Some(0.01), ..okapis.filters.clone() };
        assert_eq!(walked_by(&registry, asked(scored)).await, ["p65005", "p25", "p15"]);
        let new = Filters {
            updated_since: Some(OffsetDateTime::now_utc() - Duration::days(1) + Duration::minutes(5)),
            ..okapis.filters
        };
        assert_eq!(walked_by(&registry, SearchQuery { limit: Some(100), ..asked(new) }).await.len(), 7000);
        let none = Filters {
            updated_since: Some(OffsetDateTime::now_utc() + Duration::minutes(5)),
            text: "stripe".into(),
            ..Filters::default()
        };
        assert_eq!(walked_by(&registry, asked(none)).await, [""; 0]);
        assert_eq!(walked(&registry, "dodo", Sort::Newest).await, [""; 0]);
        assert_eq!(walked(&registry, "zebra quagga", Sort::Newest).await, ["first"]);
    }
    // what is new is among the recent, and what was old becomes so
    import(&registry, "ann/second", "Another zebra with a stripe.").await;
    import(&registry, "ann/first", "No longer a quagga, but a zebra.").await;
    assert_eq!(noted().await, 32_770);
    let stripes = Filters { text: "stripe".into(), ..Filters::default() };
    let page = registry.search_packages(&Actor::operator(), &SearchQuery { limit: Some(2), ..asked(stripes) }).await.unwrap();
    assert_eq!(page.items.iter().map(|item| item.package.name.as_str()).collect::<Vec<_>>(), ["second", "p70000"]);
    let found = walked(&registry, "zebra", Sort::Newest).await;
    assert_eq!(found[..3], ["first", "second", "p70000"]);
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), zebras.len() + 1);
    assert_eq!(walked(&registry, "another", Sort::Newest).await, ["second"]);
}
