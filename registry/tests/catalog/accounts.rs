//! Accounts while somebody else decides about them at the same moment: on PostgreSQL, where changes wait for rows and not for each other.

use domain::ErrorKind;
use registry::{Actor, Client, Error, NewUser, Registry};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task::JoinHandle;

use crate::engine::{Engine, TestCatalog};

const PASSWORD: &str = "correct horse";

/// A catalog with the account `ann`.
async fn with_ann() -> (TestCatalog, Registry) {
    let catalog = TestCatalog::new(Engine::Postgres).await;
    let registry = catalog.open().await;
    registry.create_user(&Actor::operator(), new_user("ann")).await.unwrap();
    (catalog, registry)
}

fn new_user(name: &str) -> NewUser {
    NewUser { name: name.parse().unwrap(), password: Some(PASSWORD.to_owned().into()), admin: false }
}

/// Another server, in the middle of a change.
async fn meanwhile(catalog: &TestCatalog, statements: &str) -> PgConnection {
    let mut conn = catalog.postgres().await;
    sqlx::raw_sql(AssertSqlSafe(format!("BEGIN; {statements}"))).execute(&mut conn).await.unwrap();
    conn
}

/// Waits until a task waits for the other server, and has that one come to its end.
async fn after<T>(catalog: &TestCatalog, mut other: PgConnection, task: JoinHandle<Result<T, Error>>) -> Result<T, Error> {
    tokio::select! {
        () = catalog.until_somebody_waits() => {}
        () = async { while !task.is_finished() { tokio::task::yield_now().await } } => panic!("it did not wait"),
    }
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    task.await.unwrap()
}

async fn sign_in(registry: Registry) -> Result<registry::Session, Error> {
    registry.sign_in("ann", PASSWORD.to_owned().into(), &Client::default()).await
}

/// What an administrator may do to an account that is being used.
const DECISIONS: [&str; 2] = [
    "UPDATE users SET password_hash = 'reset', must_change_password = TRUE WHERE name = 'ann'; DELETE FROM sessions",
    "UPDATE users SET disabled_at = now() WHERE name = 'ann'; DELETE FROM sessions",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn a_sign_in_whose_password_was_changed_meanwhile_opens_no_session() {
    for decision in DECISIONS {
        let (catalog, registry) = with_ann().await;
        let other = meanwhile(&catalog, decision).await;
        let refused = after(&catalog, other, tokio::spawn(sign_in(registry.clone()))).await.err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::Unauthenticated, "{refused}");
        assert_eq!(catalog.run("UPDATE sessions SET expires_at = expires_at").await, 0, "no session is left: {decision}");
        registry.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn a_change_of_a_password_that_was_reset_meanwhile_changes_nothing() {
    for decision in DECISIONS {
        let (catalog, registry) = with_ann().await;
        let session = sign_in(registry.clone()).await.unwrap();
        let ann = registry.session_actor(&session.secret, Client::default()).await.unwrap().unwrap();
        let other = meanwhile(&catalog, decision).await;
        let changing = tokio::spawn({
            let registry = registry.clone();
            async move {
                let new = "battery staple".to_owned().into();
                registry.change_password(&ann, &session.secret, PASSWORD.to_owned().into(), new).await
            }
        });
        let refused = after(&catalog, other, changing).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
        let kept =
            "UPDATE users SET name = name WHERE password_hash = 'reset' AND must_change_password OR disabled_at IS NOT NULL";
        assert_eq!(catalog.run(kept).await, 1, "what was decided holds: {decision}");
        registry.close().await;
    }
}

/// An organisation that somebody makes at the same moment, and a namespace that an import makes.
const ORGANISATION: &str = "INSERT INTO namespaces (id, name, name_key, created_at)
     VALUES ('0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11', 'team', 'team', now());
     INSERT INTO grants (namespace_id, user_id, permission, granted_at)
     SELECT '0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11', id, 'admin', now() FROM users WHERE name = 'ann'";
const IMPORTED: &str = "INSERT INTO namespaces (id, name, name_key, created_at)
     VALUES ('0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11', 'team', 'team', now())";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn an_invitation_takes_over_no_namespace_that_is_made_at_the_same_moment() {
    for made in [ORGANISATION, IMPORTED] {
        let (catalog, registry) = with_ann().await;
        let new = domain::people::NewInvitation { note: String::new(), admin: false, days: 7 };
        let secret: secrecy::SecretString = registry.invite(&Actor::operator(), &new).await.unwrap().secret.into();
        let other = meanwhile(&catalog, made).await;
        let accepting = tokio::spawn({
            let (registry, secret) = (registry.clone(), secret.clone());
            async move {
                let password = PASSWORD.to_owned().into();
                registry.accept_invitation(&secret, "team".parse().unwrap(), password, &Client::default()).await
            }
        });
        let refused = after(&catalog, other, accepting).await.err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
        assert_eq!(catalog.run("UPDATE namespaces SET name = name WHERE name = 'team' AND owner_id IS NULL").await, 1);
        // it is not used up
        let password = PASSWORD.to_owned().into();
        registry.accept_invitation(&secret, "bob".parse().unwrap(), password, &Client::default()).await.unwrap();
        registry.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn a_new_user_takes_over_what_an_import_has_made_and_no_organisation() {
    for (made, kind) in [(ORGANISATION, Some(ErrorKind::Conflict)), (IMPORTED, None)] {
        let (catalog, registry) = with_ann().await;
        let other = meanwhile(&catalog, made).await;
        let creating = registry.clone();
        let creating = tokio::spawn(async move { creating.create_user(&Actor::operator(), new_user("team")).await });
        let done = after(&catalog, other, creating).await;
        assert_eq!(done.err().map(|refused| refused.kind()), kind);
        let owned = catalog.run("UPDATE namespaces SET name = name WHERE name = 'team' AND owner_id IS NOT NULL").await;
        assert_eq!(owned, u64::from(kind.is_none()));
        registry.close().await;
    }
}
