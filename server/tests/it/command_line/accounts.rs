//! Accounts and tokens.

use domain::account::{CurrentUser, MIN_PASSWORD};

use crate::harness::{Deployment, TestServer};

#[tokio::test]
async fn a_generated_password_is_printed_and_signs_in() {
    let server = TestServer::start().await;
    let password = server.deployment.answer(&["create-user", "ann"]);
    assert!(password.len() >= MIN_PASSWORD && !password.contains('\n'), "{password}");
    let answer = server.anonymous().form_request("sign_in", &[("name", "ann"), ("password", &password)]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn administrators_may_write_everywhere() {
    let server = TestServer::start().await;
    let deployment = &server.deployment;
    assert_eq!(
        deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]),
        "",
        "a given password is not repeated"
    );
    let root = server.with_permissions("root-user", "search,download,upload,admin");
    let user: Option<CurrentUser> = root.read("current_user", &[]).await.unwrap();
    assert!(user.unwrap().admin);
    root.publish("team/bert", None, &crate::harness::Files::various()).await;
}

#[tokio::test]
async fn a_program_is_made_with_a_right_and_gets_tokens() {
    let server = TestServer::start().await;
    server.user("ann");
    server.deployment.answer(&["create-program", "ann", "builder", "upload"]);
    let builder = server.with_permissions("builder", "search,download,upload");
    builder.publish("ann/built", None, &crate::harness::Files::various()).await;
    assert_eq!(server.deployment.run(&["reset-password", "builder"]).code, Some(5), "it has no password");
}

#[test]
fn what_cannot_be_is_refused_with_its_own_exit_code() {
    let deployment = Deployment::new();
    deployment.answer(&["create-user", "ann"]);
    for (arguments, code, words) in [
        (&["create-user", "ann"][..], 5, "There is a user “ann” already"),
        (&["create-user", "ANN"], 5, "There is a user “ANN” already"),
        (&["create-user", "bob", "--password", "short"], 3, "at least 8 characters"),
        (&["create-token", "nobody"], 4, "The user “nobody” does not exist"),
        (&["create-token", "ann", "--permissions", "admin"], 6, "does not administer the registry"),
        (
            &["create-token", "ann", "--permissions", "admin", "--namespaces", "other"],
            6,
            "no right “admin” on the namespace “other”",
        ),
        (&["create-program", "other", "builder", "upload"], 4, "The namespace “other” does not exist"),
        (&["create-program", "ann", "ann", "upload"], 5, "The name “ann” is taken"),
        (&["create-program", "ann", "builder", "owner"], 2, "use search, download, upload or admin"),
        (&["create-token", "ann", "--days", "0"], 3, "1 to 3650 days"),
        (&["create-token", "ann", "--label", ""], 3, "1 to 64 characters"),
    ] {
        let finished = deployment.run(arguments);
        assert_eq!(finished.code, Some(code), "{arguments:?}: {finished:?}");
        assert!(finished.stderr.contains(words), "{arguments:?}: {finished:?}");
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
}
