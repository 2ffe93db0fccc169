//! Collections and those who count on a blob, at the same moment: one of them waits, and then sees what the other did.

use std::fs::File;

use bytes::Bytes;
use domain::Sha256Digest;
use registry::{Actor, Collecting, Registry};
use rustix::fs::{FlockOperation, flock};
use sqlx::{Connection as _, PgConnection};
use time::OffsetDateTime;
use tokio::task::JoinHandle;

use crate::{
    engine::Engine,
    waiting::until,
    world::{World, publish, upload},
};

/// Which of them a collection comes to first follows from their digests.
fn contents() -> [Bytes; 2] {
    let mut contents = ["one", "two"].map(Bytes::from);
    contents.sort_by_key(|bytes| Sha256Digest::of(bytes));
    contents
}

/// A world without any grace, with blobs that nothing needs.
async fn with_garbage(engine: Engine) -> (World, Registry) {
    let world = World::on(engine, false).await.with_grace(time::Duration::ZERO);
    let registry = world.open().await;
    publish(&registry, "team/gone", &contents()).await;
    world.purge("TRUE").await;
    (world, registry)
}

fn collect(registry: &Registry) -> JoinHandle<u64> {
    let registry = registry.clone();
    tokio::spawn(async move {
        let at = OffsetDateTime::now_utc();
        registry.collect_garbage(&Actor::operator(), Collecting::Remove, at).await.unwrap().blobs.count
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_leaves_a_shelf_to_those_who_are_about_to_tell_the_catalog() {
    let (world, registry) = with_garbage(Engine::Sqlite).await;
    let [first, second] = contents().map(|bytes| Sha256Digest::of(&bytes));
    let lock = world.store().join("blobs").join(&second.to_hex()[..2]).join(".lock");
    let shared = File::open(lock).unwrap();
    flock(&shared, FlockOperation::LockShared).unwrap();
    let collecting = collect(&registry);
    until("the first is removed", async || !world.kept().contains(&first)).await;
    assert_eq!(world.kept(), [second].into());
    let known = registry.begin_upload(&Actor::operator(), upload("team/again", &contents())).await.unwrap();
    assert_eq!(known.missing.iter().map(|blob| blob.sha256).collect::<Vec<_>>(), [first], "its row is there, too");
    drop(shared);
    assert_eq!(collecting.await.unwrap(), 1, "it was needed again in time");
    assert_eq!(world.kept(), [second].into());
    registry.close().await;
}

/// A transaction of another server.
async fn stranger(world: &World) -> PgConnection {
    let mut conn = world.catalog.postgres().await;
    sqlx::raw_sql("BEGIN").execute(&mut conn).await.unwrap();
    conn
}

/// Waits until a task waits for the stranger.
async fn waits<T>(world: &World, task: &JoinHandle<T>) {
    tokio::select! {
        () = world.catalog.until_somebody_waits() => {}
        () = async { while !task.is_finished() { tokio::task::yield_now().await } } => panic!("it did not wait"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn an_upload_that_begins_waits_for_a_collection_and_asks_for_what_it_removed() {
    let (world, registry) = with_garbage(Engine::Postgres).await;
    let mut collection = stranger(&world).await;
    sqlx::raw_sql("SELECT 1 FROM blobs FOR UPDATE; DELETE FROM blobs").execute(&mut collection).await.unwrap();
    let beginning = registry.clone();
    let beginning = tokio::spawn(async move {
        beginning.begin_upload(&Actor::operator(), upload("team/again", &contents())).await.unwrap().missing.len()
    });
    waits(&world, &beginning).await;
    sqlx::raw_sql("COMMIT").execute(&mut collection).await.unwrap();
    assert_eq!(beginning.await.unwrap(), 2, "none of it is counted on");
    collection.close().await.unwrap();
    registry.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn a_collection_waits_for_an_upload_that_begins_and_leaves_what_it_counts_on() {
    let (world, registry) = with_garbage(Engine::Postgres).await;
    let mut beginning = stranger(&world).await;
    sqlx::raw_sql(
        "INSERT INTO blob_holds SELECT '0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11', sha256, '2999-01-01' FROM blobs;
         SELECT 1 FROM blobs FOR KEY SHARE",
    )
    .execute(&mut beginning)
    .await
    .unwrap();
    let collecting = collect(&registry);
    waits(&world, &collecting).await;
    sqlx::raw_sql("COMMIT").execute(&mut beginning).await.unwrap();
    assert_eq!(collecting.await.unwrap(), 0);
    assert_eq!(world.kept().len(), 2);
    beginning.close().await.unwrap();
    registry.close().await;
}
