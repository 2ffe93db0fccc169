//! Moving whole registries: from one deployment to another, as an operator does it.

use crate::harness::{Deployment, Files, Finished, TestServer};

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
