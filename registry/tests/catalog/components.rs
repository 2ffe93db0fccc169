//! Components of revisions, and lists of addresses.

use std::fs;

use domain::{ErrorKind, PackageKind, PackageRef, component::Component, refs::RevisionSpec};
use registry::Actor;

use crate::{
    engine::{Engine, TestCatalog},
    importing::on_main,
};

on_both_engines!(addresses_come_in_pages_and_each_is_recorded);

/// More than two pages of weights, and as many other files between them.
const FILES: usize = 1200;

fn describe(name: &str) -> (String, &'static str) {
    (name.to_owned(), "application/octet-stream")
}

async fn addresses_come_in_pages_and_each_is_recorded(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let folder = tempfile::tempdir().unwrap();
    for number in 0..FILES {
        fs::write(folder.path().join(format!("{number:04}.bin")), "w").unwrap();
        fs::write(folder.path().join(format!("{number:04}.txt")), "t").unwrap();
    }
    let package = PackageRef::parse(PackageKind::Model, "ann/bert").unwrap();
    let operator = Actor::operator();
    registry.import(&operator, folder.path().to_owned(), &on_main(package.clone())).await.unwrap();
    let main = RevisionSpec::main();

    let sizes = registry.components(&operator, &package, &main).await.unwrap();
    let weights = sizes.iter().find(|size| size.component == Component::Weights).unwrap();
    assert_eq!((weights.files, weights.bytes, sizes[0].files), (FILES as u64, FILES as u64, 2 * FILES as u64));

    let (mut paths, mut lengths, mut cursor) = (Vec::new(), Vec::new(), None);
    loop {
        let page =
            registry.addresses(&operator, &package, &main, Component::Weights, cursor.as_deref().into(), describe).await.unwrap();
        lengths.push(page.files.items.len());
        paths.extend(page.files.items.into_iter().map(|file| file.path.to_string()));
        cursor = page.files.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(lengths, [500, 500, 200]);
    assert_eq!(paths, (0..FILES).map(|number| format!("{number:04}.bin")).collect::<Vec<_>>(), "each once, in order");
    let recorded =
        "UPDATE audit SET actor = actor WHERE action = 'download_addresses' AND object LIKE 'model/ann/bert@% weights'";
    assert_eq!(catalog.run(recorded).await, 3);

    let forged = registry.addresses(&operator, &package, &main, Component::Whole, Some("bm9uZQ").into(), describe).await;
    assert_eq!(forged.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(catalog.run(recorded).await, 3, "what is refused is no download");
}
