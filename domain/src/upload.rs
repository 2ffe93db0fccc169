//! Uploads: a resumable session that brings in the blobs of one future revision and commits them in one step.
//!
//! The protocol is the same for every store. `begin` names the whole manifest and answers which blobs are missing, cut into
//! parts; each part is sent with `PUT` to a signed address; `complete` verifies the blobs and commits. Beginning again with
//! the same manifest finds the same session, with the parts that have arrived.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    PackageRef, RevisionId, Sha256Digest, UploadId, lifecycle::Expected, manifest::ManifestFile, people::Visibility,
    refs::RefName,
};

/// The longest message of a revision, in characters.
pub const MAX_MESSAGE: usize = 2000;

/// The smallest part that is not the last: 16 MiB (S3 asks for 5 MiB at least).
pub const MIN_PART_BYTES: u64 = 16 << 20;

/// The largest number of parts that S3 takes.
pub const MAX_PARTS: u64 = 10_000;

/// What is to be uploaded, and where to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginUpload {
    /// The package; it is created with its first revision.
    pub package: PackageRef,
    /// The branch that the new revision goes on; `main` by default.
    #[serde(default = "RefName::default_branch")]
    pub branch: RefName,
    /// The tag that the new revision gets, such as `1.0.0`.
    pub version: Option<RefName>,
    /// Who may find the package, from its first revision on. Nothing: as it is; when it is new, everybody who is signed in.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Where the branch must point when the revision is committed: what its sender builds on.
    #[serde(default)]
    pub parent: Expected,
    /// What is new, in a sentence.
    pub message: String,
    /// All files of the revision.
    pub files: Vec<ManifestFile>,
}

/// How a blob is cut: every part has `part_size` bytes, the last one the rest. An empty blob is one empty part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPlan {
    /// The blob's length in bytes.
    pub size: u64,
    /// The length of every part but the last, in bytes.
    pub part_size: u64,
}

impl PartPlan {
    /// The plan for a blob: parts of 16 MiB, doubled until there are at most 10 000.
    #[must_use]
    pub const fn for_size(size: u64) -> Self {
        let mut part_size = MIN_PART_BYTES;
        while size.div_ceil(part_size) > MAX_PARTS {
            part_size *= 2;
        }
        Self { size, part_size }
    }

    /// The number of parts, at least one.
    #[must_use]
    pub const fn count(&self) -> u32 {
        let count = self.size.div_ceil(self.part_size);
        #[expect(clippy::cast_possible_truncation, reason = "at most MAX_PARTS")]
        if count == 0 { 1 } else { count as u32 }
    }

    /// Where part `number` (from 1) begins, and how long it is, in bytes; nothing when there is no such part.
    #[must_use]
    pub fn part(&self, number: u32) -> Option<(u64, u64)> {
        if number == 0 || number > self.count() {
            return None;
        }
        let start = u64::from(number - 1) * self.part_size;
        Some((start, self.part_size.min(self.size - start)))
    }
}

/// A blob that the registry does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingBlob {
    /// Its address.
    pub sha256: Sha256Digest,
    /// How it is cut.
    pub plan: PartPlan,
    /// The parts that have arrived already, by number from 1, ascending.
    pub received: Vec<u32>,
}

/// An upload as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadStatus {
    /// The session.
    pub id: UploadId,
    /// Where it goes.
    pub package: PackageRef,
    /// The tag that the revision will get.
    pub version: Option<RefName>,
    /// Who may find the package, when that was said.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Where it stands.
    pub state: UploadState,
    /// The blobs that are not there yet. Empty: ready to be completed.
    pub missing: Vec<MissingBlob>,
    /// The number of files of the revision.
    pub files: u64,
    /// The bytes of all files of the revision together.
    pub total_bytes: u64,
    /// When it began.
    pub created_at: OffsetDateTime,
    /// When it is given up unless something arrives.
    pub expires_at: OffsetDateTime,
}

/// Where an upload stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum UploadState {
    /// Parts are awaited.
    Open,
    /// Everything has arrived; digests are being recomputed. Ask again.
    Verifying {
        /// Bytes whose digest is known.
        done: u64,
        /// All bytes to verify.
        total: u64,
    },
    /// The revision is there.
    Committed {
        /// Its id.
        revision: RevisionId,
    },
    /// It was given up by its owner, or expired.
    Aborted,
}

/// Where one part is sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartAddress {
    /// The part, from 1.
    pub number: u32,
    /// An address that takes one `PUT` of exactly this part, without further credentials, until it expires.
    pub url: String,
}

/// Asks for the addresses of some parts of one blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRequest {
    /// The session.
    pub upload: UploadId,
    /// The blob.
    pub sha256: Sha256Digest,
    /// The parts, by number from 1; at most 1 000 at once.
    pub numbers: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_blob_is_one_empty_part() {
        let plan = PartPlan::for_size(0);
        assert_eq!((plan.count(), plan.part(1), plan.part(0), plan.part(2)), (1, Some((0, 0)), None, None));
    }

    proptest! {
        #[test]
        fn parts_cover_the_blob_once(size in prop_oneof![0..200_000_000u64, 0..5_000_000_000_000u64]) {
            let plan = PartPlan::for_size(size);
            prop_assert!(u64::from(plan.count()) <= MAX_PARTS);
            let mut at = 0;
            for number in 1..=plan.count() {
                let (start, length) = plan.part(number).unwrap();
                prop_assert_eq!(start, at);
                prop_assert!(length <= plan.part_size && (length == plan.part_size || number == plan.count()));
                at += length;
            }
            prop_assert_eq!(at, size);
        }
    }
}
