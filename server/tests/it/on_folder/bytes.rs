//! Bytes that come from the server itself.

use futures::StreamExt as _;

use crate::harness::{Deployment, Files, Random, Store, eventually};

#[tokio::test]
async fn a_stop_lets_a_running_download_finish() {
    let mut server = Deployment::on_store(Store::Folder).serve().await;
    let ann = server.user("ann");
    // more than the buffers between the two hold
    let files = Files::of("model.bin", Random::seeded(7).bytes(48 << 20));
    ann.publish("ann/bert", None, &files).await;
    let answer = ann.get("/api/v1/models/ann/bert/resolve/main/model.bin").await.unwrap();
    let mut pieces = answer.bytes_stream();
    let mut received = pieces.next().await.unwrap().unwrap().to_vec();
    server.terminate();
    eventually("new callers are turned away", async || server.anonymous().get("/health").await.err()).await;
    while let Some(piece) = pieces.next().await {
        received.extend_from_slice(&piece.unwrap());
    }
    assert!(received == files.0["model.bin"], "{} bytes came", received.len());
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
}
