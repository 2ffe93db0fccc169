//! Catalogs that another version of the registry wrote are refused, and left as they are.

use std::path::Path;

use domain::ErrorKind;
use registry::{Registry, Settings};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

fn settings(folder: &Path) -> Settings {
    Settings::in_folder(folder.to_owned(), "autograder".into())
}

/// Runs a statement on the catalog while no registry does.
#[cfg(test)]
async fn change(folder: &Path, statement: &'static str) {
    let options = SqliteConnectOptions::new().filename(settings(folder).catalog_file());
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    let done = sqlx::query(statement).execute(&mut conn).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_catalog_of_another_version_is_refused_with_the_way_out() {
    for (statement, words) in [
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of the future', 1, x'00', 0)",
            "was written by a newer version of the registry (migration 9999): run that version, or restore a backup.",
        ),
        ("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1", "was migrated by a different build"),
        ("UPDATE _sqlx_migrations SET success = 0 WHERE version = 1", "was left half-migrated"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        Registry::open(settings(folder.path())).await.unwrap().close().await;
        change(folder.path(), statement).await;
        let Err(error) = Registry::open(settings(folder.path())).await else { panic!("opened in spite of: {statement}") };
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.message().contains(words), "{}", error.message());
    }
}
