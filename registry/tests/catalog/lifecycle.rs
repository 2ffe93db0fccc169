//! Aliases against a model, and what several servers do to one package at once.

use std::fs;

use domain::{
    ErrorKind, PackageKind, PackageRef, RevisionId,
    lifecycle::Expected,
    listing::Page,
    refs::{RefName, RevisionSpec},
};
use futures::future::join_all;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use registry::{Actor, AliasStep, Registry};

use crate::{
    engine::{Engine, TestCatalog},
    importing::on_main,
};

on_both_engines!(
    aliases_behave_as_their_model,
    of_many_moves_from_one_place_one_happens,
    a_package_is_either_renamed_or_deleted_first,
    every_change_is_on_record,
);

pub(crate) fn model(name: &str) -> PackageRef {
    PackageRef::parse(PackageKind::Model, name).unwrap()
}

/// Adds a revision with one file.
pub(crate) async fn import(registry: &Registry, package: &PackageRef, content: &str) -> Result<RevisionId, registry::Error> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file.txt"), content).unwrap();
    let target = on_main(package.clone());
    registry.import(&Actor::operator(), folder.path().to_owned(), &target).await.map(|imported| imported.revision)
}

pub(crate) fn step(alias: &str, expected: Expected) -> AliasStep {
    AliasStep { package: model("ann/bert"), alias: alias.parse().unwrap(), expected, reason: String::new() }
}

/// What somebody does to an alias.
#[derive(Clone, Debug)]
enum Act {
    Move(usize),
    RollBack,
    Remove,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![4 => (0_usize..3).prop_map(Act::Move), 2 => Just(Act::RollBack), 1 => Just(Act::Remove)];
    prop::collection::vec(act, 1..25)
}

async fn aliases_behave_as_their_model(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let operator = Actor::operator();
    let mut revisions = Vec::new();
    for content in ["one", "two", "three"] {
        revisions.push(import(&registry, &model("ann/bert"), content).await.unwrap());
    }
    let mut runner = TestRunner::deterministic();
    for case in 0..12 {
        let alias = format!("alias-{case}");
        let name: RefName = alias.parse().unwrap();
        // the moves, oldest first: what every answer must follow from
        let mut moves: Vec<(Option<RevisionId>, Option<RevisionId>)> = Vec::new();
        for act in acts().new_tree(&mut runner).unwrap().current() {
            let now = moves.last().and_then(|(_, to)| *to);
            let step = step(&alias, now.map_or(Expected::Nothing, Expected::Revision));
            let (done, to) = match act {
                Act::Move(number) => {
                    let id = revisions[number];
                    (
                        registry.move_alias(&operator, &step, &RevisionSpec::Id(id)).await.map(|alias| Some(alias.revision)),
                        Ok(Some(id)),
                    )
                }
                Act::RollBack => {
                    let previous = moves.last().and_then(|(from, _)| *from);
                    let expected = match (now, previous) {
                        (None, _) => Err(ErrorKind::NotFound),
                        (Some(_), None) => Err(ErrorKind::Conflict),
                        (Some(_), Some(previous)) => Ok(Some(previous)),
                    };
                    (registry.roll_alias_back(&operator, &step).await.map(|alias| Some(alias.revision)), expected)
                }
                Act::Remove => {
                    let expected = now.map(|_| None).ok_or(ErrorKind::NotFound);
                    (registry.remove_alias(&operator, &step).await.map(|()| None), expected)
                }
            };
            assert_eq!(done.map_err(|error| error.kind()), to, "{act:?} after {moves:?}");
            if let Ok(to) = to
                && to != now
            {
                moves.push((now, to));
            }
            let spec = alias.parse().unwrap();
            let shown = registry.package(&operator, &model("ann/bert"), &spec).await.map(|detail| detail.revision.id);
            assert_eq!(shown.ok(), moves.last().and_then(|(_, to)| *to), "{moves:?}");
        }
        let Page { items, next } = registry.alias_history(&operator, &model("ann/bert"), &name, None.into()).await.unwrap();
        assert_eq!(next, None);
        assert_eq!(items.iter().rev().map(|step| (step.from, step.to)).collect::<Vec<_>>(), moves);
        for entry in &items {
            let last_of_second = items.iter().find(|other| other.at == entry.at).unwrap();
            let then = registry.alias_at(&operator, &model("ann/bert"), &name, entry.at).await.unwrap();
            assert_eq!(then.map(|revision| revision.id), last_of_second.to);
        }
    }
}

