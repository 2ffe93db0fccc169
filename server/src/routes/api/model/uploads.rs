//! Uploads, as the client that sends them sees them.

use domain::{
    people::Visibility,
    upload::{self, UploadState, UploadStatus},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::moment;

/// What is to be uploaded, and where to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewUpload {
    /// `model`, `dataset` or `code`.
    #[schema(example = "model", pattern = "^(model|dataset|code)$")]
    pub(in super::super) kind: String,
    /// The user or organisation.
    #[schema(example = "acme", min_length = 1)]
    pub(in super::super) namespace: String,
    /// The package's name; the package is made with its first revision.
    #[schema(example = "bert-tiny", min_length = 1)]
    pub(in super::super) name: String,
    /// The branch that the revision goes on; `main` when nothing.
    pub(in super::super) branch: Option<String>,
    /// The version that the revision gets.
    #[schema(example = "1.0.0")]
    pub(in super::super) version: Option<String>,
    /// Who finds the package when it is new: `private`, `internal` or `public`; `internal` when nothing. 409 when the package exists
    /// and is another.
    #[schema(example = "private", pattern = "^(private|internal|public)$")]
    pub(in super::super) visibility: Option<String>,
    /// The revision that this one builds on: the branch must still point there when it is completed (409 otherwise, with
    /// `current`). `none`: there must be no such branch, `some`: there must be one; the head of now when nothing.
    pub(in super::super) parent: Option<String>,
    /// What is new, in a sentence.
    #[serde(default)]
    pub(in super::super) message: String,
    /// All files of the revision.
    #[schema(min_items = 1)]
    pub(in super::super) files: Vec<NewFile>,
}

/// A file of a future revision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewFile {
    /// Where it will stand in the package.
    #[schema(min_length = 1)]
    pub(in super::super) path: String,
    /// Its bytes.
    pub(in super::super) size: u64,
    /// The SHA-256 of its bytes, 64 hexadecimal digits.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    pub(in super::super) sha256: String,
}

/// An upload as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Upload {
    /// Its id; all zeros when the revision was there before.
    #[schema(format = Uuid)]
    id: String,
    /// `model`, `dataset` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// The version that the revision will get.
    version: Option<String>,
    /// Who finds the package when it is new, if that was said.
    visibility: Option<&'static str>,
    /// `open`, `verifying`, `committed` or `aborted`.
    state: &'static str,
    /// The revision, once it is committed.
    revision: Option<String>,
    /// How many bytes are verified, while it is verifying.
    verified_bytes: Option<u64>,
    /// The blobs that are not there yet. Empty and open: ready to be completed.
    missing: Vec<MissingBlob>,
    /// The number of files of the revision.
    files: u64,
    /// Their bytes together.
    total_bytes: u64,
    /// When it began.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it is given up unless something arrives.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Content that the registry does not have yet.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct MissingBlob {
    /// Its SHA-256.
    sha256: String,
    /// Its bytes.
    size: u64,
    /// The bytes of every part but the last; an empty blob is one empty part.
    part_size: u64,
    /// The number of parts.
    parts: u32,
    /// The parts that have arrived, by number from 1.
    received: Vec<u32>,
}

impl From<UploadStatus> for Upload {
    fn from(status: UploadStatus) -> Self {
        let (state, revision, verified_bytes) = match status.state {
            UploadState::Open => ("open", None, None),
            UploadState::Verifying { done, .. } => ("verifying", None, Some(done)),
            UploadState::Committed { revision } => ("committed", Some(revision.to_hex()), None),
            UploadState::Aborted => ("aborted", None, None),
        };
        let missing = |blob: upload::MissingBlob| MissingBlob {
            sha256: blob.sha256.to_hex(),
            size: blob.plan.size,
            part_size: blob.plan.part_size,
            parts: blob.plan.count(),
            received: blob.received,
        };
        Self {
            id: status.id.to_string(),
            kind: status.package.kind.to_string(),
            namespace: status.package.namespace.to_string(),
            name: status.package.name.to_string(),
            version: status.version.map(|version| version.to_string()),
            visibility: status.visibility.map(Visibility::as_str),
            state,
            revision,
            verified_bytes,
            missing: status.missing.into_iter().map(missing).collect(),
            files: status.files,
            total_bytes: status.total_bytes,
            created_at: moment(status.created_at),
            expires_at: moment(status.expires_at),
        }
    }
}

/// Which parts of a blob are to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct WantedParts {
    /// The blob, by its SHA-256.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    pub(in super::super) sha256: String,
    /// The parts, by number from 1; at most 1 000 at once.
    #[schema(max_items = 1000)]
    pub(in super::super) numbers: Vec<u32>,
}

/// Where one part is sent to.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct PartAddress {
    /// The part, from 1.
    number: u32,
    /// Takes one `PUT` of exactly this part, without further credentials, until it expires. It is on this host when it begins with `/`.
    url: String,
}

impl From<upload::PartAddress> for PartAddress {
    fn from(address: upload::PartAddress) -> Self {
        Self { number: address.number, url: address.url }
    }
}
