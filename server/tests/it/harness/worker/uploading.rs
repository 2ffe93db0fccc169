//! Uploads that are interrupted and gone on with.

use std::collections::HashSet;

use domain::{
    RevisionId, Sha256Digest, UploadId,
    upload::{BeginUpload, UploadState, UploadStatus},
};

use super::{Known, Worker};
use crate::harness::{Files, Random, Trouble};

/// How often the completion of one upload may be interrupted before the store is taken for the reason: the server waits longer
/// for parts that the store has forgotten than it lives.
const COMPLETIONS: u32 = 5;

/// An upload under way.
pub(super) struct Current {
    pub(super) files: Files,
    /// How often it was asked for the commit.
    pub(super) completions: u32,
    upload: BeginUpload,
    id: Option<UploadId>,
    /// Blobs whose only part the store said had arrived.
    sent: HashSet<Sha256Digest>,
}

impl Worker {
    /// Finishes what was interrupted, or uploads a new revision.
    pub(super) async fn upload(&mut self) -> Result<(), Trouble> {
        if self.may_lose_parts && self.current.as_ref().is_some_and(|current| current.completions > COMPLETIONS) {
            self.give_up().await?;
        }
        let version = format!("{}.0.0", self.revisions.len() + 1);
        let current = self.current.get_or_insert_with(|| Current::new(&self.package, &version, &mut self.random));
        let status = self.client.begin(&current.upload).await?;
        if let UploadState::Committed { revision } = status.state {
            assert!(current.completions > 0, "{}: committed before anybody asked for it", self.package);
            self.note(revision, version);
            return Ok(());
        }
        if self.may_lose_parts && current.completions > 0 {
            self.lost += current.forget_lost(&status);
        }
        if current.was_resumed(&status) {
            self.resumed += 1;
        }
        for blob in status.missing.iter().filter(|blob| blob.received.is_empty()) {
            let address = self.client.addresses(status.id, blob.sha256, &[1]).await?.remove(0).url;
            self.client.put(&address, current.files.blob(&blob.sha256).to_vec()).await?;
            current.sent.insert(blob.sha256);
        }
        current.completions += 1;
        match self.client.complete(status.id).await {
            Err(trouble) if trouble.status() == 409 && self.may_lose_parts => {
                current.sent.clear();
                self.lost += 1;
                Ok(())
            }
            completed => {
                self.note(completed?, version);
                Ok(())
            }
        }
    }

    fn note(&mut self, id: RevisionId, version: String) {
        if let Some(current) = self.current.take() {
            self.revisions.push(Known { id, version, files: current.files });
        }
    }

    async fn give_up(&mut self) -> Result<(), Trouble> {
        let Some(current) = &self.current else { return Ok(()) };
        if let Some(id) = current.id {
            match self.client.abort(id).await {
                // the last completion succeeded all the same
                Err(trouble) if trouble.status() == 409 => return Ok(()),
                aborted => aborted?,
            }
        }
        self.current = None;
        self.lost += 1;
        Ok(())
    }
}

impl Current {
    fn new(package: &str, version: &str, random: &mut Random) -> Self {
        let mut files = Files::default();
        for number in 0..random.within(1..5) {
            let length = random.within(0..65_536) as usize;
            files = files.and(&format!("d{}/{number}.bin", number % 2), random.bytes(length));
        }
        let upload = files.upload(package, Some(version));
        Self { files, completions: 0, upload, id: None, sent: HashSet::new() }
    }

    /// Takes for lost what the store says has not arrived, once it was asked to assemble it; how many parts.
    fn forget_lost(&mut self, status: &UploadStatus) -> u32 {
        let lost = status.missing.iter().filter(|blob| blob.received.is_empty());
        lost.map(|blob| u32::from(self.sent.remove(&blob.sha256))).sum()
    }

    /// Compares with what was known before the interruption: the session is the same, and nothing that was acknowledged is asked
    /// for again. Answers whether something was saved.
    fn was_resumed(&mut self, status: &UploadStatus) -> bool {
        assert_eq!(status.state, UploadState::Open);
        let known = self.id.replace(status.id);
        assert!(known.is_none_or(|known| known == status.id), "the upload was forgotten");
        for blob in &status.missing {
            assert!(!self.sent.contains(&blob.sha256) || blob.received == [1], "an acknowledged part was lost: {blob:?}");
        }
        known.is_some() && !self.sent.is_empty()
    }
}
