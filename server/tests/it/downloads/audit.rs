//! Every download and every address of a file that is given leaves a record; what resumes one is not counted again.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Files, Store, TestServer},
    rest::get,
};

const FILE: &str = "/api/v1/models/ann/bert/resolve/main/ten.txt";

async fn records(root: &Client) -> Vec<Value> {
    let (_, page) = get(root, "/audit?by=actor&value=ann").await;
    let entries = page["items"].as_array().unwrap().iter();
    entries.filter(|entry| entry["action"].as_str().unwrap().starts_with("download_")).cloned().collect()
}

async fn counted(client: &Client) -> Value {
    get(client, "/models/ann/bert").await.1["downloads"].clone()
}

#[tokio::test]
async fn every_request_that_gets_at_a_file_leaves_a_record_and_those_from_its_beginning_count() {
    let server = TestServer::start().await;
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let (ann, root) = (server.user("ann"), server.browser("root-user").await);
    ann.publish("ann/bert", Some("1.0.0"), &Files::of("ten.txt", "0123456789")).await;
    let mut expected = (0, 0);
    for (method, header, value, recorded, count) in [
        (Method::GET, "accept", "*/*", 1, 1),
        (Method::GET, "range", "bytes=0-3", 1, 1),
        // nobody gets round the record by leaving the first byte out: on S3 the address is that of the whole file
        (Method::GET, "range", "bytes=1-", 1, 0),
        (Method::GET, "range", "bytes=9-9", 1, 0),
        (Method::GET, "range", "bytes=-1", 1, 0),
        (Method::GET, "range", "bytes=0-1,4-5", 1, 1),
        // nothing is sent
        (Method::GET, "range", "bytes=10-", 0, 0),
        (Method::GET, "if-none-match", "*", 0, 0),
        (Method::HEAD, "accept", "*/*", 0, 0),
        (Method::HEAD, "range", "bytes=1-", 0, 0),
    ] {
        let answer = ann.request(method.clone(), FILE).header(header, value).send().await.unwrap();
        let led_on = answer.status() == 307;
        assert!(!led_on || Store::of_this_run() == Store::S3, "{method} {header}: {value}");
        assert!(!led_on || recorded == 1, "{method} {header}: {value}: an address is given and not recorded");
        answer.bytes().await.unwrap();
        expected = (expected.0 + recorded, expected.1 + count);
        let told = (records(&root).await.len(), counted(&ann).await);
        assert_eq!(told, (expected.0, json!(expected.1)), "{method} {header}: {value}");
    }
    let entry = &records(&root).await[0];
    assert_eq!((&entry["action"], &entry["address"]), (&json!("download_file"), &json!("127.0.0.1")), "{entry}");
    assert!(entry["object"].as_str().unwrap().ends_with("/ten.txt"), "{entry}");
    // a list of addresses, and the zip
    let before = records(&root).await.len();
    assert_eq!(get(&ann, "/models/ann/bert/addresses/main").await.0, 200);
    ann.get("/api/v1/models/ann/bert/archive/main").await.unwrap().bytes().await.unwrap();
    let after: Vec<_> = records(&root).await.iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(after.len(), before + 2);
    assert_eq!(after[..2], [json!("download_archive"), json!("download_addresses")]);
}
