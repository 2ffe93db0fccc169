//! What no revision can hold: refused with the reason, before a byte is sent.

use domain::{
    Sha256Digest,
    listing::Page,
    upload::{MAX_MESSAGE, UploadStatus},
};
use serde_json::{Value, json};

use crate::harness::{Client, Deployment, Files, TestServer, Trouble};

fn file(path: &str, size: u64) -> Value {
    json!({"path": path, "size": size, "sha256": Sha256Digest::of(path.as_bytes()).to_hex()})
}

fn upload(files: &[Value]) -> Value {
    json!({
        "package": {"kind": "model", "namespace": "ann", "name": "bert"},
        "branch": "main", "version": "1.0.0", "message": "", "files": files,
    })
}

fn with(mut upload: Value, place: &str, value: Value) -> Value {
    *upload.pointer_mut(place).unwrap() = value;
    upload
}

async fn refused(client: &Client, upload: &Value) -> Trouble {
    client.json::<UploadStatus>("begin_upload", "upload", upload).await.unwrap_err()
}

async fn nothing_was_begun(client: &Client) {
    assert_eq!(client.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items, []);
}

#[tokio::test]
async fn paths_that_are_unsafe_or_collide_are_refused_with_the_reason() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    for (paths, words) in [
        (&[][..], "no files"),
        (&["../secret"], "must not leave the package's folder"),
        (&["a/../../secret"], "must not leave the package's folder"),
        (&["./a"], "must not leave the package's folder"),
        (&["/etc/passwd"], "is absolute"),
        (&["C:/windows"], "is absolute"),
        (&["a\\b"], "backslash"),
        (&["a\nb"], "control character"),
        (&["a\u{202e}txt.exe"], "control character"),
        (&[""], "without a path"),
        (&["a//b"], "empty segment"),
        (&["a/"], "empty segment"),
        (&[".git/config"], "never part of a package"),
        (&[&"x".repeat(256)], "more than 255 bytes"),
        (&[&"y/".repeat(500)], "too long"),
        (&[&vec!["d"; 65].join("/")], "nested too deep"),
        (&["a", "a"], "twice"),
        (&["README.md", "readme.MD"], "differ only in case"),
        (&["Data/a", "data/b"], "differ only in case"),
        (&["a", "a/b"], "a file and a folder"),
    ] {
        let files: Vec<_> = paths.iter().map(|path| file(path, 1)).collect();
        let refused = refused(&ann, &upload(&files)).await;
        assert_eq!(refused.status(), 422, "{paths:?}: {refused:?}");
        assert!(refused.message().contains(words), "{paths:?}: {refused:?}");
    }
    nothing_was_begun(&ann).await;
}

#[tokio::test]
async fn names_and_texts_that_break_a_rule_are_refused_with_the_reason() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let good = upload(&[file("a", 1)]);
    for (place, value, words) in [
        ("/package/namespace", json!("models"), "reserved"),
        ("/package/namespace", json!("-ann"), "must start and end"),
        ("/package/namespace", json!("a/b"), "contains '/'"),
        ("/package/namespace", json!(""), "is missing"),
        ("/package/name", json!("x".repeat(97)), "too long"),
        ("/package/name", json!("model.git"), "must not end in"),
        ("/package/name", json!(".."), "must start and end"),
        ("/package/name", json!("Ünï"), "contains 'Ü'"),
        ("/package/kind", json!("virus"), "unknown variant"),
        ("/version", json!("1 0"), "contains a space"),
        ("/version", json!("a".repeat(40)), "could be mistaken for a revision"),
        ("/branch", json!("../main"), "must not contain"),
        ("/branch", json!(""), "missing"),
        ("/message", json!("x".repeat(MAX_MESSAGE + 1)), "too long"),
        ("/message", json!("a\u{0}b"), "control character"),
        ("/files/0/sha256", json!("abc"), "hexadecimal digits are expected"),
        ("/files/0/size", json!(-1), "invalid value"),
        ("/files", json!("none"), "invalid type"),
    ] {
        let refused = refused(&ann, &with(good.clone(), place, value.clone())).await;
        assert_eq!(refused.status(), 422, "{place} {value}: {refused:?}");
        assert!(refused.message().contains(words), "{place} {value}: {refused:?}");
        assert!(!refused.message().contains(" at line "), "for people: {refused:?}");
    }
    nothing_was_begun(&ann).await;
}

