//! Comparing what is there with what was said.

use super::{ALIAS, Worker};

/// How often what was interrupted last is tried: as often as it takes to give it up, and to upload it anew.
const TRIES: u32 = 12;

impl Worker {
    /// Panics unless all that was acknowledged is there, bit for bit, and nothing else: at most the upload whose answer was lost,
    /// and that wholly. Looks anew at all revisions, or at those that it has not looked at yet.
    pub(crate) async fn check(&mut self, anew: bool) {
        self.settle().await.unwrap();
        if anew {
            self.checked.clear();
        }
        let package = self.package.clone();
        let history = self.client.history(&package).await.unwrap();
        let visible: Vec<_> = history.iter().map(|entry| entry.revision.id).collect();
        for known in &self.revisions {
            let times = visible.iter().filter(|id| **id == known.id).count();
            assert_eq!(times, 1, "{package}@{} was acknowledged and is there {times} times", known.id);
        }
        let more = visible.len() - self.revisions.len();
        let asked = self.current.as_ref().filter(|current| current.completions > 0);
        assert!(more <= usize::from(asked.is_some()), "{package}: {more} revisions that nobody asked for");
        for entry in &history {
            let known = self.revisions.iter().find(|known| known.id == entry.revision.id);
            if known.is_some() && !self.checked.insert(entry.revision.id) {
                continue;
            }
            let files = known.map_or_else(|| &asked.unwrap().files, |known| &known.files);
            let at = entry.revision.id.to_string();
            assert_eq!(entry.revision.files, files.0.len() as u64, "{package}@{at}");
            assert_eq!(self.client.download(&package, &at, files).await, *files, "{package}@{at}");
            if let Some(known) = known {
                assert_eq!(self.at(&known.version).await.unwrap(), Some(known.id), "{package}@{}", known.version);
            }
        }
        if let Some(newest) = visible.first() {
            assert_eq!(self.at("main").await.unwrap(), Some(*newest), "{package}: the branch is at the newest revision");
            assert!(self.search().await.unwrap(), "{package} is there and not found");
        }
        assert_eq!([self.at(ALIAS).await.unwrap()], self.alias[..], "{package}");
    }

    /// Finishes what was interrupted last; looks at everything once more.
    pub(crate) async fn finish(&mut self) {
        for _ in 0..TRIES {
            self.settle().await.unwrap();
            if self.current.is_none() {
                break;
            }
            match self.upload().await {
                // the store has forgotten the upload, and says something else: given up after some tries
                Err(trouble) if self.may_lose_parts && trouble.status() == 503 => {}
                uploaded => uploaded.unwrap(),
            }
        }
        assert!(self.current.is_none(), "{}: what was interrupted last is not finished", self.package);
        self.check(true).await;
    }
}
