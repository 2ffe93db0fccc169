//! The catalog's file: made when missing, left alone when it is something else.

use std::fs;

use crate::harness::Deployment;

#[test]
fn migrating_makes_the_file() {
    let deployment = Deployment::new();
    deployment.answer(&["migrate"]);
    assert!(deployment.data().join("catalog.db").is_file());
    let elsewhere = deployment.path("elsewhere.db");
    deployment.answer(&["migrate", "--database-url", &format!("sqlite:{}", elsewhere.display())]);
    assert!(elsewhere.is_file(), "DATABASE_URL is obeyed");
}

#[test]
fn a_file_that_is_no_catalog_is_left_as_it_is() {
    let deployment = Deployment::new();
    let file = deployment.data().join("catalog.db");
    fs::create_dir_all(deployment.data()).unwrap();
    let text = "Dear diary, this is not a database. ".repeat(100);
    fs::write(&file, &text).unwrap();
    let refused = deployment.run(&["serve"]);
    assert_eq!(refused.code, Some(7), "{refused:?}");
    assert!(refused.stderr.lines().last().unwrap().contains("must be a SQLite database"), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}
