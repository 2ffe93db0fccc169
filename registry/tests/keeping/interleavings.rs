//! Random steps of uploads, purges and collections, one after the other, with a clock that moves. A model says what is needed: every
//! live revision downloads after every step, and nothing that is not needed outlives its grace period.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::{ErrorKind, RevisionId, Sha256Digest, upload::UploadStatus};
use proptest::{collection::vec, prelude::*, sample::subsequence};
use registry::{Actor, Collecting, Registry, Tally};
use time::{Duration, OffsetDateTime};
use tokio::runtime::Runtime;

use crate::world::{World, complete, downloads, send, upload, variable};

const GRACE: Duration = Duration::hours(12);
const LIFETIME: Duration = Duration::hours(30);
const PACKAGES: [&str; 2] = ["team/one", "team/two"];
const SLOTS: usize = 3;

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
    /// Removes the newest revision for good.
    Purge,
    /// Collects after so many hours.
    Collect {
        hours: i64,
    },
}

/// Few contents, so that uploads and revisions share them; one of them is empty.
fn content(number: usize) -> Bytes {
    Bytes::from("x".repeat(number * 3))
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begin = (0..SLOTS, 0..PACKAGES.len(), subsequence((0..6).collect::<Vec<_>>(), 1..4))
        .prop_map(|(slot, package, contents)| Step::Begin { slot, package, contents });
    let step = prop_oneof![
        4 => begin,
        4 => (0..SLOTS).prop_map(|slot| Step::Send { slot }),
        3 => (0..SLOTS).prop_map(|slot| Step::Commit { slot }),
        1 => (0..SLOTS).prop_map(|slot| Step::Abort { slot }),
        2 => Just(Step::Purge),
        4 => (0..11_i64).prop_map(|hours| Step::Collect { hours }),
    ];
    vec(step, 1..30)
}

/// An upload as the model sees it.
struct Slot {
    package: usize,
    contents: Vec<usize>,
    status: UploadStatus,
    is_sent: bool,
}

struct Model {
    world: World,
    registry: Registry,
    clock: OffsetDateTime,
    begun: OffsetDateTime,
    slots: [Option<Slot>; SLOTS],
    /// In the order in which they were made.
    live: Vec<(usize, RevisionId, Vec<usize>)>,
    /// When a collection first saw that a content was not needed.
    unneeded: BTreeMap<usize, OffsetDateTime>,
}

impl Model {
    async fn new() -> Self {
        let mut world = World::new().await.with_grace(GRACE);
        world.settings.upload_lifetime = LIFETIME;
        let begun = OffsetDateTime::now_utc();
        let registry = world.open().await;
        Self { world, registry, clock: begun, begun, slots: [const { None }; SLOTS], live: Vec::new(), unneeded: BTreeMap::new() }
    }

