//! The network between a server and its bucket, and a bucket that refuses: whoever asks is told to wait, nothing is given up, and
//! everything goes on by itself.

use std::time::Duration;

use domain::upload::UploadStatus;

use crate::harness::{Client, Deployment, Files, Network, Proxy, Random, Store, TestServer, Trouble, Way};

const FORBIDDEN: &str = "HTTP/1.1 403 Forbidden\r\ncontent-type: application/xml\r\nconnection: close\r\n\r\n\
    <?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>planted-marker</Message></Error>";
const MISSING: &str = "HTTP/1.1 404 Not Found\r\ncontent-type: application/xml\r\nconnection: close\r\n\r\n\
    <?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message>planted-marker</Message></Error>";
const BUSY: &str = "HTTP/1.1 503 Slow Down\r\ncontent-type: application/xml\r\nconnection: close\r\n\r\n\
    <?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>planted-marker</Message></Error>";
const BROKEN: &str = "HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\n\r\n";
const SOMETHING_ELSE: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>Sign in to this hotel</html>";
const NONSENSE: &str = "planted-marker\r\n\r\n";

/// A server that reaches its bucket through a proxy, and somebody who reaches it past that.
async fn behind_a_proxy() -> (TestServer, Client, Proxy) {
    let deployment = Deployment::on_store(Store::S3);
    let store = deployment.bucket().unwrap().address();
    let proxy = Proxy::to(store).await;
    let server = deployment.with("S3_ENDPOINT_URL", format!("http://{}", proxy.address)).serve().await;
    let ann = server.user("ann").reaching_store_at(store);
    (server, ann, proxy)
}

/// An upload whose parts are all there.
async fn sent(ann: &Client, package: &str, files: &Files) -> UploadStatus {
    let status = ann.begin(&files.upload(package, None)).await.unwrap();
    ann.send_missing(&status, files).await.unwrap();
    status
}

fn told_to_wait<T: std::fmt::Debug>(what: &str, answer: Result<T, Trouble>) {
    let refused = answer.unwrap_err();
    assert_eq!(refused.status(), 503, "{what}: {refused:?}");
    assert!(refused.message().contains("Try again in a moment"), "{what}: {refused:?}");
    assert!(!refused.message().contains("planted-marker"), "{what}: {refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn whatever_a_bucket_answers_nothing_is_given_up_and_all_goes_on() {
    let (_server, ann, proxy) = behind_a_proxy().await;
    ann.publish("ann/bert", None, &Files::various()).await;
    for (number, fault) in [
        Network::Answering(FORBIDDEN),
        Network::Answering(MISSING),
        Network::Answering(BUSY),
        Network::Answering(BROKEN),
        Network::Answering(SOMETHING_ELSE),
        Network::Answering(NONSENSE),
        Network::Cut,
        Network::Breaking(Way::There, 50),
        Network::Truncating(Way::Back, 50),
    ]
    .into_iter()
    .enumerate()
    {
        let package = format!("ann/bert-{number}");
        let files = Files::of("model.bin", format!("weights {number}"));
        let status = sent(&ann, &package, &files).await;
        let later = Files::of("later.bin", format!("later {number}"));
        let begun = ann.begin(&later.upload("ann/later", None)).await.unwrap();
        proxy.set(fault);
        tokio::join!(
            async { told_to_wait(&format!("{fault:?}: complete"), ann.complete(status.id).await) },
            async { told_to_wait(&format!("{fault:?}: begin"), ann.begin(&files.upload(&package, None)).await) },
            async {
                let addresses = ann.addresses(begun.id, begun.missing[0].sha256, &[1]).await;
                told_to_wait(&format!("{fault:?}: addresses"), addresses);
            },
            async { ann.package("ann/bert", "main").await.map(drop).expect("pages need no bucket") },
        );
        assert_eq!(ann.package(&package, "main").await.unwrap_err().status(), 404, "{fault:?}");
        proxy.set(Network::Up);
        let resumed = ann.begin(&files.upload(&package, None)).await.unwrap();
        assert_eq!((resumed.id, &resumed.missing[0].received), (status.id, &vec![1]), "{fault:?}: nothing is sent twice");
        ann.complete(status.id).await.unwrap();
        assert_eq!(ann.download(&package, "main", &files).await, files, "{fault:?}");
        ann.abort(begun.id).await.unwrap();
    }
    assert_eq!(ann.download("ann/bert", "main", &Files::various()).await, Files::various());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn an_object_that_breaks_off_while_it_is_verified_is_read_on() {
    let (_server, ann, proxy) = behind_a_proxy().await;
    for (package, way) in [("ann/broken", Network::Breaking as fn(Way, u64) -> Network), ("ann/short", Network::Truncating)] {
        let files = Files::of("model.bin", Random::seeded(package.len() as u64).bytes(3 << 20));
        let status = sent(&ann, package, &files).await;
        let before = proxy.faults();
        proxy.set(way(Way::Back, 700_000));
        ann.complete(status.id).await.unwrap();
        assert!(proxy.faults() - before >= 3, "{package}: nothing broke off");
        proxy.set(Network::Up);
        assert!(ann.download(package, "main", &files).await == files, "{package}: other bytes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn a_slow_bucket_is_waited_for() {
    let (_server, ann, proxy) = behind_a_proxy().await;
    proxy.set(Network::Slow(Duration::from_millis(50)));
    ann.publish("ann/bert", None, &Files::various()).await;
    assert_eq!(ann.get("/health/ready").await.unwrap().status(), 200);
    assert_eq!(ann.download("ann/bert", "main", &Files::various()).await, Files::various());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn a_bucket_that_falls_silent_is_told_by_the_probe_and_waited_for_by_who_completes() {
    let (_server, ann, proxy) = behind_a_proxy().await;
    let files = Files::of("model.bin", "weights");
    let status = sent(&ann, "ann/bert", &files).await;
    proxy.set(Network::Silent);
    let (completed, ()) = tokio::join!(ann.complete(status.id), async {
        let ready = ann.get("/health/ready").await.unwrap();
        assert_eq!((ready.status().as_u16(), ready.headers()["retry-after"].to_str().unwrap()), (503, "5"));
        let ready: serde_json::Value = ready.json().await.unwrap();
        assert_eq!(ready["components"], serde_json::json!({"catalog": "ok", "store": "unavailable"}));
        proxy.set(Network::Up);
    });
    completed.unwrap();
    assert_eq!(ann.download("ann/bert", "main", &files).await, files);
}
