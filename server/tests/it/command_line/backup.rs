//! Moving whole registries: from one deployment to another, as an operator does it.

use crate::harness::{Deployment, Files, TestServer};

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

#[test]
fn what_is_no_backup_is_refused_with_exit_code_three() {
    let deployment = Deployment::new();
    let refused = deployment.run(&["restore", "nowhere"]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("There is no backup in nowhere"), "{refused:?}");
}
