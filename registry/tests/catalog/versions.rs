//! Catalogs that another version of the registry wrote are refused, and left as they are.

use domain::ErrorKind;
use registry::Registry;

use crate::engine::{Engine, TestCatalog};

on_both_engines!(a_catalog_of_another_version_is_refused_with_the_way_out);

async fn a_catalog_of_another_version_is_refused_with_the_way_out(engine: Engine) {
    for (statement, words) in [
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of the future', TRUE, '', 0)",
            "was written by a newer version of the registry (migration 9999): run that version, or restore a backup.",
        ),
        ("UPDATE _sqlx_migrations SET checksum = '' WHERE version = 1", "was migrated by a different build"),
        ("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 1", "was left half-migrated"),
    ] {
        let catalog = TestCatalog::new(engine).await;
        catalog.open().await.close().await;
        assert_eq!(catalog.run(statement).await, 1);
        let Err(error) = Registry::open(catalog.settings()).await else { panic!("opened in spite of: {statement}") };
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.message().contains(words), "{}", error.message());
    }
}
