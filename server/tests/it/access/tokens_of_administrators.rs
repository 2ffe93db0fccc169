//! Tokens that administer namespaces: for who administers the registry, or each of the namespaces that they are limited to.

use domain::account::{CreatedToken, NewToken, Permission};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Client, Files, TestServer, Trouble, about};

async fn create(client: &Client, permissions: &[Permission], namespaces: &[&str]) -> Result<CreatedToken, Trouble> {
    let namespaces = namespaces.iter().map(|name| name.parse().unwrap()).collect();
    let new = NewToken { name: "ci".into(), permissions: permissions.to_vec(), days: Some(1), namespaces };
    client.json("create_token", "token", &new).await
}

async fn grant(client: &Client, namespace: &str, user: &str, right: &str) {
    client.form::<()>("grant", &[("namespace", namespace), ("user", user), ("permission", right)]).await.unwrap();
}

/// Moves the protected alias of a package; the status.
async fn promote(client: &Client, package: &str) -> u16 {
    let arguments = [&about(package)[..], &[("alias", "production"), ("to", "main")]].concat();
    client.form_request("move_alias", &arguments).send().await.unwrap().status().as_u16()
}

/// Two organisations with a package each, and `ann`, who administers the first and may upload to the second.
async fn organisations(server: &TestServer) -> (Client, Client) {
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let root = server.browser("root-user").await;
    server.user("ann");
    for name in ["team", "others"] {
        root.form::<String>("create_organisation", &[("name", name)]).await.unwrap();
        root.publish(&format!("{name}/bert"), None, &Files::various()).await;
    }
    grant(&root, "team", "ann", "admin").await;
    grant(&root, "others", "ann", "upload").await;
    (root, server.browser("ann").await)
}

#[tokio::test]
async fn a_token_promotes_where_its_user_administers_and_as_long() {
    let server = TestServer::start().await;
    let (root, ann) = organisations(&server).await;
    let made = create(&ann, &Permission::ALL, &["team"]).await.unwrap();
    let ci = server.anonymous().with_token(&made.secret);
    assert_eq!(promote(&ci, "team/bert").await, 200);
    assert_eq!(promote(&ci, "others/bert").await, 404, "it is limited to another namespace");
    assert_eq!(promote(&server.with_permissions("ann", "search,download,upload"), "team/bert").await, 403, "that takes admin");

    grant(&root, "team", "ann", "upload").await;
    assert_eq!(promote(&ci, "team/bert").await, 403, "what its user may no more, it may no more");
    let staging = [&about("team/bert")[..], &[("alias", "staging"), ("to", "main")]].concat();
    assert_eq!(ci.form_request("move_alias", &staging).send().await.unwrap().status(), 200, "the rest it still may");
    grant(&root, "team", "ann", "admin").await;
    assert_eq!(promote(&ci, "team/bert").await, 200);
    root.form::<()>("remove_member", &[("namespace", "team"), ("user", "ann")]).await.unwrap();
    assert_eq!(promote(&ci, "team/bert").await, 403);
}

#[tokio::test]
async fn who_does_not_administer_a_namespace_gets_no_such_token_for_it() {
    let server = TestServer::start().await;
    let (root, ann) = organisations(&server).await;
    for (namespaces, words) in [
        (&[][..], "limit a token with “admin” to namespaces that “ann” administers"),
        (&["others"], "“ann” has no right “admin” on the namespace “others”"),
        (&["team", "others"], "“ann” has no right “admin” on the namespace “others”"),
        (&["absent"], "“ann” has no right “admin” on the namespace “absent”"),
    ] {
        let refused = create(&ann, &[Permission::Admin], namespaces).await.unwrap_err();
        assert_eq!(refused.status(), 403, "{namespaces:?}: {refused:?}");
        assert!(refused.message().contains(words), "{namespaces:?}: {refused:?}");
    }
    create(&ann, &[Permission::Admin], &["ann", "TEAM"]).await.expect("the own one, and names without case");
    create(&root, &[Permission::Admin], &[]).await.expect("administrators of the registry may have them everywhere");
    let refused = server.deployment.run(&["create-token", "ann", "--permissions", "admin"]);
    assert_eq!(refused.code, Some(6), "{refused:?}");
}

#[tokio::test]
async fn a_program_that_administers_a_namespace_promotes_in_it() {
    let server = TestServer::start().await;
    let (root, ann) = organisations(&server).await;
    let program = [("namespace", "team"), ("program", "deployer"), ("permission", "admin")];
    ann.form::<()>("create_program", &program).await.unwrap();
    let answer = server.deployment.answer(&["create-token", "deployer", "--permissions", "upload,admin", "--namespaces", "team"]);
    let deployer = server.anonymous().with_token(&answer);
    assert_eq!(promote(&deployer, "team/bert").await, 200);
    assert_eq!(promote(&deployer, "others/bert").await, 404);
    grant(&root, "team", "deployer", "search").await;
    assert_eq!(promote(&deployer, "team/bert").await, 403);
}

#[tokio::test]
async fn it_manages_neither_tokens_nor_accounts_nor_the_registry() {
    let server = TestServer::start().await;
    let (root, ann) = organisations(&server).await;
    let program = [("namespace", "team"), ("program", "builder"), ("permission", "upload")];
    ann.form::<()>("create_program", &program).await.unwrap();
    for user in [&ann, &root] {
        let made = create(user, &Permission::ALL, &["team"]).await.unwrap();
        let token = server.anonymous().with_token(&made.secret);
        let new = json!({ "name": "more", "permissions": ["search"], "days": 1 });
        for (method, path, body) in [
            (Method::POST, "/tokens", new.clone()),
            (Method::POST, "/users/builder/tokens", new),
            (Method::GET, "/users/builder/tokens", json!(null)),
            (Method::PUT, "/user/password", json!({ "old": "correct horse", "new": "battery staple" })),
            (Method::POST, "/users", json!({ "name": "eve" })),
            (Method::POST, "/users/ann/disable", json!(null)),
            (Method::POST, "/invitations", json!({})),
            (Method::POST, "/organisations", json!({ "name": "mine" })),
            (Method::PUT, "/namespaces/team/quota", json!({ "quota_bytes": 1 })),
            (Method::GET, "/audit", json!(null)),
            (Method::GET, "/storage", json!(null)),
        ] {
            let request = token.request(method.clone(), &format!("/api/v1{path}"));
            let request = if body.is_null() { request } else { request.json(&body) };
            assert_eq!(request.send().await.unwrap().status(), 403, "{method} {path}");
        }
    }
}
