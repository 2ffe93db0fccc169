//! Random steps of uploads, deletions, undeletions, purges and collections, one after the other, with clocks that move. A model says
//! what is needed: after every step every live revision downloads, what is deleted is hidden and kept, what was purged shows nowhere,
//! and nothing that is not needed outlives its grace period.

/// What there should be.
mod model;

use model::{Model, PACKAGES, SLOTS};
use proptest::{collection::vec, prelude::*, sample::subsequence};
use tokio::runtime::Runtime;

use crate::world::variable;

/// What somebody does.
#[derive(Clone, Debug)]
enum Step {
    Begin {
        slot: usize,
        package: usize,
        contents: Vec<usize>,
    },
    Send {
        slot: usize,
    },
    Commit {
        slot: usize,
    },
    Abort {
        slot: usize,
    },
    Delete {
        package: usize,
    },
    Undelete {
        package: usize,
    },
    /// Purges whatever is due so many hours after the beginning.
    Purge {
        hours: i64,
    },
    /// Collects after so many hours.
    Collect {
        hours: i64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begin = (0..SLOTS, 0..PACKAGES.len(), subsequence((0..6).collect::<Vec<_>>(), 1..4))
        .prop_map(|(slot, package, contents)| Step::Begin { slot, package, contents });
    let step = prop_oneof![
        4 => begin,
        4 => (0..SLOTS).prop_map(|slot| Step::Send { slot }),
        3 => (0..SLOTS).prop_map(|slot| Step::Commit { slot }),
        1 => (0..SLOTS).prop_map(|slot| Step::Abort { slot }),
        2 => (0..PACKAGES.len()).prop_map(|package| Step::Delete { package }),
        2 => (0..PACKAGES.len()).prop_map(|package| Step::Undelete { package }),
        2 => (0..40_i64).prop_map(|hours| Step::Purge { hours }),
        4 => (0..11_i64).prop_map(|hours| Step::Collect { hours }),
    ];
    vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn live_revisions_download_and_nothing_else_outlives_its_grace_period(steps in steps()) {
        Runtime::new().unwrap().block_on(async {
            let mut model = Model::new().await;
            for step in steps {
                model.take(step).await;
            }
            // what was deleted and not purged comes back whole
            for package in 0..PACKAGES.len() {
                model.take(Step::Undelete { package }).await;
            }
            // in the end all that is left is what is needed
            model.end().await;
        });
    }
}

/// `PROPTEST_CASES`, as proptest's own default has it; a bucket takes its time.
fn cases() -> u32 {
    let asked = variable("PROPTEST_CASES").and_then(|cases| cases.parse().ok());
    asked.unwrap_or(if variable("TEST_STORE").as_deref() == Some("s3") { 12 } else { 40 })
}
