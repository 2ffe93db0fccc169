//! A bucket that is missing, forbidden, out of reach, or gone for a while.

use std::net::TcpListener;

use crate::harness::{Deployment, Files, Finished, Store, TestServer, eventually};

const FILE: &str = "/api/v1/models/ann/bert/resolve/main/config.json";

/// Panics unless the start ended with one sentence that holds these words, and with no secret.
fn stopped(finished: &Finished, words: &str) {
    assert_eq!(finished.code, Some(7), "{finished:?}");
    let sentence = finished.stderr.lines().last().unwrap();
    assert!(sentence.starts_with("model-registry: ") && sentence.ends_with('.'), "{sentence}");
    assert!(sentence.contains(words), "{words}: {sentence}");
    assert!(!finished.stderr.contains("planted-marker"), "{finished:?}");
    assert_eq!(finished.stdout, "", "nothing is greeted that does not run");
}

#[test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
fn a_bucket_that_cannot_be_used_stops_the_start_with_one_sentence() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (name, value, words) in [
        ("S3_BUCKET_NAME", "no-such-bucket".to_owned(), "There is no bucket no-such-bucket"),
        ("AWS_SECRET_ACCESS_KEY", "planted-marker".to_owned(), "is denied: check the AWS credentials"),
        ("AWS_ACCESS_KEY_ID", "planted-marker".to_owned(), "is denied: check the AWS credentials"),
        ("S3_ENDPOINT_URL", format!("http://name:planted-marker@{free}"), "cannot be reached: check the network"),
    ] {
        stopped(&Deployment::on_store(Store::S3).with(name, value).run(&["serve"]), words);
    }
    let without = Deployment::on_store(Store::S3).with("AWS_ACCESS_KEY_ID", "").with("AWS_SECRET_ACCESS_KEY", "").run(&["serve"]);
    stopped(&without, "There are no AWS credentials");
}

#[test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
fn a_registry_is_not_started_on_another_store_than_its_files_are_in() {
    let deployment = Deployment::on_store(Store::S3);
    Files::various().write(&deployment.path("files"));
    deployment.answer(&["import", "files", "--name", "team/bert"]);
    let moved = deployment.with("S3_BUCKET_NAME", "").with("S3_ENDPOINT_URL", "http://127.0.0.1:1");
    assert_eq!(moved.run(&["migrate"]).code, Some(2), "what is set without a bucket is told");
    let mut command = moved.command(&["migrate"]);
    command.env_remove("S3_ENDPOINT_URL").env_remove("S3_BUCKET_NAME");
    stopped(&command.output().unwrap().into(), "are kept in a bucket: name it with S3_BUCKET_NAME");
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn a_bucket_that_is_gone_for_a_while_is_told_and_all_goes_on_when_it_is_back() {
    let deployment = Deployment::on_store(Store::S3);
    let server: TestServer = deployment.serve().await;
    let bucket = server.deployment.bucket().unwrap();
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    let files = Files::of("model.bin", "weights");
    let upload = files.upload("ann/new", Some("1.0.0"));
    let status = ann.begin(&upload).await.unwrap();
    ann.send_missing(&status, &files).await.unwrap();

    bucket.hide();
    let refused = ann.complete(status.id).await.unwrap_err();
    assert_eq!(refused.status(), 503, "{refused:?}");
    assert!(refused.message().contains("cannot be reached right now"), "{refused:?}");
    let again = ann.form_request("complete_upload", &[("id", &status.id.to_string())]).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    assert_eq!(ann.package("ann/new", "main").await.unwrap_err().status(), 404);
    let ready = ann.get("/health/ready").await.unwrap();
    assert_eq!((ready.status().as_u16(), ready.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    let ready: serde_json::Value = ready.json().await.unwrap();
    assert_eq!(ready["components"], serde_json::json!({"catalog": "ok", "store": "unavailable"}));
    ann.package("ann/bert", "main").await.expect("pages still work");
    assert_eq!(ann.request(reqwest::Method::HEAD, FILE).send().await.unwrap().status(), 200);

    bucket.show();
    assert_eq!(ann.get("/health/ready").await.unwrap().status(), 200);
    let resumed = ann.begin(&upload).await.unwrap();
    assert_eq!((resumed.id, &resumed.missing[0].received), (status.id, &vec![1]), "nothing is sent twice");
    ann.complete(status.id).await.unwrap();
    assert_eq!(ann.download("ann/new", "1.0.0", &files).await, files);
    assert_eq!(ann.download("ann/bert", "main", &Files::various()).await, Files::various());
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn a_job_waits_for_the_bucket_and_keeps_its_attempts() {
    let deployment = Deployment::on_store(Store::S3);
    let server = deployment.serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    eventually("the first score", async || ann.scores("ann/bert").await.report.map(drop)).await;
    server.deployment.bucket().unwrap().hide();
    ann.form::<domain::job::Job>("score_again", &[("kind", "model"), ("namespace", "ann"), ("name", "bert"), ("at", "main")])
        .await
        .unwrap();
    eventually("the store is missed", async || server.log().contains("cannot be reached right now").then_some(())).await;
    server.deployment.bucket().unwrap().show();
    let job = eventually("the second score", async || {
        ann.jobs("ann/bert").await.into_iter().next().filter(|job| job.state == domain::job::JobState::Succeeded)
    })
    .await;
    assert_eq!(job.attempt, 1, "{job:?}");
}
