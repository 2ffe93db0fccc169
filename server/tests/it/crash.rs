//! `kill -9` at a hundred random moments of uploads and commits: whatever was visible or acknowledged before is there
//! afterwards, intact, and nothing needs repair.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use domain::{
    RevisionId, Sha256Digest, UploadId,
    upload::{BeginUpload, UploadState, UploadStatus},
};
use futures::future::join_all;

use crate::harness::{Client, Files, Random, Store, TestServer, Trouble};

const ROUNDS: u32 = 100;
const UPLOADERS: u64 = 3;
/// How often the completion of one upload may be interrupted before a bucket of the tests is taken for the reason: AWS assembles
/// an object wholly or not at all, that store stops in the middle when its caller is killed, and has forgotten the parts then.
const COMPLETIONS: u32 = 5;
/// The moment of the kill, in milliseconds after the uploads began.
const MOMENT: std::ops::Range<u64> = 1..120;

/// Somebody who uploads one revision after another to a package of their own, and remembers what the server acknowledged.
struct Uploader {
    client: Client,
    package: String,
    random: Random,
    /// What is being uploaded.
    current: Option<Current>,
    /// Revisions that the server said were there.
    acknowledged: Vec<RevisionId>,
    /// How many uploads were interrupted and went on where they were.
    resumed: u32,
    /// How many uploads were begun anew, for the store of the tests had lost their parts.
    given_up: u32,
}

/// An upload under way.
struct Current {
    upload: BeginUpload,
    files: Files,
    id: Option<UploadId>,
    /// Blobs whose only part the server said had arrived.
    sent: HashSet<Sha256Digest>,
    /// How often it was asked for the commit.
    completions: u32,
}

impl Uploader {
    /// Uploads until the server is gone.
    async fn until_killed(&mut self) {
        loop {
            match self.upload_one().await {
                Ok(()) => {}
                Err(Trouble::Lost { .. }) => return,
                Err(refused) => panic!("{}: {refused:?}", self.package),
            }
        }
    }

    /// Finishes what was interrupted, or uploads a new revision.
    async fn upload_one(&mut self) -> Result<(), Trouble> {
        if Store::of_this_run() == Store::S3 && self.current.as_ref().is_some_and(|current| current.completions > COMPLETIONS) {
            self.give_up().await?;
        }
        let current = self.current.get_or_insert_with(|| Current::new(&self.package, &mut self.random));
        let status = self.client.begin(&current.upload).await?;
        if current.note(&status) {
            self.resumed += 1;
        }
        for blob in status.missing.iter().filter(|blob| blob.received.is_empty()) {
            let address = self.client.addresses(status.id, blob.sha256, &[1]).await?.remove(0).url;
            self.client.put(&address, current.files.blob(&blob.sha256).to_vec()).await?;
            current.sent.insert(blob.sha256);
        }
        current.completions += 1;
        let revision = self.client.complete(status.id).await?;
        self.acknowledged.push(revision);
        self.current = None;
        Ok(())
    }

    /// Finishes what was interrupted last.
    async fn finish(&mut self) {
        let finished = self.upload_one().await;
        if let (Err(Trouble::Refused { status: 409 | 503, .. }), Store::S3) = (&finished, Store::of_this_run()) {
            self.give_up().await.unwrap();
            self.upload_one().await.expect("what was given up is begun anew");
        } else {
            finished.expect("what was interrupted last is finished");
        }
    }

    /// Gives up what is being uploaded.
    async fn give_up(&mut self) -> Result<(), Trouble> {
        if let Some(id) = self.current.as_ref().and_then(|current| current.id) {
            self.client.abort(id).await?;
        }
        self.current = None;
        self.given_up += 1;
        Ok(())
    }
}

impl Current {
    fn new(package: &str, random: &mut Random) -> Self {
        let mut files = Files::default();
        for number in 0..random.within(1..5) {
            let length = random.within(0..65_536) as usize;
            files = files.and(&format!("d{}/{number}.bin", number % 2), random.bytes(length));
        }
        Self { upload: files.upload(package, None), files, id: None, sent: HashSet::new(), completions: 0 }
    }

