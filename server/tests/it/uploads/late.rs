//! Addresses of parts that are used when their time is over.

use crate::harness::{Deployment, Files, TestServer, Trouble, eventually};

/// Whether it was refused for being late: as the registry says it, or the bucket.
fn is_late(refused: &Trouble) -> bool {
    refused.status() == 403 && refused.message().contains("has expired")
}

#[tokio::test]
async fn an_address_takes_no_part_when_its_time_is_over() {
    let server: TestServer = Deployment::new().with("ADDRESS_SECONDS", 2).serve().await;
    let ann = server.user("ann");
    let files = Files::of("late.txt", "0123456789").and("probe.txt", "probe");
    let upload = files.upload("ann/bert", None);
    let status = ann.begin(&upload).await.unwrap();
    let digest = |path: &str| domain::Sha256Digest::of(&files.0[path]);
    let (late, probe) = (digest("late.txt"), digest("probe.txt"));
    let address = ann.address(status.id, late, 1).await;
    // one that was given later: when it is over, the other is
    let given_later = ann.address(status.id, probe, 1).await;
    eventually("its time is over", async || {
        let refused = ann.put(&given_later, "other").await.err()?;
        assert!(is_late(&refused), "{refused:?}");
        Some(())
    })
    .await;
    for _ in 0..2 {
        let refused = ann.put(&address, "0123456789").await.unwrap_err();
        assert!(is_late(&refused), "{refused:?}");
    }
    let missing = ann.begin(&upload).await.unwrap().missing;
    let blob = missing.iter().find(|blob| blob.sha256 == late).expect("it has not arrived");
    assert_eq!(blob.received, [0; 0], "what came late does not count");
    // new addresses, as often as this machine is too slow for them
    let revision = eventually("the parts come in time", async || {
        let status = ann.begin(&upload).await.unwrap();
        // whatever came of the probe is replaced, for it has other bytes
        let sent = async {
            for sha256 in [late, probe] {
                let part = ann.addresses(status.id, sha256, &[1]).await?.remove(0);
                ann.put(&part.url, files.blob(&sha256).to_vec()).await?;
            }
            ann.complete(status.id).await
        };
        match sent.await {
            Ok(revision) => Some(revision),
            Err(trouble) => {
                assert!(is_late(&trouble) || trouble.status() == 409, "{trouble:?}");
                None
            }
        }
    })
    .await;
    assert_eq!(ann.history("ann/bert").await.unwrap()[0].revision.id, revision);
}
