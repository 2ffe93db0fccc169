//! Writing revisions into folders.

use std::fs;

use crate::harness::{Deployment, Files, Random};

/// A deployment with one package: `team/bert@1.0.0`.
fn with_a_package(files: &Files) -> (Deployment, String) {
    let deployment = Deployment::new();
    files.write(&deployment.path("bert"));
    let imported = deployment.answer(&["import", "bert", "--name", "team/bert", "--version", "1.0.0"]);
    (deployment, imported)
}

#[test]
fn what_is_exported_is_what_was_imported_bit_for_bit() {
    let files = Files::various().and("model.bin", Random::seeded(3).bytes(3 << 20));
    let (deployment, imported) = with_a_package(&files);
    let id = imported.rsplit('@').next().unwrap();
    for (number, at) in
        ["", "@main", "@1.0.0", &format!("@{id}"), &format!("@{}", &id[..8]), "@refs/tags/1.0.0"].iter().enumerate()
    {
        let folder = format!("out/{number}");
        assert_eq!(deployment.answer(&["export", &format!("team/bert{at}"), &folder]), imported, "{at}");
        assert_eq!(Files::read(&deployment.path(&folder)), files, "{at}");
    }
}

#[test]
fn exported_files_are_copies_that_may_be_changed() {
    let (deployment, _) = with_a_package(&Files::various());
    deployment.answer(&["export", "team/bert", "out"]);
    fs::write(deployment.path("out/config.json"), "changed").unwrap();
    deployment.answer(&["export", "team/bert", "again"]);
    assert_eq!(Files::read(&deployment.path("again")), Files::various());
}

#[test]
fn a_folder_with_something_in_it_is_not_written_to() {
    let (deployment, _) = with_a_package(&Files::various());
    let before = Files::of("mine.txt", "mine");
    before.write(&deployment.path("out"));
    let refused = deployment.run(&["export", "team/bert", "out"]);
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.stderr.contains("is not empty: name a new one"), "{refused:?}");
    assert_eq!(Files::read(&deployment.path("out")), before);
    fs::create_dir(deployment.path("new")).unwrap();
    deployment.answer(&["export", "team/bert", "new"]);
}

#[test]
fn what_is_not_there_has_exit_code_four_and_makes_no_folder() {
    let (deployment, _) = with_a_package(&Files::various());
    for package in ["team/missing", "nobody/bert", "team/bert@2.0.0", "team/bert@0123456789012345678901234567890123456789"] {
        let missing = deployment.run(&["export", package, "out"]);
        assert_eq!(missing.code, Some(4), "{package}: {missing:?}");
        assert!(missing.stderr.contains("does not exist"), "{package}: {missing:?}");
    }
    assert!(!deployment.path("out").exists());
}

#[test]
fn what_cannot_be_exported_whole_leaves_no_half_of_it() {
    let (deployment, _) = with_a_package(&Files::various());
    fs::create_dir(deployment.path("empty")).unwrap();
    deployment.lose_blobs();
    let before = Files::read(&deployment.path(""));
    for folder in ["new", "empty"] {
        let failed = deployment.run(&["export", "team/bert", folder]);
        assert_ne!(failed.code, Some(0), "{failed:?}");
    }
    let after = Files::read(&deployment.path(""));
    assert!(!deployment.path("new").exists());
    assert_eq!(fs::read_dir(deployment.path("empty")).unwrap().count(), 0);
    let names = |files: Files| files.0.into_keys().filter(|path| !path.starts_with("data/")).collect::<Vec<_>>();
    assert_eq!(names(after), names(before), "nothing is left beside them");
}
