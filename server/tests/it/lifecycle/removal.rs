//! Deleted packages are found by nobody, keep their names, and come back as they were.

use domain::{
    PackageRef,
    lifecycle::DeletedPackage,
    listing::{PackageSummary, Page},
};

use super::{change, model, page, shift, versions};
use crate::harness::{Client, Deployment, Files, TestServer, Trouble, about};

async fn delete(client: &Client, confirmation: &str) -> Result<DeletedPackage, Trouble> {
    change(client, "delete_package", "ann/bert", &[("confirmation", confirmation)]).await
}

async fn found(client: &Client) -> usize {
    client.read::<Page<PackageSummary>>("search_packages", &[("params[q]", "bert")]).await.unwrap().items.len()
}

#[tokio::test]
async fn a_deleted_package_comes_back_as_it_was() {
    let server = TestServer::start().await;
    let (program, bob) = (server.user("ann"), server.user("bob"));
    let ann = server.browser("ann").await;
    let revisions = versions(&program, 2).await;
    shift(&program, "staging", "1.0.0", "").await.unwrap();
    let job = program.jobs("ann/bert").await.remove(0).id.to_string();
    for (client, confirmation, status) in
        [(&ann, "", 422), (&ann, "bert", 422), (&ann, "ann/bret", 422), (&program, "ann/bert", 403), (&bob, "ann/bert", 403)]
    {
        assert_eq!(delete(client, confirmation).await.unwrap_err().status(), status, "{confirmation}");
    }
    let deleted = delete(&ann, "ann/bert").await.unwrap();
    assert_eq!((deleted.deleted_by.as_str(), deleted.purge_at - deleted.deleted_at), ("ann", time::Duration::days(30)));
    assert_eq!(found(&ann).await, 0);
    for client in [&ann, &program, &bob] {
        assert_eq!(client.package("ann/bert", "main").await.unwrap_err().status(), 404);
        assert_eq!(client.file("ann/bert", "1.0.0", "README.md").await.unwrap_err().status(), 404);
        assert_eq!(client.read::<domain::job::Job>("job", &[("id", &job)]).await.unwrap_err().status(), 404);
    }
    assert_eq!(delete(&ann, "ann/bert").await.unwrap_err().status(), 404);
    let told = ann.package("ann/bert", "main").await.unwrap_err();
    assert!(told.message().contains("Bring it back at /ann/bert/settings"), "{told:?}");
    assert!(!bob.package("ann/bert", "main").await.unwrap_err().message().contains("deleted"));
    let undelete = async |client: &Client| change::<PackageRef>(client, "undelete_package", "ann/bert", &[]).await;
    assert_eq!(undelete(&bob).await.unwrap_err().status(), 404);
    assert_eq!(undelete(&ann).await.unwrap(), model("ann/bert"));
    assert_eq!(undelete(&ann).await.unwrap_err().status(), 404);
    assert_eq!(found(&ann).await, 1);
    assert_eq!(program.package("ann/bert", "staging").await.unwrap().revision.id, revisions[0]);
    assert_eq!(program.history("ann/bert").await.unwrap().len(), 2);
}

#[tokio::test]
async fn its_owner_sees_a_page_with_the_way_back() {
    let server = TestServer::start().await;
    versions(&server.user("ann"), 1).await;
    server.user("bob");
    let (ann, bob) = (server.browser("ann").await, server.browser("bob").await);
    let settings = page(&ann, "/ann/bert/settings").await.text().await.unwrap();
    assert!(settings.contains("Rename the package") && settings.contains("Delete the package"), "{settings}");
    let others = page(&bob, "/ann/bert/settings").await.text().await.unwrap();
    assert!(!others.contains("Delete the package"), "{others}");
    delete(&ann, "ann/bert").await.unwrap();
    let deleted = page(&ann, "/ann/bert/settings").await;
    assert_eq!(deleted.status(), 404);
    let deleted = deleted.text().await.unwrap();
    assert!(deleted.contains("Undelete") && deleted.contains("Deleted by"), "{deleted}");
    for address in ["/ann/bert", "/ann/bert/settings", "/ann/bert/versions"] {
        let hidden = page(&bob, address).await;
        assert_eq!(hidden.status(), 404, "{address}");
        assert!(!hidden.text().await.unwrap().contains("Undelete"), "{address}");
    }
}

