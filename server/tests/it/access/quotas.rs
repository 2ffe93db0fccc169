//! How often a caller may ask.

use domain::ErrorKind;
use reqwest::Response;

use crate::harness::{Client, Deployment, TestServer};

async fn limited() -> TestServer {
    Deployment::new().with("REQUESTS_PER_MINUTE", 4).with("ANONYMOUS_REQUESTS_PER_MINUTE", 30).serve().await
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Asks until the quota is spent; the last answer is the first refusal.
async fn spend(client: &Client, path: &str) -> (u32, Response) {
    let mut answered = 0;
    loop {
        let answer = client.get(path).await.unwrap();
        if answer.status() == 429 {
            return (answered, answer);
        }
        assert!(answered < 100, "there is no limit");
        answered += 1;
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_go_on_and_others_are_not_held_up() {
    let server = limited().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let first = ann.get("/api/v1/packages").await.unwrap();
    assert_eq!(
        (header(&first, "ratelimit-policy"), header(&first, "ratelimit")),
        ("\"default\";q=4;w=60", "\"default\";r=3;t=0")
    );
    let (answered, refused) = spend(&ann, "/api/v1/packages").await;
    // one more may have grown back meanwhile
    assert!((3..=4).contains(&answered), "{answered}");
    let wait: u64 = header(&refused, "retry-after").parse().unwrap();
    assert!((1..=15).contains(&wait), "{wait}");
    assert_eq!(header(&refused, "ratelimit"), format!("\"default\";r=0;t={wait}"));
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["code"], "too_many_requests", "{body}");
    let other_token = server.with_permissions("ann", "search");
    assert_eq!(other_token.get("/api/v1/packages").await.unwrap().status(), 429, "all tokens of a user are one caller");
    assert_eq!(bob.get("/api/v1/packages").await.unwrap().status(), 200);
    assert_eq!(server.anonymous().get("/health").await.unwrap().status(), 200, "probes do not count");
}

#[tokio::test]
async fn server_functions_refuse_in_their_own_form() {
    let server = limited().await;
    let ann = server.user("ann");
    let (_, refused) = spend(&ann, "/rpc/search_packages?params[q]=").await;
    let error: app::error::AppError = refused.json().await.unwrap();
    assert_eq!(error.kind, ErrorKind::TooManyRequests);
    assert!(error.request_id.is_some());
}

#[tokio::test]
async fn every_answer_says_what_is_left() {
    let server = limited().await;
    let ann = server.user("ann");
    let nobody = server.anonymous();
    let wrong = server.anonymous().with_token("mr_wrong");
    for (client, path, status) in [
        (&ann, "/api/v1/packages", 200),
        (&ann, "/api/v1/models/ann/none", 404),
        (&nobody, "/api/v1/packages", 200),
        (&nobody, "/api/v1/models/ann/none", 401),
        (&wrong, "/api/v1/packages", 401),
        (&wrong, "/rpc/search_packages", 401),
        (&nobody, "/upload", 303),
        (&wrong, "/upload", 401),
    ] {
        let quota = if std::ptr::eq(client, &ann) { 4 } else { 30 };
        let answer = client.request(reqwest::Method::GET, path).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(header(&answer, "ratelimit-policy"), format!("\"default\";q={quota};w=60"), "{path}");
        assert!(header(&answer, "ratelimit").starts_with("\"default\";r="), "{path}");
    }
}

#[tokio::test]
async fn wrong_tokens_count_for_the_address() {
    let server = limited().await;
    let guesser = server.anonymous().with_token("mr_wrong");
    let (answered, _) = spend(&guesser, "/api/v1/packages").await;
    assert!((20..=40).contains(&answered), "{answered}");
    assert_eq!(server.anonymous().get("/api/v1/packages").await.unwrap().status(), 429);
}
