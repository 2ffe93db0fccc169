//! API tokens: shown once, limited, revoked.

use domain::account::{CreatedToken, NewToken, Permission, TokenSummary};

use crate::harness::{Client, TestServer, Trouble};

async fn create(client: &Client, name: &str, permissions: &[Permission], days: Option<u32>) -> Result<CreatedToken, Trouble> {
    client.json("create_token", "token", &NewToken { name: name.into(), permissions: permissions.to_vec(), days }).await
}

#[tokio::test]
async fn a_token_works_until_it_is_revoked() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let made = create(&ann, "laptop", &[Permission::Search, Permission::Download], Some(30)).await.unwrap();
    let laptop = server.anonymous().with_token(&made.secret);
    let listed: Vec<TokenSummary> = laptop.read("list_tokens", &[]).await.unwrap();
    let own = listed.iter().find(|token| token.id == made.token.id).unwrap();
    assert_eq!((own.name.as_str(), own.permissions.as_slice()), ("laptop", &[Permission::Search, Permission::Download][..]));
    assert_eq!(own.expires_at, Some(own.created_at + time::Duration::days(30)));
    assert!(own.last_used_at.is_some());
    let id = made.token.id.to_string();
    for _ in 0..2 {
        ann.form::<()>("revoke_token", &[("id", &id)]).await.expect("revoking twice is no error");
    }
    let refused = laptop.read::<Vec<TokenSummary>>("list_tokens", &[]).await.unwrap_err();
    assert_eq!((refused.status(), refused.message()), (401, "The token is unknown, revoked or expired."));
    let listed: Vec<TokenSummary> = ann.read("list_tokens", &[]).await.unwrap();
    assert!(listed.iter().find(|token| token.id == made.token.id).unwrap().revoked_at.is_some());
}

#[tokio::test]
async fn a_token_cannot_make_a_stronger_one() {
    let server = TestServer::start().await;
    server.user("ann");
    let weak = server.with_permissions("ann", "search");
    let refused = create(&weak, "x", &[Permission::Search, Permission::Upload], None).await.unwrap_err();
    assert_eq!(refused.status(), 403, "{refused:?}");
    create(&weak, "x", &[Permission::Search], None).await.unwrap();
    let ann = server.with_permissions("ann", "search,download,upload");
    let refused = create(&ann, "x", &[Permission::Admin], None).await.unwrap_err();
    assert_eq!(refused.status(), 403, "{refused:?}");
}

#[tokio::test]
async fn what_a_token_cannot_be_is_refused_with_the_reason() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let search = &[Permission::Search][..];
    let long = "x".repeat(65);
    for (name, permissions, days, words) in [
        ("", search, None, "1 to 64 characters"),
        ("  ", search, None, "1 to 64 characters"),
        (&long, search, None, "1 to 64 characters"),
        ("a\u{7}", search, None, "1 to 64 characters"),
        ("a", &[][..], None, "at least one permission"),
        ("a", search, Some(0), "1 to 3650 days"),
        ("a", search, Some(3651), "1 to 3650 days"),
    ] {
        let refused = create(&ann, name, permissions, days).await.unwrap_err();
        assert_eq!(refused.status(), 422, "{name:?} {days:?}: {refused:?}");
        assert!(refused.message().contains(words), "{name:?} {days:?}: {refused:?}");
    }
}

#[tokio::test]
async fn others_cannot_revoke_or_see_a_token() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.user("ann"), server.user("bob"));
    let made = create(&ann, "laptop", &[Permission::Search], None).await.unwrap();
    let refused = bob.form::<()>("revoke_token", &[("id", &made.token.id.to_string())]).await.unwrap_err();
    assert_eq!(refused.status(), 404);
    let listed: Vec<TokenSummary> = bob.read("list_tokens", &[]).await.unwrap();
    assert!(listed.iter().all(|token| token.id != made.token.id));
    server.anonymous().with_token(&made.secret).read::<Vec<TokenSummary>>("list_tokens", &[]).await.unwrap();
}