async fn of_many_moves_from_one_place_one_happens(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let servers = [catalog.open().await, catalog.open().await, catalog.open().await];
    let mut revisions = Vec::new();
    for content in ["one", "two", "three", "four"] {
        revisions.push(import(&servers[0], &model("ann/bert"), content).await.unwrap());
    }
    let operator = Actor::operator();
    let first = RevisionSpec::Id(revisions[3]);
    servers[0].move_alias(&operator, &step("staging", Expected::Nothing), &first).await.unwrap();
    let seen = step("staging", Expected::Revision(revisions[3]));
    let moves = (0..9).map(|number| {
        let (server, to) = (servers[number % 3].clone(), RevisionSpec::Id(revisions[number % 3]));
        let seen = seen.clone();
        tokio::spawn(async move { server.move_alias(&Actor::operator(), &seen, &to).await })
    });
    let ended: Vec<_> = join_all(moves).await.into_iter().map(Result::unwrap).collect();
    let done: Vec<_> = ended.iter().filter_map(|end| end.as_ref().ok()).collect();
    assert_eq!(done.len(), 1, "{ended:?}");
    for error in ended.iter().filter_map(|end| end.as_ref().err()) {
        assert_eq!((error.kind(), error.current()), (ErrorKind::Outdated, Some(done[0].revision)), "{error}");
    }
    let history =
        servers[0].alias_history(&operator, &model("ann/bert"), &"staging".parse().unwrap(), None.into()).await.unwrap();
    assert_eq!(history.items.len(), 2);
}

async fn a_package_is_either_renamed_or_deleted_first(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let servers = [catalog.open().await, catalog.open().await];
    let operator = Actor::operator();
    let (old, new) = (model("ann/bert"), model("ann/albert"));
    import(&servers[0], &old, "first").await.unwrap();
    let (renamed, deleted, uploaded) = tokio::join!(
        servers[0].rename_package(&operator, &old, &new),
        servers[1].delete_package(&operator, &old, "ann/bert"),
        import(&servers[1], &old, "second"),
    );
    let now = match (renamed, deleted) {
        // deleting asks for the name that it has now
        (Ok((renamed, _)), Err(refused)) => {
            assert_eq!(refused.kind(), ErrorKind::Invalid, "{refused}");
            renamed
        }
        (Err(refused), Ok(_)) => {
            assert!(matches!(refused.kind(), ErrorKind::NotFound | ErrorKind::Conflict), "{refused}");
            servers[0].undelete_package(&operator, &old).await.unwrap()
        }
        both => panic!("{both:?}"),
    };
    let history = servers[0].history(&operator, &now, None.into()).await.unwrap();
    let expected = match uploaded {
        Ok(_) => 2,
        Err(refused) => {
            assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
            1
        }
    };
    assert_eq!(history.items.len(), expected);
}

async fn every_change_is_on_record(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    let operator = Actor::operator();
    let (old, new) = (model("ann/bert"), model("ann/albert"));
    let (main, next) = (RevisionSpec::main(), "next".parse().unwrap());
    import(&registry, &old, "one").await.unwrap();
    registry.create_branch(&operator, &old, &next, Expected::Anything, &main).await.unwrap();
    registry.delete_branch(&operator, &old, &next, Expected::Something).await.unwrap();
    registry.create_tag(&operator, &old, &"1.0.0".parse().unwrap(), &main).await.unwrap();
    registry.move_alias(&operator, &step("staging", Expected::Nothing), &main).await.unwrap();
    registry.remove_alias(&operator, &step("staging", Expected::Something)).await.unwrap();
    for protected in [true, false] {
        registry.protect_alias(&operator, &old, &"staging".parse().unwrap(), protected).await.unwrap();
    }
    registry.rename_package(&operator, &old, &new).await.unwrap();
    registry.release_name(&operator, &old).await.unwrap();
    registry.delete_package(&operator, &new, "ann/albert").await.unwrap();
    registry.undelete_package(&operator, &new).await.unwrap();
    // what changes nothing leaves none
    registry.create_tag(&operator, &new, &"1.0.0".parse().unwrap(), &main).await.unwrap();
    registry.delete_package(&operator, &new, "ann/bert").await.unwrap_err();
    for record in [
        "DELETE FROM audit WHERE action = 'create_branch' AND object = 'model/ann/bert@next'",
        "DELETE FROM audit WHERE action = 'delete_branch' AND object = 'model/ann/bert@next'",
        "DELETE FROM audit WHERE action = 'create_tag' AND object LIKE 'model/ann/bert@1.0.0 = %'",
        "DELETE FROM audit WHERE action = 'move_alias' AND object LIKE 'model/ann/bert@staging -> %'",
        "DELETE FROM audit WHERE action = 'remove_alias' AND object = 'model/ann/bert@staging'",
        "DELETE FROM audit WHERE action = 'protect_alias' AND object = 'model/ann/bert@staging'",
        "DELETE FROM audit WHERE action = 'unprotect_alias' AND object = 'model/ann/bert@staging'",
        "DELETE FROM audit WHERE action = 'rename_package' AND object = 'model/ann/bert -> ann/albert'",
        "DELETE FROM audit WHERE action = 'release_name' AND object = 'model/ann/bert'",
        "DELETE FROM audit WHERE action = 'delete_package' AND object = 'model/ann/albert'",
        "DELETE FROM audit WHERE action = 'undelete_package' AND object = 'model/ann/albert'",
        "DELETE FROM audit WHERE action = 'commit_revision'",
    ] {
        assert_eq!(catalog.run(record).await, 1, "{record}");
    }
    assert_eq!(catalog.run("DELETE FROM audit").await, 0);
}
