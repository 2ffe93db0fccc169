//! Programs: accounts of a namespace that have tokens and no password.

use domain::account::{CreatedToken, NewToken, Permission};
use reqwest::{Method, Response};

use crate::harness::{Client, Files, TestServer};

/// The organisation `team` with its administrator `ann`; `bob` is somebody else.
async fn organisation(server: &TestServer) -> (Client, Client) {
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let root = server.browser("root-user").await;
    server.user("ann");
    server.user("bob");
    root.form::<String>("create_organisation", &[("name", "team")]).await.unwrap();
    root.form::<()>("grant", &[("namespace", "team"), ("user", "ann"), ("permission", "admin")]).await.unwrap();
    (server.browser("ann").await, server.browser("bob").await)
}

/// Makes a token of `builder`.
async fn token(client: &Client, permissions: &[Permission]) -> Response {
    let new = NewToken { name: "ci".into(), permissions: permissions.to_vec(), days: Some(1), namespaces: vec![] };
    let body = serde_json::json!({ "program": "builder", "token": new });
    client.request(Method::POST, "/rpc/create_program_token").json(&body).send().await.unwrap()
}

const BUILDER: [(&str, &str); 3] = [("namespace", "team"), ("program", "builder"), ("permission", "upload")];

#[tokio::test]
async fn a_program_has_tokens_and_no_password() {
    let server = TestServer::start().await;
    let (ann, bob) = organisation(&server).await;
    let stranger = server.with_permissions("bob", "search,download,upload");
    assert_eq!(bob.form::<()>("create_program", &BUILDER).await.unwrap_err().status(), 404);
    ann.form::<()>("create_program", &BUILDER).await.unwrap();
    assert_eq!(ann.form::<()>("create_program", &BUILDER).await.unwrap_err().status(), 409);
    for refused in [&bob, &stranger] {
        assert_eq!(token(refused, &[Permission::Upload]).await.status(), 403);
    }
    let made: CreatedToken = token(&ann, &[Permission::Upload]).await.json().await.unwrap();
    let builder = server.anonymous().with_token(&made.secret);
    builder.publish("team/built", None, &Files::various()).await;
    assert_eq!(builder.begin(&Files::various().upload("builder/x", None)).await.unwrap_err().status(), 403);
    for password in ["", "x"] {
        assert_eq!(server.anonymous().sign_in("builder", password).await.err().unwrap().status(), 401);
    }
    let elsewhere = [("namespace", "bob"), ("user", "builder"), ("permission", "upload")];
    assert_eq!(bob.form::<()>("grant", &elsewhere).await.unwrap_err().status(), 409, "it belongs to its namespace");
    let arguments = [("program", "builder"), ("id", &*made.token.id.to_string())];
    ann.form::<()>("revoke_program_token", &arguments).await.unwrap();
    assert_eq!(builder.begin(&Files::various().upload("team/more", None)).await.unwrap_err().status(), 401);
}

/// As a browser sends a form when JavaScript is off: where it leads.
async fn plain_form(client: &Client, function: &str, arguments: &[(&str, &str)], page: &str) -> String {
    let request = client.form_request(function, arguments).header("accept", "text/html").header("referer", page);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 302);
    answer.headers()["location"].to_str().unwrap().trim_end_matches('?').to_owned()
}

#[tokio::test]
async fn programs_and_their_tokens_are_managed_on_the_page_of_the_members() {
    let server = TestServer::start().await;
    let (ann, bob) = organisation(&server).await;
    let page = async |client: &Client, address: &str| {
        let request = client.request(Method::GET, address).header("accept", "text/html");
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (_, members) = page(&ann, "/organisations/team").await;
    assert!(members.contains("Create the program"), "{members}");
    let here = format!("{}/organisations/team", server.url);
    assert_eq!(plain_form(&ann, "create_program", &BUILDER, &here).await, here);
    let (_, members) = page(&ann, "/organisations/team").await;
    assert!(members.contains("/organisations/team?program=builder"), "the program has a way to its tokens: {members}");

    let made: CreatedToken = token(&ann, &[Permission::Search]).await.json().await.unwrap();
    let builder = server.anonymous().with_token(&made.secret);
    assert_eq!(builder.get("/api/v1/namespaces/team").await.unwrap().status(), 200);
    let (status, tokens) = page(&ann, "/organisations/team?program=builder").await;
    assert_eq!(status, 200);
    for words in ["Tokens of", "Create the token", "Revoke the token", "model-registry create-token", &made.token.id.to_string()]
    {
        assert!(tokens.contains(words), "{words}: {tokens}");
    }
    assert!(!tokens.contains(&made.secret), "it was shown once");
    let id = made.token.id.to_string();
    let here = format!("{here}?program=builder");
    assert_eq!(plain_form(&ann, "revoke_program_token", &[("program", "builder"), ("id", &id)], &here).await, here);
    assert_eq!(builder.get("/api/v1/namespaces/team").await.unwrap().status(), 401);
    let (_, tokens) = page(&ann, "/organisations/team?program=builder").await;
    assert!(tokens.contains("Revoked") && !tokens.contains("Revoke the token"), "{tokens}");

    server.deployment.answer(&["grant", "team", "bob", "upload"]);
    let (status, members) = page(&bob, "/organisations/team").await;
    assert_eq!(status, 200);
    assert!(
        members.contains("builder") && !members.contains("?program=") && !members.contains("Create the program"),
        "{members}"
    );
    let (status, tokens) = page(&bob, "/organisations/team?program=builder").await;
    assert_eq!(status, 403);
    assert!(!tokens.contains("Revoke the token"), "{tokens}");
}
