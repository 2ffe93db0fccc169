//! Collecting garbage, beside a running server.

use serde_json::Value;

use crate::harness::{Deployment, Files};

fn collect(deployment: &Deployment, arguments: &[&str]) -> Value {
    serde_json::from_str(&deployment.answer(&[&["gc", "--json"], arguments].concat())).unwrap()
}

#[tokio::test]
async fn what_an_upload_left_is_told_first_and_removed_when_asked_to() {
    let server = Deployment::new().with("GC_GRACE_HOURS", "0").serve().await;
    let ann = server.user("ann");
    ann.publish("ann/kept", None, &Files::various()).await;
    let given_up = Files::various().and("large.bin", "0123456789");
    let status = ann.begin(&given_up.upload("ann/given-up", None)).await.unwrap();
    ann.send_missing(&status, &given_up).await.unwrap();
    let _verified = ann.complete(status.id).await.unwrap();
    let doomed = ann.begin(&Files::of("doomed.txt", "doomed").upload("ann/doomed", None)).await.unwrap();
    ann.send_missing(&doomed, &Files::of("doomed.txt", "doomed")).await.unwrap();
    ann.abort(doomed.id).await.unwrap();
    // what of it became a blob before it was given up depends on the store
    for _ in 0..2 {
        let found = collect(&server.deployment, &[]);
        assert!(found["blobs"]["count"] == 0 && found["waiting"]["count"].as_u64().unwrap() <= 1, "{found}");
    }
    let removed = collect(&server.deployment, &["--remove"]);
    assert_eq!((&removed["waiting"]["count"], &removed["is_own_store"]), (&0.into(), &true.into()), "{removed}");
    let told = server.deployment.answer(&["gc"]);
    assert!(told.starts_with("Would remove: 0 blobs, 0 B") && told.contains("gc --remove"), "{told}");
    assert_eq!(ann.download("ann/kept", "main", &Files::various()).await, Files::various());
    assert_eq!(ann.download("ann/given-up", "main", &given_up).await, given_up);
}

#[test]
fn files_of_another_catalog_are_left_alone_and_it_is_told() {
    let deployment = Deployment::new().with("GC_GRACE_HOURS", "0");
    Files::various().write(&deployment.path("files"));
    deployment.answer(&["import", "files", "--name", "team/bert"]);
    let empty = deployment.path("empty.db");
    let mistaken =
        ["gc", "--remove", "--database-url"].map(str::to_owned).into_iter().chain([format!("sqlite:{}", empty.display())]);
    let mistaken: Vec<String> = mistaken.collect();
    let told = deployment.answer(&mistaken.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(told.contains("were left alone"), "{told}");
    deployment.answer(&["export", "team/bert", "out"]);
    assert_eq!(Files::read(&deployment.path("out")), Files::various());
}
