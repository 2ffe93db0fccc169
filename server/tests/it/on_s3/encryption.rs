//! Encryption by the store: what is begun there asks for it, as the configuration says.

use crate::harness::{Deployment, Files, Proxy, Store};

/// The head of a request that begins an object, by line.
fn beginnings(said: &[String]) -> Vec<Vec<String>> {
    let requests = said.iter().flat_map(|said| said.split("POST /").skip(1).map(|rest| rest.split_once("\r\n\r\n").unwrap().0));
    let begins = |head: &&str| head.split_whitespace().next().is_some_and(|target| target.ends_with("?uploads"));
    requests.filter(begins).map(|head| head.lines().map(str::to_lowercase).collect()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn objects_are_begun_with_the_encryption_that_is_configured() {
    let kind = "x-amz-server-side-encryption: ";
    let key = "x-amz-server-side-encryption-aws-kms-key-id: ";
    for (variables, expected) in [
        (&[][..], [None, None]),
        (&[("S3_SERVER_SIDE_ENCRYPTION", "AES256")][..], [Some("aes256"), None]),
        (&[("S3_SERVER_SIDE_ENCRYPTION", "aws:kms")][..], [Some("aws:kms"), None]),
        (&[("S3_SERVER_SIDE_ENCRYPTION", "aws:kms"), ("S3_KMS_KEY_ID", "key-1")][..], [Some("aws:kms"), Some("key-1")]),
    ] {
        let deployment = Deployment::on_store(Store::S3);
        let store = deployment.bucket().unwrap().address();
        let proxy = Proxy::listening(store).await;
        let mut deployment = deployment.with("S3_ENDPOINT_URL", format!("http://{}", proxy.address));
        for (name, value) in variables {
            deployment = deployment.with(name, value);
        }
        // by the command line, and by a client
        Files::of("imported.txt", "imported").write(&deployment.path("files"));
        let server = deployment.serve().await;
        let ann = server.user("ann").reaching_store_at(store);
        ann.publish("ann/bert", None, &Files::various()).await;
        server.deployment.answer(&["import", "files", "--name", "team/bert"]);
        let begun = beginnings(&proxy.said());
        assert_eq!(begun.len(), Files::various().0.len() + 1, "{begun:?}");
        for head in begun {
            let value = |name: &str| head.iter().find_map(|line| line.strip_prefix(name));
            assert_eq!([value(kind), value(key)], expected, "{head:?}");
        }
        assert_eq!(ann.download("ann/bert", "main", &Files::various()).await, Files::various());
    }
}
