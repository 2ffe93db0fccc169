//! Any bytes as the files that tell a package's lineage: no panic, and never more than is allowed.
#![no_main]

use domain::{PackageKind, PackageRef, lineage};

libfuzzer_sys::fuzz_target!(|files: (&str, &[u8], &[u8], bool)| {
    let (card, config, adapter, has_gguf) = files;
    let package = PackageRef::parse(PackageKind::Model, "acme/bert").expect("a name");
    let card = domain::card::parse(card);
    let edges = lineage::edges_in_files(lineage::Sources {
        package: &package,
        front_matter: &card.front_matter,
        config: Some(config),
        adapter: Some(adapter),
        has_gguf,
    });
    assert!(edges.len() <= lineage::MAX_IN_FILES);
});
