//! What there should be after each step, and comparing it with what there is.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use domain::{ErrorKind, RevisionId, Sha256Digest, refs::RevisionSpec, search::SearchQuery, upload::UploadStatus};
use registry::{Actor, Collecting, Registry, Tally};
use time::{Duration, OffsetDateTime};

use super::Step;
use crate::{
    waiting::until,
    world::{World, complete, downloads, package, send, upload},
};

const GRACE: Duration = Duration::hours(12);
const LIFETIME: Duration = Duration::hours(30);
const PURGE_AFTER: Duration = Duration::hours(20);
pub(super) const PACKAGES: [&str; 3] = ["team/one", "team/two", "ann/three"];
pub(super) const SLOTS: usize = 3;

/// Few contents, so that uploads and revisions share them; one of them is empty.
fn content(number: usize) -> Bytes {
    Bytes::from("x".repeat(number * 3))
}

/// An upload as the model sees it.
struct Slot {
    package: usize,
    contents: Vec<usize>,
    status: UploadStatus,
    is_sent: bool,
}

/// A package as the model sees it: there are no revisions of one that is not there.
#[derive(Default)]
struct Package {
    /// In the order in which they were made.
    revisions: Vec<(RevisionId, Vec<usize>)>,
    /// When it is due, while it is deleted.
    purge_at: Option<OffsetDateTime>,
}

impl Package {
    fn is_live(&self) -> bool {
        !self.revisions.is_empty() && self.purge_at.is_none()
    }
}

/// A registry, and what should be in it.
pub(super) struct Model {
    world: World,
    registry: Registry,
    clock: OffsetDateTime,
    begun: OffsetDateTime,
    slots: [Option<Slot>; SLOTS],
    packages: [Package; PACKAGES.len()],
    /// What was purged.
    gone: BTreeSet<(usize, RevisionId)>,
    /// When a collection first saw that a content was not needed.
    unneeded: BTreeMap<usize, OffsetDateTime>,
}

impl Model {
    pub(super) async fn new() -> Self {
        let mut world = World::new().await.with_grace(GRACE);
        world.settings.upload_lifetime = LIFETIME;
        world.settings.purge_after = PURGE_AFTER;
        let begun = OffsetDateTime::now_utc();
        let registry = world.open().await;
        Self {
            world,
            registry,
            clock: begun,
            begun,
            slots: [const { None }; SLOTS],
            packages: Default::default(),
            gone: BTreeSet::new(),
            unneeded: BTreeMap::new(),
        }
    }

    fn is_needed(&self, content: usize) -> bool {
        let mut revisions = self.packages.iter().flat_map(|package| &package.revisions);
        revisions.any(|(_, contents)| contents.contains(&content))
            || self.slots.iter().flatten().any(|slot| slot.contents.contains(&content))
    }

