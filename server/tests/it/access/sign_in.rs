//! Signing in and out: names, passwords, cookies, and requests that another site made.

use domain::account::CurrentUser;
use reqwest::{RequestBuilder, Response};

use crate::harness::{Client, Deployment, TestServer};

async fn sign_in(client: &Client, arguments: &[(&str, &str)]) -> Response {
    client.form_request("sign_in", arguments).send().await.unwrap()
}

const ANN: [(&str, &str); 2] = [("name", "ann"), ("password", "correct horse")];

fn cookie(answer: &Response) -> String {
    answer.headers()["set-cookie"].to_str().unwrap().to_owned()
}

/// The name and the value, as a browser sends them back.
fn sent_back(cookie: &str) -> String {
    cookie.split(';').next().unwrap().to_owned()
}

async fn who(request: RequestBuilder) -> Option<String> {
    let user: Option<CurrentUser> = request.send().await.unwrap().json().await.unwrap();
    user.map(|user| user.name.to_string())
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    let server = TestServer::start().await;
    server.user("ann");
    let mut answers = Vec::new();
    let long = "x".repeat(300);
    for (name, password) in [
        ("ann", "wrong horse"),
        ("nobody", "correct horse"),
        ("not a name!", "x"),
        ("", ""),
        ("ann", &long),
        ("ann", "correct horse "),
        (&long, "x"),
    ] {
        let answer = sign_in(&server.anonymous(), &[("name", name), ("password", password)]).await;
        assert_eq!(answer.status(), 401, "{name} {password}");
        assert!(!answer.headers().contains_key("set-cookie"));
        let error: app::error::AppError = answer.json().await.unwrap();
        answers.push(error.message);
    }
    answers.dedup();
    assert_eq!(answers, ["The user name or the password is wrong."]);
}

#[tokio::test]
async fn a_session_begins_with_a_cookie_and_ends_with_signing_out() {
    let server = TestServer::start().await;
    server.user("ann");
    let nobody = server.anonymous();
    let answer = sign_in(&nobody, &[("name", " Ann"), ("password", "correct horse")]).await;
    assert_eq!(answer.status(), 200);
    let cookie = cookie(&answer);
    for part in ["session=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age="] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Secure"), "over plain HTTP browsers would not send it back");
    let cookie = sent_back(&cookie);
    let current = || nobody.request(reqwest::Method::GET, "/rpc/current_user").header("cookie", format!("theme=dark; {cookie}"));
    assert_eq!(who(current()).await.as_deref(), Some("ann"));
    let out = nobody.form_request("sign_out", &[]).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(out.status(), 200);
    assert!(out.headers()["set-cookie"].to_str().unwrap().starts_with("session=; "), "{out:?}");
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"), "{out:?}");
    assert_eq!(who(current()).await, None, "the cookie is worth nothing any more");
    assert_eq!(nobody.form_request("sign_out", &[]).header("cookie", &cookie).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_it() {
    let server = Deployment::new().with("PUBLIC_URL", "https://models.example").serve().await;
    server.user("ann");
    assert!(server.greeting.starts_with("The registry is at https://models.example\n"), "{}", server.greeting);
    let answer = sign_in(&server.anonymous(), &ANN).await;
    let cookie = cookie(&answer);
    assert!(cookie.starts_with("__Host-session=") && cookie.ends_with("; Secure"), "{cookie}");
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    let request = server.anonymous().request(reqwest::Method::GET, "/rpc/current_user");
    assert_eq!(who(request.header("cookie", sent_back(&cookie))).await.as_deref(), Some("ann"));
    let renamed = sent_back(&cookie).replace("__Host-", "");
    let request = server.anonymous().request(reqwest::Method::GET, "/rpc/current_user");
    assert_eq!(
        who(request.header("cookie", renamed)).await,
        None,
        "a cookie that any site of the domain could set does not count"
    );
}

#[tokio::test]
async fn the_way_on_leads_only_to_pages_of_this_site() {
    let server = TestServer::start().await;
    server.user("ann");
    for (next, expected) in [
        ("/ann/bert?at=1.0.0", "/ann/bert?at=1.0.0"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("\t//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("/a\r\nset-cookie: x=y", "/"),
        ("/\u{1}", "/"),
        ("/naïve", "/na%C3%AFve"),
    ] {
        let arguments = [&ANN[..], &[("next", next)]].concat();
        let answer = server.anonymous().form_request("sign_in", &arguments).header("accept", "text/html").send().await.unwrap();
        assert_eq!(answer.status(), 302, "{next:?}");
        assert_eq!(answer.headers()["location"], expected, "{next:?}");
    }
}

#[tokio::test]
async fn a_form_without_javascript_leads_back_to_its_page_when_refused() {
    let server = TestServer::start().await;
    server.user("ann");
    let page = format!("{}/sign-in", server.url);
    let request = server.anonymous().form_request("sign_in", &[("name", "ann"), ("password", "wrong")]);
    let answer = request.header("accept", "text/html").header("referer", &page).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    assert!(answer.headers()["location"].to_str().unwrap().starts_with(&page), "{answer:?}");
}

#[tokio::test]
async fn what_another_site_asks_for_is_refused() {
    let server = TestServer::start().await;
    server.user("ann");
    let session = sent_back(&cookie(&sign_in(&server.anonymous(), &ANN).await));
    let own = server.url.as_str();
    for (name, value, status) in [
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "same-origin", 200),
        ("sec-fetch-site", "none", 200),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", own, 200),
    ] {
        let request = server.anonymous().form_request("sign_in", &ANN).header("cookie", &session).header(name, value);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{name}: {value}");
    }
    let reading = server.anonymous().request(reqwest::Method::GET, "/rpc/current_user").header("sec-fetch-site", "cross-site");
    assert_eq!(reading.send().await.unwrap().status(), 200, "links from other sites may be followed");
}

#[tokio::test]
async fn pages_lead_to_the_sign_in_page_and_back() {
    let server = TestServer::start().await;
    server.user("ann");
    let page = |path: &str| server.anonymous().request(reqwest::Method::GET, path).header("accept", "text/html");
    let answer = page("/ann/bert/tree/main?x=1").send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
        (303, "/sign-in?next=%2Fann%2Fbert%2Ftree%2Fmain%3Fx%3D1")
    );
    let open = page("/sign-in").send().await.unwrap();
    assert_eq!(open.status(), 200);
    let policy = open.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'nonce-") && !policy.contains("unsafe-inline"), "{policy}");
    for (name, value) in [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin")]
    {
        assert_eq!(open.headers()[name], value);
    }
}
