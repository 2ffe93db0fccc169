//! Addresses that the registry signs itself: forged, used for something else, used again.

use domain::{Sha256Digest, upload::MIN_PART_BYTES};
use reqwest::Method;

use crate::{
    downloads::addresses::{LIST, addresses, with_a_model_on},
    harness::{Deployment, Files, SendPart as _, Store},
    rest::get,
    uploads::parts::{Awaiting, TEN},
};

async fn awaiting() -> Awaiting {
    Awaiting::ten_bytes_on(Deployment::on_store(Store::Folder)).await
}

#[tokio::test]
async fn only_addresses_that_the_registry_gave_take_parts() {
    let awaiting = awaiting().await;
    let other = Files::of("other.txt", "0123456789a").upload("ann/other", None);
    let other = awaiting.ann.begin(&other).await.unwrap();
    let (path, query) = awaiting.address.split_once('?').unwrap();
    let expires = query.split_once('&').unwrap().0.trim_start_matches("expires=").to_owned();
    let sha256 = Sha256Digest::of(TEN).to_hex();
    for (what, forged) in [
        ("another signature", format!("{path}?expires={expires}&signature=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("no signature", format!("{path}?expires={expires}&signature=")),
        ("a later end", awaiting.address.replace(&expires, &format!("{}", expires.parse::<i64>().unwrap() + 1))),
        ("an end in the past", awaiting.address.replace(&expires, "1")),
        ("another part", awaiting.address.replace("/1?", "/2?")),
        ("another blob", awaiting.address.replace(&sha256, &Sha256Digest::of(b"0123456789a").to_hex())),
        ("another upload", awaiting.address.replace(&awaiting.status.id.to_string(), &other.id.to_string())),
    ] {
        let refused = awaiting.ann.put(&forged, TEN.to_vec()).await.unwrap_err();
        assert_eq!(refused.status(), 403, "{what}: {refused:?}");
        assert!(refused.message().contains("not one that the registry gave"), "{what}: {refused:?}");
    }
    assert_eq!(awaiting.received().await, [0; 0]);
    for malformed in [path, &format!("{path}?expires=soon&signature=x"), "/api/v1/uploads/1/2/3?expires=1&signature=x"] {
        let answer = awaiting.ann.put_request(malformed).body(TEN.to_vec()).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{malformed}: {}", answer.status());
    }
    awaiting.succeeds_with_the_right_bytes().await;
}

#[tokio::test]
async fn a_refusal_reaches_whoever_is_still_sending() {
    let awaiting = awaiting().await;
    let forged = awaiting.address.replace("/1?", "/2?");
    for _ in 0..20 {
        let refused = awaiting.ann.put(&forged, vec![0; MIN_PART_BYTES as usize]).await.unwrap_err();
        assert_eq!(refused.status(), 403, "{refused:?}");
    }
}

#[tokio::test]
async fn a_part_that_is_sent_when_its_blob_is_there_changes_nothing() {
    let awaiting = awaiting().await;
    awaiting.succeeds_with_the_right_bytes().await;
    let again = awaiting.ann.put_request(&awaiting.address).body(TEN.to_vec()).send_part().await;
    again.expect("the blob is there: nothing is left to do");
    // other bytes are not even looked at
    let other = awaiting.ann.put_request(&awaiting.address).body("9876543210").send_part().await;
    other.expect("the blob is there: nothing is left to do");
    assert_eq!(awaiting.ann.file("ann/bert", "main", "ten.txt").await.unwrap(), TEN);
    let kept = std::fs::read(awaiting.server.deployment.blob_file(&Sha256Digest::of(TEN))).unwrap();
    assert_eq!(kept, TEN);
}

#[tokio::test]
async fn an_address_of_a_file_that_was_changed_is_refused() {
    let (server, ann, _) = with_a_model_on(Deployment::on_store(Store::Folder)).await;
    let (_, list) = get(&ann, LIST).await;
    let addresses = addresses(&list);
    let url = &addresses.iter().find(|(path, _)| path == "model.safetensors").unwrap().1;
    let other = &addresses.iter().find(|(path, _)| path == "config.json").unwrap().1;
    let sha256 = |url: &str| url.split('/').nth(4).unwrap().to_owned();
    let (path, query) = url.split_once('?').unwrap();
    let expires: i64 = query.split_once('=').unwrap().1.split_once('&').unwrap().0.parse().unwrap();
    for (what, changed, status) in [
        ("another file", url.replace(&sha256(url), &sha256(other)), 403),
        ("a file that is not there", url.replace(&sha256(url), &"0".repeat(64)), 403),
        ("another name", url.replace("model.safetensors", "model.exe"), 403),
        ("a later end", url.replace(&expires.to_string(), &(expires + 1).to_string()), 403),
        ("another signature", format!("{path}?expires={expires}&signature=AAAA"), 403),
        ("no signature", path.to_owned(), 422),
        ("no number", format!("{path}?expires=x&signature=x"), 422),
        ("no digest", url.replace(&sha256(url), "x"), 404),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = server.anonymous().request(method.clone(), &changed).send().await.unwrap();
            assert_eq!(answer.status(), status, "{method} of {what}");
        }
    }
    let head = server.anonymous().request(Method::HEAD, url).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, "10"));
    assert_eq!(server.anonymous().request(Method::PUT, url).send().await.unwrap().status(), 405);
}