    /// Takes a step, and looks at everything.
    pub(super) async fn take(&mut self, step: Step) {
        match step {
            Step::Begin { slot, package, contents } => self.begin(slot, package, contents).await,
            Step::Send { slot } => {
                if let Some(slot) = &mut self.slots[slot] {
                    let contents: Vec<_> = slot.contents.iter().map(|number| content(*number)).collect();
                    let status = self.registry.upload(&Actor::operator(), slot.status.id).await.unwrap();
                    send(&self.registry, &status, &contents).await.unwrap();
                    // the folder makes blobs of what has arrived by itself: a step ends when that has
                    if self.world.settings.s3.is_none() {
                        until("what has arrived is a blob", async || {
                            self.registry.upload(&Actor::operator(), slot.status.id).await.unwrap().missing.is_empty()
                        })
                        .await;
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
            Step::Delete { package } => self.delete(package).await,
            Step::Undelete { package } => self.undelete(package).await,
            Step::Purge { hours } => self.purge(self.begun + Duration::hours(hours)).await,
            Step::Collect { hours } => self.collect(Duration::hours(hours)).await,
        }
        self.look().await;
    }

    /// Compares what there is with what there should be.
    async fn look(&self) {
        let operator = Actor::operator();
        let found = self.registry.search_packages(&operator, &SearchQuery::default()).await.unwrap().items;
        let found: BTreeSet<_> = found.iter().map(|found| found.package.full_name()).collect();
        let live = PACKAGES.iter().zip(&self.packages).filter(|(_, package)| package.is_live());
        assert_eq!(found, live.map(|(name, _)| (*name).to_owned()).collect());
        let kept = self.world.kept();
        for (name, package) in PACKAGES.iter().zip(&self.packages) {
            for (revision, contents) in &package.revisions {
                let digests = contents.iter().map(|number| Sha256Digest::of(&content(*number)));
                assert!(digests.into_iter().all(|digest| kept.contains(&digest)), "{name}@{revision} misses content");
                if package.is_live() {
                    let contents: Vec<_> = contents.iter().map(|number| content(*number)).collect();
                    downloads(&self.registry, name, *revision, &contents).await;
                }
            }
            let told = self.registry.deleted_package(&operator, &self::package(name)).await.unwrap();
            assert_eq!(told.map(|deleted| deleted.purge_at), package.purge_at, "{name}");
            let head = self.registry.package(&operator, &self::package(name), &RevisionSpec::main()).await;
            match head {
                Ok(detail) => assert_eq!(Some(detail.revision.id), package.revisions.last().map(|(id, _)| *id), "{name}"),
                Err(hidden) => assert_eq!((hidden.kind(), package.is_live()), (ErrorKind::NotFound, false), "{name}: {hidden}"),
            }
        }
        for (number, revision) in &self.gone {
            let at = RevisionSpec::Id(*revision);
            let shown = self.registry.package(&operator, &package(PACKAGES[*number]), &at).await;
            assert_eq!(shown.unwrap_err().kind(), ErrorKind::NotFound, "{revision} was purged");
        }
    }

    async fn delete(&mut self, number: usize) {
        let (name, model) = (PACKAGES[number], &mut self.packages[number]);
        match self.registry.delete_package(&Actor::operator(), &package(name), name).await {
            Ok(deleted) => {
                assert!(model.is_live(), "{name} was not there");
                model.purge_at = Some(deleted.purge_at);
            }
            Err(error) => assert_eq!((error.kind(), model.is_live()), (ErrorKind::NotFound, false), "{name}: {error}"),
        }
    }

    async fn undelete(&mut self, number: usize) {
        let (name, model) = (PACKAGES[number], &mut self.packages[number]);
        match self.registry.undelete_package(&Actor::operator(), &package(name)).await {
            Ok(_) => assert!(model.purge_at.take().is_some(), "{name} was not deleted"),
            Err(error) => assert_eq!((error.kind(), model.purge_at), (ErrorKind::NotFound, None), "{name}: {error}"),
        }
    }

    async fn purge(&mut self, as_of: OffsetDateTime) {
        let mut due = 0;
        for (number, package) in self.packages.iter_mut().enumerate() {
            if package.purge_at.is_some_and(|at| at <= as_of) {
                let revisions = std::mem::take(package).revisions;
                self.gone.extend(revisions.into_iter().map(|(revision, _)| (number, revision)));
                due += 1;
            }
        }
        assert_eq!(self.registry.purge_deleted(as_of).await.unwrap(), due);
    }

    async fn begin(&mut self, slot: usize, package: usize, contents: Vec<usize>) {
        let is_same = |other: &Slot| (other.package, &other.contents) == (package, &contents);
        // the same upload begun again would be the same upload
        if self.slots[slot].is_some() || self.slots.iter().flatten().any(is_same) {
            return;
        }
        let bytes: Vec<_> = contents.iter().map(|number| content(*number)).collect();
        let begun = self.registry.begin_upload(&Actor::operator(), upload(PACKAGES[package], &bytes)).await;
        if self.packages[package].purge_at.is_some() {
            assert_eq!(begun.unwrap_err().kind(), ErrorKind::Conflict, "the name of a deleted package is taken");
            return;
        }
        let status = begun.unwrap();
        for number in &contents {
            self.unneeded.remove(number);
        }
        self.slots[slot] = Some(Slot { package, contents, status, is_sent: false });
    }

    async fn commit(&mut self, slot: usize) {
        let Some(upload) = &self.slots[slot] else { return };
        let mut done = complete(&self.registry, &upload.status).await;
        let is_deleted = self.packages[upload.package].purge_at.is_some();
        if done.is_err() && upload.is_sent && !is_deleted {
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
                assert!(!is_deleted, "{revision} was added to a deleted package");
                // the same as in a package of the same name that was purged is another one
                self.gone.remove(&(package, revision));
                let revisions = &mut self.packages[package].revisions;
                if !revisions.iter().any(|(id, _)| *id == revision) {
                    revisions.push((revision, contents));
                }
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
                assert!(!upload.is_sent || is_deleted, "all of it was there, and the upload was open: {error}");
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

    /// Lets all times pass: all that is left then is what is needed.
    pub(super) async fn end(mut self) {
        self.slots = [const { None }; SLOTS];
        self.clock = self.clock.max(self.begun + LIFETIME + Duration::HOUR);
        self.take(Step::Collect { hours: 0 }).await;
        self.take(Step::Collect { hours: GRACE.whole_hours() }).await;
        self.registry.close().await;
    }
}
