//! Who asks: nobody, sessions, tokens, and what is worth nothing any more.

use domain::account::{CreatedToken, NewToken, Permission};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::harness::{Client, TestServer};

/// The roles that the tables have lines for.
pub(super) const ROLES: [&str; 16] = [
    "anonymous",
    // sessions of who has no right on the organisation, or one of the four
    "stranger",
    "searcher",
    "downloader",
    "uploader",
    "manager",
    // of who owns a namespace, of who administers the registry, of who manages the organisation and must change the password
    "owner",
    "root",
    "unsettled",
    // tokens of the organisation's programs: with the right to upload; with `admin`, limited to the organisation
    "program",
    "deployer",
    // tokens of the manager: to search only; for all but `admin`; for all, limited to another organisation
    "search-token",
    "upload-token",
    "elsewhere-token",
    // tokens of the administrator of the registry: for all; for all, limited to the organisation
    "root-token",
    "root-team-token",
];

const ALL: [Permission; 4] = Permission::ALL;

/// Somebody who asks.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) name: &'static str,
    /// Whether the credentials are worth nothing.
    pub(super) is_spent: bool,
    credential: Credential,
}

#[derive(Debug)]
enum Credential {
    None,
    Cookie(String),
    Token(String),
}

impl Role {
    /// A request that comes from this role. What the answer says about cookies changes nothing.
    pub(super) fn request(&self, server: &TestServer, method: Method, address: &str) -> RequestBuilder {
        let request = server.anonymous().request(method, address);
        match &self.credential {
            Credential::None => request,
            Credential::Cookie(cookie) => request.header("cookie", cookie),
            Credential::Token(token) => request.bearer_auth(token),
        }
    }
}

/// Makes the organisations `team` and `elsewhere`, and everybody who could come by.
pub(super) async fn cast(server: &TestServer, root: &Client) -> Vec<Role> {
    let deployment = &server.deployment;
    for name in ["stranger", "searcher", "downloader", "uploader", "manager", "owner", "unsettled", "gone", "victim"] {
        deployment.answer(&["create-user", name, "--password", "correct horse"]);
    }
    for (user, right) in [
        ("searcher", "search"),
        ("downloader", "download"),
        ("uploader", "upload"),
        ("manager", "admin"),
        ("unsettled", "admin"),
        ("gone", "admin"),
        ("victim", "search"),
    ] {
        grant(root, "team", user, right).await;
    }
    grant(root, "elsewhere", "manager", "admin").await;
    let mut roles = vec![Role { name: "anonymous", is_spent: false, credential: Credential::None }];
    for name in ["stranger", "searcher", "downloader", "uploader", "manager", "owner", "root"] {
        roles.push(session(server, name, "correct horse").await);
    }
    roles.push(session(server, "unsettled", &deployment.answer(&["reset-password", "unsettled"])).await);
    for (program, right, permissions, namespaces) in
        [("program", "upload", &ALL[..3], &[][..]), ("deployer", "admin", &ALL[..], &["team"][..])]
    {
        root.form::<()>("create_program", &[("namespace", "team"), ("program", program), ("permission", right)]).await.unwrap();
        roles.push(token(program, &of_program(root, program, permissions, namespaces).await));
    }
    let token_of = |user: &str, permissions: &str, more: &[&str]| {
        deployment.answer(&[&["create-token", user, "--permissions", permissions][..], more].concat())
    };
    let (most, all) = ("search,download,upload", "search,download,upload,admin");
    roles.extend([
        token("search-token", &token_of("manager", "search", &[])),
        token("upload-token", &token_of("manager", most, &[])),
        token("elsewhere-token", &token_of("manager", all, &["--namespaces", "elsewhere"])),
        token("root-token", &token_of("root", all, &[])),
        token("root-team-token", &token_of("root", all, &["--namespaces", "team"])),
    ]);
    let spent = |name, secret: &str| Role { is_spent: true, ..token(name, secret) };
    roles.push(spent("expired token", &token_of("manager", most, &["--days", "1", "--label", "expired"])));
    deployment.sql("UPDATE tokens SET expires_at = '2020-01-01T00:00:00Z' WHERE name = 'expired'").await;
    roles.push(spent("revoked token", &revoked(server).await));
    roles.push(spent("token of a disabled account", &token_of("gone", most, &[])));
    root.form::<()>("disable_user", &[("name", "gone")]).await.unwrap();
    roles.push(spent("unknown token", "mr_unknown"));
    roles
}

async fn grant(root: &Client, namespace: &str, user: &str, right: &str) {
    root.form::<()>("grant", &[("namespace", namespace), ("user", user), ("permission", right)]).await.unwrap();
}

async fn session(server: &TestServer, name: &'static str, password: &str) -> Role {
    let request = server.anonymous().form_request("sign_in", &[("name", name), ("password", password)]);
    let cookie = request.send().await.unwrap().headers()["set-cookie"].to_str().unwrap().to_owned();
    let credential = Credential::Cookie(cookie.split(';').next().unwrap().to_owned());
    Role { name, is_spent: false, credential }
}

fn token(name: &'static str, secret: &str) -> Role {
    Role { name, is_spent: false, credential: Credential::Token(secret.to_owned()) }
}

/// A token of a program, made by somebody who may.
pub(super) async fn of_program(client: &Client, program: &str, permissions: &[Permission], namespaces: &[&str]) -> String {
    let namespaces = namespaces.iter().map(|name| name.parse().unwrap()).collect();
    let new = NewToken { name: "program".into(), permissions: permissions.to_vec(), days: Some(1), namespaces };
    let request = client.request(Method::POST, "/rpc/create_program_token").json(&json!({ "program": program, "token": new }));
    let made: CreatedToken = request.send().await.unwrap().json().await.unwrap();
    made.secret
}

async fn revoked(server: &TestServer) -> String {
    let manager = server.browser("manager").await;
    let new = NewToken { name: "revoked".into(), permissions: ALL[..3].to_vec(), days: None, namespaces: vec![] };
    let made: CreatedToken = manager.json("create_token", "token", &new).await.unwrap();
    manager.form::<()>("revoke_token", &[("id", &made.token.id.to_string())]).await.unwrap();
    made.secret
}
