//! Members, invitations, passwords, and attempts that are slowed down.

use domain::{
    account::{CurrentUser, Permission},
    listing::Page,
    people::{CreatedInvitation, InvitationSummary, Member, NewInvitation, UserSummary},
};
use reqwest::Method;

use crate::harness::{Client, Files, TestServer, Trouble};

async fn root(server: &TestServer) -> Client {
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    server.browser("root-user").await
}

async fn grant(client: &Client, namespace: &str, user: &str, permission: &str) -> Result<(), Trouble> {
    client.form("grant", &[("namespace", namespace), ("user", user), ("permission", permission)]).await
}

async fn remove(client: &Client, namespace: &str, user: &str) -> Result<(), Trouble> {
    client.form("remove_member", &[("namespace", namespace), ("user", user)]).await
}

#[tokio::test]
async fn an_organisation_always_keeps_an_administrator() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    server.user("ann");
    server.user("bob");
    let (ann, bob) = (server.browser("ann").await, server.browser("bob").await);
    assert_eq!(ann.form::<String>("create_organisation", &[("name", "team")]).await.unwrap_err().status(), 403);
    root.form::<String>("create_organisation", &[("name", "team")]).await.unwrap();
    for taken in ["team", "TEAM", "ann"] {
        let refused = root.form::<String>("create_organisation", &[("name", taken)]).await.unwrap_err();
        assert_eq!(refused.status(), 409, "{taken}: {refused:?}");
    }
    assert_eq!(server.deployment.run(&["create-user", "team"]).code, Some(5), "no user takes an organisation over");
    assert_eq!(grant(&ann, "team", "ann", "admin").await.unwrap_err().status(), 404);
    assert_eq!(grant(&root, "team", "nobody", "admin").await.unwrap_err().status(), 404);
    assert_eq!(grant(&root, "team", "ann", "owner").await.unwrap_err().status(), 422);
    grant(&root, "team", "ann", "admin").await.unwrap();
    grant(&ann, "team", "bob", "upload").await.expect("an administrator of the namespace is enough");
    assert_eq!(grant(&bob, "team", "bob", "admin").await.unwrap_err().status(), 403, "nobody grants more than the own right");
    server.user("carl").publish("carl/x", None, &Files::various()).await;
    bob.publish("team/bert", None, &Files::various()).await;
    remove(&root, "team", "root-user").await.expect("there is another one");
    for refused in [remove(&ann, "team", "ann").await.unwrap_err(), grant(&ann, "team", "ann", "upload").await.unwrap_err()] {
        assert_eq!(refused.status(), 409, "{refused:?}");
        assert!(refused.message().contains("only administrator"), "{refused:?}");
    }
    let own = remove(&ann, "ann", "ann").await.unwrap_err();
    assert_eq!(own.status(), 409, "{own:?}");
    remove(&bob, "team", "bob").await.expect("whoever wants to leaves");
    let members: Page<Member> = ann.read("members", &[("namespace", "team")]).await.unwrap();
    let members: Vec<_> = members.items.iter().map(|member| (member.user.as_str(), member.permission)).collect();
    assert_eq!(members, [("ann", Permission::Admin)]);
    assert_eq!(bob.read::<Page<Member>>("members", &[("namespace", "team")]).await.unwrap_err().status(), 404);
    let page = ann.get("/organisations/team").await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("Members of") && page.contains("Grant the right"), "{page}");
}

#[tokio::test]
async fn an_invitation_makes_one_account_once() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let new = NewInvitation { note: "for the new colleague".into(), admin: false, days: 7 };
    let made: CreatedInvitation = root.json("invite", "invitation", &new).await.unwrap();
    for (days, note) in [(0, String::new()), (91, String::new()), (7, "x".repeat(101))] {
        let refused = root.json::<CreatedInvitation>("invite", "invitation", &NewInvitation { note, admin: false, days }).await;
        assert_eq!(refused.unwrap_err().status(), 422);
    }
    let accept = async |name: &str, password: &str, invitation: &str| {
        let arguments = [("invitation", invitation), ("name", name), ("password", password)];
        server.anonymous().form::<()>("accept_invitation", &arguments).await
    };
    assert_eq!(server.anonymous().get(&made.path()).await.unwrap().status(), 200, "the page needs no account");
    assert_eq!(accept("ann", "correct horse", "wrong").await.unwrap_err().status(), 404);
    assert_eq!(accept("ann", "short", &made.secret).await.unwrap_err().status(), 422);
    assert_eq!(accept("root-user", "correct horse", &made.secret).await.unwrap_err().status(), 409);
    accept("ann", "correct horse", &made.secret).await.expect("what was refused has not used it up");
    assert_eq!(accept("bob", "correct horse", &made.secret).await.unwrap_err().status(), 404, "it works once");
    let ann = server.browser("ann").await;
    ann.publish("ann/bert", None, &Files::various()).await;
    assert_eq!(ann.read::<Page<UserSummary>>("users", &[]).await.unwrap_err().status(), 403);

    let second: CreatedInvitation = root.json("invite", "invitation", &new).await.unwrap();
    let waiting: Page<InvitationSummary> = root.read("invitations", &[]).await.unwrap();
    assert_eq!(waiting.items, std::slice::from_ref(&second.invitation));
    root.form::<()>("revoke_invitation", &[("id", &second.invitation.id.to_string())]).await.unwrap();
    assert_eq!(accept("bob", "correct horse", &second.secret).await.unwrap_err().status(), 404);
    let address = server.deployment.answer(&["invite", "--admin", "from the command line"]);
    let secret = address.rsplit_once("/join?invitation=").unwrap().1;
    accept("carl", "correct horse", secret).await.unwrap();
    let users: Page<UserSummary> = server.browser("carl").await.read("users", &[]).await.unwrap();
    assert!(users.items.iter().any(|user| user.name.as_str() == "ann"), "{users:?}");
    let page = root.get("/admin/users").await.unwrap().text().await.unwrap();
    assert!(page.contains("Invite somebody") && page.contains("carl"), "{page}");
}

