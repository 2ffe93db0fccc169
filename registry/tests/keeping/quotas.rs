//! What namespaces store, each content once, and what they may.

use std::fs;

use bytes::Bytes;
use domain::{ErrorKind, NamespaceName, storage::NamespaceStorage};
use registry::{Actor, Collecting, Registry};
use time::OffsetDateTime;

use crate::{
    importing::on_main,
    world::{World, complete, package, publish, send, upload},
};

fn contents(sizes: &[usize]) -> Vec<Bytes> {
    sizes.iter().map(|size| Bytes::from("x".repeat(*size))).collect()
}

fn team() -> NamespaceName {
    "team".parse().unwrap()
}

async fn stored(registry: &Registry, namespace: &str) -> (u64, u64) {
    let storage = registry.namespace_storage(&Actor::operator(), &namespace.parse().unwrap()).await.unwrap().unwrap();
    (storage.stored_bytes, storage.logical_bytes)
}

#[tokio::test]
async fn each_content_counts_once_in_each_namespace() {
    let world = World::new().await;
    let registry = world.open().await;
    publish(&registry, "team/one", &contents(&[100, 10, 0])).await;
    assert_eq!(stored(&registry, "team").await, (110, 110));
    publish(&registry, "team/one", &contents(&[100, 10, 1])).await;
    publish(&registry, "team/two", &contents(&[100])).await;
    publish(&registry, "other/one", &contents(&[100, 7])).await;
    assert_eq!(stored(&registry, "team").await, (111, 321));
    assert_eq!(stored(&registry, "other").await, (107, 107));
    let all = registry.storage(&Actor::operator(), None.into()).await.unwrap().items;
    let names: Vec<_> = all.iter().map(|storage: &NamespaceStorage| (storage.namespace.as_str(), storage.stored_bytes)).collect();
    assert_eq!(names, [("other", 107), ("team", 111)]);
    let total = registry.total_storage(&Actor::operator()).await.unwrap();
    assert_eq!((total.blobs, total.stored_bytes), (5, 118), "what both have is there once");

    registry.rename_package(&Actor::operator(), &package("team/one"), &package("other/moved")).await.unwrap();
    assert_eq!(stored(&registry, "other").await, (118, 328));
    // what is gone is found out when garbage is collected
    world.purge("bytes = 107").await;
    registry.collect_garbage(&Actor::operator(), Collecting::Remove, OffsetDateTime::now_utc()).await.unwrap();
    assert_eq!((stored(&registry, "team").await, stored(&registry, "other").await), ((100, 100), (111, 221)));
    registry.close().await;
}

#[tokio::test]
async fn an_upload_beyond_the_quota_is_refused_before_anything_is_sent() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    publish(&registry, "team/one", &contents(&[600])).await;
    registry.set_quota(&operator, &team(), Some(1000)).await.unwrap();
    let refused = registry.begin_upload(&operator, upload("team/two", &contents(&[401]))).await.unwrap_err();
    assert_eq!((refused.kind(), refused.kind().status()), (ErrorKind::InsufficientStorage, 507));
    for words in ["“team” may store 1.00 kB", "stores 600 B", "add 401 B"] {
        assert!(refused.message().contains(words), "{refused}");
    }
    assert_eq!(registry.open_uploads(&operator, None.into()).await.unwrap().items.len(), 0, "nothing was begun");
    // what is there costs nothing, however much it is
    publish(&registry, "team/copy", &contents(&[600, 400])).await;
    assert_eq!(stored(&registry, "team").await, (1000, 1600));
    publish(&registry, "other/one", &contents(&[5000])).await;
    // below what is stored nothing is lost, and nothing comes in
    registry.set_quota(&operator, &team(), Some(1)).await.unwrap();
    publish(&registry, "team/copy-of-copy", &contents(&[400])).await;
    assert!(registry.begin_upload(&operator, upload("team/two", &contents(&[1]))).await.is_err());
    registry.set_quota(&operator, &team(), None).await.unwrap();
    publish(&registry, "team/two", &contents(&[5000])).await;
    registry.close().await;
}

#[tokio::test]
async fn of_two_uploads_that_fit_alone_the_second_is_refused_at_its_commit() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    publish(&registry, "team/one", &contents(&[100])).await;
    registry.set_quota(&operator, &team(), Some(1000)).await.unwrap();
    let begun = [contents(&[700]), contents(&[600])];
    let first = registry.begin_upload(&operator, upload("team/two", &begun[0])).await.unwrap();
    let second = registry.begin_upload(&operator, upload("team/three", &begun[1])).await.unwrap();
    for (status, bytes) in [(&first, &begun[0]), (&second, &begun[1])] {
        send(&registry, status, bytes).await.unwrap();
    }
    complete(&registry, &first).await.unwrap();
    let refused = complete(&registry, &second).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InsufficientStorage, "{refused}");
    assert_eq!(stored(&registry, "team").await, (800, 800));
    // with more room the same upload goes on where it was
    registry.set_quota(&operator, &team(), Some(2000)).await.unwrap();
    complete(&registry, &second).await.unwrap();
    assert_eq!(stored(&registry, "team").await, (1400, 1400));
    registry.close().await;
}

#[tokio::test]
async fn imports_and_packages_that_are_moved_keep_the_quota_too() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    publish(&registry, "team/one", &contents(&[100])).await;
    publish(&registry, "other/large", &contents(&[2000])).await;
    registry.set_quota(&operator, &team(), Some(1000)).await.unwrap();
    let folder = world.settings.data_dir.join("source");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("large.bin"), "y".repeat(901)).unwrap();
    let refused = registry.import(&operator, folder, &on_main(package("team/imported"))).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InsufficientStorage, "{refused}");
    let refused = registry.rename_package(&operator, &package("other/large"), &package("team/large")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InsufficientStorage, "{refused}");
    assert_eq!(stored(&registry, "team").await, (100, 100), "nothing of it is there");
    registry.close().await;
}
