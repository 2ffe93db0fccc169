//! Databases that cannot be opened stop the start with one sentence, which tells no secret.

use std::net::TcpListener;

use crate::harness::{Cluster, Deployment};

#[test]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
fn a_database_that_cannot_be_opened_stops_the_start_with_one_sentence() {
    let cluster = Cluster::start();
    let mut missing = cluster.url();
    missing.set_path("missing");
    missing.set_password(Some("planted-marker")).unwrap();
    let mut stranger = cluster.url();
    stranger.set_username("stranger").unwrap();
    stranger.set_password(Some("planted-marker")).unwrap();
    let mut encrypted = cluster.url();
    encrypted.set_query(Some("sslmode=require"));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, words) in [
        (missing.to_string(), "/missing cannot be opened: there is no such database"),
        (stranger.to_string(), "the server refuses the user, the password or the sslmode"),
        (encrypted.to_string(), "cannot be reached with the address and the sslmode"),
        (format!("postgres://ann:planted-marker@{nobody}/models"), "cannot be reached with the address and the sslmode"),
        ("postgres://ann:planted-marker@no.such.host.invalid/models".to_owned(), "cannot be reached with the address"),
    ] {
        for command in ["serve", "migrate"] {
            let refused = Deployment::new().with("DATABASE_URL", &url).run(&[command]);
            assert_eq!(refused.code, Some(7), "{url}: {refused:?}");
            let sentence = refused.stderr.lines().last().unwrap();
            assert!(sentence.starts_with("model-registry: The catalog ") && sentence.contains(words), "{url}: {sentence}");
            assert!(!refused.stderr.contains("planted-marker"), "{refused:?}");
        }
    }
}
