//! Many servers that start at the same moment.

use futures::future::join_all;

use crate::engine::{Engine, TestCatalog};

on_both_engines!(ten_that_start_at_once_on_an_empty_catalog_migrate_it_once);

async fn ten_that_start_at_once_on_an_empty_catalog_migrate_it_once(engine: Engine) {
    let catalog = std::sync::Arc::new(TestCatalog::new(engine).await);
    let starts = (0..10).map(|_| {
        let catalog = std::sync::Arc::clone(&catalog);
        tokio::spawn(async move {
            let registry = catalog.open().await;
            (registry.first_administrator().await.unwrap().is_some(), registry)
        })
    });
    let started: Vec<_> = join_all(starts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(started.iter().filter(|(first, _)| *first).count(), 1, "one of them tells the first password");
    for (_, registry) in started {
        registry.health().await.catalog.unwrap();
        registry.close().await;
    }
    let migrations = catalog.run("UPDATE _sqlx_migrations SET success = TRUE").await;
    let there_are = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite")).unwrap().count();
    assert_eq!(migrations, there_are as u64, "each migration once");
    assert_eq!(catalog.run("UPDATE settings SET value = value").await, 1, "one key for all");
}
