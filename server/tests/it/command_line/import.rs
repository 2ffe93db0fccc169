//! Taking folders and zips in.

use std::fs;

use domain::job::JobState;

use crate::harness::{Files, TestServer, eventually};

#[tokio::test]
async fn a_folder_a_zip_and_an_upload_of_the_same_files_are_the_same_revision() {
    let server = TestServer::start().await;
    let (folder, zip, nested) =
        (server.deployment.path("bert"), server.deployment.path("bert.zip"), server.deployment.path("nested.zip"));
    Files::various().write(&folder);
    fs::write(&zip, Files::various().zip()).unwrap();
    let inside = Files(Files::various().0.into_iter().map(|(path, bytes)| (format!("bert/{path}"), bytes)).collect());
    fs::write(&nested, inside.zip()).unwrap();
    let expected = Files::various().manifest().revision_id(None, "operator", "Import");
    for (source, package) in [(&folder, "team/from-folder"), (&zip, "team/from-zip"), (&nested, "team/from-nested-zip")] {
        let answer = server.deployment.answer(&["import", source.to_str().unwrap(), "--name", package, "--version", "1.0.0"]);
        assert_eq!(answer, format!("{package}@{expected}"));
    }
    let ann = server.user("ann");
    assert_eq!(
        ann.publish("ann/bert", None, &Files::various()).await,
        Files::various().manifest().revision_id(None, "ann", "Import"),
        "an upload differs in its author alone"
    );
    for package in ["team/from-folder", "team/from-zip", "team/from-nested-zip"] {
        assert_eq!(ann.download(package, "1.0.0", &Files::various()).await, Files::various(), "{package}");
    }
}

#[tokio::test]
async fn what_is_imported_while_a_server_runs_is_scored_by_it() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    Files::various().write(&server.deployment.path("bert"));
    server.deployment.answer(&["import", "bert", "--name", "team/bert"]);
    eventually("the score", async || ann.package("team/bert", "main").await.unwrap().score).await;
    assert_eq!(ann.jobs("team/bert").await[0].state, JobState::Succeeded);
}

#[tokio::test]
async fn what_tools_leave_behind_is_left_out() {
    let server = TestServer::start().await;
    let cluttered = Files::various().and(".git/HEAD", "ref").and("a/.DS_Store", "x").and("__MACOSX/a", "x").and("Thumbs.db", "x");
    cluttered.write(&server.deployment.path("bert"));
    fs::write(server.deployment.path("bert.zip"), cluttered.zip()).unwrap();
    let expected = Files::various().manifest().revision_id(None, "operator", "Import");
    for (source, package) in [("bert", "team/folder"), ("bert.zip", "team/zip")] {
        assert_eq!(server.deployment.answer(&["import", source, "--name", package]), format!("{package}@{expected}"));
    }
}

#[tokio::test]
async fn importing_again_changes_nothing_and_other_files_need_another_version() {
    let server = TestServer::start().await;
    let import = ["import", "bert", "--name", "team/bert", "--version", "1.0.0", "--message", "First"];
    Files::various().write(&server.deployment.path("bert"));
    let first = server.deployment.answer(&import);
    assert_eq!(server.deployment.answer(&import), first);
    fs::write(server.deployment.path("bert/config.json"), "changed").unwrap();
    let refused = server.deployment.run(&import);
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.stderr.contains("use another, such as 1.0.1"), "{refused:?}");
    let ann = server.user("ann");
    let history = ann.history("team/bert").await.unwrap();
    assert_eq!(
        (history.len(), history[0].revision.message.as_str(), history[0].revision.author.as_str()),
        (1, "First", "operator")
    );
}

#[tokio::test]
async fn importing_an_old_version_again_changes_nothing_after_newer_ones() {
    let server = TestServer::start().await;
    let import =
        |folder: &str, version: &str| server.deployment.answer(&["import", folder, "--name", "team/bert", "--version", version]);
    Files::various().write(&server.deployment.path("old"));
    Files::of("new.txt", "new").write(&server.deployment.path("new"));
    let first = import("old", "1.0.0");
    let second = import("new", "2.0.0");
    assert_eq!(import("old", "1.0.0"), first);
    let ann = server.user("ann");
    let head = ann.package("team/bert", "main").await.unwrap();
    assert_eq!(format!("team/bert@{}", head.revision.id), second);
    assert_eq!(ann.history("team/bert").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_namespace_that_an_import_made_is_its_users_once_the_user_comes() {
    let server = TestServer::start().await;
    Files::various().write(&server.deployment.path("bert"));
    server.deployment.answer(&["import", "bert", "--name", "grace/bert"]);
    let grace = server.user("grace");
    let options: serde_json::Value = grace.read("upload_options", &[]).await.unwrap();
    assert_eq!(options["namespaces"], serde_json::json!(["grace"]));
}

#[tokio::test]
async fn messages_keep_the_rules_of_uploads() {
    let server = TestServer::start().await;
    Files::various().write(&server.deployment.path("bert"));
    for (message, words) in [("x".repeat(2001), "too long"), ("\u{7}".to_owned(), "control characters")] {
        let refused = server.deployment.run(&["import", "bert", "--name", "team/bert", "--message", &message]);
        assert_eq!(refused.code, Some(3), "{refused:?}");
        assert!(refused.stderr.contains(words), "{refused:?}");
    }
}

#[tokio::test]
async fn kinds_and_branches_are_kept_apart() {
    let server = TestServer::start().await;
    Files::various().write(&server.deployment.path("files"));
    for kind in ["model", "dataset", "code"] {
        server.deployment.answer(&["import", "files", "--name", "team/same", "--kind", kind, "--branch", "dev/x"]);
        let refused = server.deployment.run(&["export", "team/same", "out", "--kind", kind]);
        assert_eq!(refused.code, Some(4), "there is no main: {refused:?}");
        server.deployment.answer(&["export", "team/same@dev/x", &format!("out-{kind}"), "--kind", kind]);
        assert_eq!(Files::read(&server.deployment.path(&format!("out-{kind}"))), Files::various());
    }
}
