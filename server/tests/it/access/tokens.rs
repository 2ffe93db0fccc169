//! API tokens: shown once, limited, revoked.

use domain::{
    account::{CreatedToken, NewToken, Permission, TokenSummary},
    listing::{PackageSummary, Page},
    upload::UploadStatus,
};

use crate::harness::{Client, Files, TestServer, Trouble};

async fn create(client: &Client, name: &str, permissions: &[Permission], days: Option<u32>) -> Result<CreatedToken, Trouble> {
    client
        .json(
            "create_token",
            "token",
            &NewToken { name: name.into(), permissions: permissions.to_vec(), days, namespaces: vec![] },
        )
        .await
}

#[tokio::test]
async fn a_token_works_until_it_is_revoked() {
    let server = TestServer::start().await;
    server.user("ann");
    let ann = server.browser("ann").await;
    let made = create(&ann, "laptop", &[Permission::Search, Permission::Download], Some(30)).await.unwrap();
    let laptop = server.anonymous().with_token(&made.secret);
    assert_eq!(laptop.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap_err().status(), 403);
    assert_eq!(laptop.get("/api/v1/models/ann/none/resolve/main/x").await.unwrap().status(), 404);
    let listed = ann.read::<Page<TokenSummary>>("list_tokens", &[]).await.unwrap().items;
    let own = listed.iter().find(|token| token.id == made.token.id).unwrap();
    assert_eq!((own.name.as_str(), own.permissions.as_slice()), ("laptop", &[Permission::Search, Permission::Download][..]));
    assert_eq!(own.expires_at, Some(own.created_at + time::Duration::days(30)));
    assert!(own.last_used_at.is_some());
    let id = made.token.id.to_string();
    for _ in 0..2 {
        ann.form::<()>("revoke_token", &[("id", &id)]).await.expect("revoking twice is no error");
    }
    let refused = laptop.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap_err();
    assert_eq!((refused.status(), refused.message()), (401, "The token is unknown, revoked or expired."));
    let listed = ann.read::<Page<TokenSummary>>("list_tokens", &[]).await.unwrap().items;
    assert!(listed.iter().find(|token| token.id == made.token.id).unwrap().revoked_at.is_some());
}

#[tokio::test]
async fn a_token_cannot_manage_tokens_so_that_revoking_it_is_the_end() {
    let server = TestServer::start().await;
    let token = server.user("ann");
    let refused = create(&token, "x", &[Permission::Search], None).await.unwrap_err();
    assert_eq!(refused.status(), 403, "{refused:?}");
    assert_eq!(token.read::<Page<TokenSummary>>("list_tokens", &[]).await.unwrap_err().status(), 403);
    let ann = server.browser("ann").await;
    let other = create(&ann, "x", &[Permission::Search], None).await.unwrap();
    let refused = token.form::<()>("revoke_token", &[("id", &other.token.id.to_string())]).await.unwrap_err();
    assert_eq!(refused.status(), 403, "{refused:?}");
    let refused = create(&ann, "x", &[Permission::Admin], None).await.unwrap_err();
    assert_eq!(refused.status(), 403, "{refused:?}");
}

#[tokio::test]
async fn what_a_token_may_not_do_is_refused_by_name() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let upload = Files::various().upload("ann/bert", None);
    let status = ann.begin(&upload).await.unwrap();
    let reader = server.with_permissions("ann", "search");
    let id = status.id.to_string();
    for refused in [
        reader.begin(&upload).await.unwrap_err(),
        reader.addresses(status.id, status.missing[0].sha256, &[1]).await.unwrap_err(),
        reader.complete(status.id).await.unwrap_err(),
        reader.form::<()>("abort_upload", &[("id", &id)]).await.unwrap_err(),
        reader.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap_err(),
    ] {
        assert_eq!((refused.status(), refused.message()), (403, "This token has no “upload” permission."));
    }
    assert_eq!(ann.begin(&upload).await.unwrap().id, status.id, "it is still open");
}

#[tokio::test]
async fn what_a_token_cannot_be_is_refused_with_the_reason() {
    let server = TestServer::start().await;
    server.user("ann");
    let ann = server.browser("ann").await;
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
    server.user("ann");
    server.user("bob");
    let (ann, bob) = (server.browser("ann").await, server.browser("bob").await);
    let made = create(&ann, "laptop", &[Permission::Search], None).await.unwrap();
    let refused = bob.form::<()>("revoke_token", &[("id", &made.token.id.to_string())]).await.unwrap_err();
    assert_eq!(refused.status(), 404);
    let listed = bob.read::<Page<TokenSummary>>("list_tokens", &[]).await.unwrap().items;
    assert!(listed.iter().all(|token| token.id != made.token.id));
    server.anonymous().with_token(&made.secret).read::<Page<PackageSummary>>("search_packages", &[]).await.unwrap();
}
