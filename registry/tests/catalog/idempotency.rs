//! What a server leaves of a request under a key that is killed on the way.

use domain::ErrorKind;
use registry::{Actor, Claimed, KeyClaim, NewUser, Registry};

use crate::engine::{Engine, TestCatalog};

on_both_engines!(a_change_that_happened_does_not_happen_again, a_change_that_did_not_happen_may, a_key_is_forgotten_after_a_day);

async fn claim(registry: &Registry) -> Result<KeyClaim, registry::Error> {
    match registry.claim_key(&Actor::operator(), "key", b"request").await? {
        Claimed::First(claim) => Ok(claim),
        Claimed::Answered(answer) => panic!("{answer:?}"),
    }
}

async fn create_user(registry: &Registry, claim: KeyClaim, name: &str) -> Result<(), registry::Error> {
    let new = NewUser { name: name.parse().unwrap(), password: Some("correct horse".to_owned().into()), admin: false };
    registry.create_user(&Actor::operator().under(claim), new).await.map(|_| ())
}

async fn a_change_that_happened_does_not_happen_again(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let held = claim(&registry).await.unwrap();
    create_user(&registry, held.clone(), "ann").await.unwrap();
    // killed before the answer was kept; however long ago
    catalog.run("UPDATE idempotency_keys SET claimed_at = (SELECT min(at) FROM audit)").await;
    assert_eq!(claim(&registry).await.unwrap_err().kind(), ErrorKind::Conflict);
    registry.release_key(&held).await.unwrap();
    assert_eq!(claim(&registry).await.unwrap_err().kind(), ErrorKind::Conflict, "what took effect is not released");
    // the answer comes late, and is the answer from then on
    registry.keep_answer(&held, "key", b"made").await.unwrap();
    let again = registry.claim_key(&Actor::operator(), "key", b"request").await.unwrap();
    assert_eq!(again, Claimed::Answered(b"made".to_vec()));
}

async fn a_change_that_did_not_happen_may(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let slow = claim(&registry).await.unwrap();
    assert_eq!(claim(&registry).await.unwrap_err().kind(), ErrorKind::Conflict, "nobody knows yet that it is gone");
    let of_old = match engine {
        Engine::Sqlite => "UPDATE idempotency_keys SET claimed_at = strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '-2 minutes')",
        Engine::Postgres => "UPDATE idempotency_keys SET claimed_at = now() - interval '2 minutes'",
    };
    assert_eq!(catalog.run(of_old).await, 1);
    let other = registry.claim_key(&Actor::operator(), "key", b"another request").await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Invalid, "it is the same key");
    let next = claim(&registry).await.unwrap();
    // the first was only slow: it must not happen now
    let late = create_user(&registry, slow.clone(), "ann").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Conflict, "{late}");
    registry.keep_answer(&slow, "key", b"wrong").await.unwrap();
    create_user(&registry, next.clone(), "ann").await.unwrap();
    registry.keep_answer(&next, "key", b"right").await.unwrap();
    let again = registry.claim_key(&Actor::operator(), "key", b"request").await.unwrap();
    assert_eq!(again, Claimed::Answered(b"right".to_vec()));
}

async fn a_key_is_forgotten_after_a_day(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let held = claim(&registry).await.unwrap();
    create_user(&registry, held.clone(), "ann").await.unwrap();
    registry.keep_answer(&held, "key", b"made").await.unwrap();
    let of_old = match engine {
        Engine::Sqlite => "UPDATE idempotency_keys SET claimed_at = strftime('%Y-%m-%d %H:%M:%f+00:00', 'now', '-25 hours')",
        Engine::Postgres => "UPDATE idempotency_keys SET claimed_at = now() - interval '25 hours'",
    };
    assert_eq!(catalog.run(of_old).await, 1);
    claim(&registry).await.unwrap();
}
