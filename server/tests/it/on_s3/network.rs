//! The network between a client and the bucket: parts and downloads break off, are cut short, come slowly. What arrives is right or
//! does not count, and transfers go on where they were.

use std::time::Duration;

use domain::upload::MIN_PART_BYTES;
use reqwest::{Method, header::RANGE};

use crate::harness::{Client, Deployment, Files, Network, Proxy, Random, Store, TestServer, Trouble, Way};

const FILE: &str = "/api/v1/models/ann/bert/resolve/main/model.bin";

/// A server on a bucket, and somebody who reaches the bucket through a proxy.
async fn through_a_proxy() -> (TestServer, Client, Proxy) {
    let deployment = Deployment::on_store(Store::S3);
    let proxy = Proxy::to(deployment.bucket().unwrap().address()).await;
    let server = deployment.serve().await;
    let ann = server.user("ann").reaching_store_at(proxy.address);
    (server, ann, proxy)
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn parts_that_break_off_are_sent_again_and_arrive_whole() {
    let (_server, ann, proxy) = through_a_proxy().await;
    let mut random = Random::seeded(11);
    let weights = random.bytes(2 * MIN_PART_BYTES as usize + 5);
    let files = Files::of("model.bin", &weights);
    let upload = files.upload("ann/bert", None);
    let mut anywhere = || random.within(0..MIN_PART_BYTES);
    for fault in [
        Network::Cut,
        Network::Breaking(Way::There, 0),
        Network::Breaking(Way::There, anywhere()),
        Network::Truncating(Way::There, anywhere()),
        Network::Breaking(Way::There, anywhere()),
        Network::Truncating(Way::There, MIN_PART_BYTES),
    ] {
        proxy.set(fault);
        let status = ann.begin(&upload).await.unwrap();
        assert_eq!(status.missing[0].received, [0; 0], "{fault:?}");
        let broken = ann.send_missing(&status, &files).await.unwrap_err();
        assert!(matches!(broken, Trouble::Lost { .. }), "{fault:?}: {broken:?}");
        let early = ann.complete(status.id).await.unwrap_err();
        assert_eq!(early.status(), 409, "{fault:?}: half a part does not count: {early:?}");
    }
    // the answer is lost, and the part may be there: whoever asks is told
    for fault in [Network::Breaking(Way::Back, 0), Network::Truncating(Way::Back, 10)] {
        proxy.set(fault);
        let status = ann.begin(&upload).await.unwrap();
        ann.send_missing(&status, &files).await.unwrap_err();
    }
    proxy.set(Network::Slow(Duration::from_millis(1)));
    let status = ann.begin(&upload).await.unwrap();
    ann.send_missing(&status, &files).await.unwrap();
    assert_eq!(ann.begin(&upload).await.unwrap().missing[0].received, [1, 2, 3]);
    proxy.set(Network::Up);
    ann.complete(status.id).await.unwrap();
    assert!(ann.file("ann/bert", "main", "model.bin").await.unwrap() == weights, "other bytes");
}

/// Reads what comes until it ends or breaks off; whether it was all.
async fn read_on(ann: &Client, bytes: &mut Vec<u8>) -> bool {
    let request = ann.request(Method::GET, FILE).header(RANGE, format!("bytes={}-", bytes.len()));
    let Ok(mut answer) = ann.fetch(request).await else { return false };
    assert_eq!(answer.status(), 206);
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn a_download_that_breaks_off_is_noticed_and_goes_on_where_it_was() {
    let (_server, ann, proxy) = through_a_proxy().await;
    let mut random = Random::seeded(12);
    let weights = random.bytes(4 << 20);
    ann.publish("ann/bert", None, &Files::of("model.bin", &weights)).await;
    let (mut bytes, mut tries) = (Vec::new(), 0);
    loop {
        // more than the head of the answer, so that every try gets on
        let after = random.within(4_000..600_000);
        let cut_short = random.within(0..2) == 0;
        proxy.set(if cut_short { Network::Truncating(Way::Back, after) } else { Network::Breaking(Way::Back, after) });
        tries += 1;
        if read_on(&ann, &mut bytes).await {
            break;
        }
        assert!(bytes.len() < weights.len(), "what broke off is not complete");
        assert!(tries < 4 << 10, "it does not get on: {} bytes", bytes.len());
    }
    assert!(bytes == weights, "other bytes");
    assert!(tries > 5, "nothing broke off");
}
