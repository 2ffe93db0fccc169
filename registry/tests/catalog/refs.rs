//! Versions in their order, however many there are, and what aliases were at a moment.

use domain::{
    ErrorKind, RevisionId,
    lifecycle::{Expected, moment},
    listing::RefSummary,
    refs::{RefKind, RevisionSpec, newest_version_first},
};
use registry::{Actor, Registry};

use crate::{
    engine::{Engine, TestCatalog},
    lifecycle::{import, model, step},
};

on_both_engines!(
    versions_are_in_order_across_pages,
    tags_of_before_get_their_place,
    a_version_is_given_to_one_revision,
    branches_begin_with_main,
    what_production_was_on_a_day,
);

/// All refs of a kind of `ann/bert`, page after page.
async fn all(registry: &Registry, kind: RefKind) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let page = registry.refs_of_kind(&Actor::operator(), &model("ann/bert"), kind, cursor.as_deref().into()).await.unwrap();
        names.extend(page.items.into_iter().map(|reference| reference.name));
        cursor = page.next;
        if cursor.is_none() {
            return names;
        }
    }
}

async fn tag(registry: &Registry, version: &str, at: RevisionId) -> Result<RevisionId, registry::Error> {
    let tag = registry.create_tag(&Actor::operator(), &model("ann/bert"), &version.parse().unwrap(), &RevisionSpec::Id(at)).await;
    tag.map(|tag| tag.revision)
}

async fn versions_are_in_order_across_pages(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let revision = import(&registry, &model("ann/bert"), "content").await.unwrap();
    let mut versions: Vec<String> = ["nightly", "alpha", "v0.9.0", "0.9.0"].map(Into::into).into();
    for number in 0..110 {
        versions.push(format!("1.{number}.0"));
        versions.push(format!("1.{number}.0-rc.{}", number % 12));
    }
    // in an order that says nothing
    versions.sort_by_key(|version| domain::Sha256Digest::of(version.as_bytes()).to_hex());
    for version in &versions {
        tag(&registry, version, revision).await.unwrap();
    }
    versions.sort_by(|a, b| newest_version_first(a, b));
    assert_eq!(versions[..3], ["1.109.0", "1.109.0-rc.1", "1.108.0"]);
    assert_eq!(all(&registry, RefKind::Tag).await, versions);
    let package = registry.package(&Actor::operator(), &model("ann/bert"), &RevisionSpec::main()).await.unwrap();
    let shown: Vec<_> = package.refs.into_iter().filter(|found| found.kind == RefKind::Tag).map(|found| found.name).collect();
    assert_eq!(shown, versions[..200], "the highest, not the newest");
}

async fn tags_of_before_get_their_place(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let revision = import(&registry, &model("ann/bert"), "content").await.unwrap();
    for version in ["1.9.0", "1.10.0", "1.10.0-rc.1"] {
        tag(&registry, version, revision).await.unwrap();
    }
    registry.close().await;
    // as a catalog of before has them
    assert_eq!(catalog.run("UPDATE refs SET order_key = substr(order_key, 1, 0) WHERE kind = 'tag'").await, 3);
    assert_eq!(all(&catalog.open().await, RefKind::Tag).await, ["1.10.0", "1.10.0-rc.1", "1.9.0"]);
}

async fn a_version_is_given_to_one_revision(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let package = model("ann/bert");
    let first = import(&registry, &package, "one").await.unwrap();
    let second = import(&registry, &package, "two").await.unwrap();
    assert_eq!(tag(&registry, "1.0.0", first).await.unwrap(), first);
    assert_eq!(tag(&registry, "1.0.0", first).await.unwrap(), first, "again is no error");
    let refused = tag(&registry, "1.0.0", second).await.unwrap_err();
    assert_eq!((refused.kind(), refused.current()), (ErrorKind::Conflict, Some(first)), "{refused}");
    assert!(refused.message().contains("1.0.1"), "{refused}");
    assert_eq!(tag(&registry, "main", first).await.unwrap_err().kind(), ErrorKind::Conflict, "a branch has the name");
    tag(&registry, "0.9.0", second).await.unwrap();
    let newest = registry.existing_package(&Actor::operator(), &package).await.unwrap().unwrap();
    assert_eq!(newest.version.as_deref(), Some("1.0.0"), "the highest");
}

async fn branches_begin_with_main(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let package = model("ann/bert");
    import(&registry, &package, "one").await.unwrap();
    for branch in ["zeta", "alpha", "Main"] {
        let (name, main) = (branch.parse().unwrap(), RevisionSpec::main());
        registry.create_branch(&Actor::operator(), &package, &name, Expected::Nothing, &main).await.unwrap();
    }
    assert_eq!(all(&registry, RefKind::Branch).await, ["main", "Main", "alpha", "zeta"]);
    let refs: Vec<RefSummary> = registry.refs(&Actor::operator(), &package).await.unwrap();
    assert_eq!(refs[0].name, "main");
}

async fn what_production_was_on_a_day(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let (operator, package) = (Actor::operator(), model("ann/bert"));
    let mut revisions = Vec::new();
    for content in ["one", "two", "three"] {
        let revision = import(&registry, &package, content).await.unwrap();
        registry.move_alias(&operator, &step("production", Expected::Anything), &RevisionSpec::Id(revision)).await.unwrap();
        revisions.push(revision);
    }
    registry.remove_alias(&operator, &step("production", Expected::Anything)).await.unwrap();
    for (number, moved) in [
        "UPDATE alias_moves SET moved_at = '2026-02-20T09:30:00Z' WHERE seq = 1",
        "UPDATE alias_moves SET moved_at = '2026-03-01T00:00:00Z' WHERE seq = 2",
        "UPDATE alias_moves SET moved_at = '2026-03-01T12:00:00Z' WHERE seq = 3",
        "UPDATE alias_moves SET moved_at = '2026-03-10T00:00:00Z' WHERE seq = 4",
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(catalog.run(moved).await, 1, "{number}");
    }
    for (then, expected) in [
        ("2026-02-20", None),
        ("2026-02-20T09:29:59.999Z", None),
        ("2026-02-20T09:30:00Z", Some(revisions[0])),
        ("2026-02-28", Some(revisions[0])),
        ("2026-02-28T23:59:59Z", Some(revisions[0])),
        ("2026-03-01", Some(revisions[1])),
        ("2026-03-01T12:59:59+01:00", Some(revisions[1])),
        ("2026-03-01T13:00:00+01:00", Some(revisions[2])),
        ("2026-03-09", Some(revisions[2])),
        ("2026-03-10", None),
        ("2027-01-01", None),
    ] {
        let found = registry.alias_at(&operator, &package, &"production".parse().unwrap(), moment(then).unwrap()).await.unwrap();
        assert_eq!(found.map(|revision| revision.id), expected, "{then}");
    }
}
