//! Packages to search for, and how they are asked for.

use std::fs;

use domain::{
    PackageKind, PackageRef,
    search::{FacetCounts, Filters, SearchQuery},
};
use registry::{Actor, Registry};

use crate::{
    engine::{Engine, TestCatalog},
    importing::on_main,
};

/// Cards with front matter.
pub(crate) const CARDS: [(&str, &str); 4] = [
    (
        "ann/bert-base",
        "---\nlicense: MIT\npipeline_tag: fill-mask\nlibrary_name: transformers\ntags: [nlp, Deep Learning]\n---\n# BERT\n\nFirst.\n\nTrained on the Pile.",
    ),
    ("ann/bert-large", "---\nlicense: mit\npipeline_tag: fill-mask\nlibrary_name: onnx\ntags: [nlp]\n---\n# BERT\n\nSecond."),
    (
        "bob/my-bert",
        "---\nlicense: apache-2.0\npipeline_tag: fill-mask\nlibrary_name: transformers\n---\nThird.\n\nversion 2024-05",
    ),
    ("bob/resnet", "---\nlicense: mit\npipeline_tag: image-classification\n---\nFourth."),
];

pub(crate) async fn fill_with_cards(registry: &Registry) {
    for (name, card) in CARDS {
        import(registry, name, card).await;
    }
}

pub(crate) async fn import(registry: &Registry, name: &str, card: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.md"), card).unwrap();
    let package = PackageRef::parse(PackageKind::Model, name).unwrap();
    registry.import(&Actor::operator(), folder.path().to_owned(), &on_main(package)).await.unwrap();
}

pub(crate) fn asked(filters: Filters) -> SearchQuery {
    SearchQuery { filters, ..SearchQuery::default() }
}

/// The names of the first page that the operator finds.
pub(crate) async fn found(registry: &Registry, query: &SearchQuery) -> Vec<String> {
    found_by(registry, &Actor::operator(), query).await
}

/// The names of the first page. On a busy machine a call that compares an expression may end early: the next one goes on.
pub(crate) async fn found_by(registry: &Registry, actor: &Actor, query: &SearchQuery) -> Vec<String> {
    let mut names = Vec::new();
    let mut query = query.clone();
    loop {
        let page = registry.search_packages(actor, &query).await.unwrap();
        names.extend(page.items.into_iter().map(|item| item.package.full_name()));
        query.cursor = page.next;
        if query.cursor.is_none() || query.filters.pattern.is_none() {
            return names;
        }
    }
}

/// What is common, once all was counted: on a busy machine there may be no turn for it, or no time.
pub(crate) async fn counted(registry: &Registry, actor: &Actor, filters: &Filters) -> FacetCounts {
    loop {
        let counts = registry.facet_counts(actor, filters).await.unwrap();
        if counts.is_complete {
            return counts;
        }
    }
}

/// 5 200 more packages like bob/my-bert, behind the registry's back: it would take minutes otherwise.
pub(crate) async fn multiply(catalog: &TestCatalog, engine: Engine) {
    match engine {
        Engine::Sqlite => {
            catalog
                .run(
                    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5200)
                     INSERT INTO packages (id, kind, namespace_id, name, name_key, description, license, task, library, score,
                                           downloads, created_at, updated_at, index_form)
                     SELECT randomblob(16), kind, namespace_id, name || '-' || n, name_key || '-' || n, description, license, task,
                            library, CAST(n % 7 AS REAL) / 7, n % 5, created_at, updated_at, index_form
                     FROM packages, numbers WHERE name = 'my-bert'",
                )
                .await;
            catalog
                .run(
                    "INSERT INTO package_words_places (place, package_id)
                     SELECT (SELECT min(place) FROM package_words_places) - row_number() OVER (ORDER BY id), id
                     FROM packages WHERE name LIKE 'my-bert-%'",
                )
                .await;
            catalog
                .run(
                    "INSERT INTO package_words (rowid, package_id, name, description, card, facts)
                     SELECT package_words_places.place, packages.id, words.name, words.description, words.card, words.facts
                     FROM package_words AS words JOIN packages AS source ON source.id = words.package_id AND source.name = 'my-bert'
                     JOIN packages ON packages.name LIKE 'my-bert-%'
                     JOIN package_words_places ON package_words_places.package_id = packages.id",
                )
                .await;
        }
        Engine::Postgres => {
            catalog
                .run(
                    "INSERT INTO packages (id, kind, namespace_id, name, name_key, description, license, task, library, score,
                                           downloads, created_at, updated_at, index_form)
                     SELECT gen_random_uuid(), kind, namespace_id, name || '-' || n, name_key || '-' || n, description, license, task,
                            library, CAST(n % 7 AS double precision) / 7, n % 5, created_at, updated_at, index_form
                     FROM packages, generate_series(1, 5200) AS n WHERE name = 'my-bert'",
                )
                .await;
            catalog
                .run(
                    "INSERT INTO package_words (package_id, updated_at, words)
                     SELECT packages.id, packages.updated_at, words.words FROM package_words AS words
                     JOIN packages AS source ON source.id = words.package_id AND source.name = 'my-bert'
                     JOIN packages ON packages.name LIKE 'my-bert-%'",
                )
                .await;
            catalog
                .run(
                    "INSERT INTO package_words_recent (package_id, updated_at, words)
                     SELECT package_id, updated_at, words FROM package_words ON CONFLICT DO NOTHING",
                )
                .await;
        }
    }
}
