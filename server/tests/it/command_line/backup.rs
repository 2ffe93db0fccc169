//! Moving whole registries: from one deployment to another, as an operator does it.

use crate::{
    harness::{Bucket, Database, Deployment, Files, Finished, Store, TestServer, eventually},
    rest,
};

#[tokio::test]
async fn a_backup_of_a_running_registry_makes_another_one_that_works() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revision = ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let folder = server.deployment.path("backup");
    let folder = folder.to_str().unwrap();
    let told = server.deployment.answer(&["backup", folder]);
    assert!(told.starts_with("The backup is whole: "), "{told}");
    let again: serde_json::Value = serde_json::from_str(&server.deployment.answer(&["backup", folder, "--json"])).unwrap();
    assert_eq!((&again["copied"], &again["blobs"]), (&0.into(), &Files::various().0.len().into()), "{again}");

    let moved = Deployment::new();
    let told = moved.answer(&["restore", folder]);
    assert!(told.starts_with("The backup is restored: "), "{told}");
    let refused = moved.run(&["restore", folder]);
    assert_eq!(refused.code, Some(5), "{refused:?}");
    let moved = moved.serve().await;
    assert_eq!(moved.first_password(), None, "the accounts are there");
    let ann = ann.at(&moved.url);
    assert_eq!(ann.download("ann/bert", "1.0.0", &Files::various()).await, Files::various());
    assert_eq!(ann.history("ann/bert").await.unwrap()[0].revision.id, revision);
    moved.browser("ann").await;
    ann.publish("ann/bert", Some("2.0.0"), &Files::of("new.txt", "new")).await;
}

/// On PostgreSQL and S3, whatever this run is on.
fn in_the_cloud() -> Deployment {
    Deployment::on_bucket(Bucket::new()).on(Database::new())
}

/// In a file and a folder.
fn on_a_laptop() -> Deployment {
    let deployment = Deployment::on_store(Store::Folder);
    let file = deployment.data().join("catalog.db");
    deployment.with("DATABASE_URL", format!("sqlite:{}", file.display()))
}

#[tokio::test]
#[ignore = "needs PostgreSQL and S3: scripts/with-postgres.sh scripts/with-s3.sh"]
async fn a_registry_moves_from_a_laptop_to_postgres_and_s3_and_back() {
    let mut server = on_a_laptop().serve().await;
    let mut ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    ann.publish("ann/bert", Some("2.0.0"), &Files::various().and("new.txt", "new")).await;
    server.deployment.answer(&["alias", "ann/bert", "production", "1.0.0"]);
    server.deployment.answer(&["alias", "ann/bert", "production", "2.0.0"]);
    eventually("both are scored", async || ann.jobs("ann/bert").await.iter().all(|job| job.state.is_final()).then_some(())).await;
    let verified = server.deployment.answer(&["verify", "--json"]);
    for next in [in_the_cloud(), on_a_laptop()] {
        let folder = next.path("backup").display().to_string();
        let before = ann.history("ann/bert").await.unwrap();
        server.deployment.answer(&["backup", &folder]);
        next.answer(&["restore", &folder]);
        let next = next.serve().await;
        assert_eq!(next.first_password(), None, "the accounts are there");
        // the token is the one that the first of them gave
        ann = ann.at(&next.url);
        assert_eq!(ann.history("ann/bert").await.unwrap(), before, "with what was downloaded");
        for (at, files) in [("1.0.0", Files::various()), ("production", Files::various().and("new.txt", "new"))] {
            assert_eq!(ann.download("ann/bert", at, &files).await, files, "{at}");
        }
        let moves = rest::get(&ann, "/models/ann/bert/aliases/production/history").await;
        assert_eq!((moves.0, moves.1["items"].as_array().unwrap().len()), (200, 2), "{moves:?}");
        assert_eq!(next.deployment.answer(&["verify", "--json"]), verified);
        next.browser("ann").await;
        server = next;
    }
    ann.publish("ann/bert", Some("3.0.0"), &Files::of("last.txt", "last")).await;
}

#[tokio::test]
async fn a_store_of_another_registry_is_taken_over_only_when_that_is_said() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let folder = server.deployment.path("backup");
    let folder = folder.to_str().unwrap();
    server.deployment.answer(&["backup", folder]);
    // a rehearsal: another catalog, and everything else forgotten
    let catalog = format!("sqlite:{}", server.deployment.path("rehearsal.db").display());
    let restore = |arguments: &[&str]| -> Finished {
        server
            .deployment
            .command(&[&["restore", folder][..], arguments].concat())
            .env("DATABASE_URL", &catalog)
            .output()
            .unwrap()
            .into()
    };
    let refused = restore(&[]);
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.stderr.contains("--take-over-store"), "{refused:?}");
    let told = restore(&["--take-over-store"]).answer();
    assert!(told.starts_with("The backup is restored: "), "{told}");
}

#[test]
fn what_is_no_backup_is_refused_with_exit_code_three() {
    let deployment = Deployment::new();
    let refused = deployment.run(&["restore", "nowhere"]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("There is no backup in nowhere"), "{refused:?}");
}