    fn is_needed(&self, content: usize) -> bool {
        let by_revision = self.live.iter().any(|(_, _, contents)| contents.contains(&content));
        by_revision || self.slots.iter().flatten().any(|slot| slot.contents.contains(&content))
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Begin { slot, package, contents } => self.begin(slot, package, contents).await,
            Step::Send { slot } => {
                if let Some(slot) = &mut self.slots[slot] {
                    let contents: Vec<_> = slot.contents.iter().map(|number| content(*number)).collect();
                    let status = self.registry.upload(&Actor::operator(), slot.status.id).await.unwrap();
                    send(&self.registry, &status, &contents).await.unwrap();
                    // the folder makes blobs of what has arrived by itself: a step ends when that has
                    while self.world.settings.s3.is_none()
                        && !self.registry.upload(&Actor::operator(), slot.status.id).await.unwrap().missing.is_empty()
                    {
                        tokio::task::yield_now().await;
                    }
                    slot.is_sent = true;
                }
            }
            Step::Commit { slot } => self.commit(slot).await,
            Step::Abort { slot } => {
                if let Some(slot) = self.slots[slot].take() {
                    self.registry.abort_upload(&Actor::operator(), slot.status.id).await.unwrap();
                }
            }
            Step::Purge => {
                if self.live.pop().is_some() {
                    self.world.purge("seq = (SELECT max(seq) FROM revisions)").await;
                }
            }
            Step::Collect { hours } => self.collect(Duration::hours(hours)).await,
        }
        for (package, revision, contents) in &self.live {
            let contents: Vec<_> = contents.iter().map(|number| content(*number)).collect();
            downloads(&self.registry, PACKAGES[*package], *revision, &contents).await;
        }
    }

    async fn begin(&mut self, slot: usize, package: usize, contents: Vec<usize>) {
        let is_same = |other: &Slot| (other.package, &other.contents) == (package, &contents);
        // the same upload begun again would be the same upload
        if self.slots[slot].is_some() || self.slots.iter().flatten().any(is_same) {
            return;
        }
        let bytes: Vec<_> = contents.iter().map(|number| content(*number)).collect();
        let status = self.registry.begin_upload(&Actor::operator(), upload(PACKAGES[package], &bytes)).await.unwrap();
        for number in &contents {
            self.unneeded.remove(number);
        }
        self.slots[slot] = Some(Slot { package, contents, status, is_sent: false });
    }

    async fn commit(&mut self, slot: usize) {
        let Some(upload) = &self.slots[slot] else { return };
        let mut done = complete(&self.registry, &upload.status).await;
        if done.is_err() && upload.is_sent {
            // its branch moved, by another commit or by a purge: begun again, it goes on from there
            let bytes: Vec<_> = upload.contents.iter().map(|number| content(*number)).collect();
            let begin = crate::world::upload(PACKAGES[upload.package], &bytes);
            let again = self.registry.begin_upload(&Actor::operator(), begin).await.unwrap();
            assert_eq!(again.id, upload.status.id);
            done = complete(&self.registry, &again).await;
        }
        match done {
            Ok(revision) => {
                let Some(Slot { package, contents, .. }) = self.slots[slot].take() else { return };
                if !self.live.iter().any(|(of, id, _)| (*of, *id) == (package, revision)) {
                    self.live.push((package, revision, contents));
                }
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
                assert!(!upload.is_sent, "all of it was there, and the upload was open: {error}");
            }
        }
    }

    async fn collect(&mut self, later: Duration) {
        self.clock += later;
        // parts that were sent a moment ago postpone the end by that moment
        if self.clock - self.begun > LIFETIME {
            self.slots = [const { None }; SLOTS];
        }
        let operator = Actor::operator();
        self.registry.collect_garbage(&operator, Collecting::Remove, self.clock).await.unwrap();
        let kept = self.world.kept();
        for number in 0..6 {
            if self.is_needed(number) {
                self.unneeded.remove(&number);
                continue;
            }
            let since = *self.unneeded.entry(number).or_insert(self.clock);
            let is_kept = kept.contains(&Sha256Digest::of(&content(number)));
            assert!(!is_kept || self.clock < since + GRACE, "content {number} outlives its grace period");
        }
        let left = self.registry.collect_garbage(&operator, Collecting::Look, self.clock).await.unwrap();
        assert_eq!((left.blobs, left.strays, left.folders), (Tally::default(), Tally::default(), 0), "{left:?}");
        let waiting = (0..6).filter(|number| !self.is_needed(*number) && kept.contains(&Sha256Digest::of(&content(*number))));
        assert_eq!(left.waiting.count, waiting.count() as u64, "{left:?}");
    }
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
            // in the end all that is left is what is needed
            model.slots = [const { None }; SLOTS];
            model.clock = model.clock.max(model.begun + LIFETIME + Duration::HOUR);
            model.take(Step::Collect { hours: 0 }).await;
            model.take(Step::Collect { hours: GRACE.whole_hours() }).await;
            model.registry.close().await;
        });
    }
}

/// `PROPTEST_CASES`, as proptest's own default has it; a bucket takes its time.
fn cases() -> u32 {
    let asked = variable("PROPTEST_CASES").and_then(|cases| cases.parse().ok());
    asked.unwrap_or(if variable("TEST_STORE").as_deref() == Some("s3") { 12 } else { 40 })
}
