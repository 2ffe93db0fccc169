//! Who gets nothing, and what is not there: always the same form of answer.

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Files, TestServer};

const FILE: &str = "/api/v1/models/ann/bert/resolve/main/config.json";
const ARCHIVE: &str = "/api/v1/models/ann/bert/archive/main";

#[tokio::test]
async fn what_is_not_there_is_told_in_one_form_with_the_id_of_the_request() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    for path in [
        "/api/v1/models/ann/missing/resolve/main/config.json",
        "/api/v1/models/nobody/bert/resolve/main/config.json",
        "/api/v1/datasets/ann/bert/resolve/main/config.json",
        "/api/v1/things/ann/bert/resolve/main/config.json",
        "/api/v1/models/ann/bert/resolve/9.9.9/config.json",
        "/api/v1/models/ann/bert/resolve/0123456789012345678901234567890123456789/config.json",
        "/api/v1/models/ann/bert/resolve/main/missing.json",
        "/api/v1/models/ann/bert/resolve/main/a/b",
        "/api/v1/models/ann/bert/resolve/main/..%2f..%2fcatalog.db",
        "/api/v1/models/ann/bert/resolve/main/%2e%2e/%2e%2e/catalog.db",
        "/api/v1/models/ann/bert/resolve/a%20b/config.json",
        "/api/v1/models/ann/missing/archive/main",
        "/api/v1/models/ann/bert/archive/9.9.9",
        "/api/v1/nothing/here",
        "/rpc/no_such_function",
    ] {
        let answer = ann.request(Method::GET, path).header("x-request-id", "told-by-the-caller").send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.headers()["x-request-id"], "told-by-the-caller", "{path}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], "not_found", "{path}");
        assert_eq!(body["error"]["request_id"], "told-by-the-caller", "{path}");
        assert!(body["error"]["message"].as_str().unwrap().contains("does not exist"), "{path}: {body}");
    }
}

#[tokio::test]
async fn nobody_is_told_to_bring_a_token() {
    let server = TestServer::start().await;
    server.user("ann").publish("ann/bert", None, &Files::various()).await;
    for path in [FILE, ARCHIVE, "/api/v1/models/ann/missing/resolve/main/config.json"] {
        let answer = server.anonymous().get(path).await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{path}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], "unauthenticated");
        assert!(body["error"]["request_id"].is_string(), "{path}: {body}");
    }
}

#[tokio::test]
async fn a_token_that_is_none_is_not_taken_for_nobody() {
    let server = TestServer::start().await;
    for authorization in ["Bearer mr_wrong", "Bearer ", "Bearer", "Basic YW5uOmFubg==", "mr_wrong"] {
        for path in [FILE, "/rpc/current_user", "/"] {
            let answer =
                server.anonymous().request(Method::GET, path).header("authorization", authorization).send().await.unwrap();
            assert_eq!(answer.status(), 401, "{authorization} {path}");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{authorization} {path}");
        }
    }
}

#[tokio::test]
async fn a_token_may_do_what_it_was_made_for_and_no_more() {
    let server = TestServer::start().await;
    server.user("ann").publish("ann/bert", None, &Files::various()).await;
    let searcher = server.with_permissions("ann", "search");
    assert_eq!(searcher.package("ann/bert", "main").await.unwrap().package.full_name(), "ann/bert");
    for path in [FILE, ARCHIVE] {
        let answer = searcher.get(path).await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
        let body: Value = answer.json().await.unwrap();
        assert!(body["error"]["message"].as_str().unwrap().contains("no “download” permission"), "{body}");
    }
    let downloader = server.with_permissions("ann", "download");
    assert_eq!(downloader.get(FILE).await.unwrap().status(), 200);
    assert_eq!(downloader.package("ann/bert", "main").await.unwrap_err().status(), 403);
    let begun = downloader.begin(&Files::various().upload("ann/other", None)).await.unwrap_err();
    assert_eq!((begun.status(), begun.message()), (403, "This token has no “upload” permission."));
}

#[tokio::test]
async fn the_beginning_of_an_id_has_at_least_seven_digits() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let id = ann.publish("ann/bert", None, &Files::various()).await.to_string();
    let six = ann.get(&format!("/api/v1/models/ann/bert/resolve/{}/config.json", &id[..6])).await.unwrap();
    assert_eq!(six.status(), 404, "six digits are too few to mean an id");
    let seven = ann.get(&format!("/api/v1/models/ann/bert/resolve/{}/config.json", &id[..7])).await.unwrap();
    assert_eq!(seven.status(), 200);
}

#[tokio::test]
async fn an_id_that_is_none_is_the_callers_fault() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let refused = ann.read::<Value>("job", &[("id", "x")]).await.unwrap_err();
    assert_eq!(refused.status(), 422, "{refused:?}");
    for function in ["cancel_job", "complete_upload", "abort_upload"] {
        let refused = ann.form::<Value>(function, &[("id", "zzz")]).await.unwrap_err();
        assert_eq!(refused.status(), 422, "{function}: {refused:?}");
    }
}

#[tokio::test]
async fn addresses_that_no_file_can_have_are_not_found() {
    let server = TestServer::start().await;
    for path in [format!("/pkg/{}", "a".repeat(300)), "/a".repeat(3000)] {
        assert_eq!(server.anonymous().get(&path).await.unwrap().status(), 404, "{}", &path[..20.min(path.len())]);
    }
}
