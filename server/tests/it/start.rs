//! Starting and stopping: what stops the start, with one clear sentence, and what a stop still finishes.

use std::{fs, net::TcpListener, process::Stdio};

use futures::future::join_all;

use crate::harness::{Deployment, Files, Finished, TestServer};

/// Panics unless the command ended with this code and this in its last line.
fn ended(finished: &Finished, code: i32, words: &str) {
    assert_eq!(finished.code, Some(code), "{finished:?}");
    let sentence = finished.stderr.lines().last().unwrap();
    assert!(sentence.starts_with("model-registry: ") && sentence.ends_with('.'), "{sentence}");
    assert!(sentence.contains(words), "{words}: {sentence}");
    assert_eq!(finished.stdout, "", "nothing is greeted that does not run");
}

#[test]
fn a_configuration_that_cannot_be_used_stops_the_start_with_one_sentence() {
    let missing = || Deployment::new().path("missing").display().to_string();
    for (name, value, words) in [
        ("DATABASE_URL", "mysql://host/db".to_owned(), "DATABASE_URL must be sqlite:FILE"),
        ("DATABASE_URL", "postgres://ann:planted-marker@host".to_owned(), "DATABASE_URL must name the database"),
        ("DATABASE_URL", "postgres://ann:planted-marker/@host/db".to_owned(), "must be %-encoded"),
        ("DATABASE_URL", "postgres://ann:planted-marker@host/db?sslmode=on".to_owned(), "DATABASE_URL has a wrong sslmode"),
        ("DATABASE_URL", "postgres://ann@host/db?sslpassword=planted-marker".to_owned(), "unknown parameter “sslpassword”"),
        ("DATABASE_URL", "sqlite:".to_owned(), "DATABASE_URL must be sqlite:FILE"),
        ("ENVIRONMENT", "prod".to_owned(), "needs a PUBLIC_URL that begins with https://"),
        ("PUBLIC_URL", "ftp://models.example".to_owned(), "PUBLIC_URL must begin with http:// or https://"),
        ("AUTOGRADER", missing(), "The autograder is not at"),
        ("SITE_DIR", missing(), "The site's files are not in"),
        ("MAX_FILE_BYTES", "0".to_owned(), "must be positive"),
        ("MAX_FILE_BYTES", "20000000000000".to_owned(), "MAX_REVISION_BYTES at least MAX_FILE_BYTES"),
        ("LOG", "registry=loud".to_owned(), "LOG must be a filter"),
    ] {
        let finished = Deployment::new().with(name, &value).run(&["serve"]);
        ended(&finished, 2, words);
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert!(!finished.stderr.contains("planted-marker"), "{finished:?}");
    }
    for (name, value) in [
        ("LISTEN_ADDR", "nowhere"),
        ("ENVIRONMENT", "moon"),
        ("JOB_SLOTS", "0"),
        ("MAX_FILES", "0"),
        ("MAX_FILES", "100001"),
        ("JOB_RUNNER", "batch"),
        ("PUBLIC_URL", "models"),
    ] {
        let finished = Deployment::new().with(name, value).run(&["serve"]);
        assert_eq!(finished.code, Some(2), "{name}: {finished:?}");
        assert!(finished.stderr.contains(value), "{name}: {finished:?}");
    }
    let insecure = Deployment::new().with("ENVIRONMENT", "prod").with("PUBLIC_URL", "http://models.example").run(&["serve"]);
    ended(&insecure, 2, "needs a PUBLIC_URL that begins with https://");
}

#[test]
fn a_bucket_whose_configuration_contradicts_itself_stops_the_start_with_one_sentence() {
    for (variables, words) in [
        (&[("S3_KMS_KEY_ID", "key")][..], "S3_KMS_KEY_ID needs S3_SERVER_SIDE_ENCRYPTION=aws:kms"),
        (
            &[("S3_KMS_KEY_ID", "key"), ("S3_SERVER_SIDE_ENCRYPTION", "AES256")],
            "S3_KMS_KEY_ID needs S3_SERVER_SIDE_ENCRYPTION=aws:kms",
        ),
        (
            &[("S3_BUCKET_NAME", ""), ("S3_ENDPOINT_URL", "http://store"), ("S3_SERVER_SIDE_ENCRYPTION", "AES256")],
            "is set, but S3_BUCKET_NAME is not",
        ),
        (&[("S3_ENDPOINT_URL", "ftp://store")], "S3_ENDPOINT_URL must begin with http:// or https://"),
        (&[("S3_PREFIX", "a/../b")], "S3_PREFIX may hold letters"),
    ] {
        let deployment = Deployment::new().with("S3_BUCKET_NAME", "models");
        let deployment = variables.iter().fold(deployment, |deployment, (name, value)| deployment.with(name, value));
        let finished = deployment.run(&["serve"]);
        ended(&finished, 2, words);
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    }
    let unknown = Deployment::new().with("S3_BUCKET_NAME", "models").with("S3_SERVER_SIDE_ENCRYPTION", "rot13").run(&["serve"]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("rot13"), "{unknown:?}");
    for seconds in ["0", "604801", "soon"] {
        let finished = Deployment::new().with("ADDRESS_SECONDS", seconds).run(&["serve"]);
        assert!(finished.code == Some(2) && finished.stderr.contains(seconds), "{finished:?}");
    }
}

