//! Deleted packages go for good when their time is over, and only then.

use domain::{
    ErrorKind,
    lifecycle::Expected,
    search::{Filters, SearchQuery},
};
use registry::{Actor, Scheduler};
use sqlx::Row as _;
use time::OffsetDateTime;

use crate::{
    engine::{Engine, TestCatalog},
    lifecycle::{import, model, step},
    waiting::until,
};

on_both_engines!(
    what_is_purged_is_gone_and_the_name_is_free,
    what_was_brought_back_is_not_purged,
    the_scheduler_purges_what_is_due_and_nothing_else,
    a_purge_that_was_cut_off_is_gone_on_with,
);

async fn what_is_purged_is_gone_and_the_name_is_free(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let operator = Actor::operator();
    let (old, new) = (model("ann/bert"), model("ann/albert"));
    let mut first = None;
    for number in 0..5 {
        first = Some(import(&registry, &old, &format!("number {number}")).await.unwrap());
    }
    registry.move_alias(&operator, &step("production", Expected::Anything), &"main".parse().unwrap()).await.unwrap();
    registry.protect_alias(&operator, &old, &"production".parse().unwrap(), false).await.unwrap();
    registry.rename_package(&operator, &old, &new).await.unwrap();
    import(&registry, &model("ann/other"), "number 1").await.unwrap();
    registry.delete_package(&operator, &new, "ann/albert").await.unwrap();
    assert_eq!(registry.purge_deleted(OffsetDateTime::now_utc()).await.unwrap(), 0, "its time is not over");
    assert_eq!(catalog.run("UPDATE packages SET purge_at = deleted_at WHERE deleted_at IS NOT NULL").await, 1);
    // two servers sweep at once
    let other = catalog.open().await;
    let (one, two) =
        tokio::join!(registry.purge_deleted(OffsetDateTime::now_utc()), other.purge_deleted(OffsetDateTime::now_utc()));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    for package in [&old, &new] {
        assert_eq!(registry.undelete_package(&operator, package).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    assert_eq!(catalog.run("UPDATE revisions SET message = message").await, 1, "only the other package's is left");
    let query = SearchQuery { filters: Filters { text: "albert".into(), ..Filters::default() }, ..SearchQuery::default() };
    assert_eq!(registry.search_packages(&operator, &query).await.unwrap().items.len(), 0);
    // both names are free, and nothing of before comes back
    for package in [&old, &new] {
        assert!(import(&registry, package, "number 4").await.unwrap() != first.unwrap(), "its parent is another");
        let history = registry.history(&operator, package, None.into()).await.unwrap();
        assert_eq!(history.items.len(), 1);
    }
}

async fn what_was_brought_back_is_not_purged(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let operator = Actor::operator();
    let package = model("ann/bert");
    let revision = import(&registry, &package, "kept").await.unwrap();
    registry.delete_package(&operator, &package, "ann/bert").await.unwrap();
    catalog.run("UPDATE packages SET purge_at = deleted_at").await;
    let other = catalog.open().await;
    let (back, purged) =
        tokio::join!(registry.undelete_package(&operator, &package), other.purge_deleted(OffsetDateTime::now_utc()));
    let found = registry.package(&operator, &package, &"main".parse().unwrap()).await;
    match (back, purged.unwrap()) {
        (Ok(_), 0) => assert_eq!(found.unwrap().revision.id, revision),
        (Err(refused), 1) => {
            assert!(matches!(refused.kind(), ErrorKind::Conflict | ErrorKind::NotFound), "{refused}");
            assert_eq!(found.unwrap_err().kind(), ErrorKind::NotFound);
        }
        both => panic!("{both:?}"),
    }
}

async fn the_scheduler_purges_what_is_due_and_nothing_else(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let operator = Actor::operator();
    let (due, kept) = (model("ann/due"), model("ann/kept"));
    for package in [&due, &kept] {
        import(&registry, package, "content").await.unwrap();
        registry.delete_package(&operator, package, &package.full_name()).await.unwrap();
    }
    assert_eq!(catalog.run("UPDATE packages SET purge_at = deleted_at WHERE name = 'due'").await, 1);
    let scheduler = Scheduler::start(registry.clone());
    until("what is due is purged", async || registry.deleted_package(&operator, &due).await.unwrap().is_none()).await;
    scheduler.stop().await;
    assert_eq!(registry.undelete_package(&operator, &due).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(registry.undelete_package(&operator, &kept).await.unwrap(), kept);
}

async fn a_purge_that_was_cut_off_is_gone_on_with(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let (operator, package) = (Actor::operator(), model("ann/bert"));
    for content in ["one", "two"] {
        import(&registry, &package, content).await.unwrap();
    }
    registry.delete_package(&operator, &package, "ann/bert").await.unwrap();
    // as a server leaves it that was killed on the way
    catalog.run("UPDATE packages SET purge_at = deleted_at, is_purging = TRUE").await;
    catalog.run("DELETE FROM refs").await;
    assert_eq!(catalog.run("DELETE FROM entries WHERE revision_seq = (SELECT max(seq) FROM revisions)").await, 1);
    let refused = registry.undelete_package(&operator, &package).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict, "half of it is gone already: {refused}");
    assert_eq!(registry.purge_deleted(OffsetDateTime::now_utc()).await.unwrap(), 1);
    assert_eq!(registry.undelete_package(&operator, &package).await.unwrap_err().kind(), ErrorKind::NotFound);
    import(&registry, &package, "three").await.unwrap();
    assert_eq!(registry.history(&operator, &package, None.into()).await.unwrap().items.len(), 1);
}

/// What points at a package and is not removed with it would keep it from ever being purged.
#[tokio::test]
async fn whatever_points_at_packages_is_known_to_the_purge() {
    let catalog = TestCatalog::new(Engine::Sqlite).await;
    catalog.open().await.close().await;
    let rows = sqlx::query(
        "SELECT DISTINCT tables.name AS name FROM pragma_table_list AS tables
         JOIN pragma_foreign_key_list(tables.name) AS keys
         WHERE keys.\"table\" IN ('packages', 'revisions', 'jobs') AND keys.on_delete <> 'CASCADE' ORDER BY tables.name",
    )
    .fetch_all(&mut catalog.sqlite().await)
    .await
    .unwrap();
    let tables: Vec<String> = rows.iter().map(|row| row.get("name")).collect();
    let known = [
        "alias_moves",
        "alias_protections",
        "entries",
        "jobs",
        "package_cards",
        "package_redirects",
        "package_topics",
        "package_words_places",
        "refs",
        "reports",
        "revisions",
    ];
    assert_eq!(tables, known, "catalog/removal.rs has to remove the rows of a new table, and the list here to have it");
}
