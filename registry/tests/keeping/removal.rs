//! What a collection removes, and what it leaves alone.

use std::fs;

use bytes::Bytes;
use domain::{ErrorKind, Sha256Digest};
use registry::{Actor, Client, Collecting, NewUser, Scheduler, Tally};
use time::{Duration, OffsetDateTime};

use crate::{
    waiting::until,
    world::{World, downloads, publish, send, upload},
};

fn bytes(text: &'static str) -> Vec<Bytes> {
    vec![Bytes::from(text)]
}

#[tokio::test]
async fn looking_changes_nothing_and_removing_waits_for_the_grace_period() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    let kept = publish(&registry, "team/kept", &bytes("kept")).await;
    publish(&registry, "team/gone", &bytes("gone for good")).await;
    world.purge("message = '' AND files = 1 AND bytes = 13").await;
    let start = OffsetDateTime::now_utc();
    let gone = Tally { count: 1, bytes: 13 };
    for hours in [0, 1000] {
        let found = registry.collect_garbage(&operator, Collecting::Look, start + Duration::hours(hours)).await.unwrap();
        assert_eq!((found.blobs, found.waiting), (Tally::default(), gone), "not marked yet, {hours} h later");
    }
    for (hours, removed, waiting) in [(0, 0, 1), (23, 0, 1), (24, 1, 0), (48, 0, 0)] {
        let found = registry.collect_garbage(&operator, Collecting::Look, start + Duration::hours(hours)).await.unwrap();
        assert_eq!(found.blobs.count, removed, "would be removed after {hours} h");
        let done = registry.collect_garbage(&operator, Collecting::Remove, start + Duration::hours(hours)).await.unwrap();
        assert_eq!((done.blobs.count, done.waiting.count), (removed, waiting), "after {hours} h");
        assert_eq!(world.kept().contains(&Sha256Digest::of(b"gone for good")), waiting > 0);
    }
    downloads(&registry, "team/kept", kept, &bytes("kept")).await;
    registry.close().await;
}

#[tokio::test]
async fn what_is_needed_again_waits_a_whole_period_once_it_is_not() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    publish(&registry, "team/one", &bytes("content")).await;
    world.purge("TRUE").await;
    let start = OffsetDateTime::now_utc();
    let collect = async |hours| {
        registry.collect_garbage(&operator, Collecting::Remove, start + Duration::hours(hours)).await.unwrap().blobs.count
    };
    assert_eq!(collect(0).await, 0);
    let status = registry.begin_upload(&operator, upload("team/two", &bytes("content"))).await.unwrap();
    assert_eq!(status.missing, [], "it is counted on");
    registry.abort_upload(&operator, status.id).await.unwrap();
    assert_eq!((collect(30).await, collect(53).await, collect(54).await), (0, 0, 1));
    let status = registry.begin_upload(&operator, upload("team/two", &bytes("content"))).await.unwrap();
    assert_eq!(status.missing.len(), 1, "it is asked for again");
    registry.close().await;
}

#[tokio::test]
async fn uploads_that_nobody_goes_on_with_leave_nothing() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    publish(&registry, "team/kept", &bytes("kept")).await;
    let given_up = registry.begin_upload(&operator, upload("team/one", &bytes("sent"))).await.unwrap();
    send(&registry, &given_up, &bytes("sent")).await.unwrap();
    let start = OffsetDateTime::now_utc();
    registry.collect_garbage(&operator, Collecting::Remove, start + Duration::hours(30)).await.unwrap();
    assert_eq!(registry.upload(&operator, given_up.id).await.unwrap().state, domain::upload::UploadState::Open);
    // a week and a minute later it has expired
    for days in [8, 10] {
        registry.collect_garbage(&operator, Collecting::Remove, start + Duration::days(days)).await.unwrap();
    }
    assert_eq!(registry.upload(&operator, given_up.id).await.unwrap().state, domain::upload::UploadState::Aborted);
    assert_eq!(world.kept(), [Sha256Digest::of(b"kept")].into());
    assert!(!world.settings.data_dir.join("uploads").join(given_up.id.to_string()).exists());
    registry.close().await;
}

#[tokio::test]
async fn what_no_row_knows_goes_unless_it_is_young_or_may_be_anothers() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    let kept = publish(&registry, "team/kept", &bytes("kept")).await;
    let blobs = world.store().join("blobs");
    let hex = Sha256Digest::of(b"stray").to_hex();
    let stray = match world.settings.s3 {
        None => blobs.join(&hex[..2]).join(&hex[2..4]).join(&hex),
        Some(_) => blobs.join(&hex[..2]).join(&hex).join("0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11"),
    };
    let foreign = blobs.join("notes.txt");
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, "stray").unwrap();
    fs::write(&foreign, "somebody's").unwrap();
    let now = OffsetDateTime::now_utc();
    let young = registry.collect_garbage(&operator, Collecting::Remove, now).await.unwrap();
    assert_eq!((young.strays.count, young.is_own_store), (0, true));

    // a catalog that was put in the place of this one, by mistake
    let other = World::on(crate::engine::Engine::Sqlite, false).await;
    let mut settings = other.settings.clone();
    (settings.s3, settings.data_dir) = (world.settings.s3.clone(), world.settings.data_dir.clone());
    let mistaken = registry::Registry::open(settings).await.unwrap();
    let later = now + Duration::days(3);
    let left = mistaken.collect_garbage(&operator, Collecting::Remove, later).await.unwrap();
    assert_eq!((left.strays.count, left.is_own_store), (0, false));
    mistaken.close().await;

    let found = registry.collect_garbage(&operator, Collecting::Look, later).await.unwrap();
    assert_eq!(found.strays, Tally { count: 1, bytes: 5 });
    assert!(stray.exists());
    let removed = registry.collect_garbage(&operator, Collecting::Remove, later).await.unwrap();
    assert_eq!(removed.strays, Tally { count: 1, bytes: 5 });
    assert!(!stray.exists() && foreign.exists());
    downloads(&registry, "team/kept", kept, &bytes("kept")).await;
    registry.close().await;
}

#[tokio::test]
async fn a_server_collects_by_itself_when_the_time_has_come() {
    let mut world = World::new().await.with_grace(Duration::ZERO);
    world.settings.garbage_every = Some(Duration::hours(5));
    let registry = world.open().await;
    publish(&registry, "team/gone", &bytes("gone")).await;
    world.purge("TRUE").await;
    world.sql("INSERT INTO chores (name, begun_at) VALUES ('collect_garbage', '2020-01-01T00:00:00+00:00')".to_owned()).await;
    let scheduler = Scheduler::start(registry.clone());
    until("the garbage is collected", async || world.kept().is_empty()).await;
    scheduler.stop().await;
    registry.close().await;
}

#[tokio::test]
async fn only_administrators_collect() {
    let world = World::new().await;
    let registry = world.open().await;
    let new = NewUser { name: "ann".parse().unwrap(), password: Some("correct horse".to_owned().into()), admin: false };
    registry.create_user(&Actor::operator(), new).await.unwrap();
    let session = registry.sign_in("ann", "correct horse".to_owned().into(), &Client::default()).await.unwrap();
    let ann = registry.session_actor(&session.secret, Client::default()).await.unwrap().unwrap();
    let refused = registry.collect_garbage(&ann, Collecting::Look, OffsetDateTime::now_utc()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    registry.close().await;
}
