//! Single files: ranges, entity tags, names, and nothing that a browser would run.

use domain::{PackageKind, PackageRef, Sha256Digest};
use reqwest::{Method, Response};

use crate::harness::{Client, Files, Store, TestServer};

const TEN: &[u8; 10] = b"0123456789";

fn address(at: &str, path: &str) -> String {
    PackageRef::parse(PackageKind::Model, "ann/bert").unwrap().file_url(at, path)
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn with_ten_bytes() -> (TestServer, Client) {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::of("ten.txt", TEN).and("empty.txt", "")).await;
    (server, ann)
}

#[tokio::test]
async fn a_range_is_answered_with_just_its_bytes() {
    let (_server, ann) = with_ten_bytes().await;
    let etag = format!("\"{}\"", Sha256Digest::of(TEN));
    for (range, condition, status, body, content_range) in [
        ("bytes=0-0", "", 206, "0", "bytes 0-0/10"),
        ("bytes=2-4", "", 206, "234", "bytes 2-4/10"),
        ("bytes=2-", "", 206, "23456789", "bytes 2-9/10"),
        ("bytes=-3", "", 206, "789", "bytes 7-9/10"),
        ("bytes=-100", "", 206, "0123456789", "bytes 0-9/10"),
        ("bytes=5-100", "", 206, "56789", "bytes 5-9/10"),
        ("bytes=10-", "", 416, "", "bytes */10"),
        ("bytes=20-30", "", 416, "", "bytes */10"),
        ("bytes=0-1,4-5", "", 200, "0123456789", ""),
        ("lines=0-1", "", 200, "0123456789", ""),
        ("nonsense", "", 200, "0123456789", ""),
        ("bytes=2-4", &etag, 206, "234", "bytes 2-4/10"),
        ("bytes=2-4", "\"of another file\"", 200, "0123456789", ""),
    ] {
        // the store of the tests fails on a suffix that is longer than the object
        if range == "bytes=-100" && Store::of_this_run() == Store::S3 {
            continue;
        }
        for method in [Method::GET, Method::HEAD] {
            let mut request = ann.request(method.clone(), &address("main", "ten.txt")).header("range", range);
            if !condition.is_empty() {
                request = request.header("if-range", condition);
            }
            let answer = ann.fetch(request).await.unwrap();
            let told = format!("{method} {range} {condition}");
            assert_eq!(answer.status(), status, "{told}");
            assert_eq!(header(&answer, "content-range"), content_range, "{told}");
            if status != 416 {
                assert_eq!(header(&answer, "content-length"), body.len().to_string(), "{told}");
                assert_eq!(header(&answer, "accept-ranges"), "bytes", "{told}");
            }
            let expected = if method == Method::HEAD { "" } else { body };
            assert_eq!(answer.text().await.unwrap(), expected, "{told}");
        }
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let (_server, ann) = with_ten_bytes().await;
    let etag = format!("\"{}\"", Sha256Digest::of(TEN));
    for (condition, status) in [
        (etag.clone(), 304),
        (format!("W/{etag}"), 304),
        (format!("\"x\", {etag}"), 304),
        ("*".into(), 304),
        ("\"x\"".into(), 200),
    ] {
        let answer =
            ann.fetch(ann.request(Method::GET, &address("1.0.0", "ten.txt")).header("if-none-match", &condition)).await.unwrap();
        assert_eq!(answer.status(), status, "{condition}");
        assert_eq!(header(&answer, "etag"), etag, "{condition}");
        assert_eq!(header(&answer, "cache-control"), "private, no-cache", "{condition}");
        assert_eq!(answer.bytes().await.unwrap().is_empty(), status == 304, "{condition}");
    }
}

#[tokio::test]
async fn an_empty_file_has_no_bytes_and_no_ranges() {
    let (_server, ann) = with_ten_bytes().await;
    let answer = ann.get(&address("main", "empty.txt")).await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "content-length")), (200, "0"));
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
    let answer = ann.request(Method::GET, &address("main", "empty.txt")).header("range", "bytes=0-").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "content-range")), (416, "bytes */0"));
}

#[tokio::test]
async fn names_of_any_script_survive_the_address_and_the_header() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let names = [
        ("plain.bin", "attachment; filename=\"plain.bin\"; filename*=UTF-8''plain.bin"),
        ("naïve 100% #1?.txt", "attachment; filename=\"na_ve 100_ #1?.txt\"; filename*=UTF-8''na%C3%AFve%20100%25%20%231%3F.txt"),
        ("say \"hi\".md", "attachment; filename=\"say _hi_.md\"; filename*=UTF-8''say%20%22hi%22.md"),
        ("模型.gguf", "attachment; filename=\"__.gguf\"; filename*=UTF-8''%E6%A8%A1%E5%9E%8B.gguf"),
    ];
    let files = names.iter().fold(Files::default(), |files, (name, _)| files.and(&format!("d e/{name}"), name));
    ann.publish("ann/bert", None, &files).await;
    for (name, disposition) in names {
        let answer = ann.get(&address("main", &format!("d e/{name}"))).await.unwrap();
        assert_eq!(header(&answer, "content-disposition"), disposition);
        assert_eq!(answer.text().await.unwrap(), name);
    }
}

#[tokio::test]
async fn a_revision_is_named_by_ref_id_or_beginning_of_the_id() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let files = Files::of("ten.txt", TEN);
    let mut upload = files.upload("ann/bert", Some("1.0.0"));
    upload.branch = "feature/a+b".parse().unwrap();
    let id = ann.upload(&upload, &files).await.unwrap().to_string();
    for at in ["feature/a+b", "refs/heads/feature/a+b", "1.0.0", &id, &id[..7], &id[..39], &id.to_uppercase()] {
        let answer = ann.get(&address(at, "ten.txt")).await.unwrap();
        assert_eq!(answer.status(), 200, "{at}");
        assert_eq!(header(&answer, "x-revision"), id, "{at}");
    }
    let written_in_capitals = "/api/v1/models/ANN/Bert/resolve/1.0.0/ten.txt";
    assert_eq!(ann.get(written_in_capitals).await.unwrap().status(), 200, "names are compared without case");
}

#[tokio::test]
async fn nothing_that_was_uploaded_runs_in_a_browser() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let names = ["x.html", "x.htm", "x.xhtml", "x.svg", "x.js", "x.mjs", "x.css", "x.xml", "x.bin", "x"];
    let files = names.iter().fold(Files::default(), |files, name| files.and(name, format!("<script>alert('{name}')</script>")));
    ann.publish("ann/bert", None, &files).await;
    for name in names {
        let answer = ann.get(&address("main", name)).await.unwrap();
        let content_type = header(&answer, "content-type");
        assert!(!["html", "script", "css"].iter().any(|active| content_type.contains(active)), "{name}: {content_type}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{name}");
        assert_eq!(header(&answer, "content-security-policy"), "default-src 'none'; sandbox", "{name}");
        assert!(header(&answer, "content-disposition").starts_with("attachment"), "{name}");
    }
}
