//! What namespaces store, and quotas, as administrators set them and uploaders meet them.

use serde_json::{Value, json};

use crate::harness::{Files, TestServer};

#[tokio::test]
async fn a_quota_is_set_told_and_kept() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let files = Files::of("model.bin", vec![b'x'; 1500]);
    ann.publish("ann/bert", None, &files).await;
    let told = server.deployment.answer(&["quota", "ann", "2 kB"]);
    assert_eq!(told, "ann: stores 1.50 kB, revisions of 1.50 kB, quota 2.00 kB");
    let refused = ann.begin(&Files::of("more.bin", vec![b'y'; 501]).upload("ann/more", None)).await.unwrap_err();
    assert_eq!(refused.status(), 507, "{refused:?}");
    assert!(refused.message().contains("may store 2.00 kB"), "{refused:?}");
    let rest = json!({
        "kind": "model", "namespace": "ann", "name": "more",
        "files": [{"path": "more.bin", "size": 501, "sha256": domain::Sha256Digest::of(&[b'y'; 501])}],
    });
    let refused = ann.request(reqwest::Method::POST, "/api/v1/uploads").json(&rest).send().await.unwrap();
    assert_eq!(refused.status(), 507);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(refused["error"]["code"], "insufficient_storage");

    let report: Value = serde_json::from_str(&server.deployment.answer(&["storage", "--json"])).unwrap();
    let of_ann = report["namespaces"].as_array().unwrap().iter().find(|storage| storage["namespace"] == "ann").unwrap();
    assert_eq!((&of_ann["stored_bytes"], &of_ann["quota_bytes"]), (&json!(1500), &json!(2000)), "{report}");
    assert_eq!((&report["blobs"], &report["stored_bytes"]), (&json!(1), &json!(1500)), "{report}");
    assert!(server.deployment.answer(&["storage"]).ends_with("All together: 1 blob, 1.50 kB"));

    server.deployment.answer(&["quota", "ann", "none"]);
    ann.publish("ann/more", None, &Files::of("more.bin", vec![b'y'; 501])).await;
    assert_eq!(server.deployment.run(&["quota", "nobody", "1 GB"]).code, Some(4));
}

#[tokio::test]
async fn only_administrators_set_quotas_and_those_with_a_right_see_what_is_stored() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let bob = server.user("bob");
    ann.publish("ann/bert", None, &Files::various()).await;
    let seen = ann.read::<Option<Value>>("namespace_storage", &[("namespace", "ann")]).await.unwrap().unwrap();
    assert_eq!((&seen["may_set_quota"], &seen["quota_bytes"]), (&json!(false), &Value::Null), "{seen}");
    assert_eq!(bob.read::<Option<Value>>("namespace_storage", &[("namespace", "ann")]).await.unwrap(), None);
    let refused = ann.form::<()>("set_quota", &[("namespace", "ann"), ("quota", "9 TB")]).await.unwrap_err();
    assert_eq!(refused.status(), 403);
    server.deployment.answer(&["create-user", "root", "--admin", "--password", "correct horse"]);
    let root = server.browser("root").await;
    root.form::<()>("set_quota", &[("namespace", "ann"), ("quota", "9 TB")]).await.unwrap();
    let refused = root.form::<()>("set_quota", &[("namespace", "ann"), ("quota", "lots")]).await.unwrap_err();
    assert_eq!(refused.status(), 422, "{refused:?}");
    let seen = ann.read::<Option<Value>>("namespace_storage", &[("namespace", "ann")]).await.unwrap().unwrap();
    assert_eq!(seen["quota_bytes"], json!(9_000_000_000_000_u64));
}