#[tokio::test]
async fn a_disabled_account_stops_at_once_and_can_come_back() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let token = server.user("ann");
    let browser = server.browser("ann").await;
    root.form::<()>("disable_user", &[("name", "ann")]).await.unwrap();
    assert_eq!(token.package("ann/bert", "main").await.unwrap_err().status(), 401);
    assert_eq!(browser.read::<Option<CurrentUser>>("current_user", &[]).await.unwrap(), None);
    assert_eq!(server.anonymous().sign_in("ann", "correct horse").await.err().unwrap().status(), 401);
    root.form::<()>("enable_user", &[("name", "ann")]).await.unwrap();
    assert_eq!(token.package("ann/bert", "main").await.unwrap_err().status(), 404, "the token works again");
    server.browser("ann").await;
    root.form::<()>("disable_user", &[("name", "administrator")]).await.unwrap();
    let last = root.form::<()>("disable_user", &[("name", "root-user")]).await.unwrap_err();
    assert_eq!(last.status(), 409, "{last:?}");
}

#[tokio::test]
async fn a_password_that_was_given_must_be_changed_before_anything_else() {
    let server = TestServer::start().await;
    server.user("ann").publish("ann/bert", None, &Files::various()).await;
    let before = server.browser("ann").await;
    let given = server.deployment.answer(&["reset-password", "ann"]);
    assert_eq!(before.read::<Option<CurrentUser>>("current_user", &[]).await.unwrap(), None, "its sessions are over");
    let ann = server.anonymous().sign_in("ann", &given).await.unwrap();
    let refused = ann.begin(&Files::various().upload("ann/other", None)).await.unwrap_err();
    assert_eq!(refused.status(), 403);
    assert!(refused.message().contains("password of your own"), "{refused:?}");
    assert!(ann.get("/settings").await.unwrap().text().await.unwrap().contains("given to you"));
    let change = async |old: &str, new: &str| ann.form::<()>("change_password", &[("old", old), ("new", new)]).await;
    assert_eq!(change("wrong", "battery staple").await.unwrap_err().status(), 422);
    assert_eq!(change(&given, "short").await.unwrap_err().status(), 422);
    assert_eq!(change(&given, &given).await.unwrap_err().status(), 422);
    let elsewhere = server.anonymous().sign_in("ann", &given).await.unwrap();
    change(&given, "battery staple").await.unwrap();
    assert_eq!(ann.package("ann/bert", "main").await.unwrap().package.full_name(), "ann/bert");
    assert_eq!(elsewhere.read::<Option<CurrentUser>>("current_user", &[]).await.unwrap(), None, "other sessions are over");
    assert_eq!(server.anonymous().sign_in("ann", &given).await.err().unwrap().status(), 401);
    server.anonymous().sign_in("ann", "battery staple").await.unwrap();
}

#[tokio::test]
async fn a_new_password_that_could_not_be_shown_is_not_made() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    server.user("ann");
    let here = format!("{}/admin/users", server.url);
    // as a browser sends a form when JavaScript is off
    let request = root.form_request("reset_password", &[("name", "ann")]).header("accept", "text/html");
    let answer = request.header("referer", &here).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    let back = answer.headers()["location"].to_str().unwrap().strip_prefix(&*server.url).unwrap().to_owned();
    let page = root.request(Method::GET, &back).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("The answer can be shown by JavaScript only. Without it: model-registry reset-password ann"), "{page}");
    server.anonymous().sign_in("ann", "correct horse").await.unwrap();
}

#[tokio::test]
async fn guessing_gets_slower_and_says_until_when() {
    let server = TestServer::start().await;
    server.user("ann");
    server.user("bob");
    let attempt = async |name: &str, password: &str| {
        server.anonymous().form_request("sign_in", &[("name", name), ("password", password)]).send().await.unwrap()
    };
    for _ in 0..6 {
        assert_eq!(attempt("ann", "wrong horse").await.status(), 401);
    }
    for (name, password) in [("ann", "wrong horse"), ("ANN", "correct horse")] {
        let answer = attempt(name, password).await;
        assert_eq!(answer.status(), 429, "not even a right one is looked at");
        let seconds: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=8).contains(&seconds), "{seconds}");
        let error: app::error::AppError = answer.json().await.unwrap();
        assert!(error.message.starts_with("Too many attempts to sign in failed: try again in "), "{}", error.message);
    }
    assert_eq!(attempt("bob", "correct horse").await.status(), 200, "others are not kept out");
    crate::harness::eventually("the wait is over", async || {
        Some(attempt("ann", "correct horse").await.status()).filter(|status| *status == 200)
    })
    .await;
    assert_eq!(attempt("ann", "wrong horse").await.status(), 401, "success forgives");
}
