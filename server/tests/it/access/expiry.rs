//! What ends by itself: tokens, sessions, invitations. Time is not waited for: what is in the catalog is made older.

use domain::{
    account::CurrentUser,
    listing::Page,
    people::{CreatedInvitation, InvitationSummary, NewInvitation},
};

use crate::harness::TestServer;

#[tokio::test]
async fn an_expired_token_is_refused() {
    let server = TestServer::start().await;
    let lasting = server.user("ann");
    let secret = server.deployment.answer(&["create-token", "ann", "--days", "1", "--label", "short"]);
    let short = server.anonymous().with_token(&secret);
    let status = async || short.get("/api/v1/user").await.unwrap().status();
    assert_eq!(status().await, 200);
    server.deployment.sql("UPDATE tokens SET expires_at = '2020-01-01T00:00:00Z' WHERE name = 'short'").await;
    assert_eq!(status().await, 401);
    let refused = short.package("ann/bert", "main").await.unwrap_err();
    assert_eq!((refused.status(), refused.message()), (401, "The token is unknown, revoked or expired."));
    assert_eq!(short.get("/api/v1/packages").await.unwrap().status(), 401, "not even what anybody may");
    assert_eq!(lasting.get("/api/v1/user").await.unwrap().status(), 200, "others go on");
    let listed = server.browser("ann").await.get("/settings/tokens").await.unwrap().text().await.unwrap();
    assert!(listed.contains("Expired"), "{listed}");
}

#[tokio::test]
async fn an_expired_session_is_nobodys() {
    let server = TestServer::start().await;
    server.user("ann");
    let browser = server.browser("ann").await;
    let who = async || browser.read::<Option<CurrentUser>>("current_user", &[]).await.unwrap();
    assert!(who().await.is_some());
    server.deployment.sql("UPDATE sessions SET expires_at = '2020-01-01T00:00:00Z'").await;
    assert_eq!(who().await, None);
    assert_eq!(browser.get("/api/v1/user").await.unwrap().status(), 401);
    let page = browser.request(reqwest::Method::GET, "/settings/tokens").header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 303, "the way to sign in again");
    assert!(server.browser("ann").await.get("/api/v1/user").await.unwrap().status().is_success());
}

#[tokio::test]
async fn an_expired_invitation_makes_no_account() {
    let server = TestServer::start().await;
    server.deployment.answer(&["create-user", "root-user", "--admin", "--password", "correct horse"]);
    let root = server.browser("root-user").await;
    let new = NewInvitation { note: String::new(), admin: true, days: 1 };
    let late: CreatedInvitation = root.json("invite", "invitation", &new).await.unwrap();
    server.deployment.sql("UPDATE invitations SET expires_at = '2020-01-01T00:00:00Z'").await;
    let accept = async |invitation: &str| {
        let arguments = [("invitation", invitation), ("name", "eve"), ("password", "correct horse")];
        server.anonymous().form::<()>("accept_invitation", &arguments).await
    };
    let refused = accept(&late.secret).await.unwrap_err();
    assert_eq!(refused.status(), 404, "{refused:?}");
    assert!(refused.message().contains("has expired: ask for a new one"), "{refused:?}");
    assert_eq!(server.anonymous().sign_in("eve", "correct horse").await.err().unwrap().status(), 401);
    let waiting: Page<InvitationSummary> = root.read("invitations", &[]).await.unwrap();
    assert_eq!(waiting.items, [], "it is not shown as waiting either");
    let fresh: CreatedInvitation = root.json("invite", "invitation", &new).await.unwrap();
    accept(&fresh.secret).await.unwrap();
}
