//! Verifying what the store has.

use std::fs;

use domain::Sha256Digest;
use serde_json::{Value, json};

use crate::harness::{Deployment, Files, Finished};

fn verify(deployment: &Deployment, arguments: &[&str]) -> (Finished, Value) {
    let finished = deployment.run(&[&["verify", "--json"], arguments].concat());
    let told = serde_json::from_str(&finished.stdout).unwrap();
    (finished, told)
}

#[test]
fn what_is_missing_damaged_or_of_another_size_is_told_with_the_files_that_have_it() {
    let deployment = Deployment::new();
    let files = Files::of("a.txt", "first").and("b/c.txt", "second").and("d.txt", "third").and("e.txt", "fine");
    files.write(&deployment.path("files"));
    let import = deployment.answer(&["import", "files", "--name", "team/bert"]);
    let (package, revision) = import.split_once('@').unwrap();
    assert!(deployment.answer(&["verify"]).starts_with("All is well: 4 blobs"));

    let places =
        ["first", "second", "third"].map(|content| (content, deployment.blob_file(&Sha256Digest::of(content.as_bytes()))));
    for ((_, place), damage) in places.iter().zip([None, Some("secand"), Some("longer than it was")]) {
        // blobs are read-only
        fs::remove_file(place).unwrap();
        if let Some(damage) = damage {
            fs::write(place, damage).unwrap();
        }
    }
    let (finished, told) = verify(&deployment, &[]);
    assert_eq!(finished.code, Some(8), "{finished:?}");
    assert_eq!((&told["blobs"], &told["wrong"]), (&json!(4), &json!(3)), "{told}");
    for (content, path, problem) in [
        ("first", "a.txt", json!({"problem": "missing"})),
        ("second", "b/c.txt", json!({"problem": "damaged"})),
        ("third", "d.txt", json!({"problem": "wrong_size", "found": 18})),
    ] {
        let digest = Sha256Digest::of(content.as_bytes()).to_hex();
        let spoilt = told["spoilt"].as_array().unwrap().iter().find(|blob| blob["sha256"] == digest).unwrap();
        assert_eq!((&spoilt["problem"], &spoilt["found"]), (&problem["problem"], &problem["found"]), "{spoilt}");
        let file = json!([{"kind": "model", "package": package, "revision": revision, "path": path}]);
        assert_eq!(spoilt["files"], file, "{spoilt}");
    }
    let finished = deployment.run(&["verify"]);
    assert_eq!(finished.code, Some(8));
    assert!(finished.stdout.contains("missing") && finished.stdout.contains("b/c.txt"), "{finished:?}");
    assert!(finished.stderr.contains("3 of 4 blobs"), "{finished:?}");

    for (content, place) in &places {
        fs::write(place, content).unwrap();
    }
    assert_eq!(verify(&deployment, &[]).0.code, Some(0), "what is put back is well");
}
