//! The progress of an upload, told as short stories.

use domain::upload::PartPlan;
use proptest::prelude::*;

use super::*;

fn digest(content: &str) -> Sha256Digest {
    Sha256Digest::of(content.as_bytes())
}

fn progress(files: &[(&str, u64)]) -> Progress {
    Progress::new(files.iter().map(|&(path, size)| (path.parse().unwrap(), size)))
}

/// Three files, of which two have the same content.
fn hashed() -> Progress {
    let mut progress = progress(&[("a", 40), ("b", 40), ("c", 60)]);
    progress.hashed(0, digest("x"));
    progress.hashed(1, digest("x"));
    progress.hashed(2, digest("y"));
    progress
}

fn missing(content: &str, size: u64, part_size: u64, received: &[u32]) -> MissingBlob {
    MissingBlob { sha256: digest(content), plan: PartPlan { size, part_size }, received: received.to_vec() }
}

fn states(progress: &mut Progress) -> Vec<FileState> {
    progress.snapshot(0.0).rows.into_iter().map(|row| row.state).collect()
}

#[test]
fn files_are_hashed_one_after_the_other() {
    let mut progress = progress(&[("a", 10), ("b", 20)]);
    assert_eq!(states(&mut progress), [FileState::Waiting, FileState::Waiting]);
    progress.hashed(0, digest("x"));
    progress.hashing(1, 5);
    assert_eq!(states(&mut progress), [FileState::Hashed, FileState::Hashing(5)]);
    assert_eq!(progress.snapshot(0.0).hashing, Step { done: 15, total: 30 });
    assert_eq!(progress.manifest(), None);
    progress.hashed(1, digest("y"));
    assert_eq!(progress.manifest().map(|files| files.len()), Some(2));
}

#[test]
fn what_the_registry_has_is_not_counted() {
    let mut progress = hashed();
    progress.begun(&[missing("y", 60, 30, &[])]);
    assert_eq!(states(&mut progress), [FileState::AlreadyThere, FileState::AlreadyThere, FileState::Hashed]);
    let snapshot = progress.snapshot(0.0);
    assert_eq!((snapshot.sending, snapshot.already_there), (Some(Step { done: 0, total: 60 }), (2, 80)));
}

#[test]
fn equal_files_are_sent_once_and_done_together() {
    let mut progress = hashed();
    progress.begun(&[missing("x", 40, 20, &[1]), missing("y", 60, 60, &[])]);
    progress.part_moved(&digest("x"), 2, 5);
    assert_eq!(states(&mut progress), [FileState::Sending(25), FileState::Sending(25), FileState::Hashed]);
    assert_eq!(progress.snapshot(0.0).sending, Some(Step { done: 25, total: 100 }));
    progress.part_lost(&digest("x"), 2);
    assert_eq!(progress.snapshot(0.0).sending, Some(Step { done: 20, total: 100 }));
    progress.part_done(&digest("x"), 2, 20);
    assert_eq!(states(&mut progress), [FileState::Done, FileState::Done, FileState::Hashed]);
    assert_eq!(progress.path_of(&digest("y")).map(FilePath::as_str), Some("c"));
}

#[test]
fn beginning_again_keeps_what_was_brought_apart_from_what_was_there() {
    let mut progress = hashed();
    progress.begun(&[missing("y", 60, 60, &[])]);
    progress.part_done(&digest("y"), 1, 60);
    progress.begun(&[]);
    assert_eq!(states(&mut progress), [FileState::AlreadyThere, FileState::AlreadyThere, FileState::Done]);
    progress.begun(&[missing("x", 40, 40, &[]), missing("y", 60, 60, &[])]);
    assert_eq!(progress.snapshot(0.0).sending, Some(Step { done: 0, total: 100 }), "the registry lost both");
}

#[test]
fn an_empty_file_is_sent_too() {
    let mut progress = progress(&[("empty", 0)]);
    progress.hashed(0, digest(""));
    progress.begun(&[missing("", 0, 16, &[])]);
    assert_eq!(states(&mut progress), [FileState::Hashed]);
    progress.part_moved(&digest(""), 1, 0);
    assert_eq!(states(&mut progress), [FileState::Sending(0)]);
    progress.part_done(&digest(""), 1, 0);
    assert_eq!(states(&mut progress), [FileState::Done]);
}

#[test]
fn of_many_files_the_first_and_the_moving_are_listed() {
    let mut progress = Progress::new((0..1000).map(|n| (format!("f{n}").parse().unwrap(), 1)));
    progress.hashing(700, 0);
    let snapshot = progress.snapshot(0.0);
    assert_eq!((snapshot.rows.len(), snapshot.more), (201, 799));
    assert_eq!(snapshot.rows.last().map(|row| row.index), Some(700));
}

proptest! {
    #[test]
    fn no_order_of_events_counts_a_byte_twice(events in proptest::collection::vec((0u8..3, 1u32..4, 0u64..20), 0..40)) {
        let mut progress = hashed();
        progress.begun(&[missing("y", 60, 20, &[])]);
        let mut done = std::collections::HashSet::new();
        for (event, number, bytes) in events {
            match event {
                0 if !done.contains(&number) => progress.part_moved(&digest("y"), number, bytes),
                1 => progress.part_lost(&digest("y"), number),
                _ if done.insert(number) => progress.part_done(&digest("y"), number, 20),
                _ => {}
            }
            let step = progress.snapshot(0.0).sending.unwrap();
            prop_assert!(step.done <= step.total);
            prop_assert_eq!(states(&mut progress)[2] == FileState::Done, done.len() == 3);
        }
    }
}
