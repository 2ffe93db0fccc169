//! Server functions are public addresses: each refuses whoever is not signed in.

use std::{collections::BTreeSet, fs, path::Path};

use domain::{
    Sha256Digest,
    account::{NewToken, Permission},
    upload::PartRequest,
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::{Client, Files, TestServer};

const JOB: &str = "0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11";
const PACKAGE: &str = "kind=model&namespace=ann&name=bert";

/// How a function is called, with arguments that would do something.
enum Call {
    Read(String),
    Form(String),
    Json(Value),
}

/// Who may call it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    All,
    Users,
    /// Whoever has the secret.
    Holders,
}

/// Every server function of the registry.
fn functions() -> Vec<(&'static str, Open, Call)> {
    let upload = Files::various().upload("ann/bert", None);
    let part = PartRequest { upload: JOB.parse().unwrap(), sha256: Sha256Digest::of(b""), numbers: vec![1] };
    let token = NewToken { name: "t".into(), permissions: vec![Permission::Search], days: None, namespaces: vec![] };
    vec![
        ("current_user", Open::All, Call::Read(String::new())),
        ("sign_in", Open::All, Call::Form("name=ann&password=correct+horse".into())),
        ("sign_out", Open::All, Call::Form(String::new())),
        ("existing_package", Open::Users, Call::Read("kind=model&namespace=ann&name=bert".into())),
        ("search_packages", Open::All, Call::Read("params[q]=bert".into())),
        ("facet_counts", Open::All, Call::Read("params[q]=bert".into())),
        ("package", Open::Users, Call::Read(PACKAGE.into())),
        ("card", Open::Users, Call::Read(PACKAGE.into())),
        ("tree", Open::Users, Call::Read(PACKAGE.into())),
        ("history", Open::Users, Call::Read(PACKAGE.into())),
        ("scores", Open::Users, Call::Read(PACKAGE.into())),
        ("brief", Open::Users, Call::Read(PACKAGE.into())),
        ("jobs", Open::Users, Call::Read(PACKAGE.into())),
        ("job", Open::Users, Call::Read(format!("id={JOB}"))),
        ("score_again", Open::Users, Call::Form(PACKAGE.into())),
        ("cancel_job", Open::Users, Call::Form(format!("id={JOB}"))),
        ("list_tokens", Open::Users, Call::Read(String::new())),
        ("create_token", Open::Users, Call::Json(json!({ "token": token }))),
        ("revoke_token", Open::Users, Call::Form(format!("id={JOB}"))),
        ("upload_options", Open::Users, Call::Read(String::new())),
        ("begin_upload", Open::Users, Call::Json(json!({ "upload": upload }))),
        ("part_addresses", Open::Users, Call::Json(json!({ "request": part }))),
        ("complete_upload", Open::Users, Call::Form(format!("id={JOB}"))),
        ("abort_upload", Open::Users, Call::Form(format!("id={JOB}"))),
        ("open_uploads", Open::Users, Call::Read(String::new())),
        ("namespace", Open::Users, Call::Read("name=ann".into())),
        ("audit", Open::Users, Call::Read("by=actor&value=ann".into())),
        ("namespace_storage", Open::Users, Call::Read("namespace=ann".into())),
        ("set_quota", Open::Users, Call::Form("namespace=ann&quota=1+GB".into())),
        ("members", Open::Users, Call::Read("namespace=ann".into())),
        ("create_organisation", Open::Users, Call::Form("name=team".into())),
        ("grant", Open::Users, Call::Form("namespace=ann&user=ann&permission=search".into())),
        ("remove_member", Open::Users, Call::Form("namespace=ann&user=ann".into())),
        ("create_program", Open::Users, Call::Form("namespace=ann&program=builder&permission=search".into())),
        ("program_tokens", Open::Users, Call::Read("program=ann".into())),
        ("create_program_token", Open::Users, Call::Json(json!({ "program": "ann", "token": token }))),
        ("revoke_program_token", Open::Users, Call::Form(format!("program=ann&id={JOB}"))),
        ("set_visibility", Open::Users, Call::Form(format!("{PACKAGE}&visibility=public"))),
        ("users", Open::Users, Call::Read(String::new())),
        ("disable_user", Open::Users, Call::Form("name=ann".into())),
        ("enable_user", Open::Users, Call::Form("name=ann".into())),
        ("reset_password", Open::Users, Call::Form("name=ann".into())),
        ("change_password", Open::Users, Call::Form("old=correct+horse&new=battery+staple".into())),
        ("invite", Open::Users, Call::Json(json!({ "invitation": { "note": "", "admin": true, "days": 1 } }))),
        ("invitations", Open::Users, Call::Read(String::new())),
        ("revoke_invitation", Open::Users, Call::Form(format!("id={JOB}"))),
        ("accept_invitation", Open::Holders, Call::Form("invitation=x&name=eve&password=correct+horse".into())),
        ("refs", Open::Users, Call::Read(format!("{PACKAGE}&ref_kind=tag"))),
        ("create_branch", Open::Users, Call::Form(format!("{PACKAGE}&branch=next"))),
        ("delete_branch", Open::Users, Call::Form(format!("{PACKAGE}&branch=next"))),
        ("create_tag", Open::Users, Call::Form(format!("{PACKAGE}&version=1.0.0"))),
        ("aliases", Open::Users, Call::Read(PACKAGE.into())),
        ("alias_history", Open::Users, Call::Read(format!("{PACKAGE}&alias=production"))),
        ("alias_at", Open::Users, Call::Read(format!("{PACKAGE}&alias=production&moment=2026-03-01"))),
        ("move_alias", Open::Users, Call::Form(format!("{PACKAGE}&alias=production"))),
        ("roll_alias_back", Open::Users, Call::Form(format!("{PACKAGE}&alias=production"))),
        ("remove_alias", Open::Users, Call::Form(format!("{PACKAGE}&alias=production"))),
        ("protect_alias", Open::Users, Call::Form(format!("{PACKAGE}&alias=staging&protected=true"))),
        ("compare", Open::Users, Call::Read(PACKAGE.into())),
        ("compare_file", Open::Users, Call::Read(format!("{PACKAGE}&path=README.md"))),
        ("delete_package", Open::Users, Call::Form(format!("{PACKAGE}&confirmation=ann/bert"))),
        ("undelete_package", Open::Users, Call::Form(PACKAGE.into())),
        ("deleted_package", Open::Users, Call::Read(PACKAGE.into())),
        ("deleted_packages", Open::Users, Call::Read("namespace=ann".into())),
        ("rename_package", Open::Users, Call::Form(format!("{PACKAGE}&new_namespace=ann&new_name=other"))),
        ("release_name", Open::Users, Call::Form(PACKAGE.into())),
        ("components", Open::Users, Call::Read(PACKAGE.into())),
        ("lineage", Open::Users, Call::Read(PACKAGE.into())),
        ("cost", Open::Users, Call::Read(PACKAGE.into())),
        ("add_lineage", Open::Users, Call::Form(format!("{PACKAGE}&relation=derived_from&target=a%2Fb"))),
        ("remove_lineage", Open::Users, Call::Form(format!("{PACKAGE}&relation=derived_from&target=a%2Fb"))),
    ]
}

