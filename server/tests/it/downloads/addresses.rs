//! Lists of signed addresses: for programs that fetch many files by themselves.

use reqwest::Method;
use serde_json::Value;

use crate::{
    harness::{Client, Deployment, Files, Store, TestServer},
    rest::get,
};

pub(crate) const LIST: &str = "/models/ann/bert/addresses/1.0.0";

async fn with_a_model() -> (TestServer, Client, Files) {
    with_a_model_on(Deployment::new()).await
}

/// A server with a model of several files.
pub(crate) async fn with_a_model_on(deployment: Deployment) -> (TestServer, Client, Files) {
    let server = deployment.serve().await;
    let ann = server.user("ann");
    let files = Files::of("config.json", "{}")
        .and("naïve/page 1.html", "<script>alert(1)</script>")
        .and("model.safetensors", "0123456789")
        .and("empty.bin", "");
    ann.publish("ann/bert", Some("1.0.0"), &files).await;
    (server, ann, files)
}

/// The addresses of a list, by path.
pub(crate) fn addresses(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(|item| (text(&item["path"]), text(&item["url"]))).collect()
}

#[tokio::test]
async fn whoever_has_an_address_gets_the_file_without_credentials() {
    let (server, ann, files) = with_a_model().await;
    let (status, list) = get(&ann, LIST).await;
    assert_eq!((status, &list["next"]), (200, &Value::Null), "{list}");
    assert!(list["expires_at"].as_str().unwrap().ends_with('Z') && list["revision"].as_str().unwrap().len() == 40, "{list}");
    let nobody = server.anonymous();
    let addresses = addresses(&list);
    assert_eq!(addresses.iter().map(|(path, _)| path).collect::<Vec<_>>(), files.0.keys().collect::<Vec<_>>());
    for (item, (path, url)) in list["items"].as_array().unwrap().iter().zip(addresses) {
        assert_eq!(url.starts_with('/'), Store::of_this_run() == Store::Folder, "{url}");
        let answer = nobody.request(Method::GET, &url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(disposition.starts_with("attachment; filename="), "{path}: {disposition}");
        assert!(!answer.headers()["content-type"].to_str().unwrap().contains("html"), "nothing runs: {path}");
        let bytes = answer.bytes().await.unwrap();
        assert_eq!((&bytes[..], item["size"].as_u64().unwrap()), (&files.0[&path][..], bytes.len() as u64), "{path}");
        assert_eq!(item["sha256"], domain::Sha256Digest::of(&bytes).to_hex(), "{path}");
    }
}

#[tokio::test]
async fn a_list_holds_one_component() {
    let (server, ann, _) = with_a_model().await;
    for (component, paths) in
        [("weights", &["empty.bin", "model.safetensors"][..]), ("configuration", &["config.json"]), ("data", &[])]
    {
        let (status, list) = get(&ann, &format!("{LIST}?component={component}")).await;
        assert_eq!(status, 200, "{list}");
        assert_eq!(addresses(&list).into_iter().map(|(path, _)| path).collect::<Vec<_>>(), paths, "{component}");
    }
    let (searcher, downloader) = (server.with_permissions("ann", "search"), server.with_permissions("ann", "download"));
    for (client, path, status) in [
        (&downloader, LIST, 200),
        (&searcher, LIST, 403),
        (&server.anonymous(), LIST, 401),
        (&ann, "/models/ann/bert/addresses/9.9.9", 404),
        (&ann, "/models/ann/none/addresses/main", 404),
        (&ann, "/models/ann/bert/addresses/main?component=x", 422),
        (&ann, "/models/ann/bert/addresses/main?cursor=x", 422),
    ] {
        assert_eq!(get(client, path).await.0, status, "{path}");
    }
}

#[tokio::test]
async fn a_part_of_a_file_is_sent_when_only_that_is_wanted() {
    let (server, ann, _) = with_a_model().await;
    let (_, list) = get(&ann, &format!("{LIST}?component=weights")).await;
    let url = &addresses(&list)[1].1;
    let ranged = |range: &str| server.anonymous().request(Method::GET, url).header("range", range).send();
    let some = ranged("bytes=2-4").await.unwrap();
    assert_eq!((some.status().as_u16(), some.headers()["content-range"].to_str().unwrap()), (206, "bytes 2-4/10"));
    assert_eq!(some.text().await.unwrap(), "234");
    assert_eq!(ranged("bytes=20-").await.unwrap().status(), 416);
}
