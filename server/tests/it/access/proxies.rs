//! Whom requests are counted for: the peer, or whom a proxy names that is trusted (`TRUSTED_PROXIES`).

use reqwest::Response;

use crate::harness::{Deployment, TestServer};

/// Failures of one address before it has to wait.
const FREE: usize = 20;

/// Tries to sign in from an address, as the header says.
async fn attempt(server: &TestServer, name: &str, password: &str, forwarded: &str) -> Response {
    let request = server.anonymous().form_request("sign_in", &[("name", name), ("password", password)]);
    request.header("x-forwarded-for", forwarded).send().await.unwrap()
}

/// Guesses at a different account each time: only the address is the same.
async fn guess_until_refused(server: &TestServer, forwarded: impl Fn(usize) -> String) -> usize {
    for count in 0..=2 * FREE {
        let answer = attempt(server, &format!("guess-{count}"), "wrong horse", &forwarded(count)).await;
        match answer.status().as_u16() {
            429 => {
                let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
                assert!((1..=8).contains(&wait), "{wait}");
                return count;
            }
            status => assert_eq!(status, 401),
        }
    }
    panic!("an address may guess for ever");
}

#[tokio::test]
async fn guessing_at_many_accounts_gets_slower_for_the_address() {
    let server = TestServer::start().await;
    server.user("ann");
    // nobody is trusted: whatever the header says, it is one address
    let count = guess_until_refused(&server, |count| format!("203.0.113.{count}")).await;
    assert_eq!(count, FREE + 1);
    assert_eq!(attempt(&server, "ann", "correct horse", "203.0.113.99").await.status(), 429, "who is there waits, too");
}

#[tokio::test]
async fn a_trusted_proxy_names_the_address() {
    let server = Deployment::new().with("TRUSTED_PROXIES", "127.0.0.0/8").serve().await;
    server.user("ann");
    // what stands before the proxy's own words could have been written by anybody
    let count = guess_until_refused(&server, |count| format!("203.0.113.{count}, 198.51.100.7")).await;
    assert_eq!(count, FREE + 1);
    assert_eq!(attempt(&server, "ann", "correct horse", "198.51.100.7").await.status(), 429);
    assert_eq!(attempt(&server, "ann", "correct horse", "198.51.100.8").await.status(), 200, "others are not held up");
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let entries = server.browser("root-user").await.get("/api/v1/audit?by=actor&value=ann").await.unwrap();
    let entries: serde_json::Value = entries.json().await.unwrap();
    assert_eq!(entries["items"][0]["address"], "198.51.100.8", "the record has it as well: {entries}");
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_names_nobody() {
    let server = Deployment::new().with("TRUSTED_PROXIES", "192.0.2.0/24").serve().await;
    let count = guess_until_refused(&server, |count| format!("198.51.100.{count}")).await;
    assert_eq!(count, FREE + 1);
}

#[tokio::test]
async fn requests_are_counted_for_whom_a_trusted_proxy_names() {
    let ask = async |server: &TestServer, address: &str| {
        let request = server.anonymous().request(reqwest::Method::GET, "/api/v1/packages").header("x-forwarded-for", address);
        request.send().await.unwrap().status().as_u16()
    };
    let deployment = || Deployment::new().with("ANONYMOUS_REQUESTS_PER_MINUTE", 30);
    let spend = async |server: &TestServer| {
        for _ in 0..100 {
            if ask(server, "198.51.100.7").await == 429 {
                return;
            }
        }
        panic!("there is no limit");
    };
    let behind = deployment().with("TRUSTED_PROXIES", "127.0.0.1/32").serve().await;
    spend(&behind).await;
    assert_eq!(ask(&behind, "198.51.100.8").await, 200);
    let open = deployment().serve().await;
    spend(&open).await;
    assert_eq!(ask(&open, "198.51.100.8").await, 429);
}