#[test]
fn a_port_in_use_stops_the_start_with_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let finished = Deployment::new().with("LISTEN_ADDR", taken.local_addr().unwrap()).run(&["serve"]);
    ended(&finished, 7, "is in use: stop the program that has it, or choose another with LISTEN_ADDR");
    assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
}

#[tokio::test]
async fn a_second_server_on_a_data_folder_is_refused() {
    let first = TestServer::start().await;
    ended(&first.deployment.run(&["serve"]), 7, "Another server runs on the data folder");
    assert_eq!(first.user("ann").get("/health/ready").await.unwrap().status(), 200);
}

#[test]
fn a_data_folder_that_cannot_be_made_stops_the_start() {
    let deployment = Deployment::new();
    fs::write(deployment.path("file"), "not a folder").unwrap();
    let below_a_file = deployment.path("file/data").display().to_string();
    let deployment = deployment.with("DATA_DIR", &below_a_file);
    for folder in [below_a_file.as_str(), "/dev/null/data", "/proc/data"] {
        let finished = Deployment::new().with("DATA_DIR", folder).run(&["serve"]);
        ended(&finished, 7, "cannot be written to: choose another with DATA_DIR");
    }
    ended(&deployment.run(&["migrate"]), 7, "cannot be written to: choose another with DATA_DIR");
}

#[tokio::test]
async fn only_the_first_start_prints_a_password_and_it_works() {
    let mut server = TestServer::start().await;
    let password = server.first_password().expect("the first start prints one");
    server.stop();
    server.start_again().await;
    assert_eq!(server.first_password(), None);
    assert_eq!(server.greeting.lines().count(), 1, "{}", server.greeting);
    let answer =
        server.anonymous().form_request("sign_in", &[("name", "administrator"), ("password", &password)]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_servers_that_start_at_once_make_one_registry() {
    let deployment = Deployment::new();
    fs::create_dir_all(deployment.data()).unwrap();
    let others: Vec<_> = (0..9).map(|_| deployment.beside()).collect();
    // and those who migrate before they start servers do so at the same moment
    let migrate = |deployment: &Deployment| deployment.command(&["migrate"]).stdout(Stdio::null()).spawn().unwrap();
    let mut migrations: Vec<_> = others.iter().take(3).map(migrate).collect();
    let servers = join_all(others.into_iter().chain([deployment]).map(Deployment::serve)).await;
    for migration in &mut migrations {
        assert!(migration.wait().unwrap().success());
    }
    let passwords: Vec<_> = servers.iter().filter_map(TestServer::first_password).collect();
    let [password] = &passwords[..] else { panic!("one of them tells the first password, not {}", passwords.len()) };
    // each works, and all are one
    for (number, server) in servers.iter().enumerate() {
        let administrator = server.anonymous().sign_in("administrator", password).await.unwrap();
        administrator.publish(&format!("team/of-{number}"), None, &Files::various()).await;
    }
    for server in &servers {
        let anyone = server.anonymous().sign_in("administrator", password).await.unwrap();
        for number in 0..servers.len() {
            assert_eq!(anyone.history(&format!("team/of-{number}")).await.unwrap().len(), 1);
        }
        let log = server.log();
        assert!(!log.contains("panicked") && !log.contains("\"level\":\"ERROR\""), "{log}");
    }
}

#[tokio::test]
async fn a_start_after_accounts_were_made_prints_no_password() {
    let deployment = Deployment::new();
    deployment.answer(&["create-user", "ann", "--admin"]);
    let server = deployment.serve().await;
    assert_eq!(server.first_password(), None, "{}", server.greeting);
}

#[tokio::test]
async fn health_is_told_to_probes_and_scripts() {
    let mut server = TestServer::start().await;
    let live: serde_json::Value = server.anonymous().get("/health").await.unwrap().json().await.unwrap();
    assert_eq!(live["status"], "ok");
    let ready: serde_json::Value = server.anonymous().get("/health/ready").await.unwrap().json().await.unwrap();
    assert_eq!(ready, serde_json::json!({"status": "ok", "components": {"catalog": "ok", "store": "ok"}}));
    let address = server.url.trim_start_matches("http://").to_owned();
    let healthy = server.deployment.run(&["health", "--listen-addr", &address]);
    assert_eq!((healthy.code, healthy.stdout.trim()), (Some(0), format!("The server at {address} is healthy.").as_str()));
    server.stop();
    let gone = server.deployment.run(&["health", "--listen-addr", &address]);
    ended(&gone, 7, &format!("No server answers at {address}"));
}

#[tokio::test]
async fn files_of_the_site_are_served_and_nothing_above_them() {
    let server = TestServer::start().await;
    let style = server.anonymous().get("/pkg/small.css").await.unwrap();
    assert_eq!((style.status().as_u16(), style.headers()["content-type"].to_str().unwrap()), (200, "text/css"));
    assert_eq!(style.text().await.unwrap(), "body {}");
    for path in
        ["/pkg/missing.js", "/pkg/..%2f..%2fdata%2fcatalog.db", "/..%2fdata%2fcatalog.db", "/%2e%2e/data/catalog.db", "/pkg/%00"]
    {
        let answer = server.anonymous().get(path).await.unwrap();
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
        assert!(!answer.text().await.unwrap().contains("SQLite format"), "{path}");
    }
}
