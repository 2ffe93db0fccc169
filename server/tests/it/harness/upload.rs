//! Uploads, step by step and as a whole.

use domain::{
    PackageKind, PackageRef, RevisionId, Sha256Digest, UploadId,
    job::Job,
    listing::{HistoryEntry, PackageDetail, Page, Scores},
    upload::{BeginUpload, PartAddress, PartRequest, UploadState, UploadStatus},
};
use reqwest::{Body, Method, RequestBuilder};

use super::{Client, Files, Trouble, client::refusal};

impl Client {
    pub(crate) async fn begin(&self, upload: &BeginUpload) -> Result<UploadStatus, Trouble> {
        self.json("begin_upload", "upload", upload).await
    }

    pub(crate) async fn addresses(
        &self,
        upload: UploadId,
        sha256: Sha256Digest,
        numbers: &[u32],
    ) -> Result<Vec<PartAddress>, Trouble> {
        self.json("part_addresses", "request", &PartRequest { upload, sha256, numbers: numbers.to_vec() }).await
    }

    /// The address of one part.
    pub(crate) async fn address(&self, upload: UploadId, sha256: Sha256Digest, number: u32) -> String {
        self.addresses(upload, sha256, &[number]).await.unwrap().remove(0).url
    }

    /// Sends a part to its address, without any other credentials.
    pub(crate) async fn put(&self, address: &str, bytes: impl Into<Body>) -> Result<(), Trouble> {
        self.put_request(address).body(bytes).send_part().await
    }

    /// The request behind [`Client::put`].
    pub(crate) fn put_request(&self, address: &str) -> RequestBuilder {
        self.anonymous().request(Method::PUT, address)
    }

    /// Sends all parts that are asked for.
    pub(crate) async fn send_missing(&self, status: &UploadStatus, files: &Files) -> Result<(), Trouble> {
        for blob in &status.missing {
            let numbers: Vec<u32> = (1..=blob.plan.count()).filter(|number| !blob.received.contains(number)).collect();
            if numbers.is_empty() {
                continue;
            }
            for part in self.addresses(status.id, blob.sha256, &numbers).await? {
                let (start, length) = blob.plan.part(part.number).unwrap();
                let bytes = &files.blob(&blob.sha256)[start as usize..(start + length) as usize];
                self.put(&part.url, bytes.to_vec()).await?;
            }
        }
        Ok(())
    }

    /// Completes; asks again as long as digests are being recomputed.
    pub(crate) async fn complete(&self, id: UploadId) -> Result<RevisionId, Trouble> {
        loop {
            let status: UploadStatus = self.form("complete_upload", &[("id", &id.to_string())]).await?;
            match status.state {
                UploadState::Committed { revision } => return Ok(revision),
                UploadState::Verifying { .. } => {}
                UploadState::Open | UploadState::Aborted => panic!("completed, and yet {:?}", status.state),
            }
        }
    }

    pub(crate) async fn abort(&self, id: UploadId) -> Result<(), Trouble> {
        self.form("abort_upload", &[("id", &id.to_string())]).await
    }

    /// From the first step to the last.
    pub(crate) async fn upload(&self, upload: &BeginUpload, files: &Files) -> Result<RevisionId, Trouble> {
        let status = self.begin(upload).await?;
        if let UploadState::Committed { revision } = status.state {
            return Ok(revision);
        }
        self.send_missing(&status, files).await?;
        self.complete(status.id).await
    }

    /// A package that is uploaded without trouble.
    pub(crate) async fn publish(&self, package: &str, version: Option<&str>, files: &Files) -> RevisionId {
        self.upload(&files.upload(package, version), files).await.unwrap()
    }

    /// A package's page, as data.
    pub(crate) async fn package(&self, package: &str, at: &str) -> Result<PackageDetail, Trouble> {
        self.read("package", &[&about(package)[..], &[("at", at)]].concat()).await
    }

    pub(crate) async fn scores(&self, package: &str) -> Scores {
        self.read("scores", &about(package)).await.unwrap()
    }

    pub(crate) async fn jobs(&self, package: &str) -> Vec<Job> {
        self.read::<Page<Job>>("jobs", &about(package)).await.unwrap().items
    }

    /// All revisions, newest first; none when there is no such package.
    pub(crate) async fn history(&self, package: &str) -> Result<Vec<HistoryEntry>, Trouble> {
        let mut entries = Vec::new();
        let mut cursor = String::new();
        loop {
            let page: Page<HistoryEntry> =
                match self.read("history", &[&about(package)[..], &[("cursor", &cursor)]].concat()).await {
                    Err(trouble) if trouble.status() == 404 => return Ok(entries),
                    answer => answer?,
                };
            entries.extend(page.items);
            match page.next {
                Some(next) => cursor = next,
                None => return Ok(entries),
            }
        }
    }

    /// The bytes of one file.
    pub(crate) async fn file(&self, package: &str, at: &str, path: &str) -> Result<Vec<u8>, Trouble> {
        let address = PackageRef::parse(PackageKind::Model, package).unwrap().file_url(at, path);
        let answer = self.get(&address).await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await?;
        if status == 200 { Ok(bytes.to_vec()) } else { Err(refusal(status, &headers, &bytes)) }
    }

    /// All files that a revision should have, downloaded one by one.
    pub(crate) async fn download(&self, package: &str, at: &str, expected: &Files) -> Files {
        let mut files = Files::default();
        for path in expected.0.keys() {
            files.0.insert(path.clone(), self.file(package, at, path).await.unwrap());
        }
        files
    }
}

/// A request that sends a part.
pub(crate) trait SendPart {
    async fn send_part(self) -> Result<(), Trouble>;
}

impl SendPart for RequestBuilder {
    async fn send_part(self) -> Result<(), Trouble> {
        let answer = self.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        if status == 200 {
            return Ok(());
        }
        Err(refusal(status, &headers, &answer.bytes().await?))
    }
}

/// The arguments that name a model package.
pub(crate) fn about(package: &str) -> [(&'static str, &str); 3] {
    let (namespace, name) = package.split_once('/').unwrap();
    [("kind", "model"), ("namespace", namespace), ("name", name)]
}
