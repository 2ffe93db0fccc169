//! What secrets never reach: logs, answers, the data folder.

use std::path::Path;

use domain::account::{CreatedToken, NewToken, Permission};
use reqwest::Method;

use crate::harness::{Deployment, Files};

const PASSWORD: &str = "planted-password-marker";

/// Whether any file below a folder holds these bytes.
fn held_below(folder: &Path, secret: &str) -> Option<String> {
    Files::read(folder)
        .0
        .into_iter()
        .find_map(|(path, bytes)| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()).then_some(path))
}

#[tokio::test]
async fn passwords_tokens_and_cookies_reach_neither_logs_nor_answers_nor_the_catalog() {
    let server = Deployment::new().with("LOG", "debug").with("NEW_USER_PASSWORD", PASSWORD).serve().await;
    let administrator = server.first_password().unwrap();
    server.deployment.answer(&["create-user", "ann"]);
    let nobody = server.anonymous();
    let signed_in = nobody.form_request("sign_in", &[("name", "ann"), ("password", PASSWORD)]).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let session = cookie.split_once('=').unwrap().1.to_owned();
    let token = server.deployment.answer(&["create-token", "ann"]);
    let ann = server.anonymous().with_token(&token);
    let browser = nobody.sign_in("ann", PASSWORD).await.unwrap();
    let second: CreatedToken = browser
        .json(
            "create_token",
            "token",
            &NewToken { name: "second".into(), permissions: vec![Permission::Search], days: None, namespaces: vec![] },
        )
        .await
        .unwrap();
    ann.publish("ann/bert", None, &Files::various()).await;
    let address = ann.begin(&Files::of("a", "a").upload("ann/other", None)).await.unwrap();
    let address = ann.address(address.id, address.missing[0].sha256, 1).await;
    let signature = address.rsplit("signature=").next().unwrap().to_owned();
    ann.put(&address, "a").await.unwrap();

    let mut answers = signed_in.text().await.unwrap();
    for path in
        ["/", "/ann/bert", "/settings/tokens", "/rpc/current_user", "/rpc/list_tokens", "/rpc/open_uploads", "/no/such/page/here"]
    {
        let as_browser =
            nobody.request(Method::GET, path).header("cookie", &cookie).header("accept", "text/html").send().await.unwrap();
        answers += &format!("{:?}{}", as_browser.headers().clone(), as_browser.text().await.unwrap());
        answers += &ann.get(path).await.unwrap().text().await.unwrap();
    }
    for wrong in [("ann", "mistyped-password-marker"), (PASSWORD, "mistyped-password-marker")] {
        let refused = nobody.form_request("sign_in", &[("name", wrong.0), ("password", wrong.1)]).send().await.unwrap();
        answers += &refused.text().await.unwrap();
    }
    let (log, catalog, database) = (server.log(), server.deployment.data(), server.deployment.dumped_database());
    assert!(log.contains("\"request_id\""), "there is a log: {log}");
    for (what, secret) in [
        ("the administrator's password", administrator.as_str()),
        ("the token", &token),
        ("the second token", &second.secret),
        ("the session", &session),
        ("what was mistyped", "mistyped-password-marker"),
    ] {
        assert!(!log.contains(secret), "{what} is in the log");
        assert!(!answers.contains(secret), "{what} is in an answer");
        assert_eq!(held_below(&catalog, secret), None, "{what} is in the data folder");
        assert!(!database.contains(secret), "{what} is in the database");
    }
    assert!(!log.contains(PASSWORD) && !answers.contains(PASSWORD));
    assert!(!log.contains(&signature), "whoever reads the log could send parts");
}
