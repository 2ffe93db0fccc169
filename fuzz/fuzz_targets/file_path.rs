//! Any text as a path: what is accepted stays below the folder that it is joined to, and is the same when read again.
#![no_main]

use std::path::{Component, Path};

use domain::FilePath;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(path) = text.parse::<FilePath>() else { return };
    assert!(Path::new(path.as_str()).components().all(|part| matches!(part, Component::Normal(_))));
    assert_eq!(path.as_str().parse::<FilePath>(), Ok(path.clone()));
});
