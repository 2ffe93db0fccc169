//! Multipart uploads that no row knows of, in a bucket that lists them in pages. The local store lists none: something in front of it
//! does.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use domain::Sha256Digest;
use reqwest::{Method, StatusCode, Url};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::harness::{Deployment, Files, Store};

/// How many multipart uploads it lists, two a page: the last one began just now.
const LISTED: usize = 5;
/// The ids of those that began long ago.
const OLD: [&str; LISTED - 1] = ["stray-0", "stray-1", "stray-2", "stray-3"];

/// What stands before a store.
#[derive(Clone)]
struct Front {
    store: SocketAddr,
    client: reqwest::Client,
    aborted: Arc<Mutex<Vec<String>>>,
}

impl Front {
    async fn before(store: SocketAddr) -> (Self, SocketAddr) {
        let front = Self { store, client: reqwest::Client::new(), aborted: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = Router::new().fallback(answer).with_state(front.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        (front, address)
    }

    fn aborted(&self) -> Vec<String> {
        let mut aborted = std::mem::take(&mut *self.aborted.lock().unwrap());
        aborted.sort();
        aborted
    }

    /// Passes a request on as it is: its signature covers the host that it was made for.
    async fn pass_on(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let url = format!("http://{}{}", self.store, head.uri);
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let answer = self.client.request(head.method, url).headers(head.headers).body(body).send().await.unwrap();
        let mut response = Response::builder().status(answer.status());
        *response.headers_mut().unwrap() = answer.headers().clone();
        response.body(Body::from_stream(answer.bytes_stream())).unwrap()
    }
}

async fn answer(State(front): State<Front>, request: Request) -> Response {
    let url: Url = format!("http://store{}", request.uri()).parse().unwrap();
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    match (request.method(), value("uploads"), value("uploadId")) {
        (&Method::GET, Some(_), _) => {
            let page = page(&value("prefix").unwrap(), value("key-marker"), value("upload-id-marker"));
            Response::builder().header("content-type", "application/xml").body(page.into()).unwrap()
        }
        (&Method::DELETE, _, Some(multipart)) if multipart.starts_with("stray-") => {
            front.aborted.lock().unwrap().push(multipart);
            Response::builder().status(StatusCode::NO_CONTENT).body(Body::empty()).unwrap()
        }
        _ => front.pass_on(request).await,
    }
}

/// Two of them, after the one that both markers name.
fn page(prefix: &str, after: Option<String>, multipart: Option<String>) -> String {
    let key = |number: usize| {
        let hex = Sha256Digest::of(b"stray").to_hex();
        format!("{prefix}{}/{hex}/0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b1{number}", &hex[..2])
    };
    let now = OffsetDateTime::now_utc().format(&Rfc3339).unwrap();
    let begun = |number: usize| if number < OLD.len() { "2020-01-01T00:00:00.000Z" } else { &now };
    let first = (0..LISTED).find(|number| Some(key(*number)) == after).map_or(0, |number| {
        assert_eq!(multipart, Some(format!("stray-{number}")));
        number + 1
    });
    let end = LISTED.min(first + 2);
    let uploads: String = (first..end)
        .map(|number| {
            let (key, begun) = (key(number), begun(number));
            format!("<Upload><Key>{key}</Key><UploadId>stray-{number}</UploadId><Initiated>{begun}</Initiated></Upload>")
        })
        .collect();
    let (last, more) = (end - 1, end < LISTED);
    format!(
        "<?xml version=\"1.0\"?><ListMultipartUploadsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <NextKeyMarker>{}</NextKeyMarker><NextUploadIdMarker>stray-{last}</NextUploadIdMarker>\
         <IsTruncated>{more}</IsTruncated>{uploads}</ListMultipartUploadsResult>",
        key(last)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a bucket: scripts/with-s3.sh"]
async fn multipart_uploads_that_nobody_completes_are_told_first_and_aborted_on_all_pages() {
    let deployment = Deployment::on_store(Store::S3);
    let (front, address) = Front::before(deployment.bucket().unwrap().address()).await;
    let deployment = deployment.with("S3_ENDPOINT_URL", format!("http://{address}"));
    Files::various().write(&deployment.path("files"));
    deployment.answer(&["import", "files", "--name", "team/bert"]);
    let told = deployment.answer(&["gc"]);
    assert!(told.starts_with("Would remove: ") && told.contains("; 4 multipart uploads that nobody completes."), "{told}");
    assert_eq!(front.aborted(), [""; 0], "it only looked");
    let told = deployment.answer(&["gc", "--remove"]);
    assert!(told.starts_with("Removed: ") && told.contains("; 4 multipart uploads that nobody completes."), "{told}");
    assert_eq!(front.aborted(), OLD);
    let audit = deployment.answer(&["audit", "--action", "collect_garbage"]);
    assert!(audit.contains("4 incomplete multipart uploads"), "{audit}");
}
