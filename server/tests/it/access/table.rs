//! Who may do what with which package: every role, every object, every way in.

use domain::{
    account::Permission,
    listing::{PackageSummary, Page},
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Client, Files, TestServer, about};

/// What a role may do with a private, an internal and a public package of the organisation.
type Rights = [Option<Permission>; 3];

const SEARCH: Option<Permission> = Some(Permission::Search);
const DOWNLOAD: Option<Permission> = Some(Permission::Download);
const UPLOAD: Option<Permission> = Some(Permission::Upload);
const ADMIN: Option<Permission> = Some(Permission::Admin);

const OBJECTS: [&str; 3] = ["private", "internal", "public"];

/// How somebody who may not even find the package is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unseen {
    /// Asked to sign in.
    Unknown,
    /// Told that there is nothing.
    Known,
    /// Not listened to at all: the credentials are worth nothing any more.
    Never,
}

struct Role {
    name: &'static str,
    client: Client,
    unseen: Unseen,
    rights: Rights,
}

/// An organisation with a package of each visibility, and everybody who could come by.
async fn cast(server: &TestServer) -> Vec<Role> {
    let deployment = &server.deployment;
    for name in ["stranger", "searcher", "downloader", "uploader", "manager", "gone", "narrow", "elsewhere"] {
        deployment.answer(&["create-user", name, "--password", "correct horse"]);
    }
    deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let root = server.browser("root-user").await;
    root.form::<()>("create_organisation", &[("name", "team")]).await.unwrap();
    for (user, permission) in [
        ("searcher", "search"),
        ("downloader", "download"),
        ("uploader", "upload"),
        ("manager", "admin"),
        ("gone", "admin"),
        ("narrow", "admin"),
        ("elsewhere", "admin"),
    ] {
        deployment.answer(&["grant", "team", user, permission]);
    }
    for visibility in OBJECTS {
        root.publish(&format!("team/{visibility}"), None, &Files::various()).await;
        set_visibility(&root, &format!("team/{visibility}"), visibility).await;
    }
    let gone = server.with_permissions("gone", "search,download,upload");
    root.form::<()>("disable_user", &[("name", "gone")]).await.unwrap();
    let narrow = server.with_permissions("narrow", "search");
    let token = ["create-token", "elsewhere", "--permissions", "search,download,upload", "--namespaces", "elsewhere"];
    let elsewhere = server.anonymous().with_token(&deployment.answer(&token));
    let role = |name, client, unseen, rights| Role { name, client, unseen, rights };
    let mut roles = vec![
        role("anonymous", server.anonymous(), Unseen::Unknown, [None, None, DOWNLOAD]),
        role("disabled", gone, Unseen::Never, [None; 3]),
        role("unknown token", server.anonymous().with_token("mr_wrong"), Unseen::Never, [None; 3]),
        role("search token of an admin", narrow, Unseen::Known, [SEARCH; 3]),
        role("token for another namespace", elsewhere, Unseen::Known, [None, None, DOWNLOAD]),
    ];
    for (name, rights) in [
        ("stranger", [None, DOWNLOAD, DOWNLOAD]),
        ("searcher", [SEARCH, DOWNLOAD, DOWNLOAD]),
        ("downloader", [DOWNLOAD; 3]),
        ("uploader", [UPLOAD; 3]),
        ("manager", [ADMIN; 3]),
        ("root-user", [ADMIN; 3]),
    ] {
        roles.push(role(name, server.browser(name).await, Unseen::Known, rights));
    }
    roles
}

async fn set_visibility(client: &Client, package: &str, visibility: &str) {
    client.form::<()>("set_visibility", &[&about(package)[..], &[("visibility", visibility)]].concat()).await.unwrap();
}

