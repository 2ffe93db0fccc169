//! Parts that are not what was announced: too short, too long, broken off, forged, with other content.

use domain::{
    Sha256Digest,
    upload::{BeginUpload, UploadStatus},
};
use futures::stream;
use reqwest::Body;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::{Position, Url};

use crate::harness::{Client, Deployment, Files, Store, TestServer, Trouble};

pub(crate) const TEN: &[u8; 10] = b"0123456789";

/// A server that awaits one file of ten bytes.
pub(crate) struct Awaiting {
    pub(crate) server: TestServer,
    pub(crate) ann: Client,
    pub(crate) upload: BeginUpload,
    pub(crate) status: UploadStatus,
    pub(crate) address: String,
}

impl Awaiting {
    async fn ten_bytes() -> Self {
        Self::ten_bytes_on(Deployment::new()).await
    }

    pub(crate) async fn ten_bytes_on(deployment: Deployment) -> Self {
        let server = deployment.serve().await;
        let ann = server.user("ann");
        let upload = Files::of("ten.txt", TEN).upload("ann/bert", None);
        let status = ann.begin(&upload).await.unwrap();
        let address = ann.address(status.id, Sha256Digest::of(TEN), 1).await;
        Self { server, ann, upload, status, address }
    }

    pub(crate) async fn received(&self) -> Vec<u32> {
        self.ann.begin(&self.upload).await.unwrap().missing[0].received.clone()
    }

    pub(crate) async fn succeeds_with_the_right_bytes(&self) {
        self.ann.put(&self.address, TEN.to_vec()).await.unwrap();
        self.ann.complete(self.status.id).await.unwrap();
        assert_eq!(self.ann.file("ann/bert", "main", "ten.txt").await.unwrap(), TEN);
    }
}

/// A body whose length is not announced.
fn chunked(bytes: &'static [u8]) -> Body {
    Body::wrap_stream(stream::iter(bytes.chunks(4).map(Ok::<_, std::io::Error>)))
}

#[tokio::test]
async fn a_part_of_another_length_does_not_count() {
    let awaiting = Awaiting::ten_bytes().await;
    for (what, body, words) in [
        ("shorter", Body::from("123456789"), "must have 10 bytes, not 9"),
        ("longer", Body::from("0123456789a"), "must have 10 bytes, not 11"),
        ("empty", Body::from(""), "0 of 10 bytes"),
        ("shorter, unannounced", chunked(b"123456789"), "too short: 9 of 10 bytes"),
        ("longer, unannounced", chunked(b"0123456789abc"), "longer than 10 bytes"),
    ] {
        let refused = awaiting.ann.put(&awaiting.address, body).await.unwrap_err();
        match Store::of_this_run() {
            Store::Folder => {
                assert_eq!(refused.status(), 422, "{what}: {refused:?}");
                assert!(refused.message().contains(words), "{what}: {refused:?}");
            }
            Store::S3 => assert!((400..500).contains(&refused.status()), "{what}: {refused:?}"),
        }
        assert_eq!(awaiting.received().await, [0; 0], "{what}");
    }
    awaiting.succeeds_with_the_right_bytes().await;
}

#[tokio::test]
async fn a_part_that_breaks_off_does_not_count() {
    let awaiting = Awaiting::ten_bytes().await;
    let address: Url = awaiting.server.url.parse::<Url>().unwrap().join(&awaiting.address).unwrap();
    let (authority, target) = (address.authority(), &address[Position::BeforePath..]);
    let mut connection = TcpStream::connect(authority).await.unwrap();
    let request = format!("PUT {target} HTTP/1.1\r\nHost: {authority}\r\nContent-Length: 10\r\n\r\n01234");
    connection.write_all(request.as_bytes()).await.unwrap();
    connection.shutdown().await.unwrap();
    let mut answer = String::new();
    // whether there still is an answer does not matter: the server has ended the request when the connection ends
    let _ = connection.read_to_string(&mut answer).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(awaiting.received().await, [0; 0]);
    awaiting.succeeds_with_the_right_bytes().await;
}

#[tokio::test]
async fn an_address_takes_no_part_of_an_upload_that_is_over() {
    let awaiting = Awaiting::ten_bytes().await;
    awaiting.ann.abort(awaiting.status.id).await.unwrap();
    let refused = awaiting.ann.put(&awaiting.address, TEN.to_vec()).await.unwrap_err();
    match Store::of_this_run() {
        Store::Folder => assert_eq!(refused.status(), 409, "{refused:?}"),
        // AWS says 404, others 403
        Store::S3 => assert!([403, 404].contains(&refused.status()), "{refused:?}"),
    }
}

#[tokio::test]
async fn there_are_no_addresses_for_what_is_no_part() {
    let awaiting = Awaiting::ten_bytes().await;
    let ask = async |sha256, numbers: &[u32]| -> Trouble {
        awaiting.ann.addresses(awaiting.status.id, sha256, numbers).await.unwrap_err()
    };
    let many: Vec<u32> = vec![1; 1001];
    for (what, refused, status) in [
        ("part 0", ask(Sha256Digest::of(TEN), &[0]).await, 422),
        ("part 2 of 1", ask(Sha256Digest::of(TEN), &[2]).await, 422),
        ("too many", ask(Sha256Digest::of(TEN), &many).await, 422),
        ("another blob", ask(Sha256Digest::of(b"x"), &[1]).await, 404),
    ] {
        assert_eq!(refused.status(), status, "{what}: {refused:?}");
    }
}

#[tokio::test]
async fn wrong_content_is_asked_for_again() {
    let mut awaiting = Awaiting::ten_bytes().await;
    awaiting.ann.put(&awaiting.address, "9876543210").await.unwrap();
    let refused = awaiting.ann.complete(awaiting.status.id).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused:?}");
    // it may have been found out before anybody asked: then the part is missing again
    let words = ["“ten.txt” does not match its digest", "there are 0 of 1 parts"];
    assert!(words.iter().any(|words| refused.message().contains(words)), "{refused:?}");
    assert_eq!(awaiting.received().await, [0; 0], "asked for again");
    assert_eq!(awaiting.ann.package("ann/bert", "main").await.unwrap_err().status(), 404);
    if Store::of_this_run() == Store::S3 {
        awaiting.address = awaiting.ann.address(awaiting.status.id, Sha256Digest::of(TEN), 1).await;
    }
    awaiting.succeeds_with_the_right_bytes().await;
}

#[tokio::test]
async fn a_part_may_be_sent_twice_and_at_once() {
    let awaiting = Awaiting::ten_bytes().await;
    let send = || awaiting.ann.put(&awaiting.address, TEN.to_vec());
    let (one, two, three) = tokio::join!(send(), send(), send());
    for sent in [one, two, three, send().await] {
        sent.unwrap();
    }
    awaiting.succeeds_with_the_right_bytes().await;
}
