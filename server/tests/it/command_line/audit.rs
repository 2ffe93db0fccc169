//! The audit record, at the command line and as the page shows it.

use domain::{
    audit::{Action, AuditEntry},
    listing::Page,
};

use crate::harness::{Files, TestServer};

#[tokio::test]
async fn every_download_and_change_is_told_with_its_source() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    let answer = ann.get("/api/v1/models/ann/bert/archive/1.0.0").await.unwrap();
    let request = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    answer.bytes().await.unwrap();
    let browser = server.browser("ann").await;
    browser.file("ann/bert", "main", "config.json").await.unwrap();
    assert_eq!(server.anonymous().sign_in("ann", "wrong horse").await.err().unwrap().status(), 401);

    let told = server.deployment.answer(&["audit", "--actor", "ann", "--json"]);
    let entries: Vec<AuditEntry> = serde_json::from_str(&told).unwrap();
    let find = |action: Action| {
        entries.iter().find(|entry| entry.action == action.as_str()).unwrap_or_else(|| panic!("{action}: {entries:?}"))
    };
    let zip = find(Action::DownloadArchive);
    assert_eq!((zip.request_id.as_deref(), zip.address.as_deref()), (Some(request.as_str()), Some("127.0.0.1")));
    assert_eq!(zip.token.as_ref().unwrap().name.as_deref(), Some("command line"));
    let by_hand = find(Action::DownloadFile);
    assert!(by_hand.token.is_none() && by_hand.object.ends_with("/config.json"), "{by_hand:?}");
    assert!(find(Action::CommitRevision).token.is_some());
    let refused = server.deployment.answer(&["audit", "--action", "sign_in_refused"]);
    assert!(refused.contains("anonymous  sign_in_refused  ann from 127.0.0.1"), "{refused}");
    assert_eq!(server.deployment.answer(&["audit", "--limit", "2"]).lines().count(), 2);
}

#[tokio::test]
async fn administrators_read_it_as_a_page() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    server.deployment.answer(&["create-user", "root", "--admin", "--password", "correct horse"]);
    let root = server.browser("root").await;
    let page: Page<AuditEntry> = root.read("audit", &[("by", "action"), ("value", "create_user")]).await.unwrap();
    assert_eq!(page.items.iter().map(|entry| entry.object.as_str()).collect::<Vec<_>>(), ["root", "ann", "administrator"]);
    let refused = ann.read::<Page<AuditEntry>>("audit", &[]).await.unwrap_err();
    assert_eq!(refused.status(), 403);
    let refused = root.read::<Page<AuditEntry>>("audit", &[("by", "size"), ("value", "1")]).await.unwrap_err();
    assert_eq!(refused.status(), 422);
    let html = |client: crate::harness::Client, path: &'static str| async move {
        client.request(reqwest::Method::GET, path).header("accept", "text/html").send().await.unwrap()
    };
    let page = html(root.clone(), "/admin/audit?by=actor&value=root").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("sign_in") && page.contains("127.0.0.1") && !page.contains("create_user"), "{page}");
    assert_eq!(html(ann, "/admin/audit").await.status(), 403);
}