/// Every way to a package, with the right that it takes. Those that change something come last, and change nothing that the others
/// look at.
fn ways(client: &Client, package: &str, job: &str) -> Vec<(String, Permission, RequestBuilder)> {
    let mut ways = Vec::new();
    let mut read = |function: &str, query: String| {
        let address = format!("/rpc/{function}?{query}");
        ways.push((function.to_owned(), Permission::Search, client.request(Method::GET, &address)));
    };
    let name = format!("kind=model&namespace=team&name={package}");
    for function in
        ["package", "card", "tree", "history", "scores", "brief", "jobs", "aliases", "compare", "components", "lineage", "cost"]
    {
        read(function, name.clone());
    }
    read("refs", format!("{name}&ref_kind=branch"));
    read("alias_history", format!("{name}&alias=staging"));
    read("alias_at", format!("{name}&alias=staging&moment=2026-03-01"));
    read("job", format!("id={job}"));
    for route in ["resolve/main/config.json", "archive/main", "archive/main?component=configuration", "addresses/main"] {
        let address = format!("/api/v1/models/team/{package}/{route}");
        ways.push((route.to_owned(), Permission::Download, client.request(Method::GET, &address)));
    }
    let address = format!("/rpc/compare_file?{name}&path=config.json");
    ways.push(("compare_file".to_owned(), Permission::Download, client.request(Method::GET, &address)));
    let full_name = format!("team/{package}");
    let mut form = |function: &str, needed: Permission, arguments: &[(&str, &str)]| {
        let request = client.form_request(function, &[&about(&full_name)[..], arguments].concat());
        ways.push((function.to_owned(), needed, request));
    };
    form("score_again", Permission::Upload, &[]);
    let (by_form, by_rest) = (fresh_name(), fresh_name());
    form("add_lineage", Permission::Upload, &[("relation", "derived_from"), ("target", &by_form)]);
    form("create_branch", Permission::Upload, &[("branch", "next")]);
    form("create_tag", Permission::Upload, &[("version", "1.0.0")]);
    form("move_alias", Permission::Upload, &[("alias", "staging")]);
    form("set_visibility", Permission::Admin, &[("visibility", package)]);
    form("protect_alias", Permission::Admin, &[("alias", "frozen"), ("protected", "true")]);
    form("move_alias", Permission::Admin, &[("alias", "production")]);
    form("rename_package", Permission::Admin, &[("new_namespace", "team"), ("new_name", package)]);
    ways.extend(rest_ways(client, package, job, &by_rest));
    ways
}

/// A name that nobody has said before.
fn fresh_name() -> String {
    format!("elsewhere/{}", Uuid::now_v7())
}

/// The same by REST.
fn rest_ways(client: &Client, package: &str, job: &str, ancestor: &str) -> Vec<(String, Permission, RequestBuilder)> {
    let way = |method: Method, path: String, needed| {
        let request = client.request(method.clone(), &format!("/api/v1{path}"));
        (format!("{method} {path}"), needed, request)
    };
    let at = format!("/models/team/{package}");
    let mut ways: Vec<_> = [
        "",
        "/refs",
        "/revisions",
        "/revisions/main",
        "/tree/main",
        "/card/main",
        "/report/main",
        "/jobs",
        "/components/main",
        "/lineage",
        "/cost/main",
        "/branches",
        "/branches/main",
        "/tags",
        "/aliases",
        "/aliases/x/history",
        "/aliases/x/at?moment=2026-03-01",
        "/compare?base=main",
    ]
    .iter()
    .map(|rest| way(Method::GET, format!("{at}{rest}"), Permission::Search))
    .collect();
    ways.push(way(Method::GET, format!("{at}/compare/file?base=main&path=config.json"), Permission::Download));
    ways.push(way(Method::GET, format!("/jobs/{job}"), Permission::Search));
    let main = json!({ "revision": "main" });
    let mut change = |method, rest: &str, needed, body| {
        let (name, needed, request) = way(method, format!("{at}{rest}"), needed);
        ways.push((name, needed, request.json(body)));
    };
    change(Method::PUT, "/branches/next", Permission::Upload, &main);
    change(Method::PUT, "/tags/1.0.0", Permission::Upload, &main);
    change(Method::PUT, "/aliases/staging", Permission::Upload, &main);
    change(Method::PUT, "/aliases/production", Permission::Admin, &main);
    change(Method::POST, "/jobs", Permission::Upload, &main);
    let edge = json!({ "relation": "trained_on", "target": ancestor });
    change(Method::POST, "/lineage", Permission::Upload, &edge);
    let (protected, same_name) = (json!({ "is_protected": true }), json!({ "name": package }));
    change(Method::PUT, "/aliases/frozen/protection", Permission::Admin, &protected);
    change(Method::POST, "/rename", Permission::Admin, &same_name);
    let same = json!({ "visibility": package });
    change(Method::PUT, "/visibility", Permission::Admin, &same);
    ways
}

fn expected(role: &Role, right: Option<Permission>, needed: Permission) -> u16 {
    match (role.unseen, right) {
        (Unseen::Never, _) | (Unseen::Unknown, None) => 401,
        // who may look without signing in has to do so to change something
        (Unseen::Unknown, Some(right)) if right < needed => 401,
        (Unseen::Known, None) => 404,
        (_, Some(right)) if right < needed => 403,
        (Unseen::Unknown | Unseen::Known, Some(_)) => 200,
    }
}