#[tokio::test]
async fn one_digest_cannot_have_two_sizes() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let sha256 = Sha256Digest::of(b"x").to_hex();
    let files = [json!({"path": "a", "size": 1, "sha256": sha256}), json!({"path": "b", "size": 2, "sha256": sha256})];
    let refused = refused(&ann, &upload(&files)).await;
    assert_eq!((refused.status(), refused.message().contains("another size")), (422, true), "{refused:?}");
}

#[tokio::test]
async fn content_that_is_known_cannot_be_announced_with_another_size() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/first", Some("1.0.0"), &Files::of("model.bin", "twelve bytes")).await;
    let sha256 = Sha256Digest::of(b"twelve bytes").to_hex();
    for size in [0, 5, 13, 1_000_000_000_000u64] {
        let refused = refused(&ann, &upload(&[json!({"path": "weights.bin", "size": size, "sha256": sha256})])).await;
        assert_eq!(refused.status(), 422, "{refused:?}");
        assert!(refused.message().contains("“weights.bin” is wrong"), "{refused:?}");
        assert!(refused.message().contains("has 12 bytes"), "{refused:?}");
    }
    nothing_was_begun(&ann).await;
}

#[tokio::test]
async fn sizes_are_compared_again_when_the_content_came_in_between() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let sha256 = Sha256Digest::of(b"twelve bytes").to_hex();
    let lie = upload(&[json!({"path": "weights.bin", "size": 5, "sha256": sha256})]);
    let status: UploadStatus = ann.json("begin_upload", "upload", &lie).await.unwrap();
    ann.publish("ann/first", Some("1.0.0"), &Files::of("model.bin", "twelve bytes")).await;
    let refused = ann.complete(status.id).await.unwrap_err();
    assert_eq!(refused.status(), 422, "{refused:?}");
    assert!(refused.message().contains("has 12 bytes"), "{refused:?}");
    assert_eq!(ann.package("ann/bert", "main").await.unwrap_err().status(), 404);
}

#[tokio::test]
async fn a_manifest_that_is_too_large_for_one_call_is_refused_as_such() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let refused = ann.json::<UploadStatus>("begin_upload", "upload", &"x".repeat(25 << 20)).await.unwrap_err();
    assert_eq!(refused.status(), 413, "{refused:?}");
    assert!(refused.message().contains("too large: at most"), "{refused:?}");
    nothing_was_begun(&ann).await;
}

#[tokio::test]
async fn the_configured_limits_hold() {
    let deployment = Deployment::new().with("MAX_FILES", 3).with("MAX_FILE_BYTES", 10).with("MAX_REVISION_BYTES", 15);
    let server = deployment.serve().await;
    let ann = server.user("ann");
    for (files, words) in [
        (vec![file("a", 1), file("b", 1), file("c", 1), file("d", 1)], "at most 3"),
        (vec![file("a", 11)], "a file holds at most 10 B"),
        (vec![file("a", 8), file("b", 8)], "a revision holds at most 15 B"),
        (vec![file("a", u64::MAX), file("b", u64::MAX)], "a file holds at most 10 B"),
    ] {
        let refused = refused(&ann, &upload(&files)).await;
        assert_eq!(refused.status(), 422, "{refused:?}");
        assert!(refused.message().contains(words), "{refused:?}");
    }
    nothing_was_begun(&ann).await;
    let within = upload(&[file("a", 10), file("b", 5)]);
    ann.json::<UploadStatus>("begin_upload", "upload", &within).await.unwrap();
}

#[tokio::test]
async fn what_is_no_json_or_not_the_arguments_is_refused() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    for (what, body) in
        [("no JSON", &b"{"[..]), ("no argument", b"{}"), ("no UTF-8", b"{\"upload\": \"\xff\"}"), ("nothing", b"")]
    {
        let request =
            ann.request(reqwest::Method::POST, "/rpc/begin_upload").header("content-type", "application/json").body(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 422, "{what}");
        let error: app::error::AppError = answer.json().await.unwrap();
        assert!(error.message.starts_with("The request was not understood"), "{what}: {error:?}");
        assert!(error.request_id.is_some(), "{what}");
    }
}
