//! Downloads are counted, however many come at once.

use bytes::Bytes;
use domain::{
    audit::AuditFilter,
    refs::RevisionSpec,
    search::{SearchQuery, Sort},
};
use futures::future::join_all;
use registry::{Actor, Registry};

use crate::world::{World, package, publish, upload};

const NAME: &str = "team/bert";

fn contents(text: &'static str) -> [Bytes; 1] {
    [Bytes::from(text)]
}

async fn download(registry: &Registry, at: &RevisionSpec, text: &'static str, start: u64) {
    let path = upload(NAME, &contents(text)).files[0].path.clone();
    let file = registry.file(&Actor::operator(), &package(NAME), at, &path).await.unwrap();
    registry.open_file(&Actor::operator(), &file, start).await.unwrap();
}

/// All packages, those that were downloaded most first.
async fn by_downloads(registry: &Registry) -> Vec<(String, u64)> {
    let query = SearchQuery { sort: Sort::Downloads, ..SearchQuery::default() };
    let page = registry.search_packages(&Actor::operator(), &query).await.unwrap();
    page.items.into_iter().map(|item| (item.package.full_name(), item.downloads)).collect()
}

#[tokio::test]
async fn packages_are_sorted_by_their_downloads() {
    let world = World::new().await;
    let registry = world.open().await;
    let at = RevisionSpec::Id(publish(&registry, NAME, &contents("content")).await);
    publish(&registry, "team/newer", &contents("other")).await;
    let expected = |bert| [(NAME.to_owned(), bert), ("team/newer".to_owned(), 0)];
    for _ in 0..20 {
        download(&registry, &at, "content", 0).await;
    }
    registry.sum_downloads().await.unwrap();
    assert_eq!(by_downloads(&registry).await, expected(20));
    // shares that were summed before are raised again
    for _ in 0..20 {
        download(&registry, &at, "content", 0).await;
    }
    registry.sum_downloads().await.unwrap();
    registry.sum_downloads().await.unwrap();
    assert_eq!(by_downloads(&registry).await, expected(40));
    registry.close().await;
}

/// The counts of the package and of a revision.
async fn counted(registry: &Registry, at: &RevisionSpec) -> (u64, u64) {
    let detail = registry.package(&Actor::operator(), &package(NAME), at).await.unwrap();
    (detail.downloads, detail.revision_downloads)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn downloads_from_everywhere_at_once_are_all_counted() {
    let world = World::new().await;
    let servers = [world.open().await, world.open().await, world.open().await];
    let old = RevisionSpec::Id(publish(&servers[0], NAME, &contents("old")).await);
    let new = RevisionSpec::Id(publish(&servers[0], NAME, &contents("new")).await);
    assert_eq!(counted(&servers[0], &new).await, (0, 0));
    let crowd = (0..60).map(|number| {
        let (registry, old, new) = (servers[number % 3].clone(), old.clone(), new.clone());
        tokio::spawn(async move {
            match number % 3 {
                0 => download(&registry, &old, "old", 0).await,
                _ => download(&registry, &new, "new", 0).await,
            }
        })
    });
    for done in join_all(crowd).await {
        done.unwrap();
    }
    // what resumes a transfer is not another one
    download(&servers[0], &new, "new", 1).await;
    assert_eq!(counted(&servers[1], &new).await, (60, 40));
    assert_eq!(counted(&servers[2], &old).await, (60, 20));
    let records =
        servers[1].audit(&Actor::operator(), &AuditFilter::parse("action", "download_file").unwrap(), None.into()).await.unwrap();
    assert_eq!(records.items.len(), 61, "each is recorded, and what resumes one as well");
    let history = servers[0].history(&Actor::operator(), &package(NAME), None.into()).await.unwrap();
    assert_eq!(history.items.iter().map(|entry| entry.downloads).collect::<Vec<_>>(), [40, 20]);

    let export = world.settings.data_dir.join("exported");
    servers[0].export(&Actor::operator(), &package(NAME), &new, export).await.unwrap();
    assert_eq!(counted(&servers[0], &new).await, (61, 41), "a whole revision is one download");
    for server in servers {
        server.close().await;
    }
}