#[tokio::test]
async fn every_role_gets_what_it_may_from_every_package_in_every_way() {
    let server = TestServer::start().await;
    let roles = cast(&server).await;
    let root = &roles.last().unwrap().client;
    for (column, object) in OBJECTS.into_iter().enumerate() {
        let job = root.jobs(&format!("team/{object}")).await.remove(0).id.to_string();
        for role in &roles {
            for (way, needed, request) in ways(&role.client, object, &job) {
                let status = request.send().await.unwrap().status();
                // downloads lead to the bucket when there is one
                let is_answer = status.is_success() || status == 307;
                let status = if is_answer { 200 } else { status.as_u16() };
                assert_eq!(status, expected(role, role.rights[column], needed), "{} {way} {object}", role.name);
            }
            for arguments in [
                &[("params[namespace]", "team")][..],
                &[("params[q]", object)],
                &[("params[sort]", "score"), ("params[kind]", "model")],
            ] {
                let found = role.client.read::<Page<PackageSummary>>("search_packages", arguments).await;
                match found {
                    Err(refused) => assert_eq!((role.unseen == Unseen::Never, refused.status()), (true, 401), "{}", role.name),
                    Ok(found) => {
                        let is_listed = found.items.iter().any(|found| found.package.name.as_str() == object);
                        assert_eq!(is_listed, role.rights[column].is_some(), "{} finds {object} by {arguments:?}", role.name);
                    }
                }
            }
            let page = role.client.request(Method::GET, &format!("/team/{object}")).header("accept", "text/html");
            let status = page.send().await.unwrap().status().as_u16();
            let wanted = match expected(role, role.rights[column], Permission::Search) {
                401 if role.unseen == Unseen::Unknown => 303,
                other => other,
            };
            assert_eq!(status, wanted, "{} sees the page of {object}", role.name);
        }
    }
}

#[tokio::test]
async fn what_is_hidden_answers_word_for_word_like_what_is_not_there() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    ann.publish("ann/secret", None, &Files::various()).await;
    set_visibility(&server.browser("ann").await, "ann/secret", "private").await;
    for client in [bob, server.anonymous()] {
        let hidden = client.package("ann/secret", "main").await.unwrap_err();
        let missing = client.package("ann/absent", "main").await.unwrap_err();
        assert_eq!(hidden.status(), missing.status());
        assert_eq!(hidden.message().replace("secret", "absent"), missing.message());
    }
}

#[tokio::test]
async fn nobody_learns_by_uploading_what_others_keep_private() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let files = Files::of("weights.bin", "what only ann has");
    ann.publish("ann/secret", None, &files).await;
    let again = ann.begin(&files.upload("ann/other", None)).await.unwrap();
    assert_eq!(again.missing, vec![], "who has sent the bytes need not do so again");
    ann.abort(again.id).await.unwrap();
    let known = bob.begin(&files.upload("bob/known", None)).await.unwrap();
    assert_eq!(known.missing, vec![], "what may be downloaded need not be sent");
    set_visibility(&server.browser("ann").await, "ann/secret", "private").await;

    let begun = bob.begin(&files.upload("bob/copy", None)).await.unwrap();
    assert_eq!(begun.missing.len(), 1, "as if the registry did not have it");
    assert_eq!(bob.complete(begun.id).await.unwrap_err().status(), 409, "without the bytes there is no revision");
    let mut guessed = files.upload("bob/guess", None);
    guessed.files[0].size += 1;
    assert_eq!(bob.begin(&guessed).await.unwrap().missing.len(), 1, "the true size is not told either");

    let address = bob.address(begun.id, begun.missing[0].sha256, 1).await;
    bob.put(&address, "x".repeat("what only ann has".len())).await.unwrap();
    assert_eq!(bob.complete(begun.id).await.unwrap_err().status(), 409, "other bytes are no proof");
    bob.send_missing(&bob.begin(&files.upload("bob/copy", None)).await.unwrap(), &files).await.unwrap();
    bob.complete(begun.id).await.unwrap();
    assert_eq!(bob.file("bob/copy", "main", "weights.bin").await.unwrap(), b"what only ann has");
    assert_eq!(ann.file("ann/secret", "main", "weights.bin").await.unwrap(), b"what only ann has");
}
