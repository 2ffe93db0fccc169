//! Presigned addresses: used late, twice, for something else; what they tell, and to whom.

use domain::{Sha256Digest, upload::MIN_PART_BYTES};
use reqwest::{Method, header::HeaderMap};
use url::Url;

use crate::harness::{Client, Deployment, Files, Random, Store, TestServer};

const TEN: &[u8; 10] = b"0123456789";
const FILE: &str = "/api/v1/models/ann/bert/resolve/main/ten.txt";

/// A server on a bucket.
async fn on_a_bucket() -> (TestServer, Client) {
    let server = Deployment::on_store(Store::S3).serve().await;
    let ann = server.user("ann");
    (server, ann)
}

/// The address with another value of a parameter of its query.
fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let mut url: Url = address.parse().unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert!(pairs.iter().any(|(known, _)| known == name), "{name}");
    let changed = pairs.into_iter().map(|(known, old)| if known == name { (known, value.to_owned()) } else { (known, old) });
    url.query_pairs_mut().clear().extend_pairs(changed);
    url.into()
}

async fn download_address(ann: &Client) -> (HeaderMap, String) {
    let told = ann.request(Method::GET, FILE).send().await.unwrap();
    assert_eq!(told.status(), 307);
    let address = told.headers()["location"].to_str().unwrap().to_owned();
    (told.headers().clone(), address)
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn a_part_goes_only_where_its_address_says() {
    let (_server, ann) = on_a_bucket().await;
    let (upload, other) =
        (Files::of("ten.txt", TEN).upload("ann/bert", None), Files::of("x", "0123456789a").upload("ann/x", None));
    let (status, other) = (ann.begin(&upload).await.unwrap(), ann.begin(&other).await.unwrap());
    let address = ann.address(status.id, Sha256Digest::of(TEN), 1).await;
    let elsewhere: Url = ann.address(other.id, Sha256Digest::of(b"0123456789a"), 1).await.parse().unwrap();
    let mut of_another_object: Url = address.parse().unwrap();
    of_another_object.set_path(elsewhere.path());
    for (what, forged) in [
        ("another object", of_another_object.to_string()),
        ("another part", with_parameter(&address, "partNumber", "2")),
        ("a later end", with_parameter(&address, "X-Amz-Expires", "7200")),
        ("late", with_parameter(&address, "X-Amz-Date", "20200101T000000Z")),
        ("another signature", with_parameter(&address, "X-Amz-Signature", &"0".repeat(64))),
        ("no signature", address.split_once('?').unwrap().0.to_owned()),
    ] {
        let refused = ann.put(&forged, TEN.to_vec()).await.unwrap_err();
        assert!((400..500).contains(&refused.status()), "{what}: {refused:?}");
    }
    for (what, method) in [("read", Method::GET), ("removed", Method::DELETE)] {
        let refused = ann.anonymous().request(method, &address).send().await.unwrap();
        assert_eq!(refused.status(), 403, "{what} by the address of a part");
    }
    assert_eq!(ann.begin(&upload).await.unwrap().missing[0].received, [0; 0]);
    ann.put(&address, TEN.to_vec()).await.unwrap();
    ann.complete(status.id).await.unwrap();
    assert_eq!(ann.file("ann/bert", "main", "ten.txt").await.unwrap(), TEN);
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn an_address_that_was_used_changes_nothing_of_a_verified_blob() {
    let (server, ann) = on_a_bucket().await;
    let status = ann.begin(&Files::of("ten.txt", TEN).upload("ann/bert", None)).await.unwrap();
    let address = ann.address(status.id, Sha256Digest::of(TEN), 1).await;
    ann.put(&address, "9876543210").await.unwrap();
    ann.put(&address, TEN.to_vec()).await.expect("until it is complete the last bytes count");
    ann.complete(status.id).await.unwrap();
    let objects = server.deployment.bucket().unwrap().objects();
    let refused = ann.put(&address, "9876543210").await.unwrap_err();
    assert!([403, 404].contains(&refused.status()), "{refused:?}");
    assert_eq!(ann.file("ann/bert", "main", "ten.txt").await.unwrap(), TEN);
    assert_eq!(server.deployment.bucket().unwrap().objects(), objects);
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn unverified_bytes_never_stand_in_for_verified_ones() {
    let (server, ann) = on_a_bucket().await;
    let bob = server.user("bob");
    let files = Files::of("ten.txt", TEN);
    // both are asked for the same content, and bob lies
    let (honest, lying) = (files.upload("ann/bert", None), files.upload("bob/bert", None));
    let (honest, lying) = (ann.begin(&honest).await.unwrap(), bob.begin(&lying).await.unwrap());
    bob.put(&bob.address(lying.id, Sha256Digest::of(TEN), 1).await, "9876543210").await.unwrap();
    ann.put(&ann.address(honest.id, Sha256Digest::of(TEN), 1).await, TEN.to_vec()).await.unwrap();
    let (committed, refused) = tokio::join!(ann.complete(honest.id), bob.complete(lying.id));
    committed.unwrap();
    // he was told, or the verified blob was there already and his bytes were never looked at
    if let Err(refused) = refused {
        assert_eq!(refused.status(), 409, "{refused:?}");
        bob.complete(lying.id).await.expect("the blob is there now");
    }
    for (client, package) in [(&ann, "ann/bert"), (&bob, "bob/bert")] {
        assert_eq!(client.file(package, "main", "ten.txt").await.unwrap(), TEN, "{package}");
    }
    assert_eq!(server.deployment.bucket().unwrap().objects().len(), 1, "what lost is removed");
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn parts_of_a_large_file_arrive_in_any_order_and_are_found_again() {
    let (_server, ann) = on_a_bucket().await;
    let weights = Random::seeded(3).bytes(2 * MIN_PART_BYTES as usize + 5);
    let files = Files::of("model.bin", &weights);
    let upload = files.upload("ann/bert", None);
    let status = ann.begin(&upload).await.unwrap();
    let blob = &status.missing[0];
    for number in [3, 1] {
        let (start, length) = blob.plan.part(number).unwrap();
        let bytes = &weights[start as usize..(start + length) as usize];
        ann.put(&ann.address(status.id, blob.sha256, number).await, bytes.to_vec()).await.unwrap();
    }
    assert_eq!(ann.begin(&upload).await.unwrap().missing[0].received, [1, 3]);
    let early = ann.complete(status.id).await.unwrap_err();
    assert_eq!((early.status(), early.message().contains("2 of 3 parts")), (409, true), "{early:?}");
    let resumed = ann.begin(&upload).await.unwrap();
    ann.send_missing(&resumed, &files).await.unwrap();
    ann.complete(resumed.id).await.unwrap();
    assert_eq!(ann.file("ann/bert", "main", "model.bin").await.unwrap(), weights);
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn a_download_leads_to_an_address_that_expires_and_is_for_one_caller() {
    let (server, ann) = on_a_bucket().await;
    ann.publish("ann/bert", None, &Files::of("ten.txt", TEN)).await;
    let (told, address) = download_address(&ann).await;
    assert_eq!(told["cache-control"], "private, no-store");
    assert_eq!(told["etag"], format!("\"{}\"", Sha256Digest::of(TEN)));
    let anonymous = ann.anonymous();
    ann.publish("ann/other", None, &Files::of("secret.txt", "secret")).await;
    let objects = server.deployment.bucket().unwrap().objects();
    let of_other = objects.iter().find(|key| key.contains(&Sha256Digest::of(b"secret").to_hex())).unwrap();
    let of_this = objects.iter().find(|key| *key != of_other).unwrap();
    let answer = anonymous.request(Method::GET, &address).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"ten.txt\""));
    assert_eq!(answer.text().await.unwrap(), "0123456789");
    for (what, method, forged) in [
        ("late", Method::GET, with_parameter(&address, "X-Amz-Date", "20200101T000000Z")),
        ("another object", Method::GET, address.replace(of_this, of_other)),
        ("longer", Method::GET, with_parameter(&address, "X-Amz-Expires", "604800")),
        ("as a page", Method::GET, with_parameter(&address, "response-content-type", "text/html")),
        ("shown", Method::GET, with_parameter(&address, "response-content-disposition", "inline")),
        ("written", Method::PUT, address.clone()),
        ("removed", Method::DELETE, address.clone()),
    ] {
        let refused = anonymous.request(method, &forged).send().await.unwrap();
        assert_eq!(refused.status(), 403, "{what}");
    }
    let head = ann.request(Method::HEAD, FILE).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, "10"));
    assert!(!head.headers().contains_key("location"));
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn pages_may_connect_to_the_bucket_and_to_nothing_else() {
    let (server, ann) = on_a_bucket().await;
    let status = ann.begin(&Files::of("ten.txt", TEN).upload("ann/bert", None)).await.unwrap();
    let address: Url = ann.address(status.id, Sha256Digest::of(TEN), 1).await.parse().unwrap();
    let bucket = address.origin().ascii_serialization();
    for path in ["/", "/pkg/small.css"] {
        let answer = server.anonymous().get(path).await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let connect = policy.split(';').find_map(|rule| rule.trim().strip_prefix("connect-src ")).unwrap();
        assert_eq!(connect.trim_end_matches(" ws:"), format!("'self' {bucket}"), "{path}");
    }
}

#[tokio::test]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn no_signature_and_no_credential_is_logged_at_any_level() {
    let deployment = Deployment::on_store(Store::S3);
    let bucket = deployment.bucket().unwrap();
    let secret =
        bucket.variables().into_iter().find_map(|(name, value)| (name == "AWS_SECRET_ACCESS_KEY").then_some(value)).unwrap();
    let server = deployment.with("LOG", "trace").serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::of("ten.txt", TEN)).await;
    let (_, address) = download_address(&ann).await;
    let signature = address.split("X-Amz-Signature=").nth(1).unwrap().split('&').next().unwrap();
    let log = server.log();
    assert!(log.contains("resolve/main/ten.txt"), "it is a log of this server");
    for marker in [signature, &secret, "X-Amz-Signature", "Signature="] {
        assert!(!log.contains(marker), "{marker}");
    }
}