#[tokio::test]
async fn the_page_of_a_namespace_lists_what_was_deleted_for_who_may_bring_it_back() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    server.user("bob");
    let (ann, bob) = (server.browser("ann").await, server.browser("bob").await);
    let names: Vec<_> = (0..32).map(|number| format!("ann/gone{number}")).collect();
    for name in &names {
        program.publish(name, None, &Files::of("a.txt", "a")).await;
        change::<DeletedPackage>(&ann, "delete_package", name, &[("confirmation", name)]).await.unwrap();
    }
    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let arguments = [("namespace", "ANN"), ("cursor", cursor.as_str())];
        let page: Page<DeletedPackage> = ann.read("deleted_packages", &arguments).await.unwrap();
        listed.extend(page.items.into_iter().map(|deleted| deleted.package.full_name()));
        let Some(next) = page.next else { break };
        cursor = next;
    }
    assert_eq!(listed, names.iter().rev().cloned().collect::<Vec<_>>(), "those that were deleted last first, in two pages");
    for nobody in [&program, &bob] {
        let none: Page<DeletedPackage> = nobody.read("deleted_packages", &[("namespace", "ann")]).await.unwrap();
        assert_eq!(none.items, [], "who may not undelete sees nothing");
    }
    for (cursor, status) in [("x", 422), ("eyJ4IjoxfQ", 422)] {
        let arguments = [("namespace", "ann"), ("cursor", cursor)];
        assert_eq!(ann.read::<Page<DeletedPackage>>("deleted_packages", &arguments).await.unwrap_err().status(), status);
    }

    let told = page(&ann, "/ann").await.text().await.unwrap();
    assert!(told.contains("gone31") && told.contains("Undelete") && told.contains("deleted="), "{told}");
    for other in [&bob, &server.anonymous()] {
        let told = page(other, "/ann").await;
        assert_eq!(told.status(), 200);
        assert!(!told.text().await.unwrap().contains("gone3"), "nothing tells others of it");
    }
    let rest = ann.get("/api/v1/namespaces/ann/deleted").await.unwrap();
    let rest: serde_json::Value = rest.json().await.unwrap();
    assert_eq!((&rest["items"][0]["name"], rest["next"].is_string()), (&serde_json::json!("gone31"), true), "{rest}");
    assert_eq!(
        bob.get("/api/v1/namespaces/ann/deleted").await.unwrap().json::<serde_json::Value>().await.unwrap()["items"],
        serde_json::json!([])
    );
    assert_eq!(server.anonymous().get("/api/v1/namespaces/ann/deleted").await.unwrap().status(), 401);
    change::<PackageRef>(&ann, "undelete_package", "ann/gone31", &[]).await.unwrap();
    assert!(page(&ann, "/ann").await.text().await.unwrap().contains("/ann/gone31"));
}

#[tokio::test]
async fn the_name_stays_taken_and_uploads_are_told_why() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    let ann = server.browser("ann").await;
    versions(&program, 1).await;
    let files = Files::of("late.txt", "late");
    let begun = program.begin(&files.upload("ann/bert", None)).await.unwrap();
    program.send_missing(&begun, &files).await.unwrap();
    delete(&ann, "ann/bert").await.unwrap();
    let late = program.complete(begun.id).await.unwrap_err();
    let new = program.begin(&Files::of("a", "b").upload("ann/bert", None)).await.unwrap_err();
    for refused in [late, new] {
        assert_eq!(refused.status(), 409, "{refused:?}");
        assert!(refused.message().contains("bring it back at /ann/bert/settings"), "{refused:?}");
    }
    change::<PackageRef>(&ann, "undelete_package", "ann/bert", &[]).await.unwrap();
    assert_eq!(program.history("ann/bert").await.unwrap().len(), 1, "nothing half-done is left");
    program.complete(begun.id).await.unwrap();
    assert_eq!(program.history("ann/bert").await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_command_line_deletes_and_brings_back() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    versions(&ann, 1).await;
    let run = |arguments: &[&str]| server.deployment.run(arguments);
    assert_eq!(run(&["delete", "ann/bert", "--confirm", "bert"]).code, Some(3));
    assert_eq!(run(&["delete", "ann/bert", "--confirm", "ann/bert"]).answer(), "ann/bert");
    assert_eq!(
        ann.read::<Option<DeletedPackage>>("deleted_package", &about("ann/bert")).await.unwrap(),
        None,
        "a token may not manage"
    );
    let listed = run(&["undelete"]).answer();
    assert!(
        listed.starts_with("model  ann/bert  deleted by operator on ") && listed.contains(", removed for good on "),
        "{listed}"
    );
    assert_eq!(run(&["undelete", "ann/bert"]).answer(), "ann/bert");
    assert_eq!(run(&["undelete"]).answer(), "", "there is none any more");
    assert_eq!(run(&["undelete", "ann/bert"]).code, Some(4));
    let moved = run(&["alias", "ann/bert", "production", "1.0.0", "--reason", "go"]).answer();
    assert!(moved.starts_with("ann/bert@"), "{moved}");
    assert_eq!(run(&["rename", "ann/bert", "ann/albert"]).answer(), "ann/albert");
    assert_eq!(ann.package("ann/albert", "production").await.unwrap().package, model("ann/albert"));
}

#[test]
fn packages_are_kept_for_a_day_at_least() {
    let finished = Deployment::new().with("PURGE_DAYS", 0).run(&["migrate"]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("purge-days"), "{finished:?}");
}
