//! Whole revisions as one zip.

use domain::{PackageKind, PackageRef};
use reqwest::Method;

use crate::harness::{Client, Files, Random, TestServer, eventually};

fn address(at: &str) -> String {
    PackageRef::parse(PackageKind::Model, "ann/Bert").unwrap().archive_url(at)
}

async fn unzipped(client: &Client, at: &str) -> (String, Files) {
    let answer = client.get(&address(at)).await.unwrap();
    assert_eq!(answer.status(), 200, "{at}");
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    (disposition, Files::unzip(&answer.bytes().await.unwrap()))
}

#[tokio::test]
async fn the_zip_holds_exactly_the_files_in_one_folder() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let mut upload = Files::various().upload("ann/Bert", Some("1.0.0"));
    upload.branch = "feature/x".parse().unwrap();
    let id = ann.upload(&upload, &Files::various()).await.unwrap().to_string();
    for (at, folder) in [("1.0.0", "Bert-1.0.0"), ("feature/x", "Bert-feature-x"), (&id, &format!("Bert-{}", &id[..12]))] {
        let (disposition, files) = unzipped(&ann, at).await;
        assert_eq!(disposition, format!("attachment; filename=\"{folder}.zip\"; filename*=UTF-8''{folder}.zip"));
        let expected = Files(Files::various().0.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)).collect());
        assert_eq!(files, expected, "{at}");
    }
    let once = ann.get(&address("1.0.0")).await.unwrap().bytes().await.unwrap();
    let twice = ann.get(&address("1.0.0")).await.unwrap().bytes().await.unwrap();
    assert_eq!(once, twice, "the same revision is the same zip");
}

#[tokio::test]
async fn a_zip_that_came_down_goes_up_as_the_same_revision() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/Bert", Some("1.0.0"), &Files::various()).await;
    let zip = ann.get(&address("1.0.0")).await.unwrap().bytes().await.unwrap();
    let file = server.deployment.path("bert.zip");
    std::fs::write(&file, &zip).unwrap();
    server.deployment.answer(&["import", file.to_str().unwrap(), "--name", "team/copy"]);
    assert_eq!(ann.download("team/copy", "main", &Files::various()).await, Files::various());
}

#[tokio::test]
async fn asking_only_for_the_headers_obeys_the_same_rules() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/Bert", Some("1.0.0"), &Files::various()).await;
    let searcher = server.with_permissions("ann", "search");
    for (who, client, at, status) in [
        ("the owner", &ann, "1.0.0", 200),
        ("the owner", &ann, "9.9.9", 404),
        ("nobody", &server.anonymous(), "1.0.0", 401),
        ("without the permission", &searcher, "1.0.0", 403),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = client.request(method.clone(), &address(at)).send().await.unwrap();
            assert_eq!(answer.status(), status, "{method} by {who} of {at}");
        }
    }
}

#[tokio::test]
async fn a_zip_that_cannot_be_written_to_its_end_breaks_off_and_is_logged() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/Bert", Some("1.0.0"), &Files::various()).await;
    // it needs the files too
    eventually("the score", async || ann.scores("ann/Bert").await.report).await;
    server.deployment.lose_blobs();
    // The zip is begun before its files are read. Whether its head is sent before that fails is left to chance.
    let whole = async { ann.get(&address("1.0.0")).await?.error_for_status()?.bytes().await };
    whole.await.expect_err("half a zip never looks like a whole one");
    eventually("the log", async || server.log().contains("\"level\":\"ERROR\"").then_some(())).await;
}

#[tokio::test]
async fn readers_that_take_nothing_keep_themselves_waiting_and_many_of_them_others_but_not_the_server() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    // more than the buffers between the two hold
    ann.publish("ann/Bert", Some("1.0.0"), &Files::of("model.bin", Random::seeded(11).bytes(32 << 20))).await;
    let mut idle = Vec::new();
    let refused = async |client: &Client| {
        let answer = client.get(&address("1.0.0")).await.unwrap();
        (answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap().to_owned())
    };
    let readers = [ann.clone(), server.user("bob"), server.user("carl"), server.user("dora")];
    for reader in &readers {
        for _ in 0..4 {
            idle.push(reader.get(&address("1.0.0")).await.unwrap());
        }
        assert!(idle.iter().all(|answer| answer.status() == 200), "each has its own: {idle:?}");
        assert_eq!(refused(reader).await, (429, "5".to_owned()));
    }
    assert_eq!(refused(&server.with_permissions("ann", "download")).await.0, 429, "another token is no other caller");
    assert_eq!(refused(&server.user("eve")).await, (503, "5".to_owned()));
    assert_eq!(ann.get("/health/ready").await.unwrap().status(), 200);
    drop(idle);
    eventually("a place", async || ann.get(&address("1.0.0")).await.ok().filter(|answer| answer.status() == 200)).await;
}