    /// Compares with what was known before the crash: the session is the same unless it was committed, and nothing that was
    /// acknowledged is asked for again. Answers whether something was saved.
    fn note(&mut self, status: &UploadStatus) -> bool {
        assert_eq!(status.state, UploadState::Open);
        let known = self.id.replace(status.id);
        for blob in &status.missing {
            assert!(!self.sent.contains(&blob.sha256) || blob.received == [1], "an acknowledged part was lost: {blob:?}");
        }
        known == Some(status.id) && !self.sent.is_empty()
    }
}

/// Downloads all files of the revisions that were not checked before.
async fn check(client: &Client, package: &str, acknowledged: &[RevisionId], checked: &mut HashSet<RevisionId>) {
    let history = client.history(package).await.unwrap();
    let visible: HashSet<_> = history.iter().map(|entry| entry.revision.id).collect();
    assert_eq!(visible.len(), history.len(), "{package}: no revision is there twice");
    for revision in acknowledged {
        assert!(visible.contains(revision), "{package}@{revision} was acknowledged and is gone");
    }
    if let Some(newest) = history.first() {
        let head = client.package(package, "main").await.unwrap();
        assert_eq!(head.revision.id, newest.revision.id, "{package}: the branch is at the newest revision");
    }
    for entry in history {
        if !checked.insert(entry.revision.id) {
            continue;
        }
        let at = entry.revision.id.to_string();
        let mut files = 0;
        for folder in client.tree(package, &at, "").await.unwrap() {
            for file in client.tree(package, &at, &folder.path).await.unwrap() {
                let bytes = client.file(package, &at, &file.path).await.unwrap();
                assert_eq!(Sha256Digest::of(&bytes), file.file.unwrap().sha256, "{package}@{at}/{}", file.path);
                files += 1;
            }
        }
        assert_eq!(files, entry.revision.files, "{package}@{at}");
    }
}

/// The seed: given to repeat a run, else the time.
fn seed() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
    let given = std::env::var("CRASH_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_hundred_crashes_every_visible_revision_is_intact() {
    let seed = seed();
    eprintln!("to repeat these moments: CRASH_SEED={seed}");
    let mut random = Random::seeded(seed);
    let mut server = TestServer::start().await;
    let ann = server.user("ann");
    let mut uploaders: Vec<_> = (0..UPLOADERS)
        .map(|number| Uploader {
            client: ann.clone(),
            package: format!("ann/crash-{number}"),
            random: Random::seeded(random.next()),
            current: None,
            acknowledged: Vec::new(),
            resumed: 0,
            given_up: 0,
        })
        .collect();
    let mut checked: HashMap<String, HashSet<RevisionId>> = HashMap::new();
    for _ in 0..ROUNDS {
        let moment = Duration::from_millis(random.within(MOMENT));
        let uploading = join_all(uploaders.iter_mut().map(Uploader::until_killed));
        // the delay is what is tested: the crash comes at any moment
        tokio::join!(uploading, async {
            tokio::time::sleep(moment).await;
            server.kill();
        });
        server.start_again().await;
        for uploader in &mut uploaders {
            uploader.client = uploader.client.at(&server.url);
            let checked = checked.entry(uploader.package.clone()).or_default();
            check(&uploader.client, &uploader.package, &uploader.acknowledged, checked).await;
        }
    }
    for uploader in &mut uploaders {
        uploader.finish().await;
        check(&uploader.client, &uploader.package, &uploader.acknowledged, &mut HashSet::new()).await;
    }
    let revisions: usize = uploaders.iter().map(|uploader| uploader.acknowledged.len()).sum();
    let resumed: u32 = uploaders.iter().map(|uploader| uploader.resumed).sum();
    eprintln!("{revisions} revisions were acknowledged, {resumed} uploads went on where they were");
    let given_up: u32 = uploaders.iter().map(|uploader| uploader.given_up).sum();
    assert!(given_up <= ROUNDS / 10, "{given_up} uploads were given up");
    assert!(revisions > 0 && resumed > 0, "the crashes came between uploads");
    assert!(server.stop().success());
}