fn request(client: &Client, name: &str, call: &Call) -> RequestBuilder {
    match call {
        Call::Read(query) => client.request(Method::GET, &format!("/rpc/{name}?{query}")),
        Call::Form(body) => client
            .request(Method::POST, &format!("/rpc/{name}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.clone()),
        Call::Json(body) => client.request(Method::POST, &format!("/rpc/{name}")).json(body),
    }
}

#[test]
fn every_server_function_is_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src/api");
    let mut written = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        let endpoints = source.split("endpoint = \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        assert_eq!(
            source.matches("#[server(").count() - source.matches("#[server(default)]").count(),
            endpoints.clone().count(),
            "every function names its endpoint"
        );
        written.extend(endpoints);
    }
    let listed: BTreeSet<_> = functions().into_iter().map(|(name, ..)| name.to_owned()).collect();
    assert_eq!(listed, written, "a new function needs a line in the table");
}

#[tokio::test]
async fn nobody_may_call_what_is_for_users() {
    let server = TestServer::start().await;
    server.user("ann").publish("ann/bert", None, &Files::various()).await;
    for (name, open, call) in functions() {
        let answer = request(&server.anonymous(), name, &call).send().await.unwrap();
        match open {
            Open::All => assert_eq!(answer.status(), 200, "{name}"),
            Open::Users => {
                assert_eq!(answer.status(), 401, "{name}");
                let error: app::error::AppError = answer.json().await.unwrap();
                assert_eq!(error.kind, domain::ErrorKind::Unauthenticated, "{name}");
                assert!(error.request_id.is_some(), "{name}");
            }
            Open::Holders => assert_eq!(answer.status(), 404, "{name}"),
        }
    }
}

#[tokio::test]
async fn nobody_may_call_with_arguments_that_make_no_sense_either() {
    let server = TestServer::start().await;
    for (name, open, call) in functions() {
        let nonsense = match call {
            Call::Read(_) => Call::Read("kind=%ff&id=nonsense".into()),
            Call::Form(_) => Call::Form("kind=%ff&id=nonsense".into()),
            Call::Json(_) => Call::Json(json!({"nonsense": [1]})),
        };
        let status = request(&server.anonymous(), name, &nonsense).send().await.unwrap().status();
        let refused = status.is_client_error();
        assert!(refused || open == Open::All && status.is_success(), "{name}: {status}");
    }
}

#[tokio::test]
async fn users_without_the_right_may_read_and_change_nothing_of_others() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    ann.publish("ann/bert", None, &Files::various()).await;
    let job = ann.jobs("ann/bert").await.remove(0).id.to_string();
    for (name, arguments) in [("score_again", &crate::harness::about("ann/bert")[..]), ("cancel_job", &[("id", job.as_str())])] {
        let refused = bob.form::<domain::job::Job>(name, arguments).await.unwrap_err();
        assert_eq!(refused.status(), 403, "{name}: {refused:?}");
    }
    assert!(!bob.package("ann/bert", "main").await.unwrap().may_write);
    assert!(ann.package("ann/bert", "main").await.unwrap().may_write);
}
